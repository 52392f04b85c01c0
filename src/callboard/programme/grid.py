"""The empty day: what is fixed (opening, invited talks, lunch, breaks, closing) and what is free for talks.

Made from the announced hours and a few lines of `[programme]`. It places no proposal; `arrange` does.
Wall times count: every day starts at the announced hour of the call's zone, whatever the clocks did at night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callboard.call import MAX_DAYS, Call, InvitedTalk
from callboard.config import ProgrammeConfig
from callboard.config.values import read_moment
from callboard.programme.timetable import Item, Kind

# An event "from Monday 14:00 to Tuesday 12:00" names neither Monday's evening nor Tuesday's morning.
MORNING, EVENING = time(9), time(18)

Hours = tuple[datetime, datetime]


@dataclass(frozen=True)
class Session:
    """Free minutes between two fixed items."""

    start: datetime
    end: datetime
    room: str | None = None  # None: the only one

    @property
    def minutes(self) -> int:
        """How long it is. Counted in UTC: of two times of one zone Python subtracts what the clocks show."""
        return int((self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds()) // 60


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

    @property
    def busy(self) -> tuple[tuple[datetime, datetime, str], ...]:
        """From when to when each invited speaker is on stage."""
        items = (item for day in self.days for item in day.fixed if item.kind is Kind.INVITED)
        return tuple((item.start, item.end, name) for item in items for name in item.speakers)

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
class _Half:
    """A part of a day between opening, lunch and closing."""

    start: datetime
    end: datetime
    fixed: tuple[_Fixed, ...]


def build(call: Call, settings: ProgrammeConfig) -> Grid:
    """The grid of the call. Invited talks keep the call's order and open the halves of the days in turn."""
    hours = _with_own(_hours(call), call, settings)
    timed, movable = _timed(call, settings, hours)
    frames = [_frame(day, settings, timed, first=day is hours[0], last=day is hours[-1]) for day in hours]
    halves = [half for _, halves in frames for half in halves]
    laid, unplaced = _seat(movable, halves, settings)
    seated = {entry.talk for half in halves for entry in half.fixed}
    unplaced += tuple(entry.talk for entry in timed if entry.talk and entry.talk not in seated)
    days = tuple(
        _day([*fixed, *(item for half in own for item in laid[half])], own, settings.rooms)
        for fixed, own in frames
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


def _hours(call: Call) -> list[Hours]:
    """From when to when each day lasts; empty while that is not known, or cannot be."""
    if call.starts is None or call.ends is None:
        return []
    starts, ends = call.starts.astimezone(call.zone), call.ends.astimezone(call.zone)
    count = (ends.date() - starts.date()).days + 1
    # Midnight to midnight is how calendars write "all day".
    all_day = starts.time() == time(0) and ends.time() in (time(0), time(23, 59), time(23, 59, 59))
    if ends <= starts or count > MAX_DAYS or all_day:
        return []
    dates = [starts.date() + timedelta(days=number) for number in range(count)]
    if count > 1 and ends.time() <= starts.time():
        opens = [starts.time()] + [MORNING] * (count - 1)
        closes = [EVENING] * (count - 1) + [ends.time()]
    else:
        opens, closes = [starts.time()] * count, [ends.time()] * count
    hours = [
        (_at(day, opening, call.zone), _at(day, closing, call.zone))
        for day, opening, closing in zip(dates, opens, closes, strict=True)
    ]
    return [(opening, closing) for opening, closing in hours if opening < closing]


def _with_own(hours: Sequence[Hours], call: Call, settings: ProgrammeConfig) -> list[Hours]:
    """The days with hours of their own have them, those without talks are gone. Where the announcement says no hours at
    all, these are the only days."""
    days: dict[date, Hours | None] = {one[0].date(): one for one in hours}
    for day, span in settings.own_hours.items():
        days[day] = span and (_at(day, span[0], call.zone), _at(day, span[1], call.zone))
    return [one for _, one in sorted(days.items(), key=lambda entry: entry[0]) if one is not None]


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock.replace(second=0, microsecond=0), zone)


