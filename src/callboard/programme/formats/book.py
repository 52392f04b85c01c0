"""The book of abstracts: one PDF that screen readers can read (PDF/UA-1), set by Typst.

What people wrote reaches Typst as data, never as markup. Layout and words are in `templates/book/`.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final
from zoneinfo import ZoneInfo

from callboard.call import Call
from callboard.errors import ConfigError, TemplateError
from callboard.programme.formats import view
from callboard.programme.formats.layout import OPEN
from callboard.programme.formats.parts import Block, Day, Entry
from callboard.programme.formats.view import Audience, Language, View
from callboard.programme.timetable import Kind, Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates, date_day, date_long, time_short

log = logging.getLogger(__name__)

LAYOUT: Final = "book/book.typ"
EXTRA: Final = "callboard[book]"

# So often a text without a font is looked for and set anew; then all that is beyond the fonts of a book goes at once.
MOST_SCRIPTS: Final = 12
# Letters for which there is no font become this one, which the built-in fonts have.
NO_GLYPH: Final = "□"
_UNKNOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


def render(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    *,
    number: int,
    made_at: datetime,
    language: Language,
    templates: Templates,
    audience: Audience = "public",
) -> bytes:
    """The book of draft `number`. The same programme gives the same bytes, wherever the fonts are the same.

    Raises ConfigError when Typst is not installed, TemplateError when the layout is broken.
    """
    if not installed():
        raise ConfigError(f"the book of abstracts needs Typst; install it: pip install '{EXTRA}'")
    shown = view.build(call, programme, cards, language, audience)
    moment = made_at.astimezone(ZoneInfo(programme.timezone))
    return _set(content(shown, _words(shown, number, moment, templates)), moment, templates)


def files(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    *,
    number: int,
    made_at: datetime,
    languages: Sequence[Language],
    templates: Templates,
) -> dict[str, bytes]:
    """The public book in each of these languages, name -> content; the first is the event's own."""
    return {
        name(language, languages[0]): render(
            call, programme, cards, number=number, made_at=made_at, language=language, templates=templates
        )
        for language in languages
    }


def name(language: Language, own: Language) -> str:
    """Its file; the one in the event's `own` language has the plain name."""
    return "abstracts.pdf" if language == own else f"abstracts.{language}.pdf"


def installed() -> bool:
    """Whether Typst is there."""
    return find_spec("typst") is not None


def has_entries(programme: Programme) -> bool:
    """Whether there is anything that its abstracts and contents would name."""
    said = any(item.kind in (Kind.TALK, Kind.INVITED) for item in programme.items)
    return said or bool(programme.unscheduled or programme.posters or programme.left_out)


def content(shown: View, words: Mapping[str, str]) -> dict[str, Any]:
    """What the layout is given, as plain values; docs/templates.md describes them."""
    several = len(shown.days) > 1
    parts = [(_day_name(day, shown.language), _talks(day)) for day in shown.days]
    parts += [
        (words["unscheduled"], shown.unscheduled),
        (words["poster_list"], shown.posters),
        (words["left_out"], shown.left_out),
    ]
    return {
        "language": shown.language,
        "event_language": shown.event_language,
        "title": shown.title,
        "short": shown.title if len(shown.title) <= 60 else f"{shown.title[:59].rsplit(' ', 1)[0]}…",
        "subtitle": shown.subtitle,
        "location": shown.location,
        "when": words["when"],
        "version": words["version"],
        "organisers": [name for _, names in shown.groups for name in names],
        "words": dict(words),
        "days": [
            {"name": _day_name(day, shown.language), "rows": _rows(day, shown.language, words)}
            for day in shown.days
        ],
        "parts": [
            {"name": name, "entries": [_entry(entry, shown.language, words, several) for entry in entries]}
            for name, entries in parts
            if entries
        ],
        "index": [
            {
                "name": person.name,
                "affiliation": person.affiliation,
                "anchors": [entry.anchor for entry in person.entries if entry.anchor],
            }
            for person in shown.speakers
        ],
    }


def _words(shown: View, number: int, made_at: datetime, templates: Templates) -> dict[str, str]:
    text = templates.render(f"book/words.{shown.language}.txt", view=shown, number=number, made_at=made_at)
    lines = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {key.strip(): words.strip() for key, _, words in lines}


def _talks(day: Day) -> tuple[Entry, ...]:
    kinds = (Kind.TALK.value, Kind.INVITED.value)
    return tuple(entry for block in day.blocks for entry in block.entries if entry.kind in kinds)


