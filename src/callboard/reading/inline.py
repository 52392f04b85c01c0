"""Labels within a line: "Title: Slow bread. Speaker: Ada Moreau. Abstract: ..." in one breath.

Only in a paragraph that begins with the label of a title or of people, and only behind the end of a sentence: an
abstract may well say "Question: ...". A label that is a sentence ("My title would be: Slow bread. I hope ...") ends
with the sentence, and any title where words to the organisers follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from callboard.reading import prose, vocabulary
from callboard.reading.labelnames import field_named
from callboard.reading.labels import label_of
from callboard.reading.layout import Line, fold, joined, paragraphs

_BEHIND = re.compile(
    r"(?<=[^\W\d_][^\W\d_])([.;!?])\s{1,3}(?=([A-ZÀ-Ý][^\W_]{1,20}(?:\s[^\W_]{1,20}){0,2})\s?:\s)"
)
_BEGIN = frozenset({"title", "speakers"})
_FIELDS = frozenset(
    {"title", "speakers", "affiliation", "email", "abstract", "format", "duration", "keywords", "bio"}
)
_LINES_AT_MOST = 3  # of a sentence that says a title
_SENTENCE_ENDS = re.compile(
    r"(?<=[\w)])(?<!(?<!\w)[A-Z])\.(?=\s{1,3}[A-ZÀ-Ý])|(?<=[»”\"])\.?(?=\s{1,3}[A-ZÀ-Ý])"
)
_DROPPED = frozenset(".;")  # they end the value before, and are no part of it


def split(lines: Sequence[Line]) -> list[Line]:
    """The lines, each cut where a label stands within it."""
    runs = paragraphs(lines)
    within = {line.start for run in runs if _begins(run[0]) for line in run}
    ends = {end.start: end.end for run in runs if (end := _said(run))}
    return [
        piece
        for line in lines
        for whole in _parted(line, ends.get(line.start))
        for piece in (_pieces(whole) if whole.start in within else (whole,))
    ]


def _parted(line: Line, end: int | None) -> Iterator[Line]:
    """A line cut at `end`, as if a new paragraph began there."""
    if end is None:
        yield line
        return
    size = end - line.start
    rest = line.text[size:].lstrip()
    yield Line(line.text[:size], line.start, end)
    yield Line("", end, end)
    yield Line(rest, line.end - len(rest), line.end)


def _said(run: Sequence[Line]) -> Line | None:
    """The line of a paragraph in which a sentence that says the title ends, up to there; None where nothing follows."""
    label = label_of(run[0].text)
    if label is None or label.field != "title":
        return None
    for at, line in enumerate(run[:_LINES_AT_MOST]):
        if at and label_of(line.text):
            return None
        found = _SENTENCE_ENDS.search(line.text, label.value if at == 0 else 0)
        if found:
            below = joined([Line(line.text[found.end() :], line.start, line.end), *run[at + 1 :]])
            ends = _is_sentence(run[0].text[: label.value]) or prose.aside(below)
            return Line(line.text[: found.end()], line.start, line.start + found.end()) if ends else None
    return None


def _is_sentence(label: str) -> bool:
    """Whether a label has a verb: "My title would be:"."""
    return not set(fold(label).split()).isdisjoint(vocabulary.words("label_words", "verbs"))


def _begins(line: Line) -> bool:
    label = label_of(line.text)
    return label is not None and label.field in _BEGIN


def _pieces(line: Line) -> Iterator[Line]:
    at = 0
    for found in _BEHIND.finditer(line.text):
        if field_named(found[2]) not in _FIELDS:
            continue
        end = found.start(1) if found[1] in _DROPPED else found.end(1)
        yield Line(line.text[at:end], line.start + at, line.start + end)
        at = found.end()
    yield Line(line.text[at:], line.start + at, line.end) if at else line
