"""Invited talks out of a line: which words are the title, who speaks, where they work."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard.announcement.body import Block
from callboard.announcement.people import (
    looks_like_name,
    name_and_affiliation,
    names_institution,
    people_without_address,
)
from callboard.announcement.text import QUOTES, fold, plain
from callboard.call import InvitedTalk

_EDGE = " \t\u00a0\u202f,;:–—-"
_BY = re.compile(r"^(?:by|par|de)\s+", re.IGNORECASE)
_EMPHASISED = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_TITLE_LABEL = re.compile(r"^\W*(?:title|titre)\W*[:：]\s*(.+)$", re.IGNORECASE)
_OPEN = re.compile(r"\b(tba|tbc|tbd|a venir|a confirmer|a preciser|to be (announced|confirmed|defined))\b")
_SPLIT = re.compile(r"\s*:\s+|\s+[–—-]\s+")


def read_invited(blocks: Sequence[Block]) -> list[tuple[InvitedTalk, int]]:
    """The invited talks of a section with their lines; the title may stand below its speaker."""
    found: list[tuple[InvitedTalk, int]] = []
    for block in blocks:
        for number, text in [(block.line, block.text)] if block.kind != "paragraph" else block.lines:
            if found and not found[-1][0].title and (title := _title_line(text)):
                talk, line = found[-1]
                found[-1] = (InvitedTalk(title, talk.speaker, talk.affiliation), line)
            else:
                found += [(talk, number) for talk in _talks(text)]
    return found


def _talks(text: str) -> list[InvitedTalk]:
    """One talk, or only the names of several speakers."""
    speakers = people_without_address(plain(text))
    if len(speakers) > 1:
        return [InvitedTalk("", speaker.name, speaker.affiliation) for speaker in speakers]
    talk = talk_in(text)
    return [talk] if talk else []


def _title_line(text: str) -> str | None:
    """A line that is nothing but a title: labelled, in quotes or emphasised throughout."""
    if match := _TITLE_LABEL.match(plain(text)):
        return _unquoted(match[1])
    quoted = _quoted(text.strip())
    if quoted and not quoted[0] and not quoted[2]:
        return quoted[1]
    match = _EMPHASISED.fullmatch(text.strip())
    return plain(match[2]) if match and not looks_like_name(match[2]) else None


def talk_in(text: str) -> InvitedTalk | None:
    """The talk a line announces, None when it announces none or leaves in doubt which words are the title."""
    split = _quoted(text.strip()) or _emphasised(text)
    if split is None:
        return _speaker_first(plain(text))
    before, title, after = split
    # The speaker stands on either side of the title.
    speaker, affiliation = _speaker(after or before)
    return InvitedTalk(title, speaker, affiliation) if title and (speaker or not before) else None


def _quoted(text: str) -> tuple[str, str, str] | None:
    text = plain(text)
    starts = [n for n, char in enumerate(text) if char in QUOTES]
    if not starts:
        return None
    start = starts[0]
    end = text.rfind(QUOTES[text[start]], start + 1)
    if end < 0:
        # Opened with one sign and closed with another: “Title"
        end = max(text.rfind(sign, start + 1) for sign in '”"»“')
    if end < 0:
        return None
    return (
        text[:start].strip(_EDGE),
        text[start + 1 : end].strip(" \u00a0\u202f,."),
        text[end + 1 :].strip(_EDGE),
    )


def _emphasised(text: str) -> tuple[str, str, str] | None:
    for match in _EMPHASISED.finditer(text):
        if not looks_like_name(plain(match[2])) and len(match[2].split()) > 1:
            before, after = plain(text[: match.start()]), plain(text[match.end() :])
            return before.strip(_EDGE), plain(match[2]), after.strip(_EDGE)
    return None


def _speaker(text: str) -> tuple[str | None, str | None]:
    name, affiliation = name_and_affiliation(_BY.sub("", text.strip(_EDGE + ".")))
    if not name or len(name) > 80:
        return None, None
    return name, affiliation


def _speaker_first(text: str) -> InvitedTalk | None:
    parts = _SPLIT.split(text.strip(), maxsplit=1)
    speaker, affiliation = _speaker(parts[0])
    if speaker is None or not looks_like_name(speaker):
        return None
    rest = parts[1] if len(parts) == 2 else ""
    if rest and not affiliation and len(inner := _SPLIT.split(rest, maxsplit=1)) == 2:
        affiliation, rest = inner
    if rest and not affiliation and names_institution(rest):
        affiliation, rest = rest, ""
    if affiliation:
        said = (part.strip() for part in affiliation.split(","))
        affiliation = ", ".join(part for part in said if not _OPEN.search(fold(part))) or None
    return InvitedTalk("" if _OPEN.search(fold(rest)) else _unquoted(rest), speaker, affiliation)


def _unquoted(text: str) -> str:
    quoted = _quoted(text.strip())
    return quoted[1] if quoted and not quoted[0] and not quoted[2] else plain(text).strip(" .")
