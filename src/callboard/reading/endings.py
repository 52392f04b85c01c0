"""Where an author's text ends: what stands below it and around it in a mail.

Links, references, remarks, a biography, words to the organisers. Only whole paragraphs and sentences at the ends are
left out; what is between them is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callboard.reading import availability, bylines, letter, mentions, prose, vocabulary
from callboard.reading.layout import Line, fold, joined, words

_WRAPPED_AT_MOST = 120  # characters of a line that a mail program wrapped
_LEAD_AT_MOST = 25  # words of a sentence that leads to a link
_BRIEF = 8  # words of one in which nobody speaks: "20 minutes would be enough."
_WANTED_AT_MOST = 10  # words before the names of those who should take part
_SHORT = 40  # words of a paragraph on when somebody can come
_TEXT_AT_LEAST = 12  # words that are left of a paragraph whose last sentences are the letter's


@dataclass
class Text:
    """The author's text, and the biography that stood below it."""

    lines: list[Line]
    bio: list[Line] = field(default_factory=list)


def trimmed(lines: Sequence[Line], *, inside: bool = False) -> list[Line]:
    """The author's text without what stands around it: links, references, remarks, when they can come.

    `inside` where the next label ends the text, so that no letter follows it.
    """
    start, end = _from_first(lines), len(lines)
    while True:
        end, last = _last(lines, start, end)
        if last == end:
            return []
        run = lines[last:end]
        if not _leaves(run, first=inside or last == start):
            return list(lines[start:end])
        linked = all(letter.only_links(line.text) for line in run)
        end = _without_lead(lines, start, last) if linked else last


def _without_lead(lines: Sequence[Line], start: int, end: int) -> int:
    """Where the lines end without a short paragraph that led to the links below: "The paper behind this is:"."""
    end, last = _last(lines, start, end)
    text = joined(lines[last:end])
    return last if last > start and text.endswith(":") and words(text) <= _LEAD_AT_MOST else end


def without_remarks(lines: Sequence[Line]) -> list[Line]:
    """A text above further fields without short paragraphs in which its author speaks to the organisers."""
    kept = list(lines)
    while kept:
        end, last = _last(kept, 0, len(kept))
        said = joined(kept[last:end])
        if not last or words(said) > (_SHORT if prose.spoken(said) else _BRIEF):
            break
        if not (prose.aside(said, about_self=False) or prose.says_length(said) or availability.speaks(said)):
            break
        kept = kept[:last]
    return _until_last(kept)


def biography(lines: Sequence[Line]) -> list[Line]:
    """A biography without the paragraphs to the organisers below it."""
    kept = trimmed(lines)
    while kept:
        _, last = _last(kept, 0, len(kept))
        if not last or not prose.aside(joined(kept[last:]), about_self=False):
            break
        kept = kept[:last]
    return _until_last(kept)


def without_letter(lines: Sequence[Line], names: Iterable[str], *, posted: bool = False) -> Text:
    """The text of somebody who writes a letter around it: without the paragraphs about them and to the organisers.

    `posted` on a list, where "I would like to hear what others do" is said to everybody.
    """
    known = [name for name in names if name]
    kept, bio = trimmed(lines), list[Line]()
    end, last = _last(kept, 0, len(kept))
    while last:
        said = joined(kept[last:end])
        about = prose.about_author(said, known)
        if about:
            bio = [*kept[last:end], *bio]
        elif not (
            mentions.credited(said)
            or _said_to_organisers(said, posted=posted)
            or _leaves(kept[last:end], first=False)
        ):
            break
        end, last = _last(kept, 0, last)
    return Text([*kept[:last], *prose.without_tail(kept[last:end], _TEXT_AT_LEAST, known)], bio)


def _said_to_organisers(text: str, *, posted: bool) -> bool:
    return prose.aside(text) or prose.says_length(text) or (not posted and prose.personal(text))


def _from_first(lines: Sequence[Line]) -> int:
    """Where the text begins below greetings and links."""
    for at, line in enumerate(lines):
        if not (line.blank or letter.greets(line.text) or letter.only_links(line.text)):
            return at
    return len(lines)


def _last(lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """Where the lines end without blank ones, and where their last paragraph begins."""
    while end > start and lines[end - 1].blank:
        end -= 1
    last = end
    while last > start and not lines[last - 1].blank and not (last < end and _whole(lines[last - 1])):
        last -= 1
    return end, last


def _whole(line: Line) -> bool:
    """Whether a line is a paragraph by itself, as in documents and on telephones: long, and a sentence ends it."""
    return len(line.text) > _WRAPPED_AT_MOST and line.text.rstrip(' »”"*_)')[-1:] in (".", "!", "?")


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
        or _names_wanted(text)
        or (words(text) <= _SHORT and availability.speaks(text))
    )


def _names_wanted(text: str) -> bool:
    """Whether a paragraph only says who should take part: "People who should be there: Ada Moreau, Karl Oder"."""
    lead, _, listed = text.partition(":")
    if words(lead) > _WANTED_AT_MOST or not vocabulary.any_of("letter", "wanted").search(fold(lead)):
        return False
    return len(bylines.line_of_people(listed.strip().rstrip("."), None)) > 1
