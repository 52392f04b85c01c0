"""What is to be arranged, as whole minutes: talks, the sessions that take them, and when each may begin where.

Pure: made from a grid, cards and pins; `solve` looks at nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from callboard.call import Half, HalfDay
from callboard.programme.grid import Grid, Session
from callboard.programme.pins import Pin, PinKind
from callboard.programme.timetable import Kind, Programme, minutes, overlap
from callboard.proposals import IN_PROGRAMME, ProposalCard, State
from callboard.reading.pinline import room_named
from callboard.reading.students import is_student

SHORTEST_MINUTES: Final = 5
# Contributions that hang or stand beside the sessions.
APART: Final = frozenset({"poster", "demo"})
# Those in what is left, once the others have their places (`gaps`).
WAITING: Final = frozenset({State.WAITLISTED})

NOON: Final = 12 * 60
DAY: Final = 24 * 60

Range = tuple[int, int]  # of minutes, both ends included
Places = Mapping[int, tuple[int, int]]  # number -> (session, minute at which it begins)


@dataclass(frozen=True)
class Talk:
    """A proposal as far as arranging it needs."""

    card: ProposalCard
    minutes: int

    @property
    def number(self) -> int:
        """The proposal's."""
        return self.card.number

    @property
    def undecided(self) -> bool:
        """Whether it waits for a decision, or on the waiting list."""
        return self.waiting or self.card.state is State.SUBMITTED

    @property
    def waiting(self) -> bool:
        """Whether it is on the waiting list."""
        return self.card.state in WAITING

    @property
    def topic(self) -> int | None:
        """The topic that it belongs to first."""
        return self.card.topics[0].index if self.card.topics else None

    def comes(self, start: datetime, end: datetime) -> bool:
        """Whether its speaker can come at those wall times."""
        half_days = self.card.half_days
        return half_days is None or any(half.holds(start, end) for half in half_days)

    @cached_property
    def people(self) -> frozenset[str]:
        """Who is on stage: an address where one is known, since two people may have one name, else the name."""
        return frozenset((s.email or s.name).casefold() for s in self.card.speakers)

    @cached_property
    def student(self) -> bool:
        """Whether one of its speakers is a student, as far as what they write about themselves says so."""
        about = (self.card.bio, *(speaker.affiliation for speaker in self.card.speakers))
        return any(is_student(words) for words in about if words)

    @cached_property
    def institutions(self) -> frozenset[str]:
        """Where its speakers work, as they write it."""
        return frozenset(s.affiliation.casefold() for s in self.card.speakers if s.affiliation)


