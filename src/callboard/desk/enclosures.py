"""The documents that a proposal came with, for a letter that carries them to an organiser.

A stranger made the file and chose its name: the name is made harmless, the type is one of our own short list, and what
would make the letter too large is named instead.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from callboard.desk.wording import one_line
from callboard.mailroom.body import BY_ENDING
from callboard.mailroom.incoming import Attachment, IncomingMail

ENDINGS = {BY_ENDING[ending]: ending for ending in ("pdf", "docx", "odt")}
STEM = 60  # characters of a name: encoded, they fit the 998 octets of a line (RFC 5322, section 2.1.1)
MOST = 12  # documents of one proposal
# What no file name may hold on some system, and what hides or turns the letters around it.
FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter. `name` and `media_type` are ours."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class LeftOut:
    """A file that does not go with it: too large, or its bytes were never fetched."""

    name: str
    size: int  # bytes


@dataclass(frozen=True)
class Enclosed:
    """The documents of one proposal: those that fit, and the others."""

    files: tuple[Enclosure, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of what goes with the letter."""
        return sum(len(file.content) for file in self.files)


def enclose(mails: Iterable[IncomingMail], reference: str, room: int) -> Enclosed:
    """The documents of these mails, each once, in their order, as long as they fit into `room` bytes."""
    files: list[Enclosure] = []
    left_out: list[LeftOut] = []
    names: set[str] = set()
    for document in _documents(mails):
        name = _unused(file_name(document, reference), names)
        content = document.content
        if content is None or len(content) > room:
            left_out.append(LeftOut(name, document.size))
        else:
            files.append(Enclosure(name, document.media_type, content))
            room -= len(content)
    return Enclosed(tuple(files), tuple(left_out))


def _documents(mails: Iterable[IncomingMail]) -> Iterator[Attachment]:
    """What can be a proposal's text, forwarded mails included; the same bytes once."""
    seen: set[object] = set()
    for document in (document for mail in mails for document in _attached(mail)):
        known = document.content is not None
        same = hashlib.sha256(document.content or b"").digest() if known else (document.name, document.size)
        if document.media_type in ENDINGS and document.size and same not in seen and len(seen) < MOST:
            seen.add(same)
            yield document


def _attached(mail: IncomingMail) -> Iterator[Attachment]:
    yield from mail.attachments
    for inner in mail.forwarded:
        yield from _attached(inner)


def file_name(document: Attachment, reference: str) -> str:
    """A name for the file that no system trips over: our reference, the sender's own words, our own ending."""
    ending = ENDINGS[document.media_type]
    written = one_line(unicodedata.normalize("NFC", document.name or ""))
    seen = "".join(c for c in written if unicodedata.category(c) not in INVISIBLE)
    stem = FORBIDDEN.sub(" ", seen)
    if PurePosixPath(stem).suffix.casefold() == f".{ending}":
        stem = stem[: -len(ending) - 1]
    stem = " ".join(stem.split()).strip(" .")[:STEM].rstrip(" .")
    return f"{reference} {stem}.{ending}" if stem else f"{reference}.{ending}"


def _unused(name: str, names: set[str]) -> str:
    """The name, with a number where the letter has one like it."""
    stem, _, ending = name.rpartition(".")
    number = 1
    while name.casefold() in names:
        number += 1
        name = f"{stem} ({number}).{ending}"
    names.add(name.casefold())
    return name
