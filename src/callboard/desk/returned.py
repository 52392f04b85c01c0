"""Our own letter in an organiser's answer: which lines came back, though no quote mark says so.

Some mail programs mark no quotes, fold anew what they quote, or quote the page instead of the text. Among our
letter's lines are titles and names that strangers chose; none of them may become an order. So words are compared, not
lines: what came back stands in a long run of words that our letter has too, together with words of the lines around
it. What an organiser writes within our letter interrupts the run. Pure functions on text.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from callboard.mailroom.htmltext import html_to_text

RUN = 8  # words in a row that nobody writes twice by chance
_WORD = re.compile(r"\w+")


def texts_of(raw: bytes) -> tuple[str, ...]:
    """A letter of ours as it may come back: its text, and the text of its page."""
    found = []
    for part in email.message_from_bytes(raw).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            text = content.decode("utf-8", "replace")
            found.append(html_to_text(text) if part.get_content_subtype() == "html" else text)
    return tuple(found)


def came_back(lines: Sequence[str], letters: Iterable[str]) -> tuple[bool, ...]:
    """For each line of an answer, whether it is one of these letters', in whatever folding."""
    texts = tuple(letters)
    ours = {_plain(line) for text in texts for line in text.split("\n")} - {""}
    words = [_words(line) for line in lines]
    starts = list(accumulate(map(len, words), initial=0))
    joined = _joined([word for line in words for word in line], texts)
    return tuple(
        _plain(line) in ours or _goes_beyond(joined, start, end)
        for line, start, end in zip(lines, starts, starts[1:], strict=False)
    )


def _goes_beyond(joined: Sequence[bool], start: int, end: int) -> bool:
    """Whether a line is joined to the one above or below it as it is in our letter. An order that is given again, in
    the words in which our letter quotes it, is joined to neither."""
    return start < end and ((start > 0 and joined[start - 1]) or all(joined[start:end]))


def _joined(words: Sequence[str], texts: Iterable[str]) -> list[bool]:
    """For each word whether it and the next stand in a run of words that one of our letters has too."""
    ours = frozenset(run for text in texts for run in _runs(_words(text)))
    begun, found = -RUN, []
    runs = [run in ours for run in _runs(words)]
    for at in range(len(words)):
        begun = at if at < len(runs) and runs[at] else begun
        found.append(at + 1 < begun + RUN)
    return found


def _plain(line: str) -> str:
    return " ".join(line.split())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(RUN)), strict=False)
