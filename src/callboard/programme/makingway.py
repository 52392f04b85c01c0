"""The grid in which invited talks without a time of their own have given way to what organisers fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from callboard.call import Call
from callboard.config import ProgrammeConfig
from callboard.programme.grid import Grid, build
from callboard.programme.hours import Moments, moment
from callboard.programme.pins import Pin, PinKind
from callboard.programme.problem import Problem, Talk, is_day, talks_of
from callboard.proposals import ProposalCard


def making_way(
    call: Call, settings: ProgrammeConfig, cards: Sequence[ProposalCard], pins: Sequence[Pin]
) -> Grid:
    """The grid of the call. An invited talk moves only where a pinned talk can begin on no day otherwise, and only if
    it has another place."""
    grid = build(call, settings)
    talks = {talk.number: talk for talk in talks_of(cards, grid)}
    wanted = [
        (talks[pin.numbers[0]], pin) for pin in pins if pin.kind is PinKind.AT and pin.numbers[0] in talks
    ]
    taken: tuple[Moments, ...] = ()
    # What has room as it is comes first, and keeps it.
    for wished in (_with_room, _spans):
        for talk, pin in wanted:
            if any(span in taken for span in _with_room(grid, talk, pin, pins)):
                continue
            for span in wished(grid, talk, pin, pins):
                other = build(call, settings, (*taken, span))
                if other.unplaced == grid.unplaced and span in _with_room(other, talk, pin, pins):
                    grid, taken = other, (*taken, span)
                    break
    return grid


def _spans(grid: Grid, talk: Talk, pin: Pin, _: Sequence[Pin]) -> Iterator[Moments]:
    """From when to when it would last, on each day that the pin may mean."""
    for day in grid.days:
        if pin.at is not None and (pin.day is None or is_day(pin.day, day.date)):
            start = moment(day.date, pin.at, ZoneInfo(grid.timezone))
            yield start, start + timedelta(minutes=talk.minutes)


def _with_room(grid: Grid, talk: Talk, pin: Pin, pins: Sequence[Pin]) -> Iterator[Moments]:
    """Those of them at which the talk may begin, as far as what is fixed about it alone allows."""
    mine = tuple(one for one in pins if one.kind.alone and one.numbers == pin.numbers)
    for span in _spans(grid, talk, pin, pins):
        day = span[0].astimezone(ZoneInfo(grid.timezone)).date()
        problem = Problem(grid, (talk,), (*mine, replace(pin, day=day)))
        if any(problem.begins(talk, session) for session in problem.sessions):
            yield span
