"""The order of the talks in one session: `seat(...)` says when each begins, or that they do not fit.

A session holds few talks, so every order is looked at, as far as one can lead anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from callboard.programme.pins import PinKind
from callboard.programme.problem import Places, Problem, Range

STEPS: Final = 4_000  # a bound for a session of many short talks; then it counts as one that does not fit

Allowed = Mapping[tuple[int, int], list[Range]]  # (number, session) -> when it may begin there


@dataclass(frozen=True)
class Seated:
    """A talk of the session, and when it may begin there."""

    number: int
    minutes: int
    ranges: tuple[Range, ...]
    opens: bool = True  # may be the first


def seat(talks: Sequence[Seated], change: int) -> dict[int, int] | None:
    """Number -> minute at which it begins, so that one follows the other with `change` minutes between them."""
    search = _Search({talk.number: talk for talk in talks}, change)
    order = sorted(talks, key=lambda talk: (talk.ranges[-1][1], talk.ranges[0][0], talk.number))
    return search.behind(tuple(talk.number for talk in order), None)


def earliest(ranges: Sequence[Range], cursor: int) -> int | None:
    """The first minute from then on at which a talk may begin."""
    return min((max(low, cursor) for low, high in ranges if max(low, cursor) <= high), default=None)


@dataclass
class Seating:
    """The same question for every session of a problem. Talks in `fixed` have their minute already."""

    problem: Problem
    allowed: Allowed
    fixed: Places
    known: dict[tuple[int, frozenset[int]], bool] = field(default_factory=dict)

    @cached_property
    def minutes(self) -> dict[int, int]:
        """How long each talk takes, with the time to change after it."""
        return {talk.number: talk.minutes + self.problem.grid.change_minutes for talk in self.problem.talks}

    @cached_property
    def room(self) -> list[int]:
        """How long each session is, in the same measure."""
        return [session.minutes + self.problem.grid.change_minutes for session in self.problem.sessions]

    def loosened(self, given_up: Iterable[int]) -> Seating:
        """The same without these talks' minutes."""
        return Seating(
            self.problem, self.allowed, {n: p for n, p in self.fixed.items() if n not in set(given_up)}
        )

    def bound(self, number: int, session: int) -> bool:
        """Whether a talk may not begin just anywhere in the session."""
        if number in self.fixed or number in self._second:
            return True
        start, end = self.problem.span(self.problem.sessions[session])
        latest = end + self.problem.grid.change_minutes - self.minutes[number]
        return self.allowed[number, session] != [(start, latest)]

    def fit(self, session: int, numbers: frozenset[int]) -> bool:
        """Whether these talks have an order in the session."""
        if sum(self.minutes[n] for n in numbers) > self.room[session]:
            return False
        if not any(self.bound(n, session) for n in numbers):
            return True
        key = session, numbers
        if key not in self.known:
            self.known[key] = self.starts(session, numbers) is not None
        return self.known[key]

    def starts(self, session: int, numbers: Iterable[int]) -> dict[int, int] | None:
        """When each of them begins."""
        change = self.problem.grid.change_minutes
        talks = [
            Seated(n, self.minutes[n] - change, self._ranges(n, session), opens=n not in self._second)
            for n in sorted(numbers)
        ]
        return seat(talks, change)

    def _ranges(self, number: int, session: int) -> tuple[Range, ...]:
        if number in self.fixed:
            return ((self.fixed[number][1], self.fixed[number][1]),)
        return tuple(self.allowed[number, session])

    @cached_property
    def _second(self) -> frozenset[int]:
        """The talks that may not be the first of their session."""
        return frozenset(p.numbers[0] for p in self.problem.pins if p.kind is PinKind.NOT_FIRST)


@dataclass
class _Search:
    talks: dict[int, Seated]
    change: int
    steps: int = 0
    failed: dict[tuple[int, ...], int] = field(
        default_factory=dict
    )  # what is left -> from when on it is too late

    def behind(self, left: tuple[int, ...], cursor: int | None) -> dict[int, int] | None:
        """Places for what is left from that minute on; None for the minute: nothing is seated yet."""
        if not left:
            return {}
        now = -1 if cursor is None else cursor
        self.steps += 1
        if self.steps > STEPS or self.failed.get(left, now + 1) <= now:
            return None
        starts = {n: at for n in left if (at := earliest(self.talks[n].ranges, now)) is not None}
        if len(starts) == len(left):
            for number in self._next(left, first=cursor is None):
                rest = tuple(n for n in left if n != number)
                found = self.behind(rest, starts[number] + self.talks[number].minutes + self.change)
                if found is not None:
                    return {number: starts[number], **found}
        self.failed[left] = min(self.failed.get(left, now), now)
        return None

    def _next(self, left: tuple[int, ...], *, first: bool) -> Iterator[int]:
        """Who may come next; of talks that are alike only one."""
        tried = set[object]()
        for number in left:
            talk = self.talks[number]
            like = (talk.minutes, talk.ranges, talk.opens)
            if like not in tried and (talk.opens or not first):
                tried.add(like)
                yield number
