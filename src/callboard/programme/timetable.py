"""The values a programme is made of, and their JSON: what drafts keep, compare and publish.

A programme names a proposal by its number and repeats title and speakers, so that two drafts can be compared
in words years later. Abstracts and the rest stay with the proposals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from callboard.call import HalfDay

VERSION = 2  # of the JSON; 1 had no rooms and no sessions


class Kind(StrEnum):
    """What happens in a part of the day."""

    OPENING = "opening"
    INVITED = "invited"
    TALK = "talk"
    BREAK = "break"
    LUNCH = "lunch"
    CLOSING = "closing"
    POSTERS = "posters"


class Reason(StrEnum):
    """Why a talk has no place."""

    NO_ROOM = "no_room"  # every session is full
    TOO_LONG = "too_long"  # longer than any session
    NEVER = "never"  # its speaker can come on no day of the event
    HALF_DAY = "half_day"  # the half of the day that its speaker asked for is full, or not there


class Timed(Protocol):
    """Whatever has a beginning and an end."""

    @property
    def start(self) -> datetime:
        """Aware."""

    @property
    def end(self) -> datetime:
        """Aware."""


# In UTC, both: of two times of one zone Python compares and subtracts what the clocks show.
def minutes(start: datetime, end: datetime) -> int:
    """From one moment to another; negative when they are the other way round."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 60


def overlap(one: Timed, other: Timed) -> bool:
    """Whether two things happen at a time."""
    return one.start.astimezone(UTC) < other.end.astimezone(UTC) and other.start.astimezone(
        UTC
    ) < one.end.astimezone(UTC)


@dataclass(frozen=True)
class Item:
    """A part of the day. Times are aware, in the call's zone; words such as "lunch" belong to the page."""

    start: datetime
    end: datetime
    kind: Kind
    title: str | None = None  # of a talk; None where the proposal does not say
    speakers: tuple[str, ...] = ()
    affiliation: str | None = None  # of an invited speaker
    number: int | None = None  # of the proposal
    undecided: bool = False
    room: str | None = None  # None: the only room, or everybody's (a break, an invited talk)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return minutes(self.start, self.end)


@dataclass(frozen=True)
class Listed:
    """A contribution without a time: not placed, a poster, or a talk of a day whose hours are not known."""

    title: str | None
    speakers: tuple[str, ...] = ()
    affiliation: str | None = None
    number: int | None = None  # None: an invited talk
    undecided: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class ProgrammeSession:
    """Talks of one room between two fixed items, with what is proposed for it: a title, by its topic, and a chair."""

    start: datetime
    end: datetime
    room: str | None = None
    topic: int | None = None  # of the call: its words are the title; None: none fits
    title: str | None = None  # by the organisers; goes before the topic
    chair: str | None = None  # an organiser's name


@dataclass(frozen=True)
class Clash:
    """Wishes that could not all hold: talks that ask for the same times ("times"), more talks than the event has
    minutes ("room"), a talk that asks for more than any may have ("length"), or what organisers fixed ("pins")."""

    kind: str
    numbers: tuple[int, ...]  # of the talks
    minutes: int = 0  # that they take together
    free: int = 0  # that there are
    when: tuple[HalfDay, ...] = ()  # the times that they ask for
    pins: tuple[str, ...] = ()  # in the organisers' words
    behind: Item | None = None  # what has the time of the only pin
    until_accepted: bool = False  # which makes way once the talk is accepted


@dataclass(frozen=True)
class ProgrammeDay:
    """One day's items in the order of time, then of the rooms; and the sessions that they make up."""

    date: date
    items: tuple[Item, ...]
    sessions: tuple[ProgrammeSession, ...] = ()


