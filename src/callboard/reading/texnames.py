r"""Names as LaTeX sets them: `Torbj\"orn \"Ostlund\thanks{Numerics AB}` is "Torbjörn Östlund (Numerics AB)"."""

from __future__ import annotations

import re
import unicodedata

_ACCENT = re.compile(r"\{?\\(?P<sign>[\"'`^~=.uvHckr])[ ]?\{?\\?(?P<letter>[A-Za-z])\}?\}?")
# Of running text, where `\vec`, `\cite` and `\ref` are commands.
_PLAIN_ACCENT = re.compile(
    r"\\(?:(?P<sign>[\"'`^~])[ ]?\{?\\?(?P<letter>[A-Za-z])\}?|(?P<named>[uvHckr])\{(?P<one>[A-Za-z])\})"
)
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_LETTERS = {
    "o": "ø",
    "O": "Ø",
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
}
_LETTER = re.compile(rf"\{{?\\({'|'.join(_LETTERS)})(?![A-Za-z])\}}?[ ]?")
_MARK = re.compile(
    r"\\(?:inst|footnotemark|textsuperscript|thanksref)\s?(?:\{([0-9*,a-e]{1,9})\}|\[([0-9]{1,2})\])"
)
_BESIDE = re.compile(r"\\(?:thanks|affil|affiliation|institute|address|email)\{")
_COMMAND = re.compile(r"\\[A-Za-z]{2,20}(?:\{([^{}]{0,200})\})?")


def accented(text: str) -> str:
    r"""The text with its accents as letters and nothing else undone: `m\'etiers \`a tisser`."""
    if "\\" not in text:
        return text
    text = _PLAIN_ACCENT.sub(_accented_letter, text)
    return unicodedata.normalize("NFC", text)


def _accented_letter(found: re.Match[str]) -> str:
    return (found["letter"] or found["one"]) + _ACCENTS[found["sign"] or found["named"]]


def without_tex(text: str) -> str:
    """The text with its accents as letters, its marks as ^{1}, what stands in a note in brackets."""
    if "\\" not in text:
        return text
    text = text.replace("\\and", " ; ")
    text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
    text = _ACCENT.sub(lambda found: found["letter"] + _ACCENTS[found["sign"]], text)
    text = _MARK.sub(lambda found: f"^{{{found[1] or found[2]}}}", text)
    text = _COMMAND.sub(lambda found: found[1] or " ", _in_brackets(text))
    return unicodedata.normalize("NFC", text.replace("~", " "))


def _in_brackets(text: str) -> str:
    r"""What `\thanks` and its like hold, in brackets."""
    out, place = [], 0
    for match in _BESIDE.finditer(text):
        if match.start() < place:
            continue
        depth, at = 1, match.end()
        while at < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        if depth:
            break
        out += [text[place : match.start()], " (", text[match.end() : at - 1], ")"]
        place = at
    return "".join([*out, text[place:]])
