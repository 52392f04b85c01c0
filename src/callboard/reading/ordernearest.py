"""What is quoted back of an organiser's answer: the line, with the readings that come nearest to it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import cache

from callboard.reading.line import Line
from callboard.reading.order import OPINIONS, Unclear, Verb
from callboard.reading.orderpieces import words_of
from callboard.reading.vocabulary import fold, languages, phrases, table


def unclear(line: Line, numbers: Sequence[int]) -> Unclear:
    """What is quoted back, with the opinions whose words look most like the line's, or all of them."""
    shown = dict(zip(OPINIONS, shown_words(line.language), strict=True))
    words = [word.strip(".,;:!?()") for word in line.folded.split(" ")]
    like = {
        verb
        for verb in OPINIONS
        if any(difflib.get_close_matches(word, _single(verb), 1, 0.75) for word in words if len(word) > 2)
    }
    listed = ", ".join(map(str, numbers))
    offered = (verb for verb in OPINIONS if verb in like or verb in OPINIONS[:2])
    return Unclear(line.text, tuple(f"{listed} {shown[verb]}" for verb in offered))


def shown_words(language: str) -> tuple[str, ...]:
    """How the opinions are written in examples, in the order of `OPINIONS`."""
    return tuple(words_of(language)["shown"])


def shown(verb: Verb, language: str) -> str:
    """How an opinion is written in examples."""
    return shown_words(language)[OPINIONS.index(verb)]


@cache
def plain_words() -> frozenset[str]:
    """The plain yes and no of every language, folded: an answer may mix them."""
    known = (words_of(language) for language in languages() if "orders" in table(language))
    return frozenset(fold(word) for words in known for word in words["shown"][:2])


def _single(verb: Verb) -> list[str]:
    """The first words of an opinion's phrases."""
    words = (re.match(r"[^\W\d]+", phrase) for phrase in phrases("orders", verb.value))
    return [word[0] for word in words if word and len(word[0]) > 2]
