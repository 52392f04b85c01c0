"""Institutions: whether a line or a part of it names one, rather than a job, a street or a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from callboard.reading import jobs, vocabulary
from callboard.reading.clues import acronym, domain_of, names_organisation, nothing
from callboard.reading.layout import LINK, fold
from callboard.reading.names import EMAIL, word_list
from callboard.reading.result import SpeakerFound

_BETWEEN = re.compile(r"\s*[|•·]\s*|\s+[-–—]{1,3}\s+|\s{3,}|\t+|[,;]\s+")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{6,24}")
_POSTCODE = re.compile(r"(?:^|\s)(?:[A-Z]{1,2}-?)?\d{4,6}(?:\s|$)")
_HOUSE = re.compile(r"\d{1,4}\s?(?:bis|ter|[a-zA-Z])?\s+[^\W\d_]")
_WORDS_AT_MOST = 12
_UNKNOWN_AT_MOST = 6  # words of an institution that no word shows to be one


def institution(text: str) -> bool:
    """Whether a short line is only an institution: it names one, and is no sentence."""
    tokens = fold(text).split()
    return 0 < len(tokens) <= 20 and text[-1:] not in ".!?:" and names_organisation(text)


def at_institution(people: Iterable[SpeakerFound], place: str) -> tuple[SpeakerFound, ...]:
    """The people, all of that institution."""
    return tuple(replace(person, affiliation=place) for person in people)


def contact(text: str) -> bool:
    """Whether a text is how to reach somebody: an address, a telephone, a street, a room, a link."""
    if EMAIL.search(text) or LINK.search(text) or text.startswith(("www.", "@")) or _NUMBER.search(text):
        return True
    tokens = fold(text).split()
    if tokens and tokens[0] in word_list("contacts"):
        return True
    if names_organisation(text):
        return False
    return bool(_POSTCODE.search(text) or _HOUSE.match(text) or not word_list("streets").isdisjoint(tokens))


def in_line(line: str, addresses: Sequence[str]) -> tuple[str | None, bool]:
    """The institution on a line of a signature, and whether something shows that it is one."""
    kept: list[tuple[int, int]] = []
    sure = False
    in_job: str | None = None
    known = True
    for start, end in _parts(line):
        text = line[start:end]
        if nothing(text) or contact(text) or ":" in text:
            known = False  # a town behind a street is no institution
        elif jobs.is_job(text) or _like_job(text):
            in_job = in_job or jobs.place_of(text)
        elif certain(text, addresses):
            kept.append((start, end))
            sure = True
        elif known and _could_be(text):
            kept.append((start, end))
    if not kept:
        # "Sent from my phone": what stands behind "from" is an institution where it is written as one.
        return (
            (in_job, True) if in_job and (in_job != in_job.lower() or line == line.lower()) else (None, False)
        )
    first, last = kept[0][0], kept[-1][1]
    together = [part for part in _parts(line) if first <= part[0] and part[1] <= last]
    whole = line[first:last] if together == kept else ", ".join(line[start:end] for start, end in kept)
    return jobs.bare_place(whole), sure


def _parts(line: str) -> list[tuple[int, int]]:
    """Where the parts of a line stand: between commas, dashes and bars outside brackets."""
    parts: list[tuple[int, int]] = []
    start = 0
    for match in _BETWEEN.finditer(line):
        if line.count("(", start, match.start()) > line.count(")", start, match.start()):
            continue
        parts.append((start, match.start()))
        start = match.end()
    parts.append((start, len(line)))
    return [(start, end) for start, end in parts if line[start:end].strip()]


def certain(text: str, addresses: Sequence[str] = ()) -> bool:
    """Whether something shows that the words are an institution: a word of institutions, capitals, a domain."""
    return names_organisation(text) or acronym(text.split("(")[0]) or domain_of(text, addresses)


def _could_be(text: str) -> bool:
    tokens = text.split()
    return (
        len(tokens) <= _UNKNOWN_AT_MOST
        and word_list("places").isdisjoint(fold(text).split())
        and not text[0].islower()
        and not text.endswith((".", "!", "?", ":", ","))
        and text[0] not in "\"“«'(["
        and not any(sign.isdigit() for sign in text)
    )


def _like_job(text: str) -> bool:
    """Whether words look like what somebody does: "Research software engineer", a capital only at the beginning."""
    tokens = text.split()
    return (
        1 < len(tokens) <= _UNKNOWN_AT_MOST
        and not names_organisation(text)
        and all(token[0].islower() for token in tokens[1:] if token[0].isalpha())
    )


def below_name(lines: Sequence[str], addresses: Sequence[str]) -> str | None:
    """The institution in the lines under a name: no job, no street, no telephone; several lines are one."""
    sure: list[str] = []
    guess: str | None = None
    reachable = False  # a street or a telephone came before
    for line in lines:
        text = line.strip(" \t*_|-–—")
        if ends_signature(text):
            break
        if _sentence(text):
            break
        place, shown = in_line(text, addresses)
        if place and shown:
            sure.append(place)
        elif place and guess is None and not reachable and not sure:
            guess = place
        reachable = reachable or contact(text)
    return ", ".join(dict.fromkeys(sure)) or guess


def _sentence(text: str) -> bool:
    """Whether a line says something rather than naming an institution."""
    tokens = fold(text).split()
    if len(tokens) > _WORDS_AT_MOST and not names_organisation(text):
        return True
    return len(tokens) > 4 and not word_list("first_person").isdisjoint(tokens)


def ends_signature(text: str) -> bool:
    """Whether what follows is no longer the writer's: "Sent from my phone", a disclaimer, a saying."""
    plain = vocabulary.fold(text)
    if text[:1] in '"“«>' or _device().search(plain) or _disclaimer().search(plain):
        return True
    return len(text.split()) > _WORDS_AT_MOST and text.endswith((".", "!", "?"))


@cache
def _device() -> re.Pattern[str]:
    return vocabulary.pattern("quoting", "device")


@cache
def _disclaimer() -> re.Pattern[str]:
    return vocabulary.pattern("quoting", "disclaimer")
