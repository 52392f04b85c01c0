"""For the organisers' Hugo site, beside the programme's own page: a page for each talk, and the announcement's hours.

Both families of keys are written: Academic's and Wowchemy's (`date`, ...), and HugoBlox's since 2026 (`event_start`,
...), which falls back to the old ones, but not from `event_name` to `event`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from callboard.call import Call
from callboard.programme.formats import hugo
from callboard.programme.formats.events import Event, Schedule
from callboard.programme.formats.frontmatter import Changes
from callboard.programme.timetable import Programme
from callboard.templating import as_markdown


def pages(call: Call, shown: Schedule, made_at: datetime) -> dict[str, str]:
    """A page for each talk with a title: name -> text. Named after its number, so that its address stays."""
    return {
        f"talks/{event.key}.md": _page(call, shown, event, made_at)
        for event in (*shown.events, *shown.waiting, *shown.posters)
        if event.is_contribution and event.titled
    }


def hours(call: Call, programme: Programme, made_at: datetime) -> Changes:
    """What the announcement's front matter should say; nothing about hours that are not known yet."""
    if not any(day.items for day in programme.days):
        return Changes({}, {})
    items = tuple(programme.items)
    start = min(item.start for item in items).isoformat()
    end = max(item.end for item in items).isoformat()
    return Changes(
        always={
            "date": start,
            "event_start": start,
            "date_end": end,
            "event_end": end,
            "all_day": False,
            "event_all_day": False,
        },
        if_missing={
            "event_name": call.event or call.title,
            "publishDate": hugo.publish_date(call, made_at).isoformat(),
        },
    )


def _page(call: Call, shown: Schedule, event: Event, made_at: datetime) -> str:
    timed = event.start is not None and event.end is not None
    start = event.start.isoformat() if event.start else None
    end = event.end.isoformat() if event.end else None
    fields: dict[str, Any] = {
        "title": event.title,
        "event": shown.title,
        "event_name": shown.title,
        "event_url": shown.url,
        "location": ", ".join(filter(None, (event.room, shown.place))) or None,
        "date": start,
        "date_end": end,
        "all_day": False if timed else None,
        "event_start": start,
        "event_end": end,
        "event_all_day": False if timed else None,
        # Hugo takes the event's date for a missing one, and drops a page of the future.
        "publishDate": hugo.publish_date(call, made_at).isoformat(),
        "authors": [one.name for one in event.speakers],
        "tags": list(event.keywords),
    }
    front = hugo.dump({key: value for key, value in fields.items() if value is not None})
    people = ", ".join(
        as_markdown(f"{one.name} ({one.affiliation})" if one.affiliation else one.name)
        for one in event.speakers
    )
    parts = [f"*{people}*" if people else "", as_markdown(event.abstract)]
    return f"---\n{front}---\n\n" + "".join(f"{part}\n\n" for part in parts if part).rstrip("\n") + "\n"
