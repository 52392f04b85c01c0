"""Who speaks: people under labels, on a line of their own, named in the letter, or its writer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from callboard.reading import bylines, fields, institutions, jobs, letter, marks, mentions, people, signatures
from callboard.reading.clues import Around, leaning
from callboard.reading.document import Document, source_of
from callboard.reading.labelnames import field_named
from callboard.reading.labels import Block
from callboard.reading.layout import fold, joined, lines_of, paragraphs, unmarked
from callboard.reading.names import (
    EMAIL,
    INITIALS,
    looks_like_name,
    owns,
    same_person,
    tidy_name,
    without_list,
    word_list,
)
from callboard.reading.result import Source, SpeakerFound

_LOOKED_AT = 20_000  # characters of a text for addresses
_TOP = 8  # lines under no label among which people may stand
_ADDRESSES_AT_MOST = 50
_People = tuple[SpeakerFound, ...]


@dataclass(frozen=True)
class _Letter:
    """What the mail says of its writer and of people, beside the list of speakers."""

    document: Document
    around: Around
    sender: str | None  # whoever wrote it, as their From line names them
    signed: SpeakerFound | None
    text: str  # of this talk, without its headings and labels
    cover: str  # covering sentences
    bio: str


def find(
    cut: Sequence[Block],
    document: Document,
    tail: Sequence[str],
    *,
    line: tuple[_People, Source] | None,
    cover: str,
) -> tuple[_People, Source]:
    """The speakers, and where their names came from.

    `line` is an unlabelled line of people, `tail` the lines under the letter, `cover` its covering sentences.
    """
    written = _letter(cut, document, tail, cover)
    labelled = [block for block in cut if block.field == "speakers" or _part_of_name(block)]
    found = _under_labels(labelled, cut, written)
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
        found = tuple(_merged(list(found), _credited(written)))
    found = _with_labels(_presenting(found, written), cut)
    return tuple(_known_better(person, written, alone=len(found) == 1) for person in found), source


def _letter(cut: Sequence[Block], document: Document, tail: Sequence[str], cover: str) -> _Letter:
    text = "\n".join([document.text[:_LOOKED_AT], document.cover[:_LOOKED_AT], *tail])
    addresses = dict.fromkeys([*([document.address] if document.address else []), *EMAIL.findall(text)])
    sender = tidy_name(_person(document.sender)) if document.sender else ""
    known = Around((sender,) if looks_like_name(sender) else (), tuple(addresses)[:_ADDRESSES_AT_MOST])
    bio = " ".join(joined(block.lines) for block in cut if block.field == "bio")
    signed = _signature(document, tail, known, sender or None)
    said = "\n".join(line.text for block in cut for line in block.lines)
    return _Letter(document, known, sender or None, signed, said, cover, bio)


def _signature(
    document: Document, tail: Sequence[str], around: Around, sender: str | None
) -> SpeakerFound | None:
    """Whoever signs: below this talk, below the whole text, or below the letter that it came with."""
    texts = [lines_of(text) for text in (document.text[-_LOOKED_AT:], document.cover[-_LOOKED_AT:])]
    closings = [letter.signature_lines(lines, letter.end_of(lines, document.sender)) for lines in texts]
    below = document.signature.split("\n")
    found: SpeakerFound | None = None
    for lines in (tail, *([*closing, *below] for closing in closings)):
        signed = signatures.signed(lines, sender, around)
        found = found or signed
        if signed and signed.affiliation:
            return signed
    place = signatures.place_in(below, around.addresses, sender) if found or sender else None
    return replace(found or SpeakerFound(sender or ""), affiliation=place) if place else found


def _under_labels(labelled: Sequence[Block], cut: Sequence[Block], written: _Letter) -> _People:
    """The people under labels, each label read for itself; the writer too where it names only co-authors."""
    found: list[SpeakerFound] = []
    legend = "\n".join(_legend(cut))
    texts = _people_text(labelled, cut)
    for label, text in texts:
        if marks.explains(legend) and marks.bears(text, legend.split("\n")):
            text = f"{text}\n{legend}"
        several = people.parse(text, trusted=True, number=_number(label), around=written.around)
        flagged = len(texts) > 1 and not word_list("presenters").isdisjoint([fold(label)])
        found = _merged(found, [replace(one, presenter=one.presenter or flagged) for one in several])
    if found and all(_of_others(label) for label, _ in texts):
        writer, _ = _writer(written)
        found = _merged(list(writer), found)
    return tuple(found)


def _legend(cut: Sequence[Block]) -> list[str]:
    """The lines under a label for institutions, with those below that explain further marks."""
    found: list[str] = []
    for above, block in zip((None, *cut), cut, strict=False):
        if block.field == "affiliation":
            found += [line.text for line in block.lines]
        elif above is not None and above.field == "affiliation" and not block.field:
            texts = [line.text for line in block.lines]
            count = next((at for at, text in enumerate(texts) if not marks.explains(text)), len(texts))
            found += texts[:count]
    return found


def _people_text(labelled: Sequence[Block], cut: Sequence[Block]) -> list[tuple[str, str]]:
    """Labels for people and the words under them, or the headings below such a heading ("## Speakers", "### Name")."""
    texts = [(_label(block), "\n".join(line.text for line in block.lines)) for block in labelled]
    texts = [(label, text) for label, text in texts if text.strip() and not fields.blank(text)]
    if texts:
        return _whole_names(texts)
    level = next((block.level for block in labelled if block.level), 0)
    after = [
        block for block in cut if level and block.field == "heading" and block.level > level and block.heading
    ]
    names = [unmarked(block.heading.text) for block in after if block.heading]
    return [("", name) for name in names if looks_like_name(name)]


def _label(block: Block) -> str:
    return re.split(r"[:\t=;|]", block.heading.text.lstrip(" |#*"))[0] if block.heading else ""


def _part_of_name(block: Block) -> bool:
    """Whether a block is a given or a family name: "First name"."""
    return block.field == "other" and fold(_label(block)) in word_list("given_name") | word_list(
        "family_name"
    )


def _whole_names(texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Given and family names under labels of their own, as one name."""
    given = [text.strip() for label, text in texts if fold(label) in word_list("given_name")]
    family = [text.strip() for label, text in texts if fold(label) in word_list("family_name")]
    if not given or len(given) != len(family) or any("\n" in name for name in (*given, *family)):
        return texts
    parts = word_list("given_name") | word_list("family_name")
    rest = [(label, text) for label, text in texts if fold(label) not in parts]
    return [("", f"{one} {other}") for one, other in zip(given, family, strict=True)] + rest


