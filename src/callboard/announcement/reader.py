"""Puts a page together: what the front matter says, then what only the prose says, then what nobody says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from callboard.announcement import dates
from callboard.announcement.body import Block, read_blocks
from callboard.announcement.front import Page, Value, split_page
from callboard.announcement.language import language_code, language_of
from callboard.announcement.people import people_of_sentence, read_organisers
from callboard.announcement.places import country_in, only_zone, zones_of
from callboard.announcement.result import FIELDS, Announcement, Taken
from callboard.announcement.sections import Section, cut
from callboard.announcement.subjects import Subject, labelled
from callboard.announcement.submission import Deadline, find_deadlines, find_recipient
from callboard.announcement.talks import read_invited
from callboard.announcement.text import plain
from callboard.announcement.topics import read_topics
from callboard.call import Call, Topic


def read_page(text: str) -> Announcement:
    """Reads a call's public page: Hugo front matter (old and new key families) and the prose below it.

    What is not there stays empty and is named in `missing`. Raises AnnouncementError, with the line, when the
    front matter is broken.
    """
    page = split_page(text)
    return _Reader(page).announcement()


@dataclass
class _Reader:
    page: Page
    values: dict[str, Any] = field(default_factory=dict)
    found: list[Taken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blocks = read_blocks(self.page.body, self.page.body_line)
        self.sections = cut(self.blocks)
        self.labels = _labels(self.blocks)
        self.used: set[int] = {line for line, _, _ in self.labels}

    def announcement(self) -> Announcement:
        self._words()
        self._language()
        self._place()
        self._lists()
        self._days()
        self._deadline()
        self._recipient()
        self._description()
        missing = tuple(name for name in FIELDS if name not in {t.field for t in self.found})
        # The hours are shown with the days already.
        found = tuple(
            sorted((t for t in self.found if t.field != "hours"), key=lambda t: FIELDS.index(t.field))
        )
        return Announcement(Call(**{"title": "", **self.values}), found, missing, tuple(self.notes))

    def _take(self, name: str, value: Any, line: int, shown: str | None = None) -> None:
        self.values[name] = value
        self.found.append(Taken(name, shown if shown is not None else str(value), line))

    def _words(self) -> None:
        """The fields that are plain text."""
        for name, keys in (
            ("title", ("title",)),
            ("event", ("event", "event_name")),
            ("url", ("event_url", "url_event", "external_link")),
            ("place", ("location", "address")),
            ("country", ("country", "address.country")),
            ("summary", ("summary", "subtitle")),
        ):
            if value := self.page.first(*keys):
                self._take(name, plain(value.text), value.line)
        for name in ("event", "url", "place", "country"):
            if name not in self.values and (label := self._label(Subject(name))):
                self._take(name, label[1], label[0])
        self._title_from_prose()
        self._place_from_address()
        if tags := self.page.first("tags"):
            self.values["tags"] = tags.items

    def _label(self, subject: Subject) -> tuple[int, str] | None:
        return next(((line, text) for line, kind, text in self.labels if kind is subject), None)

    def _title_from_prose(self) -> None:
        if "title" in self.values:
            return
        heading = next((b for b in self.blocks if b.kind == "heading" and b.level == 1), None)
        first = self.blocks[0] if self.blocks else None
        if heading is None and first and first.line not in self.used and _stands_as_title(first):
            heading = first
        if heading:
            self.used.add(heading.line)
            self._take("title", plain(heading.text), heading.line)
        elif event := next((t for t in self.found if t.field == "event"), None):
            self._take("title", event.value, event.line)

    def _place_from_address(self) -> None:
        if "place" in self.values:
            return
        parts = [v for key in ("street", "city") if (v := self.page.first(f"address.{key}"))]
        if parts:
            self._take("place", ", ".join(part.text for part in parts), parts[0].line)
        elif section := next((s for s in self.sections if s.subject is Subject.PLACE and s.blocks), None):
            block = section.blocks[0]
            if len(block.text) <= 200:
                self._take("place", plain(block.text), block.line)
        else:
            self._place_beside_date()

    def _place_beside_date(self) -> None:
        """The place of a line like "12-13 November 2027, Lisbon, Portugal"."""
        for block in filter(_only_a_date, self.blocks[:4]):
            rest = dates.without(plain(block.text), dates.days(plain(block.text), day_first=True)).strip(
                " ,.–-"
            )
            if country_in(rest):
                self._take("place", rest, block.line)
                self.used.add(block.line)
                return

    def _language(self) -> None:
        value = self.page.first("language", "lang")
        if value and (code := language_code(value.text)):
            self._take("language", code, value.line)
            return
        prose = [b for b in self.blocks if b.kind != "heading"] or self.blocks
        if prose and (language := language_of(" ".join(b.text for b in prose))):
            self._take("language", language, prose[0].line)

    def _place(self) -> None:
        """The country from the end of the place, where no key says it; the zone from the country."""
        place = self.values.get("place", "")
        line = next((t.line for t in self.found if t.field in ("country", "place")), 0)
        if "country" not in self.values and (country := country_in(place)):
            self._take("country", country, line)
        if value := self.page.first("timezone", "time_zone", "event_timezone"):
            try:
                self._take("timezone", ZoneInfo(value.text).key, value.line)
            except (KeyError, ValueError, OSError):
                self.notes.append(f'line {value.line}: "{value.text}" is not a time zone')
        elif country := self.values.get("country"):
            self._zone(country)

    def _zone(self, country: str) -> None:
        where = " ".join(
            [self.values.get("place", ""), *(v.text for k, v in self.page.front.items() if "city" in k)]
        )
        zone = only_zone(country, where, self._first_moment())
        line = next(t.line for t in self.found if t.field == "country")
        if zone:
            self._take("timezone", zone, line)
        elif zones_of(country):
            self.notes.append(f"line {line}: {country} has several time zones; say which one the event is in")
        else:
            self.notes.append(
                f'line {line}: the country "{country}" is not known; say which time zone the event is in'
            )

    def _first_moment(self) -> datetime | None:
        value = self.page.first("event_start", "time_start", "date")
        moment = dates.read_moment(value.text)[0] if value else None
        return moment.replace(tzinfo=None) if moment else None

    def _days(self) -> None:
        new = self.page.first("event_start", "time_start")
        start = new or self.page.first("date")
        end = self.page.first("event_end", "time_end") if new else self.page.first("date_end")
        published = self.page.first("publishDate", "publishdate") or (
            self.page.first("date") if new else None
        )
        all_day = self.page.first("event_all_day", "all_day")
        if published and (moment := dates.read_moment(published.text)[0]):
            self._take("published", moment.date(), published.line)
        if start:
            self._event(start, end, whole_days=bool(all_day and all_day.text.lower() == "true"))
        elif days := self._prose_days():
            self._event_from_prose(*days)

    def _event(self, start: Value, end: Value | None, *, whole_days: bool) -> None:
        first, hour = dates.read_moment(start.text)
        if first is None:
            self.notes.append(f'line {start.line}: "{start.text}" is not a date like 2027-03-11T09:30:00')
            return
        last, last_hour = dates.read_moment(end.text) if end else (None, False)
        if end and last is None:
            self.notes.append(f'line {end.line}: "{end.text}" is not a date like 2027-03-11T17:00:00')
        hours = hour and not whole_days
        self._moment("starts", first, start.line, hours=hours)
        if last and end and ((hours and last_hour) or last.date() > first.date()):
            self._moment("ends", last, end.line, hours=hours and last_hour)
        if hours and last_hour:
            self.found.append(Taken("hours", f"{first:%H:%M}–{last:%H:%M}", start.line))

    def _moment(self, name: str, moment: datetime, line: int, *, hours: bool) -> None:
        if not hours:
            moment = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        zone = self.values.get("timezone")
        if moment.tzinfo is None:
            aware = moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
        else:
            aware = moment.astimezone(ZoneInfo(zone)) if zone else moment
            if not zone or aware.utcoffset() != moment.utcoffset():
                becomes = f"becomes {aware:%H:%M} in {zone}" if zone else f"is {moment:%H:%M} at that offset"
                self.notes.append(
                    f"line {line}: {moment:%H:%M} has the offset {moment:%z}, so call.{name} {becomes}; "
                    f"put {moment:%H:%M} without offset there if the page means local time"
                )
        self._take(name, aware, line, f"{aware:%Y-%m-%d %H:%M}" if hours else f"{aware:%Y-%m-%d}")

    def _prose_days(self) -> tuple[list[dates.Mention], str, int] | None:
        places = [(line, text) for line, kind, text in self.labels if kind is Subject.DATES]
        places += [
            (number, text)
            for section in self.sections
            if section.subject is Subject.DATES
            for block in section.blocks
            for number, text in block.lines
        ]
        places += [(b.line, b.text) for b in self.blocks[:4] if _only_a_date(b)]
        for line, text in places:
            found = [m for m in dates.days(text, day_first=self._day_first) if m.year]
            if found:
                # "Horaires : 9h30 - 17h" may stand on a line of its own.
                others = " ".join(
                    t for number, t in places if number != line and not dates.days(t, day_first=True)
                )
                return found, f"{text} {others}", line
        return None

    @property
    def _day_first(self) -> bool:
        return bool(self.values.get("language", "fr") == "fr")

    def _event_from_prose(self, found: list[dates.Mention], text: str, line: int) -> None:
        first, last = found[0].on(0), found[-1].on(0)
        hours = dates.hours(dates.without(text, found))
        whole = len(hours) >= 2 and hours[0] < hours[1]
        start = datetime.combine(first, hours[0] if whole else time())
        self.used.add(line)
        self._moment("starts", start, line, hours=whole)
        if whole or last > first:
            self._moment("ends", datetime.combine(last, hours[1] if whole else time()), line, hours=whole)
        if whole:
            self.found.append(Taken("hours", f"{hours[0]:%H:%M}–{hours[1]:%H:%M}", line))

    def _lists(self) -> None:
        for name, subject, read in (
            ("topics", Subject.TOPICS, read_topics),
            ("invited", Subject.INVITED, _invited_of),
            ("organisers", Subject.ORGANISERS, _organisers_of),
        ):
            entries = [entry for s in self.sections if s.subject is subject for entry in read(s)]
            entries += [
                e
                for line, kind, text in self.labels
                if kind is subject
                for e in read(_one_line(line, text, kind))
            ]
            if entries:
                self.values[name] = tuple(value for value, _ in entries)
            self.found += [Taken(name, _shown(value), line) for value, line in entries]
            self.used |= {line for _, line in entries}
        if "organisers" not in self.values:
            self._organisers_in_prose()

    def _organisers_in_prose(self) -> None:
        for section in self.sections:
            for block in section.blocks if section.subject is Subject.ABOUT else ():
                if people := people_of_sentence(block.text):
                    self.values["organisers"] = tuple(people)
                    self.found += [Taken("organisers", _shown(person), block.line) for person in people]
                    return

    def _deadline(self) -> None:
        said = find_deadlines(self.blocks, self.labels, self.sections, day_first=self._day_first)
        known = [d for d in said if d.day.year or self.values.get("starts")]
        picked = _prevailing(known)
        if len({(d.day.month, d.day.day) for d in picked}) > 1:
            lines = ", ".join(str(d.line) for d in picked)
            self.notes.append(f"lines {lines}: several deadlines; say which one is that of the proposals")
        elif picked:
            self._take_deadline(picked[0])

    def _take_deadline(self, said: Deadline) -> None:
        starts = self.values.get("starts")
        day = said.day.before(starts.date()) if starts else said.day.on(0)
        if not said.day.year:
            last = f"{day.isoformat()} is the last one before the event"
            self.notes.append(f"line {said.line}: the deadline has no year; {last}")
        moment = datetime.combine(day, said.hour or time(23, 59, 59))
        known = self.values.get("timezone")
        zone = ZoneInfo(known or "UTC")
        if said.anywhere_on_earth:
            aware = moment.replace(tzinfo=timezone(timedelta(hours=-12)))
            aware = aware.astimezone(zone) if known else aware
        else:
            aware = moment.replace(tzinfo=zone)
        self._take("deadline", aware, said.line, f"{aware:%Y-%m-%d %H:%M}")

    def _recipient(self) -> None:
        addresses = {o.address.casefold() for o in self.values.get("organisers", ()) if o.address}
        recipient, lines, doubt = find_recipient(self.blocks, addresses)
        if recipient:
            self._take("proposals_to", recipient, lines[0])
            self.used |= set(lines)
        elif doubt:
            self.notes.append(doubt)

    def _description(self) -> None:
        texts = [
            f"- {plain(b.text)}" if b.kind == "item" else plain(b.text)
            for s in self.sections
            if s.subject is Subject.ABOUT
            for b in s.blocks
            if not self.used & {number for number, _ in b.lines}
        ]
        value = self.page.first("abstract", "description")
        if texts or value:
            self.values["description"] = "\n\n".join(texts) if texts else value and value.text


def _invited_of(section: Section) -> list[tuple[Any, int]]:
    return list(read_invited(section.blocks))


def _organisers_of(section: Section) -> list[tuple[Any, int]]:
    return list(read_organisers(section.blocks))


def _one_line(line: int, text: str, subject: Subject) -> Section:
    parts = [text]
    if subject is Subject.TOPICS:
        parts = [p for p in re.split(r"\s*;\s*" if ";" in text else r"\s*,\s*", text) if p]
    return Section(subject, 9, [Block("item", ((line, part),)) for part in parts])


def _labels(blocks: Sequence[Block]) -> list[tuple[int, Subject, str]]:
    return [
        (number, *label)
        for block in blocks
        if block.kind != "heading"
        for number, text in block.lines
        if (label := labelled(text))
    ]


def _shown(value: Any) -> str:
    if isinstance(value, Topic):
        return value.text
    names = (getattr(value, n, None) for n in ("title", "speaker", "name", "group", "address", "affiliation"))
    return ", ".join(str(part) for part in names if part)


def _stands_as_title(block: Block) -> bool:
    return (
        len(block.lines) == 1 and len(block.text) <= 200 and not block.text.rstrip().endswith((".", "!", ","))
    )


def _only_a_date(block: Block) -> bool:
    found = dates.days(block.text, day_first=True)
    return bool(found) and len(block.lines) == 1 and len(dates.without(block.text, found).split()) <= 8


def _prevailing(said: list[Deadline]) -> list[Deadline]:
    """The extended ones where a deadline was extended, else those of proposals, else all."""
    for chosen in ([d for d in said if d.extended], [d for d in said if d.of_proposals]):
        if chosen:
            return chosen
    return said
