"""The index of speakers: the people on the programme in the order of their names, with what they present."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from callboard.programme.formats.parts import Entry, Person, SpeakerLine


def index(entries: Iterable[Entry]) -> tuple[Person, ...]:
    """Who speaks, by their last name."""
    people: dict[str, tuple[SpeakerLine, list[Entry]]] = {}
    for entry in entries:
        for line in entry.speakers:
            known, presented = people.setdefault(line.key, (line, []))
            if entry not in presented:
                presented.append(entry)
            if line.affiliation and not known.affiliation:
                people[line.key] = (line, presented)
    found = (
        Person(line.key, line.name, line.affiliation, tuple(presented)) for line, presented in people.values()
    )
    return tuple(sorted(found, key=lambda person: (sort_key(person.name), person.affiliation or "")))


def sort_key(name: str) -> tuple[str, str]:
    """The last word of a name first, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = plain.replace("’", "'").split()
    last = words[-1] if words else ""
    # "d'Ornano" stands under O, as in a French index.
    return last[2:] if last.startswith(("d'", "l'")) else last, plain
