"""How often each thing on the programme has moved since it was first public: what calendars must be told.

A calendar takes an event that it knows for another one only when its SEQUENCE is higher (RFC 5545, section 3.8.7.4).
Pure: computed from what was released, so that a lost folder, or another one, gets the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from callboard.programme.formats import events
from callboard.programme.public import TOLD_OF
from callboard.programme.timetable import Item, Programme
from callboard.proposals import ProposalCard


@dataclass(frozen=True)
class Release:
    """A programme that was made public, and when."""

    at: datetime
    programme: Programme


@dataclass(frozen=True)
class Revision:
    """How something on the programme stands: it moved `sequence` times, the last time `at`."""

    sequence: int
    at: datetime
    last: Item  # where it is, or was when it was there for the last time
    cancelled: bool = False


def revisions(releases: Sequence[Release]) -> dict[str, Revision]:
    """By what it is in every draft (`events.keyed`), how everything stands after these releases, the oldest first.

    A new time or room, a cancellation and a return each count as a move.
    """
    found: dict[str, Revision] = {}
    for release in releases:
        there = {key: item for key, item in events.keyed(release.programme).items() if not item.undecided}
        for key, item in there.items():
            found[key] = _seen(found.get(key), item, release.at)
        for key, known in found.items():
            if key not in there and not known.cancelled:
                found[key] = replace(known, sequence=known.sequence + 1, at=release.at, cancelled=True)
    return found


def withdrawn(known: Mapping[str, Revision], cards: Sequence[ProposalCard]) -> dict[str, Revision]:
    """The talks that calendars must cancel, as `of_card` counts."""
    told = {card.number: card for card in cards if card.state in TOLD_OF}
    return {
        key: of_card(one, told[one.last.number].versions, told[one.last.number].updated_at)
        for key, one in known.items()
        if one.cancelled and one.last.number in told
    }


def of_card(known: Revision, versions: int, updated_at: datetime) -> Revision:
    """The revision with what happened between two releases: a withdrawal and its undoing are in none.

    Each version of a proposal counts twice, since the withdrawal itself has counted as a move that its undoing takes
    back: so the number never falls, and a talk that is back outranks its cancellation.
    """
    return replace(known, sequence=known.sequence + 2 * max(versions - 1, 0), at=max(known.at, updated_at))


def _seen(known: Revision | None, item: Item, at: datetime) -> Revision:
    if known is None:
        return Revision(0, at, item)
    moved = known.cancelled or (known.last.start, known.last.end, known.last.room) != (
        item.start,
        item.end,
        item.room,
    )
    if moved:
        return Revision(known.sequence + 1, at, item)
    said_anew = (known.last.title, known.last.speakers) != (item.title, item.speakers)
    return replace(known, last=item, at=at if said_anew else known.at)
