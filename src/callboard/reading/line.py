"""A line of an organiser's answer, as written and folded, so that what is found in one can be cut out of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callboard.reading.vocabulary import fold


@dataclass(frozen=True)
class Line:
    """A line as written, and folded word for word, so that a place in one is a place in the other."""

    written: tuple[str, ...]
    folded: str
    prefix: str
    language: str

    def part(self, start: int, end: int) -> Line:
        """From one place to another, both between words."""
        before = self.folded[:start].count(" ")
        count = len(self.folded[start:end].split(" "))
        return replace(self, written=self.written[before : before + count], folded=self.folded[start:end])

    def rest(self, at: int) -> str:
        """What is written from that place on."""
        before = self.folded[:at]
        place = before.count(" ")
        if place >= len(self.written):
            return ""
        word, folded = self.written[place], self.folded.split(" ")[place]
        # Folding changes the length of a few letters only, never of the signs at a word's end.
        left = len(folded) - (len(before) - before.rfind(" ") - 1)
        return " ".join((word[len(word) - left :] if left else "", *self.written[place + 1 :])).strip()

    @property
    def text(self) -> str:
        """The line as written."""
        return " ".join(self.written)


def line_of(words: Sequence[str], prefix: str, language: str) -> Line:
    """These words as a line; `prefix` is that of our references ("P-7")."""
    folded = " ".join(fold(word).replace(" ", "") or "\x00" for word in words)
    return Line(tuple(words), folded, fold(prefix), language)
