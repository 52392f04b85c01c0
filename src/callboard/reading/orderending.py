"""What ends a line of an organiser's answer: a score, a format, a comment, a word for the speaker."""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading.line import Line
from callboard.reading.order import Order
from callboard.reading.orderpieces import END, SIGNS, ends, past
from callboard.reading.vocabulary import keys, pattern

_OUT_OF = (3, 4, 5, 6, 10, 20, 100)
_ARROW = re.compile(r"\s{0,9}(?:->|=>|→|>)\s*")
_BRACKET = re.compile(r"\s{0,9}\((?=[^()]*\)[\s.!]*$)")
SCORE = re.compile(r"\s{0,9}(?:[(:,=-]\s{0,9})?(\d{1,3}(?:[.,]\d{1,2})?) ?/ ?(\d{1,3})(?![\d/])\s*\)?")


def with_words(line: Line, at: int, order: Order) -> Order:
    """The rest of the line: a comment for the other organisers, a word for the speaker."""
    marked = pattern("orders", "to_speaker").search(line.folded, at)
    if marked and line.folded[marked.end() :].lstrip().startswith(":"):
        told = line.rest(line.folded.index(":", marked.end()) + 1)
        before = line.rest(at)
        comment = before[: len(before) - len(line.rest(marked.start()))] if before else ""
        return replace(order, to_speaker=_tidy(told), comment=_tidy(comment))
    rest = line.rest(past(line, at, "courtesy")) if ends(line, at) else line.rest(at)
    return replace(order, comment=_tidy(rest))


def _tidy(words: str) -> str | None:
    kept = words.strip().lstrip(",;:.–—->→=()!? ").rstrip(",;: ")
    if kept.count(")") > kept.count("("):
        kept = kept.rstrip(")").strip()
    return kept or None


def score_at(line: Line, at: int) -> tuple[float | None, int]:
    found = SCORE.match(line.folded, at)
    if found is None:
        return None, at
    given, most = float(found[1].replace(",", ".")), int(found[2])
    return (given / most, found.end()) if most in _OUT_OF and given <= most else (None, at)


def format_at(line: Line, at: int, *, alone: bool = False) -> tuple[str, int] | None:
    """A format behind an arrow, behind "en" or "as a", in brackets, or (`alone`) when nothing else follows."""
    arrow = _ARROW.match(line.folded, at)
    signs = SIGNS.match(line.folded, at)
    named = pattern("orders", "as").match(line.folded, signs.end() if signs else at)
    bracket = _BRACKET.match(line.folded, at)
    if bracket:
        alone, signs = True, bracket
    start = arrow.end() if arrow else named.end() + 1 if named else signs.end() if signs and alone else None
    if start is None:
        return None
    found = [
        (match.end(), key)
        for key in keys("formats")
        if (match := pattern("formats", key).match(line.folded, start))
    ]
    if not found:
        return None
    end, key = max(found)
    return (key, end) if arrow or named or END.match(line.folded, end) else None
