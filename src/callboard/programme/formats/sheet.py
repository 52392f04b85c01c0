"""The public programme as a table, for a spreadsheet (CSV) and for programs (JSON)."""

from __future__ import annotations

from typing import Any, Final

from callboard import table
from callboard.programme.formats.events import Event, Schedule
from callboard.programme.formats.names import Names

COLUMNS: Final = (
    "day",
    "start",
    "end",
    "minutes",
    "room",
    "kind",
    "title",
    "speakers",
    "affiliations",
    "track",
    "language",
    "keywords",
    "reference",
    "abstract",
)


def files(shown: Schedule, names: Names) -> dict[str, str]:
    """Name -> text: everything with a time in its order, then talks without one, then posters."""
    rows = [_row(event, names) for event in (*shown.events, *shown.waiting, *shown.posters)]
    return {
        "programme.csv": table.as_csv(COLUMNS, rows).decode(),
        "programme.json": table.as_json(rows).decode(),
    }


def _row(event: Event, names: Names) -> dict[str, Any]:
    kind = event.format if event.format in names and event.start is None else event.kind.value
    minutes = int(event.length.total_seconds()) // 60
    return {
        "day": event.start.date().isoformat() if event.start else None,
        "start": f"{event.start:%H:%M}" if event.start else None,
        "end": f"{event.end:%H:%M}" if event.end else None,
        "minutes": minutes or None,
        "room": event.room,
        "kind": kind,
        "title": event.title if event.titled or not event.is_contribution else None,
        "speakers": [one.name for one in event.speakers],
        "affiliations": list(dict.fromkeys(one.affiliation for one in event.speakers if one.affiliation)),
        "track": event.track,
        "language": event.language,
        "keywords": list(event.keywords),
        "reference": event.reference,
        "abstract": event.abstract or None,
    }
