"""What a text proposes: one talk or several, each field with where it came from.

Labels first, then headings and quotation marks, then a line that stands as a title, then subject and sender.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from callboard.reading import (
    availability,
    endings,
    fields,
    headings,
    inline,
    language,
    latex,
    lengths,
    letter,
    opening,
    people,
    promised,
    prose,
    regions,
    several,
    speakers,
    tables,
    title,
)
from callboard.reading.covering import Known
from callboard.reading.document import Document, source_of
from callboard.reading.endings import trimmed
from callboard.reading.labels import Block
from callboard.reading.layout import (
    Line,
    apart,
    fold,
    joined,
    lines_of,
    links,
    outside,
    paragraphs,
    rejoin,
    unmarked,
    words,
)
from callboard.reading.opening import Opening
from callboard.reading.result import ProposalFound, Source, SpeakerFound

_ABSTRACT_AT_LEAST = 4  # words
_LINKS_AT_MOST = 30
_TITLE_AT_MOST = 15  # words of a line below a heading that may stand for a title or a text
_OUTLINE_AT_LEAST = 12  # words
_LETTER_AT_MOST = 40  # words of a paragraph that only offers a talk, or says that its abstract follows
_OFFER_AT_MOST = 60  # words of a paragraph that names the talk offered
_LETTER_LOOKED_AT = 2000  # characters
_TEXT_AT_MOST = 200_000  # characters; no proposal is longer


@dataclass
class _Draft:
    """A proposal while it is gathered."""

    values: dict[str, object] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    line_of_people: tuple[tuple[SpeakerFound, ...], Source] | None = None
    cover: str = ""  # the covering sentences

    def take(self, name: str, value: object, source: Source) -> None:
        """Keep the first value found for a field."""
        if value and name not in self.values:
            self.values[name] = value
            self.sources[name] = source


@lru_cache(maxsize=1)  # what a follow-up changes is looked for in a text that was just read as a proposal
def extract(document: Document) -> tuple[ProposalFound, ...]:
    """The talks that a text proposes, in its order; empty when it holds nothing of one."""
    text = document.text[:_TEXT_AT_MOST]
    tex = latex.is_latex(text)
    lines = headings.whole(lines_of(latex.labelled(text) if tex else text), document.sender)
    lines = inline.split(tables.turned(lines))
    talks, cut_up, document = several.talks(lines, document)
    found = [_one(part, document, cut_up, alone=len(talks) == 1) for part in talks]
    found = list(map(latex.with_accents, found)) if tex else found
    return tuple(proposal for proposal in found if proposal.title or proposal.abstract)


def _one(lines: list[Line], document: Document, cut_up: several.Cut, *, alone: bool) -> ProposalFound:
    """Read one talk."""
    end = letter.end_of(lines, document.sender)
    kept, tail = lines[:end], letter.signature_lines(lines, end)
    kept = kept if any(not line.blank for line in kept) else lines
    cut = regions.headed(cut_up(kept))
    draft = _Draft()
    _labelled(draft, cut, document)
    _unlabelled(draft, cut, document, alone=alone)
    _outlined(draft, cut, document)
    found, source = speakers.find(
        cut,
        document,
        [*tail, *document.signature.split("\n")],
        line=draft.line_of_people,
        abstract=_body_of(draft),
    )
    draft.take("speakers", found, source)
    _from_prose(draft, kept, cut, document)
    return _finished(draft, kept, document)


def _labelled(draft: _Draft, cut: Sequence[Block], document: Document) -> None:
    """The fields that stand under a label of their own."""
    last = next((block for block in reversed(cut) if block.lines), None)
    for block in cut:
        text = "\n".join(line.text for line in block.lines).strip()
        if not text or fields.blank(text):
            continue
        source = source_of(document, block.rule, block.lines)
        if block.field == "title":
            first = paragraphs(block.lines)[0]
            draft.take("title", title.tidy(joined(first)), source_of(document, block.rule, first))
        elif block.field == "abstract":
            _take_text(draft, block, cut, document, last=block is last)
        elif block.field == "bio":
            said = endings.biography(block.lines) if block is last else block.lines
            draft.take("bio", rejoin(said), source)
        elif block.field == "duration":
            draft.take("duration_minutes", lengths.minutes_of(text), source)
        elif block.field == "format":
            draft.take("format", fields.format_of(text), source)
        elif block.field == "keywords":
            draft.take("keywords", fields.keywords_of(text), source)
        elif block.field == "availability":
            draft.take("availability", availability.below(block.heading, block.lines), source)
        elif block.field == "language":
            draft.take("language", fields.language_of(text), source)
        elif block.field == "level":
            draft.take("level", fields.level_of(text), source)
    for block in cut:
        if block.field == "format":
            minutes = lengths.minutes_in_format("\n".join(map(_text, block.lines)).strip())
            draft.take("duration_minutes", minutes, source_of(document, block.rule, block.lines))


def _take_text(draft: _Draft, block: Block, cut: Sequence[Block], document: Document, *, last: bool) -> None:
    """The abstract under a label, without the letter that ends below it; and the title and the biography there."""
    above, body = _title_before_text(block, last=last)
    if not last and not block.level:
        body = endings.without_remarks(body)
    elif not block.level:
        ended = endings.without_letter(body, _people(draft, cut, document), posted=document.posted)
        body = ended.lines
        draft.take("bio", rejoin(ended.bio), source_of(document, "last paragraph", ended.bio))
    draft.take("title", above, source_of(document, block.rule, block.lines))
    if regions.count_words(body) >= _ABSTRACT_AT_LEAST and not _only_boxes(body):
        draft.take("abstract", body, source_of(document, block.rule, body))


def _outlined(draft: _Draft, cut: Sequence[Block], document: Document) -> None:
    """The text under "Outline" or "Detailed description", where nothing else is the abstract."""
    last = next((block for block in reversed(cut) if block.lines), None)
    for block in cut:
        if _holds_outline(block):
            _take_text(draft, block, cut, document, last=block is last)


def _holds_outline(block: Block) -> bool:
    return block.field == "outline" and regions.count_words(block.lines) >= _OUTLINE_AT_LEAST


def _title_before_text(block: Block, *, last: bool) -> tuple[str | None, list[Line]]:
    """The text under a label, and the title above it where the label stands for both: "Proposition : ..."."""
    body = trimmed(block.lines, inside=not last)
    label = regions.name_of(block)
    if not body or not title.ambiguous(label):
        return None, body
    first = paragraphs(body)[0]
    text = joined(first)
    if block.rule != "label" and (len(first) > 1 or words(text) > _TITLE_AT_MOST):
        return None, body
    if not title.alone(text) or lengths.minutes_of(text) is not None:
        return None, body
    return title.tidy(text), trimmed(body[len(first) :])


def _only_boxes(lines: Sequence[Line]) -> bool:
    return (
        fields.ticked(line.text for line in lines) is not None
        and sum(words(line.text) for line in lines) < 40
    )


def _unlabelled(draft: _Draft, cut: list[Block], document: Document, *, alone: bool) -> None:
    """Title, people and text that stand under no label: headings, the top of the free text, the subject."""
    subject_title = regions.title_in_subject(document, _names(document)) if alone else None
    heading = regions.heading_title(cut, document) if "title" not in draft.values else None
    if heading:
        draft.take("title", *heading)
    region = regions.longest(cut)
    known = Known(
        sender=document.sender,
        address=document.address,
        emphasised=frozenset(fold(text) for text in document.emphasised[:50] if len(text) <= 300),
        subject_title=subject_title,
        subject_sure=bool(subject_title) and title.sure_subject(document.subject, subject_title or ""),
        titled="title" in draft.values,
        peopled=any(block.field == "speakers" and block.lines for block in cut),
        body_elsewhere="abstract" in draft.values or any(map(_holds_outline, cut)),
    )
    top, no_title = _tops(draft, cut, region, known, document)
    free = [line for block in cut if not block.field for line in block.lines]
    ended = endings.without_letter(top.rest, _people(draft, cut, document), posted=document.posted)
    body = _without_offer(draft, ended.lines, free, document)
    if sum(words(line.text) for line in body) >= _ABSTRACT_AT_LEAST:
        draft.take("abstract", body, source_of(document, "text", body))
        draft.take("bio", rejoin(ended.bio), source_of(document, "last paragraph", ended.bio))
        _bio_below(draft, free, body, _people(draft, cut, document), document)
    if "title" not in draft.values:
        _title_inside_abstract(draft, document)
    quoted = title.tidy(top.quoted) if top.quoted and not no_title else None
    if quoted and not known.subject_sure and not _of_call(quoted, document):
        draft.take("title", quoted, source_of(document, "quotation marks", top.cover))
    if subject_title and not no_title:
        draft.take("title", subject_title, Source("subject", "subject"))


def _bio_below(
    draft: _Draft, free: Sequence[Line], body: Sequence[Line], names: list[str], document: Document
) -> None:
    """A paragraph below the text and some labels that presents its author."""
    for run in paragraphs(line for line in free if line.start > body[-1].end) if body else ():
        if "bio" not in draft.values and prose.about_author(joined(run), names):
            draft.take("bio", rejoin(run), source_of(document, "last paragraph", run))


def _without_offer(
    draft: _Draft, body: list[Line], written: Sequence[Line], document: Document
) -> list[Line]:
    """The free text without a short paragraph that offers a talk by name or leaves its abstract for later."""
    # Below a title already found only a short letter is left out; a long text is the abstract.
    short = regions.count_words(body) <= _LETTER_AT_MOST
    offer = promised.offered(body) if short or "title" not in draft.values else None
    if offer is None and "title" not in draft.values:
        offer = _introduced(body)
    if offer and "title" not in draft.values:
        draft.take("title", offer[0], source_of(document, promised.OFFERED, offer[1]))
    if offer:
        cover, body = promised.parted(body, *offer)
        draft.cover = draft.cover or cover
    return [] if promised.only_letter(body, written, titled="title" in draft.values) else body


def _introduced(body: Sequence[Line]) -> tuple[str, list[Line]] | None:
    """The title that a letter introduces in quotation marks although nothing stands below it."""
    first = paragraphs(body)[0] if body else []
    named = (
        title.introduced(joined(first)[:_LETTER_LOOKED_AT])
        if regions.count_words(first) <= _OFFER_AT_MOST
        else None
    )
    tidied = title.tidy(named[2]) if named else None
    return (tidied, first) if tidied else None


def _tops(
    draft: _Draft, cut: Sequence[Block], region: list[Line], known: Known, document: Document
) -> tuple[Opening, bool]:
    """Read the top of the text and of the region that is the body; return the body's opening."""
    first = list(cut[0].lines) if cut and not cut[0].field else []
    tops = [opening.read(region, known)]
    if first and (not region or first[0] is not region[0]):
        tops.insert(0, opening.read(first, replace(known, body_elsewhere=True)))
    for top in tops:
        draft.take("title", top.title, source_of(document, top.title_rule, top.title_lines))
        names = source_of(document, "line of names", top.speaker_lines)
        draft.take("duration_minutes", top.minutes, names)
        for line in top.details:
            draft.take(
                "duration_minutes", lengths.minutes_of(line.text), source_of(document, "sentence", [line])
            )
            draft.take("format", fields.format_of(line.text), source_of(document, "sentence", [line]))
        if top.speakers and draft.line_of_people is None:
            draft.line_of_people = (top.speakers, names)
        draft.cover = draft.cover or "\n".join(line.text for line in top.cover)
    return tops[-1], any(top.no_title for top in tops)


