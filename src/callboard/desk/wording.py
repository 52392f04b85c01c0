"""Strangers' words made fit for a letter: on one line, shortened, folded at 72 columns.

Pure functions on text. What the letters say is in the templates.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable

from babel.lists import format_list

LONGEST = 100_000  # characters of a stranger's text that are looked at
COLUMNS = 72  # of the text part: RFC 3676, section 4.2, asks for less than 78
# Directional overrides and embeddings turn the words around them; plain marks (LRM, RLM) stay.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
SENTENCE_END = re.compile(r"[.!?…][»”\")\]]*(?=\s+[«“\"(\[]?[^\W\d_a-zà-ÿ])")
# A short label and the blanks after it, a bullet, or just the indentation of a line.
TABULAR = re.compile(r" *\S(?: ?\S){0,30} {2,}(?=\S)| *(?:[-–•] )?")


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and directional overrides; its lines stay."""
    lines = text.replace("\t", " ").splitlines()
    return "\n".join(line if line.isprintable() else _cleaned(line) for line in lines)


def _cleaned(line: str) -> str:
    return "".join(c for c in line if _is_harmless(c))


def _is_harmless(character: str) -> bool:
    return character.isprintable() or character == " " or _is_mark(character)


def _is_mark(character: str) -> bool:
    # Spaces of all widths (Zs) and joiners (Cf) are "not printable" for Python and part of many scripts.
    return unicodedata.category(character) in ("Zs", "Cf") and character not in TURNING


def one_line(text: str, most: int | None = None) -> str:
    """The text on one line, blanks collapsed (no-break spaces stay), at most so many characters."""
    line = re.sub(r"[ \n]+", " ", clean(text[:LONGEST])).strip()
    return line if most is None else clip(line, most)


def clip(line: str, most: int) -> str:
    """The line, cut at a blank and ended with an ellipsis where it is longer than `most` characters."""
    if len(line) <= most:
        return line
    head = line[: most - 1]
    at_blank = head.rpartition(" ")[0]
    return (at_blank if len(at_blank) > most // 2 else head).rstrip(" ,;:.-–") + "…"


def paragraphs(text: str) -> str:
    """Several paragraphs, each on one line, one empty line between them."""
    found = (one_line(p) for p in re.split(r"\n[ \t]*\n\s*", clean(text)))
    return "\n\n".join(p for p in found if p)


def shorten(text: str, most: int) -> str:
    """The paragraphs, cut after the last whole sentence within `most` characters, marked `[…]` or, where
    the cut is inside a sentence, with an ellipsis."""
    whole = paragraphs(text[: 20 * most])
    if len(whole) <= most:
        return whole
    head = whole[: most + 1]
    ends = [m.end() for m in SENTENCE_END.finditer(head)]
    if ends and ends[-1] > most // 3:
        return head[: ends[-1]].rstrip() + " […]"
    return clip(head, most)


def first_sentence(text: str, most: int) -> str:
    """The first sentence on one line, at most so many characters."""
    line = one_line(text[: 4 * most])
    # An end within the first words is an abbreviation or an initial, not a sentence.
    end = next((m.end() for m in SENTENCE_END.finditer(line) if m.end() > 25), None)
    return clip(line[:end], most)


def around_difference(text: str, other: str, most: int) -> str:
    """`text` shortened so that the place where it begins to differ from `other` is in what is left."""
    mine, theirs = paragraphs(text[:LONGEST]), paragraphs(other[:LONGEST])
    common = next(
        (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
    )
    if common < most // 2 or len(mine) <= most:
        return shorten(mine, most)
    ends = [m.end() for m in SENTENCE_END.finditer(mine[:common])]
    start = (
        ends[-1]
        if ends and common - ends[-1] < most // 2
        else mine.rfind(" ", 0, max(common - most // 4, 1)) + 1
    )
    return "[…] " + shorten(mine[start:].lstrip(), most)


def listed(names: Iterable[str], language: str) -> str:
    """« A, B et C », "A, B and C"."""
    return format_list(list(names), locale="en_GB" if language == "en" else language)


def fold(text: str) -> str:
    """The text part laid out: long lines folded at 72 columns under their own indentation, or under the
    value where a label stands before it; never more than one empty line; one newline at the end."""
    folded = "\n".join(_fold_line(line.rstrip()) for line in text.strip("\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", folded) + "\n"


def _fold_line(line: str) -> str:
    if len(line) <= COLUMNS:
        return line
    prefix = TABULAR.match(line)
    width = min(prefix.end() if prefix else 0, COLUMNS // 2)
    return textwrap.fill(
        line,
        COLUMNS,
        subsequent_indent=" " * width,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
