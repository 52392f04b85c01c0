"""The organisers' decisions. This version takes them from the command line; answers by mail come next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import letters
from callboard.desk.outbox import Desk, owe
from callboard.errors import ConfigError
from callboard.mailroom.incoming import Address
from callboard.model import InboxEntry, Outcome, Proposal, Version
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
    """Accept or decline a proposal and owe the letter that says so. A second time changes nothing.

    A decision that is reversed before its letter left takes that letter back.
    """
    proposal = find(db, desk, number)
    if proposal.state == state:
        return proposal
    if proposal.state == State.WITHDRAWN and not reopen:
        raise ConfigError(f"{desk.call.prefix}-{number} was withdrawn; add --reopen if it is to count again")
    before, proposal.state, proposal.updated_at = proposal.state, state, now
    version = store.next_version(db, number)
    db.add(
        Version(
            proposal_id=number,
            number=version,
            at=now,
            by="command line",
            action=state.value,
            understood={},
            changed={"state": [before, state], **({"comment": [None, comment]} if comment else {})},
        )
    )
    store.cancel_letters(db, number, (State.ACCEPTED.value, State.DECLINED.value), now)
    if tell:
        _tell(db, desk, proposal, version, comment, now)
    return proposal


def find(db: Session, desk: Desk, number: int) -> Proposal:
    """The proposal of that number, or a ConfigError that says what there is."""
    proposal = db.get(Proposal, number, with_for_update=True)
    if proposal is None:
        raise ConfigError(f"there is no proposal {desk.call.prefix}-{number}; callboard list shows all")
    return proposal


def _tell(
    db: Session, desk: Desk, proposal: Proposal, version: int, comment: str | None, now: datetime
) -> None:
    if proposal.contact is None:
        return
    to = Address(proposal.contact_name or "", proposal.contact)
    card = store.card_of(proposal, desk.call.prefix)
    if proposal.state == State.ACCEPTED:
        letter = letters.accepted(
            desk.templates, desk.call, card, to, comment, confirm=desk.settings.ask_to_confirm
        )
    else:
        letter = letters.declined(desk.templates, desk.call, card, to, comment)
    references = store.conversation(db, proposal.id)
    key = f"{letter.kind}/{proposal.id}/{version}"
    owe(db, desk, letter, key, now, references=references, proposal=proposal)


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
