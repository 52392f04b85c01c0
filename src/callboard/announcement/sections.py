"""Cuts the blocks of a page into sections, each about one subject: under a heading, or after a line that
announces what follows ("Organisateurs :", "The programme has two invited talks:")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from callboard.announcement.body import LABEL_LEVEL, Block
from callboard.announcement.subjects import Subject, labelled, subject_of
from callboard.announcement.text import sentences

_LISTED = (Subject.TOPICS, Subject.ORGANISERS, Subject.INVITED, Subject.DEADLINE)
_WITH_PARTS = (Subject.ORGANISERS, Subject.INVITED)


@dataclass
class Section:
    """What stands under one heading or announcing line."""

    subject: Subject
    level: int  # of its heading; LABEL_LEVEL after an announcing line
    blocks: list[Block] = field(default_factory=list)

    @property
    def announced(self) -> bool:
        """Whether a line of text opened it: then only what the line announced belongs to it."""
        return self.level == LABEL_LEVEL


def cut(blocks: Sequence[Block]) -> list[Section]:
    """The sections of a page in order; text before the first heading is ABOUT the event."""
    sections = [Section(Subject.ABOUT, 0)]
    for block in blocks:
        current = sections[-1]
        if block.kind == "heading":
            _heading(block, sections)
        elif opened := _announced(block, current, first=block is blocks[0]):
            before, subject = opened
            _put(before, sections)
            sections.append(Section(subject, LABEL_LEVEL))
        elif current.announced and _ends(current, block):
            # Back to where the announcing line stood.
            around = next(s for s in reversed(sections) if not s.announced)
            sections.append(Section(around.subject, around.level, [block]))
        else:
            current.blocks.append(block)
    return sections


def _heading(block: Block, sections: list[Section]) -> None:
    subject, current = subject_of(block.text), sections[-1]
    title = block.level == 1 and not any(s.blocks for s in sections)
    part = current.subject in _WITH_PARTS and block.level > current.level
    if part and subject in (None, Subject.ORGANISERS, current.subject):
        # "### GDR Vision" below "## Organisers" names a group, "### Ada Example" a speaker.
        current.blocks.append(block)
    else:
        other = Subject.ABOUT if title else Subject.OTHER
        sections.append(Section(subject if subject and not title else other, block.level))


def _announced(block: Block, current: Section, *, first: bool) -> tuple[Block | None, Subject] | None:
    """A paragraph whose last sentence ends with a colon, and what it announces; with the text before it."""
    if block.kind != "paragraph":
        return None
    if not block.text.rstrip("*_ ").endswith(":"):
        subject = None if first or not _bare_heading(block) else subject_of(block.text)
        return (None, subject) if subject in _LISTED and subject and subject is not current.subject else None
    offset, last = sentences(block.text)[-1]
    subject = subject_of(last)
    if subject is None or subject is Subject.ABOUT:
        return None
    before = block.text[:offset].strip()
    return (replace(block, lines=((block.line, before),)) if before else None), subject


def _bare_heading(block: Block) -> bool:
    """A short line of its own without any mark, as pages have that were copied out of a browser."""
    return (
        len(block.lines) == 1
        and len(block.text.split()) <= 4
        and not block.text.endswith((".", "!", "?", ","))
    )


def _put(block: Block | None, sections: list[Section]) -> None:
    if block is None:
        return
    if sections[-1].announced:
        around = next(s for s in reversed(sections) if not s.announced)
        sections.append(Section(around.subject, around.level))
    sections[-1].blocks.append(block)


def _ends(section: Section, block: Block) -> bool:
    """Whether what the announcing line announced is over."""
    if block.kind != "paragraph":
        return False
    if section.subject in _WITH_PARTS:
        return _prose(block.text)
    return bool(section.blocks) or _prose(block.text)


def _prose(text: str) -> bool:
    """A sentence of running text, not a line of a list."""
    return (text.endswith((".", "!", "?")) and len(text.split()) >= 6 and "@" not in text) or bool(
        labelled(text)
    )
