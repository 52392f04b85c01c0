"""`schedule.xml` and `schedule.json` for conference apps: frab's formats, as the c3voc schemas and the apps want them.

The apps are stricter than the schemas (docs/formats.md lists where). Breaks have no element of their own: they are
events of type "break". A programme without hours has no schedule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID
from xml.etree import ElementTree as ET

import callboard
from callboard.programme.formats import events, plain
from callboard.programme.formats.events import Day, Event, Schedule
from callboard.programme.formats.names import Names
from callboard.programme.formats.speakers import Speaker
from callboard.programme.timetable import Kind

SCHEMA: Final = "https://c3voc.de/schedule/schema.json"
TIMESLOT: Final = timedelta(minutes=5)

# Proposals have their own numbers below; what has no number gets one made from its GUID, within a Java int.
FIRST_OWN_ID: Final = 1_000_000_000

# Both schemas together: the XML one wants four characters, the JSON one no hyphen after the first.
ACRONYM: Final = re.compile(r"[a-z0-9_]{4,}")
# What the JSON schema takes for a time zone; others go without.
_ZONE: Final = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+.*|UTC")

_TYPES: Final = {
    Kind.TALK: "talk",
    Kind.INVITED: "invited",
    Kind.BREAK: "break",
    Kind.LUNCH: "break",
    Kind.POSTERS: "poster",
    Kind.OPENING: "ceremony",
    Kind.CLOSING: "ceremony",
}


def files(shown: Schedule, names: Names, number: int) -> dict[str, str]:
    """Name -> text. Nothing while the hours are not known: the apps read no day without them."""
    if not shown.days:
        return {}
    told = _Told(shown, names, number)
    return {"schedule.xml": _xml(told), "schedule.json": _json(told)}


def acronym(shown: Schedule) -> str:
    """A short name for the event, in the letters that both schemas take: its first long words and the year."""
    year = str(shown.days[0].date.year)
    words = [word for word in plain.slug(shown.title).split("-") if not word.isdigit()]
    short = ""
    for word in [one for one in words if len(one) > 3] or words:
        if short and len(short) + len(word) > 16:
            break
        short += word
    found = f"{short[:24] or 'event'}{year}"
    return found if ACRONYM.fullmatch(found) else f"event{year}"


@dataclass(frozen=True)
class _Told:
    """What both files say of an event, word for word the same."""

    shown: Schedule
    names: Names
    number: int  # of the draft

    @property
    def acronym(self) -> str:
        return acronym(self.shown)

    @property
    def days(self) -> Iterator[tuple[int, Day]]:
        # Without a gap: EventFahrplan compares the highest index with the number of dates.
        return enumerate(self.shown.days, 1)

    def ids(self) -> dict[str, int]:
        """Of each event, a positive number that no other has."""
        taken = {event.number for event in self.shown.events if event.number is not None}
        found: dict[str, int] = {}
        for event in self.shown.events:
            number = event.number
            if number is None:
                number = FIRST_OWN_ID + event.guid.int % 1_000_000_000
                while number in taken:
                    number += 1
                taken.add(number)
            found[event.key] = number
        return found

    def rooms(self) -> tuple[str, ...]:
        """In the order of the programme; that of everybody first."""
        used = {self.room(event) for event in self.shown.events}
        known = (self._everywhere, *self.shown.rooms)
        return tuple(dict.fromkeys([*(room for room in known if room in used), *sorted(used)]))

    def room(self, event: Event) -> str:
        return event.room or self._everywhere

    @property
    def _everywhere(self) -> str:
        """Both readers drop an event without a room: the only one is called like the place."""
        if len(self.shown.rooms) == 1:
            return self.shown.rooms[0]
        return self.names["everywhere"] if self.shown.rooms else self.shown.place or self.names["everywhere"]

    def room_guid(self, room: str) -> UUID:
        return events.guid(self.shown.identity, f"room-{room}")

    def person_guid(self, person: Speaker) -> UUID:
        """From the name on the programme, not from the address as the schema suggests: an address can be guessed."""
        return events.guid(self.shown.identity, f"person-{person.key}")

    def person_id(self, person: Speaker) -> int:
        return self.person_guid(person).int % 2_000_000_000 + 1

    def slug(self, event: Event) -> str:
        return f"{self.acronym}-{event.key}"

    def in_room(self, day: Day, room: str) -> list[Event]:
        return [event for event in day.events if self.room(event) == room]

    def tracks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.track for event in self.shown.events if event.track))

    def link(self, event: Event) -> str | None:
        return self.shown.link(event)


def _hours(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    # Giggity reads it as a time of day: 24 hours and more would end it.
    minutes = min(max(minutes, 1), 24 * 60 - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _xml(told: _Told) -> str:
    shown, root = told.shown, ET.Element("schedule")
    # Giggity looks for <conference within the first 1024 characters, so nothing long stands before it.
    ET.SubElement(root, "generator", name="Callboard", version=callboard.__version__)
    _child(root, "version", str(told.number))
    conference = ET.SubElement(root, "conference")
    _child(conference, "acronym", told.acronym)
    _child(conference, "title", shown.title)
    _child(conference, "start", shown.days[0].date.isoformat())
    _child(conference, "end", shown.days[-1].date.isoformat())
    _child(conference, "days", str(len(shown.days)))
    _child(conference, "timeslot_duration", _hours(TIMESLOT))
    if shown.url:
        _child(conference, "url", shown.url)
    _child(conference, "time_zone_name", shown.timezone)
    for track in told.tracks():
        ET.SubElement(conference, "track", name=track)
    ids = told.ids()
    for index, day in told.days:
        first, last = _limits(day)
        at = {"index": str(index), "date": day.date.isoformat(), "start": first, "end": last}
        node = ET.SubElement(root, "day", at)
        for room in told.rooms():
            if there := told.in_room(day, room):
                inside = ET.SubElement(node, "room", name=room, guid=str(told.room_guid(room)))
                for event in there:
                    _xml_event(inside, event, told, ids[event.key])
    ET.indent(root, " ")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _xml_event(parent: ET.Element, event: Event, told: _Told, number: int) -> None:
    assert event.start is not None  # it is in a day
    node = ET.SubElement(parent, "event", id=str(number), guid=str(event.guid))
    for name, text in (
        ("room", told.room(event)),
        ("title", event.title),
        ("subtitle", ""),
        ("type", _TYPES[event.kind]),
        ("date", event.start.isoformat()),
        ("start", f"{event.start:%H:%M}"),
        ("duration", _hours(event.length)),
        ("abstract", event.abstract),
        ("slug", told.slug(event)),
        ("track", event.track or ""),
    ):
        _child(node, name, text)
    people = ET.SubElement(node, "persons")
    for person in event.speakers:
        at = {"id": str(told.person_id(person)), "guid": str(told.person_guid(person))}
        ET.SubElement(people, "person", at).text = person.name
    if event.language:
        _child(node, "language", event.language)
    # An empty address is no address for the schema, so the element is there only with one.
    if link := told.link(event):
        _child(node, "url", link)


def _child(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _limits(day: Day) -> tuple[str, str]:
    """From its first to its last event, with the offset that both readers need."""
    starts = [event.start for event in day.events if event.start]
    ends = [event.end for event in day.events if event.end]
    return min(starts).isoformat(), max(ends).isoformat()


def _json(told: _Told) -> str:
    shown, ids = told.shown, told.ids()
    conference: dict[str, Any] = {
        "acronym": told.acronym,
        "title": shown.title,
        "start": shown.days[0].date.isoformat(),
        "end": shown.days[-1].date.isoformat(),
        "daysCount": len(shown.days),
        "timeslot_duration": _hours(TIMESLOT),
    }
    if _ZONE.fullmatch(shown.timezone):
        conference["time_zone_name"] = shown.timezone
    if shown.url:
        conference["url"] = shown.url
    conference |= {
        "rooms": [{"name": room, "guid": str(told.room_guid(room))} for room in told.rooms()],
        "tracks": [{"name": track} for track in told.tracks()],
        "days": [_json_day(index, day, told, ids) for index, day in told.days],
    }
    content = {
        "$schema": SCHEMA,
        "generator": {"name": "Callboard", "version": callboard.__version__},
        "schedule": {"version": str(told.number), "conference": conference},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _json_day(index: int, day: Day, told: _Told, ids: dict[str, int]) -> dict[str, Any]:
    first, last = _limits(day)
    rooms = ((room, told.in_room(day, room)) for room in told.rooms())
    return {
        "index": index,
        "date": day.date.isoformat(),
        "day_start": first,
        "day_end": last,
        "rooms": {room: list(_json_events(there, told, ids)) for room, there in rooms if there},
    }


def _json_events(there: Iterable[Event], told: _Told, ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    for event in there:
        assert event.start is not None  # it is in a day
        yield {
            "guid": str(event.guid),
            "id": ids[event.key],
            "date": event.start.isoformat(),
            "start": f"{event.start:%H:%M}",
            "duration": _hours(event.length),
            "room": told.room(event),
            "slug": told.slug(event),
            # The schema wants an address; one that names the event and leads nowhere is better than a wrong one.
            "url": told.link(event) or event.guid.urn,
            "title": event.title,
            "subtitle": None,
            "track": event.track,
            "type": _TYPES[event.kind],
            "language": event.language,
            "abstract": event.abstract or None,
            "description": None,
            # Not public_name and id beside it: a person must match one branch of the schema, not two.
            "persons": [{"guid": str(told.person_guid(one)), "name": one.name} for one in event.speakers],
            "links": [],
        }
