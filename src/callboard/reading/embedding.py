"""Where the lines of a text stand in the longer one that they were taken from.

Own words between quotes, a signature, a forwarded mail without its arrows: each is read by itself, and what is
found in it is shown in the mail.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callboard.reading.layout import Line, lines_of

Span = tuple[int, int]


@dataclass(frozen=True)
class Embedding:
    """For each line, from the first on: where it begins, and where that is in the longer text."""

    starts: tuple[int, ...] = ()
    places: tuple[int, ...] = ()

    def outer(self, at: int) -> int | None:
        """The place of a character in the longer text; None where its line was not found again."""
        line = bisect_right(self.starts, at) - 1
        return None if line < 0 else self.places[line] + at - self.starts[line]

    def within(self, longer: Embedding) -> Embedding:
        """The same lines in the text that holds the longer one."""
        outer = [(start, longer.outer(place)) for start, place in zip(self.starts, self.places, strict=True)]
        pairs = [(start, place) for start, place in outer if place is not None]
        return Embedding(tuple(start for start, _ in pairs), tuple(place for _, place in pairs))


def embed(inner: str, outer: str, spans: Sequence[Span] | None = None) -> Embedding:
    """Each line of `inner` in `outer`, or in these stretches of it.

    Looked for from the last line on, because a forwarded mail is the end of the letter that forwards it. Arrows
    may have been taken off its lines.
    """
    wanted = lines_of(inner) if inner else []
    pairs: list[Span] = []
    for line in _backwards(outer, spans or [(0, len(outer))]):
        if wanted and line.text.endswith(wanted[-1].text):
            one = wanted.pop()
            pairs.append((one.start, line.end - len(one.text)))
    return Embedding(tuple(start for start, _ in pairs[::-1]), tuple(place for _, place in pairs[::-1]))


def _backwards(text: str, spans: Sequence[Span]) -> Iterator[Line]:
    for start, end in reversed(spans):
        yield from reversed(lines_of(text[start:end].removesuffix("\n"), start))
