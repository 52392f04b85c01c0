"""Decisions: a proposal's new state, and the letter that waits to tell it; held messages that a person settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from callboard import store
from callboard.database import numbered
from callboard.desk import letters
from callboard.desk.letters import Earlier, Letter
from callboard.desk.outbox import Desk, owe, rewrite
from callboard.errors import ConfigError
from callboard.mailroom.incoming import Address
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome, Proposal, Version
from callboard.proposals import DECIDED, ProposalCard, State
from callboard.store import LetterLine

ORGANISERS = "organisers"  # who decided, in a version: their votes
WAITING_LIST = "waiting list"  # who decided, in a version: a place became free

# Reading these again would end in the same place: a person has to say what is meant.
BEYOND_ACCEPTING = frozenset(
    {"ambiguous", "unclear_change", "none_known", "unreadable", "badly_formed", "substitute", "encrypted"}
    | {"empty", "no_mail", "no_text", "address_taken"}
    | {"no_organiser", "unproven", "code_expired", "code_foreign", "code_absent"}
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
    if not same(state, State(proposal.state)):
        move(db, desk, proposal, state, now, by=store.COMMAND_LINE, comment=comment, tell=tell)
    return proposal


def same(wanted: State | None, state: State) -> bool:
    """Whether a proposal in this state is what was decided; who has confirmed stays accepted."""
    return wanted == state or (wanted == State.ACCEPTED and state == State.CONFIRMED)


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
    place_of: int | None = None,
) -> OutboxEntry | None:
    """Give a proposal the state that was decided, and owe the letter that says so; `State.SUBMITTED` reopens it.

    A letter about an earlier decision that has not left is taken back. Who has been told the same before, and
    nothing else since, is not told again. Returns the new letter. `place_of` is whose place it is that became free.
    """
    before, proposal.state, proposal.updated_at = State(proposal.state), state, now
    version = store.next_version(db, proposal.id)
    changed: dict[str, object] = {"state": [before, state]}
    if comment:
        changed["comment"] = [None, comment]
    if place_of is not None:
        changed["place_of"] = [None, place_of]
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
    last = None if before == State.WITHDRAWN else store.last_told(db, proposal.id)
    earlier = Earlier.by(last) if last else None
    known = earlier is not None and same(earlier.state, state)
    if not tell or known or state not in DECIDED or proposal.contact is None:
        return None
    return _tell(db, desk, proposal, version, kind or state.value, comment, now, earlier)


def find(db: Session, desk: Desk, number: int) -> Proposal:
    """The proposal of that number, or a ConfigError that says what there is."""
    proposal = db.get(Proposal, number, with_for_update=True)
    if proposal is None:
        raise ConfigError(f"there is no proposal {desk.call.prefix}-{number}; callboard list shows all")
    return proposal


def _tell(
    db: Session,
    desk: Desk,
    proposal: Proposal,
    version: int,
    kind: str,
    comment: str | None,
    now: datetime,
    earlier: Earlier | None,
    leaves: datetime | None = None,
) -> OutboxEntry | None:
    return owe(
        db,
        desk,
        _letter(desk, proposal, kind, comment, earlier),
        f"{kind}/{proposal.id}/{version}",
        now,
        references=store.conversation(db, proposal.id),
        proposal=proposal,
        leaves=leaves or now + timedelta(minutes=desk.review.decision_delay_minutes),
        waits=desk.review.send == "together",
    )


def _letter(
    desk: Desk, proposal: Proposal, kind: str, comment: str | None, earlier: Earlier | None
) -> Letter:
    to = Address(proposal.contact_name or "", proposal.contact or "")
    card, confirm = store.card_of(proposal, desk.call.prefix), desk.settings.ask_to_confirm
    return letters.decision(
        desk.templates, desk.call, kind, card, to, comment, confirm=confirm, earlier=earlier
    )


def reword(db: Session, desk: Desk, proposal: Proposal, words: str, now: datetime) -> None:
    """Write a decision's letter anew while it waits, with what the organisers say to the speaker by now, below what
    the command line said in deciding."""
    waiting = store.decision_waiting(db, proposal.id)
    if waiting is None:
        return
    version = store.last_version(db, proposal.id, proposal.state)
    deciding = (
        version.changed.get("comment", [None, None])[1] if version and version.by != ORGANISERS else None
    )
    comment = "\n\n".join(filter(None, (deciding, words)))
    last = store.last_told(db, proposal.id)
    letter = _letter(desk, proposal, waiting.kind, comment or None, Earlier.by(last) if last else None)
    rewrite(desk, waiting, letter, now, store.conversation(db, proposal.id))


def tell_anew(
    db: Session, desk: Desk, proposal: Proposal, kind: str, leaves: datetime, now: datetime
) -> OutboxEntry | None:
    """Owe a decision's letter again, to whom the proposal has left: the one that waited named somebody who was
    forgotten. It leaves when that one would have; the organisers' words for the speakers are erased with it."""
    last = store.last_told(db, proposal.id)
    version = store.next_version(db, proposal.id) - 1
    return _tell(
        db, desk, proposal, version, kind, None, now, Earlier.by(last) if last else None, leaves=leaves
    )


