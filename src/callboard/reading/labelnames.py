"""Which field a label names: "Titre", "Title of your talk", "Tirte", "Titre / Title", "Name of the paper".

The labels of each language are in `vocabulary/<language>.toml`, section `[labels]`, the words that may stand around
them in `[label_words]`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold

FIELDS = (
    *("title", "speakers", "affiliation", "email", "abstract", "language", "format", "level", "duration"),
    *("keywords", "availability", "bio", "links", "references", "paper", "job", "outline", "other"),
)
TEXTS = frozenset({"title", "abstract", "bio"})  # fields that are texts of the author's own
_WORDS_AT_MOST = 9
_HINT = re.compile(r"\([^()\n]{0,100}\)")


@cache
def _known() -> dict[str, str]:
    """Folded label -> field, of every language."""
    return {label: name for name in FIELDS for label in vocabulary.words("labels", name)}


@cache
def _around(key: str) -> frozenset[str]:
    return frozenset(vocabulary.words("label_words", key))


@cache
def _telling() -> frozenset[str]:
    """Words of which there is one in whatever names a field: the longest of each label, and those for "name"."""
    return frozenset(max(label.split(), key=len) for label in _known()) | _around("name")


@cache
def _by_letter() -> dict[str, tuple[tuple[str, frozenset[str]], ...]]:
    """Labels long enough to be recognised when misspelt, each with its letters, by the first of them."""
    letters: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for label in _known():
        if len(label) >= 5:
            letters.setdefault(label[0], []).append((label, frozenset(label)))
    return {letter: tuple(labels) for letter, labels in letters.items()}


def without_hint(words: str) -> str:
    """A label without what a form says in brackets behind it: "Abstract (at most 300 words)"."""
    return _HINT.sub("", words)


@lru_cache(maxsize=8192)
def field_named(words: str, *, misspelt: bool = False) -> str | None:
    """The field that these words are a label of."""
    plain = fold(without_hint(words))
    tokens = plain.split()
    if not tokens or len(tokens) > _WORDS_AT_MOST:
        return None
    found = None if _telling().isdisjoint(tokens) else _spelled(words, plain, tokens)
    if found or not misspelt or len(tokens) > 3:
        return found
    return _misspelt(plain)


def _spelled(words: str, plain: str, tokens: list[str]) -> str | None:
    return (
        _known().get(plain)
        or _composed(tokens)
        or _without_small_words(tokens)
        or _twice(without_hint(words))
    )


def _without_small_words(tokens: list[str]) -> str | None:
    known, before, after = _known(), _around("before"), _around("after")
    rest = tokens
    while rest and rest[0] in before:
        rest = rest[1:]
        if (found := known.get(" ".join(rest))) is not None:
            return found
    # "Title of your talk", "my title would be", "presentation requested"
    for some in (rest, tokens):
        for end in range(len(some) - 1, 0, -1):
            if some[end] not in after and not some[end].isdigit():
                break
            if (found := known.get(" ".join(some[:end]))) is not None:
                return found
    return None


def _composed(tokens: list[str]) -> str | None:
    """ "Name of your paper" is a title, "names of the authors" people, "about the presenter" a biography."""
    idle = _around("before") | _around("after")
    people = [token for token in tokens if _known().get(token) == "speakers" and token not in _around("name")]
    matters = [token for token in tokens if token in _around("what")]
    named = [token for token in tokens if token in _around("name")]
    if named and not set(tokens) - {*named, *people, *matters} - idle:
        return "speakers" if people else "title" if matters else None
    about = next((words for words in _around("about") if " ".join(tokens).startswith(f"{words} ")), None)
    if about is None or not people:
        return None
    return None if set(tokens[len(about.split()) :]) - set(people) - idle else "bio"


def _twice(words: str) -> str | None:
    """ "Titre / Title": the same label in two languages."""
    parts = [part for part in _both().split(words) if part.strip()]
    if len(parts) != 2 or len(words) > 60:
        return None
    first, second = (_known().get(fold(part)) for part in parts)
    return first if first == second else None


@cache
def _both() -> re.Pattern[str]:
    return re.compile(rf"[/|,]|\s(?:{vocabulary.either(vocabulary.words('label_words', 'both'))}|&)\s")


def joins(text: str) -> bool:
    """Whether a line ends with a word that binds the next one to it: "... or"."""
    return fold(text[-8:]).rpartition(" ")[2] in _around("both")


def _misspelt(plain: str) -> str | None:
    written = frozenset(plain)
    for label, letters in _by_letter().get(plain[0], ()):
        allowed = 2 if len(label) >= 10 else 1
        # One slip takes at most one letter away and brings at most one that was not there.
        near = abs(len(label) - len(plain)) <= allowed and len(written ^ letters) <= 2 * allowed
        if near and _distance(plain, label) <= allowed:
            return _known()[label]
    return None


def _distance(one: str, other: str) -> int:
    """Damerau-Levenshtein distance of two short words (two neighbours swapped count once)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, above = above, row
    return above[-1]


# --- The labels of a talk --------------------------------------------------------------------------------

_PARTS = frozenset({"title", "speakers", "abstract"})


def parts_of_talk(labels: Collection[str]) -> int:
    """How many of a title, people and a text these labels name, where they name all three."""
    # Most letters have no word that a title's label has, and their labels need not be read.
    if _title_words().isdisjoint(word for label in labels for word in label.split()):
        return 0
    return len(_PARTS) if {field_named(label) for label in labels} >= _PARTS else 0


@cache
def _title_words() -> frozenset[str]:
    return frozenset(word for label in vocabulary.words("labels", "title") for word in label.split())
