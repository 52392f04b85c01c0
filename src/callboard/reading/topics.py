"""Which topics of the call a talk belongs to: the words that both have, weighed by how few topics share them.

A word counts by its stem, and half by its first letters alone ("traduction", "traduire"). Measured on 28 short
abstracts for three invented calls (`tests/reading/abstracts.toml`): with a handful of keywords per topic, in the
languages of the talks, 27 have the right topic first; by the topics' sentences alone 11, and 13 have none, because
many a talk shares no word with its topic. So two are named at most, and a person confirms.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache, lru_cache

from callboard.call import Topic, TopicMatch
from callboard.reading import vocabulary
from callboard.reading.vocabulary import fold

_WORD = re.compile(r"[^\W_]{3,}")
_BEGINNING = 5  # letters that related words have in common: "conta(mination)", "tradu(ire)"
_BEGINNING_WEIGHS = 0.5
# A page of text says what a talk is about; more only costs time.
_ENOUGH = 8_000
# Below this a single common word is all that is shared.
_FLOOR = 0.03
_SECOND = 0.4  # of the best one's score: less is no second topic

Vector = dict[str, float]


def rank(topics: tuple[Topic, ...], text: str, most: int = 2) -> tuple[TopicMatch, ...]:
    """The topics that the text is nearest to, best first, at most `most`; the score is a cosine."""
    if not topics or not text.strip():
        return ()
    weights, vectors = _prepare(topics)
    mine = _unit(_terms(text[:_ENOUGH]), weights, len(topics))
    scores = [
        (index, sum(x * mine.get(term, 0.0) for term, x in v.items())) for index, v in enumerate(vectors)
    ]
    best = sorted(scores, key=lambda score: (-score[1], score[0]))[:most]
    least = max(_FLOOR, _SECOND * best[0][1])
    return tuple(TopicMatch(index, round(score, 4)) for index, score in best if score >= least)


@lru_cache(maxsize=32)
def _prepare(topics: tuple[Topic, ...]) -> tuple[Counter[str], tuple[Vector, ...]]:
    """In how many topics each term occurs, and a vector of length one for each topic."""
    counts = [_terms(" ".join((topic.text, *topic.keywords))) for topic in topics]
    shared = Counter(term for count in counts for term in count)
    return shared, tuple(_unit(count, shared, len(topics)) for count in counts)


def _terms(text: str) -> Counter[str]:
    """The stems of the words that say something, and the beginnings of the longer ones."""
    return Counter(
        term for word in _WORD.findall(fold(text)) if word not in _stop() for term in _of_word(word)
    )


@cache
def _stop() -> frozenset[str]:
    """The small words of every language."""
    return frozenset(
        part for phrase in vocabulary.phrases("language", "stop") for part in _WORD.findall(fold(phrase))
    )


@cache
def _endings() -> tuple[str, ...]:
    """Of plurals and feminines, the longest first; what is left keeps three letters."""
    return tuple(sorted(vocabulary.words("language", "endings"), key=lambda end: (-len(end), end)))


@lru_cache(maxsize=10_000)
def _of_word(word: str) -> tuple[str, ...]:
    stem = next(
        (word[: -len(end)] for end in _endings() if word.endswith(end) and len(word) > len(end) + 2), word
    )
    return (stem, f"{stem[:_BEGINNING]}*") if len(stem) >= _BEGINNING else (stem,)


def _unit(counts: Counter[str], shared: Counter[str], topics: int) -> Vector:
    """Weighed and brought to length one. A term that no topic has is kept: it makes a text less alike."""
    rarity = [math.log((1 + topics) / (1 + holders)) + 1 for holders in range(topics + 1)]
    weighed = {
        term: (1 + math.log(count))
        * rarity[shared.get(term, 0)]
        * (_BEGINNING_WEIGHS if term[-1] == "*" else 1)
        for term, count in counts.items()
    }
    length = math.sqrt(sum(x * x for x in weighed.values())) or 1.0
    return {term: x / length for term, x in weighed.items()}
