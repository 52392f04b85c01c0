"""Organisers out of lines, list items and paragraphs: names, addresses, the groups they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from callboard.announcement.body import Block
from callboard.announcement.text import ADDRESS, fold, plain, with_addresses
from callboard.call import Organiser

_TITLE = re.compile(r"^(?:(?:dr|prof|pr|m|mr|mrs|ms|mme|mlle)\b\.?|professor|professeure?)\s+", re.IGNORECASE)
_PARTICLES = frozenset(
    (
        "de",
        "du",
        "des",
        "da",
        "di",
        "dos",
        "von",
        "van",
        "der",
        "den",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ben",
        "d",
    )
)
_INSTITUTION = re.compile(
    r"\b(universi\w*|institu\w*|laborato\w*|lab|labs|cnrs|inria|school|ecole|college|cent(er|re)|depart\w*|inc|gmbh"
    r"|sas|company|hospital|hopital|chu|umr|academy|academie|faculty|faculte|society|societe|association|team|equipe"
    r"|groupe?s?|gdr|gt|committee|comite|agency|agence|foundation|fondation|consortium|project|projet|chairs?"
    r"|president\w*|responsables?|organi[sz]\w*|local|members?|membres?|contacts?)\b"
)
# Commas and "and", but not those inside parentheses.
_BETWEEN_PEOPLE = re.compile(r"(?:[,;·]\s*(?:(?:et|and|&)\s)?|\s(?:et|and|&)\s)(?![^()]{0,200}\))")
_ELISION = re.compile(r"^[dDlL]['’]")
_AND = re.compile(r"^(?:et|and|&)\s+")
_BY = re.compile(r"\b(?:co-?)?organi(?:[sz]ed\s+by|s[ée]e?s?\s+par)\s+(.+)", re.IGNORECASE)
_BEFORE_ADDRESS = " \t,;:|–—-<([*_"
_SEPARATOR = " \t,;:|–—-<>()[]·*_"


def names_institution(text: str) -> bool:
    """Whether a text has a word of institutions in it."""
    return bool(_INSTITUTION.search(fold(text)))


def looks_like_name(text: str, *, beside_address: bool = False) -> bool:
    """Whether a text could be a person's name: two to five capitalised words, no institution's."""
    words = text.split()
    if not 2 <= len(words) <= 5 or re.search(r"[\d@/:;()<>]", text) or names_institution(text):
        return False
    names = [w for w in words if fold(w).strip("'’.") not in _PARTICLES]
    given = words[0].rstrip(".")
    # "INSA Lyon" is no person, "Ada EXAMPLE" and "A. Example" are.
    acronym = len(given) > 2 and given.isupper() and not words[-1].isupper() and len(given) < 6
    return (
        len(names) >= 2
        and all(_ELISION.sub("", w)[:1].isupper() for w in names)
        and (beside_address or not acronym)
    )


def name_and_affiliation(text: str) -> tuple[str, str | None]:
    """`Ada Example (Lab X)`, `Ada Example, Lab X`, `Ada Example – Lab X` in their two parts."""
    match = re.match(r"\s*([^(),;–—|]*?)\s*(?:\(([^()]*)\)|[,;–—|]\s*(.*)|\s-\s(.*))?\s*[,;:–—-]?\s*$", text)
    if match is None:
        head, _, rest = text.partition(",")
        return _bare(head), rest.strip(_SEPARATOR) or None
    rest = next((part for part in match.groups()[1:] if part), "")
    return _bare(match[1]), rest.strip(_SEPARATOR) or None


def _bare(name: str) -> str:
    return _TITLE.sub("", plain(name).strip(_SEPARATOR + ".")).strip()


def people_in(text: str) -> list[Organiser]:
    """The organisers that one line or list item names; empty when it names none."""
    line = with_addresses(plain(text), bare=True).replace("mailto:", "")
    addresses = list(ADDRESS.finditer(line))
    if not addresses:
        return people_without_address(line)
    found: list[Organiser] = []
    start = 0
    for match in addresses:
        before = _AND.sub("", line[start : match.start()].lstrip(_SEPARATOR)).rstrip(_BEFORE_ADDRESS)
        name, affiliation = name_and_affiliation(before)
        start = match.end()
        if looks_like_name(name, beside_address=True):
            found.append(Organiser(name, match[0].rstrip("."), affiliation=affiliation))
    rest = line[start:].strip(_SEPARATOR + ".")
    # "Ada Example <ada@example.org>, Lab X": what follows the only address is hers.
    if len(found) == 1 and found[0].affiliation is None and rest and len(rest) <= 120:
        found = [replace(found[0], affiliation=rest)]
    return found


def people_of_sentence(sentence: str) -> list[Organiser]:
    """The people of "organised by Ada Example and Bob Sample"; empty when any of it is no person."""
    match = _BY.search(plain(sentence))
    if match is None:
        return []
    people = people_in(match[1].rstrip("."))
    parts = re.split(r",|;|\s(?:et|and|&)\s", re.sub(r"\([^()]*\)|<[^<>]*>", "", match[1]))
    return people if len(people) == len(parts) else []


def people_without_address(line: str) -> list[Organiser]:
    """`Ada Example (Lab X), Bob Sample and Carla Trial`, or one person; empty when any of it is no person."""
    several = [name_and_affiliation(part) for part in _BETWEEN_PEOPLE.split(line) if part.strip()]
    if all(looks_like_name(name) for name, _ in several):
        return [Organiser(name, affiliation=affiliation) for name, affiliation in several]
    name, affiliation = name_and_affiliation(line)
    return [Organiser(name, affiliation=affiliation)] if looks_like_name(name) else []


def read_organisers(blocks: Sequence[Block]) -> list[tuple[Organiser, int]]:
    """The organisers of a section with their lines; sub-headings and lines that stand alone name groups."""
    addressed = any(_addressed(text) for block in blocks for _, text in block.lines)
    found: list[tuple[Organiser, int]] = []
    group: str | None = None
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.kind == "heading" or _names_group(block, following, addressed):
            group = plain(block.text).strip(" :*_") or None
            continue
        for number, text in _entries(block):
            people = people_in(text)
            if not people and _is_group(text):
                group = plain(text).strip(" :*_")
            found += [(replace(person, group=group), number) for person in people]
    return _once(found)


def _entries(block: Block) -> list[tuple[int, str]]:
    return [(block.line, block.text)] if block.kind == "item" else list(block.lines)


def _addressed(text: str) -> bool:
    return bool(ADDRESS.search(with_addresses(text, bare=True)))


def _is_group(text: str) -> bool:
    return len(text) <= 60 and not text.endswith(".") and not _addressed(text) and len(text.split()) <= 8


def _names_group(block: Block, following: Block | None, addressed: bool) -> bool:
    """A line of its own without an address, among lines that have one, heads the lines that follow it."""
    if not addressed or following is None or len(block.lines) > 1 or not _is_group(block.text):
        return False
    if block.kind == "item":
        return following.kind == "item" and following.level > block.level
    return not looks_like_name(plain(block.text)) or following.kind == "item"


def _once(found: list[tuple[Organiser, int]]) -> list[tuple[Organiser, int]]:
    seen: set[str] = set()
    kept = []
    for person, number in found:
        key = (person.address or person.name).casefold()
        if key not in seen:
            seen.add(key)
            kept.append((person, number))
    return kept