def _number(label: str) -> int:
    """-1 where a label announces one person ("Speaker"), 1 where several ("Speakers"), 0 where it says neither."""
    tokens = set(fold(re.sub(r"\([^()]{0,20}\)|[·.]\w{1,3}(?:[·.]s)?", " x ", label)).split())
    if "x" in tokens:
        return 0
    return (not word_list("plural").isdisjoint(tokens)) - (not word_list("singular").isdisjoint(tokens))


def _of_others(label: str) -> bool:
    """Whether a label names people beside the writer: "Co-authors"."""
    return fold(label).startswith(tuple(word_list("beside_writer")))


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


def _named_behind_title(cut: Sequence[Block], written: _Letter) -> tuple[_People, Source]:
    """People on the line of the title: "1) « A title », Ada Moreau (Lab)"."""
    for block in cut:
        if block.field == "title":
            found = mentions.named_behind_title(joined(block.lines), written.around)
            if found:
                return found, source_of(written.document, "line of names", block.lines)
    return (), Source("text", "line of names")


def _standing_alone(cut: Sequence[Block], written: _Letter) -> tuple[_People, Source]:
    """People on a line of their own near the top, with an institution or an address beside them that shows it."""
    top = [line for block in cut if block.field in ("", "heading") for line in block.lines if not line.blank]
    for line in top[:_TOP]:
        if letter.greets(line.text) or letter.closes(line.text):
            continue
        found = bylines.line_of_people(line.text, written.sender)
        if found and all(_shown(person, written) for person in found):
            return found, source_of(written.document, "line of names", [line])
    return (), Source("text", "line of names")


def _shown(person: SpeakerFound, written: _Letter) -> bool:
    """Whether more than capital letters says that this is a person."""
    place = person.affiliation or ""
    return person.email is not None or (
        institutions.certain(place, written.around.addresses) and leaning(person.name, written.around) >= 0
    )


def _credited(written: _Letter) -> _People:
    """With whom the work was done, where a paragraph of its own says so; within an abstract it is the abstract's."""
    runs = paragraphs(lines_of(written.text[:_LOOKED_AT]))
    return tuple(
        one for run in runs if len(run) <= 5 for one in mentions.credited(joined(run), written.around)
    )


def _named_by_letter(written: _Letter) -> tuple[_People, Source]:
    """Whom the covering letter names as presenting, else whoever wrote the mail, and "with ..." beside them."""
    found = mentions.named_behind_title(f"{written.cover}\n{written.text}", written.around)
    found = found or mentions.presenting(written.cover, written.around)
    if found:
        return found, Source("text", "sentence")
    found, source = _writer(written)
    others = mentions.named_after(written.cover, "together", written.around)
    return tuple(_merged(list(found), others)), source


def _writer(written: _Letter) -> tuple[_People, Source]:
    """Whoever wrote the mail."""
    sender, signed = written.sender, written.signed
    if sender and looks_like_name(sender):
        return from_sender(written.document)
    if signed is not None and looks_like_name(signed.name):
        return (replace(signed, email=signed.email or written.document.address),), Source("text", "signature")
    name = mentions.introduced(f"{written.cover}\n{written.bio}")
    if name:
        return (SpeakerFound(name, None, written.document.address),), Source("text", "sentence")
    return from_sender(written.document)


