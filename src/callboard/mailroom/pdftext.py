"""The text of a PDF's pages with what only its layout tells: paragraphs, headings, raised marks, running heads.

Loaded by `documents.py` in its limited process, so it imports nothing of Callboard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any

SUPERSCRIPT = str.maketrans("0123456789+-()nabcde", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵃᵇᶜᵈᵉ")
# What leads from a name to a note; "2nd", "CO2" in running text are left alone.
MARK = re.compile(r"(?:[0-9]{1,2}|[a-e])(?:\s?,\s?(?:[0-9]{1,2}|[a-e*†‡])){0,5},?")
PAGE_NUMBER = re.compile(r"\W{0,3}(?:\w{1,8}\s)?[0-9]{1,3}(?:\s?/\s?[0-9]{1,3})?\W{0,3}")

_RAISED = 0.9  # of the size of the line that it stands in
_LARGER = 1.1  # times the size of the text: a heading
_SMALLER = 0.92
_SPACED = 1.3  # times the usual distance of two lines: another paragraph
_LEADING = 1.25  # times its size, the distance of two lines that are set close
_MARGIN = 0.055  # of the page's height, where running heads and page numbers stand
_NEAR = 3.0  # times its size: further apart two lines are not of one column


@dataclass(slots=True)
class _Line:
    runs: list[tuple[str, float, float]] = field(default_factory=list)  # text, height on the page, size

    @property
    def size(self) -> float:
        """The size of most of it."""
        sizes: Counter[float] = Counter()
        for text, _, size in self.runs:
            sizes[size] += len(text.strip())
        return max(sizes, key=lambda size: (sizes[size], size), default=0.0)

    @property
    def height(self) -> float:
        return max(self.runs, key=lambda run: run[2])[1] if self.runs else 0.0

    @property
    def text(self) -> str:
        """Its words, marks that are set smaller behind others raised."""
        usual = max((size for text, _, size in self.runs if text.strip()), default=0.0)
        return "".join(
            text.translate(SUPERSCRIPT) if size < _RAISED * usual and MARK.fullmatch(text.strip()) else text
            for text, _, size in self.runs
        )


def pages_of(document: Any, most_pages: int, most_text: int) -> list[str]:
    """The texts of a pypdf reader's first pages, those left out that have none."""
    pages: list[str] = []
    for number, page in enumerate(document.pages):
        if number >= most_pages or sum(map(len, pages)) > most_text:
            break
        pages.append(of_page(page).strip("\n"))
    return [page for page in pages if page.strip()]


def of_page(page: Any) -> str:
    """The text of one page as lines, a blank one between paragraphs and around headings."""
    lines = [line for line in _lines(page) if line.text.strip()]
    usual = _usual_size(lines)
    kept = _without_running_heads(lines, usual, page)
    distance = _usual_distance(kept, usual)
    said = [kept[0].text.rstrip()] if kept else []
    for above, line in pairwise(kept):
        said += ["", line.text.rstrip()] if _apart(above, line, usual, distance) else [line.text.rstrip()]
    return "\n".join(said)


def _lines(page: Any) -> list[_Line]:
    lines = [_Line()]

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scaled = round(abs(size) * hypot(tm[2], tm[3]) * hypot(cm[2], cm[3]), 1)
        for at, piece in enumerate(text.split("\n")):
            if at:
                lines.append(_Line())
            if piece:
                lines[-1].runs.append((piece, height, scaled))

    page.extract_text(visitor_text=visit)
    return lines


def _usual_size(lines: Sequence[_Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _without_running_heads(lines: Sequence[_Line], usual: float, page: Any) -> list[_Line]:
    """The lines without small ones and page numbers in the margins, unless nothing else would be left."""
    bottom, top = float(page.mediabox.bottom), float(page.mediabox.top)
    margin = _MARGIN * (top - bottom)
    kept = [
        line
        for line in lines
        if bottom + margin < line.height < top - margin
        or not (line.size < _SMALLER * usual or PAGE_NUMBER.fullmatch(line.text.strip()))
    ]
    return kept or list(lines)


def _usual_distance(lines: Sequence[_Line], usual: float) -> float:
    """How far the lines of the text are from each other; twice as far with double spacing."""
    found = Counter(round(distance, 1) for distance in _distances(lines, usual))
    return max(found, key=lambda distance: (found[distance], -distance), default=_LEADING * usual)


def _distances(lines: Sequence[_Line], usual: float) -> Iterator[float]:
    for above, line in pairwise(lines):
        distance = above.height - line.height
        if above.size == line.size == usual and 0 < distance < _NEAR * usual:
            yield distance


def _apart(above: _Line, line: _Line, usual: float, distance: float) -> bool:
    """Whether another paragraph begins: more space, a heading, the end of small print; not where a column begins."""
    if max(above.size, line.size) > _LARGER * usual and abs(above.size - line.size) > 0.05 * usual:
        return True
    if above.size < _SMALLER * usual <= line.size:
        return True
    return above.height - line.height > _SPACED * max(distance, _LEADING * max(above.size, line.size))
