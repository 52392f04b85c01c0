"""Marks beside names and what they stand for: ¹ ² ^1 (1) [1] * † a, with a legend below.

Every way to set a mark is first turned into one: figures and letters raised, "¹'²" for two of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from callboard.reading import jobs, vocabulary
from callboard.reading.names import EMAIL, looks_like_name, tidy_name, word_list

_LOW, _HIGH = "0123456789abcde", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ"
_RAISE, _LOWER = str.maketrans(_LOW, _HIGH), str.maketrans(_HIGH, _LOW)
_SIGN = "*†‡§"
_ONE = rf"(?:[0-9]{{1,2}}|[a-e{_SIGN}])"
_SEVERAL = rf"{_ONE}(?:[ ]?[,;][ ]?{_ONE}){{0,5}}"
_SET = re.compile(
    rf"\$?\^(?:\{{[ ]?({_SEVERAL})[ ]?\}}|({_SEVERAL})(?![^\W\d_]))\$?"
    rf"|(?:(?<=[^\W\d_.])|(?<=[{_SIGN}]))[ ]?[(\[]({_SEVERAL})[)\]]"
    rf"|(?<=[{_HIGH}{_SIGN}])[ ]?,[ ]?(?=[{_HIGH}{_SIGN}])"
)
# "Oder1,2", "Oder 1,2": only where a legend explains the figures, since "MAP5" is a laboratory.
_GLUED = re.compile(rf"(?<=[^\W\d_.])[ ]?[0-9](?:,[ ]?[0-9{_SIGN}](?![0-9])){{0,5}}(?=[,;{_SIGN}]|\s|$)")
_WITHOUT_COMMA = re.compile(rf"(?<=[^\W\d_])([{_HIGH}](?:'[{_HIGH}]){{0,5}})\s+(?=[A-ZÀ-Þ])")
_AT_END = re.compile(
    # One sign at a time, and not too many: else "¹¹¹¹¹¹" can be cut up in more ways than anybody can try.
    rf"(?:[\s,'’]{{0,3}}(?:[{_HIGH}{_SIGN}]|(?<![0-9])[0-9]{{1,2}}(?![0-9]))){{1,20}}$"
)
_MARK = re.compile(rf"[0-9]{{1,2}}|[a-e]|(?P<sign>[{_SIGN}])(?P=sign){{0,2}}")  # "**" is one mark
_NOTE = re.compile(
    rf"\s{{0,99}}"
    rf"(?:([{_HIGH}]{{1,2}})|\$?\^\{{?[ ]?({_ONE})[ ]?\}}?\$?|\(({_ONE})\)|\[([0-9]{{1,2}})\]|([{_SIGN}]{{1,3}})"
    r"|([0-9]{1,2})(?=[.):]?\s?[^\W\d_])[.):]?|([a-e])(?=[.):]?\s[A-ZÀ-Þ])[.):]?)\s{0,99}(?:[:=]\s{0,99})?(?=\S)"
)
_NEXT_NOTE = re.compile(
    rf"[\s;,.]{{1,3}}(?:([{_HIGH}]{{1,2}})\s{{0,3}}|\$?\^\{{?({_ONE})\}}?\$?\s?|(?<=[\s;,])\(({_ONE})\)\s|(?<=[;,]\s)([0-9])[.):]?\s)(?=[^\W\d_])"
)


def raised(text: str) -> str:
    """Marks behind names as superscripts, so that no comma of a mark separates people: "Oder (1, 2)" as "Oder¹'²"."""
    return _WITHOUT_COMMA.sub(r"\1, ", _SET.sub(_superscript, text))


def _superscript(match: re.Match[str]) -> str:
    return "'".join(mark.translate(_RAISE) for mark in _marks(match[0])) or "'"


def _marks(text: str) -> list[str]:
    return [match[0] for match in _MARK.finditer(text)]


def _glued_raised(line: str, notes: Iterable[str]) -> str:
    """The same for marks set without any sign, where a legend explains them: "Oder1,2", "Larrañagab"."""
    known = set(notes)
    if letters := "".join(sorted(known & set("abcde"))):
        line = _glued_letters(line, letters)
    return _GLUED.sub(
        lambda found: _superscript(found) if known.issuperset(re.findall("[0-9]", found[0])) else found[0],
        line,
    )


def _glued_letters(line: str, letters: str) -> str:
    """Every name ends with one of the letters, or they are no marks."""
    one = rf"[{letters}](?:,[ ]?[{letters}](?!\w)){{0,3}}"
    glued = re.compile(rf"(?<=[^\W\d_][^\W\d_]){one}(?=[{_SIGN}]?\s*(?:,|;|$|{_and()}))")
    heads = [head for head in re.split(rf",\s(?=[^\W\d_][^\W\d_])|;|{_and()}", line) if head.strip()]
    return glued.sub(_superscript, line) if all(glued.search(head.strip()) for head in heads) else line


@cache
def _and() -> str:
    """ "and" between names, as a regular expression."""
    return rf"\s(?:{vocabulary.either(vocabulary.words('people', 'and'))}|&)\s"


def at_end(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the marks at its end, and these marks."""
    match = _AT_END.search(text)
    if match is None or match.start() == 0:
        return text, ()
    return text[: match.start()], tuple(_marks(match[0].translate(_LOWER)))


