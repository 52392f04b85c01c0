"""The call for talks as a value: what `announcement` reads from a page and `config` from the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

MAX_DAYS = 31  # a longer event is a slip of the keyboard in the year or the month
NOON = 12 * 60  # in minutes after midnight
# An event that ends by then has no afternoon: who stays until 12:30 hears the morning's last talk.
LUNCH = 13 * 60


@dataclass(frozen=True)
class Organiser:
    """A person who receives the digest and decides."""

    name: str
    address: str | None = None
    group: str | None = None
    language: str | None = None  # ISO 639-1; None: the call's language
    affiliation: str | None = None


@dataclass(frozen=True)
class InvitedTalk:
    """A talk that is part of the programme before the call opens."""

    title: str  # "" while only the speaker is announced
    speaker: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True)
class Topic:
    """One topic of the call, in the announcement's own sentence."""

    text: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class TopicMatch:
    """A topic that a talk belongs to: its index in `Call.topics`, and how alike they are, 0 to 1."""

    index: int
    score: float


class Half(StrEnum):
    """A half of a day; noon is between them."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True)
class HalfDay:
    """A half of a day in which somebody can speak, or the part of it from `not_before` to `not_after`.

    Wall times of the event; None: from its beginning, to its end. One half may stand twice, with two parts.
    """

    day: date
    half: Half
    not_before: time | None = None
    not_after: time | None = None

    @classmethod
    def part(cls, day: date, half: Half, begins: int, ends: int) -> HalfDay:
        """The half from one minute after midnight to another; an edge of the half is no limit."""
        first, last = (0, NOON) if half is Half.MORNING else (NOON, 24 * 60)
        return cls(
            day,
            half,
            time(begins // 60, begins % 60) if begins != first else None,
            time(ends // 60, ends % 60) if ends != last else None,
        )

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> HalfDay:
        """The half-day that `as_json` wrote."""
        begins, ends = content.get("not_before"), content.get("not_after")
        return cls(
            date.fromisoformat(content["day"]),
            Half(content["half"]),
            time.fromisoformat(begins) if begins else None,
            time.fromisoformat(ends) if ends else None,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {
            "day": self.day.isoformat(),
            "half": self.half.value,
            "not_before": f"{self.not_before:%H:%M}" if self.not_before else None,
            "not_after": f"{self.not_after:%H:%M}" if self.not_after else None,
        }

    def holds(self, starts: datetime, ends: datetime) -> bool:
        """Whether a talk at those wall times of the event lies within it; it belongs to the half it starts in."""
        half = Half.MORNING if starts.time() < time(NOON // 60) else Half.AFTERNOON
        return (
            (self.day, self.half) == (starts.date(), half)
            and (self.not_before is None or self.not_before <= starts.time())
            and (self.not_after is None or ends.time() <= self.not_after)
        )


@dataclass(frozen=True)
class Stretch:
    """Free time of a day in one piece, as people say it: a half of the day, or from one time to another."""

    half: Half | None = None  # None: it reaches from the morning into the afternoon
    not_before: time | None = None
    not_after: time | None = None

    def __str__(self) -> str:
        """ "all day", "morning", "from 11:00", "afternoon until 16:00"."""
        begins = f"from {self.not_before:%H:%M}" if self.not_before else ""
        ends = f"until {self.not_after:%H:%M}" if self.not_after else ""
        return " ".join(filter(None, (self.half, begins, ends))) or "all day"


def stretches(half_days: Iterable[HalfDay]) -> dict[date, list[Stretch]]:
    """The half-days by day, with what noon divides put together."""
    days: dict[date, list[Stretch]] = {}
    for one in half_days:
        parts = days.setdefault(one.day, [])
        part = Stretch(one.half, one.not_before, one.not_after)
        goes_on = one.half is Half.AFTERNOON and one.not_before is None
        if goes_on and parts and parts[-1].half is Half.MORNING and parts[-1].not_after is None:
            parts[-1] = Stretch(None, parts[-1].not_before, one.not_after)
        else:
            parts.append(part)
    return days


@dataclass(frozen=True)
class Call:
    """A call for talks. What the announcement does not say is None or empty, never guessed."""

    title: str
    event: str | None = None
    url: str | None = None
    language: str = "fr"  # ISO 639-1 of the announcement
    place: str | None = None
    country: str | None = None
    timezone: str = "UTC"  # IANA name
    starts: datetime | None = None  # aware, in `timezone`
    ends: datetime | None = None
    published: date | None = None
    deadline: datetime | None = None
    summary: str | None = None
    description: str | None = None  # the prose, without topics, invited talks and organisers
    topics: tuple[Topic, ...] = ()
    invited: tuple[InvitedTalk, ...] = ()
    organisers: tuple[Organiser, ...] = ()
    proposals_to: str | None = None  # "organisers", or the one address the page names
    prefix: str = "P"  # of references: P-7
    tags: tuple[str, ...] = field(default=())

    @property
    def zone(self) -> ZoneInfo:
        """The event's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the event; empty while they are not known."""
        if self.starts is None:
            return ()
        first = self.starts.astimezone(self.zone).date()
        last = self.ends.astimezone(self.zone).date() if self.ends else first
        count = (last - first).days + 1
        return tuple(first + timedelta(days=n) for n in range(count)) if count <= MAX_DAYS else ()

    @property
    def half_days(self) -> tuple[HalfDay, ...]:
        """The half-days of the event: the first starts, the last ends with it."""
        halves = [HalfDay(day, half) for day in self.days for half in Half]
        if not halves or self.starts is None:
            return ()
        begins = self.starts.astimezone(self.zone).time()
        ends = self.ends.astimezone(self.zone).time() if self.ends else time(0)
        if begins >= time(NOON // 60):
            halves.pop(0)
        # Midnight is how calendars write "all day".
        if len(halves) > 1 and time(0) < ends <= time(LUNCH // 60):
            halves.pop()
        return tuple(halves)

    def organiser(self, address: str) -> Organiser | None:
        """The organiser with that address (any case)."""
        wanted = address.casefold()
        return next((o for o in self.organisers if o.address and o.address.casefold() == wanted), None)

    def is_organiser(self, address: str) -> bool:
        """Whether the address (any case) belongs to an organiser."""
        return self.organiser(address) is not None
