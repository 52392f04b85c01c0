"""Letters: owed, due, sent, taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from callboard.model import InboxEntry, LetterState, OutboxEntry, Proposal
from callboard.proposals import DECIDED, State

DECISIONS = ("accepted", "offered", "waitlisted", "declined")  # letters that tell one
FOR_ORGANISERS = ("digest", "review", "full", "question", "receipt")  # letters that no speaker gets
MOST_LETTERS = 200  # to one address that are looked through


def letter_by_message_id(db: Session, message_ids: Iterable[str]) -> OutboxEntry | None:
    """The letter of ours that one of these Message-IDs names; the last named wins."""
    wanted = list(message_ids)
    if not wanted:
        return None
    found = {
        x.message_id: x for x in db.scalars(select(OutboxEntry).where(OutboxEntry.message_id.in_(wanted)))
    }
    return next((found[m] for m in reversed(wanted) if m in found), None)


def letter_titled(db: Session, address: str, subject: str) -> OutboxEntry | None:
    """The last letter of that subject to this address; mail programs change blanks."""
    theirs = select(OutboxEntry.id, OutboxEntry.subject).where(
        func.lower(OutboxEntry.recipient) == address.lower(), OutboxEntry.kind.not_in(FOR_ORGANISERS)
    )
    wanted = " ".join(subject.split())
    rows = db.execute(theirs.order_by(OutboxEntry.id.desc()).limit(MOST_LETTERS))
    found = next((row.id for row in rows if " ".join(row.subject.split()) == wanted), None)
    return db.get(OutboxEntry, found) if found is not None else None


def answers_speakers_letter(db: Session, message_ids: Iterable[str]) -> bool:
    """Whether one of these Message-IDs is that of a letter of ours to a speaker."""
    named = OutboxEntry.message_id.in_(list(message_ids))
    found = select(OutboxEntry.id).where(named, OutboxEntry.kind.not_in(FOR_ORGANISERS)).limit(1)
    return db.scalar(found) is not None


def letters_to_organiser(
    db: Session, address: str, kinds: Iterable[str], named: Collection[str], codes: Collection[str]
) -> Sequence[OutboxEntry]:
    """Letters of these kinds to this address that one of these Message-IDs names, or whose own carries one of these
    codes (lower case), oldest first."""
    theirs = select(OutboxEntry.id, OutboxEntry.message_id).where(
        func.lower(OutboxEntry.recipient) == address.lower(), OutboxEntry.kind.in_(list(kinds))
    )
    found = [
        row.id
        for row in db.execute(theirs)
        if row.message_id in named or any(code in row.message_id for code in codes)
    ]
    return db.scalars(select(OutboxEntry).where(OutboxEntry.id.in_(found)).order_by(OutboxEntry.id)).all()


_LETTERS_SINCE = (
    select(func.count())
    .select_from(OutboxEntry)
    .where(
        func.lower(OutboxEntry.recipient) == bindparam("recipient"),
        OutboxEntry.created_at >= bindparam("since"),
    )
)
_OF_KEY = select(OutboxEntry.id).where(OutboxEntry.key == bindparam("key"))


def letters_since(db: Session, recipient: str, since: datetime) -> int:
    """How many letters were owed to this address since then."""
    return db.scalar(_LETTERS_SINCE, {"recipient": recipient.lower(), "since": since}) or 0


def letters_about(db: Session, proposal_id: int) -> Sequence[OutboxEntry]:
    """Every letter about a proposal but those that were taken back, oldest first."""
    return db.scalars(
        select(OutboxEntry)
        .where(OutboxEntry.proposal_id == proposal_id, OutboxEntry.state != LetterState.CANCELLED)
        .order_by(OutboxEntry.id)
    ).all()


_RETURNED = select(func.max(OutboxEntry.done_at)).where(
    func.lower(OutboxEntry.recipient) == bindparam("address"), OutboxEntry.bounced
)
_WROTE = select(func.max(InboxEntry.received_at)).where(func.lower(InboxEntry.sender) == bindparam("address"))


def is_dead(db: Session, address: str) -> bool:
    """Whether a letter to this address came back for good, and nothing has come from it since."""
    wanted = {"address": address.lower()}
    returned = db.scalar(_RETURNED, wanted)
    if returned is None:
        return False
    wrote = db.scalar(_WROTE, wanted)
    return wrote is None or wrote <= returned


def was_told(db: Session, proposal_id: int, state: State) -> bool:
    """Whether this decision is the last that a letter has told, or may have."""
    kinds = ("accepted", "offered") if state in (State.ACCEPTED, State.CONFIRMED) else (state.value,)
    last = last_told(db, proposal_id)
    return last is not None and last.kind in kinds


def last_told(db: Session, proposal_id: int) -> OutboxEntry | None:
    """The last letter with a decision that has left, or may have."""
    letters = reversed(letters_about(db, proposal_id))
    return next((x for x in letters if x.kind in DECISIONS and may_have_left(x)), None)


@dataclass(frozen=True)
class LetterLine:
    """What is to be known of a letter, without its bytes."""

    key: str
    kind: str
    state: LetterState
    attempts: int
    next_attempt: datetime
    done_at: datetime | None

    @property
    def tells(self) -> State:
        """The decision that a letter with one tells."""
        return State.ACCEPTED if self.kind == "offered" else State(self.kind)

    @property
    def waits(self) -> bool:
        """Whether it has not been tried yet."""
        return _waits(self)

    @property
    def may_have_left(self) -> bool:
        """Whether its reader may know."""
        return may_have_left(self)


def letter_lines(
    db: Session, kinds: Iterable[str], proposal_id: int | None = None
) -> dict[int, list[LetterLine]]:
    """The letters of these kinds about one proposal, or about all, but those that were taken back; oldest first."""
    letter = OutboxEntry
    statement = (
        select(
            letter.proposal_id,
            letter.key,
            letter.kind,
            letter.state,
            letter.attempts,
            letter.next_attempt,
            letter.done_at,
        )
        .where(letter.kind.in_(list(kinds)), letter.state != LetterState.CANCELLED)
        .order_by(letter.id)
    )
    if proposal_id is not None:
        statement = statement.where(letter.proposal_id == proposal_id)
    found: dict[int, list[LetterLine]] = {}
    for row in db.execute(statement):
        line = LetterLine(
            row.key, row.kind, LetterState(row.state), row.attempts, row.next_attempt, row.done_at
        )
        found.setdefault(row.proposal_id, []).append(line)
    return found


def known_state(db: Session, proposal: Proposal) -> State:
    """The proposal's state as its speaker knows it: what is decided is theirs to know when its letter leaves."""
    state = State(proposal.state)
    if state not in DECIDED or decision_waiting(db, proposal.id) is None:
        return state
    last = last_told(db, proposal.id)
    if last is None:
        return State.SUBMITTED
    return State.ACCEPTED if last.kind == "offered" else State(last.kind)