def _timed(
    call: Call, settings: ProgrammeConfig, hours: Sequence[Hours]
) -> tuple[tuple[_Fixed, ...], tuple[InvitedTalk, ...]]:
    """The invited talks that have a time, and the others. A time without a date is the first day's that has it."""
    timed, length = list[_Fixed](), timedelta(minutes=settings.invited_minutes)
    for talk, wanted in zip(call.invited, settings.invited_at, strict=False):
        day, at = read_moment(wanted) if wanted else (None, None)
        if at is not None:
            days = [one for one in hours if day in (None, one[0].date())]
            starts = [datetime.combine(one[0].date(), at, one[0].tzinfo) for one in days]
            inside = next(
                (s for s, (a, b) in zip(starts, days, strict=True) if a <= s and s + length <= b), None
            )
            if inside is not None:
                timed.append(_Fixed(inside, inside + length, Kind.INVITED, talk))
    seated = {entry.talk for entry in timed}
    return tuple(timed), tuple(talk for talk in call.invited if talk not in seated)


def _frame(
    hours: Hours, settings: ProgrammeConfig, timed: Sequence[_Fixed], *, first: bool, last: bool
) -> tuple[list[Item], list[_Half]]:
    """Opening, lunch and closing of a day, and the halves between them."""
    start, end = hours
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
    lunch = _on(start, settings.lunch_span) if settings.lunch_span else None
    if lunch is None or lunch[0] <= start or lunch[1] >= end:
        return items, [_half(start, end, settings, timed)]
    items.append(Item(*lunch, Kind.LUNCH))
    return items, [_half(start, lunch[0], settings, timed), _half(lunch[1], end, settings, timed)]


def _half(start: datetime, end: datetime, settings: ProgrammeConfig, timed: Sequence[_Fixed]) -> _Half:
    breaks = [_Fixed(*_on(start, span), Kind.BREAK) for span in settings.break_spans]
    fixed = [one for one in breaks if start < one.start and one.end < end]
    if settings.posters_span:
        posters = _Fixed(*_on(start, settings.posters_span), Kind.POSTERS)
        fixed += [posters] if start <= posters.start and posters.end <= end else []
    fixed += [one for one in timed if start <= one.start and one.end <= end]
    return _Half(start, end, tuple(sorted(fixed, key=lambda one: one.start)))


def _on(day: datetime, span: tuple[time, time]) -> Hours:
    """That span of wall times on the day of that moment."""
    return datetime.combine(day.date(), span[0], day.tzinfo), datetime.combine(
        day.date(), span[1], day.tzinfo
    )


def _seat(
    talks: Sequence[InvitedTalk], halves: Sequence[_Half], settings: ProgrammeConfig
) -> tuple[dict[_Half, list[Item]], tuple[InvitedTalk, ...]]:
    """The fixed items of every half, and the invited talks that fit nowhere.

    The talks are spread evenly over the halves in their order; one that does not fit tries the later halves.
    """
    seats: dict[_Half, list[InvitedTalk]] = {half: [] for half in halves}
    unplaced = []
    for number, talk in enumerate(talks):
        wished = number * len(halves) // len(talks)
        for half in halves[wished:]:
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
    """Invited talks open the parts between these breaks, spread evenly over them.

    A break waits for the talk before it to end. The result may run over the end of the half.
    """
    items: list[Item] = []
    cursor, parts = half.start, len(fixed) + 1
    for part in range(parts):
        for number, talk in enumerate(talks):
            if number * parts // len(talks) == part:
                items.append(_invited(talk, cursor, cursor + timedelta(minutes=settings.invited_minutes)))
                cursor = items[-1].end
        if part < len(fixed):
            items.append(fixed[part].item(max(fixed[part].start, cursor)))
            cursor = items[-1].end
    # A break that no talk could follow before lunch or closing is none.
    latest = half.end - timedelta(minutes=settings.talk_minutes)
    while items and items[-1].kind is Kind.BREAK and items[-1].end > latest:
        items.pop()
    return items


def _invited(talk: InvitedTalk, start: datetime, end: datetime) -> Item:
    speakers = (talk.speaker,) if talk.speaker else ()
    return Item(start, end, Kind.INVITED, talk.title, speakers, talk.affiliation)


def _day(items: Sequence[Item], halves: Sequence[_Half], rooms: Sequence[str]) -> GridDay:
    fixed = tuple(sorted(items, key=lambda item: item.start))
    sessions = []
    for half in halves:
        cursor = half.start
        for item in (*(item for item in fixed if half.start <= item.start < half.end), None):
            until = item.start if item else half.end
            if cursor < until:
                sessions += [Session(cursor, until, room) for room in rooms or (None,)]
            cursor = item.end if item else cursor
    return GridDay(halves[0].start.date(), fixed, tuple(sessions))
