"""Who speaks: people under labels, on a line of their own, named in the letter, or its writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from callboard.reading import (
    bylines,
    correspondence,
    employment,
    institutions,
    letter,
    marks,
    mentions,
    people,
    peoplelabels,
    signatures,
    vocabulary,
)
from callboard.reading.clues import leaning
from callboard.reading.correspondence import Correspondence
from callboard.reading.document import Document, source_of
from callboard.reading.labels import Block
from callboard.reading.layout import Line, fold, joined, lines_of, paragraphs, rejoin
from callboard.reading.names import INITIALS, looks_like_name, owns, same_person, tidy_name
from callboard.reading.result import Source, SpeakerFound

_LOOKED_AT = 20_000  # characters of a text in which people are looked for
_TOP = 8  # lines under no label among which people may stand
_People = tuple[SpeakerFound, ...]


def find(
    cut: Sequence[Block],
    document: Document,
    tail: Sequence[str],
    *,
    line: tuple[_People, Source] | None,
    abstract: Sequence[Line] = (),
) -> tuple[_People, Source]:
    """The speakers, and where their names came from.

    `line` is an unlabelled line of people, `tail` the lines under the letter, `abstract` those of the abstract.
    """
    written = correspondence.read(cut, document, tail, abstract)
    labelled = peoplelabels.blocks_of_people(cut)
    named = peoplelabels.named(cut, written.around)
    found = _under_labels(named, written)
    source = source_of(document, "label", [one for block in labelled for one in block.lines])
    if not found and line is not None:
        found, source = line
    if not found:
        found, source = _named_behind_title(cut, written)
    if not found:
        found, source = _standing_alone(cut, written)
    if not found:
        found, source = _named_by_letter(written)
    if found:
        announced = any(peoplelabels.of_several(label) for label, _ in named)
        found = tuple(_merged(_without_places(found, written, several=announced), _credited(written)))
    found = peoplelabels.with_labels(_presenting(found, written), cut)
    return tuple(_known_better(person, written, alone=len(found) == 1) for person in found), source


def _under_labels(named: Sequence[tuple[str, _People]], written: Correspondence) -> _People:
    """The people under labels; the writer too where they name only co-authors."""
    found: list[SpeakerFound] = []
    for _, several in named:
        found = _merged(found, several)
    if found and all(peoplelabels.of_others(label) for label, _ in named):
        found = _merged(list(correspondence.writer(written)[0]), found)
    return tuple(found)


def _without_places(found: _People, written: Correspondence, *, several: bool) -> list[SpeakerFound]:
    """The people without what is where the one before works: "Ada Moreau, Common Ground".

    The signature shows it, or that the writer, who stands there with nothing but this, speaks of "I" and never of "we";
    not below a label that announces `several` people.
    """
    writes = len(found) == 2 and same_person(found[0].name, written.sender)
    alone = writes and not several and _in_singular(written.said)
    kept: list[SpeakerFound] = []
    for person in found:
        last = kept[-1] if kept else None
        place = _place_of(last, person, written, alone=alone) if last else None
        if last and place:
            kept[-1] = replace(last, affiliation=last.affiliation or place)
        else:
            kept.append(person)
    return kept


def _place_of(
    last: SpeakerFound, person: SpeakerFound, written: Correspondence, *, alone: bool
) -> str | None:
    """What words taken for a person are as the institution of the one before, where something shows that."""
    beside, below = (f"{last.name}{sign}{person.name}" in written.text for sign in (", ", "\n"))
    if person.email or person.affiliation or not (beside or below):
        return None
    signed = written.signed
    theirs = signed.affiliation if signed and same_person(last.name, signed.name) else None
    if beside and theirs and fold(person.name) in map(fold, theirs.split(", ")):
        return theirs
    # A name that no list has is a person's as well: something must show that it is none.
    shown = leaning(person.name, written.around) < 0 or _of_domain(person.name, written.document.address)
    return person.name if alone and shown else None


def _of_domain(name: str, address: str | None) -> bool:
    """Whether the writer's address is at a domain of that name: "Common Ground" and ada@common-ground.example."""
    domain = (address or "").rpartition("@")[2].rpartition(".")[0]
    return fold(name).replace(" ", "") in fold(domain).replace(" ", "")


