"""How each proposal stands among the organisers, as their digest shows it: votes, what is missing, conflicts, twins,
and whether its speaker knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from sqlalchemy.orm import Session

from callboard.desk import ballots, matching, review
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Conflict
from callboard.desk.outbox import Desk
from callboard.desk.rules import OF
from callboard.proposals import ProposalCard, State

ALIKE = 0.8  # of the shorter abstract's words that the other has too
WORDS = 25  # of an abstract that can tell two talks apart
MOST = 400  # proposals that are compared with each other


@dataclass(frozen=True)
class VoteLine:
    """What one organiser thinks."""

    who: str
    opinion: str | None
    score: float | None = None  # 0 to 5
    counts: bool = True  # False: they do not judge this proposal


@dataclass(frozen=True)
class Standing:
    """One proposal among the organisers. Addresses are in lower case."""

    votes: tuple[VoteLine, ...] = ()
    missing: int = 0  # votes, until it is decided
    waits_for: Mapping[str, str] = field(default_factory=dict)  # address -> name of those who may still vote
    mean: float | None = None  # 0 to 5
    recused: Mapping[str, Conflict] = field(default_factory=dict)
    alike: tuple[str, ...] = ()  # references of proposals that may be the same talk
    pending: bool = False  # decided, and its speaker does not know yet
    leaves: datetime | None = None  # the letter; None: it waits for the others
    known: State | None = None  # the decision that the speaker was last told
    known_at: datetime | None = None
    corrected: State | None = None  # the other one that they had been told before


def standings(db: Session, desk: Desk, cards: Sequence[ProposalCard]) -> dict[int, Standing]:
    """How each proposal that is not withdrawn stands, by number."""
    twins = alike(cards)
    open_cards = [card for card in cards if card.state != State.WITHDRAWN]
    tallies = ballots.tallies(db, desk, open_cards, ballots.circles(desk, cards))
    told = review.standings(db, open_cards)
    return {
        c.number: _standing(desk, c, tallies[c.number], told[c.number], twins.get(c.number, ()))
        for c in open_cards
    }


def _standing(
    desk: Desk, card: ProposalCard, counted: Tally, decision: review.Standing, twins: tuple[str, ...]
) -> Standing:
    pending = decision.told is review.Told.DECIDED
    undecided = card.state == State.SUBMITTED
    return Standing(
        votes=tuple(
            VoteLine(
                _name(desk, v.organiser),
                v.opinion,
                v.score * OF if v.score is not None else None,
                v.organiser not in counted.recused,
            )
            for v in counted.votes
            if v.opinion is not None or v.score is not None
        ),
        missing=counted.verdict.missing if undecided else 0,
        waits_for={a: _name(desk, a) for a in counted.verdict.waits_for} if undecided else {},
        mean=counted.verdict.mean,
        recused=counted.recused,
        alike=twins,
        pending=pending,
        leaves=decision.at if pending else None,
        known=decision.known,
        known_at=decision.known_at,
        corrected=decision.corrected,
    )


def _name(desk: Desk, address: str) -> str:
    found = desk.call.organiser(address)
    return found.name if found else address


def alike(cards: Sequence[ProposalCard]) -> dict[int, tuple[str, ...]]:
    """For each proposal the references of others that may be the same talk: nearly the same title, or much of the
    abstract. Titles that differ in a number ("part 1", "part 2") are two talks."""
    found: dict[int, list[str]] = {}
    told = [(card, _words(card.title), _words(card.abstract)) for card in cards[:MOST]]
    for (one, title, text), (other, title_too, text_too) in combinations(told, 2):
        if State.WITHDRAWN in (one.state, other.state) or _numbers(one) != _numbers(other):
            continue
        same_text = min(len(text), len(text_too)) >= WORDS and _shared(text, text_too) >= ALIKE
        same_title = _shared(title, title_too) >= matching.HALF and matching.near(one.title, other.title)
        if same_text or same_title:
            found.setdefault(one.number, []).append(other.reference)
            found.setdefault(other.number, []).append(one.reference)
    return {number: tuple(references) for number, references in found.items()}


def _words(text: str | None) -> set[str]:
    return set((text or "").casefold().split())


def _numbers(card: ProposalCard) -> list[str]:
    return re.findall(r"\d+", card.title or "")


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
