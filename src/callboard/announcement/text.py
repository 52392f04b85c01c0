"""Small readings of text that all of `announcement` shares: folding, quotes, links, obfuscated addresses."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise

ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
#: Opening quotation marks and what closes them.
QUOTES = {"“": "”", "«": "»", '"': '"', "„": "“", "‘": "’", "”": "”"}

_MAIL_LINK = re.compile(r"\[([^\]\n]{0,200})\]\(\s*mailto:([^)\s?]+)[^)]*\)")
_HTML_MAIL = re.compile(
    r"<a\s[^<>]{0,300}?mailto:([^\"'<>\s?]+)[^<>]{0,300}>([^<>]{0,200})</a>", re.IGNORECASE
)
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,500}\)")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,500})?/?>")
_STRUCK = re.compile(r"~~[^~\n]{1,300}~~")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!@-])")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?!\w)")
_AT = re.compile(r"\s*(?:[\[({<]\s*(?:at|arobase|@|chez)\s*[\])}>])\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|point|\.)\s*[\])}>]\s*", re.IGNORECASE)
_BARE_AT = re.compile(r"(?<![\w.])([\w.+-]{1,64})\s+(?:at|AT|@)\s+([\w-]{1,63}(?:\.[\w-]{1,63})+)")


def fold(text: str) -> str:
    """Small letters without accents, character by character, so that offsets stay the same."""
    return "".join(unicodedata.normalize("NFKD", char.lower())[0] for char in text)


def inline(text: str) -> str:
    """Links, images, struck words, tags and escapes undone; emphasis stays, it says what is a title."""
    text = _HTML_MAIL.sub(lambda m: _named(m[2], m[1]), text)
    text = _MAIL_LINK.sub(lambda m: _named(m[1], m[2]), text)
    text = _STRUCK.sub("", _LINK.sub(r"\1", text))
    return html.unescape(_ESCAPE.sub(r"\1", _TAG.sub("", text)))


def _named(name: str, address: str) -> str:
    return f"<{address}>" if "@" in name or not name.strip() else f"{name} <{address}>"


def plain(text: str) -> str:
    """Without emphasis, on one line."""
    # Not str.split(): it would take the no-break spaces of French typography for blanks.
    return re.sub(r"[ \t\n\r\f\v]+", " ", _EMPHASIS.sub(r"\2", text)).strip()


def with_addresses(text: str, *, bare: bool = False) -> str:
    """`name [at] domain [dot] org` as an address; `bare` also reads `name at domain.org`, unsafe in prose."""
    text = _DOT.sub(".", text) if _AT.search(text) else text
    text = _AT.sub("@", text)
    return _BARE_AT.sub(r"\1@\2", text) if bare else text


def sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a paragraph with their offsets in it."""
    cuts = [0, *(m.end() for m in re.finditer(r"[.!?…][)»”\"]?\s+(?=[A-ZÀ-Þ«“\"(*\[])", text)), len(text)]
    return [(start, text[start:end].strip()) for start, end in pairwise(cuts)]
