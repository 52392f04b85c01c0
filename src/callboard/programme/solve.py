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

from callboard.programme.conference import confer
from callboard.programme.constraints import Built, build, solver
from callboard.programme.first import first
from callboard.programme.pack import pack
from callboard.programme.pins import Pin, PinKind
from callboard.programme.problem import Places, Problem, Range
from callboard.programme.seat import Allowed, Seating
from callboard.programme.worth import value, worth

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver

SMALL: Final = 80  # pairs of a talk and a session up to which the solver needs no help to begin with
WHOLE: Final = 400  # and up to which it solves the problem whole
EFFORT: Final = 0.5  # deterministic seconds for that
PROOF: Final = 0.7  # and for who is in which session
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
    built = build(problem, allowed, timed=False)
    values = [value(problem, problem.by_number[number]) * x for (number, _), x in built.inside.items()]
    built.model.add(sum(values) == round(most))
    for there in built.of_talk.values() if len(packed) == len(problem.talks) else ():
        built.model.add_exactly_one(there.values())
    found = _search(problem, built, places, PROOF)
    if found is None:
        return None
    search, proven, gap = found
    seating, inside = Seating(problem, allowed, {}), defaultdict[int, list[int]](list)
    for (number, session), x in built.inside.items():
        if search.boolean_value(x):
            inside[session].append(number)
    begun = {session: seating.starts(session, there) for session, there in inside.items()}
    if None in begun.values():
        return None
    at = {n: (session, minute) for session, starts in begun.items() for n, minute in (starts or {}).items()}
    return Placement(at, proven=proven, gap=gap)


def _run(
    problem: Problem, allowed: Allowed, places: Places, effort: float, *, whole: bool = True
) -> Placement:
    """Solve a problem from these places on, every talk with its minute."""
    built = build(problem, allowed, whole=whole)
    made = _search(problem, built, places, effort)
    if made is None:
        return Placement(places, broken=_about(problem))  # not even time enough to look at the first one
    search, proven, gap = made
    found = {
        n: (s, search.value(built.starts[n])) for (n, s), x in built.inside.items() if search.boolean_value(x)
    }
    broken = tuple(problem.pins[i] for i, kept in built.kept.items() if not search.boolean_value(kept))
    return Placement(found, broken, proven=proven, gap=gap)


def _search(
    problem: Problem, built: Built, places: Places, effort: float
) -> tuple[CpSolver, bool, float] | None:
    """The solver with the best that it found from these places on, whether nothing better exists, and how much better
    it could be at most, as a part of the value."""
    from ortools.sat.python import cp_model  # 0.4 s that only an arrangement pays

    terms = worth(problem, built)
    built.model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    for (number, session), x in built.inside.items():
        built.model.add_hint(x, number in places and places[number][0] == session)
    for number, start in built.starts.items():
        if number in places:
            built.model.add_hint(start, places[number][1])
    for number, stays in built.stays.items():
        built.model.add_hint(stays, problem.stays(number, places.get(number)))
    search = solver(effort)
    status = search.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    got, bound = search.objective_value, search.best_objective_bound
    return search, status == cp_model.OPTIMAL, abs(bound - got) / max(abs(got), 1)


def _about(problem: Problem) -> tuple[Pin, ...]:
    """The pins about talks that there are."""
    numbers = {talk.number for talk in problem.talks}
    return tuple(pin for pin in problem.pins if numbers & set(pin.numbers))
