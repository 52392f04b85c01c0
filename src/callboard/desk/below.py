"""An organiser's bare "oui" directly below a line of our digest that they quote: it counts for that line's proposal.

Only below the line that a proposal begins with, as it stands in the letter that went to them. Strangers choose titles,
subjects and names: a line that looks like one and stands in the letter twice, or anywhere but where proposals begin,
counts for nobody. What cannot be placed is left as it is, and so quoted back. Pure functions on text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from callboard.reading.orders import opinion_alone

_QUOTED = re.compile(r"\s{0,2}>[>\s]{0,20}")
_BLANKS = 1  # lines between the quote and the opinion


def placed(
    written: Sequence[str], text: str, letters: Iterable[str], prefix: str, language: str
) -> tuple[str, ...]:
    """What the organiser wrote, each bare opinion with the number of the proposal that it stands below. `text` is the
    whole mail with its quotes, `letters` are the texts of the letters of ours that it may quote."""
    begins = _beginnings(letters, prefix)
    numbers = list(_numbers(text.split("\n"), begins, prefix, language)) if begins else []
    bare = [at for at, line in enumerate(written) if opinion_alone(line, prefix, language)]
    if len(bare) != len(numbers):  # what was cut from the mail makes it uncertain which is which
        return tuple(written)
    by_line = dict(zip(bare, numbers, strict=True))
    return tuple(
        f"{number} {line.strip()}" if (number := by_line.get(at)) is not None else line
        for at, line in enumerate(written)
    )


def _beginnings(letters: Iterable[str], prefix: str) -> dict[str, int]:
    """The lines that proposals begin with, blanks apart, and their numbers."""
    begins = re.compile(rf"  {re.escape(prefix)}-(\d{{1,6}}) {{2,}}\S")  # `letters/_proposal.txt`
    found: dict[str, int] = {}
    for letter in letters:
        lines = letter.splitlines()
        count = Counter(map(_plain, lines))
        found |= {
            _plain(line): int(match[1])
            for line in lines
            if (match := begins.match(line)) and count[_plain(line)] == 1
        }
    return found


def _numbers(
    lines: Sequence[str], begins: Mapping[str, int], prefix: str, language: str
) -> Iterator[int | None]:
    """For each bare opinion of the mail, outside its quotes, the proposal that it stands below."""
    for at, line in enumerate(lines):
        if _QUOTED.match(line) or not opinion_alone(line, prefix, language):
            continue
        above = at - 1
        while above >= 0 and at - above <= _BLANKS and not lines[above].strip():
            above -= 1
        quote = _QUOTED.match(lines[above]) if above >= 0 else None
        yield begins.get(_plain(lines[above][quote.end() :])) if quote else None


def _plain(line: str) -> str:
    return " ".join(line.split())
