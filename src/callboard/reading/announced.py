"""A new text of a follow-up, an abstract or a biography, that a sentence announces; and new keywords."""

from __future__ import annotations

import re

from callboard.reading import conditions, fields, letter, prose
from callboard.reading.endings import trimmed
from callboard.reading.labels import field_named
from callboard.reading.layout import Line, fold, joined, paragraphs, rejoin, unaccented, words
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import any_of, either, pattern
from callboard.reading.vocabulary import fold as folded
from callboard.reading.vocabulary import words as words_of

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
        if not _about(joined(announcing), name) or (colon is None and not _leads_on(announcing)):
            continue
        below = [*run[len(announcing) :]] or (
            lines[lines.index(runs[at + 1][0]) :] if at + 1 < len(runs) else []
        )
        body = _without_remarks(trimmed(below))
        if body and _labelled(body[0]):
            continue  # "And a second talk:", above a form
        if sum(words(line.text) for line in body) >= least:
            return rejoin(body)
    return _behind_colon(lines, name, least)


def _labelled(line: Line) -> bool:
    """Whether a line begins with the name of a field: "Title: ..."."""
    label, colon, _ = line.text.partition(":")
    return bool(colon) and field_named(fold(label)) is not None


def keywords(one: Sentence) -> tuple[str, ...]:
    """What a sentence says that the keywords are: "mes mots-clés sont : crues, radar et digues"."""
    said = pattern("changes", "keywords_are").search(unaccented(one.said).lower())
    if said is None or (one.asks and not one.requests) or conditions.bound(one):
        return ()
    found = fields.keywords_of(one.said[said.end() :].strip(" :.!?\u202f\xa0"))
    last = (
        re.split(rf"\s(?:{either(words_of('availability', 'and'))})\s", found[-1]) if len(found) > 1 else []
    )
    return (*found[:-1], *last) if last else found


def _leads_on(announcing: list[Line]) -> bool:
    """Whether a paragraph covers what follows, or asks to put it in: "remplacer le résumé par celui-ci"."""
    return (
        letter.covers(announcing)
        or pattern("changes", "by_this").search(folded(joined(announcing))) is not None
    )


def _without_remarks(body: list[Line]) -> list[Line]:
    """A new text without what stands below it for the organisers: questions, and that nothing else changes."""
    runs = paragraphs(body)
    while len(runs) > 1 and _to_organisers(joined(runs[-1])):
        body = body[: body.index(runs.pop()[0])]
    return trimmed(body)


def _to_organisers(text: str) -> bool:
    return _asks_organisers(text) or all(map(conditions.leaves_rest, sentences(text)))


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
