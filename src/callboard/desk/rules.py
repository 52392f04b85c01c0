"""The rules of decision: what the organisers' votes add up to. Pure; `decisions` acts on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from callboard.config import ReviewConfig
from callboard.proposals import Opinion, State

# A maybe is worth its score alone: without one it may be an abstention, which must not lower a mean.
SCORES = {Opinion.ACCEPT: 1.0, Opinion.WAITLIST: 0.5, Opinion.DECLINE: 0.0}
STATES = {
    Opinion.ACCEPT: State.ACCEPTED,
    Opinion.DECLINE: State.DECLINED,
    Opinion.WAITLIST: State.WAITLISTED,
}
OF = 5  # what a mean score is out of, in the configuration and in letters


@dataclass(frozen=True)
class Ballot:
    """One organiser's vote on one proposal; who has not voted has none."""

    organiser: str  # address, lower case
    opinion: Opinion | None
    at: datetime
    score: float | None = None  # 0 to 1

    @property
    def worth(self) -> float | None:
        """The score, or what the opinion alone is worth; None for a maybe without a score."""
        if self.score is not None:
            return self.score
        return SCORES.get(self.opinion) if self.opinion else None


@dataclass(frozen=True)
class Verdict:
    """What follows from the votes: a state, or how many votes are missing and whose they may be."""

    state: State | None = None
    missing: int = 0
    waits_for: tuple[str, ...] = ()  # addresses of those who may still vote
    mean: float | None = None  # of the scores, 0 to 5, where the rule asks for it


def judge(rule: ReviewConfig, ballots: Sequence[Ballot], voters: Sequence[str], recused: set[str]) -> Verdict:
    """What the ballots decide. `voters` are all organisers who may vote (addresses, lower case), `recused` those of
    them who may not judge this proposal. They count out: where a rule asks for more votes than there are others,
    the others' are enough. Where nobody is left to judge, nothing is decided."""
    able = [voter for voter in voters if voter not in recused]
    given = [b for b in ballots if b.organiser in able and b.opinion is not None]
    rest = tuple(v for v in able if v not in {b.organiser for b in given})
    if rule.rule == "chair":
        return _chair(rule, given, able, rest)
    if rule.rule == "votes":
        return _votes(min(rule.votes, len(able)), given, rest)
    if rule.rule == "average":
        return _average(rule, given, able, rest)
    return _last_word(given, rest)


def _last_word(given: Sequence[Ballot], rest: tuple[str, ...]) -> Verdict:
    said = [b for b in given if b.opinion in STATES]
    return _of(max(said, key=lambda b: b.at)) if said else Verdict(missing=1, waits_for=rest)


def _votes(needed: int, given: Sequence[Ballot], rest: tuple[str, ...]) -> Verdict:
    """The state that enough organisers ask for. Where as many ask for another, nothing is decided."""
    counts = Counter(b.opinion for b in given if b.opinion in STATES)
    ranked = counts.most_common(2)
    most = ranked[0][1] if ranked else 0
    tied = len(ranked) == 2 and ranked[1][1] == most
    if ranked and most >= max(needed, 1) and not tied and ranked[0][0] is not None:
        return Verdict(STATES[ranked[0][0]])
    return Verdict(missing=max(needed - most, 1), waits_for=rest)


def _average(
    rule: ReviewConfig, given: Sequence[Ballot], able: Sequence[str], rest: tuple[str, ...]
) -> Verdict:
    needed = min(rule.votes, len(able))
    worths = [b.worth for b in given if b.worth is not None]
    mean = fmean(worths) * OF if worths else None
    if mean is None or len(worths) < needed:
        return Verdict(missing=max(needed - len(worths), 1), waits_for=rest, mean=mean)
    return Verdict(State.ACCEPTED if mean >= rule.average else State.DECLINED, mean=mean)


def _chair(
    rule: ReviewConfig, given: Sequence[Ballot], able: Sequence[str], rest: tuple[str, ...]
) -> Verdict:
    """The chair's word; any other organiser's where the chair may not judge."""
    chair = (rule.chair or "").casefold()
    if chair not in able:
        return _last_word(given, rest)
    said = [b for b in given if b.organiser == chair and b.opinion in STATES]
    return _of(said[-1]) if said else Verdict(missing=1, waits_for=(chair,))


def _of(ballot: Ballot) -> Verdict:
    return Verdict(STATES.get(ballot.opinion) if ballot.opinion else None)
