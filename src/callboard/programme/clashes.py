"""Why not everything could be had: the fewest wishes that cannot hold together, as values that others word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from callboard.call import Half, HalfDay
from callboard.programme.hours import moment
from callboard.programme.pins import Pin
from callboard.programme.problem import NOON, Problem, Talk, is_day
from callboard.programme.solve import Placement, can_hold
from callboard.programme.timetable import Clash, Item, Kind, overlap

# So many sets of pins are told at most; once these are mended the next draft tells of others.
MAX_SETS = 5


def explain(problem: Problem, placement: Placement, left: Sequence[Talk]) -> tuple[Clash, ...]:
    """A clash for each set of pins that cannot hold together, one for each group of accepted talks that is too much for
    the times that it asks for, and one for each that is shorter than it asks to be."""
    found = [_of_pins(problem, pins) for pins in _sets(problem, placement.broken)]
    for talk in left:
        clash = None if talk.undecided else _too_much(problem, talk)
        if clash is not None and not any((c.kind, c.when) == (clash.kind, clash.when) for c in found):
            found.append(clash)
    for talk in problem.talks:
        asked = talk.card.duration_minutes or 0
        if asked > talk.minutes and not talk.undecided:
            found.append(Clash("length", (talk.number,), asked, talk.minutes))
    return tuple(found)


def _of_pins(problem: Problem, pins: Sequence[Pin]) -> Clash:
    behind = _behind(problem, pins[0]) if len(pins) == 1 else None
    return Clash(
        "pins",
        tuple(sorted({n for pin in pins for n in pin.numbers})),
        pins=tuple(pin.text for pin in pins),
        behind=behind,
        until_accepted=behind is not None and pins[0].numbers[0] in problem.grid.moves_for,
    )


def _behind(problem: Problem, pin: Pin) -> Item | None:
    """What everybody attends at the time of a pin, on the first day that it may mean and the speaker can come."""
    talk, zone = problem.by_number.get(pin.numbers[0]), ZoneInfo(problem.grid.timezone)
    if talk is None or pin.at is None:
        return None
    for day in problem.grid.days:
        start = moment(day.date, pin.at, zone)
        span = start.astimezone(zone), (start + timedelta(minutes=talk.minutes)).astimezone(zone)
        if (pin.day is None or is_day(pin.day, day.date)) and talk.comes(*span):
            there = (item for item in day.fixed if overlap(item, Item(*span, Kind.TALK)))
            if found := next(there, None):
                return found
    return None


def _sets(problem: Problem, broken: Sequence[Pin]) -> list[tuple[Pin, ...]]:
    """Sets of pins that cannot hold together, until every pin that was given up is in one."""
    found: list[tuple[Pin, ...]] = []
    while broken and len(found) < MAX_SETS:
        found.append(_fewest(problem, broken))
        # Given up for a reason that is told: no reason for anything else.
        gone = set(broken) & set(found[-1])
        problem = replace(problem, pins=tuple(pin for pin in problem.pins if pin not in gone))
        broken = [pin for pin in broken if pin not in gone]
    return found


def _fewest(problem: Problem, broken: Sequence[Pin]) -> tuple[Pin, ...]:
    """Pins that cannot hold together, though they could without any one of them: to one that was given up those are
    added that make it impossible, rather of those that are kept. If none do, other talks are in its way, and it stands
    alone."""
    kept = [pin for pin in problem.pins if pin not in broken]
    found, others = [broken[0]], kept + list(broken[1:])
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
