"""The shape of a text: its lines with their places, its ornaments, its hard wraps.

Knows nothing of talks. Everything here is linear in the size of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

ORNAMENTS = "#*_>`~|-–—•·▪●‣◦➢✔✓\t "
BULLET = re.compile(r"[ \t]{0,99}(?:[-*+•·▪●‣◦–]|\(?[0-9ivx]{1,3}[.)]|\(?[a-z][.)])[ \t]")
WORD = re.compile(r"\w+")
LINK = re.compile(r"https?://[^\s<>\"'«»\\^`{|}]{1,2000}")
_RULE = re.compile(r"[ \t]{0,99}(?:[-_=*~][-_=*~ \t]{2,}|==|~~)$")
_ANCHOR = re.compile(r"[ \t]{0,99}(?:[-*+][ \t]{1,9})?\[[^\]\n]{0,80}\]\(#[^)\n]{0,80}\)[ \t]*$")
_WRAPPED_AT_MOST = 120  # longer lines were never wrapped by a mail program
_WIDTH_AT_LEAST = 55  # characters
_UNBROKEN = 40  # characters of a word, an address mostly, that makes a line longer than the others
_UNWRAPPED = 10**6  # no line is as wide


class Line(NamedTuple):  # made by the thousand: a frozen dataclass costs three times as much
    """A line without its end; `start` and `end` are offsets into the whole text."""

    text: str
    start: int
    end: int

    @property
    def blank(self) -> bool:
        """Whether nothing can be seen on it."""
        return not self.text or self.text.isspace()


def lines_of(text: str, offset: int = 0) -> list[Line]:
    """The lines of a text; places are counted from `offset`."""
    lines, place = [], offset
    for raw in text.split("\n"):
        seen = raw.rstrip()
        lines.append(Line(seen, place, place + len(seen)))
        place += len(raw) + 1
    return lines


_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=4096)
def _fold_word(text: str) -> str:
    plain = text if text.isascii() else _without_accents(text)
    return " ".join(WORD.findall(plain.casefold()))


def _without_accents(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


def fold(text: str) -> str:
    """Letters and digits only, without accents, in lower case: the same words for a person."""
    if len(text) <= 200:
        return _fold_word(text)
    plain = text if text.isascii() else _without_accents(text)
    return " ".join(WORD.findall(plain.casefold()))


def unaccented(text: str) -> str:
    """The text with every letter without its accent, of the same length: places in it are places in the text."""
    return text if text.isascii() else _BEYOND_ASCII.sub(_base, text)


def _base(sign: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", sign[0])[0]


def ruler(text: str) -> bool:
    """Whether a line is only drawn: `---`, `____`, `====`."""
    return bool(_RULE.match(text))


def anchor(text: str) -> bool:
    """Whether a line only links to another place of the same page (a table of contents)."""
    return bool(_ANCHOR.match(text))


def unmarked(text: str) -> str:
    """A line without its Markdown: no heading marks, bullets, emphasis, code marks around the whole."""
    text = text.strip().lstrip("#>").strip()
    bullet = BULLET.match(text + " ") if text[:1] in "-•·▪●‣◦–+" or text[:2] == "* " else None
    text = text[bullet.end() :].strip() if bullet else text
    for mark in ("**", "__", "*", "_", "`"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            inner = text[len(mark) : -len(mark)]
            if mark not in inner:
                text = inner.strip()
    return text


def unquoted(text: str) -> str:
    """A title without the quotation marks that stand around the whole of it."""
    for left, right in ("«»", "“”", '""', "„“", "‘’"):
        if len(text) > 2 and text[0] == left and text[-1] == right:
            inner = text[1:-1]
            if left not in inner and right not in inner:
                return inner.strip(" \u00a0\u202f")
    return text


def paragraphs(lines: Iterable[Line]) -> list[list[Line]]:
    """Runs of lines between blank ones."""
    runs: list[list[Line]] = [[]]
    for line in lines:
        if not line.blank:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def apart(lines: Sequence[Line], text: str) -> Iterator[Line]:
    """These lines of the text, with a blank one where others stood between them: they are no sentence together."""
    end = lines[0].start if lines else 0
    for line in lines:
        if text[end : line.start].strip():
            yield Line("", line.start, line.start)
        yield line
        end = line.end


def outside(lines: Iterable[Line], taken: Iterable[Line]) -> list[Line]:
    """The lines that are not taken, and what stands behind one that is taken in part."""
    ends = {line.start: line.end for line in taken}
    left = []
    for line in lines:
        end = ends.get(line.start)
        if end is None:
            left.append(line)
        elif end < line.end:
            left.append(Line(line.text[end - line.end :], end, line.end))
    return left


def joined(lines: Iterable[Line]) -> str:
    """Lines that are one phrase, joined with spaces."""
    return " ".join(line.text.strip() for line in lines if not line.blank)


def rejoin(lines: Sequence[Line]) -> str:
    """The author's words with hard wraps undone; paragraphs and lists stay as they are."""
    width = max((len(line.text) for line in lines), default=0)
    out: list[list[str]] = []
    above = ""
    for line in lines:
        if out and not line.blank and above and _goes_on(above, line.text, width):
            out[-1].append(line.text.strip())
        elif not line.blank:
            out.append([line.text.strip() if not BULLET.match(line.text) else line.text])
        elif out and out[-1]:
            out.append([])
        above = line.text
    return "\n".join(" ".join(parts) for parts in out).strip("\n")


def _goes_on(above: str, below: str, width: int) -> bool:
    """Whether `below` is the wrapped rest of `above`."""
    if BULLET.match(below) or above.endswith("  "):
        return False
    first = below.lstrip()
    if first[:1].islower():
        return True
    word = first.split(" ", 1)[0]
    return 55 <= width <= _WRAPPED_AT_MOST and len(above) + len(word) + 1 > width - 3


def width(lines: Sequence[Line]) -> int | None:
    """The width at which a mail program wrapped the text; beyond any line where none did, None where unclear."""
    long = (line.text for line in lines if len(line.text) >= _WIDTH_AT_LEAST)
    lengths = [len(text) for text in long if max(map(len, text.split())) < _UNBROKEN]
    if not lengths:
        return None
    wrapped = [length for length in lengths if length <= _WRAPPED_AT_MOST]
    # A long address is never wrapped: a few long lines do not make a text one that is not.
    return max(wrapped) if len(wrapped) * 4 >= len(lengths) * 3 and len(wrapped) >= 2 else _UNWRAPPED


def words(text: str) -> int:
    """How many words a person would count."""
    return len(text.split())


def links(text: str) -> list[str]:
    """The web addresses in a text, once each, in order, without the punctuation of the sentence around."""
    found: dict[str, None] = {}
    for match in LINK.finditer(text):
        link = match[0]
        while link and (link[-1] in ".,;:!?*_" or (link[-1] in ")]" and _unopened(link))):
            link = link[:-1]
        cut = link.find("](")
        found[link[:cut] if cut > 0 else link] = None
    return list(found)


def _unopened(link: str) -> bool:
    closing = link[-1]
    return link.count(closing) > link.count("(" if closing == ")" else "[")
