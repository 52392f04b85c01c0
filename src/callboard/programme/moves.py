"""What moved between two drafts of the programme, in words an organiser can check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callboard.programme.timetable import Programme


@dataclass(frozen=True)
class Move:
    """A talk that has got a place ("new"), another one ("moved"), or none any more ("gone")."""

    kind: str
    number: int
    title: str | None
    start: datetime | None = None


def moves(before: Programme, after: Programme) -> tuple[Move, ...]:
    """The talks whose place changed, in the new draft's order; those that lost theirs last."""
    old = {t.number: t for t in before.talks if t.number is not None}
    new = {t.number: t for t in after.talks if t.number is not None}
    placed = [
        Move("moved" if n in old else "new", n, talk.title, talk.start)
        for n, talk in new.items()
        if n not in old or old[n].start != talk.start
    ]
    return (*placed, *(Move("gone", n, talk.title) for n, talk in old.items() if n not in new))
