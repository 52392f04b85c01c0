"""Why not everything could be had: the fewest wishes that cannot hold together, as values that others word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from callboard.call import Half, HalfDay
from callboard.programme.pins import Pin
from callboard.programme.problem import NOON, Problem, Talk
from callboard.programme.solve import Placement, can_hold
from callboard.programme.timetable import Clash

MOST_PINS: Final = 20  # that are looked through for the fewest that clash


def explain(problem: Problem, placement: Placement, left: Sequence[Talk]) -> tuple[Clash, ...]:
    """A clash for the pins that could not be kept, and one for each group of accepted talks that is too much for the
    times that it asks for."""
    found: list[Clash] = []
    if placement.broken:
        pins = _fewest(problem)
        found.append(
            Clash("pins", tuple(sorted({n for pin in pins for n in pin.numbers})), pins=_texts(pins))
        )
    for talk in left:
        clash = None if talk.undecided else _too_much(problem, talk)
        if clash is not None and not any((c.kind, c.when) == (clash.kind, clash.when) for c in found):
            found.append(clash)
    return tuple(found)


def _texts(pins: Sequence[Pin]) -> tuple[str, ...]:
    return tuple(pin.text for pin in pins)


def _fewest(problem: Problem) -> tuple[Pin, ...]:
    """Pins that cannot hold together, though they could without any one of them: each is taken away in turn, and stays
    away when the rest still cannot."""
    pins = list(problem.pins[:MOST_PINS])
    for pin in tuple(pins):
        fewer = [one for one in pins if one is not pin]
        if fewer and not can_hold(problem, fewer):
            pins = fewer
    return tuple(pins)


def _too_much(problem: Problem, talk: Talk) -> Clash | None:
    """The accepted talks that may only be where this one may, when they take more minutes than there are: as few of
    them as are too many."""
    where = _sessions(problem, talk)
    change, free = problem.grid.change_minutes, sum(problem.sessions[s].minutes for s in where)
    bound = [t for t in problem.talks if not t.undecided and t is not talk and _sessions(problem, t) <= where]
    group, need = [talk], talk.minutes
    for other in sorted(bound, key=lambda t: (-t.minutes, t.number)):
        if need > free:
            break
        group.append(other)
        need += other.minutes + change
    if not where or need <= free:
        return None
    whole = len(where) == len(problem.sessions)
    when = () if whole else tuple(dict.fromkeys(_half(problem, s) for s in sorted(where)))
    return Clash("times" if when else "room", tuple(sorted(t.number for t in group)), need, free, when)


def _sessions(problem: Problem, talk: Talk) -> frozenset[int]:
    """The sessions that a talk may be in."""
    return frozenset(i for i, session in enumerate(problem.sessions) if problem.begins(talk, session))


def _half(problem: Problem, index: int) -> HalfDay:
    start = problem.sessions[index].start
    morning = start.hour * 60 + start.minute < NOON
    return HalfDay(start.date(), Half.MORNING if morning else Half.AFTERNOON)
