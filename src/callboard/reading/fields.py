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
_NUMBER = re.compile(r"[ ~\t]{0,9}([0-9]{1,3})[ ~\t]{0,9}")
_MOST_KEYWORDS = 20
_LOOKED_AT = 400  # characters of a short value, and of a text before "this workshop" may be the event
_PAGE = 4_000  # characters


@cache
def _length() -> re.Pattern[str]:
    hours, minutes = either(words_of("time", "hours")), either(words_of("time", "minutes"))
    return re.compile(
        rf"(?<![\d.,:])(?:(?P<h>\d{{1,2}})\s?(?:{hours})(?!\w)(?:\s?(?P<hm>[0-5]\d)(?!\d))?"
        rf"|(?P<hh>\d)h(?P<mm>[0-5]\d)(?!\d)|(?P<m>\d{{1,3}})\+?\s{{0,3}}-?\s?(?:(?:{minutes})(?!\w)|['’′](?!\w)))",
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
    """The length that the value of a "length" field says, in minutes; what is added for questions is none of it."""
    options = ticked(value.split("\n"))
    if options is not None:
        return _minutes(_in_figures(options[0])) if len(options) == 1 else None
    first = next((line for line in value.split("\n") if line.strip()), "")
    outside = _BRACKETS.sub(" ", _in_figures(first[:_LOOKED_AT]))
    alone = _NUMBER.fullmatch(outside)
    if alone and 5 <= int(alone[1]) <= 240:
        return int(alone[1])
    return _minutes(outside)


def minutes_in_format(value: str) -> int | None:
    """The one length that the value of a "format" field says: "long talk (40 minutes)", "[x] Talk (20 min)"."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    first = _in_figures(value.split("\n", 1)[0][:_LOOKED_AT])
    return _minutes(first) if len(_length().findall(first)) == 1 else None


def _in_figures(text: str) -> str:
    """The text with each length as one number: "a quarter of an hour" is "15 min", "15 + 5 min" the talk's "15 min"."""
    lengths, pattern = _spelled()
    figures = pattern.sub(lambda said: f"{lengths[fold(said[0])]} min", unaccented(text))
    return _with_questions().sub(_talk_alone, figures)


def _talk_alone(said: re.Match[str]) -> str:
    """A talk without the questions that follow it, where the words are about minutes."""
    sum_ = said["sign"] == "+" and (said["unit"] or said["unit2"])
    return f"{said['talk']} min" if sum_ or said["questions"] else said[0]


@cache
def _with_questions() -> re.Pattern[str]:
    """ "10 min + 5 questions", "15 + 5 min", "20 minutes (plus 10 for questions)"."""
    minutes, added = either(words_of("time", "minutes")), either(words_of("time", "added"))
    questions = either(words_of("time", "questions"))
    return re.compile(
        rf"(?<![\d.,:])(?P<talk>\d{{1,3}})\s?(?P<unit>(?:{minutes})(?!\w)|['’′])?\s?(?:\w{{1,15}}\s)?\(?"
        rf"(?P<sign>\+|(?<=[\s(])(?:{added})(?=\s))\s?(?P<more>\d{{1,2}})(?!\d)\s?"
        rf"(?P<unit2>(?:{minutes})(?!\w)|['’′])?(?P<questions>\s?(?:\w{{1,6}}['’\s]){{0,2}}(?:{questions})(?!\w))?"
        # "20 min + 3 slides" is no sum.
        rf"(?(unit2)|(?(questions)|(?!\s?\w)))\)?",
        re.IGNORECASE,
    )


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
        before = text[max(0, match.start() - 40) : match.start()]
        around = fold(before + text[match.start() : match.end() + 25])
        if any_of("time", "needs").search(around):
            return _minutes(around)
        if any_of("time", "about").search(around):
            # "Exposés (20 min)" repeats the call; "un exposé (20 min)" is what its author wants.
            hint = "(" in before[-8:] and format_in_prose(before) is None
            return None if hint else _minutes(before + text[match.start() : match.end() + 25])
    return None


def format_of(value: str) -> str | None:
    """The format that the value of a "format" field names; None where it names two to choose from."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    plain = fold(_BRACKETS.sub(" ", value.split("\n", 1)[0]).replace("/", f" {_either_word()} "))
    exact = next((name for name in _formats() if plain in words_of("formats", name)), None)
    if exact:
        return exact
    named = _named(plain, {name: any_of("formats", name) for name in _formats()})
    if len(named) > 1 and any_of("time", "between").search(plain[named[0][1] : named[1][1]]):
        return None
    return named[0][0] if named else None


@cache
def _either_word() -> str:
    return words_of("time", "between")[0]


def _named(plain: str, patterns: Mapping[str, re.Pattern[str]]) -> list[tuple[str, int]]:
    """The formats named in folded words and where, in their order; a "lightning talk" is no talk besides."""
    found: list[tuple[str, int]] = []
    for name, pattern in patterns.items():
        match = pattern.search(plain)
        if match:
            found.append((name, match.start()))
            plain = pattern.sub(lambda said: "·" * len(said[0]), plain)
    return sorted(found, key=lambda one: one[1])


@cache
def _formats() -> tuple[str, ...]:
    """The formats' names; the plain talk last, because its words occur in all others."""
    return (*(name for name in vocabulary.keys("formats") if name != "talk"), "talk")


def format_in_prose(text: str) -> str | None:
    """The format that covering words offer: "un exposé", "my poster"; not "the talk that I heard"."""
    return _only_format(_named(fold(text[:4000]), {name: _own_format(name) for name in _formats()}))


def format_in_subject(subject: str) -> str | None:
    """The format that a subject names: "Proposition d'exposé", "Poster: ..."."""
    return _only_format(_named(fold(subject[:300]), {name: _plain_format(name) for name in _formats()}))


def _only_format(named: list[tuple[str, int]]) -> str | None:
    """The format named, the plain talk where several are."""
    found = [name for name, _ in named]
    return found[0] if len(found) == 1 else "talk" if "talk" in found else None


def format_pointed_at(text: str) -> str | None:
    """The format that a text names as its own: "Ce tutoriel ...", "In this workshop ..."."""
    plain = fold(text[:_PAGE])
    # Further down "this workshop" may be the event; "this talk" is always the author's.
    looked_at = {name: plain if name == "talk" else plain[:_LOOKED_AT] for name in _formats()}
    return next((name for name in _formats() if _this(name).search(looked_at[name])), None)


@cache
def _this(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(words_of('time', 'this'))}) (?:{_plain_format(name).pattern})")


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
