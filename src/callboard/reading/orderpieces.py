"""The pieces that every line of an organiser's answer is read from: numbers, words that may stand before and behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from callboard.reading.line import Line
from callboard.reading.order import SAID, Verb
from callboard.reading.vocabulary import languages, pattern, table

_WIDEST = 60  # proposals that one order may name
_SPACE = re.compile(r" *")
SIGNS = re.compile(r"\s*(?:->|=>|→|[:=,;>–—-]+)?\s*")
# "No" without a stop is an opinion: "yes 1 2, no 4"; "nº" is folded like it, so `read_line` writes "n°".
_NUMBER = r"(?:(?:n°|nr|#)\.? ?|{prefix}[ -]?)?(\d{{1,6}})(?![\d%]| ?/ ?\d|[.,]\d|:\d\d(?! ?/)|\w)"
_NUMERO = re.compile(r"no\. ?(?=\d)")
_RANGE = re.compile(r" ?(?:-|–|\.\.| a | to ) ?(?=\d)")
_BETWEEN = re.compile(r" ?(?:,(?: ?(?:et|and) )?|&| et | and | ) ?")
_NAME = re.compile(r" ?\(([^\W\d][^()\d]{0,60})\)")
END = re.compile(r"[\s.!,;:()]*$")


def past(line: Line, at: int, key: str) -> int:
    """Behind the signs and the words of that kind that stand there, a few of them."""
    for _ in range(4):
        signs = SIGNS.match(line.folded, at)
        at = signs.end() if signs else at
        words = pattern("orders", key).match(line.folded, at)
        if words is None:
            return at
        at = words.end()
    return at


def verb_at(line: Line, at: int, among: Iterable[Verb]) -> tuple[Verb, int] | None:
    """The verb whose words stand there, the longest of several, and where they end."""
    found = [
        (match.end(), verb)
        for verb in among
        if (match := pattern("orders", verb.value).match(line.folded, at))
    ]
    if not found:
        return None
    end, verb = max(found, key=lambda one: one[0])
    return verb, end


def said_at_last(line: Line, at: int) -> tuple[Verb, int] | None:
    """The opinion that ends the line there, behind words that may stand before one: "a no", "pour moi c'est non"."""
    said = verb_at(line, past(line, at, "filler"), SAID)
    return said if said and ends(line, said[1]) else None


def past_me(line: Line, at: int) -> int:
    """Behind whose opinion it is: "ok pour moi"."""
    words = pattern("orders", "for_me").match(line.folded, at + 1)
    return words.end() if words and line.folded[at : at + 1] == " " else at


def past_name(line: Line, at: int) -> int:
    """Behind whose proposal it is, in brackets: "3 (Durand) yes"; an opinion or a number in them is no name."""
    name = _NAME.match(line.folded, at)
    return name.end() if name and not verb_at(line, name.start(1), SAID) else at


def opened(line: Line) -> int:
    """Behind what a line may begin with: "je vote", "please"."""
    return past(line, 0, "opening")


def numbers(line: Line, at: int, *, plainly: bool = False) -> tuple[tuple[int, ...], int] | None:
    """The numbers of proposals that stand there, each once, and where they end; None without any. `plainly`: only
    numbers that a comma or an "and" joins, since "12 à 14" may be a time."""
    number = re.compile(_NUMBER.format(prefix=re.escape(line.prefix)))
    lead = pattern("orders", "lead")
    found: list[int] = []
    blank = _SPACE.match(line.folded, at)
    end = at = blank.end() if blank else at
    numero = _NUMERO.match(line.folded, at)
    at = numero.end() if numero else at
    while True:
        for _ in range(3):
            led = lead.match(line.folded, at)
            at = led.end() + (line.folded[led.end() : led.end() + 1] == " ") if led else at
        match = number.match(line.folded, at)
        if match is None:
            break
        found, end = [*found, int(match[1])], match.end()
        ranged = _RANGE.match(line.folded, end) if not plainly else None
        last = number.match(line.folded, ranged.end()) if ranged else None
        if last and found[-1] < int(last[1]) <= found[-1] + _WIDEST:
            found, end = [*found, *range(found[-1] + 1, int(last[1]) + 1)], last.end()
        between = _BETWEEN.match(line.folded, end)
        if between is None or len(found) > _WIDEST or (plainly and not between[0].strip()):
            break
        at = between.end()
    return (tuple(dict.fromkeys(found)), end) if found else None


def ends(line: Line, at: int) -> bool:
    """Whether nothing but signs and courtesy follows."""
    return END.match(line.folded, past(line, at, "courtesy")) is not None


def words_of(language: str) -> dict[str, Any]:
    """The words about orders in that language, or in English."""
    known = language if language in languages() and "orders" in table(language) else "en"
    words: dict[str, Any] = table(known)["orders"]
    return words


def every_at(line: Line, at: int) -> tuple[str, int] | None:
    """ "tout", "all of them", "the others"."""
    for key in ("others", "all"):
        match = pattern("orders", key).match(line.folded, at)
        if match:
            return key, match.end()
    return None


def but_at(line: Line, at: int) -> tuple[tuple[int, ...] | None, int]:
    """The exceptions that stand there, and where they end."""
    words = pattern("orders", "but").match(line.folded, past(line, at, "filler"))
    found = numbers(line, words.end() + 1) if words else None
    return found if found else (None, at)
