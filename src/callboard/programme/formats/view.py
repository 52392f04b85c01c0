"""What a published programme shows, in the order in which it shows it; the formats only word and mark it up.

Here private data ends: an entry has no address, no comment and no history. Text by strangers is made
printable and bounded; escaping is left to each format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, Literal

from callboard.call import Call
from callboard.programme.timetable import Item, Kind, Listed, Programme, ProgrammeDay
from callboard.proposals import ProposalCard, SpeakerCard

Language = Literal["fr", "en"]

# A page is for reading: what is longer is no title, no name and no abstract.
MOST_TITLE, MOST_NAME, MOST_ABSTRACT, MOST_SPEAKERS, MOST_KEYWORDS = 600, 200, 8_000, 30, 12

# A shorter gap is time to change the room or to breathe, not time for a talk.
OPEN_MINUTES: Final = 15

# Bounded on every side, so that no text makes the search slow.
_ADDRESS = re.compile(r"\b[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)
# « Question ? » typed with ordinary spaces would break before its mark.
_FRENCH_SPACE = re.compile(r" (?=[:;!?»](?:\s|$))|(?<=«) ")
# Overrides and embeddings turn the words around them; dir="auto" does what they are good for.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class SpeakerLine:
    """A speaker as the page names them."""

    name: str
    affiliation: str | None = None


@dataclass(frozen=True)
class Entry:
    """One thing on the programme."""

    kind: str
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
    reason: str | None = None


@dataclass(frozen=True)
class Block:
    """A part of the day: one fixed item, talks that follow each other, or time that is still open."""

    anchor: str
    kind: str  # a Kind, or "open"
    start: datetime
    end: datetime
    entries: tuple[Entry, ...]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(frozen=True)
class Day:
    """One day."""

    date: date
    start: datetime
    end: datetime
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class View:
    """A whole programme, ready to be worded."""

    language: Language
    event_language: str | None  # of title, place and organisers, where it differs from the page's
    title: str
    subtitle: str | None
    location: str | None
    url: str | None
    timezone: str
    first_date: date | None
    last_date: date | None
    days: tuple[Day, ...]
    unscheduled: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    posters: tuple[Entry, ...]
    groups: tuple[tuple[str | None, tuple[str, ...]], ...]  # organisers: group, names

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that has a time."""
        return tuple(entry for day in self.days for block in day.blocks for entry in block.entries)

    def count(self, kind: str) -> int:
        """How many entries of that kind have a time, or wait for the hours to be known."""
        return sum(entry.kind == kind for entry in (*self.entries, *self.unscheduled))

    @property
    def undecided(self) -> bool:
        """Whether anything shown still waits for a decision."""
        shown = (*self.entries, *self.unscheduled, *self.left_out, *self.posters)
        return any(entry.undecided for entry in shown)


def build(call: Call, programme: Programme, cards: Sequence[ProposalCard], language: Language) -> View:
    """The view of this programme. Of the cards only those that are on it are looked at."""
    by_number = {card.number: card for card in cards}
    title, subtitle = clean(call.event or call.title), clean(call.summary or "") or None
    starts = call.starts.astimezone(call.zone).date() if call.starts else None
    ends = call.ends.astimezone(call.zone).date() if call.ends else None

    def listed(entries: Sequence[Listed], kind: str) -> tuple[Entry, ...]:
        return tuple(_listed(entry, kind, by_number, language) for entry in entries)

    return View(
        language=language,
        event_language=_other(call.language, language),
        title=title,
        subtitle=subtitle if subtitle != title else None,
        location=", ".join(clean(part) for part in (call.place, call.country) if part) or None,
        url=call.url if call.url and _WEB.fullmatch(call.url) else None,
        timezone=programme.timezone,
        first_date=programme.days[0].date if programme.days else starts,
        last_date=programme.days[-1].date if programme.days else ends or starts,
        days=tuple(_day(n, day, by_number, language) for n, day in enumerate(programme.days, 1) if day.items),
        unscheduled=listed(programme.unscheduled, Kind.TALK.value),
        left_out=listed(programme.left_out, Kind.TALK.value),
        posters=listed(programme.posters, "poster"),
        groups=_groups(call),
    )


