"""Chooses a place for each talk: `solve(problem) -> Placement`, with OR-Tools' CP-SAT.

A workshop is solved whole: who speaks in which session and when, proven best. A conference begins with a first
placement and then solves parts of itself, some sessions at a time with the talks in them and those that have no place,
each part by the same model; what is outside a part stays where it is.

The same problem gives the same placement: one worker, a fixed seed, and bounds in work, not in seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from callboard.programme.constraints import build
from callboard.programme.first import Allowed, first
from callboard.programme.pins import Pin
from callboard.programme.problem import Problem, Range, Talk
from callboard.programme.worth import worth

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver

WHOLE: Final = 400  # pairs of a talk and a session up to which the problem is solved whole
EFFORT: Final = 2.0  # deterministic seconds for that
PART: Final = 220  # pairs in a part
PART_EFFORT: Final = 0.05
PARTS_A_TALK: Final = 0.3  # how many parts are solved
WALL: Final = 120.0  # seconds; a net, for a machine that stands still

Places = dict[int, tuple[int, int]]


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
    pinned, broken = _pinned(problem)
    problem = replace(problem, pins=tuple(pin for pin in problem.pins if pin not in broken))
    allowed = _allowed(problem)
    places = first(problem, allowed, pinned)
    if not allowed:  # no speaker can come when there are sessions
        found = Placement({})
    elif len(allowed) <= WHOLE:
        found = _run(problem, allowed, places, EFFORT)
    else:
        found = Placement(_part_by_part(problem, allowed, places), gap=float("nan"))
    return replace(found, broken=broken)


def _pinned(problem: Problem) -> tuple[Places, tuple[Pin, ...]]:
    """The places of the pinned talks as if there were no others, and the pins that cannot all be kept even so: a talk
    whose pin is given up is placed like any other."""
    numbers = {number for pin in problem.pins for number in pin.numbers}
    part = replace(problem, talks=tuple(t for t in problem.talks if t.number in numbers))
    if not part.talks:
        return {}, ()
    allowed = _allowed(part)
    found = _run(part, allowed, first(part, allowed, {}), EFFORT) if allowed else Placement({}, _about(part))
    kept = {number for pin in problem.pins if pin not in found.broken for number in pin.numbers}
    return {n: place for n, place in found.places.items() if n in kept}, found.broken


def can_hold(problem: Problem, pins: Sequence[Pin]) -> bool:
    """Whether these pins can all be kept, whatever becomes of the other talks."""
    from ortools.sat.python import cp_model

    numbers = {number for pin in pins for number in pin.numbers}
    part = replace(problem, pins=tuple(pins), talks=tuple(t for t in problem.talks if t.number in numbers))
    built = build(part, _allowed(part))
    for kept in built.kept.values():
        built.model.add(kept == 1)
    return _solver(EFFORT).solve(built.model) != cp_model.INFEASIBLE


def _allowed(problem: Problem) -> dict[tuple[int, int], list[Range]]:
    """When each talk may begin in each session that may take it."""
    pairs = ((talk, index) for talk in problem.talks for index in range(len(problem.sessions)))
    found = {(t.number, s): problem.begins(t, problem.sessions[s]) for t, s in pairs}
    return {key: sorted(ranges) for key, ranges in found.items() if ranges}


# --- Part by part --------------------------------------------------------------------------------------


def _part_by_part(problem: Problem, allowed: Allowed, places: Places) -> Places:
    """Improve a placement, some sessions at a time. A part that would give up a pin changes nothing."""
    chance, since = random.Random(1), time.monotonic()  # noqa: S311 (a search, no secret)
    tied = _tied(problem)
    for turn in range(round(PARTS_A_TALK * len(problem.talks))):
        if time.monotonic() - since > WALL:
            break
        free, sessions = _choice(problem, places, chance, turn)
        held = {other for number in free for other in tied.get(number, ()) if other in places} - free
        mine: dict[tuple[int, int], list[Range]] = {
            (n, s): allowed[n, s] for n in free for s in sessions if (n, s) in allowed
        }
        mine |= {(n, places[n][0]): [(places[n][1], places[n][1])] for n in held}
        part = replace(problem, talks=tuple(t for t in problem.talks if t.number in free | held))
        found = _run(part, mine, {n: places[n] for n in free | held if n in places}, PART_EFFORT)
        if not found.broken:
            places = {n: place for n, place in places.items() if n not in free} | dict(found.places)
    return places


def _tied(problem: Problem) -> dict[int, set[int]]:
    """For each talk the others that a pin or a common speaker ties it to."""
    groups: dict[object, set[int]] = {}
    for talk in problem.talks:
        for person in talk.people:
            groups.setdefault(person, set()).add(talk.number)
    for pin in problem.pins:
        groups[pin] = set(pin.numbers)
    tied: dict[int, set[int]] = {}
    for group in groups.values():
        for number in group if len(group) > 1 else ():
            tied.setdefault(number, set()).update(group - {number})
    return tied


def _choice(problem: Problem, places: Places, chance: random.Random, turn: int) -> tuple[set[int], list[int]]:
    """The talks of a part and its sessions: in turn those of one topic, some side by side, any."""
    by_session: dict[int, list[Talk]] = {}
    for talk in problem.talks:
        if talk.number in places:
            by_session.setdefault(places[talk.number][0], []).append(talk)
    every = list(range(len(problem.sessions)))
    chance.shuffle(every)
    if turn % 3 == 0:
        topic = chance.choice(problem.talks).topic
        every.sort(key=lambda s: topic not in {t.topic for t in by_session.get(s, ())})
    elif turn % 3 == 1:
        at = problem.sessions[every[0]].start
        every.sort(key=lambda s: problem.sessions[s].start != at)
    left = [t.number for t in problem.talks if t.number not in places]
    chance.shuffle(left)
    free, sessions = set(left[:12]), list[int]()
    for session in every:
        more = {t.number for t in by_session.get(session, ())}
        if sessions and (len(free) + len(more)) * (len(sessions) + 1) > PART:
            break
        sessions.append(session)
        free |= more
    return free, sessions


# --- Solving -------------------------------------------------------------------------------------------


def _run(problem: Problem, allowed: Allowed, places: Places, effort: float) -> Placement:
    """Solve a problem, or a part of one, from these places on."""
    from ortools.sat.python import cp_model  # 0.4 s that only an arrangement pays

    built = build(problem, allowed)
    terms = worth(problem, built)
    built.model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    for (number, session), x in built.inside.items():
        built.model.add_hint(x, number in places and places[number][0] == session)
    for number, start in built.starts.items():
        if number in places:
            built.model.add_hint(start, places[number][1])
    for number, stays in built.stays.items():
        built.model.add_hint(stays, problem.stays(number, places.get(number)))
    solver = _solver(effort)
    status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Placement(places, broken=_about(problem))  # not even time enough to look at the first one
    found = {
        n: (s, solver.value(built.starts[n])) for (n, s), x in built.inside.items() if solver.boolean_value(x)
    }
    broken = tuple(problem.pins[i] for i, kept in built.kept.items() if not solver.boolean_value(kept))
    value, bound = solver.objective_value, solver.best_objective_bound
    gap = abs(bound - value) / max(abs(value), 1)
    return Placement(found, broken, proven=status == cp_model.OPTIMAL, gap=gap)


def _solver(effort: float) -> CpSolver:
    """A solver that does the same wherever it runs, until so much work is done."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = WALL
    return solver


def _about(problem: Problem) -> tuple[Pin, ...]:
    """The pins about talks that there are."""
    numbers = {talk.number for talk in problem.talks}
    return tuple(pin for pin in problem.pins if numbers & set(pin.numbers))
