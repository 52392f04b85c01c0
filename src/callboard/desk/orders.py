"""An organiser's answer to a digest, carried out: votes, decisions, and the transcript that says what was done.

`reading.orders` reads the lines; here each becomes a deed, an entry of the audit trail, and a line of the transcript.
The command line uses the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import ballots, review
from callboard.desk.ballots import Tally
from callboard.desk.outbox import Desk
from callboard.model import OutboxEntry, Proposal, ReviewOrder
from callboard.proposals import Opinion, ProposalCard, State
from callboard.reading.orders import Order, Verb

OPINIONS = {
    Verb.ACCEPT: Opinion.ACCEPT,
    Verb.DECLINE: Opinion.DECLINE,
    Verb.WAITLIST: Opinion.WAITLIST,
    Verb.MAYBE: Opinion.MAYBE,
}


class Result(StrEnum):
    """What became of an order."""

    DONE = "done"
    NOT_COUNTED = "not_counted"  # a vote of somebody who may not judge
    UNKNOWN = "unknown"  # no proposal, or no held message, of that number
    WITHDRAWN = "withdrawn"  # nothing to decide any more
    NOTHING = "nothing"  # nothing to undo, to send, to decide
    TOLD = "told"  # cannot be undone: the speaker knows


@dataclass(frozen=True)
class Done:
    """One order about one proposal (or none), and what it led to."""

    order: Order
    result: Result
    number: int | None = None
    before: ProposalCard | None = None
    after: ProposalCard | None = None
    tally: Tally | None = None
    letter: OutboxEntry | None = None  # the decision's, that waits
    count: int = 0  # of letters sent, or orders undone


@dataclass(frozen=True)
class Voice:
    """Who gives orders: an organiser's address in lower case, or the command line; and in which answer."""

    by: str
    answer: str  # what is undone together
    entry_id: int | None = None


def carry_out(
    db: Session, desk: Desk, voice: Voice, orders: Iterable[Order], now: datetime
) -> tuple[Done, ...]:
    """Do what the orders ask for, in their order. Those that ask for a letter only are not for here."""
    return tuple(done for order in orders for done in _one(db, desk, voice, order, now))


def _one(db: Session, desk: Desk, voice: Voice, order: Order, now: datetime) -> Sequence[Done]:
    if order.verb is Verb.UNDO:
        return undo(db, desk, voice, order, now)
    if order.verb is Verb.SEND:
        sent = review.send_decisions(db, now)
        _note(db, voice, order, None, {}, now)
        return (Done(order, Result.DONE if sent else Result.NOTHING, count=sent),)
    if order.verb in (Verb.TAKE_HELD, Verb.DISMISS_HELD):
        return [_held(db, voice, order, number, now) for number in order.numbers]
    numbers = _undecided_but(db, order.numbers) if order.all_but else order.numbers
    return [_about(db, desk, voice, order, number, now) for number in numbers] or (
        Done(order, Result.NOTHING),
    )


def _undecided_but(db: Session, numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(p.id for p in store.proposals(db) if p.state == State.SUBMITTED and p.id not in numbers)


def _held(db: Session, voice: Voice, order: Order, number: int, now: datetime) -> Done:
    if not review.can_settle(db, number, approve=order.verb is Verb.TAKE_HELD):
        return Done(order, Result.UNKNOWN, number)
    review.settle_held(db, number, approve=order.verb is Verb.TAKE_HELD, now=now)
    _note(db, voice, order, None, {"held": number}, now)
    return Done(order, Result.DONE, number)


def _about(db: Session, desk: Desk, voice: Voice, order: Order, number: int, now: datetime) -> Done:
    """One order about one proposal: the vote or the field it changes, then what the votes add up to."""
    proposal = db.get(Proposal, number, with_for_update=True) if number < 2**31 else None
    if proposal is None:
        return Done(order, Result.UNKNOWN, number)
    before = store.card_of(proposal, desk.call.prefix)
    if proposal.state == State.WITHDRAWN:
        return Done(order, Result.WITHDRAWN, number, before, before)
    kept: dict[str, Any] = {"state": before.state.value, "format": before.format}
    said = _said(order)
    if said:
        kept["vote"] = ballots.cast(db, number, voice.by, now, **said)
    if order.format:
        proposal.format = order.format
    if order.verb is Verb.REOPEN and not store.was_told(db, number, before.state):
        review.move(db, desk, proposal, State.SUBMITTED, now, by=ballots.ORGANISERS)
        counted = ballots.tally(db, desk, before, store.cards(db, desk.call.prefix))
    else:
        counted = ballots.settle(db, desk, proposal, now)
    _note(db, voice, order, number, kept, now)
    result = Result.DONE
    if order.verb in OPINIONS and voice.by in counted.recused:
        result = Result.NOT_COUNTED
    after = store.card_of(proposal, desk.call.prefix)
    return Done(order, result, number, before, after, counted, store.decision_waiting(db, number))


def _said(order: Order) -> dict[str, Any]:
    """The fields of the vote that the order sets."""
    said: dict[str, Any] = {}
    if order.verb in OPINIONS:
        said["opinion"] = OPINIONS[order.verb]
        said["score"] = order.score
    elif order.verb is Verb.CONFLICT:
        said["recused"] = True
    elif order.verb is Verb.NO_CONFLICT:
        said["recused"] = False
    elif order.verb is Verb.REOPEN:
        said["opinion"] = said["score"] = None
    if order.comment:
        said["comment"] = order.comment
    if order.to_speaker:
        said["to_speaker"] = order.to_speaker
    return said


def _note(
    db: Session, voice: Voice, order: Order, number: int | None, before: dict[str, Any], now: datetime
) -> None:
    """The audit trail: who, when, by which message, what."""
    db.add(
        ReviewOrder(
            answer=voice.answer,
            at=now,
            by=voice.by,
            entry_id=voice.entry_id,
            proposal_id=number,
            verb=order.verb.value,
            line=order.line,
            before=before,
        )
    )
    db.flush()


# --- Undoing -------------------------------------------------------------------------------------------


def undo(db: Session, desk: Desk, voice: Voice, order: Order, now: datetime) -> Sequence[Done]:
    """Undo this person's last answer, as far as no speaker has been told. What others have said since stands."""
    last = store.last_answer(db, voice.by)
    if not last:
        return (Done(order, Result.NOTHING),)
    return [_undo_one(db, desk, row, order, now) for row in last]


def _undo_one(db: Session, desk: Desk, row: ReviewOrder, order: Order, now: datetime) -> Done:
    row.undone_at = now
    if row.proposal_id is None:
        # Letters that were let go, and messages that were settled, are not called back.
        return Done(order, Result.TOLD if row.verb == Verb.SEND else Result.NOTHING)
    proposal = db.get_one(Proposal, row.proposal_id, with_for_update=True)
    before = store.card_of(proposal, desk.call.prefix)
    if "vote" in row.before:
        ballots.put_back(db, proposal.id, row.by, row.before["vote"])
    if Verb(row.verb) is Verb.SET_FORMAT or row.before["format"] != proposal.format:
        proposal.format = row.before["format"]
    told = before.state != State.SUBMITTED and store.was_told(db, proposal.id, before.state)
    counted = ballots.settle(db, desk, proposal, now) if not told else None
    after = store.card_of(proposal, desk.call.prefix)
    result = Result.TOLD if told and row.before["state"] != before.state else Result.DONE
    return Done(replace(order, line=row.line or ""), result, proposal.id, before, after, counted)