def clean(text: str, most: int = MOST_TITLE) -> str:
    """One line without control characters, lone surrogates, overrides and e-mail addresses."""
    line = re.sub(r"[ \t\r\n\v\f\u2028\u2029]+", " ", _readable(text[: 2 * most])).strip()
    line = _FRENCH_SPACE.sub("\u202f", line)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of an abstract; line breaks within a paragraph stay."""
    if not text:
        return ()
    # Cut before cleaning, so that the cost of a huge text is bounded too.
    shown = _readable(text[:MOST_ABSTRACT]) + ("…" if len(text) > MOST_ABSTRACT else "")
    parts = re.split(r"\n[ \t]*\n", shown.strip())
    return tuple(
        "\n".join(line.strip() for line in part.splitlines()).strip() for part in parts if part.strip()
    )


def _readable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING)
    )
    return _ADDRESS.sub("[…]", kept)


def _groups(call: Call) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
    grouped = groupby(call.organisers, key=lambda organiser: organiser.group)
    return tuple(
        (clean(group) if group else None, tuple(clean(one.name, MOST_NAME) for one in members))
        for group, members in grouped
    )


def _day(number: int, day: ProgrammeDay, cards: Mapping[int, ProposalCard], language: Language) -> Day:
    blocks: list[Block] = []
    for item in day.items:
        entry, last = _entry(item, cards, language), blocks[-1] if blocks else None
        if last and last.end < item.start:
            last = Block(f"day{number}-{last.end:%H%M}", "open", last.end, item.start, ())
            if last.minutes >= OPEN_MINUTES:
                blocks.append(last)
        if last and last.kind == entry.kind == Kind.TALK.value:
            blocks[-1] = Block(last.anchor, last.kind, last.start, item.end, (*last.entries, entry))
        else:
            anchor = f"day{number}-{item.start:%H%M}"
            blocks.append(Block(anchor, entry.kind, item.start, item.end, (entry,)))
    return Day(day.date, day.items[0].start, day.items[-1].end, tuple(blocks))


def _entry(item: Item, cards: Mapping[int, ProposalCard], language: Language) -> Entry:
    card = cards.get(item.number) if item.number is not None else None
    return Entry(
        kind=item.kind.value,
        title=clean(item.title or "") or None,
        start=item.start,
        end=item.end,
        speakers=_speakers(item.speakers, item.affiliation, card),
        abstract=paragraphs(card.abstract) if card else (),
        keywords=_keywords(card),
        language=_language(card, language),
        number=item.number,
        reference=card.reference if card else None,
        undecided=item.undecided,
    )


def _listed(entry: Listed, kind: str, cards: Mapping[int, ProposalCard], language: Language) -> Entry:
    card = cards.get(entry.number) if entry.number is not None else None
    return Entry(
        kind=kind if entry.number is not None else Kind.INVITED.value,
        title=clean(entry.title or "") or None,
        speakers=_speakers(entry.speakers, entry.affiliation, card),
        abstract=paragraphs(card.abstract) if card else (),
        keywords=_keywords(card),
        language=_language(card, language),
        number=entry.number,
        reference=card.reference if card else None,
        format=card.format if card else None,
        undecided=entry.undecided,
        reason=entry.reason.value if entry.reason else None,
    )


def _speakers(
    names: Sequence[str], affiliation: str | None, card: ProposalCard | None
) -> tuple[SpeakerLine, ...]:
    """Names as the draft has them, with the affiliations the proposal gives."""
    people = card.speakers if card else tuple(SpeakerCard(name, affiliation) for name in names)
    known = {person.name: person.affiliation for person in people}
    lines = [
        SpeakerLine(clean(name, MOST_NAME), clean(known.get(name) or "", MOST_NAME) or None)
        for name in names[:MOST_SPEAKERS]
    ]
    return tuple(line for line in lines if line.name)


def _keywords(card: ProposalCard | None) -> tuple[str, ...]:
    words = (clean(word, MOST_NAME) for word in card.keywords[:MOST_KEYWORDS]) if card else ()
    return tuple(word for word in words if word)


def _language(card: ProposalCard | None, language: Language) -> str | None:
    return _other(card.language, language) if card else None


def _other(own: str | None, language: Language) -> str | None:
    """The language where the page must say it: a plausible one, and another than the page's."""
    return own if own and own != language and _LANGUAGE.fullmatch(own) else None
