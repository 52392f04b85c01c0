"""Whom somebody asks us to add to a talk in so many words: "merci d'ajouter Paul Noir (LIRE) et Anna Berg".

The sentence names people and nothing else. "Add a section", "add Paul in copy", "add Paul's paper" name something else,
and "add High Water" may: it is a person's name only where a given name, an address or an institution shows it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading import people
from callboard.reading.clues import given, names_organisation
from callboard.reading.names import between, word_list
from callboard.reading.result import SpeakerFound
from callboard.reading.speech import Sentence
from callboard.reading.vocabulary import any_of, fold, pattern

_IN_BRACKETS = re.compile(r"(?:\s?[(<][^()<>\n]{2,120}[)>]){1,2}")
_MOST = 12  # people in one sentence
_SIGNS = " .,;:!?"
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
        bare = people.tidy_name(each[0])
        parsed = people.parse(f"{bare}{brackets[0]}", trusted=True) if brackets else ()
        found.append(parsed[0] if parsed else SpeakerFound(bare))
        if brackets and not (found[-1].email or _is_place(found[-1].affiliation or "")):
            return ()  # "(cc)", "(not speaking)"
        end = brackets.end() if brackets else each.end()
        rest, joint = one.said[end:], between().match(one.said, end)
        each = name.match(one.said, joint.end()) if joint and not names_organisation(rest) else None
    place = _place(rest) if names_organisation(rest) else None
    if place and not found[-1].affiliation:
        found[-1], rest = replace(found[-1], affiliation=place), ""
    said = _plain(rest)
    ends = not said or pattern("changes", "add_tail").fullmatch(said)
    return tuple(found) if ends and all(_is_person(person, sender) for person in found) else ()


def _is_person(who: SpeakerFound, sender: str | None) -> bool:
    shown = who.email or who.affiliation or given(who.name.split()[0])
    return bool(shown) and people.looks_like_name(who.name) and not people.same_person(who.name, sender)


def _is_place(text: str) -> bool:
    """Whether words in brackets name where somebody works: "Université de Tours", "CNRS"."""
    return names_organisation(text) or any(word.isupper() for word in re.findall(r"\w{3,}", text))


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
