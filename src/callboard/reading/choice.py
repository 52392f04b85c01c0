"""Which of several things somebody chooses who was asked: "the second one", « plutôt la première »."""

from __future__ import annotations

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


def _plain(folded: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
