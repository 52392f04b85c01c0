"""The programme as iCalendar files (RFC 5545): the whole, one for each room, one for each speaker.

To subscribe to or to import. There is no METHOD, since nobody is invited by mail; so there are no ATTENDEEs either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone
from icalendar import Event as Entry

from callboard.programme.formats import events, plain
from callboard.programme.formats.events import Event, Schedule
from callboard.programme.formats.names import Names
from callboard.programme.formats.speakers import Speaker
from callboard.programme.revisions import Revision, of_card
from callboard.programme.timetable import Kind

# The file with everything.
WHOLE: Final = "programme.ics"
PRODUCT: Final = "-//Callboard//Programme//EN"
# Calendars that are subscribed to look again so often (RFC 7986, section 5.7).
REFRESH: Final = timedelta(hours=1)

# They leave their hearers free for other things.
_FREE: Final = frozenset({Kind.BREAK, Kind.LUNCH})


@dataclass(frozen=True)
class Changes:
    """What calendars must be told beside the programme itself."""

    known: Mapping[str, Revision]  # of everything that was ever public, and is now
    withdrawn: Mapping[str, Revision]  # of these, the talks to cancel

    def of(self, event: Event) -> Revision:
        """How often it moved, and when it last changed."""
        known = self.known[event.key]
        return of_card(known, event.versions, event.updated_at or known.at)


def files(shown: Schedule, names: Names, changes: Changes) -> dict[str, str]:
    """Name -> text. Nothing while there is nothing with a time."""
    if not shown.events and not changes.withdrawn:
        return {}
    maker = _Maker(shown, names, changes)
    everything = {event.key: maker.entry(event) for event in shown.events}
    cancelled = {key: maker.cancelled(key, one) for key, one in changes.withdrawn.items()}
    found = {WHOLE: maker.calendar(shown.title, [*everything.values(), *cancelled.values()])}
    for room, stem in _stems(shown.rooms):
        there = [everything[event.key] for event in shown.events if event.room in (None, room)]
        there += [
            cancelled[key]
            for key, one in changes.withdrawn.items()
            if plain.name(one.last.room or "") == room
        ]
        found[f"rooms/{stem}.ics"] = maker.calendar(f"{room} – {shown.title}", there)
    for speaker, talks in _by_speaker(shown.events):
        own = [everything[event.key] for event in talks]
        own += [
            cancelled[key] for key, one in changes.withdrawn.items() if speaker.key in shown.keys_of(one.last)
        ]
        found[f"speakers/{speaker.key}.ics"] = maker.calendar(f"{speaker.name} – {shown.title}", own)
    return found


def of_talks(shown: Schedule, names: Names, changes: Changes) -> dict[int, str]:
    """Each talk with a time in a calendar of its own, by number, as it stands in the others."""
    maker = _Maker(shown, names, changes)
    talks = ((event.number, event) for event in shown.events)
    return {
        number: maker.calendar(event.title, [maker.entry(event)])
        for number, event in talks
        if number is not None
    }


def _stems(rooms: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each room with a name for its file."""
    taken: set[str] = set()
    for number, room in enumerate(rooms, 1):
        stem = plain.slug(room) or f"room-{number}"
        stem = f"{stem}-{number}" if stem in taken else stem
        taken.add(stem)
        yield room, stem


def _by_speaker(all_events: Iterable[Event]) -> list[tuple[Speaker, list[Event]]]:
    found: dict[str, tuple[Speaker, list[Event]]] = {}
    for event in all_events:
        for speaker in event.speakers:
            found.setdefault(speaker.key, (speaker, []))[1].append(event)
    return list(found.values())


@lru_cache(maxsize=64)
def _timezone(name: str, first: int, last: int) -> str:
    """The rules of the zone in these years; every calendar of a programme needs the same."""
    return _written(Timezone.from_tzid(name, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1)))


def _written(part: Calendar | Entry | Timezone) -> str:
    content: bytes = part.to_ical(sorted=False)
    return content.decode()


@dataclass(frozen=True)
class _Maker:
    """Makes entries and calendars of one programme."""

    shown: Schedule
    names: Names
    changes: Changes

    def calendar(self, title: str, entries: Iterable[str]) -> str:
        """A whole file around entries that are written already: each stands in several files."""
        made = Calendar()
        made.add("prodid", PRODUCT)
        made.add("version", "2.0")
        made.add("calscale", "GREGORIAN")
        # Giggity and others take the title from here; NAME is the property that a standard has.
        made.add("x-wr-calname", title)
        made.add("name", title)
        made.add("x-wr-timezone", self.shown.timezone)
        made.add("x-published-ttl", "PT1H")
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        zone = "" if self._utc else _timezone(self.shown.timezone, *self._years)
        head, end, _ = _written(made).rpartition("END:VCALENDAR")
        return "".join((head, zone, *entries, end, "\r\n"))

    def entry(self, event: Event) -> str:
        assert event.start is not None  # it is in a day
        assert event.end is not None
        revision = self.changes.of(event)
        made = self._bare(str(event.guid), revision, event.start, event.end)
        made.add("summary", event.title)
        made.add("status", "CONFIRMED")
        made.add("location", self._location(event.room))
        if description := self._description(event):
            made.add("description", description)
        if event.keywords or event.track:
            made.add("categories", [word for word in (event.track, *event.keywords) if word])
        if link := self.shown.link(event):
            made.add("url", link)
        made.add("transp", "TRANSPARENT" if event.kind in _FREE else "OPAQUE")
        return _written(made)

    def cancelled(self, key: str, revision: Revision) -> str:
        """A talk that is no more. Its title and its speakers are not told any longer: they may have been erased."""
        guid = events.guid(self.shown.identity, key)
        item = revision.last
        made = self._bare(str(guid), revision, item.start, item.end)
        made.add("summary", self.names["cancelled"])
        made.add("status", "CANCELLED")
        made.add("location", self._location(plain.name(item.room or "") or None))
        made.add("transp", "TRANSPARENT")
        return _written(made)

    def _bare(self, uid: str, revision: Revision, start: datetime, end: datetime) -> Entry:
        made, at = Entry(), revision.at.astimezone(UTC).replace(microsecond=0)
        made.add("uid", uid)
        made.add("dtstamp", at)
        made.add("last-modified", at)
        made.add("sequence", revision.sequence)
        zone = UTC if self._utc else ZoneInfo(self.shown.timezone)
        made.add("dtstart", start.astimezone(zone))
        made.add("dtend", end.astimezone(zone))
        return made

    @property
    def _years(self) -> tuple[int, int]:
        """The first and the last in which something is."""
        starts = [event.start for event in self.shown.events if event.start]
        starts += [one.last.start for one in self.changes.withdrawn.values()]
        return min(starts).year, max(starts).year

    @property
    def _utc(self) -> bool:
        return self.shown.timezone in ("UTC", "Etc/UTC")

    def _location(self, room: str | None) -> str:
        """Never empty: Giggity leaves out an event without one."""
        return ", ".join(filter(None, (room, self.shown.place))) or self.shown.title

    def _description(self, event: Event) -> str:
        people = "\n".join(
            f"{one.name} ({one.affiliation})" if one.affiliation else one.name for one in event.speakers
        )
        return "\n\n".join(filter(None, (people, event.abstract)))