def _rows(day: Day, language: Language, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of the day's table: in several rooms, one session after the other."""
    rows: list[dict[str, Any]] = []
    for block in day.blocks:
        for session in block.sessions:
            heading = " – ".join(part for part in (session.room, session.title) if part)
            for place, entry in enumerate(session.entries):
                rows.append(_row(entry, language, words, heading if place == 0 else None))
        if not block.sessions:
            rows += [_row(entry, language, words, None) for entry in block.entries or (_open(block),)]
    return rows


def _open(block: Block) -> Entry:
    return Entry(OPEN, start=block.start, end=block.end)


def _row(entry: Entry, language: Language, words: Mapping[str, str], session: str | None) -> dict[str, Any]:
    talk = entry.kind in (Kind.TALK.value, Kind.INVITED.value)
    return {
        "time": time_short(entry.start, language) if entry.start else "",
        "quiet": not talk,
        "name": words.get(entry.kind, ""),
        "session": session,
        "title": entry.title,
        "lang": entry.language,
        "speakers": _speakers(entry),
        "anchor": entry.anchor if talk else None,
    }


def _entry(entry: Entry, language: Language, words: Mapping[str, str], several: bool) -> dict[str, Any]:
    return {
        "anchor": entry.anchor,
        "place": _place(entry, language, words, several),
        "title": entry.title,
        "lang": entry.language,
        "speakers": _speakers(entry),
        "abstract": list(entry.abstract),
        "keywords": list(entry.keywords),
    }


def _place(entry: Entry, language: Language, words: Mapping[str, str], several: bool) -> str:
    """When and where it is: "Tuesday 1 June, 10:30–11:00, Room B"."""
    parts: list[str] = []
    if entry.start and entry.end:
        day = date_day(entry.start, language)
        parts += [day[:1].upper() + day[1:]] if several else []
        parts += [f"{time_short(entry.start, language)}–{time_short(entry.end, language)}"]
    parts += [entry.room] if entry.room else []
    kind = entry.format if entry.kind == "poster" and entry.format in words else entry.kind
    parts += [words.get(kind or "", "")] if entry.kind != Kind.TALK.value else []
    parts += [words["waiting" if entry.waiting else "undecided"]] if entry.undecided else []
    return ", ".join(part for part in parts if part)


def _speakers(entry: Entry) -> list[dict[str, str | None]]:
    return [{"name": one.name, "affiliation": one.affiliation} for one in entry.speakers]


def _day_name(day: Day, language: Language) -> str:
    name = date_long(day.date, language)
    return name[:1].upper() + name[1:]


def _set(data: dict[str, Any], made_at: datetime, templates: Templates) -> bytes:
    """Typeset it. PDF/UA forbids what no font can show, so that such characters are replaced."""
    # Its own types tie the root's type to the source's.
    typst: Any = import_module("typst")
    layout, text = templates.file(LAYOUT), json.dumps(data, ensure_ascii=False)
    source = templates.text(LAYOUT).encode()
    for attempt in range(MOST_SCRIPTS + 2):
        try:
            # What the layout may read lies beside it; what it is given decides nothing of that.
            made = typst.compile(
                source,
                root=str(layout.parent),
                sys_inputs={"data": text},
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as error:
            unknown = _UNKNOWN.search(error.message)
            if unknown is None or attempt > MOST_SCRIPTS:
                raise TemplateError(f"{layout}: {error.message}") from error
            log.warning("the book: no font for some characters; they are shown as %s", NO_GLYPH)
            text = _plain(text) if attempt == MOST_SCRIPTS else _without(text, unknown[1])
        else:
            assert isinstance(made, bytes)  # as the format says
            return made
    raise AssertionError("the last attempt returns or raises")


def _without(text: str, characters: Iterable[str]) -> str:
    """Letters as an empty box, signs as nothing. JSON's own characters stay."""
    return text.translate({ord(c): _stand_in(c) for c in characters if c > "\x7f"})


def _plain(text: str) -> str:
    """Only what every font of a book has: Latin, Greek, Cyrillic, and punctuation."""
    return _without(text, {c for c in text if c > "\u052f" and not "\u2000" <= c <= "\u206f"} - {NO_GLYPH})


def _stand_in(character: str) -> str:
    return NO_GLYPH if unicodedata.category(character).startswith("L") else ""
