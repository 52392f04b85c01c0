"""Marks beside names and what they stand for: ¹ ² ^1 (1) [1] * † a, with a legend below.

Also undoes what LaTeX does with names: marks, `\\thanks`, accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from callboard.reading.names import looks_like_name

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠ", "0123456789abcdef")
_TO_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED_SIGN = "⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉᶠ"
_AT_END = re.compile(
    rf"(?:[\s,'’]{{0,3}}(?:[{_RAISED_SIGN}]{{1,3}}|\^\{{?[0-9a-z*†,\s]{{1,9}}\}}?|\$\^\{{?[0-9*,\s]{{1,9}}\}}?\$"
    r"|\((?:[0-9]{1,2}|[a-z*†‡§])(?:\s?,\s?(?:[0-9]{1,2}|[a-z*†‡§])){0,5}\)|\[[0-9,\s]{1,9}\]"
    r"|(?<![0-9])[0-9]{1,2}(?![0-9])|[*†‡§]{1,3}))+$"
)
_NOTE = re.compile(
    rf"\s*(?:([{_RAISED_SIGN}]{{1,2}})|\^\{{?([0-9a-z*†]{{1,2}})\}}?|\(([0-9]{{1,2}}|[a-z*†‡§])\)|\[([0-9]{{1,2}})\]"
    r"|([0-9]{1,2})(?=[.):]?\s?[^\W\d_])[.):]?|([*†‡§]{1,2})|([a-e])(?=[.):]?\s[A-ZÀ-Þ])[.):]?)\s*[:=]?\s*(?=\S)"
)
_NEXT_NOTE = re.compile(
    rf"[\s;,]{{0,3}}(?:([{_RAISED_SIGN}]{{1,2}})\s{{0,3}}|\^([0-9])\s?|(?<=[\s;,])\(([0-9])\)\s|(?<=[;,]\s)([0-9])[.):]?\s)"
    r"(?=[^\W\d_])"
)
_MARK = re.compile(r"[0-9]{1,2}|[a-z]|[*†‡§]")
_RAISED = re.compile(
    r"\$?\^\{?[ ]?([0-9](?:[, ]{0,2}[0-9]){0,5})(?:[ ]?\})?\$?"
    r"|(?<=[^\W\d_.])[ ]?[(\[]([0-9](?:[ ]?,[ ]?[0-9]){0,5})[)\]]"
    rf"|(?<=[{_RAISED_SIGN}]),[ ]?(?=[{_RAISED_SIGN}])"
)
# "Oder1,2": only where a legend explains the figures, since "MAP5" is a laboratory.
_GLUED = re.compile(r"(?<=[^\W\d_.])[0-9](?:,[ ]?[0-9](?![0-9])){0,5}(?=[,;*†]|\s|$)")
_TEX_ACCENT = re.compile(r"\{?\\(?P<sign>[\"'`^~=.uvHckr])[ ]?\{?\\?(?P<letter>[A-Za-z])\}?\}?")
_TEX_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_TEX_LETTERS = {
    r"\o": "ø",
    r"\O": "Ø",
    r"\ss": "ß",
    r"\ae": "æ",
    r"\oe": "œ",
    r"\aa": "å",
    r"\l": "ł",
    r"\L": "Ł",
}
_TEX_LETTER = re.compile(r"\{?\\(?:ss|ae|oe|aa|o|O|l|L)(?![A-Za-z])\}?[ ]?")
_TEX_MARK = re.compile(
    r"\\(?:inst|footnotemark|textsuperscript|thanksref)\s?(?:\{([0-9*,a-z]{1,9})\}|\[([0-9]{1,2})\])"
)
_TEX_BRACKETS = re.compile(r"\\(?:thanks|affil|affiliation|institute|address|email)\{")
_TEX_COMMAND = re.compile(r"\\[A-Za-z]{2,20}(?:\{([^{}]{0,200})\})?")


def raised(text: str) -> str:
    """Marks behind names as superscripts, so that no comma of a mark separates people: "Oder (1, 2)" as "Oder¹'²"."""
    return _RAISED.sub(_superscript, text)


def _glued_raised(line: str, notes: Iterable[str]) -> str:
    known = set(notes)
    if letters := "".join(sorted(known & set("abcde"))):
        line = _glued_letters(line, letters)
    return _GLUED.sub(
        lambda found: _superscript(found) if known.issuperset(re.findall("[0-9]", found[0])) else found[0],
        line,
    )


def _glued_letters(line: str, letters: str) -> str:
    """ "Larrañagab, Wilka" with a legend for a and b: every name ends with one of them, or they are no marks."""
    glued = re.compile(
        rf"(?<=[^\W\d_]{{2}})([{letters}](?:,[ ]?[{letters}](?!\w))?)(?=\*?\s*(?:,|;|$|\s(?:and|et|&)\s))"
    )
    heads = [head for head in re.split(r",\s(?=[^\W\d_]{2})|;|\s(?:and|et|&)\s", line) if head.strip()]
    if not all(glued.search(head.strip()) for head in heads):
        return line
    return glued.sub(lambda found: "".join(f"^{letter}" for letter in re.findall("[a-e]", found[1])), line)


def _superscript(match: re.Match[str]) -> str:
    return "'".join(digit.translate(_TO_SUPERSCRIPTS) for digit in re.findall("[0-9]", match[0])) or "'"


def without_tex(text: str) -> str:
    r"""Names as LaTeX sets them: `Torbj\"orn \"Ostlund\thanks{AB}` as "Torbjörn Östlund (AB)"."""
    if "\\" not in text:
        return text
    text = text.replace("\\and", " ; ")
    text = _TEX_LETTER.sub(lambda found: _TEX_LETTERS[found[0].strip("{} ")], text)
    text = _TEX_ACCENT.sub(lambda found: found["letter"] + _TEX_ACCENTS[found["sign"]], text)
    text = _TEX_MARK.sub(lambda found: f"^{{{found[1] or found[2]}}}", text)
    text = _braces_as_brackets(text)
    return unicodedata.normalize(
        "NFC", _TEX_COMMAND.sub(lambda found: found[1] or " ", text).replace("~", " ")
    )


def _braces_as_brackets(text: str) -> str:
    """What `\\thanks` and its like hold, in brackets."""
    out, place = [], 0
    for match in _TEX_BRACKETS.finditer(text):
        depth, at = 1, match.end()
        while at < len(text) and depth and match.start() >= place:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        if match.start() < place or depth:
            continue
        out += [text[place : match.start()], " (", text[match.end() : at - 1], ")"]
        place = at
    return "".join([*out, text[place:]])


def at_end(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the marks at its end, and these marks."""
    match = _AT_END.search(text)
    if match is None or match.start() == 0:
        return text, ()
    return text[: match.start()], tuple(_MARK.findall(match[0].translate(_SUPERSCRIPTS)))


