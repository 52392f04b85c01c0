"""The programme as a page for the organisers' own Hugo site: front matter, and Markdown that escapes strangers.

The front matter has the keys of both families of themes: the seed-time ones of Academic and Wowchemy (`event`,
`date`, `date_end`, `all_day`) and those of HugoBlox since January 2026 (`event_name`, `event_start`, ...).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from callboard.call import Call
from callboard.programme.formats import view
from callboard.programme.formats.parts import Entry
from callboard.programme.formats.view import Language, View
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

TEMPLATE = "pages/programme.md"


def render(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    *,
    number: int,
    made_at: datetime,
    language: Language,
    templates: Templates,
) -> str:
    """The Hugo page of draft `number`: front matter and Markdown."""
    shown = view.build(call, programme, cards, language)
    body = templates.render(
        TEMPLATE,
        view=shown,
        number=number,
        made_at=made_at.astimezone(ZoneInfo(programme.timezone)),
        abstracts=_with_abstract(shown),
    )
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    return f"---\n{dump(front_matter(call, shown, made_at))}---\n\n{body}\n"


def front_matter(call: Call, shown: View, made_at: datetime) -> dict[str, Any]:
    """The keys of both families. What the call does not say is left out."""
    timed = bool(shown.days)
    # Without hours the day still has its date, and a theme shows it as a whole day.
    start = shown.days[0].start.isoformat() if timed else _iso(shown.first_date)
    end = shown.days[-1].end.isoformat() if timed else _iso(shown.last_date)
    fields: dict[str, Any] = {
        "title": call.title,
        "event": call.event or call.title,
        "event_name": call.event or call.title,
        "event_url": call.url,
        "location": call.place,
        "country": call.country,
        "summary": call.summary,
        "date": start,
        "date_end": end,
        "all_day": not timed if start else None,
        "event_start": start,
        "event_end": end,
        "event_all_day": not timed if start else None,
        "publishDate": publish_date(call, made_at).isoformat(),
        "tags": list(call.tags),
    }
    return {key: value for key, value in fields.items() if value is not None}


def publish_date(call: Call, made_at: datetime) -> date:
    """Never in the future: Hugo drops a page whose publish date is, and takes the event's date for a missing one."""
    today = made_at.astimezone(UTC).date()
    return min(call.published or today, today)


def _with_abstract(shown: View) -> tuple[Entry, ...]:
    entries = (*shown.entries, *shown.unscheduled, *shown.posters, *shown.left_out)
    return tuple(entry for entry in entries if entry.abstract)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def dump(fields: dict[str, Any]) -> str:
    """The lines of a front matter, whatever characters its values have."""
    yaml = YAML()
    yaml.width = 4096
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(fields, out)
    return out.getvalue()
