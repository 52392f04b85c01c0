"""What organisers fix in the programme, in words: "12 at 14:00", "12 before 15", "3 and 8 together", "5 not first".

One line is one pin; the configuration and the command line are read here, and what `reading.pinline` makes of an
organiser's mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final


class PinKind(StrEnum):
    """What is fixed."""

    AT = "at"
    ON = "on"
    ROOM = "room"
    NOT_FIRST = "not_first"
    BEFORE = "before"
    TOGETHER = "together"

    @property
    def alone(self) -> bool:
        """Whether it is about one talk."""
        return self not in (PinKind.BEFORE, PinKind.TOGETHER)


@dataclass(frozen=True)
class Pin:
    """One wish of the organisers. `text` is their own line."""

    kind: PinKind
    numbers: tuple[int, ...]
    text: str
    at: time | None = None
    day: date | int | None = None  # a date, or a day of the week (0: Monday)
    room: str = ""


class PinError(ValueError):
    """A line that is no pin; says what one looks like."""


LOOKS_LIKE: Final = (
    '"12 at 14:00", "12 on Tuesday", "12 in B12", "12 before 15", "3 and 8 together" or "5 not first"'
)

_NUMBER = r"(?:[A-Za-z]{1,12}-)?#?(\d{1,6})"
_TIME = r"(\d{1,2})\s?(?:[:.h]\s?(\d{2})?)?\s?(am|pm|heures?)?"
_WEEK: Final = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_DAYS: Final = {name: index for index, names in enumerate(_WEEK) for name in names}
_DAY = rf"(\d{{4}}-\d{{2}}-\d{{2}}|{'|'.join(_DAYS)})"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_AT = _compiled(rf"{_NUMBER}\s+(?:(?:on|le)?\s*{_DAY}\s+)?(?:at|à|a)\s+{_TIME}(?:\s+(?:on|le)?\s*{_DAY})?")
_ON = _compiled(rf"{_NUMBER}\s+(?:on|le)?\s*{_DAY}")
_ROOM = _compiled(rf"{_NUMBER}\s+(?:in|en|dans|salle|room)\s+(.{{1,60}})")
_BEFORE = _compiled(rf"{_NUMBER}\s+(before|avant|after|après|apres)\s+{_NUMBER}")
_TOGETHER = _compiled(rf"{_NUMBER}((?:\s*(?:,|and|et|&)\s*{_NUMBER}){{1,8}})\s+(?:together|ensemble)")
_NOT_FIRST = _compiled(
    rf"{_NUMBER}\s+(?:not\s+first|pas\s+en\s+premier)|(?:not|pas)\s+{_NUMBER}\s+(?:first|en\s+premier)"
)


def read_pin(line: str) -> Pin:
    """The pin that this line says. Raises PinError when it says none."""
    text = " ".join(line.split())
    for reader in (_at, _together, _before, _not_first, _on, _room):
        pin = reader(text)
        if pin is not None:
            return pin
    raise PinError(f'"{text[:80]}" is no pin; write {LOOKS_LIKE}')


def _at(text: str) -> Pin | None:
    found = _AT.fullmatch(text)
    if found is None:
        return None
    number, day_before, hour, minute, half, day_after = found.groups()
    hours, half = int(hour), (half or "").lower()
    if half in ("am", "pm") and not 1 <= hours <= (23 if half == "pm" else 12):
        raise PinError(f'"{text[:80]}": there is no such time of day')
    # "14 pm" is what people write who mean 14:00; 12 am is midnight.
    if half == "pm" or (half == "am" and hours == 12):
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 23 or int(minute or 0) > 59:
        raise PinError(f'"{text[:80]}": there is no such time of day')
    day = _day(day_before or day_after)
    return Pin(PinKind.AT, (int(number),), text, at=time(hours, int(minute or 0)), day=day)


def _on(text: str) -> Pin | None:
    found = _ON.fullmatch(text)
    return Pin(PinKind.ON, (int(found[1]),), text, day=_day(found[2])) if found else None


def _room(text: str) -> Pin | None:
    found = _ROOM.fullmatch(text)
    return Pin(PinKind.ROOM, (int(found[1]),), text, room=found[2].strip()) if found else None


def _before(text: str) -> Pin | None:
    found = _BEFORE.fullmatch(text)
    if found is None:
        return None
    one, other = int(found[1]), int(found[3])
    first, second = (one, other) if found[2].lower() in ("before", "avant") else (other, one)
    if first == second:
        raise PinError(f'"{text[:80]}": a talk is not before itself')
    return Pin(PinKind.BEFORE, (first, second), text)


def _together(text: str) -> Pin | None:
    found = _TOGETHER.fullmatch(text)
    if found is None:
        return None
    numbers = (int(found[1]), *(int(n) for n in re.findall(r"\d+", found[2])))
    if len(set(numbers)) < 2:
        raise PinError(f'"{text[:80]}": it takes two talks to be together')
    return Pin(PinKind.TOGETHER, tuple(dict.fromkeys(numbers)), text)


def _not_first(text: str) -> Pin | None:
    found = _NOT_FIRST.fullmatch(text)
    return Pin(PinKind.NOT_FIRST, (int(found[1] or found[2]),), text) if found else None


def _day(word: str | None) -> date | int | None:
    if word is None:
        return None
    if word[0].isdigit():
        try:
            return date.fromisoformat(word)
        except ValueError as error:
            raise PinError(f'"{word}" is no day') from error
    return _DAYS[word.lower()]