def marks_in(line: str) -> set[str]:
    """The marks at the ends of names in a line of people."""
    heads = (head.strip(" _") for head in re.split(r",|;|\s(?:et|and|&)\s|\n", line))
    found = {mark for head in heads for mark in at_end(head)[1]}
    return found | {sign for mark in found for sign in mark}


def note(line: str) -> tuple[str, str] | None:
    """The mark that a line of a legend begins with, and what follows it."""
    match = _NOTE.match(line)
    if match is None:
        return None
    mark = next(group for group in match.groups() if group).translate(_SUPERSCRIPTS)
    return mark, line[match.end() :]


def explains(line: str) -> bool:
    """Whether a line explains a mark set beside a name: "¹ LIMSI", "(2) CEA", and names no person itself."""
    found = note(line)
    return found is not None and not looks_like_name(re.split(r"[,(]", found[1])[0])


def bears(listed: str, notes: Sequence[str]) -> bool:
    """Whether the names in a list bear a mark, so that these lines may explain it."""
    lines = raised(listed).split("\n")
    known = {found[0] for found in map(note, notes) if found}
    return any(marks_in(line) or _glued_raised(line, known) != line for line in lines)


def legend(lines: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The lines with people, and what each mark stands for."""
    listed: list[str] = []
    notes: dict[str, str] = {}
    used: set[str] = set()
    for line in lines:
        found = note(line)
        if found and listed and (found[0] in used or explains(line)):
            for mark, place in _notes_on_one_line(*found):
                notes.setdefault(mark, place)
        elif notes and found is None and line[:1].islower():
            last = next(reversed(notes))
            notes[last] = f"{notes[last]} {line.strip()}"
        else:
            listed.append(line)
            used |= marks_in(line)
    return [_glued_raised(line, notes) for line in listed], notes


def _notes_on_one_line(mark: str, rest: str) -> Sequence[tuple[str, str]]:
    """ "¹ LIRE, ² TU Hallstadt": each mark with its own words."""
    parts = _NEXT_NOTE.split(rest)
    groups = (_NEXT_NOTE.groups or 0) + 1
    marks = [
        mark,
        *(next(one for one in parts[at : at + groups - 1] if one) for at in range(1, len(parts), groups)),
    ]
    return [
        (key.translate(_SUPERSCRIPTS), place.strip(" .;,"))
        for key, place in zip(marks, parts[::groups], strict=True)
    ]
