"""Dates and hours as an announcement writes them, in French and in English; nothing is guessed."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest

from callboard.announcement.text import fold

_MONTHS = (
    ("janvier", "january", "janv", "jan"),
    ("fevrier", "february", "fevr", "feb", "fev"),
    ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
_NUMBER = {name: n for n, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = "(?:" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")\b\.?"
_DAY = r"\d{1,2}(?:\s?(?:er|st|nd|rd|th)\b)?"
_TO = r"\s*(?:-|–|—|\bau\b|\bto\b|\bet\b|\band\b|&)\s*(?:le\s+)?(?:\w+day\s+|\w+di\s+|dimanche\s+)?"
_DAY_MONTH = re.compile(rf"\b(?:({_DAY}){_TO})?({_DAY})\s+(?:of\s+)?({_MONTH})(?:,?\s+(\d{{4}})\b)?")
_MONTH_DAY = re.compile(rf"\b({_MONTH})\s+({_DAY})(?:{_TO}({_DAY})(?!\s*{_MONTH}))?(?:,?\s+(\d{{4}})\b)?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SLASHES = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")

_HOUR = re.compile(
    r"\b(?P<h>\d{1,2})\s?h(?:\s?(?P<m>\d{2}))?\b"
    r"|\b(?P<h2>\d{1,2}):(?P<m2>\d{2})(?:\s?(?P<half2>[ap])\.?m\b\.?)?"
    r"|\b(?P<h3>\d{1,2})(?:\.(?P<m3>\d{2}))?\s?(?P<half3>[ap])\.?m\b\.?"
    r"|\b(?P<noon>midi|noon)\b|\b(?P<midnight>minuit|midnight)\b"
)


@dataclass(frozen=True)
class Mention:
    """A day of a text; `year` is None where the text leaves it out. `start` and `end` are offsets."""

    year: int | None
    month: int
    day: int
    start: int
    end: int

    def on(self, year: int) -> date:
        """The day, in that year when the text gives none."""
        return date(self.year or year, self.month, self.day)

    def before(self, limit: date) -> date:
        """The day itself, or without its year the last such day that is not after the limit."""
        years = (limit.year - n for n in range(9))  # 29 February may be eight years away
        days = (self.on(year) for year in years if (self.month, self.day) != (2, 29) or isleap(year))
        return self.on(0) if self.year else next(day for day in days if day <= limit)


def days(text: str, *, day_first: bool) -> list[Mention]:
    """The days a text names, in order. `day_first`: 03/04/2027 is in April; else it is not taken."""
    folded = fold(text)
    found: list[Mention] = []
    read_already = bytearray(len(folded))
    for pattern, read in ((_DAY_MONTH, _day_month), (_MONTH_DAY, _month_day), (_ISO, _iso)):
        for match in pattern.finditer(folded):
            # A longer form that was read already ("3 June 2027") wins over a piece of it ("June 20").
            if not any(read_already[match.start() : match.end()]):
                read_already[match.start() : match.end()] = b"1" * (match.end() - match.start())
                found += read(match)
    found += [m for match in _SLASHES.finditer(folded) for m in _slashes(match, day_first)]
    return _with_years(sorted((m for m in found if _exists(m)), key=lambda m: (m.start, m.month, m.day)))


def hours(text: str) -> list[time]:
    """The hours a text names, in order; 24:00 and midnight are 23:59, the last minute of the day."""
    found = (_hour(match) for match in _HOUR.finditer(fold(text)))
    return [hour for hour in found if hour is not None]


def _hour(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12)
    if match["midnight"]:
        return time(23, 59)
    hour = int(match["h"] or match["h2"] or match["h3"])
    minute = int(match["m"] or match["m2"] or match["m3"] or 0)
    half = match["half2"] or match["half3"]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        return time(23, 59)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _number(day: str) -> int:
    return int(re.sub(r"\D", "", day))


def _month(name: str) -> int:
    return _NUMBER[name.rstrip(".")]


def _mentions(match: re.Match[str], year: str | None, month: int, *day_names: str | None) -> list[Mention]:
    number = int(year) if year else None
    return [Mention(number, month, _number(d), match.start(), match.end()) for d in day_names if d]


def _day_month(match: re.Match[str]) -> list[Mention]:
    return _mentions(match, match[4], _month(match[3]), match[1], match[2])


def _month_day(match: re.Match[str]) -> list[Mention]:
    return _mentions(match, match[4], _month(match[1]), match[2], match[3])


def _iso(match: re.Match[str]) -> list[Mention]:
    return _mentions(match, match[1], int(match[2]), match[3])


def _slashes(match: re.Match[str], day_first: bool) -> list[Mention]:
    first, second = int(match[1]), int(match[2])
    if first > 12 or day_first or first == second:
        return _mentions(match, match[3], second, match[1])
    return _mentions(match, match[3], first, match[2]) if second > 12 else []


def _exists(mention: Mention) -> bool:
    try:
        return _near(mention.on(2000))  # a leap year
    except ValueError:
        return False


def _near(day: date) -> bool:
    # Nobody calls for talks in the year 9999, and no time zone can be applied to its end.
    return 1900 <= day.year <= 2200


def _with_years(found: list[Mention]) -> list[Mention]:
    # "3 June to 5 July 2027": the year stands once, after the last of a range.
    done: list[Mention] = []
    for mention, following in zip_longest(found, found[1:]):
        near = following is not None and following.start - mention.end <= 12
        if mention.year is None and near and following is not None and following.year:
            mention = Mention(following.year, mention.month, mention.day, mention.start, mention.end)
        done.append(mention)
    return done


def read_moment(text: str) -> tuple[datetime | None, bool]:
    """A date of the front matter (aware when it says its offset), and whether it says an hour."""
    written = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            day = date.fromisoformat(written)
            return (datetime.combine(day, time()) if _near(day) else None), False
        moment = datetime.fromisoformat(re.sub(r"\s+([+-]\d)", r"\1", written))
    except ValueError:
        return None, False
    return (moment, True) if _near(moment) else (None, False)


def without(text: str, found: Sequence[Mention]) -> str:
    """The text with blanks where the days stand, so that no part of a date is read as an hour."""
    for mention in sorted(found, key=lambda m: -m.start):
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text
