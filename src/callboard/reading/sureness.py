"""How sure the reader is of a field: what its rule is worth, less what speaks against the value it found.

Worth and doubts are shares of right fields in labelled mail, rounded: of the fields with 0.9 or more nineteen in
twenty are right, of the others about three in four.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from callboard.reading import vocabulary
from callboard.reading.layout import fold, words
from callboard.reading.names import EMAIL, looks_like_name, same_person
from callboard.reading.result import ProposalFound, Source

_UNMEASURED = 0.75  # the worth of a rule that labelled mail has hardly any example of
_WORTH: Mapping[str, Mapping[str, float]] = {
    "title": {
        "label": 0.98, "heading": 0.98, "marked line": 0.97, "first line": 0.96, "subject": 0.95,
        "numbered line": 0.85, "offered by name": 0.85,
    },
    "speakers": {"label": 0.98, "line of names": 0.98, "signature": 0.9, "sender": 0.85},
    "abstract": {"label": 0.97, "heading": 0.97, "text": 0.93},
    "language": {"label": 0.98, "heading": 0.98, "words": 0.98},
    "format": {"label": 0.98, "heading": 0.98, "sentence": 0.95, "subject": 0.95},
    "level": {"label": 0.98, "heading": 0.98},
    "duration_minutes": {"label": 0.97, "heading": 0.97, "line of names": 0.97, "sentence": 0.95},
    "keywords": {"label": 0.97},
    "availability": {"label": 0.95, "sentence": 0.9},
    "bio": {"label": 0.95, "heading": 0.95},
    "links": {"web address": 0.98},
}  # fmt: skip
_TITLE_AT_MOST = 18  # words; what is longer is often a sentence
_KEYWORD_AT_MOST = 4  # words
_KEYWORDS_AT_MOST = 8
_QUOTES = re.compile('[«»“”„"]')
_ENDS = (*'.?!…»”)]"',)


def weighed(found: ProposalFound, sender: str) -> ProposalFound:
    """The proposal, each of its sources with how sure it is; `sender` is whoever wrote it."""
    sources = {name: _weighed(name, source, found, sender) for name, source in found.sources.items()}
    return replace(found, sources=sources)


def _weighed(name: str, source: Source, found: ProposalFound, sender: str) -> Source:
    worth = _WORTH.get(name, {}).get(source.rule, _UNMEASURED)
    for doubtful, left in _DOUBTS.get(name, ()):
        worth *= left if doubtful(found, source, sender) else 1
    confidence = round(worth, 2)
    return replace(
        source, confidence=confidence, also=tuple(replace(s, confidence=confidence) for s in source.also)
    )


def _long_title(found: ProposalFound, _source: Source, _sender: str) -> bool:
    return words(found.title or "") > _TITLE_AT_MOST


def _quotes_in_title(found: ProposalFound, _source: Source, _sender: str) -> bool:
    """Quotation marks within a line: it may be the sentence that names the title."""
    return bool(_QUOTES.search(found.title or ""))


def _odd_name(found: ProposalFound, _source: Source, _sender: str) -> bool:
    return not all(looks_like_name(speaker.name) for speaker in found.speakers)


def _several_on_a_line(found: ProposalFound, source: Source, _sender: str) -> bool:
    return source.rule == "line of names" and len(found.speakers) > 1


def _without_sender(found: ProposalFound, source: Source, sender: str) -> bool:
    """A line of names under no label, none of them the sender's."""
    return source.rule == "line of names" and not any(same_person(s.name, sender) for s in found.speakers)


def _offer_in_abstract(found: ProposalFound, _source: Source, _sender: str) -> bool:
    """ "I would like to propose ...": a covering sentence that was not left out."""
    return bool(vocabulary.pattern("intent", "offer").search(vocabulary.fold(found.abstract or "")))


def _unfinished(found: ProposalFound, _source: Source, _sender: str) -> bool:
    """A text that does not end as a sentence: cut, or with something below it."""
    return not (found.abstract or "").rstrip().endswith(_ENDS)


def _people_in_abstract(found: ProposalFound, _source: Source, _sender: str) -> bool:
    text = fold(found.abstract or "")
    return bool(EMAIL.search(found.abstract or "")) or any(fold(one.name) in text for one in found.speakers)


def _title_elsewhere(found: ProposalFound, source: Source, _sender: str) -> bool:
    """A text under no label whose title does not stand above it, so that nothing shows where it begins."""
    above = found.sources.get("title")
    return source.rule == "text" and (above is None or above.part != source.part)


def _untitled(found: ProposalFound, _source: Source, _sender: str) -> bool:
    return found.title is None


def _long_keywords(found: ProposalFound, _source: Source, _sender: str) -> bool:
    long = any(words(keyword) > _KEYWORD_AT_MOST for keyword in found.keywords)
    return long or len(found.keywords) > _KEYWORDS_AT_MOST


_DOUBTS: Mapping[str, tuple[tuple[Callable[[ProposalFound, Source, str], bool], float], ...]] = {
    "title": ((_long_title, 0.6), (_quotes_in_title, 0.7)),
    "speakers": ((_odd_name, 0.6), (_several_on_a_line, 0.85), (_without_sender, 0.6)),
    "abstract": (
        (_offer_in_abstract, 0.6), (_unfinished, 0.7), (_people_in_abstract, 0.7), (_title_elsewhere, 0.9),
        (_untitled, 0.6),
    ),
    "keywords": ((_long_keywords, 0.6),),
}  # fmt: skip
