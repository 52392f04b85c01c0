"""What an organiser's answer to the digest asks for: orders in French or English, a line each, nothing guessed.

Pure: lines in, orders out. Whether the sender may give orders, and what follows from one, is `desk`'s. The words are
under `[orders]` in the languages' files; `orderline` reads one line, here lines become an answer: what stands below
an order, without a blank line between, is its comment, unless it speaks of another proposal or asks something.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from callboard.reading import letter, orderopening
from callboard.reading.line import line_of
from callboard.reading.order import OTHERS, Order, Unclear, Verb
from callboard.reading.orderdoubt import corrects
from callboard.reading.orderline import read_line
from callboard.reading.ordernearest import shown
from callboard.reading.orderpieces import words_of

LONGEST = 1_000  # characters of a line that can be an order
MOST = 500  # lines that are looked at
COMMENT = 2_000  # characters
_MARKS = re.compile(r"^(?:[-*•·–—]\s+|\(?\d{1,2}\)\s+(?=\D*\d))")
_SAYS = re.compile(r"\w")


def read_orders(
    lines: Sequence[str],
    prefix: str = "P",
    language: str = "fr",
    sender: str | None = None,
    beside: Container[int] = (),
) -> tuple[Order | Unclear, ...]:
    """What the sender's own lines ask for, in their order; `prefix` is that of our references ("P-7"), `beside` are the
    places of lines that stand beside a quote.

    A greeting, thanks, a name, or a line of prose that names no proposal and asks nothing is neither an order nor
    unclear, unless it stands beside a quote and holds an opinion.
    """
    found: list[Order | Unclear] = []
    goes_on = signed = False  # the line above was an order: what follows is its comment
    for place, written in enumerate(orderopening.headed(lines[:MOST], prefix)):
        line, read = _read(written, prefix, language)
        signed = (signed or letter.signs(line, sender)) and not letter.postscript(line)
        one = read[0] if len(read) == 1 and isinstance(read[0], Unclear) else None
        if one and signed and not orderopening.opines(line) and orderopening.identifies(line, prefix):
            continue  # below the name stand addresses and telephone numbers
        if one and one.wants and goes_on and _agrees(one, found):
            found = _with_comment(found, line)
        elif one and one.sentence:
            found.append(_or_comment(one, found if goes_on else (), language))
        elif read:
            found += read
            goes_on = isinstance(read[-1], Order)
        elif not _SAYS.search(line) or _belongs_to_letter(line, sender):
            goes_on = goes_on and bool(line)
        elif not goes_on and not signed and orderopening.assents(line):
            found.append(Unclear(line, wants=Verb.ACCEPT))
        elif goes_on and corrects(line_of(line.split(), prefix, language)):
            found.append(_or_comment(Unclear(line), found, language))
        elif goes_on:
            found = _with_comment(found, line)
        elif place in beside and not signed and orderopening.opines(line):
            found.append(Unclear(line))
    return tuple(_but_named(found))


def _read(written: str, prefix: str, language: str) -> tuple[str, tuple[Order | Unclear, ...]]:
    """The line without its list's mark, and what it says."""
    line = written.strip()[:LONGEST]
    plainly = orderopening.numbered(line)
    if plainly:
        line = " ".join(line.split())
        return line, tuple(replace(one, line=line) for one in read_line(plainly, prefix, language))
    line = _MARKS.sub("", line, count=1).strip()
    return line, tuple(map(_uncommented, read_line(line, prefix, language))) if _SAYS.search(line) else ()


def _uncommented(one: Order | Unclear) -> Order | Unclear:
    """The order without a comment that only ends the letter: "3 oui, bises"."""
    if isinstance(one, Order) and one.comment and letter.closes(one.comment.rstrip(" .!")):
        return replace(one, comment=None)
    return one


def opinion_first(written: str, prefix: str = "P", language: str = "fr") -> Verb | None:
    """The opinion that a line is or begins with, when it names no proposal: "oui", "Non : trop long"."""
    read = _read(written, prefix, language)[1]
    if len(read) != 1 or not isinstance(read[0], Unclear) or orderopening.of_oneself(written):
        return None
    return read[0].wants


def offered(one: Unclear, numbers: Sequence[int], language: str) -> Unclear:
    """An opinion without a number, with those that it may be about."""
    if one.wants is None or one.nearest:
        return one
    return replace(one, nearest=tuple(f"{number} {shown(one.wants, language)}" for number in numbers))


def _or_comment(one: Unclear, above: Sequence[Order | Unclear], language: str) -> Unclear:
    """A sentence below an order may well be its comment; how to say so is one of its readings."""
    order = next((each for each in reversed(above) if isinstance(each, Order)), None)
    if order is None or not order.about_proposals or len(order.numbers) != 1:
        return one
    note = words_of(language)["shown_note"]
    return replace(one, nearest=(*one.nearest[:2], f"{order.numbers[0]} {note} {one.line}"))


def _belongs_to_letter(line: str, sender: str | None) -> bool:
    return letter.greets(line) or letter.closes(line) or letter.signs(line, sender)


def _agrees(one: Unclear, above: Sequence[Order | Unclear]) -> bool:
    """Whether an opinion with its reason says what the order above it says: "3 oui", and below it "Oui, très bien"."""
    return one.sentence and isinstance(above[-1], Order) and above[-1].verb is one.wants


def _with_comment(found: Sequence[Order | Unclear], line: str) -> list[Order | Unclear]:
    """The same with a further line of the last order's comment."""
    last = max(at for at, one in enumerate(found) if isinstance(one, Order))
    return [_with_more(one, line) if at == last else one for at, one in enumerate(found)]


def _with_more(one: Order | Unclear, line: str) -> Order | Unclear:
    """The order with a further line of its comment."""
    if isinstance(one, Unclear):
        return one
    if one.to_speaker is not None:
        return replace(one, to_speaker=f"{one.to_speaker}\n{line}"[:COMMENT])
    return replace(one, comment=f"{one.comment}\n{line}"[:COMMENT] if one.comment else line)


def _but_named(found: Iterable[Order | Unclear]) -> Iterable[Order | Unclear]:
    """ "The others, no": all but those that this answer names, in whatever line."""
    everything = list(found)
    about = [one for one in everything if isinstance(one, Order) and one.about_proposals]
    named = tuple(dict.fromkeys(n for one in about for n in one.numbers))
    for one in everything:
        rest = isinstance(one, Order) and one.all_but and one.numbers == OTHERS
        yield replace(one, numbers=tuple(n for n in named if n not in OTHERS)) if rest else one  # type: ignore[arg-type]  # rest: an Order


__all__ = ["Order", "Unclear", "Verb", "offered", "opinion_first", "read_orders"]
