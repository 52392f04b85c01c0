"""A new text of a follow-up, an abstract or a biography, that a sentence announces."""

from __future__ import annotations

from callboard.reading import conditions, letter, prose
from callboard.reading.endings import trimmed
from callboard.reading.labels import field_named
from callboard.reading.layout import Line, fold, joined, paragraphs, rejoin, words
from callboard.reading.speech import sentences
from callboard.reading.vocabulary import any_of, pattern
from callboard.reading.vocabulary import fold as folded

ABSTRACT_AT_LEAST = 8  # words
TERSE = 10  # words of a sentence in which a length or a format stands for a wish
_ASKED_AT_MOST = 40  # words of a paragraph that asks the organisers


def announced(lines: list[Line], name: str, least: int = ABSTRACT_AT_LEAST) -> str | None:
    """The words behind a sentence that announces a new text of the field, up to the letter's end."""
    runs = paragraphs(lines)
    for at, run in enumerate(runs):
        colon = next((i for i, line in enumerate(run) if line.text.rstrip().endswith(":")), None)
        announcing = run if colon is None else run[: colon + 1]
        if any(map(conditions.bound, sentences(joined(announcing)))):
            continue
        if not _about(joined(announcing), name) or (colon is None and not letter.covers(announcing)):
            continue
        below = [*run[len(announcing) :]] or (
            lines[lines.index(runs[at + 1][0]) :] if at + 1 < len(runs) else []
        )
        body = _without_questions(trimmed(below))
        if sum(words(line.text) for line in body) >= least:
            return rejoin(body)
    return _behind_colon(lines, name, least)


def _without_questions(body: list[Line]) -> list[Line]:
    """A new text without the questions to the organisers that stand below it."""
    runs = paragraphs(body)
    while len(runs) > 1 and _asks_organisers(joined(runs[-1])):
        body = body[: body.index(runs.pop()[0])]
    return trimmed(body)


def _asks_organisers(text: str) -> bool:
    """Whether a short last paragraph asks how the event is run, not what the talk is about."""
    if not text.endswith("?") or words(text) > _ASKED_AT_MOST:
        return False
    asked = (one for one in sentences(text) if one.asks and (one.holds("question") or one.holds("asked")))
    return prose.aside(text) or prose.personal(text) or any(one.holds("about_talks") for one in asked)


def _behind_colon(lines: list[Line], name: str, least: int) -> str | None:
    """The same on one line: "Voici ma biographie : Ada Moreau étudie les abeilles."."""
    for run in paragraphs(lines):
        head, colon, text = joined(run).partition(":")
        short = bool(colon) and len(head.split()) <= TERSE and words(text) >= least
        told = short and not any(map(conditions.bound, sentences(head)))
        if told and _about(head, name) and pattern("intent", "states").search(folded(head)):
            return text.strip()
    return None


def _about(text: str, name: str) -> bool:
    plain = fold(text)
    about = any(field_named(token) == name for token in plain.split())
    renewed = any_of("changes", "new").search(plain) and any_of("changes", "version").search(plain)
    return about or (name == "abstract" and bool(renewed))