def _in_singular(text: str) -> bool:
    """Whether somebody speaks of themselves alone: of "I", and nowhere of "we"."""
    tokens = set(fold(text).split())
    alone, any_of = (frozenset(vocabulary.words("letter", key)) for key in ("alone", "first_person"))
    return not tokens.isdisjoint(alone) and tokens.isdisjoint(any_of - alone)


def _merged(found: list[SpeakerFound], more: Iterable[SpeakerFound]) -> list[SpeakerFound]:
    """Both lists, somebody named in both once, with what either says of them."""
    merged = list(found)
    for person in more:
        at = next((i for i, one in enumerate(merged) if same_person(one.name, person.name)), None)
        if at is None:
            merged.append(person)
        else:
            one = merged[at]
            fuller = person.name if len(fold(person.name)) > len(fold(one.name)) else one.name
            merged[at] = SpeakerFound(
                fuller,
                one.affiliation or person.affiliation,
                one.email or person.email,
                one.presenter or person.presenter,
            )
    return merged


def _named_behind_title(cut: Sequence[Block], written: Correspondence) -> tuple[_People, Source]:
    """People on the line of the title: "1) « A title », Ada Moreau (Lab)"."""
    for block in cut:
        if block.field == "title":
            found = mentions.named_behind_title(joined(block.lines), written.around)
            if found:
                return found, source_of(written.document, "line of names", block.lines)
    return (), Source("text", "line of names")


def _standing_alone(cut: Sequence[Block], written: Correspondence) -> tuple[_People, Source]:
    """People on a line of their own near the top, with an institution or an address beside them that shows it."""
    top = [line for block in cut if block.field in ("", "heading") for line in block.lines if not line.blank]
    for at, line in enumerate(top[:_TOP]):
        if letter.greets(line.text) or letter.closes(line.text):
            continue
        found = bylines.line_of_people(line.text, written.sender)
        if not found:
            continue
        texts = [below.text for below in top[at : at + _TOP]]
        lines = top[at : at + bylines.count(texts, written.sender)]
        more = people.parse("\n".join(texts[: len(lines)]), trusted=True, around=written.around)
        if len(lines) > 1 and more and _all_shown(more, written):
            return more, source_of(written.document, "line of names", lines)
        if _all_shown(found, written):
            return found, source_of(written.document, "line of names", [line])
    return (), Source("text", "line of names")


def _all_shown(people_: _People, written: Correspondence) -> bool:
    """Whether all of them are people; where the writer is among them, an institution beside a name is enough."""
    writes = any(same_person(person.name, written.sender) for person in people_)
    return all(
        _shown(person, written)
        or (writes and (bool(person.affiliation) or leaning(person.name, written.around) > 0))
        for person in people_
    )


def _shown(person: SpeakerFound, written: Correspondence) -> bool:
    """Whether more than capital letters says that this is a person."""
    place = person.affiliation or ""
    return person.email is not None or (
        institutions.certain(place, written.around.addresses) and leaning(person.name, written.around) >= 0
    )


def _credited(written: Correspondence) -> _People:
    """With whom the work was done, where a paragraph of its own says so; within an abstract it is the abstract's."""
    around = f"{written.text[:_LOOKED_AT]}\n\n{written.document.cover[:_LOOKED_AT]}"
    runs = paragraphs(lines_of(around))
    return tuple(
        one
        for run in runs
        if len(run) <= 5
        for said in rejoin(run).split("\n")  # what stands on a line of its own is not part of a name
        for one in mentions.credited(said, written.around)
    ) + mentions.named_after(written.text, "coauthors", written.around)


