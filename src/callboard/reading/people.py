"""Names in a text: who speaks, for which institution, at which address.

Reads the ways in which people list themselves: "A. Name (Lab), B. Name (Lab)", footnote marks,
one per line with address and institution, "NAME First", and the lines under a letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import BULLET, LINK, fold, unmarked, words
from callboard.reading.names import EMAIL as EMAIL
from callboard.reading.names import looks_like_name as looks_like_name
from callboard.reading.names import same_person as same_person
from callboard.reading.names import tidy_name as tidy_name
from callboard.reading.names import word_list as word_list
from callboard.reading.result import SpeakerFound

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TO_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARKS = re.compile(
    r"(?:[\s,'’]{0,3}(?:[⁰¹²³⁴-⁹]{1,3}|\^\{?[0-9a-z*†,\s]{1,9}\}?|\$\^\{?[0-9*,\s]{1,9}\}?\$"
    r"|\((?:[0-9]{1,2}|[a-z])(?:\s?,\s?(?:[0-9]{1,2}|[a-z])){0,5}\)|\[[0-9,\s]{1,9}\]|[0-9]{1,2}(?![0-9])|[*†‡§]{1,3}))+$"
)
_NOTE = re.compile(
    r"\s*(?:([⁰¹²³⁴-⁹]{1,2})|\^\{?([0-9a-z*†]{1,2})\}?|\(([0-9]{1,2}|[a-z])\)|\[([0-9]{1,2})\]"
    r"|([0-9]{1,2})(?=[.):]?\s?[^\W\d_])[.):]?|([*†‡§]{1,2}))\s*(?=\S)"
)
_NEXT_NOTE = re.compile(r"[\s;,]{0,3}([⁰¹²³⁴-⁹]{1,2})\s{1,3}(?=[^\W\d_])")
_MARK = re.compile(r"[0-9]{1,2}|[a-z]|[*†‡§]+")
_RAISED = re.compile(
    r"\$?\^\{?[ ]?([0-9](?:[, ]{0,2}[0-9]){0,5})(?:[ ]?\})?\$?"
    r"|(?<=[^\W\d_])[ ]?[(\[]([0-9](?:[ ]?,[ ]?[0-9]){0,5})[)\]]"
)
_DASH = re.compile(r"\s+[-–—@|]{1,3}\s+|\s*:\s+|\s+@\s*|\t+")
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?)"
_NAME = rf"{_CAPITAL}(?:\s(?:de|du|van|von|der|le|la|el))?(?:\s{_CAPITAL}){{1,3}}"
_ONE_NAME = re.compile(_NAME)
_NAMES = re.compile(rf"{_NAME}(?:(?:\s?,\s|\s(?:et|and|&)\s){_NAME}){{0,8}}")
_MINUTES = re.compile(r"\d+\s*(?:h|min|mn|'|’|′)")
_AT_MOST = 4000  # characters of a list of people; no longer list is read


@dataclass(slots=True)
class _Person:
    """Somebody while their line is being read."""

    name: str
    affiliations: list[str]
    email: str | None = None
    marks: tuple[str, ...] = ()
    presents: bool = False


@cache
def _splitter() -> re.Pattern[str]:
    also = "|".join(re.escape(word) for word in vocabulary.phrases("people", "also"))
    return re.compile(rf",|;|\s/\s|\s(?:{also}|&)\s|[()\[\]]")


@cache
def place_words() -> re.Pattern[str]:
    """The words between a job and its institution: "at", "chez", "@"."""
    at = "|".join(re.escape(word) for word in vocabulary.phrases("people", "at") if len(word) > 1)
    return re.compile(rf"(?:^|\s)(?:{at}|@)\s+(?=\S)")


def parse(text: str, *, trusted: bool = False, singular: bool = False) -> tuple[SpeakerFound, ...]:
    """The people listed in a text, in order, with what stands beside their names.

    `trusted` where a label says that they are people, `singular` where it announces one: "Speaker: ...".
    """
    text = _RAISED.sub(_raised, _without_others(text[:_AT_MOST]))
    lines = [_by().sub("", line.strip(), count=1) for line in text.split("\n") if line.strip()]
    listed, notes = _footnotes(lines)
    people: list[_Person] = []
    chunks = _chunks(listed)
    # One person to a line: what follows the first comma of each is an institution, however it looks.
    own_lines = len(chunks) > 1 and all("," in chunk and not chunk.endswith(",") for chunk in chunks)
    for chunk in chunks:
        _read(chunk, people, trusted, own_line=own_lines, singular=singular)
    _share(people)
    return tuple(_found(person, notes) for person in people)


def _raised(match: re.Match[str]) -> str:
    """ "^{1,2}" as "¹'²", so that no comma of a mark separates people."""
    return "'".join(digit.translate(_TO_SUPERSCRIPTS) for digit in re.findall("[0-9]", match[0]))


@cache
def _others() -> re.Pattern[str]:
    some = "|".join(re.escape(words) for words in vocabulary.phrases("people", "others"))
    return re.compile(rf"[\s,]{{1,3}}(?:{some})(?!\w)\.?", re.IGNORECASE)


def _without_others(text: str) -> str:
    return _others().sub("", text)


def footnote(line: str) -> bool:
    """Whether a line explains a mark set beside a name: "¹ LIMSI", "(2) CEA"."""
    match = _NOTE.match(line)
    return match is not None and not looks_like_name(re.split(r"[,(]", line[match.end() :])[0])


def marked(text: str) -> bool:
    """Whether names in a line of people bear marks of footnotes."""
    return bool(_marks_in(_RAISED.sub(_raised, text[:_AT_MOST])))


def _marks_in(line: str) -> set[str]:
    """The marks at the ends of names in a line of people."""
    heads = (head.strip(" _*") for head in re.split(r",|;|\set\s|\sand\s|\n", line))
    found = [match[0].translate(_SUPERSCRIPTS) for head in heads if (match := _MARKS.search(head))]
    marks = {mark for one in found for mark in _MARK.findall(one)}
    return marks | {sign for mark in marks for sign in mark}


def _footnotes(lines: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Lines with people, and what each footnote mark stands for."""
    listed: list[str] = []
    notes: dict[str, str] = {}
    used: set[str] = set()
    for line in lines:
        match = _NOTE.match(line)
        rest = line[match.end() :] if match else ""
        mark = next(group for group in match.groups() if group).translate(_SUPERSCRIPTS) if match else ""
        if listed and rest and (mark in used or not looks_like_name(re.split(r"[,(]", rest)[0])):
            parts = _NEXT_NOTE.split(rest)
            for key, place in zip([mark, *parts[1::2]], parts[::2], strict=True):
                notes[key.translate(_SUPERSCRIPTS)] = place.strip(" .;,")
        else:
            listed.append(line)
            used |= _marks_in(line)
    return listed, notes


