"""An organiser's answer to a digest, carried out: votes, decisions, and the transcript that says what was done.

`reading.orders` reads the lines; here each becomes a deed, an entry of the audit trail, and a line of the transcript.
The command line uses the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from callboard import store
from callboard.database import numbered
from callboard.desk import ballots, kindwords, pinning, releases, review
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Circles
from callboard.desk.kindwords import Said
from callboard.desk.outbox import Desk
from callboard.desk.pinning import Obstacle
from callboard.desk.rules import STATES
from callboard.errors import ConfigError
from callboard.model import OutboxEntry, Proposal, ReviewOrder
from callboard.programme.pins import Pin, read_pin
from callboard.proposals import Opinion, ProposalCard, State
from callboard.reading.orders import Order, Verb

OPINIONS = {
    Verb.ACCEPT: Opinion.ACCEPT,
    Verb.DECLINE: Opinion.DECLINE,
    Verb.WAITLIST: Opinion.WAITLIST,
    Verb.MAYBE: Opinion.MAYBE,
}


DECIDING = {verb: STATES[opinion] for verb, opinion in OPINIONS.items() if opinion in STATES}


class Result(StrEnum):
    """What became of an order."""

    DONE = "done"
    NOT_COUNTED = "not_counted"  # a vote of somebody who may not judge
    UNKNOWN = "unknown"  # no proposal, or no held message, of that number
    WITHDRAWN = "withdrawn"  # nothing to decide any more
    NOTHING = "nothing"  # nothing to undo, to send, to decide
    TOLD = "told"  # cannot be undone: the speaker knows
    PUBLIC = "public"  # cannot be undone: the programme is public
    IMPOSSIBLE = "impossible"  # to be fixed in the programme, or let go: `Done.obstacle` says why


LASTING = {Verb.SEND: Result.TOLD, Verb.RELEASE: Result.PUBLIC}  # what undoing such an order comes to


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
    words: tuple[Said, ...] = ()  # for the speaker, that go out with that letter
    overturns: bool = False  # a decision that its speaker knows
    count: int = 0  # of letters sent
    draft: int | None = None  # that is public now
    draft_before: int | None = None  # that was public until then
    pins: tuple[Pin, ...] = ()  # fixed, or let go
    obstacle: Obstacle | None = None


@dataclass(frozen=True)
class Voice:
    """Who gives orders: an organiser's address in lower case, or the command line; and in which answer.

    What the command line decides is decided, whatever the votes say.
    """

    by: str
    answer: str  # what is undone together
    entry_id: int | None = None
    tells: bool = True  # of the command line: whether its decisions are told by a letter
    reopens: bool = False  # of the command line: decides about what was withdrawn too


@dataclass(frozen=True)
class _Sitting:
    """Where orders are carried out."""

    db: Session
    desk: Desk
    voice: Voice
    now: datetime

    @cached_property
    def near(self) -> Circles:
        """Who proposes with whom. No order changes that, so it is read once."""
        return ballots.circles(self.desk, store.cards(self.db, self.desk.call.prefix))

    def card(self, proposal: Proposal) -> ProposalCard:
        return store.card_of(proposal, self.desk.call.prefix)

    def tally(self, proposal: Proposal) -> Tally:
        return ballots.tally(self.db, self.desk, self.card(proposal), self.near)

    def settle(
        self, proposal: Proposal, before: Tally, opinion: Opinion | None = None, *, again: bool = False
    ) -> Tally:
        """Let the votes decide, after one that was cast or taken back."""
        after = self.tally(proposal)
        ballots.settle(self.db, self.desk, proposal, before, after, self.now, opinion, again=again)
        return after


def carry_out(
    db: Session, desk: Desk, voice: Voice, orders: Iterable[Order], now: datetime
) -> tuple[Done, ...]:
    """Do what the orders ask for, in their order. Those that ask for a letter only are not for here."""
    sitting = _Sitting(db, desk, voice, now)
    return tuple(done for order in orders for done in _one(sitting, order))


def _one(at: _Sitting, order: Order) -> Sequence[Done]:
    if order.verb is Verb.UNDO:
        return _undo(at, order)
    if order.verb is Verb.SEND:
        sent = review.send_decisions(at.db, at.now)
        _note(at, order, None, {})
        return (Done(order, Result.DONE if sent else Result.NOTHING, count=sent),)
    if order.verb is Verb.RELEASE:
        return (_release(at, order),)
    if order.verb in (Verb.TAKE_HELD, Verb.DISMISS_HELD):
        return [_held(at, order, number) for number in order.numbers]
    if order.verb is Verb.PIN:
        return (_pin(at, order),)
    if order.verb is Verb.UNPIN:
        return (_unpin(at, order),)
    numbers = _undecided_but(at.db, order.numbers) if order.all_but else order.numbers
    return [_about(at, order, number) for number in numbers] or (Done(order, Result.NOTHING),)


def _release(at: _Sitting, order: Order) -> Done:
    number = order.numbers[0] if order.numbers else None
    try:
        released = releases.release(at.db, at.desk, number, at.now)
    except ConfigError:  # there is none, or none of that number
        return Done(order, Result.UNKNOWN, number)
    again = released.before == released.number
    if not again:
        _note(at, order, None, {"draft": released.before})
    result = Result.NOTHING if again else Result.DONE
    return Done(order, result, count=released.told, draft=released.number, draft_before=released.before)


def _undecided_but(db: Session, numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(p.id for p in store.proposals(db) if p.state == State.SUBMITTED and p.id not in numbers)


def _held(at: _Sitting, order: Order, number: int) -> Done:
    approve = order.verb is Verb.TAKE_HELD
    if not review.can_settle(at.db, number, approve=approve):
        return Done(order, Result.UNKNOWN, number)
    review.settle_held(at.db, number, approve=approve, now=at.now)
    _note(at, order, None, {"held": number})
    return Done(order, Result.DONE, number)


def _about(at: _Sitting, order: Order, number: int) -> Done:
    """One order about one proposal."""
    proposal = numbered(at.db, Proposal, number, lock=True)
    if proposal is None:
        return Done(order, Result.UNKNOWN, number)
    if at.voice.by == store.COMMAND_LINE and order.verb in DECIDING:
        return _decided(at, order, proposal)
    if proposal.state == State.WITHDRAWN:
        return Done(order, Result.WITHDRAWN, number, at.card(proposal), at.card(proposal))
    return _voted(at, order, proposal)


def _decided(at: _Sitting, order: Order, proposal: Proposal) -> Done:
    """What the command line decides. Raises ConfigError for what was withdrawn."""
    before, state, voice = at.card(proposal), DECIDING[order.verb], at.voice
    kept = {"state": before.state.value, "format": before.format, "decided": state.value}
    review.decide(
        at.db,
        at.desk,
        proposal.id,
        state,
        at.now,
        comment=order.to_speaker,
        tell=voice.tells,
        reopen=voice.reopens,
    )
    after = at.card(proposal)
    if after.state == before.state:
        return Done(order, Result.NOTHING, proposal.id, before, after)
    _note(at, order, proposal.id, kept)
    letter = store.decision_waiting(at.db, proposal.id)
    return Done(order, Result.DONE, proposal.id, before, after, at.tally(proposal), letter)


def _voted(at: _Sitting, order: Order, proposal: Proposal) -> Done:
    """The vote or the field that an order changes, then what the votes add up to."""
    number, before, counted = proposal.id, at.card(proposal), at.tally(proposal)
    kept: dict[str, Any] = {"state": before.state.value, "format": before.format}
    said = _said(order)
    if said:
        kept["vote"] = ballots.cast(at.db, number, at.voice.by, at.now, **said)
    if order.format:
        proposal.format = order.format
    if order.to_speaker:
        kept[kindwords.MARK] = True
    _note(at, order, number, kept)
    if order.verb is Verb.REOPEN and not store.was_told(at.db, number, before.state):
        review.move(at.db, at.desk, proposal, State.SUBMITTED, at.now, by=review.ORGANISERS)
        counted = at.tally(proposal)
    else:
        counted = at.settle(proposal, counted, OPINIONS.get(order.verb), again=order.to_speaker is not None)
    recused = order.verb in OPINIONS and at.voice.by in counted.recused
    result = Result.NOT_COUNTED if recused else Result.DONE
    letter, after = store.decision_waiting(at.db, number), at.card(proposal)
    overturns = after.state != before.state and store.was_told(at.db, number, before.state)
    words = kindwords.going_out(at.db, proposal, counted.said, after.state) if letter else ()
    return Done(order, result, number, before, after, counted, letter, words, overturns)


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


def _pin(at: _Sitting, order: Order) -> Done:
    """Fix something in the programme."""
    found: dict[int, Proposal] = {}
    for number in order.numbers:
        proposal = numbered(at.db, Proposal, number)
        if proposal is None:
            return Done(order, Result.UNKNOWN, number)
        if proposal.state == State.WITHDRAWN:
            return Done(order, Result.WITHDRAWN, number, after=at.card(proposal))
        found[number] = proposal
    number = order.numbers[0]
    done = Done(order, Result.IMPOSSIBLE, number, after=at.card(found[number]))
    pin = pinning.read(order)
    obstacle = pin if isinstance(pin, Obstacle) else pinning.obstacle(at.db, at.desk, pin)
    if isinstance(pin, Obstacle) or obstacle is not None:
        return replace(done, obstacle=obstacle)
    pinning.fix(at.db, at.desk, pin, at.voice.by, at.now)
    kept: dict[str, Any] = {"pinned": [pin.text]}
    if order.comment:
        kept["vote"] = ballots.cast(at.db, number, at.voice.by, at.now, comment=order.comment)
    _note(at, order, number, kept)
    return replace(done, result=Result.DONE, pins=(pin,))


def _unpin(at: _Sitting, order: Order) -> Done:
    """Let something go again."""
    number = order.numbers[0]
    proposal = numbered(at.db, Proposal, number)
    found, card = pinning.to_let_go(at.db, at.desk, order), at.card(proposal) if proposal else None
    if isinstance(found, Obstacle):
        result = Result.IMPOSSIBLE if proposal else Result.UNKNOWN
        return Done(order, result, number, after=card, obstacle=found)
    for pin in found:
        pinning.let_go(at.db, at.desk, pin)
    # A proposal that is erased may have left a pin behind.
    _note(at, order, number if proposal else None, {"unpinned": [pin.text for pin in found]})
    return Done(order, Result.DONE, number, after=card, pins=found)


def _note(at: _Sitting, order: Order, number: int | None, before: dict[str, Any]) -> None:
    """The audit trail: who, when, by which message, what."""
    at.db.add(
        ReviewOrder(
            answer=at.voice.answer,
            at=at.now,
            by=at.voice.by,
            entry_id=at.voice.entry_id,
            proposal_id=number,
            verb=order.verb.value,
            line=order.line,
            before=before,
        )
    )
    at.db.flush()


# --- Undoing -------------------------------------------------------------------------------------------


def _undo(at: _Sitting, order: Order) -> Sequence[Done]:
    """Undo this person's last answer, as far as no speaker has been told. What others have said since stands."""
    last = store.last_answer(at.db, at.voice.by)
    if not last:
        return (Done(order, Result.NOTHING),)
    return [_undo_one(at, row, order) for row in last]


