"""A talk that a letter offers by name, whether or not its abstract is there yet.

"Our society would like to propose a talk: “Title”. I'll send the abstract next week."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from callboard.reading import mentions, prose, title
from callboard.reading.endings import trimmed
from callboard.reading.layout import Line, joined, lines_of, paragraphs, words
from callboard.reading.vocabulary import either, fold, pattern
from callboard.reading.vocabulary import words as words_of

OFFERED = "offered by name"  # the rule of a title that a sentence offers a talk by
_OPENING = 800  # characters at the beginning of a long paragraph, which is an abstract but for them
_FIRST = 200  # of one below others
_LOOKED_AT = 4000  # characters of a letter; whoever offers a talk says so at once
_BEFORE = 200  # characters in front of a title that can offer it
_BEHIND = 40  # and behind it
_MESSAGE_AT_MOST = 60  # words of a message that is written in one breath
_LETTER_AT_MOST = 40  # words of a letter that says that its abstract follows
_WHO_AT_MOST = 6  # words beside the people in a sentence that says who takes part
_CLAUSE = re.compile(r"[.!?,;:]")
_TEXT_AT_LEAST = 20  # words of a text behind its title, in one paragraph
_SAID = re.compile(
    r"\s?[»”\"*_]{0,3}\s?(?:[.:!]|(?P<same>[,–—-]))\s{1,3}"
)  # what ends the sentence behind a title
_ENDED = re.compile(r"[.!?](?=\s)")


def may_offer(text: str) -> bool:
    """Whether a sentence of a text may offer a talk by its title: it has the words for it, around the title perhaps."""
    folded = fold(text)
    if any(pattern("intent", key).search(folded) for key in ("offer", "eager", "names")):
        return True
    # "Ich würde gerne „...“ vortragen": the verb stands behind the title.
    return any(_offered(joined(run)[:_LOOKED_AT]) for run in paragraphs(lines_of(text)))


def offered(lines: Sequence[Line]) -> tuple[str, list[Line]] | None:
    """The title that a sentence offers a talk by, and the paragraph which that sentence stands in."""
    looked_at = 0
    for run in paragraphs(lines):
        text = joined(run)
        long = words(text) > _MESSAGE_AT_MOST
        looked = _FIRST if long and looked_at else _OPENING if long else _LOOKED_AT
        if found := _offered(text[:looked]):
            return found, run
        looked_at += len(text)
        if looked_at > _LOOKED_AT:
            break
    return None


def parted(body: list[Line], named: str, run: list[Line]) -> tuple[str, list[Line]]:
    """What a letter says in the paragraph `run`, which offers a talk by its title; and the text that is left."""
    above, below = body[: body.index(run[0])], body[body.index(run[-1]) + 1 :]
    if text := _behind(named, run):
        return joined(run).partition(named)[0], [*text, *below]
    if words(joined(run)) > _MESSAGE_AT_MOST:
        return "", body
    return "\n".join(line.text for line in run), trimmed(max(below, above, key=_count))


def _count(lines: Sequence[Line]) -> int:
    return sum(words(line.text) for line in lines)


def _behind(named: str, run: list[Line]) -> list[Line]:
    """What a paragraph goes on with behind the sentence that names the talk, where it is a text of some length."""
    text = joined(run)
    at = text.find(named)
    ended = _SAID.match(text, at + len(named)) if at >= 0 else None
    left = text[ended.end() :] if ended else ""
    # "“A title”, a look at ..." tells what it is; "“A title”, which you may have heard" goes on with the letter.
    if ended is None or words(left) < _TEXT_AT_LEAST or (ended["same"] and _goes_on(left)):
        return []
    return prose.later(run, ended.end())


def _goes_on(left: str) -> bool:
    """Whether the letter goes on behind a dash; "you pluck a string" is said to everybody."""
    return prose.between_people(left) or bool(pattern("intent", "offer").search(fold(left)))


def _offered(text: str) -> str | None:
    for start, end, inside in title.quoted(text):
        if _offers(text, start, end) or _names(text, start):
            return title.tidy(inside)
    plain = title.introduced_plainly(text)
    at = text.find(plain) if plain else -1
    if plain and _offers(text, at, at + len(plain)):
        return plain
    labelled = _labelled(text)
    return labelled if labelled and pattern("intent", "offer").search(fold(text)) else None


def _labelled(text: str) -> str | None:
    """The title behind such a word within a short message: "... 20 min. title: old tides. abstract later"."""
    match = _title_word().search(text) if words(text) <= _MESSAGE_AT_MOST else None
    return title.tidy(match[1]) if match and words(match[1]) >= 2 and title.could_be(match[1]) else None


@cache
def _title_word() -> re.Pattern[str]:
    """Without a colon, "title and abstract are below" is none."""
    word, on = either(words_of("title", "word")), either(words_of("title", "goes_on"))
    return re.compile(
        rf"(?:^|[.!?,;]\s{{1,3}})(?:{word})(?:\s?:\s{{0,2}}|\s(?!(?:{on})\s))([^.!?:\n]{{4,150}})",
        re.IGNORECASE,
    )


def _names(text: str, at: int) -> bool:
    """Whether a short paragraph only says what the talk is called: "the title would be “…”"."""
    said = fold(_ENDED.split(text[max(0, at - _BEFORE) : at])[-1])
    return bool(pattern("intent", "names").search(said)) and words(text) <= _MESSAGE_AT_MOST


def _offers(text: str, start: int, end: int) -> bool:
    """Whether the sentence around a title offers a talk; the verb may stand behind it, as in German."""
    before = fold(_ENDED.split(text[max(0, start - _BEFORE) : start])[-1])
    behind = fold(_CLAUSE.split(text[end : end + _BEHIND])[0])
    if pattern("intent", "offer").search(f"{before} {behind}"):
        return True
    return bool(pattern("intent", "eager").search(before)) and follows(text)


def only_letter(body: Sequence[Line], written: Sequence[Line], *, titled: bool) -> bool:
    """Whether the free text is a letter that asks something or puts its abstract off, rather than the abstract.

    `titled` where the talk has its title: else "a talk of 20 minutes on hedges" tells what it is about.
    """
    text = joined(body)
    if prose.inquires(text):
        return True
    if words(text) > _LETTER_AT_MOST:
        return False
    if follows(text) or (titled and all(map(remarks, paragraphs(body)))):
        return True
    return bool(pattern("intent", "offer").search(fold(text))) and follows(joined(written))


def remarks(run: Sequence[Line]) -> bool:
    """Whether every sentence of a paragraph is said to the organisers, of whoever writes, or of who else speaks."""
    return all(remark(sentence) for _, sentence in prose.sentences(joined(run)))


def remark(sentence: str) -> bool:
    """Whether a sentence tells nothing of what is proposed: "I am free on Monday.", "Paul Noir would join me."."""
    if pattern("letter", "tells_what").search(fold(sentence)):
        return False  # "My talk is about eels.", "I work on a tool that ..."
    return prose.to_organisers(sentence) or prose.tells_only_self(sentence) or _says_who(sentence)


def _says_who(sentence: str) -> bool:
    """Whether a sentence hardly says more than who takes part: "Paul Noir would present it with me."."""
    presenting = mentions.presenting(sentence)
    if "," in sentence and not presenting:
        return False  # "With Paul Noir, we built ..."
    named = mentions.credited(sentence) or presenting or mentions.offering_with(sentence)
    who = sum(words(one.name) + words(one.affiliation or "") for one in named)
    return bool(named) and words(sentence) - who <= _WHO_AT_MOST


def follows(text: str) -> bool:
    """Whether a letter says that the abstract comes later."""
    return bool(pattern("intent", "follows").search(fold(text[:_LOOKED_AT])))
