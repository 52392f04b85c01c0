"""What somebody answers who was asked: "the second one", « plutôt la première », "yes, with pleasure"."""

from __future__ import annotations

import re

from callboard.reading import letter
from callboard.reading.speech import sentences
from callboard.reading.vocabulary import fold, numbers, pattern

_ENOUGH = 300  # characters of an answer that chooses
_BETWEEN = re.compile(r"[,;:.!…()]+|\s[-–—]\s")
_WORD = re.compile(r"[^\W_]")


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
    """Whether a text says yes to "will you come?", and nothing else but a greeting, thanks, gladness and a name.

    Thanks and gladness alone are no yes: who writes "wonderful, thank you" may still have to look at their diary.
    """
    if len(text) > _ENOUGH or "?" in text:
        return False
    body = [one for one in sentences(text) if not (letter.greets(one.said) or letter.signs(one.said, sender))]
    said = [piece for one in body for piece in _pieces(one.plain)]
    beside = [pattern("choice", "beside_yes").fullmatch(piece) for piece in said]
    return all(
        other or pattern("choice", "yes").fullmatch(piece) for piece, other in zip(said, beside, strict=True)
    ) and not all(beside)


def _pieces(plain: str) -> list[str]:
    """What stands between commas and the like: "ok, merci, à bientôt"."""
    return [piece for part in _BETWEEN.split(plain) if (piece := part.strip()) and _WORD.search(piece)]


def _plain(folded: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
