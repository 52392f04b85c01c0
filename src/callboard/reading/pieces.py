"""A list of people cut at its lines, commas, brackets and dashes; what each piece is, `people` finds out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from callboard.reading import jobs, marks, vocabulary
from callboard.reading.clues import given, leaning, names_organisation, remark
from callboard.reading.layout import BULLET, LINK, fold
from callboard.reading.names import (
    EMAIL,
    INITIALS,
    looks_like_name,
    particles,
    plain_addresses,
    tidy_name,
    word_list,
)
from callboard.reading.texnames import without_tex

_HEAD = re.compile(r"[,;(<\[/:|\t]|\s[-–—@]\s")
_FAMILY = re.compile(r"[^\W\d_a-z][\w'’-]+$")
_WRAPPED_FROM = 50  # characters of a line that a mail program may have broken
_LINES_AT_MOST = 80
_WITH_JOB_AT_MOST = 8  # words of a name with a job behind it
_LISTED_AT_MOST = 120  # characters of a line that goes on with a list


@cache
def _unfinished() -> re.Pattern[str]:
    """How a line ends that goes on below."""
    return re.compile(
        rf"(?:[,;/&(–-]|\s(?:{vocabulary.either(particles() | word_list('and'))}))$", re.IGNORECASE
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a list: between commas, in brackets, on a line."""

    text: str  # without addresses and links
    sign: (
        str  # what stands before it: "" begins a line, "(" a bracket, "-" any dash, ",", ";", "/", "and", "&"
    )
    line: int
    start: int  # in its line
    end: int
    emails: tuple[str, ...] = ()


def lines_of_people(text: str) -> tuple[list[str], dict[str, str]]:
    """The lines of a list, wrapped ones joined, and what each mark of its legend stands for."""
    text = plain_addresses(without_tex(unicodedata.normalize("NFC", text)))
    lines = [without_by(_without_others(line.strip())) for line in text.split("\n") if line.strip()]
    listed, notes = marks.legend(lines[:_LINES_AT_MOST])
    return _unwrapped(listed), notes


def _without_others(line: str) -> str:
    """A line of people without "et al."."""
    found = _others().search(jobs.plain(line))
    return line[: found.start()] + line[found.end() :] if found else line


@cache
def _others() -> re.Pattern[str]:
    return re.compile(rf"[\s,]{{1,3}}(?:{vocabulary.either(word_list('others'))})(?!\w)\.?")


def without_by(line: str) -> str:
    """A list of people without the words before it: "par", "presented by"."""
    found = _by().match(jobs.plain(line))
    if found is None:
        return line
    behind = line[found.end() :]
    if found[0].strip() in particles() and not looks_like_name(" ".join(behind.split()[:2])):
        return line  # "Von Neumann, Klara"
    return behind


