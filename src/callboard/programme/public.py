"""What everybody may see of a programme: told decisions, at the places that were released.

Drafts are the organisers' own. A talk that waits for a decision, one whose speaker has not been told yet, one that was
declined or withdrawn since: none is in what this module returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from callboard.programme.timetable import Item, Kind, Listed, Programme
from callboard.proposals import ProposalCard, State

PUBLIC_STATES = frozenset({State.ACCEPTED, State.CONFIRMED})


def public(programme: Programme, cards: Sequence[ProposalCard]) -> Programme:
    """The programme without what is not public, with titles and names as the cards have them now.

    `cards` carry the states that speakers know (`store.cards_as_told`). An accepted talk that found no place is
    listed without a time.
    """
    shown = {card.number: card for card in cards if card.state in PUBLIC_STATES}
    days = tuple(replace(day, items=tuple(_items(day.items, shown))) for day in programme.days)
    waiting = (*programme.unscheduled, *(replace(entry, reason=None) for entry in programme.left_out))
    return replace(
        programme,
        days=days,
        unscheduled=tuple(_listed(waiting, shown)),
        left_out=(),
        posters=tuple(_listed(programme.posters, shown)),
        clashes=(),
    )


def announced(programme: Programme) -> Programme:
    """What may be said before anything was released: the invited talks, without a time."""
    invited = [item for item in programme.items if item.kind is Kind.INVITED]
    listed = (Listed(item.title, item.speakers, item.affiliation) for item in invited)
    others = (entry for entry in (*programme.unscheduled, *programme.left_out) if entry.number is None)
    return Programme(
        programme.timezone, unscheduled=(*listed, *(replace(entry, reason=None) for entry in others))
    )


def _items(items: Iterable[Item], shown: Mapping[int, ProposalCard]) -> Iterable[Item]:
    for item in items:
        if item.number is None:
            yield item
        elif item.number in shown:
            card = shown[item.number]
            yield replace(item, title=card.title, speakers=_names(card), undecided=False)


def _listed(entries: Iterable[Listed], shown: Mapping[int, ProposalCard]) -> Iterable[Listed]:
    for entry in entries:
        if entry.number is None:
            yield entry
        elif entry.number in shown:
            card = shown[entry.number]
            yield replace(entry, title=card.title, speakers=_names(card), undecided=False)


def _names(card: ProposalCard) -> tuple[str, ...]:
    return tuple(speaker.name for speaker in card.speakers)
