"""What reading a page results in."""

from __future__ import annotations

from dataclasses import dataclass

from callboard.call import Call

#: What a complete announcement tells, in the order in which what is missing is listed.
FIELDS = (
    "title",
    "event",
    "url",
    "language",
    "place",
    "country",
    "timezone",
    "starts",
    "ends",
    "hours",
    "published",
    "deadline",
    "summary",
    "topics",
    "invited",
    "organisers",
    "proposals_to",
)


@dataclass(frozen=True)
class Taken:
    """One thing taken from the page: the field of the call, its value as text, the line it stands on."""

    field: str
    value: str
    line: int


@dataclass(frozen=True)
class Announcement:
    """What a page says: the call, where each part stood, what is missing, what a person should look at."""

    call: Call
    found: tuple[Taken, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
