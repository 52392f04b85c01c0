"""The organisers' votes on a proposal: who may judge it, what they said, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import conflicts, kindwords, review, rules
from callboard.desk.conflicts import Circles, Conflict, Reason
from callboard.desk.kindwords import Said
from callboard.desk.outbox import Desk
from callboard.desk.rules import Ballot, Verdict
from callboard.model import Proposal, Vote
from callboard.proposals import DECIDED, Opinion, ProposalCard, State

KEPT = ("opinion", "score", "comment", "to_speaker", "recused")  # of a vote, so that it can be undone


@dataclass(frozen=True)
class Tally:
    """How the votes on one proposal stand."""

    votes: tuple[Vote, ...]
    recused: Mapping[str, Conflict]  # by address, lower case
    verdict: Verdict
    said: tuple[Said, ...] = ()  # to the speaker, by those who judge the proposal


def voters(desk: Desk) -> tuple[str, ...]:
    """The addresses that may vote, lower case, in the configuration's order."""
    return tuple(dict.fromkeys(o.address.casefold() for o in desk.call.organisers if o.address))


def circles(desk: Desk, everything: Sequence[ProposalCard]) -> Circles:
    """Who works with which organiser, as all the call's proposals show."""
    return conflicts.circles(desk.call.organisers, everything) if desk.review.conflicts else {}


def tally(db: Session, desk: Desk, card: ProposalCard, near: Circles) -> Tally:
    """Count the votes on a proposal. `near`: as `circles` gives it."""
    return _tally(desk, card, near, store.votes(db, card.number))


def tallies(db: Session, desk: Desk, cards: Sequence[ProposalCard], near: Circles) -> dict[int, Tally]:
    """Count the votes on many proposals, by number."""
    votes: dict[int, list[Vote]] = {}
    for vote in store.votes(db):
        votes.setdefault(vote.proposal_id, []).append(vote)
    return {card.number: _tally(desk, card, near, votes.get(card.number, ())) for card in cards}


def _tally(desk: Desk, card: ProposalCard, near: Circles, votes: Sequence[Vote]) -> Tally:
    recused = _recused(desk, card, near, votes)
    ballots = [Ballot(v.organiser, Opinion(v.opinion) if v.opinion else None, v.at, v.score) for v in votes]
    said = tuple(
        Said(ballot.organiser, ballot.opinion, vote.to_speaker)
        for vote, ballot in zip(votes, ballots, strict=True)
        if vote.to_speaker and vote.organiser not in recused
    )
    return Tally(tuple(votes), recused, rules.judge(desk.review, ballots, voters(desk), set(recused)), said)


def _recused(desk: Desk, card: ProposalCard, near: Circles, votes: Sequence[Vote]) -> Mapping[str, Conflict]:
    inferred = conflicts.conflicts(desk.call.organisers, card, near) if desk.review.conflicts else {}
    said = {vote.organiser: vote.recused for vote in votes if vote.recused is not None}
    found = {address: one for address, one in inferred.items() if said.get(address) is not False}
    return {a: Conflict(Reason.SAID, "") for a, recused in said.items() if recused} | found


def cast(db: Session, proposal_id: int, organiser: str, now: datetime, **said: Any) -> dict[str, Any] | None:
    """Write down what an organiser says of a proposal; what they do not mention stays, and so does when they gave their
    opinion: a comment on an old one does not make it the last word. Returns what stood there."""
    vote = store.vote_of(db, proposal_id, organiser)
    before = {name: getattr(vote, name) for name in KEPT} | {"at": vote.at.isoformat()} if vote else None
    if vote is None:
        vote = Vote(proposal_id=proposal_id, organiser=organiser, at=now)
        db.add(vote)
    for name, value in said.items():
        setattr(vote, name, value)
    if "opinion" in said:
        vote.at = now
    db.flush()
    return before


def put_back(db: Session, proposal_id: int, organiser: str, before: Mapping[str, Any] | None) -> None:
    """Undo `cast`."""
    vote = store.vote_of(db, proposal_id, organiser)
    if vote is None:
        return
    if before is None:
        db.delete(vote)
    else:
        for name in KEPT:
            setattr(vote, name, before[name])
        if "at" in before:  # an order of an older version kept none
            vote.at = datetime.fromisoformat(before["at"])
    db.flush()


def settle(
    db: Session,
    desk: Desk,
    proposal: Proposal,
    before: Tally,
    after: Tally,
    now: datetime,
    opinion: Opinion | None = None,
    *,
    again: bool = False,
) -> None:
    """Let the votes decide: the state they ask for, or none while they do not, as long as nobody was told.

    `before` and `after` are the votes without and with the one just cast, `opinion` what it says. What the command
    line has decided stands, and so does a place from the waiting list, until the votes turn, or an organiser asks
    again for what they say. What they say to the speaker meanwhile goes into the letter that waits; `again`: somebody
    has just said something, maybe in the same words.
    """
    wanted, state = after.verdict.state, State(proposal.state)
    if state == State.WITHDRAWN:
        return
    by = store.decided_by(db, proposal.id)
    stands = state in DECIDED and by in (store.COMMAND_LINE, review.WAITING_LIST)
    asked = opinion is not None and rules.STATES.get(opinion) == wanted
    turns = wanted is not None and (not stands or asked or before.verdict.state != wanted)
    lapses = wanted is None and state in DECIDED and by == review.ORGANISERS
    if wanted is not None and turns and not review.same(wanted, state):
        words = kindwords.text_of(kindwords.going_out(db, proposal, after.said, wanted))
        review.move(db, desk, proposal, wanted, now, by=review.ORGANISERS, comment=words or None)
    elif lapses and not store.was_told(db, proposal.id, state):
        review.move(db, desk, proposal, State.SUBMITTED, now, by=review.ORGANISERS)
    elif before.said != after.said or again:
        words = kindwords.text_of(kindwords.going_out(db, proposal, after.said, state))
        review.reword(db, desk, proposal, words, now)
