"""The words and phrases of each language, from `vocabulary/<language>.toml`, ready to be looked for.

A language is one file, and no language is named in code. `words` are taken as they stand, `pattern` reads
phrases with seven signs: `(a|b)` alternatives, `x?` and `(x)?` options, `*` for up to four words in between,
`#` for a number, `-` for a hyphen, a space or nothing, `{x}` for the words under `[groups] x`. Nothing else is
special, hence nothing in a file can make a pattern blow up. `docs/languages.md` says what a file holds.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from callboard.reading import layout
from callboard.reading.lookup import NOTHING, Phrases, expressions, literal

FOLDER = Path(__file__).parent / "vocabulary"
# One replacement each: on text with accents str.translate costs ten times as much.
_LETTERS = (
    ("œ", "oe"),
    ("æ", "ae"),
    ("ß", "ss"),
    ("ø", "o"),
    ("’", "'"),
    ("‘", "'"),
    ("ʼ", "'"),
    ("´", "'"),
    ("‐", "-"),
    ("‑", "-"),
)
_LINE = 200  # characters
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_GROUP = re.compile(r"\{(\w{1,20})\}")


def fold(text: str) -> str:
    """The text in lower case, without accents, apostrophes straight, every run of white space one space."""
    return _fold_line(text) if len(text) <= _LINE else _folded(text)


def _folded(text: str) -> str:
    plain = text.lower().replace("`", "'")
    if not plain.isascii():
        for letter, written in _LETTERS:
            plain = plain.replace(letter, written)
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(plain.split())


_fold_line = lru_cache(maxsize=4096)(_folded)  # many rules look at the same line


@cache
def languages() -> tuple[str, ...]:
    """The languages we have words for, ISO 639-1, in alphabetical order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def table(language: str) -> Mapping[str, Any]:
    """The whole file of one language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@cache
def phrases(section: str, key: str, language: str | None = None) -> tuple[str, ...]:
    """The phrases under `[section] key`, of one language or of all of them, in each spelling, without accents."""
    chosen = (language,) if language else languages()
    written = (
        spelling
        for one in chosen
        for phrase in table(one).get(section, {}).get(key, ())
        for spelling in _spellings(phrase, one)
    )
    return tuple(dict.fromkeys(written))


def _spellings(phrase: str, language: str) -> Iterator[str]:
    """The phrase as typed with the language's letters or without accents, and as typed on other keyboards."""
    groups = table(language).get("groups", {})
    phrase = _GROUP.sub(lambda group: f"({'|'.join(groups[group[1]])})", phrase)
    yield fold(phrase)
    typed = phrase
    for letter, letters in table(language)["language"].get("typed", {}).items():
        typed = typed.replace(letter, letters)
    yield fold(typed)


@cache
def words(section: str, key: str, language: str | None = None) -> tuple[str, ...]:
    """The same taken literally, letters and digits only: for text folded by `layout`."""
    return tuple(dict.fromkeys(layout.fold(phrase) for phrase in phrases(section, key, language)))


@cache
def numbers(section: str, key: str) -> Mapping[str, int]:
    """What those words stand for, where a file gives a number for each: "half an hour" = 30."""
    return {
        layout.fold(spelling): number
        for one in languages()
        for said, number in table(one).get(section, {}).get(key, {}).items()
        for spelling in _spellings(said, one)
    }


@cache
def places(section: str, key: str, language: str) -> Mapping[str, int]:
    """The place of each word in a list whose entries hold a thing's names: weekdays, months."""
    return {
        name: place
        for place, names in enumerate(table(language).get(section, {}).get(key, ()))
        for spelling in _spellings(names, language)
        for name in spelling.split()
    }


@cache
def keys(section: str) -> tuple[str, ...]:
    """What the files have words for in that section: the formats, the languages, ..."""
    return tuple(sorted({key for one in languages() for key in table(one).get(section, {})}))


@cache
def any_of(section: str, key: str) -> Phrases:
    """All those words, looked for in text folded by `layout`; never found when there are none."""
    return literally(words(section, key))


def literally(some: Iterable[str]) -> Phrases:
    """Words of text folded by `layout`, the longest first, whatever is between their parts."""
    longest_first = sorted(set(some), key=lambda word: (-len(word), word))
    return Phrases((literal(word) for word in longest_first), end=r"(?!\w)")


def either(some: Iterable[str]) -> str:
    """The words as alternatives of a regular expression, the longest first, whatever is between their parts."""
    longest_first = sorted(set(some), key=lambda word: (-len(word), word))
    return "|".join(literal(word).written for word in longest_first) or NOTHING


@cache
def pattern(section: str, key: str, language: str | None = None) -> Phrases:
    """All those phrases, looked for as whole words of folded text; never found when there are none."""
    return Phrases(
        expression
        for phrase in phrases(section, key, language)
        for expression in expressions(fold(phrase).strip("* "))
    )
