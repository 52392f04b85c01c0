"""Tables drawn with bars whose first row holds the labels: turned, so that each label stands before its value.

| Title | Length |          | Title | Maps that lie
|---|---|           ->      | Length | 20 min
| Maps that lie | 20 min |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from callboard.reading.labelnames import field_named
from callboard.reading.layout import Line

_RULED = re.compile(r"[ \t]*\|?[ \t]*:?-{1,60}:?[ \t]*(?:\|[ \t]*:?-{1,60}:?[ \t]*){0,20}\|?[ \t]*$")
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
        at += 2
        while at < len(lines) and len(values := cells(lines[at].text)) == len(labels):
            kept.extend(_turned(lines[at], labels, values))
            at += 1
    return kept


def _turned(row: Line, labels: Sequence[str], values: Sequence[str]) -> Iterator[Line]:
    """A line for each cell, in the cell's place."""
    after = 0
    for label, value in zip(labels, values, strict=True):
        at = row.text.index(value, after)
        after = row.text.find("|", at + len(value)) + 1
        yield Line(f"| {label} | {value}", row.start + at, row.start + at + len(value))


def _labels(lines: Sequence[Line], at: int) -> list[str]:
    """The labels in the row at `at`: known fields, two at least, above a row that is only drawn."""
    if "|" not in lines[at].text or at + 1 >= len(lines) or not _RULED.match(lines[at + 1].text):
        return []
    found = cells(lines[at].text)
    return found if sum(field_named(label) is not None for label in found) >= 2 else []


def cells(text: str) -> list[str]:
    """The cells of a row; none where the line is no row."""
    if text.lstrip()[:1] != "|" or text.count("|") > _CELLS_AT_MOST + 1:
        return []
    return [cell.strip() for cell in text.strip().strip("|").split("|")]
