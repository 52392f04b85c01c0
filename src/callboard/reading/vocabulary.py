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
from functools import cache
from pathlib import Path
from typing import Any

from callboard.reading import layout

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
# Bounded in words and in their length: a gap costs the same however long the text is.
_GAP = r"(?:\S{1,40} ){0,4}?"
_BETWEEN = r"[\s'’-]{1,3}"
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_NOTHING = re.compile(r"(?!)")
_GROUP = re.compile(r"\{(\w{1,20})\}")


def fold(text: str) -> str:
    """The text in lower case, without accents, apostrophes straight, every run of white space one space."""
    plain = text.lower().replace("`", "'")
    if not plain.isascii():
        for letter, written in _LETTERS:
            plain = plain.replace(letter, written)
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(plain.split())


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
def any_of(section: str, key: str) -> re.Pattern[str]:
    """One pattern for all those words in text folded by `layout`; never matches when there are none."""
    return re.compile(rf"(?<!\w)(?:{either(words(section, key))})(?!\w)")


def either(some: Iterable[str]) -> str:
    """The words as alternatives of a regular expression, the longest first, whatever is between their parts."""
    longest_first = sorted(set(some), key=lambda word: (-len(word), word))
    return "|".join(_BETWEEN.join(map(re.escape, word.split())) for word in longest_first) or _NOTHING.pattern


@cache
def pattern(section: str, key: str, language: str | None = None) -> re.Pattern[str]:
    """One pattern for all those phrases as whole words of folded text; never matches when there are none."""
    known = phrases(section, key, language)
    if not known:
        return _NOTHING
    # A phrase may end in an apostrophe ("mon avis sur l'"), after which a word is welcome.
    return re.compile(r"(?<!\w)(?:" + _by_first_letter(known) + r")(?:(?<!\w)|(?!\w))")


def _by_first_letter(known: tuple[str, ...]) -> str:
    """The phrases as one expression that tries, at each word, only those that begin as the word does."""
    rests: dict[str, list[str]] = {}
    for phrase in known:
        for opened in _opened(fold(phrase).strip("* ")):
            rests.setdefault(opened[0], []).append(_expression(opened[1:]))
    return "|".join(f"{_expression(first)}(?:{'|'.join(rest)})" for first, rest in sorted(rests.items()))


def _opened(phrase: str) -> list[str]:
    """The phrase once for each way it begins: "(je|nous) x" is "je x" and "nous x", "(a )?b" is "a b" and "b"."""
    if not phrase.startswith("("):
        optional = phrase[1:2] == "?"
        return [phrase[0] + phrase[2:], *_opened(phrase[2:])] if optional else [phrase]
    ways, rest = _alternatives(phrase)
    if rest.startswith("?"):
        ways, rest = [*ways, ""], rest[1:]
    return [opened for way in ways for opened in _opened(way + rest)]


def _alternatives(phrase: str) -> tuple[list[str], str]:
    """What the group that the phrase begins with offers, and what follows the group."""
    ways, depth = [""], 0
    for at, sign in enumerate(phrase):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return ways, phrase[at + 1 :]
        if depth == 1 and sign == "|":
            ways.append("")
        elif at:
            ways[-1] += sign
    raise ValueError(f"a phrase of the vocabulary has a bracket that is not closed: {phrase}")


def _expression(phrase: str) -> str:
    """The phrase as a regular expression; only the signs keep a meaning."""
    escaped = re.sub(r"[^\w\s()|?*#-]", lambda sign: re.escape(sign[0]), phrase)
    return re.sub(r" ?\* ?", lambda _: f" {_GAP}", escaped).replace("#", r"\d{1,6}").replace("-", "[- ]?")
