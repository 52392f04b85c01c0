"""The public events of a programme, one after the other: what calendars, apps, tables and search engines are told.

As in `view`, private data ends here: an event has no address, no comment and no history, and strangers' text is
printable and bounded. Whatever names an event in a file (UID, GUID, slug) is made from the call and the proposal's
number, so that it stays when the talk moves, and tells nobody's address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from callboard.call import Call
from callboard.programme.formats import plain, speakers
from callboard.programme.formats.names import Names
from callboard.programme.formats.speakers import Speaker
from callboard.programme.timetable import Item, Kind, Listed, Programme, ProgrammeDay, overlap
from callboard.proposals import ProposalCard

# What is said or shown by somebody, and not only part of the day.
CONTRIBUTIONS: Final = frozenset({Kind.TALK, Kind.INVITED})

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Event:
    """One thing on the programme; without `start` and `end` it has no time yet, or is a poster."""

    key: str  # what it is, the same in every draft: "talk-7", "break-2027-04-01-1"
    guid: UUID
    kind: Kind
    title: str  # never empty: what is not known is worded
    titled: bool  # whether that title is its own
    start: datetime | None = None
    end: datetime | None = None
    room: str | None = None  # None: the only room, or everybody's
    speakers: tuple[Speaker, ...] = ()
    abstract: str = ""  # paragraphs with an empty line between
    keywords: tuple[str, ...] = ()
    language: str | None = None  # ISO 639-1
    track: str | None = None  # the session's title, or the talk's topic
    format: str | None = None  # "poster", "demo"
    number: int | None = None
    reference: str | None = None
    versions: int = 1  # of the proposal
    updated_at: datetime | None = None  # the last of them

    @property
    def length(self) -> timedelta:
        """How long it lasts, whatever the clocks do meanwhile."""
        if self.start is None or self.end is None:
            return timedelta()
        # Two aware times of one zone would be subtracted by the clock on the wall.
        return timedelta(seconds=self.end.timestamp() - self.start.timestamp())

    @property
    def is_contribution(self) -> bool:
        """Whether somebody speaks, or shows something."""
        return self.kind in CONTRIBUTIONS


@dataclass(frozen=True)
class Day:
    """One day and its events, in the order of time, then of the rooms."""

    date: date
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Schedule:
    """Everything public about the event and its programme."""

    identity: str  # what the GUIDs are made from
    title: str
    place: str | None
    country: str | None
    url: str | None  # of the programme page, or the event's
    timezone: str
    language: str
    days: tuple[Day, ...]
    rooms: tuple[str, ...]
    waiting: tuple[Event, ...]  # talks without a time
    posters: tuple[Event, ...]
    people: Mapping[
        tuple[int | None, str], Speaker
    ]  # as `speakers.who` finds them, those of earlier releases too

    def keys_of(self, item: Item) -> frozenset[str]:
        """Whose calendars something is in that was public."""
        found = (self.people.get((item.number, written)) for written in item.speakers)
        return frozenset(person.key for person in found if person)

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that has a time."""
        return tuple(event for day in self.days for event in day.events)

    @property
    def location(self) -> str | None:
        """The place and its country in one line."""
        return ", ".join(filter(None, (self.place, self.country))) or None

    def link(self, event: Event) -> str | None:
        """Where the page tells of it."""
        if self.url is None:
            return None
        return f"{self.url.partition('#')[0]}#talk-{event.number}" if event.number is not None else self.url


def guid(identity: str, key: str) -> UUID:
    """The same for the same thing of the same call, in every draft and on every machine."""
    return uuid5(NAMESPACE_URL, f"{identity}#{key}")


def identity(call: Call) -> str:
    """What tells this call from others: its address on the web, or its title."""
    return call.url or call.event or call.title


def schedule(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    names: Names,
    url: str | None = None,
    earlier: Sequence[Programme] = (),
) -> Schedule:
    """What is told of a public programme (`programme.public`); `url` is the programme page's address, `earlier` what
    was public before."""
    address = plain.address(url) or plain.address(call.url)
    by_number = {card.number: card for card in cards}
    people = speakers.who(programme, by_number, earlier)
    maker = _Maker(call, by_number, names, people, _keys(programme))
    return Schedule(
        identity=identity(call),
        title=plain.line(call.event or call.title),
        place=plain.line(call.place) if call.place else None,
        country=plain.line(call.country) if call.country else None,
        url=address,
        timezone=programme.timezone,
        language=call.language,
        days=tuple(Day(day.date, tuple(maker.of_day(day))) for day in programme.days if day.items),
        rooms=tuple(plain.name(room) for room in programme.rooms),
        waiting=tuple(maker.listed(entry) for entry in (*programme.unscheduled, *programme.left_out)),
        posters=tuple(maker.listed(entry) for entry in programme.posters),
        people=people,
    )


