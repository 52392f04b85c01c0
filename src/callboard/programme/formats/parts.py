"""The parts of a published programme: days made of blocks, blocks of sessions, sessions of entries; and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class SpeakerLine:
    """A speaker as the page names them."""

    key: str  # whose name it is: `speakers.Speaker.key`
    name: str
    affiliation: str | None = None


@dataclass(frozen=True)
class Entry:
    """One thing on the programme."""

    kind: str  # a Kind, "poster", or "open" for time that is still free
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    speakers: tuple[SpeakerLine, ...] = ()
    abstract: tuple[str, ...] = ()  # paragraphs
    keywords: tuple[str, ...] = ()
    language: str | None = None  # ISO 639-1, only where it differs from the page's
    number: int | None = None
    reference: str | None = None
    format: str | None = None
    undecided: bool = False
    waiting: bool = False  # on the waiting list, and so undecided
    reason: str | None = None
    room: str | None = None
    anchor: str | None = None  # what a link to it names


@dataclass(frozen=True)
class Session:
    """The talks of one room between two fixed items, and the time that is still open among them."""

    start: datetime
    end: datetime
    room: str | None
    title: str | None
    chair: str | None
    entries: tuple[Entry, ...]
    rows: tuple[tuple[int, int], ...] = ()  # of each entry: the row it starts in, and how many it spans


@dataclass(frozen=True)
class Block:
    """A part of the day: one fixed item, sessions side by side, or time that is still open."""

    anchor: str
    kind: str  # a Kind, or "open"
    start: datetime
    end: datetime
    entries: tuple[Entry, ...]  # in the order of time, then of the rooms; without open time
    sessions: tuple[Session, ...] = ()  # of kind "talk": in the order of the rooms
    rows: int = 0  # how many rows line up the sessions' talks; 0: they stand for themselves

    @property
    def minutes(self) -> int:
        """How long it lasts, whatever the clocks do meanwhile."""
        return int(self.end.timestamp() - self.start.timestamp()) // 60

    @property
    def rooms(self) -> int:
        """How many rooms run side by side."""
        return len({session.room for session in self.sessions})


@dataclass(frozen=True)
class Day:
    """One day."""

    date: date
    start: datetime
    end: datetime
    blocks: tuple[Block, ...]

    @property
    def parallel(self) -> bool:
        """Whether more than one thing happens at a time."""
        return any(block.rooms > 1 for block in self.blocks)


@dataclass(frozen=True)
class Person:
    """A line of the index of speakers."""

    key: str
    name: str
    affiliation: str | None
    entries: tuple[Entry, ...]

    @property
    def calendar(self) -> str | None:
        """The file of their calendar beside the public page, if they speak at a known time."""
        return f"speakers/{self.key}.ics" if any(entry.start for entry in self.entries) else None
