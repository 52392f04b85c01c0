"""Which language a text is in, by a vote of the small words; it leaves names and jargon out of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from callboard.reading import vocabulary

# More words than this change no vote, and a long attachment should not cost more than a page.
_ENOUGH = 6_000
_WORD = re.compile(r"[a-z']+")
_IN_ADDRESS = re.compile(r"@|://|www\.")
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+")


def detect(text: str, least: float = 1.0) -> str | None:
    """The language of the text, ISO 639-1, or None when its small words (`least` of them) do not decide it."""
    votes = _votes(text[:_ENOUGH])
    if not votes:
        return None
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    best, points = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return best if points >= least and points >= 1.25 * second + 0.2 else None


@lru_cache(maxsize=256)
def _votes(text: str) -> dict[str, float]:
    """Points for each language: a word that several share is split between them."""
    if _IN_ADDRESS.search(text):
        text = _ADDRESS.sub(" ", text)
    folded = vocabulary.fold(text)
    votes: dict[str, float] = defaultdict(float)
    # An elided article (l'image, qu'une, dell'arte) tells the language before the word is even read.
    if "'" in folded:
        # Every other piece is an article.
        pieces = _elision().split(folded)
        _count(pieces[1::2], _languages_of("elided"), votes)
        folded = " ".join(pieces[::2])
    _count(_WORD.findall(folded), _languages_of("stop"), votes)
    return dict(votes)


def _count(
    words: Iterable[str], languages_of: Mapping[str, tuple[str, ...]], votes: dict[str, float]
) -> None:
    for word, count in Counter(words).items():
        known = languages_of.get(word, ())
        for language in known:
            votes[language] += count / len(known)


@cache
def _elision() -> re.Pattern[str]:
    return re.compile(rf"\b({vocabulary.either(_languages_of('elided'))})'(?=[aeiouyh])")


@cache
def _languages_of(key: str) -> dict[str, tuple[str, ...]]:
    """For each small word, the languages that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for language in vocabulary.languages():
        for word in vocabulary.phrases("language", key, language):
            found[word] = (*found.get(word, ()), language)
    return found
