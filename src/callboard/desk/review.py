"""Decisions: a proposal's new state, and the letter that waits to tell it; held messages that a person settles."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import letters
from callboard.desk.outbox import Desk, owe
from callboard.errors import ConfigError
from callboard.mailroom.incoming import Address
from callboard.model import InboxEntry, OutboxEntry, Outcome, Proposal, Version
from callboard.proposals import State

# Reading these again would end in the same place: a person has to say what is meant.
BEYOND_ACCEPTING = frozenset(
    {"ambiguous", "unclear_change", "none_known", "unreadable", "badly_formed", "substitute", "encrypted"}
    | {"empty", "no_mail", "no_text"}
)


def decide(
    db: Session,
    desk: Desk,
    number: int,
    state: State,
    now: datetime,
    *,
    comment: str | None = None,
    tell: bool = True,
    reopen: bool = False,
) -> Proposal:
    """What whoever runs Callboard decides, whatever the votes say. A second time changes nothing."""
    proposal = find(db, desk, number)
    if proposal.state == State.WITHDRAWN and not reopen:
        raise ConfigError(f"{desk.call.prefix}-{number} was withdrawn; add --reopen if it is to count again")
    if proposal.state != state:
        move(db, desk, proposal, state, now, by=store.COMMAND_LINE, comment=comment, tell=tell)
    return proposal


def move(
    db: Session,
    desk: Desk,
    proposal: Proposal,
    state: State,
    now: datetime,
    *,
    by: str,
    comment: str | None = None,
    kind: str | None = None,
    tell: bool = True,
) -> OutboxEntry | None:
    """Give a proposal the state that was decided, and owe the letter that says so; `State.SUBMITTED` reopens it.

    A letter about an earlier decision that has not left is taken back. Returns the new letter.
    """
    before, proposal.state, proposal.updated_at = proposal.state, state, now
    version = store.next_version(db, proposal.id)
    changed: dict[str, object] = {"state": [before, state]}
    if comment:
        changed["comment"] = [None, comment]
    action = "reopened" if state == State.SUBMITTED else state.value
    db.add(
        Version(
            proposal_id=proposal.id,
            number=version,
            at=now,
            by=by,
            action=action,
            understood={},
            changed=changed,
        )
    )
    store.cancel_letters(db, proposal.id, store.DECISIONS, now)
    if not tell or state == State.SUBMITTED or proposal.contact is None:
        return None
    return _tell(db, desk, proposal, version, kind or state.value, comment, now)


def find(db: Session, desk: Desk, number: int) -> Proposal:
    """The proposal of that number, or a ConfigError that says what there is."""
    proposal = db.get(Proposal, number, with_for_update=True)
    if proposal is None:
        raise ConfigError(f"there is no proposal {desk.call.prefix}-{number}; callboard list shows all")
    return proposal


def _tell(
    db: Session, desk: Desk, proposal: Proposal, version: int, kind: str, comment: str | None, now: datetime
) -> OutboxEntry | None:
    to = Address(proposal.contact_name or "", proposal.contact or "")
    card = store.card_of(proposal, desk.call.prefix)
    confirm = desk.settings.ask_to_confirm
    letter = letters.decision(desk.templates, desk.call, kind, card, to, comment, confirm=confirm)
    return owe(
        db,
        desk,
        letter,
        f"{kind}/{proposal.id}/{version}",
        now,
        references=store.conversation(db, proposal.id),
        proposal=proposal,
        leaves=now + timedelta(minutes=desk.review.decision_delay_minutes),
        waits=desk.review.send == "together",
    )


def send_decisions(db: Session, now: datetime) -> int:
    """Let every decision that waits be told with the next pass. Returns how many letters that are."""
    return store.release_letters(db, now)


def offer_place(db: Session, desk: Desk, now: datetime) -> Proposal | None:
    """Give a place that has become free to the first on the waiting list. None when nobody waits."""
    first = store.first_waiting(db)
    if first is None or not desk.review.offer_places:
        return None
    move(db, desk, first, State.ACCEPTED, now, by="waiting list", kind="offered")
    return first


def can_settle(db: Session, entry_id: int, *, approve: bool) -> bool:
    """Whether a person may settle this message in this way."""
    entry = db.get(InboxEntry, entry_id) if entry_id < 2**31 else None
    if entry is None or entry.outcome != Outcome.HELD:
        return False
    return not (approve and entry.reason_code in BEYOND_ACCEPTING)


def settle_held(db: Session, entry_id: int, *, approve: bool, now: datetime) -> InboxEntry:
    """A person has looked at a held message: read it again as a proposal, or leave it at that."""
    entry = db.get(InboxEntry, entry_id)
    if entry is None or entry.outcome != Outcome.HELD:
        raise ConfigError(f"no message {entry_id} is held; callboard held shows all")
    if approve and entry.reason_code in BEYOND_ACCEPTING:
        raise ConfigError(
            f"message {entry_id} cannot be settled by accepting it: {entry.reason}; "
            f"answer its sender yourself, then callboard held --dismiss {entry_id}"
        )
    if approve:
        entry.outcome, entry.approved = Outcome.WAITING, True
    else:
        entry.outcome, entry.reason, entry.processed_at = Outcome.DISMISSED, "looked at by a person", now
    return entry
