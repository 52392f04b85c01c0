"""What somebody answers who was asked: "the second one", « plutôt la première », "yes, with pleasure"."""

from __future__ import annotations

from callboard.reading import letter
from callboard.reading.speech import sentences
from callboard.reading.vocabulary import fold, numbers, pattern

_ENOUGH = 300  # characters of an answer that chooses


def ordinal(text: str) -> int | None:
    """The place that the text names: 1 for the first, -1 for the last; None without one, or with several."""
    folded = fold(text[:_ENOUGH])
    if pattern("choice", "not_this").search(folded):
        return None
    named = {
        place for word, place in numbers("choice", "places").items() if f" {word} " in f" {_plain(folded)} "
    }
    return named.pop() if len(named) == 1 else None


def agrees(text: str, sender: str | None = None) -> bool:
    """Whether a text says yes, and nothing else but a greeting, thanks and a name."""
    if len(text) > _ENOUGH:
        return False
    body = [one for one in sentences(text) if not (letter.greets(one.said) or letter.signs(one.said, sender))]
    left = [one for one in body if not pattern("choice", "beside_yes").fullmatch(one.plain.strip(" .,!"))]
    said = [pattern("choice", "yes").fullmatch(one.plain.strip(" .,!")) for one in left]
    return bool(said) and all(said)


def _plain(folded: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
