"""An organiser's "oui, très bon" directly below a line of our digest that they quote: it counts for that line's
proposal.

Only below the line that a proposal begins with, as it stands in the letter that went to them. Strangers choose titles,
subjects and names: a line that looks like one and stands in the letter twice, or anywhere but where proposals begin,
counts for nobody. Of somebody who may have answered above the lines nothing is placed. What cannot be placed is left
as it is, and so quoted back. Pure functions on text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from callboard.reading.orderopening import opines
from callboard.reading.orders import Order, opinion_first, read_orders

_QUOTED = re.compile(r"\s{0,2}>[>\s]{0,20}")
_BLANKS = 1  # lines between the quote and the opinion
_FOLDED = 4  # further lines that a proposal's first line may take in a letter's text


@dataclass(frozen=True)
class Placed:
    """What the organiser wrote, with an empty line wherever something was cut from the mail; and which of these lines
    stand beside a quote."""

    lines: tuple[str, ...]
    beside: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Mail:
    """The lines of a mail with its quotes, and the lines of our letters that proposals begin with, with their
    numbers."""

    lines: Sequence[str]
    begins: Mapping[str, int]

    def quoted(self, place: int) -> str | None:
        """The line that is quoted there."""
        quote = _QUOTED.match(self.lines[place]) if 0 <= place < len(self.lines) else None
        return _plain(self.lines[place][quote.end() :]) if quote else None

    def next(self, place: int, step: int) -> str | None:
        """The quoted line above (-1) or below (1) a line, blanks apart."""
        near = place + step
        for _ in range(_BLANKS):
            if 0 <= near < len(self.lines) and not self.lines[near].strip():
                near += step
        return self.quoted(near)

    def beside(self, place: int) -> bool:
        """Whether a quote stands directly above or below."""
        return any(self.next(place, step) is not None for step in (-1, 1))

    def number(self, place: int) -> int | None:
        """The proposal whose line stands above."""
        return self.begins.get(self.next(place, -1) or "")


def placed(written: Sequence[str], text: str, letters: Iterable[str], prefix: str, language: str) -> Placed:
    """What the organiser wrote, each opinion with the number of the proposal that it stands below. `text` is the
    whole mail with its quotes, `letters` are the texts of the letters of ours that it may quote."""
    mail = _Mail(text.split("\n"), beginnings(letters, prefix))
    places = _places(written, mail.lines)
    numbers = _numbers(written, places, mail, prefix, language)
    lines: list[str] = []
    beside: set[int] = set()
    for line, place, cut in zip(written, places, _cut(places, mail.lines), strict=True):
        if cut and lines and lines[-1]:
            lines.append("")  # what stands below a quote is no comment on the order above it
        if place is not None and (mail.beside(place) or len(lines) - 1 in beside):
            beside.add(len(lines))
        number = numbers.get(place) if place is not None else None
        lines.append(line if number is None else f"{number} {line.strip()}")
    return Placed(tuple(lines), frozenset(beside))


def beginnings(letters: Iterable[str], prefix: str) -> dict[str, int]:
    """The lines that proposals begin with, blanks apart, and their numbers: as they stand in a letter's text, and where
    they are folded there, as they stand in its page."""
    texts = [letter.splitlines() for letter in letters]
    counts = [Counter(map(_plain, lines)) for lines in texts]
    begins = re.compile(rf"  {re.escape(prefix)}-(\d{{1,6}}) {{2,}}\S")  # `letters/_proposal.txt`
    found: dict[str, int] = {}
    for lines, count in zip(texts, counts, strict=True):
        for at, line in enumerate(lines):
            match = begins.match(line)
            if match is None or count[_plain(line)] != 1:
                continue
            found[_plain(line)] = int(match[1])
            longer = (_plain(" ".join(lines[at:end])) for end in range(at + 2, at + 2 + _FOLDED))
            found |= {one: int(match[1]) for one in longer if any(other[one] == 1 for other in counts)}
    return found


def _places(written: Sequence[str], lines: Sequence[str]) -> list[int | None]:
    """For each line that the organiser wrote where it stands in the mail, if it is found there."""
    known: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.strip() and not _QUOTED.match(line):
            known[_plain(line)].append(place)
    found: list[int | None] = []
    start = 0
    for line in written:
        places = known.get(_plain(line), [])
        index = bisect_left(places, start)
        found.append(places[index] if index < len(places) else None)
        start = places[index] + 1 if index < len(places) else start
    return found


def _cut(places: Sequence[int | None], lines: Sequence[str]) -> Iterator[bool]:
    """For each line whether something that is not the organiser's stands between it and the one above."""
    words = list(accumulate((bool(line.strip()) for line in lines), initial=0))
    start = 0
    for place in places:
        yield place is not None and words[place] > words[start]
        start = start if place is None else place + 1


def _numbers(
    written: Sequence[str], places: Sequence[int | None], mail: _Mail, prefix: str, language: str
) -> dict[int, int]:
    """The proposals that opinions are about, by the opinion's place in the mail; none when one has no proposal, or
    may be meant for the line below it."""
    opinions = {
        place: line
        for place, line in enumerate(mail.lines)
        if not _QUOTED.match(line) and opinion_first(line, prefix, language)
    }
    own = [line for line in written if opinion_first(line, prefix, language)]
    if own != list(opinions.values()):  # what was cut from the mail makes it uncertain which is which
        return {}
    numbers = {place: mail.number(place) for place in opinions}
    if None in numbers.values() or any(mail.quoted(place + 1) in mail.begins for place in opinions):
        return {}
    for line, place in zip(written, places, strict=True):
        if place is None or place in opinions or mail.number(place) is not None:
            continue
        above = mail.next(place, 1) in mail.begins and opines(line)
        if above and not any(isinstance(one, Order) for one in read_orders((line,), prefix, language)):
            return {}
    return {place: number for place, number in numbers.items() if number is not None}


def _plain(line: str) -> str:
    return " ".join(line.split())
