"""The organisers' words for a speaker: whose go into the decision's letter.

Who votes as it is decided speaks for all, and so does who has no opinion. Who was outvoted said their words for another
decision ("off topic, sorry"): these stay behind, unless they are said again once it is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk.rules import STATES
from callboard.model import Proposal
from callboard.proposals import Opinion, State
from callboard.reading.order import Verb

MARK = "words"  # of an order in the audit trail that brought some


@dataclass(frozen=True)
class Said:
    """What an organiser who judges a proposal says to its speaker."""

    organiser: str  # address, lower case
    opinion: Opinion | None
    words: str


def going_out(db: Session, proposal: Proposal, said: Iterable[Said], state: State) -> tuple[Said, ...]:
    """Those whose words the letter about this decision brings, in the order in which they voted."""
    every = tuple(said)
    if not every:
        return ()
    again = _said_since(db, proposal, state)
    return tuple(one for one in every if _agrees(one, state) or one.organiser in again)


def text_of(said: Iterable[Said]) -> str:
    """Their words, a paragraph of each."""
    return "\n\n".join(one.words for one in said)


def _agrees(one: Said, state: State) -> bool:
    wanted = STATES.get(one.opinion) if one.opinion else None
    return wanted is None or wanted == state or (wanted, state) == (State.ACCEPTED, State.CONFIRMED)


def _said_since(db: Session, proposal: Proposal, state: State) -> frozenset[str]:
    """Who has said something to the speaker, without a vote, since it was decided so."""
    decided = store.last_version(db, proposal.id, state.value) if proposal.state == state else None
    if decided is None:
        return frozenset()
    return frozenset(
        order.by
        for order in store.orders_about(db, proposal.id)
        if order.verb == Verb.NOTE
        and order.undone_at is None
        and order.before.get(MARK)
        and order.at >= decided.at
    )
