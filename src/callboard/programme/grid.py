"""The empty day: what is fixed (opening, invited talks, lunch, breaks, closing) and what is free for talks.

Made from the announced hours (`hours`) and a few lines of `[programme]`. It places no proposal; `arrange` does.
All moments are in UTC while the grid is being made, and in the call's zone once it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callboard.call import Call, InvitedTalk
from callboard.config import ProgrammeConfig
from callboard.config.values import read_moment
from callboard.programme.hours import Moments, OpenDay, open_days
from callboard.programme.timetable import Item, Kind, minutes


@dataclass(frozen=True)
class Session:
    """Free minutes between two fixed items."""

    start: datetime
    end: datetime
    room: str | None = None  # None: the only one

    @property
    def minutes(self) -> int:
        """How long it is."""
        return minutes(self.start, self.end)


@dataclass(frozen=True)
class GridDay:
    """One day: what is fixed, for everybody, and the sessions between, each room's."""

    date: date
    fixed: tuple[Item, ...]
    sessions: tuple[Session, ...]


@dataclass(frozen=True)
class Grid:
    """All days. No days: the hours are not known yet."""

    timezone: str
    days: tuple[GridDay, ...]
    unplaced: tuple[InvitedTalk, ...]  # invited talks that have no place: no hours, or a day too short
    talk_minutes: int
    longest_minutes: int  # of a proposed talk, whatever it asks for
    change_minutes: int  # between two talks
    rooms: tuple[str, ...] = ()
    minutes: Mapping[str, int] = field(default_factory=dict)  # format -> length of a talk that names none
    moves_for: frozenset[int] = frozenset()  # talks for which an invited one makes way once they are accepted

    @property
    def invited(self) -> tuple[Item, ...]:
        """The invited talks that have a place."""
        return tuple(item for day in self.days for item in day.fixed if item.kind is Kind.INVITED)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every session in the order of time, then of the rooms."""
        return tuple(session for day in self.days for session in day.sessions)


@dataclass(frozen=True)
class _Fixed:
    """A break, the posters, or an invited talk that has its time."""

    start: datetime
    end: datetime
    kind: Kind
    talk: InvitedTalk | None = None

    def item(self, begins: datetime) -> Item:
        """As an item that begins then."""
        if self.talk is not None:
            return _invited(self.talk, begins, begins + (self.end - self.start))
        return Item(begins, begins + (self.end - self.start), self.kind)


@dataclass(frozen=True)
class Frame:
    """A day with what opens, parts and closes it, and the parts between. All moments are in UTC."""

    day: OpenDay
    fixed: tuple[Item, ...]
    parts: tuple[Moments, ...]


@dataclass(frozen=True)
class _Half:
    """A part of a day between opening, lunch and closing."""

    day: OpenDay
    start: datetime
    end: datetime
    fixed: tuple[_Fixed, ...]
    taken: tuple[Moments, ...]


def build(call: Call, settings: ProgrammeConfig, taken: Sequence[Moments] = ()) -> Grid:
    """The grid of the call. Invited talks keep the call's order and open the halves of the days in turn; those without
    a time of their own begin after what is `taken`."""
    frames = frame(call, settings)
    timed, movable = _timed(call, settings, frames)
    framed = [(one, [_half(one.day, part, settings, timed, taken) for part in one.parts]) for one in frames]
    laid, unplaced = _seat(movable, [half for _, halves in framed for half in halves], settings)
    days = tuple(
        _day([*one.fixed, *(item for half in own for item in laid[half])], own, settings.rooms)
        for one, own in framed
    )
    return Grid(
        timezone=call.timezone,
        days=days,
        unplaced=unplaced,
        talk_minutes=settings.talk_minutes,
        longest_minutes=max(settings.talk_minutes, settings.invited_minutes, *settings.minutes.values()),
        change_minutes=settings.change_minutes,
        rooms=settings.rooms,
        minutes=settings.minutes,
    )


def frame(call: Call, settings: ProgrammeConfig) -> list[Frame]:
    """Opening, lunch and closing of each day."""
    days = open_days(call, settings)
    return [_frame(day, settings, first=day is days[0], last=day is days[-1]) for day in days]


def _frame(day: OpenDay, settings: ProgrammeConfig, *, first: bool, last: bool) -> Frame:
    start, end = day.start, day.end
    opening = timedelta(minutes=settings.opening_minutes if first else 0)
    closing = timedelta(minutes=settings.closing_minutes if last else 0)
    # An hour's meeting needs no ceremony: the words take at most a quarter of the day.
    if opening + closing > (end - start) / 4:
        opening = closing = timedelta()
    items = []
    if opening:
        items.append(Item(start, start + opening, Kind.OPENING))
    if closing:
        items.append(Item(end - closing, end, Kind.CLOSING))
    start, end = start + opening, end - closing
    lunch = day.during(settings.lunch_span) if settings.lunch_span else None
    if lunch is None or lunch[0] <= start or lunch[1] >= end:
        return Frame(day, tuple(items), ((start, end),))
    return Frame(day, (*items, Item(*lunch, Kind.LUNCH)), ((start, lunch[0]), (lunch[1], end)))


def invited_span(wanted: str, settings: ProgrammeConfig, frames: Sequence[Frame]) -> Moments | None:
    """From when to when an invited talk lasts that has its time; None: no part of a day has it. A time without a date
    is the first day's that has it."""
    day, at = read_moment(wanted)
    length = timedelta(minutes=settings.invited_minutes)
    for one in frames:
        start = one.day.at(at)
        span = start, start + length
        if day in (None, one.day.date) and any(a <= start and span[1] <= b for a, b in one.parts):
            return span
    return None


