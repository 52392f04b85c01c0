"""The code in a digest by which an answer shows that its sender was sent it.

It belongs to one organiser's address and ends on a day; it stands in the letter's Message-ID, which mail programs
put into an answer's References, and at the foot of its text, for those that lose the thread. A code alone opens
nothing: the sender must be the organiser it was made for (`desk.orders`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Organiser
from callboard.desk.outbox import Desk

# Lower-case letters and digits alone, since some mail systems fold the case of what they copy. The day, the seal.
CODE = re.compile(r"\bcb-(\d{6})-([a-z2-7]{20})\b", re.IGNORECASE)
LENGTH = 20  # characters of 5 bits: a hundred bits
MOST = 20  # codes in one mail that are tried


class Seal(StrEnum):
    """What a mail's codes say about its sender."""

    GOOD = "good"
    EXPIRED = "expired"  # theirs, but too old
    FOREIGN = "foreign"  # somebody else's, or made up
    ABSENT = "absent"


def code(key: bytes, address: str, until: date) -> str:
    """The code of this address, good until that day: "cb-270311-k3f9..."."""
    day = f"{until:%y%m%d}"
    return f"cb-{day}-{_seal(key, address, day)}"


def code_for(db: Session, desk: Desk, organiser: Organiser, now: datetime) -> str:
    """The code for a letter that goes to this organiser now."""
    until = now.astimezone(desk.call.zone).date() + timedelta(days=desk.review.answer_days)
    return code(key_of(db, desk), organiser.address or "", until)


def key_of(db: Session, desk: Desk) -> bytes:
    """The key of this call's codes. One call's code is no other's, even where one began as a copy of the other's
    database."""
    key = store.signing_key(db)
    return hmac.digest(key, desk.name.encode(), hashlib.sha256) if desk.name else key


def check(key: bytes, address: str, texts: Iterable[str], today: date) -> Seal:
    """The best that the codes in these texts say about mail from this address."""
    found = [match.groups() for text in texts for match in CODE.finditer(text)][:MOST]
    mine = [day for day, seal in found if hmac.compare_digest(seal.lower(), _seal(key, address, day))]
    if any(day >= f"{today:%y%m%d}" for day in mine):
        return Seal.GOOD
    if mine:
        return Seal.EXPIRED
    return Seal.FOREIGN if found else Seal.ABSENT


def codes_in(texts: Iterable[str]) -> frozenset[str]:
    """The codes that stand in these texts, whosever they are, in lower case."""
    return frozenset([match[0].lower() for text in texts for match in CODE.finditer(text)][:MOST])


def _seal(key: bytes, address: str, day: str) -> str:
    said = f"{address.casefold()}\n{day}".encode()
    return base64.b32encode(hmac.digest(key, said, hashlib.sha256)).decode().lower()[:LENGTH]
