"""What stands under headings that name no field of their own: a title, the longest run of lines, a whole page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from callboard.reading import bylines, prose, title
from callboard.reading.document import Document, source_of
from callboard.reading.fields import BRACKETS
from callboard.reading.labels import Block
from callboard.reading.layout import Line, joined, outside, paragraphs, unmarked, words
from callboard.reading.lengths import without_length
from callboard.reading.result import Source

_REGION_AT_LEAST = 40  # words of a text that goes on below a heading


def headed(cut: Sequence[Block]) -> list[Block]:
    """The blocks; what stands below the heading "Proposition de communication" of a page has none of its own.

    Only where another heading says which text is the abstract.
    """
    cut = list(map(_opened, cut))
    texts = [block for block in cut if block.field == "abstract" and block.heading is not None]
    above = [block for block in texts if block.rule == "heading" and title.ambiguous(name_of(block))]
    if len(above) == len(texts):
        return list(cut)
    return [replace(block, field="", rule="", heading=None) if block in above else block for block in cut]


def _opened(block: Block) -> Block:
    """A block without its label where that only announces what is below: "Proposition :", a title, its authors."""
    if block.rule != "label" or block.field != "abstract" or block.heading is None:
        return block
    label = BRACKETS.sub("", name_of(block))
    alone = block.heading.text.rstrip().endswith(":") and block.heading not in block.lines
    if not (alone and title.ambiguous(label)):
        return block
    first = next(iter(paragraphs(block.lines)), [])
    titled = len(first) > 1 and title.could_be(first[0].text) and bylines.line_of_people(first[1].text, None)
    if not titled:
        return block
    return replace(block, field="", rule="", heading=None, lines=(block.heading, *block.lines))


def name_of(block: Block) -> str:
    """The words of a block's heading."""
    return re.split(r"[:\t]", block.heading.text)[0] if block.heading else ""


def title_in_subject(document: Document, known: Sequence[str]) -> str | None:
    """The title in the subject, without how long the talk is; `known` are names that are no talk's."""
    return title.from_subject(without_length(document.subject), known)


def heading_title(cut: Sequence[Block], document: Document) -> tuple[str, Source] | None:
    """The first Markdown heading that names a talk rather than a part of a form."""
    for block in cut:
        if block.field != "heading" or block.heading is None:
            continue
        text = unmarked(block.heading.text)
        if title.could_be(text) and not title.generic(text.split(" - ")[0], frozenset()):
            named = title.tidy(text)
            return (named, source_of(document, "heading", [block.heading])) if named else None
    return None


def longest(cut: Sequence[Block]) -> list[Line]:
    """The longest run of lines under no label, headings within it included."""
    best, run = list[Line](), list[Line]()
    most = size = 0  # words of each
    for block in cut:
        plain = block.field in ("", "heading", "paper") and not block.cut
        goes_on = plain and (not block.field or size >= _REGION_AT_LEAST)
        if not plain and size > most:
            best, most = run, size
        if not goes_on:
            run, size = [], 0
        below = _with_heading(block) if goes_on else [] if block.field and not plain else block.lines
        run += below
        size += count_words(below)
    return run if size > most else best


def free(lines: Sequence[Line], body: Sequence[Line]) -> list[Line]:
    """The lines outside the abstract; of the one in which it ends only a few words that say a length."""
    whole = {line.start for line in lines}
    left = outside(lines, body)
    cut = next((at for at, line in enumerate(left) if line.start not in whole), None)
    if cut is not None and not prose.says_length(joined(paragraphs(left[cut:])[0])):
        left.pop(cut)
    return left


def _with_heading(block: Block) -> list[Line]:
    """A block's lines below the line of its heading, which may hold the first of them: "Methods: we ..."."""
    if block.heading is None:
        return list(block.lines)
    return [block.heading, *(line for line in block.lines if line.end > block.heading.end)]


def count_words(lines: Sequence[Line]) -> int:
    """The words of some lines."""
    return sum(words(line.text) for line in lines)
