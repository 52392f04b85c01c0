"""A letter that offers several talks by their titles and says little more: "I would like to propose two talks:".

As many titles as are announced, one to a line, or in quotation marks in the same paragraph. Where the letter holds a
label, another title or a longer text, its list is a part of one talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from callboard.reading import lengths, letter, moments, promised, prose, title, vocabulary
from callboard.reading.document import Document
from callboard.reading.labels import Block, blocks, label_of
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, unquoted, words
from callboard.reading.names import looks_like_name, word_list
from callboard.reading.vocabulary import pattern

_NUMBERED = re.compile(r"[ \t]{0,9}(?:[1-9]|[A-D])\s?[).:/–-]{1,2}\s+(?=\S)")
_BESIDE = re.compile(r"\s?[(–—,:-]\s?([^(),:–—]{2,40})\)?$")  # "A title (20 min)", "A title - 20 min"
_SEGMENTS = re.compile(r"\s[–—-]\s|[,;:()]\s?")
_BRACKET = re.compile(r"\s?(\([^()]{2,60}\))")
_LETTER_AT_MOST = 45  # words beside the titles
_LENGTH_AT_MOST = 3  # words
_LEAST, _MOST = 2, 4


def talks(lines: Sequence[Line], document: Document) -> tuple[list[list[Line]], Document]:
    """The line of each title, and the document with what the letter says of all of them; none where none are listed."""
    lines = lines[: letter.end_of(lines, document.sender)]
    runs = paragraphs(lines)
    found = announcement(runs)
    if found is None:
        return [], document
    at, count = found
    titles, said = _quoted(runs[at], count)
    if not titles:
        titles, said = _below(runs[at], runs[at + 1 :], count)
    used = {line.start for line in (*titles, *runs[at])}
    others = [joined(one) for one in paragraphs(line for line in lines if line.start not in used)]
    if not titles or _more(titles, [said, *others]):
        return [], document
    return [[line] for line in titles], covered(document, [said, *others])


def covered(document: Document, said: Iterable[str]) -> Document:
    """The document with these paragraphs as its covering letter, each sentence in a paragraph of its own: that may say
    who takes part and nothing else."""
    told = (sentence for text in said for _, sentence in prose.sentences(text))
    return replace(document, cover="\n\n".join((document.cover, *told)))


def below_title(lines: list[Line]) -> list[Block]:
    """The blocks of one of those talks: "A title (20 min)" says its length, too."""
    first = lines[0]
    named, beside = _length_apart(first.text)
    cut = [Block("title", promised.OFFERED, (first._replace(text=named),))]
    if beside:
        cut.append(Block("duration", promised.OFFERED, (first._replace(text=beside),)))
    return [*cut, *blocks(lines[1:])]


def may_announce(text: str) -> bool:
    """Whether a text holds words for several talks, without which no paragraph of it offers any."""
    return pattern("intent", "talks").search(vocabulary.fold(text)) is not None


def announcement(runs: Sequence[Sequence[Line]]) -> tuple[int, int] | None:
    """Which of the paragraphs offers several talks, and how many: 0 where it says "several"."""
    for at, run in enumerate(runs):
        for _, sentence in prose.sentences(joined(run)):
            if (count := _offered(sentence)) is not None:
                return at, count
    return None


def _offered(sentence: str) -> int | None:
    """How many talks a sentence offers, or a few words at its beginning do; None for none."""
    plain = vocabulary.fold(sentence)
    said = pattern("intent", "talks").search(plain)
    if said is None or pattern("intent", "talks_not").search(plain):
        return None
    if said.start() > 0 and not pattern("intent", "offers_talks").search(plain):
        return None
    count = said[0].split()[0]
    number = int(count) if count.isdigit() else vocabulary.numbers("time", "numbers").get(count, 0)
    return number if _LEAST <= number <= _MOST else 0


def may_be(text: str) -> bool:
    """Whether a line of its own may be the title of a talk, and nothing else."""
    named = _length_apart(text)[0]
    if words(named) < _LEAST or not title.could_be(named) or text.endswith(".") or label_of(text):
        return False
    # "Ada Moreau: “A title”", "A title, Paul Noir", "A title (https://...)", "Monday in the morning": no mere title.
    if title.quoted(named) or "://" in named or moments.first(vocabulary.fold(named)):
        return False
    more = any(looks_like_name(part) or _says_length(part) for part in _SEGMENTS.split(named))
    return not more and _with().search(named.casefold()) is None


@cache
def _with() -> re.Pattern[str]:
    before = vocabulary.either(word_list("together") | word_list("by"))
    return re.compile(rf"[,;(–-]\s?(?:{before})\s")


def _length_apart(text: str) -> tuple[str, str]:
    """A title, and the length that stands behind it."""
    beside = _BESIDE.search(text)
    said = beside[1].strip() if beside else ""
    return (text[: beside.start()].rstrip(), said) if beside and _says_length(said) else (text, "")


def _says_length(text: str) -> bool:
    figure = any(sign.isdigit() for sign in text)
    return figure and words(text) <= _LENGTH_AT_MOST and lengths.minutes_of(text) is not None


def _more(titles: Sequence[Line], around: Sequence[str]) -> bool:
    """Whether the letter holds more than an offer of these and remarks on all of them: a label, another title, a text,
    what is said of the first."""
    if sum(map(words, around)) > _LETTER_AT_MOST or any(map(label_of, around)):
        return True
    said = [sentence for text in around for _, sentence in prose.sentences(text)]
    if any(not (_offered(one) is not None or letter.greets(one) or promised.remark(one)) for one in said):
        return True
    if not turns().keys().isdisjoint(fold(" ".join(around)).split()):
        return True
    known = {fold(line.text) for line in titles}
    return any(fold(inside) not in known for text in around for _, _, inside in title.quoted(text))


@cache
def turns() -> dict[str, int]:
    """Words that tell one of several talks from the others, with its place from 0 on: "first", "deuxième"."""
    return {
        word: turn
        for one in vocabulary.languages()
        for word, turn in vocabulary.places("intent", "turns", one).items()
    }


def _quoted(run: Sequence[Line], count: int) -> tuple[list[Line], str]:
    """As many titles in quotation marks as are announced, each with the brackets behind it; and the words around."""
    text = joined(run)
    found = title.quoted(text)
    if len(found) != count:
        return [], ""
    titles: list[Line] = []
    around, place = "", 0
    for start, end, inside in found:
        between = text[place:start]
        # "“A title”, by Ada Moreau, and “Another”" says of one what it does not say of the other.
        if titles and (words(between) > 1 or pattern("intent", "either").search(vocabulary.fold(between))):
            return [], ""
        bracket = _BRACKET.match(text, end)
        around += f"{between} "
        place = bracket.end() if bracket else end
        named = f"{inside} {bracket[1]}" if bracket else inside
        titles.append(Line(named, run[0].start, run[-1].end))
    return (titles, around + text[place:]) if all(may_be(line.text) for line in titles) else ([], "")


def _below(run: Sequence[Line], later: Sequence[Sequence[Line]], count: int) -> tuple[list[Line], str]:
    """The titles that stand below the announcement, in its own paragraph or in those behind; and what stands above."""
    ends = next((at for at, line in enumerate(run) if line.text.rstrip().endswith(":")), len(run) - 1)
    same, said = run[ends + 1 :], joined(run[: ends + 1])
    last = [sentence for _, sentence in prose.sentences(said)][-1:]
    if not any(_offered(sentence) is not None for sentence in last):
        return [], ""  # "I'd like to offer two workshops. I need:"
    listed = [*same, *(line for one in later for line in one)]
    marked = [line for line in listed if _mark(line.text)]
    if marked and marked == listed[: len(marked)] and _LEAST <= len(marked) <= (count or _MOST):
        return _titles(marked, count or len(marked)), said
    plain = same or (later[0] if later else [])
    return (_titles(plain, count), said) if said.endswith(":") and count else ([], "")


def _titles(lines: Sequence[Line], count: int) -> list[Line]:
    """These lines without their marks, where each may be a title, and they are as many."""
    found = [line._replace(text=unquoted(line.text[_mark(line.text) :].strip())) for line in lines]
    return found if len(found) == count and all(may_be(line.text) for line in found) else []


def _mark(text: str) -> int:
    """How long the bullet or the number is that a line begins with."""
    match = _NUMBERED.match(text) or BULLET.match(text)
    return match.end() if match else 0
