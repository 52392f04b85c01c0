"""The grid in which invited talks without a time of their own have given way to what organisers fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    """The grid of the call. An invited talk moves only where an accepted talk that is pinned can begin on no day
    otherwise, and only if it has another place."""
    laid = _Laid(call, settings, tuple(pins), build(call, settings))
    talks = {talk.number: talk for talk in talks_of(cards, laid.grid)}
    wanted = [
        (talks[pin.numbers[0]], pin) for pin in pins if pin.kind is PinKind.AT and pin.numbers[0] in talks
    ]
    # What has room as it is comes first, and keeps it.
    for wished in (_Laid.with_room, _Laid.spans):
        for talk, pin in wanted:
            has_place = any(span in laid.taken for span in laid.with_room(talk, pin))
            if not talk.undecided and not has_place:
                laid = laid.moved(talk, pin, wished(laid, talk, pin)) or laid
    waiting = [(talk, pin) for talk, pin in wanted if talk.undecided and not any(laid.with_room(talk, pin))]
    would_move = (talk.number for talk, pin in waiting if laid.moved(talk, pin, laid.spans(talk, pin)))
    return replace(laid.grid, moves_for=frozenset(would_move))


@dataclass(frozen=True)
class _Laid:
    """The grid in which some times are taken by pinned talks."""

    call: Call
    settings: ProgrammeConfig
    pins: tuple[Pin, ...]
    grid: Grid
    taken: tuple[Moments, ...] = ()

    def moved(self, talk: Talk, pin: Pin, spans: Iterable[Moments]) -> _Laid | None:
        """Laid anew around the first of these times at which the talk may begin then; None: at none."""
        for span in spans:
            taken = (*self.taken, span)
            other = replace(self, grid=build(self.call, self.settings, taken), taken=taken)
            if other.grid.unplaced == self.grid.unplaced and span in other.with_room(talk, pin):
                return other
        return None

    def spans(self, talk: Talk, pin: Pin) -> Iterator[Moments]:
        """From when to when it would last, on each day that the pin may mean."""
        for day in self.grid.days:
            if pin.at is not None and (pin.day is None or is_day(pin.day, day.date)):
                start = moment(day.date, pin.at, ZoneInfo(self.grid.timezone))
                yield start, start + timedelta(minutes=talk.minutes)

    def with_room(self, talk: Talk, pin: Pin) -> Iterator[Moments]:
        """Those of them at which the talk may begin, as far as what is fixed about it alone allows."""
        mine = tuple(one for one in self.pins if one.kind.alone and one.numbers == pin.numbers)
        for span in self.spans(talk, pin):
            day = span[0].astimezone(ZoneInfo(self.grid.timezone)).date()
            problem = Problem(self.grid, (talk,), (*mine, replace(pin, day=day)))
            if any(problem.begins(talk, session) for session in problem.sessions):
                yield span
