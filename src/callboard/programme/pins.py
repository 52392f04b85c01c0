"""What organisers fix in the programme, in words: "12 at 14:00", "12 before 15", "3 and 8 together", "5 not first".

One line is one pin, in the configuration, on the command line and in an organiser's mail. The words are
`reading.pinline`'s, which makes one of few forms of them; here the form becomes a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from callboard.call import Half


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
    half: Half | None = None
    room: str = ""


class PinError(ValueError):
    """A line that is no pin; says what one looks like."""


LONGEST: Final = 200  # characters of a line that are looked at
LOOKS_LIKE: Final = (
    '"12 at 14:00", "12 on Tuesday morning", "12 in B12", "12 before 15", "3 and 8 together" or "5 not first"'
)

# The forms that `reading.pinline` makes of a line, whatever words and language it is in.
_FORM: Final = re.compile(
    r"(?P<numbers>\d{1,6}(?:, \d{1,6})*(?: and \d{1,6})?) "
    r"(?:(?P<together>together)|(?P<second>not first)|(?P<order>before|after) (?P<other>\d{1,6})"
    r"|(?:at (?P<at>\S+))?(?: ?on (?P<day>\S+))?(?: ?in the (?P<half>morning|afternoon))?|in (?P<room>.{1,60}))"
)
_CLOCK: Final = re.compile(r"(\d{2}):(\d{2})")
_PREFIX: Final = re.compile(r"(?:\w{1,10} ){0,2}?([A-Za-z]{1,12})-#?\d")
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_pin(line: str) -> Pin:
    """The pin that this line says. Raises PinError when it says none."""
    # The words of two languages, which every command would load otherwise that reads the configuration.
    from callboard.reading.pinline import arrangement

    text = " ".join(line.split())
    prefix = _PREFIX.match(text)
    said = arrangement(text[:LONGEST], prefix[1] if prefix else "")
    found = _FORM.fullmatch(said) if said else None
    if found is None:
        raise PinError(f'"{text[:80]}" is no pin; write {LOOKS_LIKE}')
    return _pin(found, text)


def _pin(found: re.Match[str], text: str) -> Pin:
    numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", found["numbers"])))
    if found["together"]:
        if len(numbers) < 2:
            raise PinError(f'"{text[:80]}": it takes two talks to be together')
        return Pin(PinKind.TOGETHER, numbers, text)
    if found["order"]:
        pair = (numbers[0], int(found["other"]))
        if pair[0] == pair[1]:
            raise PinError(f'"{text[:80]}": a talk is not before itself')
        return Pin(PinKind.BEFORE, pair if found["order"] == "before" else pair[::-1], text)
    if found["second"]:
        return Pin(PinKind.NOT_FIRST, numbers, text)
    if found["room"]:
        return Pin(PinKind.ROOM, numbers, text, room=found["room"])
    day = _day(found["day"]) if found["day"] else None
    if found["at"]:
        return Pin(PinKind.AT, numbers, text, at=_clock(found["at"], text), day=day)
    return Pin(PinKind.ON, numbers, text, day=day, half=Half(found["half"]) if found["half"] else None)


def _clock(said: str, text: str) -> time:
    found = _CLOCK.fullmatch(said)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise PinError(f'"{text[:80]}": there is no such time of day')
    return time(int(found[1]), int(found[2]))


def _day(said: str) -> date | int:
    if said in _WEEK:
        return _WEEK.index(said)
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise PinError(f'"{said}" is no day') from error
