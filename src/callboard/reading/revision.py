"""What a follow-up changes: only the fields that it names, in its author's words."""

from __future__ import annotations

import re
from functools import cache

from callboard.reading import availability, fields, language, letter, people, title
from callboard.reading.document import Document, source_of
from callboard.reading.endings import trimmed
from callboard.reading.labels import blocks, field_named
from callboard.reading.layout import Line, fold, joined, lines_of, paragraphs, rejoin, unaccented, words
from callboard.reading.proposal import extract
from callboard.reading.result import ProposalFound, SpeakerFound
from callboard.reading.vocabulary import any_of, either
from callboard.reading.vocabulary import words as words_of

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?")
_ABSTRACT_AT_LEAST = 8  # words
_IN_BRACKETS = re.compile(r"(?:\s?[(<][^()<>\n]{2,120}[)>]){1,2}")
_NAME = re.compile(
    r"(?<![\w.])[^\W\d_a-zß-öø-ÿ][\w'’-]+(?:\s(?:d[eui]s?|van|von|la|le)\b)?(?:\s[^\W\d_a-zß-öø-ÿ][\w'’-]+){1,3}"
)


def changes(document: Document) -> ProposalFound | None:
    """The fields that a follow-up's own text changes; None when it names none."""
    lines = lines_of(document.text)
    lines = lines[: letter.end_of(lines, document.sender)]
    found = _labelled(document, lines) or ProposalFound()
    sources = dict(found.sources)
    values: dict[str, object] = {}
    joining = () if found.speakers else _added(lines, document.sender)
    for name, value, rule in (
        ("title", found.title or _title(lines), "sentence about the title"),
        ("abstract", found.abstract or _abstract(lines), "text below a sentence about it"),
        (
            "speakers",
            found.speakers or joining or _speakers(lines, document.sender),
            "sentence about the speaker",
        ),
        ("duration_minutes", found.duration_minutes or _minutes(lines), "sentence about the length"),
        ("availability", found.availability or availability.sentences(lines), "sentence"),
    ):
        if value:
            values[name] = value
            sources.setdefault(name, source_of(document, rule, lines))
    if not values and not found.sources:
        return None
    return ProposalFound(
        format=found.format,
        keywords=found.keywords,
        bio=found.bio,
        links=found.links if found.links else (),
        adds_speakers=bool(joining),
        sources=sources,
        **values,  # type: ignore[arg-type]  # each value stands under its own field's name
    )


def _labelled(document: Document, lines: list[Line]) -> ProposalFound | None:
    """The fields under labels: a sender as speaker or a subject as title changes nothing."""
    if not any(block.field not in ("", "heading") for block in blocks(lines)):
        return None
    found = extract(document)
    if not found:
        return None
    kept = {name: source for name, source in found[0].sources.items() if source.rule in ("label", "heading")}
    values = {name: getattr(found[0], name) for name in kept if name != "language"}
    return ProposalFound(sources={name: kept[name] for name in values}, **values)


def _title(lines: list[Line]) -> str | None:
    """ "Le titre devient « … »", "please change the title to …"."""
    for run in paragraphs(lines):
        text = joined(run)
        at = _title_word(text)
        if at is None:
            continue
        marks = [inside for start, _, inside in title.quoted(text, least=1) if start > at]
        if marks:
            return title.tidy(marks[-1])
        said = _after_verb(text[at:], before=text[:at])
        if said:
            return said
    return None


def _title_word(text: str) -> int | None:
    match = any_of("title", "word").search(unaccented(text).lower())
    return match.end() if match else None


def _after_verb(text: str, before: str) -> str | None:
    """The words after "devient", "is now", "to", or a colon, up to the end of the sentence."""
    match = _becomes(language.detect(before + text)).match(unaccented(text))
    if match is None:
        return None
    text = text[match.start(1) : match.end(1)].rstrip()
    asked = text.endswith("?") and any_of("changes", "request").search(fold(before))
    said = re.split(r"(?<=\w)[.!](?:\s|$)", text.rstrip(" ?") if asked else text)[0].strip()
    return title.tidy(said) if 2 <= words(said) <= 30 and title.could_be(said) and not _asks(said) else None


