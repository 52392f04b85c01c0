"""Who joins a talk, leaves it, gives it instead, or is written otherwise: sentence by sentence, in a follow-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from callboard.reading import clauses, employment, joiners, leavers, people, title
from callboard.reading.labelnames import TEXTS, field_named
from callboard.reading.layout import fold
from callboard.reading.result import SpeakerFound
from callboard.reading.speech import Sentence
from callboard.reading.vocabulary import any_of, either, pattern, words
from callboard.reading.vocabulary import fold as folded

_IN_BRACKETS = re.compile(r"(?:\s?[(<][^()<>\n]{2,120}[)>]){1,2}")
_WORD = re.compile(r"[^\W\d_][\w'’-]{1,40}")
_FIRST = re.compile(r"\W{0,3}(\w{1,20}) ")
_ELIDED = re.compile(r"(?<!\w)[A-Z]{1,2}['’](?=[a-zà-ÿ])\w{1,20}")  # "C'est" is no part of a name
_BREAK = re.compile(r"[,;:]|\s(?:car|mais|because|but|since|as)\s")
_PLACE_AT_MOST = 120  # characters of an institution
_PLACE_ENDS = re.compile(r"[.!?;](?:\s|$)|\s[(–-]\s?|,\s(?!\d)")


@dataclass(frozen=True)
class Lineup:
    """Those named; `adds` when they join the others; `removes` names those who go; `used` the sentences read, but for
    those that say more than the list of speakers can: who of them presents."""

    speakers: tuple[SpeakerFound, ...] = ()
    adds: bool = False
    removes: tuple[str, ...] = ()
    used: tuple[Sentence, ...] = ()


def changes(said: Iterable[Sentence], sender: str | None) -> Lineup:
    """What the sentences change: somebody presents, or some join, leave or are corrected."""
    joining: list[SpeakerFound] = []
    leaving: list[str] = []
    used: list[Sentence] = []
    for one in said:
        if presented := _presented_by(one, sender):
            return presented
        found, gone = _changed(one, sender)
        if found or gone:
            used.append(one)
        joining += [person for person in found if person.name not in {known.name for known in joining}]
        leaving += gone
    return Lineup(tuple(joining), bool(joining), tuple(dict.fromkeys(leaving)), tuple(used))


def _changed(one: Sentence, sender: str | None) -> tuple[tuple[SpeakerFound, ...], tuple[str, ...]]:
    """Who joins and who leaves by this sentence."""
    wishes = clauses.parts(one)
    if len(wishes) > 1:
        told = [_changed(wish, sender) for wish in wishes]
        return tuple(person for found, _ in told for person in found), tuple(
            name for _, gone in told for name in gone
        )
    if traded := _traded(one):
        return traded
    if gone := leavers.named_alone(one) or _removed(one):
        return (), gone
    if swapped := _respelled(one, sender):
        return swapped
    if found := _added(one, sender) or joiners.named_alone(one, _name(), sender):
        return found, ()
    place = _place(one)
    return ((SpeakerFound(sender, place),), ()) if place and sender else ((), ())


def _traded(one: Sentence) -> tuple[tuple[SpeakerFound, ...], tuple[str, ...]] | None:
    """One person for another: "merci de remplacer Zoé Lenoir par Paul Noir", "Zoé Lenoir n'est plus co-autrice, Paul
    Noir la remplace"."""
    if succeeded := _succeeded(one):
        return succeeded
    trades = pattern("changes", "trades").search(one.plain)
    if trades is None:
        return None
    # A verb that begins the sentence has a capital, too, and is no name's.
    begin = 0 if trades.start() else len(one.said.split(maxsplit=1)[0])
    named = _people_in(one.said, begin)
    if len(named) != 2:
        return None
    if any(field_named(word) in TEXTS for word in fold(one.said[: named[0].start()]).split()):
        return None  # "remplacer le titre Jean Valjean par Victor Hugo"
    return (_beside(one.said, named[1]),), (people.tidy_name(named[0][0]),)


def _succeeded(one: Sentence) -> tuple[tuple[SpeakerFound, ...], tuple[str, ...]] | None:
    """Who leaves, and in the same sentence who takes their place: "... is no longer an author, Paul Black replaces
    her"."""
    takes = pattern("changes", "succeeds").search(one.plain)
    gone = pattern("changes", "removes").search(one.plain)
    if takes is None or gone is None or takes.start() < gone.end() or one.asks:
        return None
    leaving, joining = _people_in(one.said[: _place_in(one, gone)[1]]), _people_in(one.said)
    if len(leaving) != 1 or len(joining) != 2:
        return None
    return (_beside(one.said, joining[1]),), (people.tidy_name(leaving[0][0]),)


