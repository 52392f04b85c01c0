"""What an organiser's line opens with where a list's mark and a proposal's number look alike, and which lines below a
name or without any number still say something: "1. oui", "(3) oui", "ça me va".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard.reading import remark
from callboard.reading.line import Line, line_of
from callboard.reading.order import OPINIONS, SAID, Verb
from callboard.reading.orderpieces import END, ends, numbers, verb_at
from callboard.reading.vocabulary import fold, pattern

_LABEL = re.compile(r"[(\[]?(\d{1,4})[.)\]/]{1,2}\s*(?=[^\W\d])")
_NUMBER = re.compile(r"(?<!\w)\d{1,4}(?!\w)")
_REASON = re.compile(r" ?[,;:(–]")
_HOUSE = re.compile(r"^\d{1,4}(?: (?:bis|ter))?, ")
_TOWN = re.compile(r"(?<=[^\W\d] )[^\W\d_]{2,40} \d{1,2}(?=,|$)")
_REASON_AT_MOST = 8  # words
_FEW = 5  # words
_SENTENCE = 14  # words
_PLAIN = (Verb.ACCEPT, Verb.DECLINE)
_LONGEST = 1_000  # characters


def numbered(line: str) -> str | None:
    """ "1. oui", "(3) oui", "3) non, trop long" as "1 oui": a number that is marked like a list's, and an opinion
    behind it that is all there is, but for a few words of reason. None for anything else: "1) 3 oui" is the first of a
    list, "1. Oui, je serai là" a remark."""
    label = _LABEL.match(line)
    if label is None or "?" in line:
        return None
    behind = line_of(line[label.end() : _LONGEST].split(), "", "")
    verb = verb_at(behind, 0, SAID)
    if verb is None:
        return None
    said, ended = behind.folded[: verb[1]], ends(behind, verb[1])
    if _is("weak", said) or (_is("loose", said) and not ended):
        return None
    reason = _REASON.match(behind.folded, verb[1])
    few = reason is not None and len(behind.folded[verb[1] :].split()) <= _REASON_AT_MOST
    others = any(not remark.counts(behind, one) for one in _NUMBER.finditer(behind.folded))
    if not (ended or few) or others or of_oneself(behind.text):
        return None
    return f"{label[1]} {behind.text}"


def _is(key: str, said: str) -> bool:
    return pattern("orders", key).fullmatch(said) is not None


def headed(lines: Sequence[str], prefix: str) -> list[str]:
    """The lines, with an opinion that stands above numbers alone written before each of them: "Oui :", "1", "2"."""
    found = list(lines)
    above: tuple[int, str] | None = None
    loose = False  # a number without an opinion above: "1", "oui", "2", "non" may go either way
    for place, written in enumerate(lines):
        line = line_of(written[:_LONGEST].split(), prefix, "")
        verb, named = verb_at(line, 0, OPINIONS), numbers(line, 0)
        if verb and ends(line, verb[1]):
            above = None if loose else (place, line.folded[: verb[1]])
        elif named and END.match(line.folded, named[1]):
            loose = above is None
            if above:
                found[above[0]], found[place] = "", f"{above[1]} {line.text}"
        elif line.written:
            above, loose = None, False
    return found


def opines(line: str) -> bool:
    """Whether a line holds an opinion, as no address does."""
    folded = fold(line[:_LONGEST])
    return any(
        not pattern("orders", "filler").fullmatch(found[0])  # "pour" is an opinion and a preposition
        for verb in OPINIONS
        for found in pattern("orders", verb.value).finditer(folded)
    )


def identifies(line: str, prefix: str) -> bool:
    """Whether a line below a name is no more than an address, a telephone number or an institute: it asks nothing and
    names no proposal."""
    if "?" in line:
        return False
    # "Université Paris 8" is no remark on a proposal.
    kept = _TOWN.sub(lambda town: "" if town[0][0].isupper() else town[0], " ".join(line.split()))
    folded = fold(kept)
    house = _HOUSE.match(folded)
    street = house and pattern("orders", "street").match(folded, house.end())
    rest = folded[house.end() :] if house and street else kept
    return not any(remark.named(line_of(rest.split(), prefix, "")))  # "+33 (0)2" names none


def of_somebody(line: Line) -> bool:
    """Whether a plain yes or no stands at one end of a few words: "Durand: no", "yes to Paul Durand"."""
    words = len(line.written)
    first = verb_at(line, 0, _PLAIN)
    led = first and pattern("orders", "lead").match(line.folded, first[1] + 1)
    if not 2 <= words <= (_SENTENCE if led else _FEW) or of_oneself(line.text):
        return False
    if led:
        return True
    last = line.folded.rstrip(" .!").rpartition(" ")[2]
    return any(_is(verb.value, last) for verb in _PLAIN)


def assents(line: str) -> bool:
    """Whether somebody says that something is fine, and not what: "ça me va", "fine by me". Thanks are no assent."""
    return pattern("orders", "assent").search(fold(line[:_LONGEST])) is not None


def speaks_of_undoing(line: Line) -> bool:
    """Whether a few words, without a number, hold one for undoing: "oups, annule ma réponse"."""
    few = len(line.written) <= _REASON_AT_MOST and not _NUMBER.search(line.folded)
    return few and pattern("orders", Verb.UNDO.value).search(line.folded) is not None


def of_oneself(line: str) -> bool:
    """Whether somebody speaks of themselves: "oui, je serai là au dîner"."""
    return pattern("orders", "first_person").search(fold(line[:_LONGEST])) is not None
