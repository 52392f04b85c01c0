"""The letters owed: written in the same commit as what they tell, sent later, retried, given up visibly."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.config import LettersConfig, ProgrammeConfig, ReviewConfig
from callboard.desk import mime
from callboard.desk.letters import Letter, build
from callboard.desk.mime import ADDRESS
from callboard.errors import LetterRefused
from callboard.mailroom.incoming import Address, IncomingMail
from callboard.model import InboxEntry, LetterState, OutboxEntry, Proposal
from callboard.templating import Templates

# Mailboxes that no person reads, RFC 2142 and custom. A letter to them comes back or starts a loop.
NOBODY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|ne-?pas-?repondre|mailer-daemon|postmaster|bounces?|listserv|majordomo)"
    r"(?:[-+._=].*)?$",
    re.IGNORECASE,
)
FIRST_RETRY = timedelta(minutes=2)
LONGEST_RETRY = timedelta(hours=6)


@dataclass(frozen=True)
class Desk:
    """What the desk works with: the call, the words, and the address that letters come from."""

    call: Call
    templates: Templates
    sender: Address
    settings: LettersConfig
    silent: bool = False  # an old archive is imported: nobody is written to
    review: ReviewConfig = field(default_factory=ReviewConfig)
    programme: ProgrammeConfig = field(default_factory=ProgrammeConfig)
    servers: Mapping[str, str] = field(default_factory=dict)  # mailbox -> authserv-id of its server, RFC 8601
    message_ids: Mapping[str, str] = field(default_factory=dict)  # key -> that of a letter written before
    name: str | None = None  # the call's, among several calls of one installation

    def is_ours(self, address: str) -> bool:
        """Whether letters would go back to ourselves."""
        return address.casefold() == self.sender.address.casefold()


@dataclass(frozen=True)
class DueLetter:
    """A claimed letter, on its way to the server."""

    id: int
    kind: str
    recipient: str
    raw: bytes


def refusal(db: Session, desk: Desk, address: str, now: datetime, *, automatic: bool) -> str | None:
    """Why no letter may go to this address, or None when one may. RFC 3834, section 2.

    The daily limit stops a loop with another machine; it does not hold back what a person decided.
    """
    if not ADDRESS.fullmatch(address):
        return "the address is not one that can be written to"
    if NOBODY.match(address.rpartition("@")[0]):
        return "nobody reads mail at this address"
    # A digest or a decision may well go there: it is often an organiser's own, and known when it comes back.
    if automatic and desk.is_ours(address):
        return "the address is Callboard's own"
    if store.is_dead(db, address):
        return "letters to this address come back"
    limit = desk.settings.max_per_address_per_day
    if automatic and store.letters_since(db, address, now - timedelta(days=1)) >= limit:
        return f"{limit} letters went to this address within a day"
    return None


def owe(
    db: Session,
    desk: Desk,
    letter: Letter,
    key: str,
    now: datetime,
    *,
    answering: IncomingMail | None = None,
    references: tuple[str, ...] = (),
    entry: InboxEntry | None = None,
    proposal: Proposal | None = None,
    code: str | None = None,
    leaves: datetime | None = None,
    waits: bool = False,
) -> OutboxEntry | None:
    """Write the letter into the outbox, once for each key; None when it stands there already.

    `answering` is the mail that it answers, `references` what a letter of our own accord refers to, oldest
    first. One that may not be sent stands there as given up, with the reason, so that the digest shows it. The
    Message-ID is fixed with the row, so that a repeat after a lost reply is recognisable; it carries `code` where
    an answer must prove whom the letter went to. The letter leaves at `leaves`, not before; one that `waits` only
    when `store.release_letters` lets it go.
    """
    if desk.silent or store.is_owed(db, key):
        return None
    if proposal is not None and store.is_dead(db, letter.recipient.address):
        second = other_address(db, proposal)
        letter = replace(letter, recipient=Address("", second)) if second else letter
    reason = refusal(db, desk, letter.recipient.address, now, automatic=answering is not None)
    message_id, answered = message_id_for(desk, key, code), answering is not None
    if answering and answering.message_id:
        references = (*answering.references, answering.message_id)
    raw = b"" if reason else _bytes(desk, letter, message_id, now, references, answered=answered)
    row = OutboxEntry(
        key=key,
        kind=letter.kind,
        recipient=letter.recipient.address[:320],
        subject=letter.subject,
        message_id=message_id,
        raw=raw,
        proposal_id=proposal.id if proposal else None,
        entry_id=entry.id if entry else None,
        created_at=now,
        next_attempt=leaves or now,
        state=LetterState.FAILED if reason else LetterState.WAITING if waits else LetterState.OWED,
        last_error=reason,
        done_at=now if reason else None,
    )
    db.add(row)
    return row


def rewrite(desk: Desk, row: OutboxEntry, letter: Letter, now: datetime, references: tuple[str, ...]) -> None:
    """Put other words into a letter that waits; it leaves when it would have, to whom it would have."""
    if letter.recipient.address != row.recipient:
        letter = replace(letter, recipient=Address("", row.recipient))
    row.raw = _bytes(desk, letter, row.message_id, now, references, answered=False)


def message_id_for(desk: Desk, key: str, code: str | None = None) -> str:
    """A Message-ID from the row's key that nobody can guess: a bounce that names it is about our letter. Of several
    calls each has a row 1: theirs begin with the call's name."""
    if (known := desk.message_ids.get(key)) is not None:
        return known
    domain, name = desk.sender.address.rpartition("@")[2], f"{desk.name}." if desk.name else ""
    return f"<{name}{key.replace('/', '.')}.{code or secrets.token_hex(6)}@{domain}>"