def _presented_by(one: Sentence, sender: str | None) -> Lineup | None:
    """Who presents: "mon doctorant, Paul Noir, présentera l'exposé à ma place". Who does not come, or gives their
    place away, leaves; else everybody stays an author, and which of them presents is for a person to read."""
    said = any_of("changes", "speakers").search(fold(one.said))
    handed = one.finds("replacement") if pattern("changes", "instead").search(one.plain) else None
    if not said and not handed:
        return None
    if pattern("changes", "together").search(one.plain):
        return None
    text = _ELIDED.sub(lambda elided: " " * len(elided[0]), _without_asking(one.said))
    named = _people_in(text)
    if not named or _will_not(text[named[-1].end() :]):
        return None
    gone = [name for name in named if _in_whose_place(text[: name.start()])]
    found = {person.name: person for name in named if name not in gone and (person := _beside(text, name))}
    others = tuple(person for person in found.values() if not people.same_person(person.name, sender))
    if not others:
        return None
    leaving = [people.tidy_name(name[0]) for name in gone]
    if sender and not gone and (pattern("changes", "my_place").search(one.plain) or _stays_away(one)):
        leaving = [sender]
    return Lineup(others, True, tuple(leaving), (one,) if leaving else ())


def _without_asking(said: str) -> str:
    """Blanks for the verb that a question begins with, in front of a name: "Could Maria Lopez ..."."""
    first = _FIRST.match(said)
    if "?" not in said or first is None or fold(first[1]) not in words("changes", "asking"):
        return said
    if _name().match(said, first.end()):
        return " " * first.end() + said[first.end() :]
    return said


def _in_whose_place(before: str) -> bool:
    """Whether the words before a name say that somebody else speaks in that person's place."""
    plain = folded(before)
    return any(found.end() >= len(plain) for found in pattern("changes", "in_place_of").finditer(plain))


def _stays_away(one: Sentence) -> bool:
    """Whether whoever writes says in that sentence that they cannot come."""
    said = one.finds("cannot")
    return said is not None and not one.of_others(said.start())


def _will_not(behind: str) -> bool:
    """Whether the words behind a name say that its bearer does not: "my co-author Paul Noir can't"."""
    return pattern("changes", "will_not").search(folded(_BREAK.split(behind)[0])) is not None


def _added(one: Sentence, sender: str | None) -> tuple[SpeakerFound, ...]:
    """Who joins: "merci d'ajouter Paul Noir (LIRE) comme co-auteur", "I forgot a co-author: ..."."""
    if pattern("changes", "without").search(one.plain) or pattern("changes", "removes").search(one.plain):
        return ()  # who joins and who leaves in one breath
    plain = fold(one.said)
    joins = any_of("changes", "added").search(plain) or any_of("changes", "partner").search(plain)
    adding = (joins and any_of("changes", "adds").search(plain)) or pattern("changes", "together").search(
        one.plain
    )
    named = (
        _beside(one.said, name)
        for name in _name().finditer(_without_verb(one.said))
        if adding or _presented(one.said[: name.start()])
    )
    return tuple(
        person
        for person in named
        if people.looks_like_name(person.name) and not people.same_person(person.name, sender)
    )


def _without_verb(said: str) -> str:
    """The sentence with blanks for a verb that begins it, whose capital is no name's: "Ajoutez Paul Noir"."""
    first = said.split(maxsplit=1)[0] if said.strip() else ""
    if first and any_of("changes", "adds").fullmatch(fold(first)):
        return said.replace(first, " " * len(first), 1)
    return said


def _presented(before: str) -> bool:
    """Whether the words before a name say that it is a co-author's: "ma co-autrice est ..."."""
    plain = fold(before)
    said = any_of("changes", "partner").search(plain)
    return said is not None and bool(any_of("changes", "is").fullmatch(plain[said.end() :].strip()))


def _beside(sentence: str, name: re.Match[str]) -> SpeakerFound:
    """The person with the address and the institution in brackets behind the name, or one behind a comma."""
    behind = _IN_BRACKETS.match(sentence, name.end())
    found = joiners.with_brackets(people.tidy_name(name[0]), behind[0] if behind else "")
    place = None if behind else joiners.place_behind(sentence[name.end() :])
    return replace(found, affiliation=place) if place else found