def _marks_in(line: str) -> set[str]:
    """The marks at the ends of names in a line of people."""
    heads = (head.strip(" _") for head in re.split(rf",|;|{_and()}", line))
    found = {mark for head in heads for mark in at_end(head)[1]}
    return found | {figure for mark in found if mark.isdigit() for figure in mark}


def note(line: str) -> tuple[str, str] | None:
    """The mark that a line of a legend begins with, and what follows it."""
    match = _NOTE.match(line)
    if match is None:
        return None
    mark = next(group for group in match.groups() if group).translate(_LOWER)
    return mark, match.string[match.end() :]


def explains(line: str) -> bool:
    """Whether a line explains a mark set beside a name: "¹ LIMSI", "(2) CEA", and names no person itself."""
    found = note(line)
    return found is not None and not looks_like_name(tidy_name(re.split(r"[,(]", found[1])[0]))


def numbered(line: str) -> bool:
    """Whether a line begins with a figure or a letter as a note does; "**A title**" begins with none."""
    found = note(line)
    return found is not None and found[0][0] not in _SIGN


def borne(listed: str, line: str) -> bool:
    """Whether a line begins with a figure or letter that a name in a list bears: whatever follows it explains it."""
    found = note(line)
    if found is None or not numbered(line):
        return False
    return any(found[0] in _marks_in(one) for one in raised(listed).split("\n"))


def bears(listed: str, notes: Sequence[str] = ()) -> bool:
    """Whether the names in a list bear marks, or end as a legend of these notes begins."""
    known = {found[0] for found in map(note, notes) if found}
    return any(_marks_in(line) or _glued_raised(line, known) != line for line in raised(listed).split("\n"))


def legend(lines: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The lines with people, and what each mark stands for."""
    listed: list[str] = []
    notes: dict[str, str] = {}
    used: set[str] = set()
    for line in lines:
        head, inline = _inline_legend(raised(line))
        found = note(line)
        # "* Name" may be an item of a list; a figure is a mark even where no name bears it.
        if found and listed and (found[0] in used or (found[0][0] not in _SIGN and explains(line))):
            several = _notes_on(found, figures=line.lstrip()[:1].isdigit())
            notes |= {mark: place for mark, place in several if mark not in notes}
        elif notes and found is None and line[:1].islower() and not EMAIL.match(line):
            last = next(reversed(notes))
            notes[last] = f"{notes[last]} {line.strip()}"
        else:
            listed.append(head)
            used |= _marks_in(head)
            notes |= dict(inline)
    return [_glued_raised(line, notes) for line in listed], notes


def _inline_legend(line: str) -> tuple[str, list[tuple[str, str]]]:
    """ "Ada Moreau¹; Karl Oder²; ¹ LIRE; ² TU Hallstadt": the people, and the legend on their line."""
    match = _NEXT_NOTE.search(line)
    found = note(line[match.start() :].lstrip(" ;,.")) if match else None
    if match is None or found is None or found[0] not in _marks_in(line[: match.start()]):
        return line, []
    return line[: match.start()], _notes_on(found, figures=match[4] is not None)


def _next(mark: str, figure: str, behind: str) -> bool:
    """Whether a plain figure is the mark after this one, rather than the number of a house: "2 rue du Port"."""
    street = jobs.plain(behind[:40]).split(maxsplit=1)[0].rstrip(",.") in word_list("streets")
    return mark.isdigit() and int(figure) == int(mark) + 1 and not street


def _notes_on(found: tuple[str, str], *, figures: bool) -> list[tuple[str, str]]:
    """ "¹ LIRE, ² TU Hallstadt": each mark with its own words.

    `figures` where the first is a plain figure; else one that follows is a house's: "(1) LIRE, 2 rue du Port".
    """
    first, rest = found
    notes: list[tuple[str, str]] = []
    place = 0
    for match in _NEXT_NOTE.finditer(rest):
        if match[4] and not (figures and _next(first, match[4], rest[match.end() :])):
            continue
        notes.append((first, rest[place : match.start()]))
        first, place = next(group for group in match.groups() if group).translate(_LOWER), match.end()
    notes.append((first, rest[place:]))
    return [(mark, words.strip(" .;,")) for mark, words in notes]
