"""A reading as data (one JSON object), and its fields as rows for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from callboard.call import Call, TopicMatch, stretches
from callboard.reading.result import Kind, ProposalFound, Reading, Source, SpeakerFound

_FIELDS = (
    *("title", "speakers", "abstract", "language", "format", "level", "duration_minutes", "keywords"),
    *("availability", "half_days", "topics", "bio", "links"),
)
_EXPECTED = frozenset({"title", "speakers", "abstract"})  # of every proposal
DOUBTFUL = 0.9  # of a field's confidence: below it somebody should look
_SHOWN = 300  # characters of a long text
_TOPIC_SHOWN = 60


@dataclass(frozen=True)
class Row:
    """A field as people look at it: what it says, which rule found it where, and how sure that is."""

    name: str
    value: str
    rule: str = ""
    places: str = ""  # "text 120-162; sender 0-10"
    confidence: float | None = None


def as_json(name: str, reading: Reading) -> dict[str, Any]:
    """One message as an object ready for `json.dumps`; `name` is the message file's base name."""
    return {
        "file": name,
        "kind": reading.kind.value,
        "reason": reading.reason,
        "confidence": round(reading.confidence, 2),
        "acknowledge_to": reading.acknowledge_to.address if reading.acknowledge_to else None,
        "forwarded_by": reading.forwarded_by.address if reading.forwarded_by else None,
        "language": reading.language,
        "references": list(reading.references),
        "wishes": list(reading.wishes),
        "unread": list(reading.unread),
        "proposals": [_proposal(one) for one in reading.proposals],
    }


def _proposal(found: ProposalFound) -> dict[str, Any]:
    return {
        "title": found.title,
        "speakers": [
            {"name": s.name, "affiliation": s.affiliation, "email": s.email, "presenter": s.presenter}
            for s in found.speakers
        ],
        "adds_speakers": found.adds_speakers,
        "removes_speakers": list(found.removes_speakers),
        "abstract": found.abstract,
        "language": found.language,
        "format": found.format,
        "level": found.level,
        "duration_minutes": found.duration_minutes,
        "keywords": list(found.keywords),
        "availability": found.availability,
        "half_days": [half.as_json() for half in found.half_days] if found.half_days is not None else None,
        "topics": [{"index": topic.index, "score": topic.score} for topic in found.topics],
        "bio": found.bio,
        "links": list(found.links),
        "sources": {name: _source(source) for name, source in found.sources.items()},
    }


def _source(source: Source) -> dict[str, Any]:
    also = {"also": [_source(one) for one in source.also]} if source.also else {}
    return {
        "part": source.part,
        "rule": source.rule,
        "confidence": source.confidence,
        "start": source.start,
        "end": source.end,
        **also,
    }


def summary(reading: Reading) -> Iterator[str]:
    """What the message is, why, and who would be answered: a line for each."""
    yield f"{reading.kind.value} ({percent(reading.confidence)}): {reading.reason}"
    answered = reading.acknowledge_to.address if reading.acknowledge_to else "nobody"
    yield f"answer to: {answered}" + (f", in {reading.language}" if reading.language else "")
    if reading.forwarded_by:
        yield f"forwarded by: {reading.forwarded_by.address}"
    if reading.references:
        yield f"about: {', '.join(reading.references)}"
    if reading.wishes:
        yield f"wishes: {', '.join(reading.wishes)}"
    for sentence in reading.unread:
        yield f"not understood: {sentence}"


def rows(found: ProposalFound, kind: Kind = Kind.PROPOSAL, call: Call | None = None) -> list[Row]:
    """The fields, and of a proposal the ones that it should have and has not; a revision names what changes."""
    expected = _EXPECTED if kind is Kind.PROPOSAL else frozenset[str]()
    return [_row(found, name, call) for name in _FIELDS if getattr(found, name) or name in expected]


def _row(found: ProposalFound, name: str, call: Call | None) -> Row:
    value, label = getattr(found, name), name.replace("_", " ")
    if not value:
        return Row(label, "not found")
    source = found.sources.get(name)
    shown = _shown(name, value, call)
    if source is None:
        return Row(label, shown)
    places = dict.fromkeys(_place(one) for one in (source, *source.also))
    return Row(label, shown, source.rule, "; ".join(places), source.confidence)


def _place(source: Source) -> str:
    return source.part if source.start is None else f"{source.part} {source.start}-{source.end}"


def _shown(name: str, value: Any, call: Call | None) -> str:
    if name == "speakers":
        return "; ".join(map(_speaker, value))
    if name == "half_days":
        return "; ".join(f"{day} {part}" for day, parts in stretches(value).items() for part in parts)
    if name == "topics":
        return "; ".join(_topic(match, call) for match in value)
    if name in ("keywords", "links"):
        return ", ".join(value)
    return _shortened(str(value), _SHOWN)


def _shortened(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _topic(match: TopicMatch, call: Call | None) -> str:
    name = (
        _shortened(call.topics[match.index].text, _TOPIC_SHOWN)
        if call
        else f"number {match.index + 1} of the call"
    )
    return f"{name} ({match.score:.2f})"


def _speaker(found: SpeakerFound) -> str:
    place = f" ({found.affiliation})" if found.affiliation else ""
    email = f" <{found.email}>" if found.email else ""
    return f"{found.name}{place}{email}{', presents' if found.presenter else ''}"


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{round(100 * share)} %"
