"""A reading as data (one JSON object) and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callboard.call import stretches
from callboard.reading.result import ProposalFound, Reading, SpeakerFound

_FIELDS = (
    *("title", "speakers", "abstract", "language", "format", "duration_minutes", "keywords", "availability"),
    *("half_days", "topics", "bio", "links"),
)
_SHOWN = 300  # characters of a long text


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
        "abstract": found.abstract,
        "language": found.language,
        "format": found.format,
        "duration_minutes": found.duration_minutes,
        "keywords": list(found.keywords),
        "availability": found.availability,
        "half_days": [half.as_json() for half in found.half_days] if found.half_days is not None else None,
        "topics": [{"index": topic.index, "score": topic.score} for topic in found.topics],
        "bio": found.bio,
        "links": list(found.links),
        "sources": {
            name: {"part": s.part, "rule": s.rule, "confidence": s.confidence, "start": s.start, "end": s.end}
            for name, s in found.sources.items()
        },
    }


def as_text(reading: Reading) -> str:
    """A reading as a person looks at it: what it is and why, then each field with its source."""
    return "\n".join(_lines(reading))


def _lines(reading: Reading) -> Iterator[str]:
    yield f"{reading.kind.value} ({_percent(reading.confidence)}): {reading.reason}"
    answered = reading.acknowledge_to.address if reading.acknowledge_to else "nobody"
    yield f"  answer to: {answered}" + (f", in {reading.language}" if reading.language else "")
    if reading.forwarded_by:
        yield f"  forwarded by: {reading.forwarded_by.address}"
    if reading.references:
        yield f"  about: {', '.join(reading.references)}"
    for number, found in enumerate(reading.proposals, 1):
        yield ""
        if len(reading.proposals) > 1:
            yield f"proposal {number} of {len(reading.proposals)}"
        for name in _FIELDS:
            yield from _field(found, name)


def _field(found: ProposalFound, name: str) -> Iterator[str]:
    value = getattr(found, name)
    label = name.replace("_", " ")
    if not value:
        if name in ("title", "speakers", "abstract"):
            yield f"  {label}: not found"
        return
    source = found.sources.get(name)
    why = f"   [{source.part}: {source.rule}, {_percent(source.confidence)}]" if source else ""
    yield f"  {label}: {_shown(name, value)}{why}"


def _shown(name: str, value: Any) -> str:
    if name == "speakers":
        return "; ".join(map(_speaker, value))
    if name == "half_days":
        return "; ".join(f"{day} {part}" for day, parts in stretches(value).items() for part in parts)
    if name == "topics":
        return ", ".join(f"number {match.index + 1} of the call ({match.score:.2f})" for match in value)
    if name in ("keywords", "links"):
        return ", ".join(value)
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _speaker(found: SpeakerFound) -> str:
    place = f" ({found.affiliation})" if found.affiliation else ""
    email = f" <{found.email}>" if found.email else ""
    return f"{found.name}{place}{email}{', presents' if found.presenter else ''}"


def _percent(confidence: float) -> str:
    return f"{round(100 * confidence)} %"
