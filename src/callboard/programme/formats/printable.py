"""Strangers' text made fit to print: bounded, without control characters and without e-mail addresses.

Escaping is left to each format.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# A page is for reading: what is longer is no title, no name and no abstract.
MOST_TITLE, MOST_NAME, MOST_ABSTRACT, MOST_SPEAKERS, MOST_KEYWORDS = 600, 200, 8_000, 30, 12

# Bounded on every side, so that no text makes the search slow.
_ADDRESS = re.compile(r"\b[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# « Question ? » typed with ordinary spaces would break before its mark.
_FRENCH_SPACE = re.compile(r" (?=[:;!?»](?:\s|$))|(?<=«) ")
# No characters at all: XML forbids them, and so does the Nu checker in a page.
_NEVER: Final = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Overrides and embeddings turn the words around them; dir="auto" does what they are good for.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, most: int = MOST_TITLE) -> str:
    """One line without control characters, lone surrogates, overrides and e-mail addresses."""
    line = re.sub(r"[ \t\r\n\v\f\u2028\u2029]+", " ", _readable(text[: 2 * most])).strip()
    line = _FRENCH_SPACE.sub("\u202f", line)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of an abstract; line breaks within a paragraph stay."""
    if not text:
        return ()
    # Cut before cleaning, so that the cost of a huge text is bounded too.
    shown = _readable(text[:MOST_ABSTRACT]) + ("…" if len(text) > MOST_ABSTRACT else "")
    parts = re.split(r"\n[ \t]*\n", _FRENCH_SPACE.sub("\u202f", shown.strip()))
    return tuple(
        "\n".join(line.strip() for line in part.splitlines()).strip() for part in parts if part.strip()
    )


def _readable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING)
    )
    return _ADDRESS.sub("[…]", _NEVER.sub("", kept))