def _chunks(lines: Sequence[str]) -> list[str]:
    """Lines with their wrapped rest: a line that starts with no name goes on with the one above."""
    chunks: list[str] = []
    for at, line in enumerate(lines):
        item = BULLET.match(line + " ")
        text = line[item.end() :] if item and not looks_like_name(line[:20].split(",")[0]) else line
        head = _MARKS.sub(
            "", EMAIL.sub("", re.split(r"[,;(<\[/:]|\s[-–—@]\s|\s(?:et|and|&)\s", text)[0]).strip()
        )
        if not chunks or item or looks_like_name(tidy_name(head)):
            chunks.append(text)
        else:
            chunks[-1] += (" " if len(lines[at - 1]) >= 50 else ", ") + text
    return chunks


def _read(chunk: str, people: list[_Person], trusted: bool, *, own_line: bool, singular: bool) -> None:
    """Take the names out of one chunk, and give each what follows it."""
    first = len(people)
    pieces = _pieces(chunk)
    for piece, sign in pieces:
        email = EMAIL.search(piece)
        words_only = EMAIL.sub("", LINK.sub("", piece)).replace("mailto:", "").strip(" <>[]\t:")
        behind = sign == "," and len(people) > first
        beside = sign in ("(", "[") or (behind and (own_line or _place(piece, singular=singular)))
        if beside or not _take(words_only, people, trusted, len(pieces) == 1):
            _beside(words_only, people, first, sign)
        if email and len(people) > first and people[-1].email is None:
            people[-1].email = email[0]


def _place(piece: str, *, singular: bool) -> bool:
    """Whether what follows a name and a comma is no second name: "Ada Lake, Rising tide, Hull"."""
    if EMAIL.search(piece) or _MARKS.search(piece):
        return False
    name = tidy_name(piece.split(" - ")[0])
    if not looks_like_name(name) and looks_like_name(name, trusted=True) and name[:1].isupper():
        return True  # "Rising tide": a capital only at its beginning
    tokens = fold(name).split()
    return singular and bool(tokens) and len(tokens[0]) > 1 and tokens[0] not in _given_names()


@cache
def _given_names() -> frozenset[str]:
    return frozenset(name for names in vocabulary.phrases("people", "given") for name in fold(names).split())


def _pieces(chunk: str) -> list[tuple[str, str]]:
    """The parts of a list, each with the sign before it ("(" for a part in brackets)."""
    pieces: list[tuple[str, str]] = []
    depth, start, sign = 0, 0, ""
    for match in _splitter().finditer(chunk):
        mark = match[0].strip()
        if mark in "([":
            if depth == 0:
                pieces.append((chunk[start : match.start()], sign))
                start, sign = match.end(), mark
            depth += 1
        elif mark in ")]":
            depth -= 1 if depth else 0
            if depth == 0 and sign in ("(", "["):
                pieces.append((chunk[start : match.start()], sign))
                start, sign = match.end(), ""
        elif depth == 0:
            pieces.append((chunk[start : match.start()], sign))
            start, sign = match.end(), mark
    pieces.append((chunk[start:], sign))
    return [(piece.strip(), sign) for piece, sign in pieces if piece.strip(" \t,.;")]