@cache
def _by() -> re.Pattern[str]:
    return re.compile(rf"\s{{0,99}}(?:{vocabulary.either(word_list('by'))})(?:\s?:)?\s{{1,9}}(?=[^\W\d_])")


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines without bullets, each with the lines that a mail program broke off it."""
    joined: list[str] = []
    width = max(map(len, lines), default=0)
    for at, line in enumerate(lines):
        item = BULLET.match(f"{line} ")
        bullet = item is not None and not looks_like_name(line[:20].split(",")[0])
        text = line[item.end() :] if item and bullet else line
        if at and not bullet and (_open(joined[-1]) or _goes_on(lines[at - 1], text, width)):
            joined[-1] += f" {text}"
        else:
            joined.append(text)
    return joined


def _open(text: str) -> bool:
    """Whether a bracket stands open at the end of a text."""
    return text.count("(") > text.count(")")


def _goes_on(above: str, text: str, width: int) -> bool:
    """Whether a line is the rest of the one above."""
    if _open(above) or _unfinished().search(above):
        return True
    full = len(above) >= _WRAPPED_FROM and len(above) + len(text.split(" ", 1)[0]) + 1 > width
    if _open_initials().search(above) or _breaks_name(above, text, full=full):
        return True  # "C. Name & A." above "Name"
    # "A. Name, B. Name" above "University of X": where the list is the longest line, nothing shows that it was broken.
    if _ends_with_name(above) and names_organisation(text.split(" ", 1)[0]):
        return False
    return full and not begins_with_name(text) and not EMAIL.match(text)


@cache
def _open_initials() -> re.Pattern[str]:
    """Initials at the end of a line whose family name is missing; in "Name B." they stand behind it."""
    return re.compile(rf"(?:^|[,;&]\s?|\s(?:{also()})\s)(?:[A-ZÀ-Ý]\.[\s-]?){{1,3}}$")


def _breaks_name(above: str, text: str, *, full: bool) -> bool:
    """Whether a line ends with a given name that stands behind others, and the next begins with its family name."""
    *others, last = (one.strip() for one in _separator().split(above))
    family, _ = marks.at_end(_separator().split(text.split("(")[0], maxsplit=1)[0].strip())
    proper = [token for token in family.split() if token.lower() not in particles()]
    if not others or len(proper) != 1 or " " in last or not (full or given(last)):
        return False
    name = tidy_name(f"{last} {family}")
    return leaning(name) > 0 or (full and looks_like_name(name) and not names_organisation(last))


def _ends_with_name(line: str) -> bool:
    last = _separator().split(line)[-1]
    return looks_like_name(tidy_name(marks.at_end(last)[0]))


@cache
def _separator() -> re.Pattern[str]:
    """What stands between the people of a list."""
    return re.compile(rf"[,;]\s|\s(?:{also()}|&)\s")


def goes_on_with_people(line: str) -> bool:
    """Whether a line below a list of people goes on with it: another name, an institution, addresses."""
    text = line.strip()
    if not text or len(text) > _LISTED_AT_MOST or text[-1] in "!?:" or (text[-1] == "." and " " in text[-4:]):
        return False
    text = EMAIL.sub("", text).replace("mailto:", "").strip(" ,;<>()[]\t")
    if not text:
        return True
    small = {fold(token) for token in text.split() if token.islower()}
    head, comma, _ = text.partition(",")
    if comma and " " in head and len(text.split()) <= _WITH_JOB_AT_MOST and begins_with_name(head):
        return True  # "Karl Oder, photographer"
    if not small <= word_list("of") | word_list("and") | word_list("the") | particles():
        said = small & frozenset(vocabulary.words("language", "stop"))
        return names_organisation(text) and said <= word_list("of") | word_list("for") | word_list("and")
    return names_organisation(text) or begins_with_name(text)


def begins_with_name(line: str) -> bool:
    head, _ = marks.at_end(
        EMAIL.sub("", _HEAD.split(_and().split(line, maxsplit=1)[0], maxsplit=1)[0]).strip()
    )
    return leaning(tidy_name(head)) >= 0


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{also()}|&)\s")


@cache
def also() -> str:
    """Words between people, "and"; a single letter only as a small one, since "John E Smith" is one person."""
    some = word_list("also")
    short = frozenset(word for word in some if len(word) == 1)
    return rf"(?i:{vocabulary.either(some - short)})|{vocabulary.either(short)}"


@cache
def _splitter() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<comma>,|;|•|·)|\s(?P<slash>[/+])\s|(?:^|(?<=[\s,;)]))(?P<and>{also()}|&)\s|\s(?P<dash>[-–—|]{{1,3}})\s"
        r"|(?P<stop>(?<=[^\W\d_]{3})\.)\s|(?P<colon>:)\s|(?P<tab>\t+)|(?P<open>[(\[])|(?P<close>[)\]])"
    )


def cut(line: str, number: int) -> list[Piece]:
    """The pieces of a line, `number` being its place in the list."""
    pieces: list[Piece] = []
    depth, start, sign = 0, 0, ""

    def close(end: int, following: str, after: int) -> None:
        nonlocal start, sign
        pieces.append(_piece(line, number, start, end, sign))
        start, sign = after, following

    for match in _splitter().finditer(line):
        kind = match.lastgroup or ""
        if kind == "stop":
            if depth or _abbreviated(line[start : match.start()]):
                continue
            if remark(line[match.end() :]):
                line = line[: match.start()]
                break
        if kind == "open":
            if depth == 0:
                close(match.start(), "(", match.end())
            depth += 1
        elif kind == "close":
            depth -= 1 if depth else 0
            if depth == 0 and sign == "(":
                close(match.start(), ")", match.end())
        elif depth == 0:
            another = kind == "stop" and begins_with_name(line[match.end() :])
            close(match.start(), ";" if another else _sign(kind, match[0].strip()), match.end())
    close(len(line), "", len(line))
    return _given_names_first([piece for piece in pieces if piece.text or piece.emails])


def _given_names_first(pieces: Sequence[Piece]) -> list[Piece]:
    """ "Sato, Y., Mori, K." and "SATO, Yuki; MORI, Kenji" as lists of references write: a name is two pieces."""
    kept: list[Piece] = []
    for piece in pieces:
        family = kept[-1] if kept else None
        if family is not None and piece.sign == "&" and _are_one_firm(family, piece):
            text = f"{family.text} & {piece.text}"
            kept[-1] = replace(family, text=text, end=piece.end, emails=(*family.emails, *piece.emails))
        elif family is not None and piece.sign == "," and _are_one_name(family, piece):
            text = f"{piece.text} {family.text}"
            kept[-1] = replace(family, text=text, end=piece.end, emails=(*family.emails, *piece.emails))
        else:
            kept.append(piece)
    return kept


def _are_one_firm(first: Piece, second: Piece) -> bool:
    """Whether "&" stands within the name of a company: "Oder & Sons Ltd"."""
    return " " not in first.text and bool(first.sign) and names_organisation(second.text)


def _are_one_name(family: Piece, piece: Piece) -> bool:
    bare, _ = marks.at_end(piece.text)
    proper = [token for token in family.text.split() if token not in particles()]
    if len(proper) != 1 or not _FAMILY.match(proper[0]) or family.sign in ("(", "-"):
        return False
    if INITIALS.match(bare) and "." in bare:
        return True
    return (
        " " not in bare and (given(bare) or (family.text.isupper() and bare.istitle())) and family.sign != ","
    )


def _sign(kind: str, written: str) -> str:
    if kind == "and":
        return "&" if written == "&" else "and"
    if kind == "slash":
        return "/"
    return "-" if kind in ("dash", "colon", "tab", "stop") else written


def _abbreviated(text: str) -> bool:
    """Whether the full stop behind these words is that of a short form: "Dept. of Botany", "Prof. Oder"."""
    last = text.rpartition(" ")[2]
    short = len(last) <= 4 and names_organisation(last)
    return short or fold(last) in word_list("civilities") or fold(last) in word_list("degrees")


def _piece(line: str, number: int, start: int, end: int, sign: str) -> Piece:
    whole = line[start:end]
    emails = tuple(EMAIL.findall(whole))
    left = len(whole) - len(whole.lstrip(" \t,.;<>"))
    right = len(whole.rstrip(" \t,;<>"))
    text = EMAIL.sub("", LINK.sub("", whole)).replace("mailto:", "").replace("<>", "")
    return Piece(text.strip(" \t,;:<>[]|"), sign, number, start + left, start + max(left, right), emails)
