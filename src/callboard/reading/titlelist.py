"""A letter that names several talks and says little more: "I would like to propose two talks:", and as many titles.

As many as were announced, one to a line, or in quotation marks in the same paragraph. Where a text follows that is
long enough to be an abstract, it is nobody's: then the letter is read as one talk, and a person looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard.reading import lengths, letter, title, vocabulary
from callboard.reading.labels import Block, blocks, label_of
from callboard.reading.layout import BULLET, Line, joined, paragraphs, unquoted, words

_NUMBERED = re.compile(r"[ \t]{0,9}(?:[1-9]|[A-D])\s?[).:/–-]{1,2}\s+(?=\S)")
_BELOW_AT_MOST = 40  # words below the titles, of all the talks together
_LEAST, _MOST = 2, 4


def talks(lines: Sequence[Line], sender: str | None) -> list[list[Line]]:
    """The lines of each talk: its title, and what stands below them all. Empty where titles are not listed."""
    lines = lines[: letter.end_of(lines, sender)]
    runs = paragraphs(lines)
    for at, run in enumerate(runs):
        count = announced(run)
        if count is None:
            continue
        titles, last = _quoted(run, count), run[-1]
        if not titles:
            titles = _below(run, runs[at + 1 :], count)
            last = titles[-1] if titles else last
        rest = [line for line in lines if line.start > last.start]
        brief = sum(words(line.text) for line in rest) <= _BELOW_AT_MOST
        # "I gave two talks last year, “...” and “...”. This time it would be “...”."
        another = any(title.quoted(line.text) for line in rest)
        return [[heading, *rest] for heading in titles] if brief and not another else []
    return []


def below_title(lines: list[Line]) -> list[Block]:
    """The blocks of one of those talks: "A title (20 min)" says its length, too."""
    first = lines[0]
    named = lengths.without_length(first.text)
    cut = [Block("title", "listed title", (first._replace(text=named),))]
    if named != first.text:
        said = first._replace(text=first.text[len(named) :].strip(" ()"))
        cut.append(Block("duration", "listed title", (said,)))
    return [*cut, *blocks(lines[1:])]


def announced(run: Sequence[Line]) -> int | None:
    """How many talks a paragraph announces; 0 for "several", None for none."""
    said = vocabulary.pattern("intent", "several").search(vocabulary.fold(joined(run)))
    if said is None:
        return None
    count = said[0].split()[0]
    number = int(count) if count.isdigit() else vocabulary.numbers("time", "numbers").get(count, 0)
    return number if _LEAST <= number <= _MOST else 0


def _quoted(run: Sequence[Line], count: int) -> list[Line]:
    """As many titles in quotation marks as are announced."""
    found = [inside for _, _, inside in title.quoted(joined(run))]
    if len(found) != count or len(set(found)) != count:
        return []
    return [Line(inside, run[0].start, run[-1].end) for inside in found]


def _below(run: Sequence[Line], later: Sequence[Sequence[Line]], count: int) -> list[Line]:
    """The titles that stand below the announcement, in its own paragraph or in those behind."""
    ends = next((at for at, line in enumerate(run) if line.text.rstrip().endswith(":")), len(run) - 1)
    same, announced = run[ends + 1 :], run[ends].text.rstrip().endswith(":")
    listed = [*same, *(line for one in later for line in one)]
    marked = [line for line in listed if _mark(line.text)]
    if marked and marked == listed[: len(marked)] and _LEAST <= len(marked) <= (count or _MOST):
        return _titles(marked, count or len(marked))
    plain = same or (later[0] if later else [])
    return _titles(plain, count) if announced and count else []


def _titles(lines: Sequence[Line], count: int) -> list[Line]:
    """These lines without their marks, where each may be a title, and they are as many."""
    found = [line._replace(text=unquoted(line.text[_mark(line.text) :].strip())) for line in lines]
    return found if len(found) == count and all(may_be(line.text) for line in found) else []


def may_be(text: str) -> bool:
    """Whether a line of its own may be the title of a talk."""
    return (
        words(text) >= _LEAST and title.could_be(text) and not text.endswith(".") and label_of(text) is None
    )


def _mark(text: str) -> int:
    """How long the bullet or the number is that a line begins with."""
    match = _NUMBERED.match(text) or BULLET.match(text)
    return match.end() if match else 0
