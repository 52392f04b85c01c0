"""What somebody does and for whom: "Engineer at Company", "doctorante au laboratoire X", "Head of Maps, Museum"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from callboard.reading import vocabulary
from callboard.reading.clues import acronym, names_organisation
from callboard.reading.layout import fold
from callboard.reading.names import particles, word_list

_JOB_AT_MOST = 5  # words of a job that is known by its last word
_THEN = r"(?:\s+|['’]\s?)(?=\S)"


@lru_cache(maxsize=16)  # one text is looked at from many places in it
def plain(text: str) -> str:
    """The text without accents and in lower case, each character in its place."""
    return text.lower() if text.isascii() else "".join(map(_plain_sign, text))


@cache
def _plain_sign(sign: str) -> str:
    return unicodedata.normalize("NFD", sign)[0].lower()[:1]


@cache
def _at() -> re.Pattern[str]:
    at = vocabulary.either(word_list("at"))
    return re.compile(rf"(?:^|(?<=[\s(]))(?:(?:{at}){_THEN}|@\s?(?=\S))")


@cache
def _of() -> re.Pattern[str]:
    return re.compile(rf"(?<=\s)(?:{vocabulary.either(word_list('of'))}){_THEN}")


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(rf"(?:{vocabulary.either(word_list('lead_in'))}){_THEN}")


@cache
def _of_the() -> re.Pattern[str]:
    return re.compile(rf"(?:{vocabulary.either(word_list('of'))}){_THEN}")


def at_words(text: str) -> Iterator[tuple[int, int]]:
    """Where words like "at", "chez" and "à l'" stand in front of something; "a" without its accent is an article."""
    for match in _at().finditer(plain(text)):
        if match[0].strip() != "a" or text[match.start()] in "àÀ":
            yield match.span()


def employer(text: str) -> tuple[str, str] | None:
    """The words before "at", "chez", "à l'", "@", and the institution behind them."""
    for start, end in at_words(text):
        place = bare_place(text[end:])
        if place:
            return text[:start].strip(" ,-–—("), place
    return None


def member(text: str) -> tuple[str, str] | None:
    """The words before "of the", "du", and the institution behind them where its words show that it is one."""
    for match in _of().finditer(plain(text)):
        place = bare_place(text[match.end() :])
        word = text[match.start() : match.end()].strip()
        shown = names_organisation(place) or _surely(word) or (acronym(place) and word not in particles())
        if shown and place and word.islower() and not names_organisation(text[: match.start()]):
            return text[: match.start()].strip(), place
    return None


def _surely(words: str) -> bool:
    return fold(words) in word_list("surely_of")


def bare_place(text: str) -> str:
    """An institution without the words before it: "société Agripince", "the company X", "de l'Atelier des Cartes"."""
    text = text.strip(" \t,;-–—*_|")
    while text[:1].islower() and (match := _lead_in().match(plain(text))) is not None:
        text = text[match.end() :]
    if text[:1].islower() and (match := _of_the().match(plain(text))) is not None:
        behind = text[match.end() :]
        text = behind if behind[:1].isupper() else text
    last = text.rstrip(".").rpartition(" ")[2]
    short = names_organisation(last) or "." in last  # "Ltd.", "B.V."
    return text if short and " " in text else text.rstrip(".")


def is_job(text: str) -> bool:
    """Whether a phrase begins, or in a few words ends, as a job does and names no institution itself."""
    tokens = fold(text).split()
    if tokens and tokens[0] in word_list("roles"):
        return not _described_place(tokens)
    if not tokens or acronym(text):
        return False
    ends = tuple(word_list("job_ends"))
    return len(tokens) <= _JOB_AT_MOST and (
        not word_list("jobs").isdisjoint((tokens[0], tokens[-1])) or tokens[-1].endswith(ends)
    )


def _described_place(tokens: list[str]) -> bool:
    """Whether a word that may begin a job stands before an institution's: "Technical University", "Graduate School"."""
    head = tokens[: next((at for at, one in enumerate(tokens) if one in word_list("of")), len(tokens))]
    return (
        len(head) > 1
        and head[0] in word_list("describing")
        and names_organisation(head[1])
        and head[-1] not in word_list("jobs") | word_list("roles")
    )


def place_of(text: str) -> str | None:
    """The institution in a job: "Head of Maps at X", "Directrice du musée de Brenne"; None where none is named."""
    found = employer(text)
    if found:
        return found[1]
    for match in _of().finditer(plain(text)):
        place = text[match.end() :].strip(" .")
        named = place.split(",")[0]
        if names_organisation(named) and len(place.split()) > 1 and named != named.lower():
            return bare_place(_from_name(place))
        # An office that only an association or a firm has: "trésorière de Libre en Vercors".
        if fold(text[: match.start()]) in word_list("belongs") and named[:1].isupper():
            return bare_place(place)
    return None


def _from_name(text: str) -> str:
    """The words from the first that is a name's: "recherche CNRS" is "CNRS"."""
    tokens = text.split(" ")
    first = next(
        (at for at, token in enumerate(tokens) if token[:1].isupper() or names_organisation(token)), 0
    )
    return " ".join(tokens[first:])