def from_sender(document: Document) -> tuple[_People, Source]:
    """The sender, when their From line names a person."""
    name = tidy_name(_person(document.sender or ""))
    if not looks_like_name(name, trusted=True):
        return (), Source("sender", "sender")
    return (SpeakerFound(name, None, document.address),), Source("sender", "sender")


def _person(name: str) -> str:
    """A display name without the company in brackets and "via list"."""
    return re.split(r"\s[(\[]|\s[-–|]\s", without_list(name))[0].strip(" \"'")


def _company(name: str) -> str | None:
    """The company in brackets or behind a dash in a display name: "DUPONT Jean (Thalex)"."""
    match = re.search(r"\s(?:[(\[]([^()\[\]]{2,60})[)\]]|[-–|]\s(.{2,60}))$", name)
    place = (match[1] or match[2]).strip() if match else ""
    return place if place and not jobs.is_job(place) and not institutions.contact(place) else None


def _presenting(found: _People, written: _Letter) -> _People:
    """Marked as presenting among several: whose name is underlined or in bold, or of whom the letter says so."""
    if len(found) < 2 or any(person.presenter for person in found):
        return found
    said = [one.name for one in mentions.presenting(written.cover, written.around)]
    said += [written.sender] if written.sender and mentions.writer_presents(written.cover) else []
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


def _with_labels(found: _People, cut: Sequence[Block]) -> _People:
    """Institutions and addresses under labels of their own, given to the people in order."""
    places = _values(cut, "affiliation") or _employers(_values(cut, "job"), len(found))
    emails = [email for text in _values(cut, "email") for email in EMAIL.findall(text)]
    if len(places) == 1 and len(found) > 1:
        parts = [part.strip() for part in re.split(r"\s/\s|;|\n", places[0]) if part.strip()]
        places = parts if len(parts) == len(found) else places * len(found)
    elif len(found) == 1 and len(places) > 1:
        places = [", ".join(dict.fromkeys(places))]
    better = []
    for at, person in enumerate(found):
        place = person.affiliation or (places[at] if at < len(places) else "") or None
        own = next((email for email in emails if owns(person.name, email)), None)
        free = [one for one in emails if not any(owns(p.name, one) for p in found)] if own is None else []
        email = person.email or own or (free[at] if at < len(free) else None)
        better.append(replace(person, affiliation=place, email=email))
    return tuple(better)


def _employers(jobs_named: Sequence[str], people_found: int) -> list[str]:
    """The institutions in job titles: "Engineer @ Company"; only where every speaker gives one job."""
    return [jobs.place_of(job) or "" for job in jobs_named] if len(jobs_named) == people_found else []


def _values(cut: Sequence[Block], name: str) -> list[str]:
    texts = [joined(block.lines) for block in cut if block.field == name or _also_named(block, name)]
    return [unmarked(text) for text in texts if not fields.blank(text)]


def _also_named(block: Block, name: str) -> bool:
    """Whether one of two words of a label names the field: "Organisation / collective"."""
    return block.field == "other" and any(field_named(part) == name for part in _label(block).split("/"))


def _known_better(person: SpeakerFound, written: _Letter, *, alone: bool) -> SpeakerFound:
    """A speaker with what the rest of the mail says of them: their address, their full name, where they work."""
    document, signed = written.document, written.signed
    writes = same_person(person.name, written.sender) or (alone and _nobody_else_writes(person.name, written))
    # In a list of several, initials are how all of them are written.
    single = " " not in person.name or (alone and bool(INITIALS.match(person.name.split()[0])))
    fuller = written.sender if writes and single and written.sender else person.name
    place = person.affiliation
    if place is None and signed is not None and same_person(person.name, signed.name):
        place = signed.affiliation
        fuller = signed.name if " " not in fuller else fuller
    if place is None and writes:
        place = _company(document.sender or "") or mentions.employed(f"{written.cover}\n\n{document.text}")
    place = place or mentions.employed(written.cover, person.name)
    place = place or mentions.employed(mentions.biography(document.text, person.name), person.name)
    place = place or mentions.employed(written.bio, None if alone else person.name, of_anybody=alone)
    email = person.email or (document.address if writes else None) or _own_address(person.name, written)
    return replace(person, name=fuller, affiliation=place, email=email)


def _nobody_else_writes(name: str, written: _Letter) -> bool:
    """Whether the address that a mail comes from is spelt after a speaker, and nobody else's name stands beside it."""
    address = written.document.address
    unnamed = not written.sender or not looks_like_name(written.sender)
    return bool(address) and unnamed and owns(name, address or "")


def _own_address(name: str, written: _Letter) -> str | None:
    """The one address in the mail that is spelt after a name."""
    own = [one for one in written.around.addresses if one != written.document.address and owns(name, one)]
    return own[0] if len(set(own)) == 1 else None
