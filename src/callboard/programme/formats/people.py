"""The index of speakers: who they are, in the order of their names, with what they present.

Two people of one name are told apart by address or affiliation; neither address nor guess is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from callboard.programme.formats.parts import Entry, Person
from callboard.programme.formats.printable import MOST_NAME, clean
from callboard.proposals import ProposalCard


@dataclass
class _Known:
    """One person, as far as they are known."""

    name: str
    addresses: set[str] = field(default_factory=set)
    affiliations: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def index(entries: Iterable[Entry], cards: Mapping[int, ProposalCard]) -> tuple[Person, ...]:
    """Who speaks, by their last name."""
    people: dict[str, list[_Known]] = {}
    for entry in entries:
        addresses = _addresses(cards.get(entry.number)) if entry.number is not None else {}
        for line in entry.speakers:
            same_name = people.setdefault(line.name.casefold(), [])
            address = addresses.get(line.name.casefold())
            known = _find(same_name, address, line.affiliation)
            if known is None or entry in known.entries:
                known = _Known(line.name)
                same_name.append(known)
            known.entries.append(entry)
            known.addresses |= {address} if address else set()
            if line.affiliation and line.affiliation not in known.affiliations:
                known.affiliations.append(line.affiliation)
    found = (
        Person(one.name, one.affiliations[0] if one.affiliations else None, tuple(one.entries))
        for same_name in people.values()
        for one in same_name
    )
    return tuple(sorted(found, key=lambda person: (sort_key(person.name), person.affiliation or "")))


def sort_key(name: str) -> tuple[str, str]:
    """The last word of a name first, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = plain.replace("’", "'").split()
    last = words[-1] if words else ""
    # "d'Ornano" stands under O, as in a French index.
    return last[2:] if last.startswith(("d'", "l'")) else last, plain


def _addresses(card: ProposalCard | None) -> dict[str, str]:
    speakers = card.speakers if card else ()
    return {clean(one.name, MOST_NAME).casefold(): one.email.casefold() for one in speakers if one.email}


def _find(same_name: Iterable[_Known], address: str | None, affiliation: str | None) -> _Known | None:
    """Who of that name it is: by address, by affiliation, or for want of anything that tells them apart."""
    candidates = list(same_name)
    for known in candidates:
        if address in known.addresses or (affiliation and affiliation in known.affiliations):
            return known
    for known in candidates:
        told_apart = (address and known.addresses) or (affiliation and known.affiliations)
        if not told_apart:
            return known
    return None
