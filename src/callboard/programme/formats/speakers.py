"""Who speaks: one value for one person, however many talks: a line of the index, a calendar of their own.

Two people of one name are told apart by their addresses, which go no further than this module, and by their
affiliations. Who was public first keeps the plain key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callboard.programme.formats import plain
from callboard.programme.timetable import Item, Listed, Programme
from callboard.proposals import ProposalCard


@dataclass(frozen=True)
class Speaker:
    """A person on the programme."""

    key: str  # fit for a file's name: "ada-sample"; of two people of one name "ada-sample-7"
    name: str
    affiliation: str | None = None


@dataclass(frozen=True)
class _Mention:
    """A name where the programme has it."""

    number: int | None
    written: str
    name: str
    affiliation: str | None
    address: str | None


@dataclass(frozen=True)
class _Person:
    """Whoever several names on a programme are."""

    mentions: tuple[_Mention, ...]
    since: int  # which programme


def who(
    programme: Programme, cards: Mapping[int, ProposalCard], earlier: Sequence[Programme] = ()
) -> dict[tuple[int | None, str], Speaker]:
    """By the proposal's number (None: invited) and the name as the programme writes it, the person.

    `earlier` is what was public before, the oldest first: who was there first keeps their key, whoever of their name
    comes or goes.
    """
    by_name: dict[str, dict[tuple[int | None, str], _Mention]] = {}
    for there in (programme, *reversed(earlier)):
        for mention in _mentions(there, cards):
            mine = by_name.setdefault(mention.name.casefold(), {})
            mine.setdefault((mention.number, mention.written), mention)
    ages = _ages((*earlier, programme), cards)
    namesakes = [
        [
            _Person(tuple(mentions), min(ages[one.number, one.name] for one in mentions))
            for mentions in _apart(list(mine.values()))
        ]
        for mine in by_name.values()
    ]
    people = [(person, among) for among in namesakes for person in among]
    taken: set[str] = set()
    found: dict[tuple[int | None, str], Speaker] = {}
    for person, among in sorted(people, key=lambda one: one[0].since):
        alone = all(other.since > person.since for other in among if other is not person)
        # The talks that they were first there with: another one does not change the key.
        numbers = (one.number for one in person.mentions if ages[one.number, one.name] == person.since)
        key = _key(person, taken, numbers, alone=alone)
        taken.add(key)
        affiliation = next((one.affiliation for one in person.mentions if one.affiliation), None)
        for one in person.mentions:
            found[one.number, one.written] = Speaker(key, one.name, one.affiliation or affiliation)
    return found


def _ages(
    programmes: Sequence[Programme], cards: Mapping[int, ProposalCard]
) -> dict[tuple[int | None, str], int]:
    """Since when each name of each talk has been there: since which programme."""
    found: dict[tuple[int | None, str], int] = {}
    for age, programme in enumerate(programmes):
        for mention in _mentions(programme, cards):
            found.setdefault((mention.number, mention.name), age)
    return found


def _mentions(programme: Programme, cards: Mapping[int, ProposalCard]) -> Iterator[_Mention]:
    listed = (*programme.unscheduled, *programme.left_out, *programme.posters)
    sources: tuple[Item | Listed, ...] = (*programme.items, *listed)
    for source in sources:
        card = cards.get(source.number) if source.number is not None else None
        known = {person.name: person for person in card.speakers} if card else {}
        for written in source.speakers[: plain.SPEAKERS]:
            name, person = plain.name(written), known.get(written)
            affiliation = plain.name((person.affiliation if person else source.affiliation) or "") or None
            address = person.email.casefold() if person and person.email else None
            if name:
                yield _Mention(source.number, written, name, affiliation, address)


def _apart(mentions: list[_Mention]) -> list[list[_Mention]]:
    """The mentions of one name, by person; those with an address first, since they are certain."""
    people: list[list[_Mention]] = []
    for one in sorted(mentions, key=lambda mention: mention.address is None):
        person = _whose(people, one)
        if person is None:
            people.append([one])
        else:
            person.append(one)
    return people


def _whose(people: list[list[_Mention]], one: _Mention) -> list[_Mention] | None:
    """Who of that name it is: by address, by affiliation, or for want of anything that tells them apart."""
    for person in people:
        if one.address and one.address in {other.address for other in person}:
            return person
    candidates = [person for person in people if not (one.address and any(other.address for other in person))]
    for person in candidates:
        if one.affiliation and one.affiliation in {other.affiliation for other in person}:
            return person
    if one.affiliation:
        candidates = [p for p in candidates if not any(other.affiliation for other in p)]
    return candidates[0] if len(candidates) == 1 else None


def _key(person: _Person, taken: set[str], numbers: Iterable[int | None], *, alone: bool) -> str:
    """A name for files; of its own kind for names that have no Latin letters."""
    stem = plain.slug(person.mentions[0].name)
    number = min((number for number in numbers if number is not None), default=None)
    if not stem or not alone:
        stem = f"{stem or 'speaker'}-{number if number is not None else 'invited'}"
    key, again = stem, 1
    while key in taken:
        again += 1
        key = f"{stem}-{again}"
    return key
