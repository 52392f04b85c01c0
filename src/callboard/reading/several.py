"""Several talks in one mail: each under a title label of its own, or numbered where several are announced."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard.reading import prose, title, vocabulary
from callboard.reading.document import Document
from callboard.reading.labels import Block, blocks, label_of
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, words

_NUMBERED = re.compile(
    r"\s{0,6}(?:[^\W\d_]{3,12}\s)?(?:n(?:r\.|\.?[°º]|\s°)\s?)?([1-9]|[A-D])\s?[).:/–-]{1,2}\s+(\S.*)"
)


def groups(lines: list[Line], document: Document) -> list[list[Line]]:
    """The lines of each talk: cut at repeated title labels, or at numbered titles where announced."""
    starts = _labelled_titles(lines) or _numbered_titles(lines, document) or _quoted_items(lines, document)
    if len(starts) < 2:
        return [lines]
    ends = [*starts[1:], len(lines)]
    groups = [lines[start:end] for start, end in zip(starts, ends, strict=True)]
    return groups if all(sum(words(line.text) for line in group) >= 12 for group in groups) else [lines]


def _labelled_titles(lines: Sequence[Line]) -> list[int]:
    """Where each talk begins when every one has its own "Title:"; a title in two languages is one talk."""
    found = [
        (at, label)
        for at, line in enumerate(lines)
        if (label := label_of(line.text)) and label.field == "title"
    ]
    written = {fold(re.split(r"[:\t=]", lines[at].text)[0]) for at, _ in found}
    if len(found) < 2 or len({label.rule for _, label in found}) > 1:
        return []
    numbered = {re.sub(r"\d", "", words_) for words_ in written}
    return [at for at, _ in found] if len(numbered) == 1 else []


def _numbered_titles(lines: Sequence[Line], document: Document) -> list[int]:
    starts: list[int] = []
    for at, line in enumerate(lines):
        match = _NUMBERED.match(line.text[:400])
        expected = "123456789"[len(starts) : len(starts) + 1]
        if (
            match
            and match[1] in (expected, "ABCD"[len(starts) : len(starts) + 1])
            and title.could_be(match[2])
        ):
            starts.append(at)
    if len(starts) < 2:
        return []
    above = " ".join(line.text for line in lines[: starts[0]])
    return starts if _announces_several(f"{document.subject} {above}") else []


def _quoted_items(lines: Sequence[Line], document: Document) -> list[int]:
    """Where each item of a list begins with a title in quotation marks: "- “A title”: what it is about"."""
    starts = [at for at, line in enumerate(lines) if _item(line.text) is not None]
    if len(starts) < 2:
        return []
    above = " ".join(line.text for line in lines[: starts[0]])
    return starts if _announces_several(f"{document.subject} {above}") else []


def _item(text: str) -> int | None:
    """Where the title begins in a line that is an item of a list and begins with a title in quotation marks."""
    bullet = BULLET.match(text)
    if bullet is None:
        return None
    return bullet.end() if any(start == 0 for start, _, _ in title.quoted(text[bullet.end() :])) else None


def _announces_several(text: str) -> bool:
    """Whether words announce more than one talk: "deux propositions", "two talks"."""
    return bool(vocabulary.pattern("intent", "several").search(vocabulary.fold(text)))


def renumbered(lines: list[Line]) -> list[Block]:
    """Blocks of one of several talks, its number taken off its title."""
    first = lines[0]
    match, label, item = _NUMBERED.match(first.text), label_of(first.text), _item(first.text)
    if (match is None and item is None) or (label and label.field == "title"):
        return blocks(lines)
    shift = match.start(2) if match else item or 0
    heading = Line(first.text[shift:], first.start + shift, first.end)
    top = paragraphs([heading, *lines[1:]])[0]
    text = joined(top)
    quoted = next((end for start, end, _ in title.quoted(text) if start <= 1), 0)
    if quoted:
        # «Title», Name (Laboratory): what follows the title stands under it.
        rest = prose.later(top, quoted)
        below = [line for line in lines[1:] if line.start > top[-1].start]
        named = Line(text[:quoted].strip(), heading.start, heading.end)
        return [Block("title", "numbered line", (named,)), *blocks([*rest, *below])]
    return [Block("title", "numbered line", (heading,)), *blocks(lines[1:])]