@cache
def _becomes(spoken: str | None) -> re.Pattern[str]:
    """In one language: "in" leads to the new title in German, and to a place in English."""
    verbs, plainly = (either(words_of("changes", key, spoken)) for key in ("verbs", "is"))
    return re.compile(
        rf"[^.:!?\n]{{0,60}}?(?:(?<!\w)(?:{verbs})(?!\w)\s?:?"
        rf"|(?<!\w)(?-i:(?:{plainly})\s(?=[A-Z]))|:)\s{{0,9}}(\S[^\n]{{3,250}})",
        re.IGNORECASE,
    )


def _asks(text: str) -> bool:
    return text.endswith("?") or bool(any_of("changes", "asks").match(fold(text)))


def _abstract(lines: list[Line]) -> str | None:
    """The paragraphs below a sentence that announces a new text of the abstract."""
    runs = paragraphs(lines)
    for at, run in enumerate(runs):
        colon = next((i for i, line in enumerate(run) if line.text.rstrip().endswith(":")), None)
        announcing = run if colon is None else run[: colon + 1]
        if not _about_abstract(joined(announcing)) or (colon is None and not letter.covers(announcing)):
            continue
        below = [*run[len(announcing) :]] or (
            lines[lines.index(runs[at + 1][0]) :] if at + 1 < len(runs) else []
        )
        body = trimmed(below)
        if sum(words(line.text) for line in body) >= _ABSTRACT_AT_LEAST:
            return rejoin(body)
    return None


def _about_abstract(text: str) -> bool:
    plain = fold(text)
    about = any(field_named(token) == "abstract" for token in plain.split())
    renewed = any_of("changes", "new").search(plain) and any_of("changes", "version").search(plain)
    return about or bool(renewed)


def _speakers(lines: list[Line], sender: str | None) -> tuple[SpeakerFound, ...]:
    """Who presents instead: "mon doctorant, Paul Noir, présentera l'exposé à ma place"."""
    for match in _SENTENCE.finditer(" ".join(line.text for line in lines)):
        sentence = match[0]
        if not any_of("changes", "speakers").search(fold(sentence)):
            continue
        names = [name[0] for name in _NAME.finditer(sentence)]
        named = [people.tidy_name(name) for name in names if people.looks_like_name(people.tidy_name(name))]
        others = [name for name in dict.fromkeys(named) if not people.same_person(name, sender)]
        if others:
            return tuple(SpeakerFound(name) for name in others)
    return ()


def _added(lines: list[Line], sender: str | None) -> tuple[SpeakerFound, ...]:
    """Who joins: "merci d'ajouter Paul Noir (LIRE) comme co-auteur", "I forgot a co-author: ..."."""
    for match in _SENTENCE.finditer(" ".join(line.text for line in lines)):
        sentence = match[0]
        plain = fold(sentence)
        joins = any_of("changes", "added").search(plain) or any_of("changes", "partner").search(plain)
        adding = joins and any_of("changes", "adds").search(plain)
        named = [
            _beside(sentence, name)
            for name in _NAME.finditer(sentence)
            if adding or _presented(sentence[: name.start()])
        ]
        joining = [
            one
            for one in named
            if people.looks_like_name(one.name) and not people.same_person(one.name, sender)
        ]
        if joining:
            return tuple(joining)
    return ()


def _presented(before: str) -> bool:
    """Whether the words before a name say that it is a co-author's: "ma co-autrice est ..."."""
    plain = fold(before)
    said = any_of("changes", "partner").search(plain)
    return said is not None and bool(any_of("changes", "is").fullmatch(plain[said.end() :].strip()))


def _beside(sentence: str, name: re.Match[str]) -> SpeakerFound:
    """The person with the address and the institution in brackets behind the name."""
    behind = _IN_BRACKETS.match(sentence, name.end())
    found = people.parse(f"{people.tidy_name(name[0])}{behind[0]}", trusted=True) if behind else ()
    return found[0] if found else SpeakerFound(people.tidy_name(name[0]))


def _minutes(lines: list[Line]) -> int | None:
    text = "\n".join(line.text for line in lines)
    return fields.minutes_in_prose(text) or fields.minutes_of(joined(lines)[:400])