def _timed(
    call: Call, settings: ProgrammeConfig, frames: Sequence[Frame]
) -> tuple[tuple[_Fixed, ...], tuple[InvitedTalk, ...]]:
    """The invited talks that have a time, and the others."""
    times = dict(enumerate(settings.invited_at))
    timed, movable = list[_Fixed](), list[InvitedTalk]()
    for number, talk in enumerate(call.invited):
        span = invited_span(times[number], settings, frames) if times.get(number) else None
        if span is not None:
            timed.append(_Fixed(*span, Kind.INVITED, talk))
        else:
            movable.append(talk)
    return tuple(timed), tuple(movable)


def _half(
    day: OpenDay,
    part: Moments,
    settings: ProgrammeConfig,
    timed: Sequence[_Fixed],
    taken: Sequence[Moments],
) -> _Half:
    start, end = part
    breaks = [_Fixed(*day.during(span), Kind.BREAK) for span in settings.break_spans]
    fixed = [one for one in breaks if start < one.start and one.end < end]
    if settings.posters_span:
        posters = _Fixed(*day.during(settings.posters_span), Kind.POSTERS)
        fixed += [posters] if start <= posters.start and posters.end <= end else []
    fixed += [one for one in timed if start <= one.start and one.end <= end]
    inside = tuple(sorted(one for one in taken if start <= one[0] and one[1] <= end))
    return _Half(day, start, end, tuple(sorted(fixed, key=lambda one: one.start)), inside)


def _seat(
    talks: Sequence[InvitedTalk], halves: Sequence[_Half], settings: ProgrammeConfig
) -> tuple[dict[_Half, list[Item]], tuple[InvitedTalk, ...]]:
    """The fixed items of every half, and the invited talks that fit nowhere.

    The talks are spread evenly over the halves in their order; one that does not fit tries the later halves, then those
    before.
    """
    seats: dict[_Half, list[InvitedTalk]] = {half: [] for half in halves}
    unplaced = []
    for number, talk in enumerate(talks):
        wished = number * len(halves) // len(talks)
        for half in (*halves[wished:], *reversed(halves[:wished])):
            if _lay(half, [*seats[half], talk], settings)[-1].end <= half.end:
                seats[half].append(talk)
                break
        else:
            unplaced.append(talk)
    return {half: _lay(half, seats[half], settings) for half in halves}, tuple(unplaced)


