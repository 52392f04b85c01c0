"""Several talks in one mail: each under a title label of its own, or numbered, set off or listed where several are
announced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, takewhile
from typing import NamedTuple

from callboard.reading import promised, prose, title, titlelist, vocabulary
from callboard.reading.document import Document
from callboard.reading.labels import Block, blocks, field_named, label_of
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, unmarked, unquoted, words

Cut = Callable[[list[Line]], list[Block]]

_NUMBERED = re.compile(
    r"\s{0,6}(?:[^\W\d_]{3,12}\s)?(?:n(?:r\.|\.?[°º]|\s°)\s?)?([1-9]|[A-D])\s?[).:/–-]{1,2}\s+(\S.*)"
)
_TALKS_AT_MOST = 20  # in one mail
_TALK_AT_LEAST = 12  # words of one of several talks
_LETTER_AT_MOST = 40  # words above several talks
_ORDINAL = re.compile(r"\s{0,6}(\w{3,12})(?:\s(\w{3,14}))?\s?[:–-]{1,2}\s+(\S.*)")  # "First talk: ..."


class Talks(NamedTuple):
    """The lines of each talk of a text, what cuts them into blocks, and what is known of all of them."""

    parts: list[list[Line]]
    cut_up: Cut
    document: Document


def talks(lines: list[Line], document: Document) -> Talks:
    """The lines of each talk, and what cuts them into blocks; and the document with what is said of all of them."""
    parts = _cut(lines, _starts(lines, document))
    if len(parts) > 1:
        return Talks(parts, _renumbered, document)
    if document.posted or not titlelist.may_announce(document.text):
        return Talks([lines], blocks, document)
    plain, of_all = _titles_above_texts(lines)
    shared, titles = ({line.start for line in run} for run in (chain(*of_all), plain))
    own = [line for line in lines if line.start not in shared]
    parts = _cut(own, [at for at, line in enumerate(own) if line.start in titles])
    if len(parts) > 1:
        return Talks(parts, titlelist.below_title, titlelist.covered(document, map(joined, of_all)))
    listed, document = titlelist.talks(lines, document)
    return Talks(listed, titlelist.below_title, document) if listed else Talks([lines], blocks, document)


def _starts(lines: list[Line], document: Document) -> list[int]:
    """Where talks begin with repeated title labels, or with titles that are numbered or set off where announced."""
    return (
        _labelled_titles(lines)
        or _numbered_titles(lines, document)
        or _titles_in_order(lines)
        or _quoted_items(lines, document)
        or _titles_set_off(lines, document)
    )


def _cut(lines: list[Line], starts: list[int]) -> list[list[Line]]:
    """The lines cut at these places; the whole of them where one of the parts would be too short."""
    starts = starts[:_TALKS_AT_MOST]  # each is read with the whole letter around it
    if len(starts) < 2:
        return [lines]
    ends = [*starts[1:], len(lines)]
    groups = [lines[start:end] for start, end in zip(starts, ends, strict=True)]
    long = all(sum(words(line.text) for line in group) >= _TALK_AT_LEAST for group in groups)
    return groups if long else [lines]


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


def _titles_in_order(lines: Sequence[Line]) -> list[int]:
    """Where each talk begins with its turn: "First talk: A title", "Deuxième exposé : Un titre"."""
    starts: list[int] = []
    for at, line in enumerate(lines):
        turn = _turn(line.text)
        if turn is not None and turn[0] == len(starts):
            starts.append(at)
    if len(starts) < 2:
        return []
    above = lines[: starts[0]]
    letter = sum(words(line.text) for line in above) <= _LETTER_AT_MOST
    labelled = any((label := label_of(line.text)) and label.field in ("title", "abstract") for line in above)
    announced = _announces_several(" ".join(line.text for line in above))
    return starts if announced or (letter and not labelled and _turn_named(lines[starts[0]].text)) else []


def _turn_named(text: str) -> bool:
    """Whether the line says whose turn it is: "First talk", not "First" or "First step" in an outline."""
    match = _ORDINAL.match(text[:400])
    return bool(match and match[2])


def _turn(text: str) -> tuple[int, int] | None:
    """The turn that a line gives a talk, from 0 on, and where the talk's title begins."""
    match = _ORDINAL.match(text[:400])
    if match is None or (match[2] and not vocabulary.pattern("intent", "talk").fullmatch(fold(match[2]))):
        return None
    turn = titlelist.turns().get(fold(match[1]))
    return (turn, match.start(3)) if turn is not None and title.could_be(match[3]) else None


def _titles_set_off(lines: Sequence[Line], document: Document) -> list[int]:
    """Where each talk begins with a line of its own in bold or in quotation marks."""
    runs = paragraphs(lines)
    at = {line.start: at for at, line in enumerate(lines)}
    set_off = [run[0] for run in runs if _is_set_off(run[0].text, document)]
    # Under each talk the same heading may stand: "Who it is for".
    times = Counter(fold(line.text) for line in set_off)
    starts = [at[line.start] for line in set_off if times[fold(line.text)] == 1]
    # A post to a list has "several topics", and its parts have headings.
    if len(starts) < 2 or document.posted:
        return []
    above = " ".join(line.text for line in lines[: starts[0]])
    return starts if _announces_several(f"{document.subject} {above}") else []


def _titles_above_texts(lines: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
    """The lines that stand as titles above a paragraph each, as many as announced right above the first; and the
    paragraphs of the letter above and below, which speak of all of them."""
    if any((label := label_of(line.text)) and label.field in ("title", "abstract") for line in lines):
        return [], []
    runs = paragraphs(lines)
    place, count = titlelist.announcement(runs) or (0, 0)
    talks = runs[place + 1 : place + 1 + 2 * count]
    if count == 0 or len(talks) < 2 * count or any(title.quoted(joined(run)) for run in runs[: place + 1]):
        return [], []
    above, below = talks[::2], talks[1::2]
    titled = all(len(run) == 1 and titlelist.may_be(run[0].text) for run in above)
    told = all(sum(words(line.text) for line in run) >= _TALK_AT_LEAST for run in below)
    if not titled or not told or any(prose.practical(joined(run)) for run in below):
        return [], []
    remarks = takewhile(promised.remarks, runs[place + 1 + 2 * count :])
    return [run[0] for run in above], [*runs[: place + 1], *remarks]


def _is_set_off(text: str, document: Document) -> bool:
    """Whether a line is in bold or in quotation marks, and could be a title; "**About the speaker**" is a label."""
    if BULLET.match(text) or text.lstrip().startswith("#"):
        return False
    bare = unquoted(unmarked(text))
    emphasised = any(fold(text) == fold(one) for one in document.emphasised)
    if not (emphasised or bare != text.strip()) or words(bare) < 2 or not title.could_be(bare):
        return False
    return label_of(text) is None and field_named(bare) is None


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


def _renumbered(lines: list[Line]) -> list[Block]:
    """Blocks of one of several talks, its number taken off its title."""
    first = lines[0]
    shift, label = _title_at(first.text), label_of(first.text)
    if shift is None or (label and label.field == "title"):
        return blocks(lines)
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


def _title_at(text: str) -> int | None:
    """Where the title begins in the first line of a talk; None where the line is no title that is set off."""
    if match := _NUMBERED.match(text):
        return match.start(2)
    if turn := _turn(text):
        return turn[1]
    item = _item(text)
    return item if item is not None or unmarked(text) == text.strip() else 0
