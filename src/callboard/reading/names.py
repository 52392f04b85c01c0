"""A person's name: whether words look like one, whose it is, and how it is written without ornament."""

from __future__ import annotations

import re
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold, unmarked

EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PARTICLES = frozenset(
    {"de", "du", "des", "d", "la", "le", "van", "von", "der", "den", "di", "da", "dos", "del", "della"}
    | {"el", "al", "ben", "bin", "y", "ter", "ten", "zu"}
)
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-])*$")
_NAME_AT_MOST = 60


@cache
def word_list(key: str) -> frozenset[str]:
    """The words under `[people] key` of every language, folded."""
    return frozenset(fold(phrase) for phrase in vocabulary.phrases("people", key))


def looks_like_name(text: str, *, trusted: bool = False) -> bool:
    """Whether the words could be a person's name; `trusted` where a label says so."""
    tokens = text.replace(".", ". ").split()
    if not (1 if trusted else 2) <= len(tokens) <= 6 or len(text) > _NAME_AT_MOST:
        return False
    if not all(_TOKEN.match(token) for token in tokens):
        return False
    folded = fold(text).split()
    roles = word_list("roles")
    if (
        any(token in word_list("organisations") for token in folded)
        or folded[0] in roles
        or folded[-1] in roles
    ):
        return False
    proper = [token for token in tokens if token.lower() not in PARTICLES]
    if trusted:
        return len(proper) >= (1 if len(tokens) == 1 else 2) and not (len(tokens) == 1 and text.isupper())
    capital = all(token[0].isupper() for token in proper)
    return len(proper) >= 2 and capital and not all(token.isupper() and len(token) > 2 for token in proper)


def same_person(one: str | None, other: str | None) -> bool:
    """Whether two names are plausibly one person's: "F. Champ", "CHAMP Florian", "Florian"."""
    left, right = fold(one or "").split(), fold(other or "").split()
    if len(left) > len(right):
        left, right = right, left
    if not left or not any(len(token) > 1 and token in right for token in left):
        return False
    rest = list(right)
    for token in left:
        match = next((word for word in rest if word == token), None)
        if match is None:
            match = next(
                (word for word in rest if min(len(word), len(token)) == 1 and word[0] == token[0]), None
            )
        if match is None:
            return False
        rest.remove(match)
    return True


def initials_of(text: str, name: str | None) -> bool:
    """Whether a line is only the initials of that name: "S.J.", "KR"."""
    letters = fold(text).replace(" ", "")
    return (
        1 <= len(letters) <= 4
        and len(text) <= 8
        and letters == "".join(w[0] for w in fold(name or "").split())
    )


def tidy_name(text: str) -> str:
    """A name without civility, marks and "et al.", given name first where capitals show the family name."""
    name = unmarked(text.strip(" \t,;:-–—*_`")).strip(" *_`")
    tokens = name.split()
    while len(tokens) > 1 and fold(tokens[0]) in word_list("civilities") and len(tokens[0].rstrip(".")) != 1:
        tokens = tokens[1:]
    if len(tokens) > 2 and tokens[0] in ("M.", "M"):
        tokens = tokens[1:]
    return _given_name_first(" ".join(tokens))


def _given_name_first(name: str) -> str:
    tokens = name.split()
    capitals = [len(token) > 1 and token.isupper() and "." not in token for token in tokens]
    leading = next((at for at, capital in enumerate(capitals) if not capital), len(tokens))
    if 0 < leading < len(tokens) and not any(capitals[leading:]):
        return " ".join(tokens[leading:] + tokens[:leading])
    return name
