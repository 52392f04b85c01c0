"""The small fields: length, format, keywords.

Each takes words and gives a value or None; a hint printed on a form, an unticked box and a range are
no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold, unaccented, unmarked, words
from callboard.reading.vocabulary import any_of, either
from callboard.reading.vocabulary import words as words_of

_BOX = re.compile(r"[\s>*+•-]{0,12}\[([ xX✓✔*]{0,3})\](?!\()[ \t]*(.*)")
_BRACKETS = re.compile(r"\([^()\n]{0,100}\)")
_MOST_KEYWORDS = 20


@cache
def _length() -> re.Pattern[str]:
    hours, minutes = either(words_of("time", "hours")), either(words_of("time", "minutes"))
    return re.compile(
        rf"(?<![\d.,:])(?:(?P<h>\d{{1,2}})\s?(?:{hours})(?!\w)(?:\s?(?P<hm>[0-5]\d)(?!\d))?"
        rf"|(?P<hh>\d)h(?P<mm>[0-5]\d)(?!\d)|(?P<m>\d{{1,3}})\s{{0,3}}-?\s?(?:(?:{minutes})(?!\w)|['’′](?!\w)))",
        re.IGNORECASE,
    )


@cache
def _range() -> re.Pattern[str]:
    minutes, between = either(words_of("time", "minutes")), either(words_of("time", "between"))
    return re.compile(
        rf"\d{{1,3}}\s?(?:{minutes}|')?\s{{0,2}}(?:[-–—/]|{between})\s{{0,2}}\d{{1,3}}\s?(?:{minutes}|h\b|'|’)",
        re.IGNORECASE,
    )


def blank(value: str) -> bool:
    """Whether a form's field was left empty: nothing, a dash, "N/A"."""
    return fold(value) in ("", *words_of("values", "nothing"))


def ticked(lines: Iterable[str]) -> list[str] | None:
    """The options ticked in a list of boxes; None where there are no boxes."""
    boxes = [match for match in map(_BOX.match, lines) if match]
    if not boxes:
        return None
    return [match[2].strip() for match in boxes if match[1].strip()]


def minutes_of(value: str) -> int | None:
    """The length that the value of a "length" field says, in minutes."""
    options = ticked(value.split("\n"))
    if options is not None:
        return _minutes(options[0]) if len(options) == 1 else None
    first = next((line for line in value.split("\n") if line.strip()), "")
    outside = _in_figures(_BRACKETS.sub(" ", first))
    found = _minutes(outside)
    if found is None and outside.strip(" ~\t").isdigit() and 5 <= int(outside.strip(" ~\t")) <= 240:
        return int(outside.strip(" ~\t"))
    return found


def _in_figures(text: str) -> str:
    """The text with lengths in words as figures: "a quarter of an hour" is "15 min"."""
    lengths, pattern = _spelled()
    return pattern.sub(lambda said: f"{lengths[fold(said[0])]} min", unaccented(text))


@cache
def _spelled() -> tuple[Mapping[str, int], re.Pattern[str]]:
    """The lengths that people write in words, folded, with their minutes."""
    lengths = vocabulary.numbers("time", "spelled")
    return lengths, re.compile(rf"(?<!\w)(?:{either(lengths)})(?!\w)", re.IGNORECASE)


def _minutes(text: str) -> int | None:
    """The first length in a short text, unless it is a range or a limit."""
    match = _length().search(text[:400])
    if (
        match is None
        or _range().search(unaccented(text[:400]))
        or any_of("time", "limits").search(fold(text[: match.start()]))
    ):
        return None
    if match["m"]:
        total = int(match["m"])
    elif match["hh"]:
        total = int(match["hh"]) * 60 + int(match["mm"])
    else:
        total = int(match["h"]) * 60 + int(match["hm"] or 0)
    return total if 3 <= total <= 480 else None


def minutes_beside_name(line: str) -> int | None:
    """The length at the end of a line of people: "Anna Berg - 20 min"."""
    match = _length().search(line)
    return _minutes(line) if match and line[match.end() :].strip(" ).") == "" else None


def minutes_in_prose(text: str) -> int | None:
    """The length of a talk that a sentence asks for: "un exposé de 20 minutes", "a 20-minute talk"."""
    text = _in_figures(text[:20_000])
    for match in _length().finditer(text):
        around = text[max(0, match.start() - 40) : match.end() + 25]
        if any_of("time", "about").search(fold(around)):
            return None if "(" in text[max(0, match.start() - 8) : match.start()] else _minutes(around)
    return None


def format_of(value: str) -> str | None:
    """The format that the value of a "format" field names."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    plain = fold(_BRACKETS.sub(" ", value.split("\n", 1)[0]))
    exact = next((name for name in _formats() if plain in words_of("formats", name)), None)
    return exact or next((name for name in _formats() if any_of("formats", name).search(plain)), None)


@cache
def _formats() -> tuple[str, ...]:
    """The formats' names; the plain talk last, because its words occur in all others."""
    return (*(name for name in vocabulary.keys("formats") if name != "talk"), "talk")


def format_in_prose(text: str) -> str | None:
    """The format that covering words offer: "un exposé", "my poster"; not "the talk that I heard"."""
    plain = fold(text[:4000])
    return _only_format(name for name in _formats() if _own_format(name).search(plain))


def format_in_subject(subject: str) -> str | None:
    """The format that a subject names: "Proposition d'exposé", "Poster: ..."."""
    plain = fold(subject[:300])
    return _only_format(name for name in _formats() if _plain_format(name).search(plain))


def _only_format(names: Iterable[str]) -> str | None:
    """The format named, the plain talk where several are."""
    found = list(names)
    return found[0] if len(found) == 1 else "talk" if "talk" in found else None


def format_pointed_at(text: str) -> str | None:
    """The format that a text names as its own: "Ce tutoriel ...", "In this workshop ..."."""
    plain = fold(text)
    starts = either(words_of("time", "this"))
    for name in _formats():
        if re.search(rf"(?<!\w)(?:{starts}) (?:{_plain_format(name).pattern})", plain):
            return name
    return None


@cache
def _own_format(name: str) -> re.Pattern[str]:
    """A format behind a word that makes it the author's own, an adjective or two between them."""
    starts = either(words_of("time", "own"))
    return re.compile(rf"(?<!\w)(?:{starts}) (?:\w{{1,20}} ){{0,2}}?{_plain_format(name).pattern}")


@cache
def _plain_format(name: str) -> re.Pattern[str]:
    """The words that name a format by themselves in a sentence: adjectives ("long", "short") do not."""
    chosen = set(words_of("formats", name)) - set(words_of("values", "adjectives"))
    return re.compile(rf"(?<!\w)(?:{either(chosen)})(?!\w)")


def keywords_of(value: str) -> tuple[str, ...]:
    """Keywords, one after another, as the author wrote them."""
    options = ticked(value.split("\n"))
    text = "\n".join(options) if options is not None else value
    listed = (
        [unmarked(part) for part in text.split("\n")] if len(text.split("\n")) > 1 and _listed(text) else None
    )
    joined = "\n".join(listed) if listed else " ".join(text.split("\n"))
    parts = re.split(r"[,;•·|\n]|\s[–—-]\s|\s/\s", joined)
    found = dict.fromkeys(unmarked(part).strip(" .`\"'") for part in parts)
    return tuple(part for part in found if not blank(part) and words(part) <= 8)[:_MOST_KEYWORDS]


def _listed(text: str) -> bool:
    return all(line.lstrip()[:1] in "-*•+" for line in text.split("\n") if line.strip())
