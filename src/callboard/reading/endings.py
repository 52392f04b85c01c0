"""Where an author's text ends: what stands below it and around it in a mail.

Links, references, remarks, a biography, words to the organisers. Only whole paragraphs and sentences at the ends are
left out; what is between them is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callboard.reading import availability, letter, prose
from callboard.reading.layout import Line, joined, paragraphs, words

_SHORT = 40  # words of a paragraph on when somebody can come
_TEXT_AT_LEAST = 12  # words that are left of a paragraph whose last sentences are the letter's


@dataclass
class Text:
    """The author's text, and the biography that stood below it."""

    lines: list[Line]
    bio: list[Line] = field(default_factory=list)


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """The author's text without what stands around it: links, references, remarks, when they can come."""
    kept = _from_first(lines)
    while kept:
        last = _last(kept)
        if not last:
            return []
        if not _leaves(last, first=last[0] is kept[0]):
            break
        kept = kept[: kept.index(last[0])]
    return _until_last(kept)


def biography(lines: Sequence[Line]) -> list[Line]:
    """A biography without the paragraphs to the organisers below it."""
    kept = trimmed(lines)
    while (last := _last(kept)) and last[0] is not kept[0] and prose.aside(joined(last), about_self=False):
        kept = trimmed(kept[: kept.index(last[0])])
    return kept


def without_letter(lines: Sequence[Line], names: Iterable[str]) -> Text:
    """The text of somebody who writes a letter around it: without the paragraphs about them and to the organisers."""
    text = Text(trimmed(lines))
    known = [name for name in names if name]
    while True:
        last = _last(text.lines)
        if not last or last[0] is text.lines[0]:
            break
        said = joined(last)
        if prose.about_author(said, known):
            text.bio = [*last, *text.bio]
        elif not (prose.aside(said) or prose.personal(said)):
            break
        text.lines = trimmed(text.lines[: text.lines.index(last[0])])
    last = _last(text.lines)
    if last:
        at = text.lines.index(last[0])
        text.lines = [*text.lines[:at], *prose.without_tail(last, _TEXT_AT_LEAST)]
    return text


def _last(lines: Sequence[Line]) -> list[Line]:
    runs = paragraphs(lines)
    return runs[-1] if runs else []


def _from_first(lines: Sequence[Line]) -> list[Line]:
    kept = list(lines)
    while kept and (kept[0].blank or letter.greets(kept[0].text) or letter.only_links(kept[0].text)):
        kept.pop(0)
    return kept


def _until_last(kept: list[Line]) -> list[Line]:
    while kept and kept[-1].blank:
        kept.pop()
    return kept


def _leaves(run: Sequence[Line], *, first: bool) -> bool:
    """Whether a last paragraph is no part of the text."""
    text = joined(run)
    if letter.reference(run[0].text) or all(letter.only_links(line.text) for line in run):
        return True
    if first:
        return False
    return (
        letter.remark_on_marks(text)
        or letter.postscript(text)
        or (words(text) <= _SHORT and availability.speaks(text))
    )
