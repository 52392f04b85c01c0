"""A first placement to begin from: each talk in turn, where its topic already is, at the first moment that is free.

It breaks no rule that must hold, so that the solver has something to improve from its first second on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from callboard.programme.problem import Places, Problem, Talk
from callboard.programme.seat import Allowed, earliest


def first(problem: Problem, allowed: Allowed, pinned: Places) -> dict[int, tuple[int, int]]:
    """Number -> (session, minute). Pinned talks are where they were put, talks of the previous draft stay; decided ones
    come before the others."""
    where: dict[int, list[int]] = defaultdict(list)
    for number, session in allowed:
        where[number].append(session)
    rows = [_Row(problem, allowed, index) for index in range(len(problem.sessions))]
    stages: dict[str, list[int]] = defaultdict(list)  # person -> sessions
    order = sorted(problem.talks, key=lambda t: (t.undecided, t.topic is None, t.topic or 0, t.number))
    kept = {talk.number: as_before(problem, allowed, talk, where[talk.number]) for talk in order}
    for talk in sorted(order, key=lambda t: (t.number not in pinned, kept[t.number] is None)):
        before = pinned.get(talk.number) or kept[talk.number]
        options = [(before[0], before[1])] if before else [(s, None) for s in where[talk.number]]
        free = [(s, at) for s, at in options if not _elsewhere(problem, stages, talk, s)]
        for session, at in sorted(free, key=lambda one: rows[one[0]].liking(talk)):
            if rows[session].take(talk, at):
                for person in talk.people:
                    stages[person].append(session)
                break
    return {number: (row.session, at) for row in rows for number, at in row.starts.items()}


@dataclass
class _Row:
    """A session being filled: its talks in their order."""

    problem: Problem
    allowed: Allowed
    session: int
    talks: list[Talk] = field(default_factory=list)
    fixed: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)

    def liking(self, talk: Talk) -> tuple[int, int]:
        """How little it suits a talk: its topic is there, nobody is, others are; then the earlier one."""
        there = {other.topic for other in self.talks}
        return (0 if talk.topic in there else 2 if there else 1), self.session

    def take(self, talk: Talk, at: int | None) -> bool:
        """Put the talk in, before, between or behind the others; whether it fits."""
        fixed = self.fixed if at is None else {**self.fixed, talk.number: at}
        for order in self._orders(talk):
            starts = self._one_after_the_other(order, fixed)
            if starts is not None:
                self.talks, self.starts, self.fixed = order, starts, fixed
                return True
        return False

    def _orders(self, talk: Talk) -> Iterator[list[Talk]]:
        minutes = sum(other.minutes for other in self.talks) + talk.minutes
        if minutes <= self.problem.sessions[self.session].minutes:
            for position in range(len(self.talks), -1, -1):
                yield [*self.talks[:position], talk, *self.talks[position:]]

    def _one_after_the_other(self, talks: Sequence[Talk], fixed: Mapping[int, int]) -> dict[int, int] | None:
        cursor, found = 0, dict[int, int]()
        for talk in talks:
            ranges = self.allowed[talk.number, self.session]
            at = fixed.get(talk.number)
            at = earliest(ranges, cursor) if at is None else at
            if at is None or at < cursor:
                return None
            found[talk.number] = at
            cursor = at + talk.minutes + self.problem.grid.change_minutes
        return found


def as_before(
    problem: Problem, allowed: Allowed, talk: Talk, sessions: Sequence[int]
) -> tuple[int, int] | None:
    """Its place in the previous draft, where it still may be there."""
    if talk.number not in problem.before:
        return None
    minute, room = problem.before[talk.number]
    for session in sessions:
        there = any(low <= minute <= high for low, high in allowed[talk.number, session])
        if there and problem.sessions[session].room == room:
            return session, minute
    return None


def _elsewhere(problem: Problem, stages: Mapping[str, list[int]], talk: Talk, session: int) -> bool:
    """Whether a speaker is in another session at that time."""
    start, end = problem.span(problem.sessions[session])
    others = {other for person in talk.people for other in stages.get(person, ()) if other != session}
    spans = (problem.span(problem.sessions[other]) for other in others)
    return any(low < end and start < high for low, high in spans)
