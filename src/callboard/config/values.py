"""The kinds of value that the file may hold, each with the sentence that says what it should have been."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Strict
from pydantic_core import PydanticCustomError

from callboard.config.words import nearest, quoted

ADDRESS = re.compile(r"""[^@\s<>,;:"]+@[^@\s<>,;:"']+""")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def refuse(sentence: str) -> PydanticCustomError:
    """An error whose message continues the name of the key: `mailbox[0].port` + " must be ..."."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


def _filled(value: object) -> object:
    # An empty string is a blank that `callboard init` left for a person, not a value.
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("missing", "is missing")
    return value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _one_line(value: str) -> str:
    # These end in subjects, headers and page titles. The no-break spaces of French typography stay.
    return re.sub(r"[ \t\n\r\f\v\x85\u2028\u2029]+", " ", value).strip()


def _address(value: str) -> str:
    if "@" not in value:
        raise refuse(f"{quoted(value)} has no @; write it like name@example.org")
    if not ADDRESS.fullmatch(value):
        raise refuse(f"{quoted(value)} is not one plain address; write it like name@example.org")
    return value


def _recipient(value: str) -> str:
    if value == "organisers" or ADDRESS.fullmatch(value):
        return value
    raise refuse(f'must be "organisers" or one address, not {quoted(value)}')


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise refuse(f"{quoted(value)} is not a time zone{_perhaps(value, available_timezones())}") from None


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", value):
        raise refuse(f'must be two small letters like "fr" or "en", not {quoted(value)}')
    return value


def _perhaps(value: str, zones: set[str]) -> str:
    guess = nearest(value, sorted(zones))
    return f'; did you mean "{guess}"?' if guess else '; write it like "Europe/Paris"'


def _only(*types: type) -> Any:
    def check(value: object) -> object:
        # pydantic would read a bare number as seconds since 1970.
        if value is not None and not isinstance(value, (str, *types)):
            raise PydanticCustomError("wrong_type", "wrong type")
        return value

    return BeforeValidator(check)


def _with_hour(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        raise refuse(f"has no hour; write it like {value.isoformat()}T09:00:00")
    return value


def _end_of_day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59))
    return value


def read_span(text: str) -> tuple[time, time]:
    """`"12:30-14:00"` as two times; ValueError when it is not one."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = time(from_hour, from_minute), time(to_hour, to_minute)
    if end <= start:
        raise ValueError(text)
    return start, end


def read_moment(text: str) -> tuple[date | None, time]:
    """ "10:10" or "2027-03-11 10:10" as day, if it names one, and time. Raises a refusal."""
    day, _, clock = text.strip().rpartition(" ")
    try:
        return date.fromisoformat(day) if day else None, time.fromisoformat(clock)
    except ValueError as error:
        raise refuse('must be like "10:10" or "2027-03-11 10:10"') from error


def _span(value: str) -> str:
    try:
        read_span(value)
    except ValueError:
        raise refuse(f'must be two times of one day, like "12:30-14:00", not {quoted(value)}') from None
    return value


def _span_or_none(value: str) -> str:
    return _span(value) if value.strip() else ""


Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Switch = Annotated[bool, Strict()]
Line = Annotated[str, AfterValidator(_one_line)]
FilledLine = Annotated[str, BeforeValidator(_filled), AfterValidator(_one_line)]
LineOrNone = Annotated[Line | None, BeforeValidator(_blank_is_none)]
TextOrNone = Annotated[str | None, BeforeValidator(_blank_is_none)]
Address = Annotated[str, BeforeValidator(_filled), AfterValidator(_address)]
AddressOrNone = Annotated[Annotated[str, AfterValidator(_address)] | None, BeforeValidator(_blank_is_none)]
RecipientOrNone = Annotated[
    Annotated[str, AfterValidator(_recipient)] | None, BeforeValidator(_blank_is_none)
]
Zone = Annotated[str, BeforeValidator(_filled), AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Span = Annotated[str, AfterValidator(_span)]
SpanOrNone = Annotated[str, AfterValidator(_span_or_none)]
Clock = Annotated[time, _only(time)]
Day = Annotated[date, _only(date)]
Moment = Annotated[datetime, _only(date, datetime), BeforeValidator(_with_hour)]
Deadline = Annotated[datetime, _only(date, datetime), BeforeValidator(_end_of_day)]
