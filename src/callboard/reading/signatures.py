"""Signatures: who signs a letter, and the institution that stands below the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callboard.reading import institutions, jobs, letter
from callboard.reading.bylines import line_of_people
from callboard.reading.clues import NOTHING_KNOWN, Around, leaning
from callboard.reading.layout import fold
from callboard.reading.names import EMAIL, initials_of, looks_like_name, owns, same_person, tidy_name
from callboard.reading.result import SpeakerFound

_NAME_WITHIN = 6  # lines from the top
_LINES_BELOW = 8


def signed(lines: Sequence[str], sender: str | None, around: Around = NOTHING_KNOWN) -> SpeakerFound | None:
    """Whoever signs with these lines, with the institution on the lines below; None where nobody does."""
    lines = [line.strip() for line in lines if line.strip(" \t-–—_*")]
    at = _name(lines, sender)
    if at is None:
        return None
    person = _person(lines[at], sender)
    below = [line for line in lines[at + 1 : at + 1 + _LINES_BELOW] if not _repeats(line, person.name)]
    addresses = (*around.addresses, *EMAIL.findall("\n".join(below)))
    mine = next((email for email in addresses if owns(person.name, email)), None) if not sender else None
    place = person.affiliation or institutions.below_name(below, addresses)
    return replace(person, affiliation=place, email=person.email or mine)


def signing_together(
    lines: Sequence[str], sender: str | None, around: Around = NOTHING_KNOWN
) -> tuple[SpeakerFound, ...]:
    """The people who sign a letter together, on one line or one below the other, the sender among them."""
    lines = [line.strip() for line in lines if line.strip(" \t-–—_*")][:_NAME_WITHIN]
    for at, line in enumerate(lines):
        found = () if letter.closes(line) else line_of_people(line, sender)
        if len(found) < 2 or not any(same_person(person.name, sender) for person in found):
            continue
        if any(_may_be_place(person, line, sender, around) for person in found):
            continue
        place = institutions.below_name(lines[at + 1 :], around.addresses)
        return tuple(replace(person, affiliation=person.affiliation or place) for person in found)
    return ()


def _may_be_place(person: SpeakerFound, line: str, sender: str | None, around: Around) -> bool:
    """Whether words behind a name and a comma are as likely where its owner lives: "Ada Moreau, West Quay"."""
    known = person.email or same_person(person.name, sender) or leaning(person.name, around) > 0
    return not known and f", {person.name}" in line


def _name(lines: Sequence[str], sender: str | None) -> int | None:
    """The line with the name: the sender's, else the first that looks like one."""
    top = range(min(len(lines), _NAME_WITHIN))
    found = [at for at in top if not letter.closes(lines[at]) and len(line_of_people(lines[at], sender)) == 1]
    known = [at for at in found if same_person(_person(lines[at], sender).name, sender)]
    if known:
        # The fuller of "Ada" above "-- " and "Ada Moreau" below it.
        return max(known, key=lambda at: (len(fold(_person(lines[at], sender).name).split()), -at))
    return found[0] if found else None


def _person(line: str, sender: str | None) -> SpeakerFound:
    """The person on a line of a signature, without the job beside the name."""
    person = line_of_people(line, sender)[0]
    place = person.affiliation
    if place and ("|" in place or institutions.contact(place) or jobs.is_job(place)):
        place = institutions.in_line(place, ()).name or None
    return replace(person, affiliation=place)


def _repeats(line: str, name: str) -> bool:
    """Whether a line is only the name again, as in a signature below a letter that is signed by hand."""
    bare = tidy_name(line)
    if initials_of(bare, name):
        return True
    return looks_like_name(bare, trusted=True) and same_person(bare, name)


def place_in(lines: Sequence[str], addresses: Sequence[str], sender: str | None) -> str | None:
    """The institution in a signature without a name: only where its words show that it is one."""
    sure: list[str] = []
    for line in [line for line in lines if line.strip()][:_LINES_BELOW]:
        if institutions.ends_signature(line):
            break
        place = None if initials_of(line.strip(" -–—*_"), sender) else _shown(line, addresses)
        sure.extend([place] if place else [])
    return ", ".join(dict.fromkeys(sure)) or None


def _shown(line: str, addresses: Sequence[str]) -> str | None:
    place = institutions.in_line(line.strip(" \t*_|-–—"), addresses)
    return place.name if place.shown >= institutions.Shown.IN_JOB else None
