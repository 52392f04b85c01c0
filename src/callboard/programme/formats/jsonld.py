"""The event and its talks in the words of schema.org, as the text of the page's script element, for search engines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from callboard.call import Call
from callboard.programme.formats import events, plain
from callboard.programme.formats.events import Event, Schedule
from callboard.programme.formats.names import NEEDED
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard

CONTEXT = "https://schema.org"
# Nothing is named here that has no title of its own, so no words are needed.
_NAMES = dict.fromkeys(NEEDED, "-")


def render(call: Call, programme: Programme, cards: Sequence[ProposalCard], url: str | None = None) -> str:
    """JSON for a script element, or nothing while it is not known when the event is.

    The programme is taken to be public. What is not known is left out: a search engine shows whatever stands here.
    """
    shown = events.schedule(call, programme, cards, _NAMES, url)
    start, end = _dates(call, shown)
    if start is None:
        return ""
    value: dict[str, Any] = {"@context": CONTEXT, "@type": "Event", "name": shown.title}
    value |= {"startDate": start, "endDate": end or start, "eventStatus": f"{CONTEXT}/EventScheduled"}
    if call.summary and plain.line(call.summary) != shown.title:
        value["description"] = plain.line(call.summary)
    if shown.url:
        value["url"] = shown.url
    if location := _location(shown):
        value["eventAttendanceMode"] = f"{CONTEXT}/OfflineEventAttendanceMode"
        value["location"] = location
    if call.organisers:
        value["organizer"] = [{"@type": "Person", "name": plain.name(one.name)} for one in call.organisers]
    talks = [_talk(event, shown, location) for event in _worth_telling(shown)]
    if talks:
        value["subEvent"] = talks
    return embeddable(json.dumps(value, ensure_ascii=False, indent=1))


def embeddable(text: str) -> str:
    """JSON that no words in it can end early: `</script>`, `<!--` and what JavaScript takes for line ends."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _dates(call: Call, shown: Schedule) -> tuple[str | None, str | None]:
    """When the event begins and ends; days alone while the hours are not known."""
    starts = [event.start for event in shown.events if event.start]
    ends = [event.end for event in shown.events if event.end]
    if starts and ends:
        return min(starts).isoformat(), max(ends).isoformat()
    if not call.days:
        return None, None
    return call.days[0].isoformat(), call.days[-1].isoformat()


def _location(shown: Schedule, room: str | None = None) -> dict[str, Any] | None:
    if shown.place is None:
        return None
    name = f"{room}, {shown.place}" if room else shown.place
    return {"@type": "Place", "name": name, "address": shown.location}


def _worth_telling(shown: Schedule) -> Iterator[Event]:
    return (event for event in shown.events if event.is_contribution and event.titled)


def _talk(event: Event, shown: Schedule, location: dict[str, Any] | None) -> dict[str, Any]:
    assert event.start is not None  # it is in a day
    assert event.end is not None
    value: dict[str, Any] = {
        "@type": "Event",
        "name": event.title,
        "startDate": event.start.isoformat(),
        "endDate": event.end.isoformat(),
        "eventStatus": f"{CONTEXT}/EventScheduled",
    }
    if location:
        value["eventAttendanceMode"] = f"{CONTEXT}/OfflineEventAttendanceMode"
        value["location"] = _location(shown, event.room)
    if link := shown.link(event):
        value["url"] = link
    if event.speakers:
        value["performer"] = [_person(one.name, one.affiliation) for one in event.speakers]
    if event.abstract:
        value["description"] = event.abstract
    if event.language:
        value["inLanguage"] = event.language
    if event.keywords:
        value["keywords"] = ", ".join(event.keywords)
    return value


def _person(name: str, affiliation: str | None) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": name}
    if affiliation:
        person["affiliation"] = {"@type": "Organization", "name": affiliation}
    return person
