"""A letter that offers several talks by their titles and says little more: "I would like to propose two talks:".

As many titles as are announced, one to a line, or in quotation marks in the same paragraph. Where the letter holds a
label, another title or a longer text, its list is a part of one talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from callboard.reading import lengths, letter, promised, prose, title, vocabulary
from callboard.reading.document import Document
from callboard.reading.labels import Block, blocks, label_of
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, unquoted, words
from callboard.reading.names import word_list
from callboard.reading.vocabulary import pattern

_NUMBERED = re.compile(r"[ \t]{0,9}(?:[1-9]|[A-D])\s?[).:/–-]{1,2}\s+(?=\S)")
_BESIDE = re.compile(r"\s?[(–—,-]\s?([^(),–—]{2,40})\)?$")  # "A title (20 min)", "A title - 20 min"
_BRACKET = re.compile(r"\s?(\([^()]{2,60}\))")
_LETTER_AT_MOST = 45  # words beside the titles
_LEAST, _MOST = 2, 4


def talks(lines: Sequence[Line], document: Document) -> tuple[list[list[Line]], Document]:
    """The line of each title, and the document with what the letter says of all of them; none where none are listed."""
    lines = lines[: letter.end_of(lines, document.sender)]
    runs = paragraphs(lines)
    for at, run in enumerate(runs):
        count = announced(run)
        if count is None:
            continue
        titles, said = _quoted(run, count)
        if not titles:
            titles, said = _below(run, runs[at + 1 :], count), joined(run)
        used = {line.start for line in titles} | {line.start for line in run}
        others = [line.text for line in lines if line.start not in used]
        if not titles or _more(titles, said, others):
            break
        around = "\n".join((document.cover, said, *others))
        return [[line] for line in titles], replace(document, cover=around)
    return [], document


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


def announced(run: Sequence[Line]) -> int | None:
    """How many talks a paragraph offers in a sentence, or in a few words; 0 for "several", None for none."""
    for _, sentence in prose.sentences(joined(run)):
        plain = vocabulary.fold(sentence)
        said = pattern("intent", "talks").search(plain)
        if said is None or pattern("intent", "talks_not").search(plain):
            continue
        if said.start() > 0 and not pattern("intent", "offers_talks").search(plain):
            continue
        count = said[0].split()[0]
        number = int(count) if count.isdigit() else vocabulary.numbers("time", "numbers").get(count, 0)
        return number if _LEAST <= number <= _MOST else 0
    return None


def may_be(text: str) -> bool:
    """Whether a line of its own may be the title of a talk, and nothing else."""
    named = _length_apart(text)[0]
    if words(named) < _LEAST or not title.could_be(named) or text.endswith(".") or label_of(text):
        return False
    # "Ada Moreau: “A title”", "A title, with Paul Noir", "A title (https://...)": more than a title.
    more = title.quoted(named) or "://" in named or re.search(r"\([^()]*\)$", named)
    return not more and _with().search(named.casefold()) is None


@cache
def _with() -> re.Pattern[str]:
    return re.compile(rf"[,;(–-]\s?(?:{vocabulary.either(word_list('together'))})\s")


def _length_apart(text: str) -> tuple[str, str]:
    """A title, and the length that stands behind it."""
    beside = _BESIDE.search(text)
    said = beside[1].strip() if beside else ""
    if beside and any(sign.isdigit() for sign in said) and lengths.minutes_of(said) and words(said) <= 3:
        return text[: beside.start()].rstrip(), said
    return text, ""


def _more(titles: Sequence[Line], said: str, others: Sequence[str]) -> bool:
    """Whether the letter holds more than an offer of these: a label, another title, a text."""
    around = [*said.split("\n"), *others]
    if sum(map(words, around)) > _LETTER_AT_MOST or any(map(label_of, around)):
        return True
    known = {fold(line.text) for line in titles}
    return any(fold(inside) not in known for text in around for _, _, inside in title.quoted(text))


def _quoted(run: Sequence[Line], count: int) -> tuple[list[Line], str]:
    """As many titles in quotation marks as are announced, each with the brackets behind it; and the words around."""
    text = joined(run)
    found = title.quoted(text)
    either = pattern("intent", "either")
    between = [text[one[1] : two[0]] for one, two in pairwise(found)]
    if len(found) != count or any(either.search(vocabulary.fold(words_)) for words_ in between):
        return [], ""
    titles, around, place = [], "", 0
    for number, (start, end, inside) in enumerate(found):
        bracket = _BRACKET.match(text, end)
        around += f"{text[place:start]} "
        place = bracket.end() if bracket else end
        named = f"{inside} {bracket[1]}" if bracket else inside
        titles.append(Line(named, run[0].start + number, run[-1].end))
    return (titles, around + text[place:]) if all(may_be(line.text) for line in titles) else ([], "")


def _below(run: Sequence[Line], later: Sequence[Sequence[Line]], count: int) -> list[Line]:
    """The titles that stand below the announcement, in its own paragraph or in those behind."""
    ends = next((at for at, line in enumerate(run) if line.text.rstrip().endswith(":")), len(run) - 1)
    same, colon = run[ends + 1 :], run[ends].text.rstrip().endswith(":")
    listed = [*same, *(line for one in later for line in one)]
    marked = [line for line in listed if _mark(line.text)]
    if marked and marked == listed[: len(marked)] and _LEAST <= len(marked) <= (count or _MOST):
        return _titles(marked, count or len(marked))
    plain = same or (later[0] if later else [])
    return _titles(plain, count) if colon and count else []


def _titles(lines: Sequence[Line], count: int) -> list[Line]:
    """These lines without their marks, where each may be a title, and they are as many."""
    found = [line._replace(text=unquoted(line.text[_mark(line.text) :].strip())) for line in lines]
    return found if len(found) == count and all(may_be(line.text) for line in found) else []


def _mark(text: str) -> int:
    """How long the bullet or the number is that a line begins with."""
    match = _NUMBERED.match(text) or BULLET.match(text)
    return match.end() if match else 0