def decision_waiting(db: Session, proposal_id: int) -> OutboxEntry | None:
    """The letter with the decision, while it has not left."""
    return next(
        (x for x in letters_about(db, proposal_id) if x.kind in DECISIONS and _waits(x)),
        None,
    )


def _waits(letter: OutboxEntry | LetterLine) -> bool:
    return letter.state in (LetterState.OWED, LetterState.WAITING) and letter.attempts == 0


def letters_of_kind(db: Session, proposal_id: int, kind: str) -> int:
    """How many letters of this kind were ever owed about a proposal, those included that were taken back."""
    mine = select(func.count()).where(OutboxEntry.proposal_id == proposal_id, OutboxEntry.kind == kind)
    return db.scalar(mine) or 0


def may_have_left(letter: OutboxEntry | LetterLine) -> bool:
    """One that was tried may have arrived, though its answer was lost."""
    return letter.state == LetterState.SENT or letter.attempts > 0


def is_owed(db: Session, key: str) -> bool:
    """Whether a letter of this key was ever owed."""
    return db.scalar(_OF_KEY, {"key": key}) is not None


def due_letters(db: Session, now: datetime, limit: int) -> Sequence[OutboxEntry]:
    """Letters owed whose time has come, oldest first."""
    return db.scalars(
        select(OutboxEntry)
        .where(OutboxEntry.state == LetterState.OWED, OutboxEntry.next_attempt <= now)
        .order_by(OutboxEntry.next_attempt, OutboxEntry.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def letters_not_taken(db: Session, address: str) -> Sequence[OutboxEntry]:
    """Letters to a speaker's address that have not been tried. Locked: nobody takes one before the commit."""
    return db.scalars(
        select(OutboxEntry)
        .where(
            func.lower(OutboxEntry.recipient) == address.lower(),
            OutboxEntry.kind.not_in(FOR_ORGANISERS),
            OutboxEntry.state.in_((LetterState.OWED, LetterState.WAITING)),
            OutboxEntry.attempts == 0,
            # Alarms are about no proposal and answer nobody.
            OutboxEntry.proposal_id.is_not(None) | OutboxEntry.entry_id.is_not(None),
        )
        .order_by(OutboxEntry.id)
        .with_for_update()
    ).all()


def cancel_letters(db: Session, proposal_id: int, kinds: Iterable[str], now: datetime) -> None:
    """Cancel letters about a proposal that have not left yet."""
    db.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.proposal_id == proposal_id,
            OutboxEntry.kind.in_(list(kinds)),
            OutboxEntry.state.in_((LetterState.OWED, LetterState.WAITING)),
        )
        .values(state=LetterState.CANCELLED, done_at=now)
    )


def revive_decision(db: Session, proposal_id: int, cancelled_at: datetime, state: LetterState) -> None:
    """Let a decision's letter that was taken back at that moment wait again."""
    db.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.proposal_id == proposal_id,
            OutboxEntry.kind.in_(DECISIONS),
            OutboxEntry.state == LetterState.CANCELLED,
            OutboxEntry.done_at == cancelled_at,
        )
        .values(state=state, done_at=None)
    )
