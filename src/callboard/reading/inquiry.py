"""What somebody asks: about the event itself, of a friend how they are, of the reader to come and speak.

Whoever asks for the deadline, a hotel or a way to speak from home often says why: "I would like to submit a talk". That
announces a talk, and proposes none.
"""

from __future__ import annotations

from collections.abc import Iterable

from callboard.reading.speech import Sentence
from callboard.reading.vocabulary import pattern

_TOLD = 20  # words that tell of a talk, beside those that ask or wish
_ASKED_AT_MOST = 40  # words of a question to the organisers
_SIGNS = " .,;:!?)…"


def only(subject: str, said: Iterable[Sentence]) -> bool:
    """Whether a letter asks about the event itself, and tells of no talk. `subject`: folded."""
    letter = tuple(said)
    asked = [one for one in letter if one.asks_itself and len(one.plain.split()) <= _ASKED_AT_MOST]
    practical = pattern("intent", "practical")
    if not asked or not (practical.search(subject) or any(one.holds("practical") for one in asked)):
        return False
    told = (one for one in letter if one not in asked and not (one.holds("wish") or one.says("address")))
    return sum(len(one.plain.split()) for one in told if len(one.plain.split()) > 3) < _TOLD


def chats(one: Sentence) -> bool:
    """Whether a question is nothing but small talk: "How are you?", "Comment vas-tu ?"."""
    found = one.finds("small_talk") if one.asks else None
    return found is not None and not one.plain[found.end() :].strip(_SIGNS)
