"""People, their institutions and addresses under labels of their own: "Speakers: ...", "Affiliation: ..."."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from callboard.reading import fields, jobs, marks, people
from callboard.reading.clues import Around
from callboard.reading.labelnames import field_named
from callboard.reading.labels import Block
from callboard.reading.layout import fold, joined, unmarked
from callboard.reading.names import addresses_in, looks_like_name, owns, word_list
from callboard.reading.result import SpeakerFound


def blocks_of_people(cut: Sequence[Block]) -> list[Block]:
    """The blocks that name people; whoever leads a panel is of it, a session's chair is not of the talk."""
    panel = any(fold(_label(block)) in word_list("panellists") for block in cut)
    return [
        block
        for block in cut
        if block.field == "speakers"
        or _part_of_name(block)
        or _also_named(block, "speakers")
        or (panel and fold(_label(block)) in word_list("chairs"))
    ]


def named(cut: Sequence[Block], around: Around) -> list[tuple[str, tuple[SpeakerFound, ...]]]:
    """The people under each label, which is read for itself."""
    legend = "\n".join(_legend(cut))
    texts = _people_text(blocks_of_people(cut), cut)
    placed = bool(_values(cut, "affiliation"))  # then nothing beside the names need be a place
    found = []
    for label, text in texts:
        if marks.note(legend) is not None and marks.bears(text, legend.split("\n")):
            text = f"{text}\n{legend}"
        several = people.parse(text, trusted=True, number=1 if placed else _number(label), around=around)
        flagged = len(texts) > 1 and fold(label) in word_list("presenters")
        found.append((label, tuple(replace(one, presenter=one.presenter or flagged) for one in several)))
    return found


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


def of_several(label: str) -> bool:
    """Whether a label announces several people: "Authors"."""
    return _number(label) > 0


def of_others(label: str) -> bool:
    """Whether a label names people beside the writer: "Co-authors"."""
    return fold(label).startswith(tuple(word_list("beside_writer")))


def with_labels(found: Sequence[SpeakerFound], cut: Sequence[Block]) -> tuple[SpeakerFound, ...]:
    """Institutions and addresses under labels of their own, given to the people in order."""
    places = _values(cut, "affiliation") or _employers(_values(cut, "job"), len(found))
    emails = [email for text in _values(cut, "email") for email in addresses_in(text)]
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
    """Whether one of two words of a label names the field, or its word with a number: "Speaker 2"."""
    parts = re.sub(r"\d", "", _label(block)).split("/") if block.field == "other" else ()
    return any(field_named(part) == name for part in parts)