def _people(draft: _Draft, cut: Sequence[Block], document: Document) -> list[str]:
    """The names of those who may be presented in a biography."""
    labelled = [line.text for block in cut if block.field == "speakers" for line in block.lines]
    listed = (
        draft.line_of_people[0] if draft.line_of_people else people.parse("\n".join(labelled), trusted=True)
    )
    return [*_names(document)[-1:], *(person.name for person in listed)]


def _of_call(quoted: str, document: Document) -> bool:
    """Whether quoted words are the event's rather than the talk's: they stand in the subject or the call's names."""
    plain = fold(quoted)
    return plain in fold(document.subject) or any(plain in fold(name) for name in document.names)


def _names(document: Document) -> list[str]:
    return [*document.names, *([document.sender] if document.sender else [])]


def _title_inside_abstract(draft: _Draft, document: Document) -> None:
    """A first paragraph in bold below "Description": the title, and not part of the text."""
    body = draft.values.get("abstract")
    if not isinstance(body, list):
        return
    runs = paragraphs(body)
    text = joined(runs[0])
    if (
        len(runs) > 1
        and unmarked(text) != text
        and title.could_be(unmarked(text))
        and not text.startswith(("- ", "•"))
    ):
        draft.take("title", title.tidy(text), source_of(document, "marked line", runs[0]))
        draft.values["abstract"] = trimmed(body[body.index(runs[0][-1]) + 1 :])


