"""Lists of people: who is named, with the institution and the address beside each.

Reads the ways in which people list themselves: "A. Name (Lab), B. Name (Lab)", footnote marks, one per line
with the institution behind or below, "NAME First", several names above one institution. `pieces` cuts a list;
here each piece becomes a person or a place, by the evidence in `clues` and by the pattern of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from callboard.reading import jobs, marks, workplaces
from callboard.reading.clues import (
    CERTAIN,
    LIKELY,
    NOTHING_KNOWN,
    Around,
    acronym,
    given,
    leaning,
    myself,
    names_organisation,
    nothing,
    presents,
)
from callboard.reading.layout import fold, unmarked
from callboard.reading.names import EMAIL as EMAIL
from callboard.reading.names import INITIALS, owns
from callboard.reading.names import looks_like_name as looks_like_name
from callboard.reading.names import particles as particles
from callboard.reading.names import same_person as same_person
from callboard.reading.names import tidy_name as tidy_name
from callboard.reading.names import word_list as word_list
from callboard.reading.pieces import Piece, cut, lines_of_people
from callboard.reading.result import SpeakerFound
from callboard.reading.vocabulary import either, keys, words

_AT_MOST = 4000  # characters of a list of people; no longer list is read
_PLACE_AT_MOST = 300  # characters
_SET_APART = re.compile(r"(?<=[0-9¹²³⁴])[ \u00a0]{2,9}(?=[A-ZÀ-Ý])")  # "Ada Moreau 1  Karl Oder 1,2"
_HANDLE = re.compile(r"[^\W\d_](?=[^\W\d_]{0,29}[\d_])[\w-]{2,29}")  # "sea_otter", "ada42"


@dataclass(slots=True)
class _Person:
    """Somebody while the list is being read."""

    name: str
    written: str  # without marks
    piece: Piece
    marks: tuple[str, ...] = ()
    places: list[Piece | str] = field(default_factory=list)  # pieces of the list, and places named in a job
    email: str | None = None
    presents: bool = False


@dataclass(slots=True)
class _List:
    """The list being read: its lines, what is known around it, the people so far."""

    lines: list[str]
    around: Around
    trusted: bool
    number: int
    alone: bool = False  # one piece is the whole of it
    own_lines: bool = False  # one person to a line
    people: list[_Person] = field(default_factory=list)
    waiting: list[Piece | str] = field(default_factory=list)  # places before the first person
    # Each address, whom it follows (an index), and whether it stands in the very piece of their name.
    emails: list[tuple[str, int, bool]] = field(default_factory=list)


def parse(
    text: str, *, trusted: bool = False, number: int = 0, around: Around = NOTHING_KNOWN
) -> tuple[SpeakerFound, ...]:
    """The people listed in a text, in order, with what stands beside their names.

    `trusted` where a label says that they are people; `number` is -1 where it announces one ("Speaker: ...") and
    1 where it announces several.
    """
    lines, notes = lines_of_people("\n".join(map(_plain, text[:_AT_MOST].split("\n"))))
    pieces = [piece for at, line in enumerate(lines) for piece in cut(line, at)]
    known = around.with_addresses(email for piece in pieces for email in piece.emails)
    listed = _List(
        lines, known, trusted, number, alone=len(pieces) == 1, own_lines=_one_to_a_line(pieces, known)
    )
    for at, piece in enumerate(pieces):
        _read(piece, pieces[at + 1] if at + 1 < len(pieces) else None, listed)
    _share(listed.people, {mark for mark, said in notes.items() if workplaces.in_note(said)})
    _give_addresses(listed)
    _initials_first(listed.people)
    _given_names_first(listed)
    return tuple(_found(person, listed, notes) for person in listed.people)


def _plain(line: str) -> str:
    """A line without the emphasis that is around the whole of a list: "*Ada Moreau, Blue Heron*"."""
    line = _SET_APART.sub(", ", line)
    return unmarked(line) if line[:1] in "*_" and line.rstrip()[-1:] == line[:1] and "," in line else line


def _one_to_a_line(pieces: Sequence[Piece], around: Around) -> bool:
    """Whether each of several lines begins with somebody and goes on behind a comma: what follows is their place."""
    heads = [piece for piece in pieces if not piece.sign]
    behind = {piece.line for piece in pieces if piece.sign in (",", "-")}
    return len(heads) > 1 and all(
        head.line in behind and leaning(marks.at_end(head.text)[0], around) >= 0 for head in heads
    )


def _read(piece: Piece, following: Piece | None, listed: _List) -> None:
    """Take one piece for a person, or for what stands beside the person before it."""
    person = _person(piece, listed)
    if person is not None and _is_person(person, piece, following, listed):
        person.places, listed.waiting = [*person.places, *listed.waiting], []
        listed.people.append(person)
    elif not nothing(piece.text):
        if listed.people and any(presents(part) for part in workplaces.parts(piece.text)):
            listed.people[-1].presents = True
        _beside(piece, listed)
    for email in piece.emails:
        listed.emails.append((email, len(listed.people) - 1, person is not None))


def _person(piece: Piece, listed: _List) -> _Person | None:
    """The person whom a piece names, if it names one; a single word names somebody only alone."""
    text, employer = piece.text, None
    if myself(text) and listed.trusted and listed.around.names:
        text = listed.around.names[0]
    if piece.sign != "(" and not jobs.is_job(text) and (found := jobs.employer(text) or jobs.member(text)):
        text, employer = found
    if listed.trusted and listed.alone and _HANDLE.fullmatch(text):
        return _Person(text, text, piece)
    bare, signs = marks.at_end(text)
    starred = bare[:1] in "*_" and bare.strip("*_ ") != bare
    name = tidy_name(bare)
    single = " " not in name and (listed.alone or (not piece.sign and listed.trusted))
    if nothing(text) or not looks_like_name(name, trusted=listed.trusted or listed.around.knows(name)):
        return None
    if " " not in name and not (single and listed.trusted) and not listed.around.knows(name):
        return None
    return _Person(name, bare, piece, signs, [employer] if employer else [], None, starred or "*" in signs)


def _is_person(person: _Person, piece: Piece, following: Piece | None, listed: _List) -> bool:
    """Whether the evidence is for a person, whatever the words look like."""
    bare = person.written
    if listed.trusted and not listed.people and not piece.sign:
        return not names_organisation(bare) and not (acronym(bare) and following is not None)
    # Whoever writes one name in small or in large letters writes all of them so.
    alike = listed.trusted and (listed.people or not piece.sign) and _same_case(bare, listed)
    score = leaning(bare.title() if alike else bare, listed.around)
    if person.marks:
        score += CERTAIN
    if any(owns(person.name, email) for email in piece.emails):
        score += CERTAIN
    elif piece.emails:
        score += LIKELY
    if following is not None and following.sign == "(" and following.line == piece.line:
        score += 0 if nothing(following.text) and not following.emails else LIKELY
    score += _said_by_sign(piece, listed)
    if listed.people and _family_in_capitals(bare) and not _family_in_capitals(listed.people[0].written):
        score -= LIKELY  # "KU Zandwijk": whoever writes one family name in capitals writes all of them so
    return score > 0 or (score == 0 and piece.sign not in ("-", "("))


def _family_in_capitals(text: str) -> bool:
    first, _, rest = text.partition(" ")
    return len(first) > 1 and first.isupper() and "." not in first and rest != rest.upper()


def _same_case(text: str, listed: _List) -> bool:
    """Whether a name is all in small or all in large letters, as the one before it."""
    if not listed.people:
        return True
    first = listed.people[0].written
    return (text == text.lower() and first == first.lower()) or (
        text == text.upper() and first == first.upper()
    )


def _said_by_sign(piece: Piece, listed: _List) -> int:
    """What the sign before a piece says, and the label above the list."""
    last = listed.people[-1] if listed.people else None
    if piece.sign == "(":
        return -CERTAIN
    if last is None:
        return 1
    if piece.sign == "-":
        return -LIKELY
    if piece.sign == "&" and last.places and _adjacent(last.places[-1], piece):
        return -LIKELY  # "Colonna & Vidal"
    if piece.sign in ("and", "&", ")"):
        return -CERTAIN if _goes_on_with_place(last, piece) else LIKELY
    if not piece.sign and _several_on_one_line(listed, last.piece.line):
        return -LIKELY  # "A. Name, B. Name" above what they share
    if piece.sign in ("", "/", ";"):
        return 1
    if listed.own_lines:
        return -3
    return listed.number * LIKELY


def _several_on_one_line(listed: _List, line: int) -> bool:
    return sum(person.piece.line == line and not person.places for person in listed.people) > 1


def _goes_on_with_place(last: _Person, piece: Piece) -> bool:
    """Whether "and" joins two words of one institution: "Institute of Maps and Charts", "Colonna & Vidal"."""
    if not last.places:
        return False
    before = last.places[-1]
    return (
        isinstance(before, Piece)
        and _adjacent(before, piece)
        and bool(_open_complement().search(before.text))
    )


@cache
def _open_complement() -> re.Pattern[str]:
    """ "Chair of", "Master in": what stands behind the comma may go on."""
    words_ = {one for key in ("of", "for", "within") for one in word_list(key)}
    return re.compile(rf"\s(?:{either(words_)})(?:\s|(?<=d)['’])", re.IGNORECASE)


def _adjacent(before: Piece | str, piece: Piece) -> bool:
    """Whether a place stands just before a piece, in the same brackets or outside."""
    return isinstance(before, Piece) and before.line == piece.line and before.sign != "("


def _beside(piece: Piece, listed: _List) -> None:
    """Words beside a name: an institution, unless they are a job, and then the institution in it."""
    text = unmarked(piece.text.strip(" \t,;.-–—*_@"))
    places = listed.people[-1].places if listed.people else listed.waiting
    found = jobs.employer(text)
    if presents(text) or _in_other_letters(piece, listed):
        return
    if piece.sign == "(":
        places.extend(workplaces.in_brackets(piece))
    elif jobs.is_job(text) or (found and (jobs.is_job(found[0]) or not names_organisation(found[0]))):
        place = jobs.place_of(text)
        places.extend([place] if place else [])
    elif _is_format(text):
        return  # "Exposé, 20 minutes" below the people
    elif _worded_as_place(text, listed) and text[0] not in '"“«„':
        places.append(piece)


def _is_format(text: str) -> bool:
    """Whether words say what a talk is: "Exposé", "Poster"."""
    return fold(text) in _formats()


@cache
def _formats() -> frozenset[str]:
    return frozenset(name for key in keys("formats") for name in words("formats", key))


def _in_other_letters(piece: Piece, listed: _List) -> bool:
    """Whether brackets hold the name once more, in other letters: "Hiroshi Tanaka (田中 宏)"."""
    letters = [sign for sign in piece.text if sign.isalpha()]
    return (
        piece.sign == "("
        and bool(listed.people)
        and bool(letters)
        and all(sign > "\u0370" for sign in letters)
    )


def _worded_as_place(text: str, listed: _List) -> bool:
    """Whether words may be the name of something: "one other person" and "same" are not, "ekito" is."""
    if text != text.lower() or names_organisation(text):
        return bool(text)
    return bool(text) and (" " not in text or _same_case(text, listed))


def _share(people: Sequence[_Person], explained: set[str]) -> None:
    """ "A, B and C (Lab)": an institution named once, behind several people or below them, is all of theirs."""
    if any(not explained.isdisjoint(person.marks) for person in people):
        return
    with_places = [at for at, person in enumerate(people) if person.places]
    if not with_places or with_places[-1] != len(people) - 1:
        return
    for at in range(len(people) - 2, -1, -1):
        after = people[at + 1]
        if people[at].places or not after.places:
            continue
        if after.piece.sign in ("and", "&") or _below(after) or len(with_places) == 1:
            people[at].places = list(after.places)


def _below(person: _Person) -> bool:
    """Whether somebody's institution stands on a line below theirs."""
    first = person.places[0] if person.places else None
    return isinstance(first, Piece) and first.line > person.piece.line