def other_address(db: Session, proposal: Proposal) -> str | None:
    """The first address of a proposal that letters do not come back from; None when there is none."""
    theirs = (proposal.contact, *(s.email for s in proposal.speakers if s.may_change))
    return next((a for a in theirs if a and not store.is_dead(db, a)), None)


def _bytes(
    desk: Desk, letter: Letter, message_id: str, now: datetime, references: tuple[str, ...], *, answered: bool
) -> bytes:
    return build(
        letter,
        sender=desk.sender,
        message_id=message_id,
        date=now,
        in_reply_to=references[-1] if references else None,
        references=references,
        auto_submitted="auto-replied" if answered else "auto-generated",
    )


def redirect(db: Session, old: str, new: Address) -> None:
    """Send what has not been taken yet, and no organiser reads, to a speaker's new address instead."""
    for letter in store.letters_not_taken(db, old):
        letter.recipient = new.address
        letter.raw = mime.readdressed(letter.raw, new)


def claim(db: Session, now: datetime, limit: int = 50) -> Sequence[DueLetter]:
    """Take letters whose time has come. A worker killed from here on leaves them for their next attempt."""
    due = store.due_letters(db, now, limit)
    for row in due:
        row.attempts += 1
        row.next_attempt = now + retry_delay(row.attempts)
    return [DueLetter(row.id, row.kind, row.recipient, row.raw) for row in due]


def retry_delay(attempts: int) -> timedelta:
    """2, 6, 18, 54 minutes, ... at most six hours."""
    return min(FIRST_RETRY * int(3 ** (min(attempts, 10) - 1)), LONGEST_RETRY)


_SENT = (
    update(OutboxEntry)
    .where(OutboxEntry.id == bindparam("letter"))
    .values(state=LetterState.SENT, done_at=bindparam("now"), last_error=None)
    .execution_options(synchronize_session=False)
)


def record_sent(db: Session, letter_id: int, now: datetime) -> None:
    """The server took it."""
    db.execute(_SENT, {"letter": letter_id, "now": now})


def record_refusal(
    db: Session, letter_id: int, refusal: LetterRefused, settings: LettersConfig, now: datetime
) -> bool:
    """The server refused it: try later, or give up for good. True when given up."""
    row = db.get_one(OutboxEntry, letter_id)
    row.last_error = str(refusal)
    too_old = now - row.created_at > timedelta(hours=settings.give_up_after_hours)
    if refusal.permanent or too_old:
        row.state, row.done_at = LetterState.FAILED, now
        return True
    return False


def put_back(
    db: Session, letter_ids: Sequence[int], now: datetime, settings: LettersConfig, reason: str
) -> int:
    """The server as a whole is away: these letters were not tried. Returns how many are given up for age."""
    given_up = 0
    for row in db.scalars(select(OutboxEntry).where(OutboxEntry.id.in_(letter_ids))):
        row.attempts -= 1
        row.next_attempt = now
        row.last_error = reason
        if now - row.created_at > timedelta(hours=settings.give_up_after_hours):
            row.state, row.done_at = LetterState.FAILED, now
            given_up += 1
    return given_up