@dataclass(frozen=True)
class Programme:
    """A draft programme. Without days the hours are not known, and every talk is in `unscheduled`."""

    timezone: str = "UTC"  # IANA name
    days: tuple[ProgrammeDay, ...] = ()
    rooms: tuple[str, ...] = ()  # in the order of the configuration; none: one room without a name
    unscheduled: tuple[Listed, ...] = ()
    left_out: tuple[Listed, ...] = ()
    posters: tuple[Listed, ...] = ()
    clashes: tuple[Clash, ...] = ()  # for the organisers

    @property
    def items(self) -> Iterator[Item]:
        """Every item of every day."""
        return (item for day in self.days for item in day.items)

    @property
    def talks(self) -> tuple[Item, ...]:
        """The proposals that have a time."""
        return tuple(item for item in self.items if item.kind is Kind.TALK)

    def each(self, change: Callable[[Item | Listed], Item | Listed | None]) -> Programme:
        """The programme with each item and entry changed, or left out where the change gives None."""

        def listed(entries: tuple[Listed, ...]) -> tuple[Listed, ...]:
            return tuple(one for one in map(change, entries) if isinstance(one, Listed))

        def items(day: ProgrammeDay) -> tuple[Item, ...]:
            return tuple(one for one in map(change, day.items) if isinstance(one, Item))

        return replace(
            self,
            days=tuple(replace(day, items=items(day)) for day in self.days),
            unscheduled=listed(self.unscheduled),
            left_out=listed(self.left_out),
            posters=listed(self.posters),
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column; the same programme gives the same values."""
        return {
            "version": VERSION,
            "timezone": self.timezone,
            "rooms": list(self.rooms),
            "days": [
                {
                    "date": day.date.isoformat(),
                    "items": [_item_json(item) for item in day.items],
                    "sessions": [_session_json(session) for session in day.sessions],
                }
                for day in self.days
            ],
            "unscheduled": [_listed_json(entry) for entry in self.unscheduled],
            "left_out": [_listed_json(entry) for entry in self.left_out],
            "posters": [_listed_json(entry) for entry in self.posters],
            "clashes": [_clash_json(clash) for clash in self.clashes],
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Programme:
        """The programme that `as_json` wrote."""
        zone = ZoneInfo(content["timezone"])
        return cls(
            timezone=content["timezone"],
            rooms=tuple(content.get("rooms", ())),
            days=tuple(
                ProgrammeDay(
                    date.fromisoformat(day["date"]),
                    tuple(_item(item, zone) for item in day["items"]),
                    tuple(_session(session, zone) for session in day.get("sessions", ())),
                )
                for day in content["days"]
            ),
            unscheduled=tuple(_listed(entry) for entry in content["unscheduled"]),
            left_out=tuple(_listed(entry) for entry in content["left_out"]),
            posters=tuple(_listed(entry) for entry in content["posters"]),
            clashes=tuple(_clash(entry, zone) for entry in content.get("clashes", ())),
        )


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "start": item.start.isoformat(),
        "end": item.end.isoformat(),
        "kind": item.kind.value,
        "title": item.title,
        "speakers": list(item.speakers),
        "affiliation": item.affiliation,
        "number": item.number,
        "undecided": item.undecided,
        "room": item.room,
    }


def _item(content: dict[str, Any], zone: ZoneInfo) -> Item:
    return Item(
        # ISO times carry an offset, not a zone; the zone comes back so that wall times stay wall times.
        start=datetime.fromisoformat(content["start"]).astimezone(zone),
        end=datetime.fromisoformat(content["end"]).astimezone(zone),
        kind=Kind(content["kind"]),
        title=content["title"],
        speakers=tuple(content["speakers"]),
        affiliation=content["affiliation"],
        number=content["number"],
        undecided=content["undecided"],
        room=content.get("room"),
    )


def _session_json(session: ProgrammeSession) -> dict[str, Any]:
    return {
        "start": session.start.isoformat(),
        "end": session.end.isoformat(),
        "room": session.room,
        "topic": session.topic,
        "title": session.title,
        "chair": session.chair,
    }


def _session(content: dict[str, Any], zone: ZoneInfo) -> ProgrammeSession:
    return ProgrammeSession(
        start=datetime.fromisoformat(content["start"]).astimezone(zone),
        end=datetime.fromisoformat(content["end"]).astimezone(zone),
        room=content["room"],
        topic=content["topic"],
        title=content["title"],
        chair=content["chair"],
    )


def _clash_json(clash: Clash) -> dict[str, Any]:
    return {
        "kind": clash.kind,
        "numbers": list(clash.numbers),
        "minutes": clash.minutes,
        "free": clash.free,
        "when": [half.as_json() for half in clash.when],
        "pins": list(clash.pins),
        "behind": _item_json(clash.behind) if clash.behind else None,
        "until_accepted": clash.until_accepted,
    }


def _clash(content: dict[str, Any], zone: ZoneInfo) -> Clash:
    behind = content.get("behind")
    return Clash(
        kind=content["kind"],
        numbers=tuple(content["numbers"]),
        minutes=content["minutes"],
        free=content["free"],
        when=tuple(map(HalfDay.from_json, content["when"])),
        pins=tuple(content["pins"]),
        behind=_item(behind, zone) if behind else None,
        until_accepted=content.get("until_accepted", False),
    )


def _listed_json(entry: Listed) -> dict[str, Any]:
    return {
        "title": entry.title,
        "speakers": list(entry.speakers),
        "affiliation": entry.affiliation,
        "number": entry.number,
        "undecided": entry.undecided,
        "reason": entry.reason.value if entry.reason else None,
    }


def _listed(content: dict[str, Any]) -> Listed:
    return Listed(
        title=content["title"],
        speakers=tuple(content["speakers"]),
        affiliation=content["affiliation"],
        number=content["number"],
        undecided=content["undecided"],
        reason=Reason(content["reason"]) if content["reason"] else None,
    )
