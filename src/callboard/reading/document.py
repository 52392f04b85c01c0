"""A text that may hold proposals, and what is known about it from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.reading.layout import Line
from callboard.reading.result import Source


@dataclass(frozen=True)
class Document:
    """The text of a mail or of a document that came with it."""

    text: str
    part: str = "text"
    sender: str | None = None  # the name of whoever wrote it
    address: str | None = None
    subject: str = ""
    cover: str = ""  # the letter that came with an attached document
    signature: str = ""
    emphasised: tuple[str, ...] = ()  # what the HTML set in bold or underlined
    posted: bool = False  # on a list, whose readers a text may ask what it proposes to discuss
    names: tuple[str, ...] = ()  # of the call and its event: no part of a title in a subject


def source_of(document: Document, rule: str, lines: Sequence[Line] = ()) -> Source:
    """Where a field came from, with the place of these lines in the document."""
    start = next((line.start for line in lines if not line.blank), None)
    end = next((line.end for line in reversed(lines) if not line.blank), None)
    return Source(document.part, rule, start=start, end=end)
