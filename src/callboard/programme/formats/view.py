"""What a published programme shows, in the order in which it shows it; the formats only word and mark it up.

Here private data ends: an entry has no address, no comment and no history, and what is not decided is only in
the organisers' view. Text by strangers is made printable and bounded; escaping is left to each format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Final, Literal

from callboard.call import Call
from callboard.programme.formats import people, speakers
from callboard.programme.formats.layout import lay_out
from callboard.programme.formats.parts import Day, Entry, Person, SpeakerLine
from callboard.programme.formats.printable import (
    MOST_KEYWORDS,
    MOST_NAME,
    MOST_SPEAKERS,
    clean,
    paragraphs,
)
from callboard.programme.formats.speakers import Speaker
from callboard.programme.timetable import Item, Kind, Listed, Programme, ProgrammeSession
from callboard.proposals import ProposalCard, State

Language = Literal["fr", "en"]
Audience = Literal["public", "organisers"]

# Fewer speakers are found without an index.
FEWEST_IN_INDEX: Final = 6

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """A whole programme, ready to be worded."""

    language: Language
    audience: Audience
    event_language: str | None  # of title, place, sessions and organisers, where it differs from the page's
    title: str
    subtitle: str | None
    location: str | None
    url: str | None
    timezone: str
    deadline: datetime | None  # of the call, in the event's zone
    first_date: date | None
    last_date: date | None
    hours: tuple[datetime, datetime] | None  # announced for a single day whose programme is not known
    days: tuple[Day, ...]
    rooms: tuple[str, ...]
    unscheduled: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    posters: tuple[Entry, ...]
    speakers: tuple[Person, ...]  # the index; empty when there are only a few
    groups: tuple[tuple[str | None, tuple[str, ...]], ...]  # organisers: group, names

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that has a time."""
        return tuple(entry for day in self.days for block in day.blocks for entry in block.entries)

    @property
    def contributions(self) -> tuple[Entry, ...]:
        """Every talk, invited talk and poster, with a time or without."""
        timed = (one for one in self.entries if one.kind in (Kind.TALK.value, Kind.INVITED.value))
        return (*timed, *self.unscheduled, *self.posters, *self.left_out)

    @property
    def draft(self) -> bool:
        """Whether only the organisers see it."""
        return self.audience == "organisers"

    def count(self, kind: str) -> int:
        """How many entries of that kind have a time, or wait for the hours to be known."""
        return sum(entry.kind == kind for entry in (*self.entries, *self.unscheduled))

    @property
    def undecided(self) -> bool:
        """Whether anything shown still waits for a decision."""
        return any(entry.undecided for entry in self.contributions)

    @property
    def waiting(self) -> bool:
        """Whether anything shown is on the waiting list."""
        return any(entry.waiting for entry in self.contributions)


def build(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    language: Language,
    audience: Audience = "public",
    earlier: Sequence[Programme] = (),
) -> View:
    """The view of this programme; `earlier` is what was public before. Of the cards only those that are on it are
    looked at."""
    shown = programme if audience == "organisers" else _decided(programme)
    by_number = {card.number: card for card in cards}
    maker = _Maker(call, language, by_number, speakers.who(shown, by_number, earlier))
    title, subtitle = clean(call.event or call.title), clean(call.summary or "") or None
    starts = call.starts.astimezone(call.zone).date() if call.starts else None
    ends = call.ends.astimezone(call.zone).date() if call.ends else None
    view = View(
        language=language,
        audience=audience,
        event_language=maker.event_language,
        title=title,
        subtitle=subtitle if subtitle != title else None,
        location=", ".join(clean(part) for part in (call.place, call.country) if part) or None,
        url=call.url if call.url and _WEB.fullmatch(call.url) else None,
        timezone=shown.timezone,
        deadline=call.deadline.astimezone(call.zone) if call.deadline else None,
        first_date=shown.days[0].date if shown.days else starts,
        last_date=shown.days[-1].date if shown.days else ends or starts,
        hours=_hours(call) if starts == ends and not shown.days else None,
        days=tuple(
            lay_out(n, day, shown.rooms, maker.entry, maker.session_title)
            for n, day in enumerate(shown.days, 1)
            if day.items
        ),
        rooms=tuple(clean(room, MOST_NAME) for room in shown.rooms),
        unscheduled=maker.listed(shown.unscheduled, "unscheduled"),
        left_out=maker.listed(shown.left_out, "left-out"),
        posters=maker.listed(shown.posters, "poster"),
        speakers=(),
        groups=_groups(call),
    )
    index = people.index(view.contributions)
    return replace(view, speakers=index if len(index) >= FEWEST_IN_INDEX else ())


