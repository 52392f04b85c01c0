"""Who speaks: people under labels, on a line of their own, named in the letter, or its writer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from callboard.reading import fields, institutions, people
from callboard.reading.document import Document, source_of
from callboard.reading.labels import Block
from callboard.reading.layout import fold, joined, unmarked
from callboard.reading.result import Source, SpeakerFound


def find(
    cut: Sequence[Block],
    document: Document,
    tail: Sequence[str],
    *,
    line: tuple[tuple[SpeakerFound, ...], Source] | None,
    cover: str,
) -> tuple[tuple[SpeakerFound, ...], Source]:
    """The speakers, and where their names came from.

    `line` is an unlabelled line of people, `tail` the lines under the letter, `cover` its covering sentences.
    """
    labelled = [block for block in cut if block.field == "speakers"]
    text = "\n".join(_people_text(labelled, cut))
    found = people.parse(text, trusted=True, singular=all(map(_announces_one, labelled)))
    source = source_of(document, "label", [one for block in labelled for one in block.lines])
    if not found and line is not None:
        found, source = line
    if not found:
        found, source = _named_by_letter(document, tail, cover)
    found = _with_labels(found, cut)
    return tuple(_known_better(person, document, tail) for person in found), source


def _people_text(labelled: Sequence[Block], cut: Sequence[Block]) -> list[str]:
    """The words under labels for people, or the headings below such a heading ("## Speakers", "### Name")."""
    texts = ["\n".join(line.text for line in block.lines) for block in labelled]
    texts = [text for text in texts if text.strip() and not fields.blank(text)]
    if texts:
        return texts
    level = next((block.level for block in labelled if block.level), 0)
    after = [
        block for block in cut if level and block.field == "heading" and block.level > level and block.heading
    ]
    names = [unmarked(block.heading.text) for block in after if block.heading]
    return [name for name in names if people.looks_like_name(name)]


def _announces_one(block: Block) -> bool:
    """Whether a label is in the singular: "Speaker: ...", not "Speakers: ..."."""
    label = re.split(r"[:\t=;|]", block.heading.text.lstrip(" |"))[0] if block.heading else ""
    return not people.word_list("singular").isdisjoint(fold(label).split())


def _named_by_letter(
    document: Document, tail: Sequence[str], cover: str
) -> tuple[tuple[SpeakerFound, ...], Source]:
    """Whom the covering letter names as presenting, else whoever wrote the mail, and "with ..." beside them."""
    presenting = people.named_after(cover, "by")
    if presenting:
        return tuple(SpeakerFound(name) for name in presenting), Source("text", "sentence")
    found, source = _writer(document, tail)
    others = [name for name in people.named_after(cover, "together") if not _among(name, found)]
    return (*found, *(SpeakerFound(name) for name in others)), source


def _among(name: str, found: Iterable[SpeakerFound]) -> bool:
    return any(people.same_person(name, person.name) for person in found)


def _writer(document: Document, tail: Sequence[str]) -> tuple[tuple[SpeakerFound, ...], Source]:
    """Whoever wrote the mail."""
    signed = institutions.signed([line for line in tail if line.strip()], document.sender)
    if signed and not (document.sender and people.looks_like_name(people.tidy_name(document.sender))):
        mine = signed if document.sender else replace(signed, email=signed.email or document.address)
        return (mine,), Source("text", "signature")
    return from_sender(document)


def from_sender(document: Document) -> tuple[tuple[SpeakerFound, ...], Source]:
    """The sender, when their From line names a person."""
    name = people.tidy_name(_person(document.sender or ""))
    if not people.looks_like_name(name, trusted=True):
        return (), Source("sender", "sender")
    return (SpeakerFound(name, None, document.address),), Source("sender", "sender")


def _person(name: str) -> str:
    """A display name without the company in brackets and "via list"."""
    return re.split(r"\s[(\[]|\svia\s", name)[0].strip(" \"'")


def _with_labels(found: tuple[SpeakerFound, ...], cut: Sequence[Block]) -> tuple[SpeakerFound, ...]:
    """Institutions and addresses under labels of their own, given to the people in order."""
    places = _values(cut, "affiliation") or _employers(_values(cut, "job"), len(found))
    emails = [match[0] for text in _values(cut, "email") for match in people.EMAIL.finditer(text)]
    if len(places) == 1 and len(found) > 1:
        parts = [part.strip() for part in re.split(r"\s/\s|;|\n", places[0]) if part.strip()]
        places = parts if len(parts) == len(found) else places * len(found)
    better = []
    for at, person in enumerate(found):
        place = person.affiliation or (places[at] if at < len(places) else "") or None
        better.append(
            replace(
                person, affiliation=place, email=person.email or (emails[at] if at < len(emails) else None)
            )
        )
    return tuple(better)


def _employers(jobs: Sequence[str], people_found: int) -> list[str]:
    """The institutions in job titles: "Engineer @ Company"; only where every speaker gives one job."""
    return [institutions.employer(job) or "" for job in jobs] if len(jobs) == people_found else []


def _values(cut: Sequence[Block], name: str) -> list[str]:
    texts = [joined(block.lines) for block in cut if block.field == name]
    return [unmarked(text) for text in texts if not fields.blank(text)]


def _known_better(person: SpeakerFound, document: Document, tail: Sequence[str]) -> SpeakerFound:
    """The sender among the speakers gets their address, their full name, the institution they sign with."""
    sender = people.tidy_name(_person(document.sender)) if document.sender else None
    if not people.same_person(person.name, sender):
        return person
    fuller = sender if sender and len(fold(sender)) > len(fold(person.name)) else person.name
    signed = institutions.signed([line for line in tail if line.strip()], document.sender)
    return SpeakerFound(
        fuller,
        person.affiliation or (signed.affiliation if signed else None),
        person.email or document.address,
    )
