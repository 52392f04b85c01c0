"""The call for talks as a value: what `announcement` reads from a page and `config` from the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


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

    def is_organiser(self, address: str) -> bool:
        """Whether the address (any case) belongs to an organiser."""
        return any(o.address and o.address.casefold() == address.casefold() for o in self.organisers)