@dataclass(frozen=True)
class _Maker:
    """Makes entries of items, in one language."""

    call: Call
    language: Language
    cards: Mapping[int, ProposalCard]
    people: Mapping[tuple[int | None, str], Speaker]

    @property
    def event_language(self) -> str | None:
        return _other(self.call.language, self.language)

    def entry(self, item: Item) -> Entry:
        """What the page says of an item."""
        card = self.cards.get(item.number) if item.number is not None else None
        bare = Entry(item.kind.value, start=item.start, end=item.end, undecided=item.undecided)
        filled = self._filled(bare, card, item)
        return replace(filled, room=clean(item.room, MOST_NAME) if item.room else None)

    def listed(self, entries: Iterable[Listed], where: str) -> tuple[Entry, ...]:
        """What the page says of contributions without a time."""
        return tuple(self._without_time(entry, where, n) for n, entry in enumerate(entries, 1))

    def _without_time(self, entry: Listed, where: str, n: int) -> Entry:
        card = self.cards.get(entry.number) if entry.number is not None else None
        own = "poster" if where == "poster" else Kind.TALK.value
        bare = Entry(
            own if entry.number is not None else Kind.INVITED.value,
            format=card.format if card else None,
            undecided=entry.undecided,
            reason=entry.reason.value if entry.reason else None,
        )
        filled = self._filled(bare, card, entry)
        return replace(filled, anchor=filled.anchor or f"{where}-{n}")

    def _filled(self, bare: Entry, card: ProposalCard | None, source: Item | Listed) -> Entry:
        return replace(
            bare,
            title=clean(source.title or "") or None,
            speakers=self._speakers(source, card),
            abstract=paragraphs(card.abstract) if card else (),
            keywords=_keywords(card),
            language=_other(card.language, self.language) if card else None,
            number=source.number,
            reference=card.reference if card else None,
            waiting=bare.undecided and card is not None and card.state is State.WAITLISTED,
            anchor=f"talk-{source.number}" if source.number is not None else None,
        )

    def _speakers(self, source: Item | Listed, card: ProposalCard | None) -> tuple[SpeakerLine, ...]:
        """Names as the draft has them, with the affiliations the proposal gives."""
        known = {person.name: person.affiliation for person in card.speakers} if card else {}
        lines: list[SpeakerLine] = []
        for written in source.speakers[:MOST_SPEAKERS]:
            person = self.people.get((source.number, written))
            if person is None:  # nothing of the name can be printed
                continue
            affiliation = known.get(written) if card else source.affiliation
            lines.append(SpeakerLine(person.key, person.name, clean(affiliation or "", MOST_NAME) or None))
        return tuple(lines)

    def session_title(self, session: ProgrammeSession) -> str | None:
        """The organisers' own words, or the topic's."""
        topics = self.call.topics
        of_topic = session.topic is not None and 0 <= session.topic < len(topics)
        words = clean(session.title or (topics[session.topic or 0].text if of_topic else ""))
        return words[:1].upper() + words[1:] or None


def _decided(programme: Programme) -> Programme:
    """Without what waits for a decision, and without the reasons why something has no place yet."""

    def decided(entries: Iterable[Listed]) -> tuple[Listed, ...]:
        return tuple(replace(entry, reason=None) for entry in entries if not entry.undecided)

    return replace(
        programme,
        days=tuple(
            replace(day, items=tuple(item for item in day.items if not item.undecided))
            for day in programme.days
        ),
        unscheduled=decided(programme.unscheduled),
        left_out=decided(programme.left_out),
        posters=decided(programme.posters),
    )


def _hours(call: Call) -> tuple[datetime, datetime] | None:
    """From when to when, where the announcement says it: midnight is how calendars write "all day"."""
    if call.starts is None or call.ends is None:
        return None
    first, last = call.starts.astimezone(call.zone), call.ends.astimezone(call.zone)
    return (first, last) if time(0) not in (first.time(), last.time()) else None


def _groups(call: Call) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
    grouped = groupby(call.organisers, key=lambda organiser: organiser.group)
    return tuple(
        (clean(group) if group else None, tuple(clean(one.name, MOST_NAME) for one in members))
        for group, members in grouped
    )


def _keywords(card: ProposalCard | None) -> tuple[str, ...]:
    words = (clean(word, MOST_NAME) for word in card.keywords[:MOST_KEYWORDS]) if card else ()
    return tuple(word for word in words if word)


def _other(own: str | None, language: Language) -> str | None:
    """The language where the page must say it: a plausible one, and another than the page's."""
    return own if own and own != language and _LANGUAGE.fullmatch(own) else None
