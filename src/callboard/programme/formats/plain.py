"""Strangers' text as every file format can hold it, and names for files and links made from it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from callboard.programme.formats.printable import (
    MOST_KEYWORDS,
    MOST_NAME,
    MOST_SPEAKERS,
    MOST_TITLE,
    clean,
    paragraphs,
)

KEYWORDS: Final = MOST_KEYWORDS
SPEAKERS: Final = MOST_SPEAKERS
SLUG_LENGTH: Final = 60

# Letters that Unicode does not take apart into a plain one and its mark.
_PLAIN: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_WEB: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}]{1,2000}", re.IGNORECASE)


def line(text: str) -> str:
    """A title or a sentence on one line."""
    return clean(text, MOST_TITLE)


def name(text: str) -> str:
    """A name on one line."""
    return clean(text, MOST_NAME)


def body(text: str | None) -> str:
    """Paragraphs with an empty line between."""
    return "\n\n".join(paragraphs(text))


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits with hyphens between; nothing where the text has none."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:SLUG_LENGTH].strip("-")


def address(url: str | None) -> str | None:
    """The address when it is one of the web."""
    return url if url and _WEB.fullmatch(url) else None
