"""What a follow-up changes, as it is gathered: each field once, with its source and the sentences it was read from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from callboard.reading.announced import TERSE
from callboard.reading.result import Source
from callboard.reading.speech import Sentence, sentences


@dataclass
class Gathered:
    """What is found on the way, each field once: the first that says it counts."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # lines below quoted ones that a field was read from

    def take(self, name: str, value: object, source: Source, used: Iterable[Sentence] = ()) -> bool:
        if not value or name in self.values:
            return False
        self.values[name] = value
        self.sources[name] = source
        self.used += [one.said for one in used]
        return True


def saying(name: str, value: str) -> tuple[Sentence, ...]:
    """The sentences of a labelled value that say no more than its field holds: a long one beside a length, a
    format or a level has something for a person too."""
    said = sentences(value)
    brief = name in ("duration_minutes", "format", "level")
    return tuple(one for one in said if not brief or len(one.plain.split()) <= TERSE)
