"""Whether a change stands under a condition, or is left to whoever reads: "unless you object", "si vous préférez".

Such a change is made by nobody but a person. What stands in quotation marks, or in the words of a new title, binds
nothing: "le titre devient « Que faire si la mer monte ? »".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import dropwhile, zip_longest

from callboard.reading import fields, lengths
from callboard.reading.labels import Block
from callboard.reading.layout import Line
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import any_of, fold, pattern

_ALONE_AT_MOST = 12  # words of a sentence that is a condition and nothing else
_ENOUGH = 400  # characters of a sentence in which a length is looked for
_LETTER = 4_000  # and of a letter that may take all back
_SIGNS = " .,;:!)"
_FIGURE = re.compile(r"(?<![\w.,:/+-])[1-9]\d{0,2}(?![\w.,:/%-]*\d|\w)")
_TEXTS = frozenset({"", "heading", "abstract", "bio", "outline"})  # where "if" says what the talk is about


def bound(one: Sentence) -> bool:
    """Whether what a sentence says holds under a condition only, or is offered for somebody else to choose."""
    return one.doubtful or one.holds("offered", "changes")


def unbound(said: Iterable[Sentence]) -> list[Sentence]:
    """The sentences without those that the next one binds, or offers something else for: "The title is now “…”. Only
    if Paul agrees.", "Make it 30 minutes. If that is too long, 20 will do."."""
    every = list(said)
    return [
        one
        for one, below in zip_longest(every, every[1:])
        if not (below and (_only_binds(below) or _retracts(below) or _alternative(one, below)))
    ]


def retracted(text: str) -> bool:
    """Whether somebody takes back all that they write: "sorry, please ignore all of this"."""
    return pattern("changes", "retracts_all").search(fold(text[:_LETTER])) is not None


def _retracts(one: Sentence) -> bool:
    """Whether a sentence takes back the one above it: "actually no, keep the old one", "ah non, on ne change rien"; not
    "no need to answer", "don't change anything else", "peu importe l'ordre"."""
    begins = pattern("changes", "retracts").match(one.plain) is not None
    short = len(one.plain.split()) <= _ALONE_AT_MOST
    return begins and short and not one.holds("retracts_not", "changes")


def taken_back(said: Iterable[Sentence], one: Sentence) -> bool:
    """Whether what stands behind a sentence that withdraws has second thoughts: "... ah non, c'est bon, je viens !"."""
    behind = list(dropwhile(lambda other: other is not one, said))[1:]
    return any(
        _retracts(other) or pattern("changes", "second_thoughts").search(other.plain) for other in behind
    )


def needless(one: Sentence) -> bool:
    """Whether a sentence says what is not to be done, and nothing else: "no need to make it 30 minutes"."""
    begins = pattern("changes", "needless").match(one.plain)
    return begins is not None and pattern("changes", "yet").search(one.plain, begins.end()) is None


def leaves_rest(one: Sentence) -> bool:
    """Whether a sentence says no more than that the rest stays as it is: "everything else stays the same"."""
    return pattern("changes", "rest_stays").fullmatch(one.plain.strip(_SIGNS)) is not None


def as_before(value: str) -> bool:
    """Whether what stands under a label only says that the field stays: "Titre : idem", "Title: keep the old one"."""
    return pattern("changes", "as_before").fullmatch(fold(value[:_ENOUGH]).strip(_SIGNS)) is not None


def _alternative(one: Sentence, below: Sentence) -> bool:
    """Whether the second sentence holds under a condition what could stand instead of the first one's."""
    under = bound(below) or pattern("changes", "otherwise").match(below.plain) is not None
    return under and not _values(one).isdisjoint(_values(below))


def _values(one: Sentence) -> set[str]:
    """What kinds of values a sentence holds: something in quotation marks, a length, a format."""
    held = {
        "quoted": one.quotes,
        "minutes": lengths.minutes_of(one.plain[:_ENOUGH]) is not None or _names_number(one),
        "format": fields.format_of(one.plain[:_ENOUGH]) is not None,
    }
    return {kind for kind, there in held.items() if there}


def _names_number(one: Sentence) -> bool:
    """Whether a sentence under a condition has a number that may be minutes: "if that is too long, 20 will do"."""
    return _FIGURE.search(one.plain[:_ENOUGH]) is not None and not (one.says("day") or one.says("daypart"))


def _only_binds(one: Sentence) -> bool:
    begins = pattern("changes", "binds").match(one.plain) is not None
    short = len(one.plain.split()) <= _ALONE_AT_MOST
    return begins and short and not (one.quotes or one.holds("field") or one.holds("change"))


def title_bound(one: Sentence) -> bool:
    """Whether a sentence that names a new title does so under a condition: one that stands before the title, or that
    speaks of those who write and read."""
    if one.quotes:
        return bound(one)
    said = any_of("title", "word").search(one.plain)
    becomes = pattern("changes", "verbs").search(one.plain, said.end()) if said else None
    ends = becomes.start() if becomes else one.plain.find(":") if ":" in one.plain else len(one.plain)
    head = one.plain[:ends]
    return bound(Sentence(head, head)) or told(one.plain)


def _ends_offered(plain: str) -> bool:
    """Whether folded words end by leaving it to whoever reads: "..., if you prefer". Within a title they may say what
    the talk is about."""
    return any(
        not plain[found.end() :].strip(_SIGNS) for found in pattern("changes", "offered").finditer(plain)
    )


def told(plain: str) -> bool:
    """Whether folded words hold a condition that speaks of those who write and read: "if you prefer", no title's."""
    return any(pattern("changes", key).search(plain) for key in ("offered", "addressed"))


def answer_bound(text: str, name: str) -> bool:
    """Whether what somebody wrote below a quoted line of that field is bound."""
    if name in _TEXTS:
        return False
    if name == "title":
        return any(one.quotes and bound(one) for one in sentences(text)) or _ends_offered(fold(text))
    return any(map(bound, sentences(text)))


def bound_lines(cut: Iterable[Block]) -> set[int]:
    """Where the lines begin whose label holds a bound value: "Durée : 15 min si vous manquez de place"."""
    return {
        line.start for block in cut if answer_bound(_value(block.lines), block.field) for line in block.lines
    }


def _value(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)
