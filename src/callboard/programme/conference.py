"""A problem that is too large to be solved whole: `confer(...)` gives each talk a place, step by step.

First how many talks have room at all, which is a small problem when alike talks are counted (`pack`), then who shares a
session with whom (`anneal`), then the order in each session by itself (`seat`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from callboard.programme.anneal import anneal
from callboard.programme.constraints import solver
from callboard.programme.first import as_before, first
from callboard.programme.pack import pack
from callboard.programme.problem import Places, Problem
from callboard.programme.seat import Allowed, Seating
from callboard.programme.worth import STAYS, value

EFFORT: Final = 1.0  # deterministic seconds for the packing


def confer(problem: Problem, allowed: Allowed, pinned: Places) -> tuple[dict[int, tuple[int, int]], float]:
    """Number -> (session, minute), and how much more, as a part, the talks with a place could be worth in any
    arrangement. Talks of the last draft keep their places unless others have none otherwise."""
    began = first(problem, allowed, pinned)
    fixed = {n: pinned[n] for pin in problem.pins if not pin.kind.alone for n in pin.numbers if n in pinned}
    before = {n: place for n, place in _before(problem, allowed).items() if n not in fixed}
    most: float = _worth(problem, {n for n, _ in allowed}) + STAYS * len(before)
    chosen = {n: session for n, (session, _) in began.items()}
    if len(chosen) < len(problem.talks):
        packed, most = pack(problem, allowed, fixed, before, solver(EFFORT, mixed=False))
        if _worth(problem, packed) > _worth(problem, chosen):
            chosen = packed
    held = {n: place for n, place in before.items() if chosen.get(n) == place[0]}
    seating = Seating(problem, allowed, fixed | held)
    kept, chosen = _with_an_order(problem, seating, chosen, frozenset(fixed))
    seating = Seating(problem, allowed, kept)
    chosen = anneal(problem, seating, chosen)
    places = _begun(seating, chosen)
    got = _worth(problem, places) + STAYS * sum(places.get(n) == place for n, place in before.items())
    return places, (most - got) / max(got, 1)


def _worth(problem: Problem, numbers: Iterable[int]) -> int:
    return sum(value(problem, problem.by_number[number]) for number in numbers)


def _before(problem: Problem, allowed: Allowed) -> dict[int, tuple[int, int]]:
    """The places of the last draft that talks may keep."""
    where: dict[int, list[int]] = defaultdict(list)
    for number, session in allowed:
        where[number].append(session)
    places = {t.number: as_before(problem, allowed, t, where[t.number]) for t in problem.talks}
    return {number: place for number, place in places.items() if place is not None}


def _with_an_order(
    problem: Problem, seating: Seating, chosen: Mapping[int, int], pinned: frozenset[int]
) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
    """What is fixed, and the sessions, so that each session has an order. Where one has none, a talk that could stay
    begins at another minute, one at first, then all of them; then the talk that is worth least goes."""
    fixed, kept = dict(seating.fixed), dict(chosen)
    for session in sorted(set(chosen.values())):
        there = frozenset(n for n, s in chosen.items() if s == session)
        if seating.fit(session, there):
            continue
        stays = sorted(n for n in there if n in seating.fixed and n not in pinned)
        looser = [seating.loosened(some) for some in (*([n] for n in stays), stays)]
        fitting = next((one for one in looser if one.fit(session, there)), looser[-1])
        fixed = {n: place for n, place in fixed.items() if n not in there or n in fitting.fixed}
        least = sorted(there, key=lambda n: (n not in pinned, -value(problem, problem.by_number[n]), n))
        while there and not fitting.fit(session, there):
            there -= {least.pop()}
        kept = {n: s for n, s in kept.items() if s != session or n in there}
    return fixed, kept


def _begun(seating: Seating, chosen: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """When each talk begins in its session."""
    members: dict[int, list[int]] = defaultdict(list)
    for number, session in chosen.items():
        members[session].append(number)
    return {
        number: (session, at)
        for session, there in sorted(members.items())
        for number, at in (seating.starts(session, there) or {}).items()
    }
