"""Why not everything could be had: the fewest wishes that cannot hold together, as values that others word."""

from __future__ import annotations

from collections.abc import Sequence

from callboard.call import Half, HalfDay
from callboard.programme.pins import Pin
from callboard.programme.problem import NOON, Problem, Talk
from callboard.programme.solve import Placement, can_hold
from callboard.programme.timetable import Clash


def explain(problem: Problem, placement: Placement, left: Sequence[Talk]) -> tuple[Clash, ...]:
    """A clash for the pins that could not be kept, and one for each group of accepted talks that is too much for the
    times that it asks for."""
    found: list[Clash] = []
    if placement.broken:
        pins = _fewest(problem, placement.broken)
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


def _fewest(problem: Problem, broken: Sequence[Pin]) -> tuple[Pin, ...]:
    """Pins that cannot hold together, though they could without any one of them: to one that was given up those are
    added that make it impossible. If none do, other talks are in its way, and it stands alone."""
    found, others = [broken[0]], [pin for pin in problem.pins if pin is not broken[0]]
    while can_hold(problem, found):
        if can_hold(problem, [*found, *others]):
            return tuple(broken)
        low, high = 0, len(others)  # with so few of the others they can hold, with so many they cannot
        while high - low > 1:
            middle = (low + high) // 2
            if can_hold(problem, [*found, *others[:middle]]):
                low = middle
            else:
                high = middle
        found, others = [*found, others[low]], others[:low]
    return tuple(pin for pin in problem.pins if pin in found)


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
