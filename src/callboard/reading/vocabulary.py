"""The words and phrases of each language, from `vocabulary/<language>.toml`, ready to be looked for.

A language is one file. Phrases are matched on `fold`ed text, so they are written without accents or
capitals, with six signs: `(a|b)` alternatives, `x?` and `(x)?` options, `*` for up to four words in
between, `#` for a number, `-` for a hyphen, a space or nothing. Nothing else is special, hence nothing in
a file can make a pattern blow up.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vocabulary"
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "´": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
    }
)
# Bounded in words and in their length: a gap costs the same however long the text is.
_GAP = r"(?:\S{1,40} ){0,4}?"
_NOTHING = re.compile(r"(?!)")


def fold(text: str) -> str:
    """The text in lower case, without accents, apostrophes straight, every run of white space one space."""
    plain = text.lower().translate(_LETTERS)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
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
    """The phrases under `[section] key`, of one language or of all of them."""
    chosen = (language,) if language else languages()
    return tuple(phrase for one in chosen for phrase in table(one).get(section, {}).get(key, ()))


@cache
def pattern(section: str, key: str, language: str | None = None) -> re.Pattern[str]:
    """One pattern for all those phrases as whole words of folded text; never matches when there are none."""
    known = phrases(section, key, language)
    if not known:
        return _NOTHING
    # A phrase may end in an apostrophe ("mon avis sur l'"), after which a word is welcome.
    return re.compile(r"(?<!\w)(?:" + "|".join(map(_expression, known)) + r")(?:(?<!\w)|(?!\w))")


def _expression(phrase: str) -> str:
    """The phrase as a regular expression; only the six signs keep a meaning."""
    escaped = re.sub(r"[^\w\s()|?*#-]", lambda sign: re.escape(sign[0]), fold(phrase).strip("* "))
    return re.sub(r" ?\* ?", lambda _: f" {_GAP}", escaped).replace("#", r"\d{1,6}").replace("-", "[- ]?")
