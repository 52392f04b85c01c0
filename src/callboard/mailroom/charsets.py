"""Bytes to text, whatever the sender declared, with a note of what had to be healed.

Mail from strangers names charsets that do not exist, or that are not the ones used (field notes, row 21), so
the declared one is tried first, then UTF-8, cp1252 and latin-1. Nothing here raises, and what leaves can
always be stored: no NUL, no lone surrogate.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

# What senders write, and what they mean. iso-8859-1 is read as cp1252, as browsers do: the bytes 0x80-0x9f
# are curly quotes in real mail, never C1 controls. gb2312 text holds characters that only gb18030 has.
ALIASES = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "cp-850": "cp850",
    "ansi_x3.110-1983": "cp1252",
    "ansi_x3.110": "cp1252",
    "x-mac-roman": "mac_roman",
    "x-macroman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
}
# Labels that say nothing about the bytes: go on as if none had been given.
EMPTY_LABELS = frozenset(
    {"", "us-ascii", "ascii", "ansi_x3.4-1968", "x-unknown", "unknown-8bit", "unknown", "default"}
)
# Text codecs of Python that are no mail charsets; punycode and idna take quadratic time on hostile input.
REFUSED = frozenset({"punycode", "idna", "unicode_escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
# Charsets that write other letters in ASCII bytes.
SEVEN_BIT = (
    "utf-7",
    "utf7",
    "unicode-1-1-utf-7",
    "iso-2022",
    "iso2022",
    "csiso2022",
    "hz",
    "utf-16",
    "utf-32",
    "ucs",
)
WESTERN = frozenset({"cp1252", "iso8859-15", "iso8859-1"})

# C1 controls too: U+009B begins a terminal's commands as ESC [ does, and names are printed there.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\u2060\ufeff\u00ad]")
_LINE_ENDS = re.compile("[\r\x0c\x85\u2028\u2029]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@lru_cache(maxsize=256)
def codec_name(label: str) -> str | None:
    """Python's name of the codec a label means; None for an unknown one."""
    label = ALIASES.get(label, label)
    try:
        name = codecs.lookup(label).name
        bytes(4).decode(name)  # refuses codecs that are not about text, "base64" and the like
    except (LookupError, ValueError, TypeError):
        return None
    return None if name in REFUSED else name


def decode(content: bytes, label: str | None = None) -> tuple[str, str | None]:
    """The text of the bytes, and a sentence on what had to be healed (None: nothing)."""
    asked = (label or "").strip("'\" \t\r\n").lower()[:60]
    if content.isascii() and not asked.startswith(SEVEN_BIT):
        return content.decode("ascii"), None
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content.decode(name, "replace"), None
    declared = None if asked in EMPTY_LABELS else codec_name(asked)
    text, used = _first_that_fits(content, declared)
    if used == declared:
        return text, None
    if asked in EMPTY_LABELS:
        return text, f"8-bit text without a charset read as {used}"
    return text, f"charset {asked} read as {used}"


def _first_that_fits(content: bytes, declared: str | None) -> tuple[str, str]:
    # Text that is valid UTF-8 is UTF-8, even when a gateway has labelled it with a Western charset.
    order = ("utf-8", declared) if declared in WESTERN else (declared, "utf-8")
    for name in (*order, "cp1252"):
        if name is None:
            continue
        try:
            return content.decode(name), name
        except ValueError:  # UnicodeError is one
            continue
    return content.decode("latin-1"), "latin-1"


def tidy(text: str) -> str:
    """Text that every database takes: LF line ends, composed letters (NFC), no control characters."""
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    text = _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text))
    # Last: what was taken out may have stood between a letter and its accent.
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def one_line(text: str, limit: int = 1000) -> str:
    """Tidy text in one line with single spaces, cut at `limit` characters."""
    text = text[: limit * 4]
    text = text if text.isascii() and text.isprintable() else tidy(text)
    return " ".join(text.split())[:limit]