def _give_addresses(listed: _List) -> None:
    """Addresses to whom they are spelt after; the rest in order, or each to the person before it."""
    left: list[tuple[str, int, bool]] = []
    for email, follows, beside in listed.emails:
        near = listed.people[follows : follows + 1] if follows >= 0 else []
        owners = [one for one in (*near, *listed.people) if one.email is None and owns(one.name, email)]
        if beside and near and near[0].email is None:
            near[0].email = email
        elif owners:
            owners[0].email = email
        else:
            left.append((email, follows, beside))
    without = [person for person in listed.people if person.email is None]
    in_order = len(left) == len(without) and len({follows for _, follows, _ in left}) == 1
    for at, (email, follows, _) in enumerate(left):
        person = without[at] if in_order else listed.people[follows] if follows >= 0 else None
        if person is not None and person.email is None:
            person.email = email


def _initials_first(people: Sequence[_Person]) -> None:
    """ "Salomon B., Viala M.": where every name ends with initials, they are given names."""
    if len(people) < 2 or not all(INITIALS.match(person.name.split()[-1]) for person in people):
        return
    for person in people:
        tokens = person.name.split()
        if len(tokens) > 1 and not INITIALS.match(tokens[0]):
            person.name = " ".join([tokens[-1], *tokens[:-1]])


