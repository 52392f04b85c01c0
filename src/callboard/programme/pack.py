"""How many talks have room, whatever they are about: `pack(...)` chooses a session for as many as can be.

Talks that are alike for this question (as long, as much wanted, welcome in the same sessions) are counted, not named,
so that a congress is a small problem and its answer proven. Who stays where the last draft had them counts by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from callboard.programme.problem import Places, Problem, Talk
from callboard.programme.seat import Allowed
from callboard.programme.worth import STAYS, value

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExprT

Window = tuple[int, int]  # between which minutes a talk of a session begins and ends


@dataclass
class Packing:
    """The model and what its variables mean."""

    model: CpModel
    kinds: list[list[Talk]]
    counts: dict[tuple[int, int], IntVar] = field(
        default_factory=dict
    )  # (index of a kind, session) -> so many
    stays: dict[int, IntVar] = field(default_factory=dict)  # number -> stays
    load: dict[int, dict[Window, list[LinearExprT]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


def pack(
    problem: Problem, allowed: Allowed, fixed: Places, before: Places, solver: CpSolver
) -> tuple[dict[int, int], float]:
    """Number -> session, and the most that any arrangement could be worth by the talks in it. Talks in `fixed` are
    where they are; those in `before` had a place that they may keep."""
    from ortools.sat.python import cp_model

    packing = count_out(problem, allowed, fixed, before)
    status = solver.solve(packing.model)
    there = {n: s for n, (s, _) in fixed.items()}
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return there, float("inf")
    always = sum(value(problem, problem.by_number[n]) for n in fixed)
    return _named(packing, before, solver.value) | there, solver.best_objective_bound + always


def count_out(
    problem: Problem,
    allowed: Allowed,
    fixed: Places,
    before: Places,
    unlike: Callable[[Talk, Sequence[int]], object] = lambda _talk, _where: None,
) -> Packing:
    """The model: so many talks of each kind in each session. `unlike` says what else makes a kind of a talk that may be
    in those sessions."""
    from ortools.sat.python import cp_model

    packing = Packing(cp_model.CpModel(), _kinds(problem, allowed, fixed, unlike))
    terms = _choose(problem, allowed, packing, before)
    for number, (session, minute) in fixed.items():
        _weigh(problem, packing, session, problem.by_number[number], (minute, minute), 1)
    _fit(problem, packing)
    _one_place_at_a_time(problem, packing, fixed)
    packing.model.maximize(cp_model.LinearExpr.weighted_sum([t for t, _ in terms], [w for _, w in terms]))
    return packing


def _kinds(
    problem: Problem, allowed: Allowed, fixed: Places, unlike: Callable[[Talk, Sequence[int]], object]
) -> list[list[Talk]]:
    """The talks that are alike, those of one topic next to each other."""
    welcome: dict[int, dict[int, tuple[Window, ...]]] = defaultdict(dict)
    for (number, session), ranges in allowed.items():
        welcome[number][session] = tuple(ranges)
    kinds: dict[object, list[Talk]] = defaultdict(list)
    for talk in sorted(problem.talks, key=lambda t: (t.topic is None, t.topic or 0, t.number)):
        if talk.number in welcome and talk.number not in fixed:
            alone = talk.number if talk.people & problem.shared else 0
            where = welcome[talk.number]
            like = value(problem, talk), talk.minutes, tuple(where.items()), alone
            kinds[like, unlike(talk, tuple(where))].append(talk)
    return list(kinds.values())


def _choose(problem: Problem, allowed: Allowed, packing: Packing, before: Places) -> list[tuple[IntVar, int]]:
    """So many of each kind in each session, or each that stays in its own; and what each is worth."""
    terms: list[tuple[IntVar, int]] = []
    where: dict[int, list[int]] = defaultdict(list)
    for number, session in allowed:
        where[number].append(session)
    for kind, talks in enumerate(packing.kinds):
        mine: list[IntVar] = []
        one = talks[0]
        for session in where[one.number]:
            most = min(len(talks), problem.sessions[session].minutes // one.minutes)
            count = packing.counts[kind, session] = packing.model.new_int_var(0, most, "")
            ranges = allowed[one.number, session]
            _weigh(problem, packing, session, one, (ranges[0][0], ranges[-1][1]), count)
            mine.append(count)
        terms += [(count, value(problem, one)) for count in mine]
        for talk in talks:
            if talk.number in before:
                session, minute = before[talk.number]
                stay = packing.stays[talk.number] = packing.model.new_bool_var("")
                packing.model.add_hint(stay, 1)
                _weigh(problem, packing, session, talk, (minute, minute), stay)
                terms.append((stay, value(problem, talk) + STAYS))
                mine.append(stay)
        packing.model.add(sum(mine) <= len(talks))
    return terms


def _weigh(
    problem: Problem, packing: Packing, session: int, talk: Talk, begins: Window, count: IntVar | int
) -> None:
    """These talks take room of the session between those minutes."""
    change = problem.grid.change_minutes
    packing.load[session][begins[0], begins[1] + talk.minutes + change].append(
        (talk.minutes + change) * count
    )


def _fit(problem: Problem, packing: Packing) -> None:
    """What is bound to a part of a session fits into that part, and everything into the whole."""
    for session, windows in packing.load.items():
        start, end = problem.span(problem.sessions[session])
        end += problem.grid.change_minutes
        for low in {start, *(low for low, _ in windows)}:
            for high in {end, *(high for _, high in windows)}:
                inside = [x for (a, b), loads in windows.items() if low <= a and b <= high for x in loads]
                if inside:
                    packing.model.add(sum(inside) <= high - low)


def _one_place_at_a_time(problem: Problem, packing: Packing, fixed: Places) -> None:
    """Who gives several talks is in one room at a time."""
    spans = [problem.span(session) for session in problem.sessions]
    if len(set(spans)) == len(spans):
        return
    stages: dict[tuple[str, tuple[int, int]], list[IntVar]] = defaultdict(list)
    taken: dict[tuple[str, tuple[int, int]], int] = defaultdict(int)
    for (kind, session), count in packing.counts.items():
        for person in sorted(packing.kinds[kind][0].people & problem.shared):
            stages[person, spans[session]].append(count)
    for number, (session, _) in fixed.items():
        for person in sorted(problem.by_number[number].people & problem.shared):
            taken[person, spans[session]] = 1
    for key, counts in stages.items():
        packing.model.add(sum(counts) <= 1 - taken[key])


def _named(
    packing: Packing, before: Mapping[int, tuple[int, int]], read: Callable[[IntVar], int]
) -> dict[int, int]:
    """The counts as talks again."""
    found = {number: before[number][0] for number, stay in packing.stays.items() if read(stay)}
    left = [[talk.number for talk in talks if talk.number not in found] for talks in packing.kinds]
    for (kind, session), count in packing.counts.items():
        for _ in range(read(count)):
            found[left[kind].pop(0)] = session
    return found