def _take(text: str, people: list[_Person], trusted: bool, alone: bool) -> bool:
    """Add the person that a piece names; False when it names nobody. A single word is a name only alone."""
    parts = _DASH.split(text, maxsplit=1)
    raw = parts[0].strip()
    match = _MARKS.search(raw)
    bare = raw[: match.start()] if match else raw
    at = None if len(parts) > 1 else place_words().search(bare)
    if at and at.start():
        bare, parts = bare[: at.start()], [bare, bare[at.end() :]]
    name = tidy_name(bare)
    civil = fold(bare).split()[:1] and fold(bare).split()[0] in word_list("civilities")
    if not (alone or " " in name) or not looks_like_name(name, trusted=trusted or bool(civil)):
        return False
    marks = tuple(_MARK.findall(match[0].translate(_SUPERSCRIPTS))) if match else ()
    starred = raw.strip()[:1] in "*_" and raw.strip() != name
    people.append(_Person(name, [], None, marks, starred or "*" in marks))
    if len(parts) > 1:
        _beside(parts[1], people, 0, "-")
    return True


def _beside(text: str, people: list[_Person], first: int, sign: str) -> None:
    """Words beside a name: an institution, unless they are a length, a job or a mark."""
    text = unmarked(text.strip(" \t,;.-–—*_@"))
    if not text or len(people) <= first or _MINUTES.match(text) or text.isdigit():
        return
    tokens = fold(text).split()
    place = (
        place_words().search(text) if tokens and (tokens[0] in word_list("roles") or "@" in text) else None
    )
    if place is None and tokens and tokens[0] in word_list("roles"):
        return
    text = text[place.end() :] if place else text
    if tokens and LINK.match(text) is None:
        kept = people[-1].affiliations
        if kept and sign not in ("/", ";", ""):
            kept[-1] += f", {text}"
        else:
            kept.append(text)


def _share(people: list[_Person]) -> None:
    """ "A, B and C (Lab)": an institution named once, at the end, is everybody's."""
    with_place = [person for person in people if person.affiliations]
    if (
        len(people) > 1
        and len(with_place) == 1
        and people[-1].affiliations
        and not any(p.marks for p in people)
    ):
        for person in people[:-1]:
            person.affiliations = list(people[-1].affiliations)


def _found(person: _Person, notes: dict[str, str]) -> SpeakerFound:
    marks = [m for mark in person.marks for m in ([mark] if mark in notes else list(mark))]
    places = [notes[mark] for mark in marks if mark in notes] or person.affiliations
    return SpeakerFound(person.name, " ; ".join(places)[:300] or None, person.email)


@cache
def _by() -> re.Pattern[str]:
    some = "|".join(sorted(map(re.escape, vocabulary.phrases("people", "by")), key=len, reverse=True))
    return re.compile(rf"^\s*(?:{some})\s?:?\s+(?=[^\W\d_])", re.IGNORECASE)


def named_after(text: str, key: str) -> tuple[str, ...]:
    """Names that stand behind words like "presented by" or "with" (`[letter]` key) in running text."""
    text = text[:_AT_MOST]
    found: list[str] = []
    for match in _leading_to_names(key).finditer(
        "".join(unicodedata.normalize("NFD", sign)[0] for sign in text)
    ):
        names = _NAMES.match(text, match.end())
        for name in _ONE_NAME.findall(names[0]) if names else ():
            if looks_like_name(tidy_name(name)):
                found.append(tidy_name(name))
    return tuple(dict.fromkeys(found))


@cache
def _leading_to_names(key: str) -> re.Pattern[str]:
    some = "|".join(sorted(map(re.escape, vocabulary.phrases("letter", key)), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{some})\s+", re.IGNORECASE)


def line_of_people(text: str, sender: str | None) -> tuple[SpeakerFound, ...]:
    """The people on an unlabelled line; nothing where it does not look like a list of names."""
    by = _by().match(text)
    text = text[by.end() :] if by else text
    if len(text) > 400 or text.rstrip().endswith((".", "!", "?", ":")) or words(text) > 45:
        return ()
    head = re.split(r"[,;(<\[/]|\s[-–—@]\s|\s(?:et|and|&|chez|at)\s", text.strip(" *_-"), maxsplit=1)[0]
    name = tidy_name(_MARKS.sub("", head.strip()))
    if fold(name).split(" ")[0] in _greetings():
        return ()  # "Hi Helen, could I ..."
    known = same_person(name, sender)
    if not known and not looks_like_name(name):
        return ()
    return parse(text, trusted=known)


@cache
def _greetings() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary.phrases("letter", "greetings"))