def _body_of(draft: _Draft) -> list[Line]:
    """The lines of the abstract, so far as they are known."""
    body = draft.values.get("abstract")
    return body if isinstance(body, list) else []


def _letter_of(draft: _Draft, document: Document) -> str:
    """The covering sentences, of this text or of the letter it came with."""
    return f"{document.cover}\n{draft.cover}"


def _from_prose(draft: _Draft, kept: Sequence[Line], cut: Sequence[Block], document: Document) -> None:
    """Length, format and availability that a sentence says."""
    headings = [
        line.text for line in kept if line.text[:1] == "#" and title.generic(line.text.split(" - ")[0])
    ]
    body = _body_of(draft)
    unlabelled = [block for block in cut if block.field in ("", "abstract")]
    free = regions.free([line for block in unlabelled for line in block.lines], body)
    cover = [
        _letter_of(draft, document),
        *headings,
        prose.said_first(body),
        *([] if body else map(_text, free)),
    ]
    if "duration_minutes" not in draft.values:
        minutes = lengths.minutes_in_prose("\n\n".join([*cover, "\n".join(map(_text, free))]))
        draft.take("duration_minutes", minutes, source_of(document, "sentence"))
        subject = lengths.minutes_in_subject(document.subject)
        draft.take("duration_minutes", subject, Source("subject", "subject"))
        own = lengths.minutes_of_own("\n".join(map(_text, body)))
        draft.take("duration_minutes", own, source_of(document, "sentence", body))
    if "format" not in draft.values:
        pointed_at = fields.format_pointed_at("\n".join(map(_text, body)))
        draft.take("format", pointed_at, source_of(document, "sentence", body))
        offered = fields.format_in_prose("\n\n".join([*cover, "\n".join(map(_text, free))]))
        draft.take("format", offered, source_of(document, "sentence"))
        draft.take("format", fields.format_in_subject(document.subject), Source("subject", "subject"))
        _format_in_labels(draft, cut, document)
    beside = [*apart(outside(kept, body), document.text)]
    draft.take("availability", availability.sentences(lines_of(document.cover)), Source("text", "sentence"))
    draft.take("availability", availability.sentences(beside), source_of(document, "sentence"))


