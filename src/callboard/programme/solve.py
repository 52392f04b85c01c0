"""Chooses a place for each talk: `solve(problem) -> Placement`, with OR-Tools' CP-SAT.

A workshop is solved whole: who speaks in which session and when, proven best. What is larger is arranged step by step
(`conference`), and is solved whole from there on if it is not much larger.

The same problem gives the same placement: one worker, a fixed seed, and bounds in work, not in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from callboard.programme.conference import confer
from callboard.programme.constraints import build, solver
from callboard.programme.first import first
from callboard.programme.pins import Pin
from callboard.programme.problem import Places, Problem, Range
from callboard.programme.seat import Allowed
from callboard.programme.worth import worth

SMALL: Final = 80  # pairs of a talk and a session up to which the solver needs no help to begin with
WHOLE: Final = 400  # and up to which it solves the problem whole
EFFORT: Final = 0.5  # deterministic seconds for that


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
        found = _run(problem, allowed, first(problem, allowed, pinned), EFFORT)
    else:
        places, gap = confer(problem, allowed, pinned)
        found = Placement(places, gap=gap)
        if len(allowed) <= WHOLE:
            found = _run(problem, allowed, places, EFFORT)
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


def _run(
    problem: Problem, allowed: Allowed, places: Places, effort: float, *, whole: bool = True
) -> Placement:
    """Solve a problem from these places on."""
    from ortools.sat.python import cp_model  # 0.4 s that only an arrangement pays

    built = build(problem, allowed, whole=whole)
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
        return Placement(places, broken=_about(problem))  # not even time enough to look at the first one
    found = {
        n: (s, search.value(built.starts[n])) for (n, s), x in built.inside.items() if search.boolean_value(x)
    }
    broken = tuple(problem.pins[i] for i, kept in built.kept.items() if not search.boolean_value(kept))
    value, bound = search.objective_value, search.best_objective_bound
    gap = abs(bound - value) / max(abs(value), 1)
    return Placement(found, broken, proven=status == cp_model.OPTIMAL, gap=gap)


def _about(problem: Problem) -> tuple[Pin, ...]:
    """The pins about talks that there are."""
    numbers = {talk.number for talk in problem.talks}
    return tuple(pin for pin in problem.pins if numbers & set(pin.numbers))
