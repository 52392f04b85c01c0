"""What everybody may see of a programme: told decisions, at the places that were released.

Drafts are the organisers' own. A talk that waits for a decision, one whose speaker has not been told yet, one that was
declined or withdrawn since: none is in what this module returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from callboard.programme.timetable import Item, Kind, Listed, Programme
from callboard.proposals import ProposalCard, State

PUBLIC_STATES = frozenset({State.ACCEPTED, State.CONFIRMED})

# A talk in one of these states has been public if it was released. What was declined, or waits, may never have been:
# nothing may tell that it was considered.
TOLD_OF = PUBLIC_STATES | {State.WITHDRAWN}


def public(programme: Programme, cards: Sequence[ProposalCard]) -> Programme:
    """The programme without what is not public, with titles and names as the cards have them now.

    `cards` carry the states that speakers know (`store.cards_as_told`). An accepted talk that found no place is
    listed without a time.
    """
    shown = {card.number: card for card in cards if card.state in PUBLIC_STATES}

    def told(one: Item | Listed) -> Item | Listed | None:
        if one.number is None:
            return one
        card = shown.get(one.number)
        if card is None:
            return None
        return replace(one, title=card.title, speakers=tuple(s.name for s in card.speakers), undecided=False)

    known = programme.each(told)
    placeless = tuple(replace(entry, reason=None) for entry in known.left_out)
    return replace(known, unscheduled=(*known.unscheduled, *placeless), left_out=(), clashes=())


def once_public(releases: Iterable[Programme], cards: Sequence[ProposalCard]) -> tuple[Programme, ...]:
    """Of what was released, the oldest first, what was public, as far as it may be known that it was; each talk of
    these speakers in the first one that had it, and in no other."""
    told = {card.number for card in cards if card.state in TOLD_OF}
    seen = set[tuple[int | None, tuple[str, ...]]]()

    def new(one: Item | Listed) -> Item | Listed | None:
        known, key = (
            one.number is None or (one.number in told and not one.undecided),
            (one.number, one.speakers),
        )
        if not known or key in seen:
            return None
        seen.add(key)
        return one

    return tuple(replace(programme.each(new), clashes=()) for programme in releases)


def announced(programme: Programme) -> Programme:
    """What may be said before anything was released: the invited talks, without a time."""
    invited = [item for item in programme.items if item.kind is Kind.INVITED]
    listed = (Listed(item.title, item.speakers, item.affiliation) for item in invited)
    others = (entry for entry in (*programme.unscheduled, *programme.left_out) if entry.number is None)
    return Programme(
        programme.timezone, unscheduled=(*listed, *(replace(entry, reason=None) for entry in others))
    )
