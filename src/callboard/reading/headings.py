"""Headings in Markdown that a mail program broke: one line each again, in the place of both.

A mail written as "# A title of some length" leaves with its last words on a line of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard.reading import bylines
from callboard.reading.labels import label_of
from callboard.reading.layout import BULLET, Line, ruler, width

_BROKEN_FROM = 45  # characters of a line that a mail program may have broken


def whole(lines: Sequence[Line], sender: str | None) -> list[Line]:
    """The lines, each heading with the rest of it that stands on the next line."""
    if not any(line.text[:1] == "#" for line in lines):
        return list(lines)
    wraps_at = width(lines)
    kept: list[Line] = []
    for at, line in enumerate(lines):
        below = lines[at + 1] if at + 1 < len(lines) else None
        ends = below is None or below.blank
        if (
            at
            and _heading(kept[-1].text)
            and _broken(lines[at - 1].text, line.text, wraps_at, sender, ends=ends)
        ):
            kept[-1] = Line(f"{kept[-1].text} {line.text.strip()}", kept[-1].start, line.end)
        else:
            kept.append(line)
    return kept


def _heading(text: str) -> bool:
    return text[:1] == "#" and text.lstrip("#")[:1] == " "


def _broken(above: str, text: str, wraps_at: int | None, sender: str | None, *, ends: bool) -> bool:
    """Whether a line is the rest of the heading above: its first word did not fit there, and it is nothing else."""
    if len(above) < _BROKEN_FROM or not text.strip():
        return False
    if wraps_at is not None and len(above) + 1 + len(text.split(maxsplit=1)[0]) <= wraps_at:
        return False
    if text[:1] in "#|>`" or BULLET.match(text) or ruler(text) or label_of(text):
        return False
    return text[:1].islower() or (ends and not bylines.line_of_people(text, sender))
