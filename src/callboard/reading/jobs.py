"""What somebody does and for whom: "Engineer at Company", "doctorante au laboratoire X", "Head of Maps, Museum"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.clues import acronym, names_organisation
from callboard.reading.layout import fold
from callboard.reading.names import word_list

_JOB_AT_MOST = 5  # words of a job that is known by its last word


def plain(text: str) -> str:
    """The text without accents and in lower case, each character in its place."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", sign)[0].lower()[:1] for sign in text)


@cache
def _at() -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[\s(]))(?:(?:{vocabulary.either(word_list('at'))})(?:\s+|(?<=['’]))|@\s?)(?=\S)"
    )


@cache
def _of() -> re.Pattern[str]:
    return re.compile(rf"(?<=\s)(?:{vocabulary.either(word_list('of'))})(?:\s+|(?<=['’]))(?=\S)")


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(rf"(?:{vocabulary.either(word_list('lead_in'))})\s+(?=\S)")


def employer(text: str) -> tuple[str, str] | None:
    """The words before "at", "chez", "à l'", "@", and the institution behind them."""
    for start, end in at_words(text):
        place = bare_place(text[end:])
        if place:
            return text[:start].strip(" ,-–—("), place
    return None


def at_words(text: str) -> Iterator[tuple[int, int]]:
    """Where words like "at", "chez" and "à l'" stand in front of something; "a" without its accent is an article."""
    for match in _at().finditer(plain(text)):
        if match[0].strip() != "a" or text[match.start()] in "àÀ":
            yield match.span()


def bare_place(text: str) -> str:
    """An institution without the words that only say that it is one: "société Agripince", "the company X"."""
    text = text.strip(" \t,;.-–—*_|")
    while (match := _lead_in().match(plain(text))) is not None:
        text = text[match.end() :]
    return text


def is_job(text: str) -> bool:
    """Whether a phrase begins, or in a few words ends, as a job does and names no institution itself."""
    tokens = fold(text).split()
    if not tokens or acronym(text):
        return False
    if tokens[0] in word_list("roles"):
        return True
    return len(tokens) <= _JOB_AT_MOST and (tokens[-1] in word_list("jobs") or tokens[0] in word_list("jobs"))


def place_of(text: str) -> str | None:
    """The institution in a job: "Head of Maps at X", "Directrice du musée de Brenne"; None where none is named."""
    found = employer(text)
    if found:
        return found[1]
    for match in _of().finditer(plain(text)):
        place = text[match.end() :].strip(" .")
        named = place.split(",")[0]
        if names_organisation(named) and len(place.split()) > 1 and named != named.lower():
            return bare_place(place)
    return None
