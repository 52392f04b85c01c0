"""Which talks share a session, made better move by move: simulated annealing.

One talk goes to another session, or two change places; a change for the worse is taken now and then, less and less,
so that the search does not stay where it began. A talk that has a place gives it up only to one that is worth more.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from callboard.programme.problem import Problem
from callboard.programme.seat import Seating
from callboard.programme.worth import Mark, marks, value

MOVES_A_TALK: Final = 1_000
HOT: Final = 120.0  # about what a change for the worse may cost at first
COLD: Final = 2.0

# The index of a count, what the first one costs, what each further one does, and what changes with the first one.
_Counted = tuple[int, int, int, tuple["_Counted", ...]]


def anneal(
    problem: Problem, seating: Seating, sessions: Mapping[int, int], moves: int = MOVES_A_TALK
) -> dict[int, int]:
    """Number -> session, better than it came. Talks that `seating` fixes stay where they are."""
    chance = random.Random(1)  # noqa: S311 (a search, no secret)
    board = _Board(problem, seating, sessions)
    movers = [n for n in board.where if n not in seating.fixed]
    turns = moves * len(movers)
    heat, cooling = HOT, (COLD / HOT) ** (1 / max(turns, 1))
    for _ in range(turns):
        heat *= cooling
        board.turn(movers[int(chance.random() * len(movers))], heat, chance)
    return board.sessions


class _Board:
    """Which talk is in which session, and the counts that the wishes are about."""

    def __init__(self, problem: Problem, seating: Seating, sessions: Mapping[int, int]) -> None:
        self.seating, self.sessions = seating, dict(sessions)
        self.inside: list[set[int]] = [set() for _ in problem.sessions]
        self.where: dict[int, list[int]] = defaultdict(list)  # the sessions that may take a talk
        for number, session in seating.allowed:
            self.where[number].append(session)
        self.worth = {talk.number: value(problem, talk) for talk in problem.talks}
        self.kin: dict[int, list[int]] = {}  # the talks of the same topic
        of_topic: dict[int | None, list[int]] = defaultdict(list)
        for talk in problem.talks:
            of_topic[talk.topic].append(talk.number)
            self.kin[talk.number] = of_topic[talk.topic]
        self.marks = _indexed(problem, seating)
        self.counts = [0] * (1 + max((_highest(m) for m in self.marks.values()), default=0))
        self.rivals = {
            talk.number: [o.number for o in problem.talks if o is not talk and o.people & talk.people]
            for talk in problem.talks
            if talk.people & problem.shared
        }
        self.load = [0] * len(problem.sessions)  # minutes that are taken
        self.bound = {key for key in seating.allowed if seating.bound(*key)}
        self.narrow = [0] * len(problem.sessions)  # talks that may not begin just anywhere
        self.spans = [problem.span(session) for session in problem.sessions]
        for number, session in self.sessions.items():
            self.cost_to_join(number, session)

    # --- What a place costs ------------------------------------------------------------------------

    def enter(self, number: int, session: int) -> int:
        """Count a talk in; what that costs."""
        counts, cost = self.counts, 0
        for index, first, more, then in self.marks[number, session]:
            count = counts[index]
            counts[index] = count + 1
            if count:
                cost += more
                continue
            cost += first
            for other, its_first, its_more, _ in then:
                cost += its_more if counts[other] else its_first
                counts[other] += 1
        return cost

    def leave(self, number: int, session: int) -> int:
        """Count a talk out; what that costs, mostly less than nothing."""
        counts, cost = self.counts, 0
        for index, first, more, then in self.marks[number, session]:
            count = counts[index] = counts[index] - 1
            if count:
                cost -= more
                continue
            cost -= first
            for other, its_first, its_more, _ in then:
                counts[other] -= 1
                cost -= its_more if counts[other] else its_first
        return cost

    # --- Moves -------------------------------------------------------------------------------------

    def turn(self, number: int, heat: float, chance: random.Random) -> None:
        """Look at one move of this talk, and make it, or not."""
        session, old = self.suggest(number, chance), self.sessions.get(number)
        if session is None or session == old or not self.alone(number, session):
            return
        other = None
        if not self.fits(session, number, None):
            other = self.partner(number, session, old, chance)
            if other is None or not self.fits(session, number, other):
                return
        if old is not None and not self.fits(old, other, number):
            return
        cost = self.change(number, old, session, other)
        if cost > 0 and chance.random() >= math.exp(-cost / heat):
            self.change(number, session, old, other)

    def fits(self, session: int, comes: int | None, goes: int | None) -> bool:
        """Whether the session has an order when one talk comes and one goes."""
        minutes, load, narrow = self.seating.minutes, self.load[session], self.narrow[session]
        if comes is not None:
            load += minutes[comes]
            narrow += (comes, session) in self.bound
        if goes is not None:
            load -= minutes[goes]
        if load > self.seating.room[session]:
            return False
        if not narrow:
            return True
        there = {*self.inside[session], comes} - {goes}
        return self.seating.fit(session, frozenset(n for n in there if n is not None))

    def suggest(self, number: int, chance: random.Random) -> int | None:
        """A session for the talk: one that another talk of its topic is in, or any."""
        if chance.random() < 0.5:
            kin = self.kin[number]
            return self._welcoming(number, self.sessions.get(kin[int(chance.random() * len(kin))]))
        where = self.where[number]
        return where[int(chance.random() * len(where))]

    def _welcoming(self, number: int, session: int | None) -> int | None:
        return session if session is not None and (number, session) in self.marks else None

    def alone(self, number: int, session: int) -> bool:
        """Whether none of its speakers is in another session meanwhile."""
        if number not in self.rivals:
            return True
        start, end = self.spans[session]
        places = (self.sessions.get(other) for other in self.rivals[number])
        return not any(
            p is not None and p != session and self.spans[p][0] < end and start < self.spans[p][1]
            for p in places
        )

    def partner(self, number: int, session: int, old: int | None, chance: random.Random) -> int | None:
        """A talk of the session that may give its place to this one: for its place, or for none."""
        there = sorted(self.inside[session])
        other = there[int(chance.random() * len(there))] if there else None
        if other is None or other in self.seating.fixed:
            return None
        if old is None:
            return other if self.worth[other] <= self.worth[number] else None
        return other if (other, old) in self.marks and self.alone(other, old) else None

    def change(self, number: int, old: int | None, session: int | None, other: int | None) -> int:
        """Take a talk from one session to another, and the other talk the other way; what that costs."""
        cost = self._move(number, old, session)
        return cost if other is None else cost + self._move(other, session, old)

    def _move(self, number: int, old: int | None, session: int | None) -> int:
        cost = self.worth[number] if session is None else self.cost_to_join(number, session)
        cost += -self.worth[number] if old is None else self.cost_to_part(number, old)
        if session is None:
            del self.sessions[number]
        else:
            self.sessions[number] = session
        return cost

    def cost_to_join(self, number: int, session: int) -> int:
        self.inside[session].add(number)
        self.load[session] += self.seating.minutes[number]
        self.narrow[session] += (number, session) in self.bound
        return self.enter(number, session)

    def cost_to_part(self, number: int, session: int) -> int:
        self.inside[session].remove(number)
        self.load[session] -= self.seating.minutes[number]
        self.narrow[session] -= (number, session) in self.bound
        return self.leave(number, session)


def _indexed(problem: Problem, seating: Seating) -> dict[tuple[int, int], tuple[_Counted, ...]]:
    """The marks of every talk in every session that may take it, their keys as numbers."""
    index: dict[tuple[object, ...], int] = {}

    def counted(mark: Mark) -> _Counted:
        then = tuple(counted(one) for one in mark.then)
        return index.setdefault(mark.key, len(index)), mark.first, mark.more, then

    return {
        (number, session): tuple(counted(mark) for mark in marks(problem, problem.by_number[number], session))
        for number, session in seating.allowed
    }


def _highest(counted: tuple[_Counted, ...]) -> int:
    return max((max(i, _highest(then)) for i, _, _, then in counted), default=0)