def keyed(programme: Programme) -> dict[str, Item]:
    """Everything that has a time, by what it is in every draft."""
    keys = _keys(programme)
    return {keys[id(item)]: item for item in programme.items}


def _keys(programme: Programme) -> dict[int, str]:
    """The key of each item and entry, by its id."""
    taken: Counter[str] = Counter()
    found: dict[int, str] = {}
    for day in programme.days:
        for item in day.items:
            found[id(item)] = _unique(_key(item, day.date), taken)
    for entry in (*programme.unscheduled, *programme.left_out, *programme.posters):
        found[id(entry)] = _unique(_key(entry, None), taken)
    return found


def _key(source: Item | Listed, day: date | None) -> str:
    if source.number is not None:
        return f"talk-{source.number}"
    if isinstance(source, Listed) or source.kind is Kind.INVITED:
        name = plain.slug(" ".join(source.speakers) or source.title or "")
        return f"invited-{name or 'talk'}"
    return f"{source.kind.value}-{day}-1" if day else source.kind.value


def _unique(key: str, taken: Counter[str]) -> str:
    taken[key] += 1
    if taken[key] == 1:
        return key
    # The second break of a day is "break-2027-04-01-2".
    stem = key.removesuffix("-1") if key.endswith("-1") and not key.startswith("talk-") else key
    return f"{stem}-{taken[key]}"


@dataclass(frozen=True)
class _Maker:
    """Makes events of items."""

    call: Call
    cards: Mapping[int, ProposalCard]
    names: Names
    people: Mapping[tuple[int | None, str], Speaker]
    keys: Mapping[int, str]

    def of_day(self, day: ProgrammeDay) -> Iterator[Event]:
        for item in day.items:
            yield self._event(
                item, item.kind, item.start, item.end, plain.name(item.room) if item.room else None, day
            )

    def listed(self, entry: Listed) -> Event:
        kind = Kind.INVITED if entry.number is None else Kind.TALK
        return self._event(entry, kind, None, None, None, None)

    def _event(
        self,
        source: Item | Listed,
        kind: Kind,
        start: datetime | None,
        end: datetime | None,
        room: str | None,
        day: ProgrammeDay | None,
    ) -> Event:
        card = self.cards.get(source.number) if source.number is not None else None
        title = plain.line(source.title or "")
        unnamed = self.names["untitled"] if kind in CONTRIBUTIONS else self.names[kind.value]
        return Event(
            key=self.keys[id(source)],
            guid=guid(identity(self.call), self.keys[id(source)]),
            kind=kind,
            title=title or unnamed,
            titled=bool(title),
            start=start,
            end=end,
            room=room,
            speakers=tuple(
                self.people[source.number, name]
                for name in source.speakers
                if (source.number, name) in self.people
            ),
            abstract=plain.body(card.abstract) if card else "",
            keywords=_keywords(card),
            language=card.language if card and card.language and _LANGUAGE.fullmatch(card.language) else None,
            track=self._track(source, card, day),
            format=card.format if card else None,
            number=source.number,
            reference=card.reference if card else None,
            versions=card.versions if card else 1,
            updated_at=card.updated_at if card else None,
        )

    def _track(
        self, source: Item | Listed, card: ProposalCard | None, day: ProgrammeDay | None
    ) -> str | None:
        """The title of its session; without one, the topic that suits it best."""
        if source.number is None:
            return None
        for session in day.sessions if day and isinstance(source, Item) else ():
            assert isinstance(source, Item)  # only items have a day
            if session.room == source.room and overlap(session, source):
                if session.title:
                    return plain.line(session.title)
                if session.topic is not None:
                    return self._topic(session.topic)
        return self._topic(card.topics[0].index) if card and card.topics else None

    def _topic(self, index: int) -> str | None:
        if not 0 <= index < len(self.call.topics):
            return None
        words = plain.line(self.call.topics[index].text)
        return words[:1].upper() + words[1:] or None


def _keywords(card: ProposalCard | None) -> tuple[str, ...]:
    words: Iterable[str] = card.keywords[: plain.KEYWORDS] if card else ()
    return tuple(word for word in (plain.name(one) for one in words) if word)
