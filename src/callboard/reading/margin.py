"""What stands in the margin of a message: for each line the field it went to, or why it was left out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from callboard.reading import letter, vocabulary
from callboard.reading.labels import label_of
from callboard.reading.layout import Line, lines_of, ruler
from callboard.reading.result import Reading

LEFT_OUT = "left out"
# Said of a whole text, not of words in it.
DERIVED = frozenset({"language", "topics", "half_days"})
_QUOTE_LOOKED_AT = 4_000  # characters in which a quoted call shows itself as one


@dataclass(frozen=True)
class Mark:
    """Characters of a part that a field came from, or that were left out of the reading."""

    name: str  # "title", "abstract", ...; of several proposals with its number: "title 2"
    start: int
    end: int
    used: bool = True  # False: "quoted", "call", "signature", "forwarding"


@dataclass(frozen=True)
class Noted:
    """A line of a part, and what stands beside it."""

    text: str
    names: tuple[str, ...] = ()
    used: bool = False  # a field came from it


@dataclass(frozen=True)
class Piece:
    """Characters of a part that belong together."""

    text: str
    name: str | None = None  # the narrowest field that they went to, or why they were left out
    used: bool = False
    begins: tuple[str, ...] = ()  # the fields of which this is the first piece


def shown(reading: Reading) -> tuple[str, ...]:
    """The parts to show: the mail's text, and each document that a field came from."""
    found = (source.part for one in reading.proposals for source in one.sources.values())
    documents = (part for part in found if part not in ("text", "subject", "sender"))
    return tuple(dict.fromkeys(part for part in ("text", *documents) if part in reading.parts))


def marks(reading: Reading, part: str) -> list[Mark]:
    """What fields came from that part and where, and what was left out of it, in its order."""
    found = [
        Mark(f"{name} {number}" if len(reading.proposals) > 1 else name, place.start, place.end)
        for number, one in enumerate(reading.proposals, 1)
        for name, source in one.sources.items()
        for place in (source, *source.also)
        if place.part == part and place.start is not None and place.end is not None and name not in DERIVED
    ]
    if part == "text":
        found += [
            Mark(_called(one.what, reading.parts[part][one.start : one.end]), one.start, one.end, used=False)
            for one in reading.left_out
        ]
    return sorted(found, key=lambda mark: (mark.start, mark.end))


def pieces(reading: Reading, part: str) -> Iterator[Piece]:
    """The part's text cut where a mark begins or ends; a quote in the midst of a field is no part of it."""
    text, found = reading.parts[part], marks(reading, part)
    begun: set[str] = set()
    edges = sorted({0, len(text), *(mark.start for mark in found), *(mark.end for mark in found)})
    for start, end in pairwise(edges):
        over = [mark for mark in found if mark.start <= start and end <= mark.end]
        aside = next((mark for mark in over if not mark.used), None)
        fields = sorted((mark for mark in over if mark.used), key=lambda mark: mark.end - mark.start)
        if aside and (not fields or aside.name != "signature"):
            yield Piece(text[start:end], aside.name)
            continue
        begins = tuple(dict.fromkeys(mark.name for mark in fields if mark.name not in begun))
        begun.update(begins)
        yield Piece(text[start:end], fields[0].name if fields else None, bool(fields), begins)


def _called(what: str, text: str) -> str:
    """What was left out; a quoted call by its name."""
    call = vocabulary.pattern("intent", "call")
    return "call" if what == "quoted" and call.search(vocabulary.fold(text[:_QUOTE_LOOKED_AT])) else what


def notes(reading: Reading, part: str) -> list[Noted]:
    """Each line of the part with its note."""
    lines = lines_of(reading.parts[part])
    starts = [line.start for line in lines]
    beside: list[list[Mark]] = [[] for _ in lines]
    for mark in marks(reading, part):
        first = bisect_right(starts, mark.start) - 1
        last = bisect_right(starts, max(mark.start, mark.end - 1)) - 1
        for at in range(first, last + 1):
            beside[at].append(mark)
    return list(_noted(lines, beside, read=bool(reading.proposals)))


def _noted(lines: list[Line], beside: list[list[Mark]], *, read: bool) -> Iterator[Noted]:
    closed = False
    for line, marked in zip(lines, beside, strict=True):
        aside = [mark.name for mark in marked if not mark.used]
        fields = list(dict.fromkeys(mark.name for mark in marked if mark.used))
        if not line.text.strip(" >"):
            yield Noted(line.text, tuple(aside))
        elif aside:
            # A quote in the midst of an abstract is no part of it; a name in a signature is a speaker's.
            names = [*(fields if "signature" in aside else []), *aside]
            yield Noted(line.text, tuple(names), used=len(names) > len(aside))
        elif fields:
            closed = False
            yield Noted(line.text, tuple(fields), used=True)
        else:
            closed = read and (closed or letter.closes(line.text))
            yield Noted(line.text, _left_out(line.text, closed=closed) if read else ())


def _left_out(text: str, *, closed: bool) -> tuple[str, ...]:
    """What a line is that no field came from."""
    if letter.greets(text):
        return ("greeting",)
    if closed:
        return ("closing",)
    if ruler(text):
        return ()
    return ("label",) if label_of(text) else (LEFT_OUT,)