def _given_names_first(listed: _List) -> None:
    """ "Moreau Ada" where somebody is known as Ada Moreau: whoever writes one family name first writes all so."""
    turned = [
        person
        for person in listed.people
        if " " in person.name
        and any(fold(_turned(person.name)) == fold(known) for known in listed.around.names)
    ]
    if not turned:
        return
    for person in listed.people:
        tokens = person.name.split()
        if person in turned or (len(tokens) == 2 and given(tokens[1]) and not given(tokens[0])):
            person.name = _turned(person.name)


def _turned(name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{rest} {first}".strip()


def _found(person: _Person, listed: _List, notes: dict[str, str]) -> SpeakerFound:
    explained = [m for mark in person.marks for m in ([mark] if mark in notes else list(mark))]
    said = [notes[mark] for mark in explained if mark in notes]
    flagged = person.presents and ("*" not in notes or workplaces.says_presents(notes["*"]))
    presenting = flagged or any(map(workplaces.says_presents, said))
    alone = sum(not set(person.marks).isdisjoint(one.marks) for one in listed.people) == 1
    # An address in a note that several names lead to is that of whom it is spelt after.
    emails = [
        email for words_ in said for email in EMAIL.findall(words_) if alone or owns(person.name, email)
    ]
    kept = [place for place in map(workplaces.in_note, said) if place]
    place = " ; ".join(kept) or workplaces.joined(workplaces.without_jobs(person.places), listed.lines)
    return SpeakerFound(
        person.name, place[:_PLACE_AT_MOST] or None, person.email or next(iter(emails), None), presenting
    )
