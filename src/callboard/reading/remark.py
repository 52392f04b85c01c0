"""What a line says that is no order: whether it names a proposal, or asks something, and so wants an answer.

A number is a proposal's where something is said of it ("could 16 come on another day"), not where it counts
something ("2 examples", "20 minutes") or is the place of something else ("page 12").
"""

from __future__ import annotations

import re

from callboard.reading.line import Line
from callboard.reading.vocabulary import pattern

_NUMBER = re.compile(r"(?<![\w.,:/+%=&?-])(n[o°º]\.? ?|nr\.? ?|#)?(\d{1,3})(?![\w%]| ?/ ?\d|[.,:]\d|[ .-]\d)")
_ASKS = re.compile(r"\?(?!\w)")
_STOPS = re.compile(r"[.,;:!?)»]|$")
_BEFORE = 40  # characters in which the word before a number ends
_LISTED = re.compile(r"(?:\d{1,6} ?(?:,|et|and|ou|or|&) ?){1,8}$")  # "pages 3, 4 and 5"


def asks(line: Line) -> bool:
    """Whether it asks something."""
    return _ASKS.search(line.folded) is not None


def named(line: Line) -> tuple[int, ...]:
    """The proposals of which it says something, each once."""
    marked = re.compile(rf"(?<![\w-]){re.escape(line.prefix)}-(\d{{1,6}})(?![\w-])")
    found = [int(one[1]) for one in marked.finditer(line.folded)]
    found += [int(one[2]) for one in _NUMBER.finditer(line.folded) if _of_a_proposal(line, one)]
    return tuple(dict.fromkeys(found))


def counts(line: Line, one: re.Match[str]) -> bool:
    """Whether a number is no proposal's: a quantity, a page, a room, a part of a link or of a telephone number."""
    before = _LISTED.sub("", line.folded[max(0, one.start() - _BEFORE) : one.start()]).rstrip()
    counted = pattern("orders", "units").match(line.folded, one.end() + 1)
    in_link = line.folded[one.start() - 1 : one.start()] in ("=", "&", "/", "?")
    return bool(counted) or in_link or _behind("place_of", before) or before[-1:].isdigit()


def _behind(key: str, before: str) -> bool:
    """Whether a text ends with such a word."""
    return any(found.end() == len(before) for found in pattern("orders", key).finditer(before))


def _of_a_proposal(line: Line, one: re.Match[str]) -> bool:
    if counts(line, one):
        return False
    called = _behind("called", line.folded[max(0, one.start() - _BEFORE) : one.start()].rstrip())
    said = _STOPS.match(line.folded, one.end()) or pattern("orders", "said_of").match(
        line.folded, one.end() + 1
    )
    return bool(one[1] or called or said)