def send_decisions(db: Session, now: datetime) -> int:
    """Let every decision that waits be told with the next pass. Returns how many letters that are."""
    return store.release_letters(db, now)


def put_back(db: Session, desk: Desk, proposal: Proposal, state: State, now: datetime, *, by: str) -> None:
    """Give a proposal again the state that it had before a decision that is undone, as whoever decided it then did."""
    earlier = store.last_version(db, proposal.id, state.value)
    comment = earlier.changed.get("comment", [None, None])[1] if earlier else None
    tell = state in DECIDED and state != State.CONFIRMED
    move(db, desk, proposal, state, now, by=earlier.by if earlier else by, comment=comment, tell=tell)


# --- The waiting list ----------------------------------------------------------------------------------


def offer_place(db: Session, desk: Desk, freed: int, now: datetime) -> Proposal | None:
    """Give the place of this proposal, which has become free, to the first on the waiting list. None when nobody
    waits."""
    first = store.first_waiting(db) if desk.review.offer_places else None
    if first is None:
        return None
    # Who has not heard yet of being on a waiting list reads of no place that became free.
    kind = "offered" if store.was_told(db, first.id, State.WAITLISTED) else "accepted"
    move(db, desk, first, State.ACCEPTED, now, by=WAITING_LIST, kind=kind, place_of=freed)
    return first


def take_place_back(db: Session, desk: Desk, freed: int, since: datetime, now: datetime) -> bool:
    """The speaker of that proposal comes after all, and whoever was offered the place waits again. False when it is
    too late: a letter has told them, or others were accepted since."""
    offered = store.offered_place(db, freed, since)
    told = offered is not None and store.was_told(db, offered.id, State.ACCEPTED)
    if told or store.accepted_since(db, since, {freed, offered.id} if offered else {freed}):
        return False
    if offered is not None:
        move(db, desk, offered, State.WAITLISTED, now, by=WAITING_LIST)
    return True


def revive_letter(db: Session, desk: Desk, proposal: Proposal, cancelled_at: datetime) -> None:
    """A proposal's withdrawal is undone: the letter with the decision that it took back waits again."""
    waits = LetterState.WAITING if desk.review.send == "together" else LetterState.OWED
    store.revive_decision(db, proposal.id, cancelled_at, waits)


# --- How a decision stands -----------------------------------------------------------------------------


class Told(StrEnum):
    """Whether the speaker knows."""

    PENDING = "pending"  # nothing is decided
    DECIDED = "decided"  # and its letter waits
    TOLD = "told"
    UNTOLD = "untold"  # no letter tells it: none was to be written, or none could be delivered


@dataclass(frozen=True)
class Standing:
    """How the decision about a proposal stands."""

    told: Told
    at: datetime | None = None  # when the letter leaves, None with all others; when it has left
    known: State | None = None  # the decision that the speaker was last told, whatever is decided since
    known_at: datetime | None = None
    corrected: State | None = None  # the other decision that they had been told before that one


def standing(db: Session, proposal: Proposal) -> Standing:
    """Whether a proposal is decided, and when its speaker hears of that or has."""
    letters = store.letter_lines(db, store.DECISIONS, proposal.id)
    return _standing(State(proposal.state), letters.get(proposal.id, ()))


def standings(db: Session, cards: Iterable[ProposalCard]) -> dict[int, Standing]:
    """The same for many proposals, by number."""
    letters = store.letter_lines(db, store.DECISIONS)
    return {card.number: _standing(card.state, letters.get(card.number, ())) for card in cards}


def _standing(state: State, letters: Sequence[LetterLine]) -> Standing:
    told = [letter for letter in letters if letter.may_have_left]
    last = told[-1] if told else None
    known = Standing(
        Told.PENDING,
        known=last.tells if last else None,
        known_at=last.done_at if last else None,
        corrected=next((x.tells for x in reversed(told) if last and x.tells != last.tells), None),
    )
    if state not in DECIDED:
        return known
    waiting = next((letter for letter in letters if letter.waits), None)
    if waiting is not None:
        leaves = waiting.next_attempt if waiting.state == LetterState.OWED else None
        return replace(known, told=Told.DECIDED, at=leaves)
    if last is not None and same(last.tells, state):
        return replace(known, told=Told.TOLD, at=last.done_at)
    return replace(known, told=Told.UNTOLD)


# --- Held messages -------------------------------------------------------------------------------------


def can_settle(db: Session, entry_id: int, *, approve: bool) -> bool:
    """Whether a person may settle this message in this way."""
    entry = numbered(db, InboxEntry, entry_id)
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
