"""Tables whose first row holds the labels: turned, so that each label stands before its value.

Drawn with bars, or with tabs between the cells as HTML leaves them, where every cell of the first row is a label.

| Title | Length |          | Title | Maps that lie
|---|---|           ->      | Length | 20 min
| Maps that lie | 20 min |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from callboard.reading.labelnames import field_named
from callboard.reading.layout import Line

_RULED = re.compile(
    r"[ \t]{0,99}(?:\|[ \t]{0,99})?:?-{1,60}:?[ \t]*(?:\|[ \t]*:?-{1,60}:?[ \t]*){0,20}\|?[ \t]*$"
)
_CELLS_AT_MOST = 12


def turned(lines: Sequence[Line]) -> list[Line]:
    """The lines, each table of labels above values as one line for each label and value."""
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        labels = _labels(lines, at)
        if not labels:
            kept.append(lines[at])
            at += 1
            continue
        at += 2 if _RULED.match(lines[at + 1].text) else 1
        while at < len(lines) and len(values := cells(lines[at].text)) == len(labels):
            kept.extend(_turned(lines[at], labels, values))
            at += 1
    return kept


def _turned(row: Line, labels: Sequence[str], values: Sequence[str]) -> Iterator[Line]:
    """A line for each cell, in the cell's place."""
    after = 0
    for label, value in zip(labels, values, strict=True):
        at = row.text.index(value, after)
        after = at + len(value)
        yield Line(f"| {label} | {value}", row.start + at, row.start + at + len(value))


def _labels(lines: Sequence[Line], at: int) -> list[str]:
    """The labels in the row at `at`: known fields, two at least, above a row that is only drawn, or above values."""
    text = lines[at].text
    if ("|" not in text and "\t" not in text) or at + 1 >= len(lines):
        return []
    found = cells(text)
    known = sum(field_named(label) is not None for label in found)
    if _RULED.match(lines[at + 1].text):
        return found if known >= 2 else []
    below = cells(lines[at + 1].text)
    head = 2 <= known == len(found) == len(below) and not any(map(field_named, below))
    return found if head else []


def cells(text: str) -> list[str]:
    """The cells of a row; none where the line is no row."""
    sign = "|" if text.lstrip()[:1] == "|" else "\t"
    if sign not in text or text.count(sign) > _CELLS_AT_MOST + 1:
        return []
    return [cell.strip() for cell in text.strip(" |" if sign == "|" else " ").split(sign)]
