"""What an organiser's line opens with where a list's mark and a proposal's number look alike, and which lines below a
name or without any number still say something: "1. oui", "(3) oui", "ça me va".
"""

from __future__ import annotations

import re

from callboard.reading.order import OPINIONS, SAID
from callboard.reading.vocabulary import fold, pattern

_LABEL = re.compile(r"[(\[]?(\d{1,4})[.)\]/]{1,2}\s*(?=[^\W\d])")
_LONGEST = 1_000  # characters


def numbered(line: str) -> str | None:
    """ "1. oui", "(3) oui", "3) non" as "1 oui": a number that is marked like a list's, and an opinion behind it. None
    for anything else: "1) 3 oui" is the first of a list."""
    label = _LABEL.match(line)
    if label is None:
        return None
    behind = line[label.end() :]
    folded = fold(behind[:_LONGEST])
    says = any(pattern("orders", verb.value).match(folded) for verb in SAID)
    return f"{label[1]} {behind}" if says else None


def opines(line: str) -> bool:
    """Whether a line holds an opinion, as no address does."""
    folded = fold(line[:_LONGEST])
    return any(
        not pattern("orders", "filler").fullmatch(found[0])  # "pour" is an opinion and a preposition
        for verb in OPINIONS
        for found in pattern("orders", verb.value).finditer(folded)
    )


def assents(line: str) -> bool:
    """Whether somebody says that something is fine, and not what: "ça me va", "fine by me". Thanks are no assent."""
    return pattern("orders", "assent").search(fold(line[:_LONGEST])) is not None


def of_oneself(line: str) -> bool:
    """Whether somebody speaks of themselves: "oui, je serai là au dîner"."""
    return pattern("orders", "first_person").search(fold(line[:_LONGEST])) is not None
