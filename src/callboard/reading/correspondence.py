"""What a mail says of whoever wrote it, beside what it proposes: From, signature, the letter around the abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from callboard.reading import institutions, jobs, letter, mentions, prose, signatures, vocabulary
from callboard.reading.clues import Around
from callboard.reading.document import Document
from callboard.reading.labels import Block
from callboard.reading.layout import Line, joined, lines_of, paragraphs
from callboard.reading.names import addresses_in, looks_like_name, owns, tidy_name, without_list
from callboard.reading.result import Source, SpeakerFound

_LOOKED_AT = 20_000  # characters of a text for addresses
_ADDRESSES_AT_MOST = 50
_WORD = re.compile(r"(?<![\w@./-])[^\W_][\w-]{3,40}(?![\w@/-]|\.\w)")
_HOST_AT_LEAST = 4  # letters of the name of a host


@dataclass(frozen=True)
class Correspondence:
    """What the mail says of its writer and of people, beside the list of speakers."""

    document: Document
    around: Around
    sender: str | None  # whoever wrote it, as their From line names them
    signed: SpeakerFound | None
    closing: list[str]  # the lines below the letter
    text: str  # of this talk, without its headings and labels
    said: str  # around the abstract: the letter that it came with, what is said above and below it
    bio: str
    opening: str  # the first sentence of the abstract, which may say who offers it


def read(
    cut: Sequence[Block], document: Document, tail: Sequence[str], abstract: Sequence[Line]
) -> Correspondence:
    text = "\n".join([document.text[:_LOOKED_AT], document.cover[:_LOOKED_AT], *tail])
    addresses = dict.fromkeys([*([document.address] if document.address else []), *addresses_in(text)])
    sender = tidy_name(_person(document.sender)) if document.sender else ""
    known = Around((sender,) if looks_like_name(sender) else (), tuple(addresses)[:_ADDRESSES_AT_MOST])
    bio = " ".join(joined(block.lines) for block in cut if block.field == "bio")
    signed = _signature(document, tail, known, sender or None)
    whole = "\n".join(line.text for block in cut for line in block.lines)
    taken = {line.start for line in abstract}
    fields_said = ("", "abstract") if taken else ("",)
    free = (
        line.text
        for block in cut
        if block.field in fields_said
        for line in block.lines
        if line.start not in taken
    )
    said = "\n".join([document.cover, *free])
    closing = next((lines for lines in _closings(document, tail) if any(lines)), [])
    _, first = next(prose.sentences(joined(next(iter(paragraphs(abstract)), []))), (0, ""))
    return Correspondence(document, known, sender or None, signed, closing, whole, said, bio, first)


def _signature(
    document: Document, tail: Sequence[str], around: Around, sender: str | None
) -> SpeakerFound | None:
    """Whoever signs: below this talk, below the whole text, or below the letter that it came with."""
    found: SpeakerFound | None = None
    for lines in _closings(document, tail):
        signed = signatures.signed(lines, sender, around)
        found = found or signed
        if signed and signed.affiliation:
            return signed
    below = document.signature.split("\n")
    place = signatures.place_in(below, around.addresses, sender) if found or sender else None
    return replace(found or SpeakerFound(sender or ""), affiliation=place) if place else found


def _closings(document: Document, tail: Sequence[str]) -> Iterator[list[str]]:
    """The lines below this talk, below the whole text, below the letter that it came with."""
    yield list(tail)
    for text in (document.text, document.cover):
        lines = lines_of(text[-_LOOKED_AT:])
        closing = letter.signature_lines(lines, letter.end_of(lines, document.sender))
        if below := [*closing, *document.signature.split("\n")]:
            yield below


def writer(written: Correspondence) -> tuple[tuple[SpeakerFound, ...], Source]:
    """Whoever wrote the mail."""
    sender, signed = written.sender, written.signed
    if sender and looks_like_name(sender):
        return from_sender(written.document)
    if signed is not None and looks_like_name(signed.name):
        return (replace(signed, email=signed.email or written.document.address),), Source("text", "signature")
    name = mentions.introduced(f"{written.said}\n{written.bio}")
    if name:
        return (SpeakerFound(name, None, written.document.address),), Source("text", "sentence")
    return from_sender(written.document)


def from_sender(document: Document) -> tuple[tuple[SpeakerFound, ...], Source]:
    """The sender, when their From line names a person."""
    name = tidy_name(_person(document.sender or ""))
    if not looks_like_name(name, trusted=True):
        return (), Source("sender", "sender")
    return (SpeakerFound(name, None, document.address),), Source("sender", "sender")


def _person(name: str) -> str:
    """A display name without the company in brackets and "via list"."""
    return re.split(r"\s[(\[]|\s[-–|]\s", without_list(name))[0].strip(" \"'")


def of_host(address: str, name: str, text: str) -> str | None:
    """The company whose host an address is of, where the writer names it: ada@thalex.com, and "Thalex" in the text."""
    labels = address.partition("@")[2].lower().split(".")[:-1]
    label = next((one for one in reversed(labels) if len(one) >= _HOST_AT_LEAST), "")
    if not label or label in vocabulary.words("people", "hosts_of_anybody") or owns(name, f"{label}@"):
        return None
    named = {word for word in _WORD.findall(text[:_LOOKED_AT]) if word.lower() == label}
    return min(named) if named and all(one[0].isupper() for one in named) else None


def company(name: str) -> str | None:
    """The company in brackets or behind a dash in a display name: "DUPONT Jean (Thalex)"."""
    match = re.search(r"\s(?:[(\[]([^()\[\]]{2,60})[)\]]|[-–|]\s(.{2,60}))$", name)
    place = (match[1] or match[2]).strip() if match else ""
    return place if place and not jobs.is_job(place) and not institutions.contact(place) else None
