"""Labels within a line: "Title: Slow bread. Speaker: Ada Moreau. Abstract: ..." in one breath.

Only in a paragraph that begins with the label of a title or of people, and only behind the end of a sentence: an
abstract may well say "Question: ...".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from callboard.reading.labelnames import field_named
from callboard.reading.labels import label_of
from callboard.reading.layout import Line, paragraphs

_BEHIND = re.compile(
    r"(?<=[^\W\d_][^\W\d_])([.;!?])\s{1,3}(?=([A-ZÀ-Ý][^\W_]{1,20}(?:\s[^\W_]{1,20}){0,2})\s?:\s)"
)
_BEGIN = frozenset({"title", "speakers"})
_FIELDS = frozenset(
    {"title", "speakers", "affiliation", "email", "abstract", "format", "duration", "keywords", "bio"}
)
_DROPPED = frozenset(".;")  # they end the value before, and are no part of it


def split(lines: Sequence[Line]) -> list[Line]:
    """The lines, each cut where a label stands within it."""
    within = {line.start for run in paragraphs(lines) if _begins(run[0]) for line in run}
    return [piece for line in lines for piece in (_pieces(line) if line.start in within else (line,))]


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