def _removed(one: Sentence) -> tuple[str, ...]:
    """Who leaves: "merci d'enlever Zoé Lenoir de la liste des auteurs"; not "de la liste de diffusion"."""
    if not pattern("changes", "removes").search(one.plain) or any_of("changes", "adds").search(one.plain):
        return ()
    if pattern("changes", "other_list").search(one.plain):
        return ()
    return tuple(_names(one.said))


def _respelled(one: Sentence, sender: str | None) -> tuple[tuple[SpeakerFound, ...], tuple[str, ...]] | None:
    """The right name and the wrong one: "c'est Moreau et non Morreau", "Anna Berg, not Anna Burg"."""
    contrast = pattern("changes", "contrast").search(one.plain)
    if contrast is None:
        return None
    at = _place_in(one, contrast)
    right, wrong = _last_name(one.said[: at[0]]), _first_name(one.said[at[1] :])
    if not right or not wrong or not _alike(right, wrong):
        return None
    if " " not in right:
        # A family name alone: only the writer's own is known in full.
        full = (sender or "").split()
        mine = [part for part in full if fold(part) in (fold(right), fold(wrong))]
        if len(mine) != 1:
            return None
        right = " ".join(right if part in mine else part for part in full)
        wrong = " ".join(wrong if part in mine else part for part in full)
    return (SpeakerFound(people.tidy_name(right)),), (people.tidy_name(wrong),)


def _place_in(one: Sentence, found: re.Match[str]) -> tuple[int, int]:
    """Where the words found in the folded sentence stand in the sentence as written, nearly: by counting words."""
    words = list(re.finditer(r"\S+", one.said))
    first = len(one.plain[: found.start()].split())
    last = len(one.plain[: found.end()].split())
    start = words[min(first, len(words) - 1)].start()
    return start, words[min(last, len(words)) - 1].end()


def _last_name(text: str) -> str | None:
    named = [name[0] for name in _name().finditer(_ELIDED.sub(" ", text))]
    return named[-1] if named else _capitalised(_ELIDED.sub(" ", text), -1)


def _first_name(text: str) -> str | None:
    named = _name().search(text)
    return named[0] if named else _capitalised(text, 0)


def _capitalised(text: str, at: int) -> str | None:
    """The last or the first word, when it has a capital."""
    words = [word[0] for word in _WORD.finditer(text)]
    return words[at] if words and words[at][:1].isupper() else None


def _alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one: most letters in the same order."""
    left, right = fold(one), fold(other)
    if left == right:
        return one != other
    same = sum(a == b for a, b in zip(left, right, strict=False)) + sum(
        a == b for a, b in zip(left[::-1], right[::-1], strict=False)
    )
    return left.count(" ") == right.count(" ") and same >= 0.6 * max(len(left), len(right))


def _place(one: Sentence) -> str | None:
    """The writer's institution: "mon affiliation est désormais l'Institut X", "I am now at Y"."""
    said = pattern("changes", "place").search(one.plain)
    if said is None or one.asks:
        return None
    quoted = [inside for _, _, inside in title.quoted(one.said, least=1)]
    behind = quoted[-1] if quoted else one.said[_place_in(one, said)[1] :]
    place = _PLACE_ENDS.split(behind.strip(" :"))[0].strip(" .:,'\"")[:_PLACE_AT_MOST]
    lead = employment.article().match(place) if place[:1].islower() else None
    place = place[lead.end() :] if lead else place
    return place if place and (place[0].isupper() or quoted) else None


@cache
def _name() -> re.Pattern[str]:
    small, word = either(people.particles()), r"[^\W\d_a-zß-öø-ÿ][\w'’-]{1,40}"
    return re.compile(rf"(?<![\w.]){word}(?:\s(?:{small})\b)?(?:\s{word}){{1,3}}")


def _people_in(text: str, at: int = 0) -> list[re.Match[str]]:
    """Where people are named in full."""
    return [one for one in _name().finditer(text, at) if people.looks_like_name(people.tidy_name(one[0]))]


def _names(sentence: str) -> Iterator[str]:
    """The people named in full, each once."""
    named = (people.tidy_name(name[0]) for name in _name().finditer(_ELIDED.sub(" ", sentence)))
    yield from dict.fromkeys(name for name in named if people.looks_like_name(name))
