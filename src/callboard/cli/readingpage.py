"""What is understood of messages as one web page: each message with its fields marked, and the fields beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from callboard.call import Call
from callboard.reading import Reading, margin, report
from callboard.reading.margin import Piece
from callboard.reading.report import Row
from callboard.templating import Templates

TEMPLATE = "pages/reading.html"


@dataclass(frozen=True)
class Part:
    """A text of the message, with a heading where it needs one."""

    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Shown:
    """A message as the page shows it; the rows of each proposal by the names that its marks have."""

    name: str
    summary: tuple[str, ...]
    headers: tuple[Part, ...]
    parts: tuple[Part, ...]
    proposals: tuple[dict[str, Row], ...]


def render(found: Iterable[tuple[str, Reading]], call: Call | None) -> str:
    """The page. No request leaves it, and it runs no script."""
    shown = [_shown(name, reading, call) for name, reading in found]
    return Templates().render(TEMPLATE, messages=shown, doubtful=report.DOUBTFUL, derived=margin.DERIVED)


def _shown(name: str, reading: Reading, call: Call | None) -> Shown:
    headers = (("From", "sender"), ("Subject", "subject"))
    several = len(reading.proposals) > 1
    return Shown(
        name,
        tuple(report.summary(reading)),
        tuple(_part(reading, part, heading) for heading, part in headers if reading.parts.get(part)),
        tuple(_part(reading, part, part if part != "text" else "") for part in margin.shown(reading)),
        tuple(
            {
                row.name.replace(" ", "_") + (f" {number}" if several else ""): row
                for row in report.rows(found, reading.kind, call)
            }
            for number, found in enumerate(reading.proposals, 1)
        ),
    )


def _part(reading: Reading, part: str, heading: str) -> Part:
    return Part(heading, tuple(margin.pieces(reading, part)))