def _format_in_labels(draft: _Draft, cut: Sequence[Block], document: Document) -> None:
    """The format that the label of a title or a text names: "Titre de l'exposé : ..."."""
    for block in cut:
        if block.field in ("title", "abstract") and block.heading is not None and block.lines:
            label = re.split(r"[:\t=]", block.heading.text)[0]
            draft.take("format", fields.format_in_label(label), source_of(document, "label", [block.heading]))


def _text(line: Line) -> str:
    return line.text


def _spoken_around(said: str, document: Document) -> str | None:
    """The language of a few words, which the letter around them helps to tell; it counts for less than they do."""
    letter_ = f"{document.cover}\n{document.text}"[:_LETTER_LOOKED_AT]
    return language.detect(f"{said}\n{said}\n{said}\n{letter_}") if said.strip() else None


def _finished(draft: _Draft, kept: Sequence[Line], document: Document) -> ProposalFound:
    """The gathered values as a frozen proposal."""
    values, sources = draft.values, draft.sources
    body = values.pop("abstract", None)
    abstract = rejoin(body) if isinstance(body, list) else None
    # A title alone has few small words: one of them ("a", "de") may be of several languages.
    said = f"{values.get('title') or ''}\n{abstract or ''}"
    spoken = language.detect(said, 1.0 if abstract else 2.0) or _spoken_around(said, document)
    if spoken and "language" not in values:
        values["language"], sources["language"] = spoken, source_of(document, "words")
    found = links("\n".join(line.text for line in kept))[:_LINKS_AT_MOST]
    return ProposalFound(abstract=abstract, links=tuple(found), sources=sources, **values)  # type: ignore[arg-type]  # each value was taken under its own field's name