@dataclass(frozen=True)
class Problem:
    """Talks in the order of their numbers, and the sessions in the order of time, then of the rooms."""

    grid: Grid
    talks: tuple[Talk, ...]
    pins: tuple[Pin, ...] = ()
    previous: Programme | None = None

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Where talks may be."""
        return self.grid.sessions

    @cached_property
    def by_number(self) -> dict[int, Talk]:
        """Each talk by its number."""
        return {talk.number: talk for talk in self.talks}

    @cached_property
    def shared(self) -> frozenset[str]:
        """The people who give more than one talk."""
        count = Counter(person for talk in self.talks for person in talk.people)
        return frozenset(person for person, number in count.items() if number > 1)

    @cached_property
    def several_languages(self) -> bool:
        """Whether talks are in more than one language."""
        return len({talk.card.language for talk in self.talks if talk.card.language}) > 1

    @cached_property
    def several_levels(self) -> bool:
        """Whether talks are of more than one level."""
        return len({talk.card.level for talk in self.talks if talk.card.level}) > 1

    @cached_property
    def several_topics(self) -> bool:
        """Whether a talk is about two topics."""
        return any(len(talk.card.topics) > 1 for talk in self.talks)

    @cached_property
    def last_of_day(self) -> frozenset[int]:
        """The sessions that end their day, where there is an earlier one to be in."""
        days: dict[date, list[int]] = {}
        for index, session in enumerate(self.sessions):
            days.setdefault(session.start.date(), []).append(index)
        starts = [session.start for session in self.sessions]
        return frozenset(
            i
            for mine in days.values()
            for i in mine
            if min(starts[j] for j in mine) < starts[i] == starts[mine[-1]]
        )

    @cached_property
    def base(self) -> datetime:
        """The moment that minutes are counted from."""
        return min(s.start for s in self.sessions).astimezone(UTC)

    def minute(self, moment: datetime) -> int:
        """That moment in minutes. Counted in UTC, so that a clock change in the night adds no hour to a session."""
        return int((moment.astimezone(UTC) - self.base).total_seconds()) // 60

    def moment(self, minute: int, session: Session) -> datetime:
        """The other way round, on the session's own clock."""
        return (self.base + timedelta(minutes=minute)).astimezone(session.start.tzinfo)

    def span(self, session: Session) -> Range:
        """From when to when a session lasts."""
        return self._spans[session]

    @cached_property
    def _spans(self) -> dict[Session, Range]:
        return {one: (self.minute(one.start), self.minute(one.end)) for one in self.sessions}

    @cached_property
    def before(self) -> dict[int, tuple[int, str | None]]:
        """When and where each talk began in the previous draft."""
        talks = self.previous.talks if self.previous else ()
        return {t.number: (self.minute(t.start), t.room) for t in talks if t.number is not None}

    def stays(self, number: int, place: tuple[int, int] | None) -> bool:
        """Whether a talk's (session, minute) is the place that it had before."""
        return place is not None and self.before.get(number) == (place[1], self.sessions[place[0]].room)

    def keeps(self, pin: Pin, places: Places) -> bool:
        """Whether these places are as a pin wants them. Of a talk that is not in the programme it says nothing
        yet."""
        mine = [places.get(number) for number in pin.numbers if number in self.by_number]
        if None in mine:
            return False
        here = {n: places[n] for n in pin.numbers if n in places}
        if pin.kind is PinKind.TOGETHER:
            return len({session for session, _ in here.values()}) <= 1
        if pin.kind is PinKind.BEFORE and len(here) > 1:
            first, second = pin.numbers
            return here[first][1] + self.by_number[first].minutes <= here[second][1]
        if pin.kind is PinKind.NOT_FIRST:
            return all(any(s == one[0] and at < one[1] for s, at in places.values()) for one in here.values())
        return all(
            self._pinned((at, at), pin, self.sessions[s]) is not None
            for s, at in here.values()
            if pin.kind.alone
        )

    def begins(self, talk: Talk, session: Session, *, pinned: bool = True) -> list[Range]:
        """When a talk may begin in a session: inside it, when its speaker can, and where the pins about it alone want
        it. Without its pins too, to explain them."""
        if not self._free(talk, session):
            return []
        found = list(self._when_able(talk, session))
        if pinned:
            for pin in self.pins:
                if pin.kind.alone and talk.number == pin.numbers[0]:
                    found = [r for one in found if (r := self._pinned(one, pin, session)) is not None]
        return found

    def _free(self, talk: Talk, session: Session) -> bool:
        """Whether none of its speakers gives an invited talk, or stands elsewhere, meanwhile."""
        names = {speaker.name.casefold() for speaker in talk.card.speakers}
        return not any(
            overlap(item, session)
            for item in self.grid.invited
            if any(name.casefold() in names for name in item.speakers)
        )

    def _when_able(self, talk: Talk, session: Session) -> Iterator[Range]:
        start, end = self.span(session)
        latest = end - talk.minutes
        if talk.card.half_days is None:
            if start <= latest:
                yield start, latest
            return
        for half in talk.card.half_days:
            if half.day == session.start.date():
                if self._too_early(half, session):
                    continue
                low, high = self._half(half, session, talk.minutes)
                first, last = max(start, low), min(latest, high)
                if first <= last:
                    yield first, last

    def _too_early(self, half: HalfDay, session: Session) -> bool:
        """Whether who comes in the afternoon is not there yet: they come after lunch, not for the last talk before
        it."""
        return half.half is Half.AFTERNOON and half.not_before is None and session in self._before_lunch

    @cached_property
    def _before_lunch(self) -> frozenset[Session]:
        return frozenset(
            session
            for day in self.grid.days
            for session in day.sessions
            if any(one.kind is Kind.LUNCH and minutes(session.end, one.start) >= 0 for one in day.fixed)
        )

    def _half(self, half: HalfDay, session: Session, minutes: int) -> Range:
        """When a talk of so many minutes may begin: it belongs to the half that it begins in."""
        low, high = (0, NOON - 1) if half.half is Half.MORNING else (NOON, DAY)
        if half.not_before is not None:
            low = max(low, _minutes(half.not_before))
        latest = self._shown(high, session)
        if half.not_after is not None:
            latest = min(latest, self._shown(_minutes(half.not_after), session) - minutes)
        return self._shown(low, session), latest

    def _shown(self, clock: int, session: Session) -> int:
        """When the clocks show so many minutes after midnight on the day of a session."""
        key = session.start.date(), clock
        if key not in self._clocks:
            midnight = datetime.combine(key[0], time(0), session.start.tzinfo)
            self._clocks[key] = self.minute(
                midnight + timedelta(minutes=clock)
            )  # what they show, not what passes
        return self._clocks[key]

    @cached_property
    def _clocks(self) -> dict[tuple[date, int], int]:
        return {}

    @cached_property
    def _meant(self) -> dict[str, str | None]:
        """The room that each pin means."""
        rooms = dict.fromkeys(session.room for session in self.sessions if session.room)
        return {pin.room: room_named(pin.room, rooms) for pin in self.pins if pin.kind is PinKind.ROOM}

    def _pinned(self, one: Range, pin: Pin, session: Session) -> Range | None:
        """What a pin about one talk leaves of a range."""
        start, _ = self.span(session)
        low, high = one
        if pin.kind is PinKind.ROOM:
            return one if session.room and session.room == self._meant.get(pin.room) else None
        if pin.day is not None and not is_day(pin.day, session.start.date()):
            return None
        if pin.kind is PinKind.AT and pin.at is not None:
            wanted = self._shown(_minutes(pin.at), session)
            return (wanted, wanted) if low <= wanted <= high else None
        if pin.kind is PinKind.NOT_FIRST:
            low = max(low, start + SHORTEST_MINUTES)
        if pin.half is not None:
            half = HalfDay(session.start.date(), pin.half)
            if self._too_early(half, session):
                return None
            first, last = self._half(half, session, 0)
            low, high = max(low, first), min(high, last)
        return (low, high) if low <= high else None


def talk_of(card: ProposalCard, grid: Grid) -> Talk:
    """A proposal as a talk, as long as wished within reason, or as its format is."""
    usual = grid.minutes.get(card.format or "", grid.talk_minutes)
    wished = card.duration_minutes or usual
    return Talk(card, min(max(wished, SHORTEST_MINUTES), grid.longest_minutes))


def in_order(talks: Sequence[Talk]) -> tuple[Talk, ...]:
    """By number, so that the same talks are the same problem however they come."""
    return tuple(sorted(talks, key=lambda talk: talk.number))


def talks_of(
    cards: Sequence[ProposalCard], grid: Grid, states: frozenset[State] = IN_PROGRAMME
) -> tuple[Talk, ...]:
    """The proposals in one of these states that want a place in a session."""
    chosen = (card for card in cards if card.state in states and card.format not in APART)
    return in_order([talk_of(card, grid) for card in chosen])


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def is_day(wanted: date | int, day: date) -> bool:
    """Whether a day is the one that a pin names: a date, a day of the week (0: Monday)."""
    return day == wanted if isinstance(wanted, date) else day.weekday() == wanted
