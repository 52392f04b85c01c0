"""Letters of our own accord: what a proposal still lacks, and whether an accepted speaker will come.

Each pass looks for what is due; the letters' keys make them unique, so a killed pass repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import letters
from callboard.desk.outbox import Desk, owe
from callboard.mailroom.incoming import Address
from callboard.model import LetterState, OutboxEntry, Proposal

TWICE = 2  # reminders about one thing, at most
MISSING, CONFIRM = "reminder", "confirm_reminder"
ASKED = ("acknowledgement", "updated", "transcript", "too_large", MISSING)  # letters that say what is missing
A_DAY = timedelta(days=1)
STILL_HERE = (LetterState.OWED, LetterState.WAITING)


def remind(db: Session, desk: Desk, now: datetime) -> int:
    """Owe every reminder that is due. Returns how many; none once the event has begun."""
    call = desk.call
    if desk.silent or (call.starts is not None and now >= call.starts):
        return 0
    owed = [_about_missing(db, desk, p, now) for p in store.incomplete_proposals(db)]
    if desk.settings.ask_to_confirm:
        owed += [_about_coming(db, desk, p, now) for p in store.unconfirmed_proposals(db)]
    return sum(owed)


def _about_missing(db: Session, desk: Desk, proposal: Proposal, now: datetime) -> bool:
    """Ask again for what is missing, or once more before the deadline."""
    sent = store.letters_about(db, proposal.id)
    before = sum(letter.kind == MISSING for letter in sent)
    if before < TWICE and _is_due(db, desk, proposal, sent, ASKED, now):
        return _write(db, desk, proposal, MISSING, f"{MISSING}/{proposal.id}/{before + 1}", now)
    # Somebody who was asked yesterday is not asked again today, deadline or not.
    asked = _last(sent, ASKED)
    if _deadline_is_near(desk, now) and asked is not None and now - asked > A_DAY:
        return _write(db, desk, proposal, MISSING, f"{MISSING}/{proposal.id}/deadline", now)
    return False


def _about_coming(db: Session, desk: Desk, proposal: Proposal, now: datetime) -> bool:
    """Ask an accepted speaker again whether they will come."""
    sent = store.letters_about(db, proposal.id)
    before = sum(letter.kind == CONFIRM for letter in sent)
    if before < TWICE and _is_due(db, desk, proposal, sent, ("accepted", "offered", CONFIRM), now):
        return _write(db, desk, proposal, CONFIRM, f"{CONFIRM}/{proposal.id}/{before + 1}", now)
    return False


def _is_due(
    db: Session,
    desk: Desk,
    proposal: Proposal,
    sent: Sequence[OutboxEntry],
    kinds: Sequence[str],
    now: datetime,
) -> bool:
    """Whether our last letter that asked is old enough, and no answer to it waits for a person."""
    days, asked = desk.settings.remind_after_days, _last(sent, kinds)
    if not days or asked is None or now - asked < timedelta(days=days):
        return False
    return not store.waits_for_a_person(db, proposal.id)


def _last(sent: Sequence[OutboxEntry], kinds: Sequence[str]) -> datetime | None:
    """When the last letter of these kinds left; None while one is still on its way, or came back."""
    asking = [letter for letter in sent if letter.kind in kinds]
    if not asking or any(
        letter.state in (LetterState.OWED, LetterState.WAITING) or letter.bounced for letter in asking
    ):
        return None
    return max((x.done_at for x in asking if x.state == LetterState.SENT and x.done_at), default=None)


def _deadline_is_near(desk: Desk, now: datetime) -> bool:
    deadline, days = desk.call.deadline, desk.settings.remind_before_deadline_days
    return deadline is not None and bool(days) and timedelta() < deadline - now <= timedelta(days=days)


def _write(db: Session, desk: Desk, proposal: Proposal, kind: str, key: str, now: datetime) -> bool:
    if proposal.contact is None:
        return False
    to = Address(proposal.contact_name or "", proposal.contact)
    card = store.card_of(proposal, desk.call.prefix)
    letter = letters.reminder(desk.templates, desk.call, card, to, kind, now)
    references = store.conversation(db, proposal.id)
    return owe(db, desk, letter, key, now, references=references, proposal=proposal) is not None
