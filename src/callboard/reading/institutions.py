"""Institutions beside names: under a signature, in a job title, on a line of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from callboard.reading import vocabulary
from callboard.reading.layout import LINK, fold
from callboard.reading.people import EMAIL, line_of_people, place_words, word_list
from callboard.reading.result import SpeakerFound


def signed(lines: Sequence[str], sender: str | None) -> SpeakerFound | None:
    """Whoever signs with these lines: a name, and the institution on the lines below it."""
    for at, line in enumerate(lines[:6]):
        people = line_of_people(line.strip(" -–—*_"), sender) or ()
        if len(people) == 1:
            return replace(people[0], affiliation=people[0].affiliation or _place(lines[at + 1 : at + 5]))
    return None


def _place(lines: Iterable[str]) -> str | None:
    """The first line under a name that is an institution: no job, no street, no telephone."""
    for line in lines:
        text = line.strip(" \t*_|-–—")
        tokens = fold(text).split()
        if not tokens:
            continue
        if vocabulary.pattern("quoting", "device").search(vocabulary.fold(text)):
            return None  # "Sent from my phone" is no institution
        if EMAIL.search(text) or LINK.search(text) or any(c.isdigit() for c in text) or len(text) > 100:
            return None
        if tokens[-1] in word_list("jobs") and len(tokens) <= 4:
            continue  # "Research Associate"
        if tokens[0] in word_list("roles"):
            place = place_words().search(text) or re.search(r",\s+(?=[A-ZÀ-Þ])", text)
            if place:
                return text[place.end() :].strip()
            continue
        return text if len(tokens) <= 12 and not text.endswith((".", "!", "?")) else None
    return None


def employer(job: str) -> str | None:
    """The institution in a job title: "Engineer at Company", "Ingénieure chez Société"."""
    place = place_words().search(f" {job}")
    return job[place.end() - 1 :].strip(" .") or None if place else None


def institution(text: str) -> bool:
    """Whether a short line is only an institution: it names one, and is no sentence."""
    tokens = fold(text).split()
    return (
        0 < len(tokens) <= 20
        and text[-1:] not in ".!?:"
        and not word_list("organisations").isdisjoint(tokens)
    )


def at_institution(people: Iterable[SpeakerFound], place: str) -> tuple[SpeakerFound, ...]:
    """The people, all of that institution."""
    return tuple(replace(person, affiliation=place) for person in people)