def _lay(half: _Half, talks: Sequence[InvitedTalk], settings: ProgrammeConfig) -> list[Item]:
    """The fixed items of a half. Its breaks give way where the invited talks need their time."""
    items = _lay_around(half, half.fixed, talks, settings)
    if items and items[-1].end > half.end:
        firm = [one for one in half.fixed if one.kind is not Kind.BREAK]
        return _lay_around(half, firm, talks, settings)
    return items


def _lay_around(
    half: _Half, fixed: Sequence[_Fixed], talks: Sequence[InvitedTalk], settings: ProgrammeConfig
) -> list[Item]:
    """Invited talks open the parts between these fixed items, spread evenly over them.

    Only breaks wait for a talk before them to end. The result may run over the end of the half.
    """
    items = _firm(fixed)
    firm = [(item.start, item.end) for item in items]
    taken = sorted([*firm, *half.taken])
    cursor, parts = half.start, len(fixed) + 1
    length = timedelta(minutes=settings.invited_minutes)
    for part in range(parts):
        for number, talk in enumerate(talks):
            if number * parts // len(talks) == part:
                begins = _clear(cursor, length, taken)
                items.append(_invited(talk, begins, begins + length))
                cursor = begins + length
        if part < len(fixed):
            one, begins = fixed[part], max(fixed[part].start, cursor)
            if one.kind is Kind.BREAK:
                # Who waits anyway lets a pinned talk pass as well.
                begins = _clear(begins, one.end - one.start, taken if begins > one.start else firm)
                items.append(one.item(begins))
            cursor = max(cursor, begins + (one.end - one.start))
    items.sort(key=lambda item: item.start)
    # A break that no talk could follow before lunch or closing is none.
    latest = half.end - timedelta(minutes=settings.talk_minutes)
    while items and items[-1].kind is Kind.BREAK and items[-1].end > latest:
        items.pop()
    return items


def _firm(fixed: Sequence[_Fixed]) -> list[Item]:
    """What keeps its time; of two at once the second follows."""
    items: list[Item] = []
    for one in fixed:
        if one.kind is not Kind.BREAK:
            items.append(one.item(max(one.start, items[-1].end) if items else one.start))
    return items


def _clear(begins: datetime, length: timedelta, taken: Sequence[Moments]) -> datetime:
    """The first moment from then on at which so much time is free of what is taken; that is in order."""
    for start, end in taken:
        if begins < end and start < begins + length:
            begins = end
    return begins


def _invited(talk: InvitedTalk, start: datetime, end: datetime) -> Item:
    speakers = (talk.speaker,) if talk.speaker else ()
    return Item(start, end, Kind.INVITED, talk.title, speakers, talk.affiliation)


def _day(items: Sequence[Item], halves: Sequence[_Half], rooms: Sequence[str]) -> GridDay:
    """A day as it is announced, on the clocks of the call's zone."""
    fixed = tuple(sorted(items, key=lambda item: item.start))
    day, sessions = halves[0].day, list[Session]()
    for half in halves:
        cursor = half.start
        for item in (*(item for item in fixed if half.start <= item.start < half.end), None):
            until = item.start if item else half.end
            if cursor < until:
                span = cursor.astimezone(day.zone), until.astimezone(day.zone)
                sessions += [Session(*span, room) for room in rooms or (None,)]
            cursor = item.end if item else cursor
    return GridDay(day.date, tuple(_on_the_clock(item, day.zone) for item in fixed), tuple(sessions))


def _on_the_clock(item: Item, zone: ZoneInfo) -> Item:
    return replace(item, start=item.start.astimezone(zone), end=item.end.astimezone(zone))
