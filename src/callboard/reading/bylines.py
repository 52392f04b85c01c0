"""Bylines: people on lines under no label, and what stands of them on the lines below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from callboard.reading import marks, people, vocabulary
from callboard.reading.clues import NOTHING_KNOWN, Around, names_only, names_organisation, nothing, presents
from callboard.reading.layout import fold, words
from callboard.reading.names import EMAIL, INITIALS, looks_like_name, same_person, tidy_name
from callboard.reading.pieces import cut, goes_on_with_people, without_by
from callboard.reading.result import SpeakerFound

_AT_MOST = 4000  # characters of a list of people
_PLACE_WORDS_AT_MOST = 20
_LINES_OF_ONE = 5  # of one person: their name, institution, address
_LINE_AT_MOST = 400  # characters of a line of people under no label
_WORDS_AT_MOST = 45


def beside(listed: str, lines: Sequence[str], *, placed: bool) -> int:
    """How many lines of a paragraph below a list of people say more of them: a legend, their institution, addresses.

    `placed` where the institution of somebody is known already.
    """
    whole = " ".join(line.strip() for line in lines)
    if not placed and (_institution(whole) or all(_institution(line) or _addresses(line) for line in lines)):
        return len(lines)
    explained = [marks.explains(line) or marks.borne(listed[:_AT_MOST], line) for line in lines]
    notes = [line for line, about in zip(lines, explained, strict=True) if about]
    legend = bool(notes) and marks.bears(listed[:_AT_MOST], notes)
    count = 0
    for line, about in zip(lines, explained, strict=True):
        goes_on = count > 0 and line[:1].islower()
        if not ((legend and (about or goes_on)) or _addresses(line) or _remark(line)):
            break
        count += 1
    return count


def count(lines: Sequence[str], sender: str | None) -> int:
    """How many lines, from one of people on, say who they are: further people, institutions, addresses, a legend."""
    last = 1
    while last < len(lines) and (
        line_of_people(lines[last], sender)
        or _addresses(lines[last])
        or (_institution(lines[last]) and goes_on_with_people(lines[last]))
    ):
        last += 1
    return last + beside("\n".join(lines[:last]), lines[last:], placed=True)


def another(lines: Sequence[str], *, placed: bool) -> int:
    """How many lines of a paragraph below a list of people are one more of them, with their institution below."""
    if not placed or not 2 <= len(lines) <= _LINES_OF_ONE or not looks_like_name(tidy_name(lines[0])):
        return 0
    rest = lines[1:]
    listed = all(_institution(line) or _addresses(line) or names_only(line) for line in rest)
    return len(lines) if listed and any(map(_institution, rest)) else 0


def _addresses(line: str) -> bool:
    """Whether a line holds only e-mail addresses."""
    return nothing(line) and EMAIL.search(line) is not None


def _institution(text: str) -> bool:
    """Whether a short line only names an institution."""
    tokens = text.split()
    return 0 < len(tokens) <= _PLACE_WORDS_AT_MOST and text[-1] not in ".!?:" and names_organisation(text)


def _remark(line: str) -> bool:
    """Whether a line explains a mark by a word: "* presenting author"."""
    found = marks.note(line)
    return found is not None and (presents(found[1]) or nothing(found[1]))


@lru_cache(maxsize=512)  # a signature is looked at from several sides
def line_of_people(text: str, sender: str | None) -> tuple[SpeakerFound, ...]:
    """The people on an unlabelled line; nothing where it does not look like a list of names."""
    text = without_by(text)
    sentence = text.rstrip().endswith((".", "!", "?", ":")) and not INITIALS.match(text.split()[-1])
    if len(text) > _LINE_AT_MOST or sentence or words(text) > _WORDS_AT_MOST:
        return ()
    text = text.strip(" *_-")
    pieces = cut(text, 0)
    if not pieces:
        return ()
    first = pieces[0]
    second = pieces[1] if len(pieces) > 1 else None
    if second is not None and text[first.end : second.start].strip() == ":" and second.text[:1].islower():
        return ()  # "Twelve drawers: an inventory"
    name = tidy_name(marks.at_end(first.text)[0])
    if f"{fold(name)} ".startswith(_greetings()):
        return ()  # "Hi Helen, could I ..."
    is_sender = same_person(name, sender)
    if not is_sender and not looks_like_name(name):
        return ()
    return people.parse(text, trusted=is_sender, around=known(sender))


def known(sender: str | None, address: str | None = None) -> Around:
    """What is known around a list when only the sender is."""
    return (
        Around((sender,) if sender else (), (address,) if address else ())
        if sender or address
        else NOTHING_KNOWN
    )


@cache
def _greetings() -> tuple[str, ...]:
    return tuple(f"{word} " for word in vocabulary.words("letter", "greetings"))