def _undo_one(at: _Sitting, row: ReviewOrder, order: Order) -> Done:
    if row.proposal_id is None:
        row.undone_at = at.now
        # Letters that were let go, and messages that were settled, are not called back.
        return Done(order, LASTING.get(Verb(row.verb), Result.NOTHING))
    proposal = at.db.get_one(Proposal, row.proposal_id, with_for_update=True)
    now = at.card(proposal)
    told = now.state != State.SUBMITTED and store.was_told(at.db, proposal.id, now.state)
    if told and row.before.get("state", now.state) != now.state:
        # The speaker knows: the decision stands, and so do the vote and the trail that led to it.
        return Done(replace(order, line=row.line or ""), Result.TOLD, proposal.id, now, now)
    row.undone_at = at.now
    before, counted = now, at.tally(proposal)
    if "vote" in row.before:
        ballots.put_back(at.db, proposal.id, row.by, row.before["vote"])
    if row.verb in (Verb.PIN, Verb.UNPIN):
        return _undo_pin(at, row, replace(order, line=row.line or ""), now)
    if row.before.get("format", before.format) != proposal.format:
        proposal.format = row.before["format"]
    if not told:
        counted = at.settle(proposal, counted)
        _restore(at, row, proposal)
    counts = counted if not told else None
    return Done(
        replace(order, line=row.line or ""), Result.DONE, proposal.id, before, at.card(proposal), counts
    )


def _undo_pin(at: _Sitting, row: ReviewOrder, order: Order, card: ProposalCard) -> Done:
    for line in row.before.get("pinned", ()):
        pinning.let_go(at.db, at.desk, read_pin(line))
    for line in row.before.get("unpinned", ()):
        pinning.fix(at.db, at.desk, read_pin(line), at.voice.by, at.now)
    return Done(order, Result.DONE, row.proposal_id, card, card)


def _restore(at: _Sitting, row: ReviewOrder, proposal: Proposal) -> None:
    """Put back a state that no votes ask for: what the undone order took away, if nobody has decided since."""
    before, now = State(row.before["state"]), State(proposal.state)
    if "decided" in row.before:
        taken = review.same(State(row.before["decided"]), now)
    elif before == State.CONFIRMED:
        taken = now == State.ACCEPTED
    else:
        earlier = store.last_version(at.db, proposal.id, before.value)
        taken = now == State.SUBMITTED and earlier is not None and earlier.by != review.ORGANISERS
    if taken and before != now:
        review.put_back(at.db, at.desk, proposal, before, at.now, by=at.voice.by)
