"""Letters that come back: whom they did not reach, whether for good, and the server's own reason (RFC 3464)."""

from __future__ import annotations

import logging
import re

from flufl.bounce import all_failures

from callboard.mailroom import mime
from callboard.mailroom.body import Gathered
from callboard.mailroom.charsets import one_line
from callboard.mailroom.headers import message_ids
from callboard.mailroom.mail import Address, Returned
from callboard.mailroom.mime import Part

# Characters that are looked at: the detectors go through all lines, one of them thirty times.
OF_A_PART = 10_000
OF_ALL = 100_000
MOST = 50  # recipients of one report
REASON = 200  # characters of a server's reason

# It logs a traceback, with the mail's addresses, for every detector that stumbles; we catch what it raises.
logging.getLogger("flufl.bounce").disabled = True

_RETURNED_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
_SAID = re.compile(r"^.{0,200}?\b([45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?.{0,200})", re.MULTILINE)


def returned(message: Part, sender: Address | None, found: Gathered, text: str) -> tuple[Returned, ...]:
    """Whom a mail system says it could not reach; asked only of mail that a mail system may have written.

    What a delivery report says field by field (RFC 3464) counts; older and homely bounces are flufl.bounce's.
    """
    local = sender.address.partition("@")[0].lower() if sender else "mailer-daemon"
    robot = local.startswith(("mailer-daemon", "postmaster", "mail-daemon", "maildelivery"))
    if not (found.report or robot or mime.header(message, "x-failed-recipients")):
        return ()
    return _reported(message) or _detected(message, sender, text)


def _reported(message: Part) -> tuple[Returned, ...]:
    """The recipients of the message/delivery-status parts, but for those that were reached."""
    groups = [
        group
        for part in message.walk()
        if mime.media_type(part).endswith("delivery-status")
        for group in mime.children(part)
    ]
    found = {}
    for group in groups[: MOST * 2]:
        address = mime.header(group, "final-recipient") or mime.header(group, "original-recipient")
        address = one_line(address.rpartition(";")[2].strip(" <>"), 300)
        action = mime.header(group, "action").strip().lower()
        if "@" in address and action in ("failed", "delayed"):
            found[address] = Returned(address, action == "failed", _reason(group))
    return tuple(found.values())[:MOST]


def _reason(group: Part) -> str:
    """The status and the server's words in one line: "5.1.1 550 no such user"."""
    status = mime.header(group, "status").strip().split(" ")[0]
    words = mime.header(group, "diagnostic-code").partition(";")[2] or mime.header(group, "diagnostic-code")
    words = one_line(words, REASON).strip()
    return words if status in words else f"{status} {words}".strip()


def _detected(message: Part, sender: Address | None, text: str) -> tuple[Returned, ...]:
    try:
        short = mime.shortened(message, min(OF_A_PART, OF_ALL // len(list(message.walk()))))
        if sender is None:
            # A detector of flufl.bounce 6.0.0 takes the first sender without looking whether there is one.
            del short["From"]
            short["From"] = "MAILER-DAEMON@invalid"
        temporary, permanent = all_failures(short)
    except mime.EMAIL_FAULTS:
        return ()
    said = _SAID.search(text[:20_000])
    reason = one_line(said[1], REASON).strip() if said else ""
    found = {address.decode("utf-8", "replace"): False for address in temporary}
    found |= {address.decode("utf-8", "replace"): True for address in permanent}
    return tuple(Returned(one_line(a, 300), good, reason) for a, good in sorted(found.items()))


def returned_ids(found: Gathered, text: str, *, failed: bool) -> tuple[str, ...]:
    """The ids of the mails of ours that a report gives back, or that an old bounce quotes in its text."""
    ids: list[str] = []
    for part in found.returned:
        inside = mime.children(part)
        if inside:
            ids += message_ids(mime.header(inside[0], "message-id"))
        else:
            ids += _RETURNED_ID.findall(mime.content(part).decode("utf-8", "replace"))
    if not ids and (failed or found.report):
        ids += _RETURNED_ID.findall(text)
    return tuple(dict.fromkeys(one_line(i) for i in ids))[:20]
