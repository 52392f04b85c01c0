"""Chooses a place for each talk: `solve(problem) -> Placement`, with OR-Tools' CP-SAT.

A workshop is solved whole: who speaks in which session and when, proven best. What is larger is arranged step by step
(`conference`), and is solved whole from there on if it is not much larger.

The same problem gives the same placement: one worker, a fixed seed, and bounds in work, not in seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from callboard.programme.alike import count
from callboard.programme.conference import confer
from callboard.programme.constraints import Built, build, solver
from callboard.programme.first import first
from callboard.programme.pack import pack
from callboard.programme.pins import Pin, PinKind
from callboard.programme.problem import Places, Problem, Range
from callboard.programme.seat import Allowed, Seating
from callboard.programme.worth import PINNED, value, worth

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver

    from callboard.programme.worth import Term

SMALL: Final = 80  # pairs of a talk and a session up to which the solver needs no help to begin with
WHOLE: Final = 400  # and up to which it solves the problem whole
EFFORT: Final = 0.5  # deterministic seconds for that
PROOF: Final = 0.7  # and for who is in which session
COUNTING: Final = 0.8  # before that, for how many talks of each kind are in which one
BETTER: Final = 1.0  # and after it, for what is better than these
ABOUT_PLACES: Final = frozenset({PinKind.AT, PinKind.ON, PinKind.ROOM})  # what says nothing about the order


@dataclass(frozen=True)
class Placement:
    """Where each talk begins: number -> (session's index, minute). Talks that are not in it found no place."""

    places: Mapping[int, tuple[int, int]]
    broken: tuple[Pin, ...] = ()  # pins that could not all be kept
    proven: bool = False  # nothing better exists
    gap: float = 0.0  # how much better, at most, as a part of the value


def solve(problem: Problem) -> Placement:
    """The best placement that the effort allows."""
    if not problem.talks or not problem.sessions:
        return Placement({})
    given = problem
    pinned, broken = _pinned(problem)
    problem = replace(problem, pins=tuple(pin for pin in problem.pins if pin not in broken))
    allowed = allowed_places(problem)
    if not allowed:  # no speaker can come when there are sessions
        return Placement({}, _about(given))
    if len(allowed) <= SMALL:
        places, gap = first(problem, allowed, pinned), 0.0
    else:
        places, gap = confer(problem, allowed, pinned)
    found = Placement(places, gap=gap)
    if len(allowed) <= WHOLE:
        found = _untimed(problem, allowed, places) or _run(problem, allowed, places, EFFORT)
    return replace(found, broken=tuple(p for p in _about(given) if not given.keeps(p, found.places)))


def _pinned(problem: Problem) -> tuple[Places, tuple[Pin, ...]]:
    """The places of the pinned talks as if there were no others, and the pins that cannot all be kept even so: a talk
    whose pin is given up is placed like any other."""
    numbers = {number for pin in problem.pins for number in pin.numbers}
    part = replace(problem, talks=tuple(t for t in problem.talks if t.number in numbers))
    if not part.talks:
        return {}, ()
    allowed = allowed_places(part)
    found = (
        _run(part, allowed, first(part, allowed, {}), EFFORT, whole=False)
        if allowed
        else Placement({}, _about(part))
    )
    kept = {number for pin in problem.pins if pin not in found.broken for number in pin.numbers}
    return {n: place for n, place in found.places.items() if n in kept}, found.broken


def can_hold(problem: Problem, pins: Sequence[Pin]) -> bool:
    """Whether these pins can all be kept, whatever becomes of the other talks."""
    from ortools.sat.python import cp_model

    numbers = {number for pin in pins for number in pin.numbers}
    part = replace(problem, pins=tuple(pins), talks=tuple(t for t in problem.talks if t.number in numbers))
    built = build(part, allowed_places(part), whole=False)
    for kept in built.kept.values():
        built.model.add(kept == 1)
    return solver(EFFORT).solve(built.model) != cp_model.INFEASIBLE


def allowed_places(problem: Problem) -> dict[tuple[int, int], list[Range]]:
    """When each talk may begin in each session that may take it."""
    pairs = ((talk, index) for talk in problem.talks for index in range(len(problem.sessions)))
    found = {(t.number, s): problem.begins(t, problem.sessions[s]) for t, s in pairs}
    return {key: sorted(ranges) for key, ranges in found.items() if ranges}


def _untimed(problem: Problem, allowed: Allowed, places: Places) -> Placement | None:
    """The best placement, where nothing that counts is about the order in a session: who is in which one, and then when
    each begins. None: that is not enough, or no session has an order then.

    As many talks as can be have a place, which is known before; that, and that there are no minutes, makes it a problem
    that is proven soon.
    """
    if problem.before or any(pin.kind not in ABOUT_PLACES for pin in problem.pins):
        return None
    packed, most = pack(problem, allowed, {}, {}, solver(EFFORT, mixed=False))
    if sum(value(problem, problem.by_number[number]) for number in packed) < most:
        return None
    found = _sessions(problem, allowed, places, round(most))
    if found is None:
        return None
    seating, inside = Seating(problem, allowed, {}), defaultdict[int, list[int]](list)
    for number, session in found.sessions.items():
        inside[session].append(number)
    begun = {session: seating.starts(session, there) for session, there in inside.items()}
    if None in begun.values():
        return None
    at = {n: (session, minute) for session, starts in begun.items() for n, minute in (starts or {}).items()}
    return Placement(at, proven=found.proven, gap=found.gap)


@dataclass(frozen=True)
class _Answer:
    """Number -> session, what that is worth, and what it could be worth at most."""

    sessions: Mapping[int, int]
    worth: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether nothing better exists. All weights are whole numbers."""
        return self.bound - self.worth < 1

    @property
    def gap(self) -> float:
        """How much better it could be, as a part of the value."""
        return max(self.bound - self.worth, 0) / max(abs(self.worth), 1)


def _sessions(problem: Problem, allowed: Allowed, places: Places, most: int) -> _Answer | None:
    """Who is in which session, where the talks that have a place are worth `most`."""
    counted = count(problem, allowed, most, solver(COUNTING))
    built, terms = _untimed_model(problem, allowed, most)
    if counted is None:
        return _search(problem, built, terms, places, solver(PROOF))[1]
    # So many of each kind as in the best of all arrangements, institutions apart: who they are is soon found.
    limit = most + PINNED * len(built.kept) - counted.cost
    counted.require(built)
    _, found = _search(problem, built, terms, places, solver(PROOF))
    if found is None or limit - found.worth < 1:
        return found and replace(found, bound=limit)
    # That there is no better one is proven sooner than that this is the best.
    built, terms = _untimed_model(problem, allowed, most)
    total = sum(weight * x for x, weight in terms)
    built.model.add_linear_constraint(total, round(found.worth) + 1, round(limit))
    status, better = _search(problem, built, terms, {}, solver(BETTER, mixed=False))
    return better or replace(found, bound=found.worth if status == "INFEASIBLE" else limit)


def _untimed_model(problem: Problem, allowed: Allowed, most: int) -> tuple[Built, list[Term]]:
    """The model of who is in which session, where the talks that have a place are worth `most`; and the worth of it
    all."""
    built = build(problem, allowed, timed=False)
    values = [value(problem, problem.by_number[number]) * x for (number, _), x in built.inside.items()]
    built.model.add(sum(values) == most)
    if most == sum(value(problem, talk) for talk in problem.talks):
        for there in built.of_talk.values():
            built.model.add_exactly_one(there.values())
    return built, worth(problem, built)


def _run(
    problem: Problem, allowed: Allowed, places: Places, effort: float, *, whole: bool = True
) -> Placement:
    """Solve a problem from these places on, every talk with its minute."""
    built = build(problem, allowed, whole=whole)
    search = solver(effort)
    _, answer = _search(problem, built, worth(problem, built), places, search)
    if answer is None:
        return Placement(places, broken=_about(problem))  # not even time enough to look at the first one
    found = {
        number: (session, search.value(built.starts[number])) for number, session in answer.sessions.items()
    }
    broken = tuple(problem.pins[i] for i, kept in built.kept.items() if not search.boolean_value(kept))
    return Placement(found, broken, proven=answer.proven, gap=answer.gap)


def _search(
    problem: Problem, built: Built, terms: Sequence[Term], places: Places, search: CpSolver
) -> tuple[str, _Answer | None]:
    """The solver's word for how it ended, and the best that it found from these places on."""
    from ortools.sat.python import cp_model  # 0.4 s that only an arrangement pays

    built.model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    for (number, session), x in built.inside.items() if places else ():
        built.model.add_hint(x, number in places and places[number][0] == session)
    for number, start in built.starts.items():
        if number in places:
            built.model.add_hint(start, places[number][1])
    for number, stays in built.stays.items():
        built.model.add_hint(stays, problem.stays(number, places.get(number)))
    status = search.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return search.status_name(status), None
    there = {number: session for (number, session), x in built.inside.items() if search.boolean_value(x)}
    return search.status_name(status), _Answer(there, search.objective_value, search.best_objective_bound)


def _about(problem: Problem) -> tuple[Pin, ...]:
    """The pins about talks that there are."""
    numbers = {talk.number for talk in problem.talks}
    return tuple(pin for pin in problem.pins if numbers & set(pin.numbers))
