"""Whether a mail announces an occasion: a seminar with its hour and its room, to which the reader is invited.

Its title and abstract are those of a talk that somebody else gives. Who proposes one knows no room yet, and no hour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from callboard.reading import availability, labels, moments, vocabulary
from callboard.reading.speech import Sentence

_NEAR = 2  # sentences or lines between the hour and the room
_AT_MOST = 60  # sentences that are looked at
_SHORT = 30  # words of one that says when or where; an abstract's are longer
# From seven in the morning on: "1h30" is a length.
_HOUR = (
    r"(?<![\w.,:/])(?:0?[7-9]|1\d|2[01])(?::[0-5]\d|h[0-5]\d|\s?(?:{hours}))(?!\w)"
    r"|(?<![\w.,:/])1?\d(?:[.:][0-5]\d)?\s?[ap]\.?m(?!\w)"
)


def when(plain: str) -> bool:
    """Whether folded words give a day and an hour: "wed 25 feb, 15:00"."""
    found = _hour().search(plain)
    return (
        found is not None and moments.first(f"{plain[: found.start()]} , {plain[found.end() :]}") is not None
    )


def placed(said: Sequence[Sentence]) -> bool:
    """Whether an hour, other than one from which somebody can come, and a room that has a name stand close together."""
    few = said[:_AT_MOST]
    hours = [
        at for at, one in enumerate(few) if _brief(one) and _hour().search(one.plain) and not _available(one)
    ]
    rooms = [at for at, one in enumerate(few) if hours and _brief(one) and _room().search(one.said)]
    return any(abs(hour - room) <= _NEAR for hour in hours for room in rooms)


def _brief(one: Sentence) -> bool:
    return len(one.plain.split()) <= _SHORT


def _available(one: Sentence) -> bool:
    """Whether it says when somebody can come: "Availability: Tuesday after 2 pm"."""
    label = labels.label_of(one.said)
    return (label is not None and label.field == "availability") or availability.speaks(one.said)


@cache
def _hour() -> re.Pattern[str]:
    hours = (*vocabulary.words("time", "hours"), *vocabulary.words("availability", "clock"))
    return re.compile(_HOUR.replace("{hours}", vocabulary.either(hours)))


@cache
def _room() -> re.Pattern[str]:
    """A room with its number or its name: "salle 112", "Room: Turing", "amphithéâtre Lavigne"."""
    rooms = vocabulary.either(vocabulary.phrases("intent", "rooms"))
    return re.compile(rf"(?<!\w)(?i:{rooms})\s?:?\s{{1,3}}(?:[A-Z]{{0,3}}[-. ]?\d|[A-ZÉÈ]\w)")
