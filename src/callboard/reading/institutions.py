"""Institutions: whether a line or a part of it names one, rather than a job, a street or a telephone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from callboard.reading import jobs, vocabulary
from callboard.reading.clues import acronym, domain_of, names_organisation, nothing
from callboard.reading.layout import LINK, fold
from callboard.reading.lookup import Phrases
from callboard.reading.names import EMAIL, word_list

_BETWEEN = re.compile(r"\s*[|•·]\s*|\s+[-–—]{1,3}\s+|\s{3,}|\t+|[,;]\s+")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{6,24}")
_POSTCODE = re.compile(r"(?:^|\s)(?:[A-Z]{1,2}-?)?\d{4,6}(?:\s|$)")
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,5}\s[^\W\d_a-z]")  # "29200 Brest"
_HOUSE = re.compile(r"\d{1,4}\s?(?:[^\W\d_]{3}|[a-zA-Z])?\s{1,9}[^\W\d_]")  # "12 bis rue", "3b Main St"
_LINE_AT_MOST = 400  # characters
_WORDS_AT_MOST = 12
_UNKNOWN_AT_MOST = 6  # words of an institution that no word shows to be one


class Shown(IntEnum):
    """What shows that words are an institution."""

    NOTHING = 0
    GUESSED_BESIDE_JOB = 1
    GUESSED = 2  # it stands where one would
    IN_JOB = 3  # "Directrice du musée de Brenne"
    SURE = 4


@dataclass(frozen=True, slots=True)
class _Place:
    name: str = ""
    shown: Shown = Shown.NOTHING


def certain(text: str, addresses: Sequence[str] = ()) -> bool:
    """Whether something shows that the words are an institution: a word of institutions, capitals, a domain."""
    return names_organisation(text) or acronym(text.split("(")[0]) or domain_of(text, addresses)


def contact(text: str) -> bool:
    """Whether a text is how to reach somebody: an address, a telephone, a street, a room, a link."""
    if EMAIL.search(text) or LINK.search(text) or text.startswith(("www.", "@")) or _NUMBER.search(text):
        return True
    tokens = fold(text).split()
    if tokens and tokens[0] in word_list("contacts"):
        return True
    return _street(text)


def _formerly(text: str) -> bool:
    """Whether words say what somebody was: "ancien pilote du port", "formerly X Ltd"."""
    found = vocabulary.any_of("people", "formerly").match(fold(text))
    return found is not None and text[:1].islower()


def _street(text: str) -> bool:
    if _TOWN.match(text):
        return True
    if names_organisation(text):
        return False
    tokens = fold(text).split()
    return bool(_POSTCODE.search(text) or _HOUSE.match(text) or not word_list("streets").isdisjoint(tokens))


def in_line(line: str, addresses: Sequence[str]) -> _Place:
    """The institution on a line of a signature, and what shows that it is one."""
    line = line[:_LINE_AT_MOST]
    kept: list[tuple[int, int]] = []
    shown, in_job, doing, street = Shown.NOTHING, _Place(), False, False
    for start, end in _parts(line):
        text = line[start:end]
        if nothing(text) or contact(text) or ":" in text or _formerly(text):
            street = street or _street(text)
        elif jobs.is_job(text) or _like_job(text):
            doing = True
            in_job = max(in_job, _in_job(text, line), key=lambda place: place.shown)
        elif certain(text, addresses) and (text != text.lower() or line == line.lower()):
            kept.append((start, end))
            shown = Shown.SURE
        elif not street and _could_be(text):  # a town behind a street is no institution
            kept.append((start, end))
            shown = max(shown, Shown.GUESSED_BESIDE_JOB if doing else Shown.GUESSED)
    if not kept or (in_job.shown > shown):
        return in_job
    if shown == Shown.SURE and "|" in line:
        # "Product Owner | Clever Oak GmbH | Bregenz": between bars each part is for itself.
        kept = [(start, end) for start, end in kept if certain(line[start:end], addresses)]
    if shown < Shown.SURE and (_in_a_town(line) or (doing and _alone_at_work(line))):
        return in_job
    return _Place(jobs.bare_place(_together(line, kept)), shown)


def _in_job(text: str, line: str) -> _Place:
    """ "Sent from my phone": what stands behind "from" is an institution where it is written as one."""
    place = jobs.place_of(text)
    if not place or (place == place.lower() and line != line.lower()):
        return _Place()
    return _Place(place, Shown.SURE if jobs.employer(text) else Shown.IN_JOB)


def _together(line: str, kept: Sequence[tuple[int, int]]) -> str:
    """The parts kept, as they stand in the line where nothing between them is left out."""
    first, last = kept[0][0], kept[-1][1]
    between = [part for part in _parts(line) if first <= part[0] and part[1] <= last]
    return line[first:last] if between == list(kept) else ", ".join(line[start:end] for start, end in kept)


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


def _could_be(text: str) -> bool:
    return (
        len(text.split()) <= _UNKNOWN_AT_MOST
        and not text[0].islower()
        and not text.endswith((".", "!", "?", ":", ","))
        and text[0] not in "\"“«'(["
        and not any(sign.isdigit() for sign in text)
    )


def _in_a_town(line: str) -> bool:
    """Whether a line is only a town: "Lisboa, Portugal"."""
    return len(_parts(line)) <= 2 and not word_list("places").isdisjoint(fold(line).split())


def _alone_at_work(line: str) -> bool:
    """Whether a job is nobody else's: "Independent researcher, Hull"."""
    return not word_list("asides").isdisjoint(fold(line).split())


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
    found: list[_Place] = []
    for line in lines:
        text = line[:_LINE_AT_MOST].strip(" \t*_|-–—")
        text = text[1:-1] if text[:1] == "(" and text[-1:] == ")" and text.count("(") == 1 else text
        if ends_signature(text) or _sentence(text):
            break
        found.append(in_line(text, addresses))
        if _street(text):
            break
    best = max((place.shown for place in found), default=Shown.NOTHING)
    names = list(dict.fromkeys(place.name for place in found if place.shown == best and place.name))
    return ", ".join(names) if best == Shown.SURE else next(iter(names), None)


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


def _device() -> Phrases:
    return vocabulary.pattern("quoting", "device")


def _disclaimer() -> Phrases:
    return vocabulary.pattern("quoting", "disclaimer")
