"""Where the people of a list work: the words beside a name, as their author wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from callboard.reading import jobs
from callboard.reading.clues import names_organisation, nothing, presents
from callboard.reading.layout import unmarked
from callboard.reading.names import EMAIL, word_list
from callboard.reading.pieces import Piece
from callboard.reading.vocabulary import either

_PARTS = re.compile(r"[,;]\s")


def parts(text: str) -> list[str]:
    """The words between commas."""
    return _PARTS.split(text)


def in_brackets(piece: Piece) -> list[Piece | str]:
    """The institutions in brackets, without jobs and pronouns: "(she/her, PhD student, LIRE)"."""
    together = _both().match(jobs.plain(piece.text))
    if together and together.end() < len(piece.text):
        return [piece.text[together.end() :]]
    written = parts(piece.text)
    said = [part for part in written if not nothing(part) and not presents(part)]
    kept = [jobs.place_of(part) if jobs.is_job(part) else part for part in said]
    kept = [part for part in kept if part]
    if kept == said == written and _aside(piece.text):
        return []
    if kept == written:
        found = jobs.employer(piece.text)
        return [found[1]] if found and not found[0] else [piece]
    return [", ".join(part for part in kept if part)] if any(kept) else []


@cache
def _both() -> re.Pattern[str]:
    """Words that give one institution to several: "(both at X)", "(tous deux X)"."""
    some, at = either(word_list("both")), either(word_list("at") | word_list("of"))
    return re.compile(rf"(?:{some})[\s,:]{{1,2}}(?:(?:{at})(?:\s|['’]\s?))?(?=\S)")


def _aside(text: str) -> bool:
    """Whether words in brackets are a remark: "(could also be somebody else)"."""
    tokens = text.split()
    return tokens[0].islower() and len(tokens) > 3 and not names_organisation(tokens[0])


def says_presents(note: str) -> bool:
    """Whether a footnote says that this person presents, perhaps with more beside it."""
    return any(presents(part) for part in parts(note))


def in_note(note: str) -> str:
    """The institution in a footnote, without addresses and without words on who presents or is to be written to."""
    said = parts(note)
    kept = [part for part in said if not presents(part) and not nothing(part)]
    whole = note if len(kept) == len(said) else ", ".join(kept)
    return EMAIL.sub("", whole).strip(" ,;:<>()")


def without_jobs(places: Sequence[Piece | str]) -> list[Piece | str]:
    """Places beside a name without words in small letters where others have capitals: those say what somebody does."""
    texts = [place if isinstance(place, str) else place.text for place in places]
    if all(text == text.lower() for text in texts):
        return list(places)
    return [
        place
        for place, text in zip(places, texts, strict=True)
        if text != text.lower() or names_organisation(text)
    ]


def joined(places: Sequence[Piece | str], lines: Sequence[str]) -> str:
    """Places beside a name as their author wrote them: neighbours of one line with what stands between them."""
    said: list[str] = []
    first: Piece | None = None
    for place in places:
        if isinstance(place, str):
            said.append(place)
            first = None
            continue
        together = _as_written(first, place, lines) if first is not None else None
        if together is not None:
            said[-1] = together
        else:
            said.append(_as_written(place, place, lines) or place.text)
            first = place
    tidied = (jobs.bare_place(unmarked(one)) for one in said)
    return ", ".join(dict.fromkeys(one for one in tidied if one))


def _as_written(first: Piece, last: Piece, lines: Sequence[str]) -> str | None:
    """The line from one piece to another; None where they are on two lines, or half a bracket lies between."""
    if first.line != last.line or first.emails or last.emails:
        return None
    line = lines[first.line]
    closed = last.end + (
        last is not first and last.sign == "(" and line[last.end : last.end + 1] in (")", "]")
    )
    whole = line[first.start : closed]
    return whole if whole.count("(") == whole.count(")") else None
