"""Whom somebody asks us to add to a talk in so many words: "merci d'ajouter Paul Noir (LIRE) et Anna Berg".

The sentence names people and nothing else. "Add a section", "add Paul in copy", "add Paul's paper" name something else,
and "add High Water" may: it is a person's name only where a given name, an address or an institution shows it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading import people
from callboard.reading.clues import given, names_organisation
from callboard.reading.jobs import is_job
from callboard.reading.names import between, degree, word_list
from callboard.reading.result import SpeakerFound
from callboard.reading.speech import Sentence
from callboard.reading.vocabulary import any_of, fold, pattern

_IN_BRACKETS = re.compile(r"(?:\s?[(<][^()<>\n]{2,120}[)>]){1,2}")
_MOST = 12  # people in one sentence
_SIGNS = " .,;:!?"
_SHORTEST_PLACE = 5  # letters of an institution that no word shows to be one
_PLACE_AT_MOST = 120  # characters of an institution


def named_alone(one: Sentence, name: re.Pattern[str], sender: str | None) -> tuple[SpeakerFound, ...]:
    """Everybody whom the sentence asks to add; nobody when it says anything else. `name` finds a person's name."""
    first = one.said.split(maxsplit=1)[0] if one.said.strip() else ""
    begins = len(first) if any_of("changes", "adds").fullmatch(fold(first)) else 0  # "Ajoutez Paul Noir"
    each = name.search(one.said, begins)
    if each is None or not pattern("changes", "add_request").fullmatch(_plain(one.said[: each.start()])):
        return ()
    found: list[SpeakerFound] = []
    rest = ""
    while each is not None and len(found) < _MOST:
        brackets = _IN_BRACKETS.match(one.said, each.end())
        found.append(with_brackets(people.tidy_name(each[0]), brackets[0] if brackets else ""))
        if brackets and not (found[-1].email or _told(found[-1].affiliation or "", brackets[0])):
            return ()  # "(cc)", "(not speaking)"
        end = brackets.end() if brackets else each.end()
        rest, joint = one.said[end:], between().match(one.said, end)
        each = name.match(one.said, joint.end()) if joint and not names_organisation(rest) else None
    place = _place(rest) if names_organisation(rest) else None
    if place and not found[-1].affiliation:
        found[-1], rest = replace(found[-1], affiliation=place), ""
    said = _plain(_IN_BRACKETS.sub(lambda one: "" if _same_place(one[0]) else one[0], rest))
    ends = not said or pattern("changes", "add_tail").fullmatch(said)
    return tuple(found) if ends and all(_is_person(person, sender) for person in found) else ()


def with_brackets(name: str, brackets: str) -> SpeakerFound:
    """The person with the address and the institution in brackets behind the name; "same lab" names none."""
    parsed = people.parse(f"{name}{brackets}", trusted=True) if brackets else ()
    found = parsed[0] if parsed else SpeakerFound(name)
    return replace(found, affiliation=None) if _same_place(found.affiliation or "") else found


def _told(place: str, brackets: str) -> bool:
    return _is_place(place) or _same_place(brackets)


def _same_place(text: str) -> bool:
    """Whether words only say that somebody works where others of the talk do."""
    return pattern("changes", "same_place").fullmatch(_plain(text.strip(" ()<>"))) is not None


def _is_person(who: SpeakerFound, sender: str | None) -> bool:
    shown = who.email or who.affiliation or given(who.name.split()[0])
    return bool(shown) and people.looks_like_name(who.name) and not people.same_person(who.name, sender)


def _is_place(text: str) -> bool:
    """Whether words in brackets name where somebody works: "Université de Tours", "CNRS"."""
    capitals = sum(letter.isupper() for letter in text)
    if names_organisation(text) or any(word.isupper() for word in re.findall(r"\w{3,}", text)):
        return True
    if capitals < 2 or len(text) < _SHORTEST_PLACE:
        return False
    return _names(text) and not (is_job(text) or degree(text))  # "Météo-Bretagne"


def place_behind(rest: str) -> str | None:
    """The institution behind a comma, up to the next one or the end of the sentence: ", Université de Tours."."""
    if rest.lstrip()[:1] != ",":
        return None
    whole = rest.split(". ")[0]
    first = ",".join(whole.split(",")[:2])
    return next(
        (place for part in (whole, first) if names_organisation(part) and (place := _place(part))), None
    )


def _place(rest: str) -> str | None:
    """The institution behind a comma, or behind "from": ", Université de Tours"; None where more than that follows."""
    place = rest.strip(_SIGNS)
    lead = pattern("changes", "add_from").match(fold(place))
    if lead and place[:1].islower():
        place = place[lead.end() :].strip()
    short = len(place) <= _PLACE_AT_MOST and place[:1].isupper()
    return place if short and (lead or rest.lstrip()[:1] == ",") and _names(place) else None


def _names(place: str) -> bool:
    """Whether every word begins with a capital, but for those that institutions' names hold too."""
    small = people.particles() | word_list("of") | word_list("the") | word_list("for")
    return all(not word[0].islower() or word in small for word in place.split())


def _plain(text: str) -> str:
    return fold("".join(" " if sign in _SIGNS else sign for sign in text)).strip()
