"""Which topics of the call a talk belongs to: character n-grams weighed by how few topics share them.

Measured on hand-made titles, the topics' sentences alone find the right one among the best two in three
cases out of four, and nearly always with ten keywords per topic: so two are named, and a person confirms.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

from callboard.call import Topic, TopicMatch
from callboard.reading.vocabulary import fold

_WORD = re.compile(r"[a-z0-9]{3,}")
_SIZES = (3, 4, 5)
# A page of text says what a talk is about; more only costs time.
_ENOUGH = 8_000
# Below this the likeness is that of any two texts in the same language.
_FLOOR = 0.06

Vector = dict[str, float]


def rank(topics: tuple[Topic, ...], text: str, most: int = 2) -> tuple[TopicMatch, ...]:
    """The topics that the text is nearest to, best first, at most `most`."""
    if not topics or not text.strip():
        return ()
    weights, vectors = _prepare(topics)
    mine = _unit(_grams(text[:_ENOUGH]), weights, len(topics))
    scores = [
        (index, sum(x * mine.get(gram, 0.0) for gram, x in v.items())) for index, v in enumerate(vectors)
    ]
    best = sorted(scores, key=lambda score: (-score[1], score[0]))[:most]
    return tuple(TopicMatch(index, round(score, 4)) for index, score in best if score >= _FLOOR)


@lru_cache(maxsize=32)
def _prepare(topics: tuple[Topic, ...]) -> tuple[Counter[str], tuple[Vector, ...]]:
    """In how many topics each n-gram occurs, and a vector of length one for each topic."""
    counts = [_grams(" ".join((topic.text, *topic.keywords))) for topic in topics]
    shared = Counter(gram for count in counts for gram in count)
    return shared, tuple(_unit(count, shared, len(topics)) for count in counts)


def _grams(text: str) -> Counter[str]:
    """The character n-grams of the words, each word with its edges."""
    grams: Counter[str] = Counter()
    for word in _WORD.findall(fold(text)):
        grams.update(_of_word(word))
    return grams


@lru_cache(maxsize=10_000)
def _of_word(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple(edged[at : at + size] for size in _SIZES for at in range(len(edged) - size + 1))


def _unit(counts: Counter[str], shared: Counter[str], topics: int) -> Vector:
    """Weighed and brought to length one. An n-gram that no topic has is kept: it makes a text less alike."""
    rarity = [math.log((1 + topics) / (1 + holders)) + 1 for holders in range(topics + 1)]
    weighed = {
        gram: (1 if count == 1 else 1 + math.log(count)) * rarity[shared.get(gram, 0)]
        for gram, count in counts.items()
    }
    length = math.sqrt(sum(x * x for x in weighed.values())) or 1.0
    return {gram: x / length for gram, x in weighed.items()}