def _named_by_letter(written: Correspondence) -> tuple[_People, Source]:
    """Whom the covering letter names as presenting, else whoever wrote the mail, and "with ..." beside them."""
    found = mentions.named_behind_title(written.said, written.around)
    found = found or mentions.named_behind_title(written.text, written.around)
    found = found or mentions.presenting(written.said, written.around)
    # Of the talk itself: an abstract speaks of nobody who "will be presented by".
    found = found or mentions.named_after(written.text, "will_present", written.around)
    if found:
        return found, Source("text", "sentence")
    found = tuple(signatures.signing_together(written.closing, written.sender, written.around))
    if found:
        return found, Source("text", "signature")
    found, source = correspondence.writer(written)
    others = mentions.beside_writer(written.said, written.around)
    others += mentions.offering_with(written.opening, written.around)
    return tuple(_merged(list(found), others)), source


def _presenting(found: _People, written: Correspondence) -> _People:
    """Marked as presenting among several: whose name is underlined or in bold, or of whom the letter says so."""
    if len(found) < 2 or any(person.presenter for person in found):
        return found
    said = [one.name for one in mentions.presenting(written.said, written.around)]
    said += [written.sender] if written.sender and mentions.writer_presents(written.said) else []
    emphasised = [run for run in written.document.emphasised[:50] if len(run) <= 80]
    for names in (said, emphasised):
        flagged = [any(_only(name, person.name) for name in names) for person in found]
        if 0 < sum(flagged) < len(found):
            return tuple(replace(p, presenter=flag) for p, flag in zip(found, flagged, strict=True))
    return found


def _only(text: str, name: str) -> bool:
    """Whether a text is that person's name and nothing else."""
    bare = tidy_name(marks.at_end(text)[0])
    return looks_like_name(bare, trusted=True) and same_person(bare, name)


def _known_better(person: SpeakerFound, written: Correspondence, *, alone: bool) -> SpeakerFound:
    """A speaker with what the rest of the mail says of them: their address, their full name, where they work."""
    document, signed = written.document, written.signed
    writes = same_person(person.name, written.sender) or (alone and _nobody_else_writes(person.name, written))
    # In a list of several, initials are how all of them are written.
    tokens = person.name.split()
    brief = len(tokens) == 1 or (alone and any(map(INITIALS.match, (tokens[0], tokens[-1]))))
    names = [written.sender, signed.name if signed else None] if brief and writes else []
    fuller = max(
        [person.name, *(name for name in names if name and same_person(name, person.name))], key=_fullness
    )
    place = person.affiliation or _works_at(person.name, written, writes=writes, alone=alone)
    email = person.email or (document.address if writes else None) or _own_address(person.name, written)
    return replace(person, name=fuller, affiliation=place, email=email)


def _works_at(name: str, written: Correspondence, *, writes: bool, alone: bool) -> str | None:
    """Where a speaker works: by the signature, by the From line, by what the letter says, by a biography."""
    document, signed = written.document, written.signed
    place = signed.affiliation if signed is not None and same_person(name, signed.name) else None
    if place is None and writes:
        place = correspondence.company(document.sender or "")
        place = place or employment.employed(f"{written.said}\n\n{document.text}")
    return (
        place
        or employment.employed(written.said, name)
        or mentions.place_beside(f"{written.said}\n{written.bio}", name)
        or employment.employed(employment.biography(document.text, name), name)
        or employment.employed(written.bio, None if alone else name, of_anybody=alone)
        or (
            correspondence.of_host(document.address, name, document.text)
            if writes and document.address
            else None
        )
    )


def _fullness(name: str) -> tuple[bool, int, bool]:
    """How much of a name is written out, and whether it has capitals."""
    tokens = name.split()
    return len(tokens) > 1 and not INITIALS.match(tokens[0]), len(fold(name)), name != name.lower()


def _nobody_else_writes(name: str, written: Correspondence) -> bool:
    """Whether the address that a mail comes from is spelt after a speaker, and nobody else's name stands beside it."""
    address = written.document.address
    unnamed = not written.sender or not looks_like_name(written.sender)
    return bool(address) and unnamed and owns(name, address or "")


def _own_address(name: str, written: Correspondence) -> str | None:
    """The one address in the mail that is spelt after a name."""
    own = [one for one in written.around.addresses if one != written.document.address and owns(name, one)]
    return own[0] if len(set(own)) == 1 else None
