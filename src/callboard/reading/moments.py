"""Days and times in a sentence, and the words around them, as tokens: "mardi", "16h", "not", "before".

The words are the language's own, under `[availability]`; which of them belong together and what they mean is for
`availability`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from callboard.reading import vocabulary
from callboard.reading.lookup import Phrases, literal

if TYPE_CHECKING:
    from callboard.call import Call

DAY = 24 * 60  # minutes
NOON = 12 * 60
# What an hour may be at an event; "2h" is how long a talk lasts, and "at 2" is in the afternoon.
_EARLIEST = 7
_HALVES = {
    "morning": (0, NOON),
    "afternoon": (NOON, DAY),
    "evening": (18 * 60, DAY),
    "whole_day": (0, DAY),
    "noon": (NOON, NOON),
}
_ORDINALS = ("first_day", "second_day", "third_day")
RELATIONS = frozenset({"before", "until", "not_until", "from", "after"})
_LEADING = RELATIONS | {"between", "to"}  # words behind which a bare number is an hour
_WORDS = (
    *("before", "until", "not_until", "from", "after", "to", "between", "not", "only", "yes", "any"),
    *("wish", "arrive", "leave", "except", "but", "and", "or", "the", "vague"),
)
_CLOCK = (
    r"(?<![\w.,:/])(?P<h>[01]?\d|2[0-3])"
    r"(?:\s?(?:{hours})(?!\w)(?:\s?(?P<m>[0-5]\d)(?!\d))?|(?:h|:)(?P<mm>[0-5]\d)(?!\d)|(?=\s?[ap]\.?m))"
    r"(?:\s?(?P<half>[ap])\.?m(?!\w)\.?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:(?P<y>20\d\d)-(?P<ym>\d\d)-(?P<yd>\d\d)|(?P<a>\d{1,2})[/.](?P<b>\d{1,2})(?:[/.](?:20)?\d\d)?)(?![\d/])"
)
_SIGNS = re.compile(r"[.!?;](?!\w)|[,()–-]")
_SIGN_KINDS = {",": "comma", "(": "comma", ")": "comma", "-": "to", "–": "to"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or two that count, at their place in folded text."""

    kind: str  # "days", "time", "stop", "comma", or the key of the vocabulary
    start: int
    end: int
    days: tuple[int, ...] = ()  # indexes into the event's days, -1 before it and their number after it
    minutes: tuple[int, int] = (0, DAY)  # after midnight; a moment begins where it ends

    @property
    def point(self) -> bool:
        """Whether it is a moment rather than a part of the day."""
        return self.minutes[0] == self.minutes[1]


def first(text: str, start: int = 0) -> re.Match[str] | None:
    """The first day or time of folded text in any language: a quick look before a careful one."""
    found = [one for one in (_in_words().search(text, start), _in_figures().search(text, start)) if one]
    return min(found, key=re.Match.start, default=None)


@cache
def _in_words() -> Phrases:
    keys = (
        "morning",
        "afternoon",
        "evening",
        "whole_day",
        "noon",
        "every_day",
        "last_day",
        "any",
        *_ORDINALS,
    )
    phrases = [one for key in keys for one in vocabulary.pattern("availability", key).known]
    names = {name for key in ("weekdays", "months") for name in _listed(key, None)}
    return Phrases([*phrases, *map(literal, sorted(names, key=lambda name: (-len(name), name)))])


@cache
def _in_figures() -> re.Pattern[str]:
    # "the 22nd", "le 3", "le 3.", but not the 25 of "25 minutes".
    lasts = vocabulary.either(vocabulary.words("time", "minutes"))
    ordinals = vocabulary.either(vocabulary.words("availability", "ordinals"))
    day = rf"\s\d{{1,2}}(?:(?:{ordinals})(?!\w)|(?!(?![.,!?](?!\d))\S|\s(?:{lasts})(?!\w)))"
    return re.compile(rf"\d\s?(?:h|:\d\d|[ap]\.?m)|\d[./]\d|{day}")


def apart(text: str) -> str:
    """The text with German compounds in two: "dienstagvormittag" is "dienstag vormittag"."""
    return _compound().sub(lambda both: f"{both[1]} {both[2]}" if _half(both[2]) else both[0], text)


@cache
def _compound() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({vocabulary.either(_listed('weekdays', None))})(\w{{3,12}})(?!\w)")


def _half(word: str) -> bool:
    return any(vocabulary.pattern("availability", half).fullmatch(word) for half in _HALVES)


def _listed(key: str, language: str | None) -> dict[str, int]:
    """The names of weekdays or months with their places."""
    known = (language,) if language else vocabulary.languages()
    return {name: at for one in known for name, at in vocabulary.places("availability", key, one).items()}


def tokens(text: str, language: str, call: Call) -> list[Token]:
    """What counts in a sentence folded by `vocabulary`; of two that overlap the first, then the longest."""
    found = [*_days(text, language, call), *_times(text), *_words(text, language)]
    found.sort(key=lambda token: (token.start, -token.end))
    kept: list[Token] = []
    for token in found:
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
    read = _once(_plausible(text, kept, call))
    return list(_spans(_ranges([token for token in read if token.kind != "the"])))


def _words(text: str, language: str) -> Iterator[Token]:
    for kind in _WORDS:
        for match in vocabulary.pattern("availability", kind, language).finditer(text):
            yield Token(kind, match.start(), match.end())
    for kind, minutes in _HALVES.items():
        for match in vocabulary.pattern("availability", kind, language).finditer(text):
            yield Token("time", match.start(), match.end(), minutes=minutes)
    for match in _SIGNS.finditer(text):
        yield Token(_SIGN_KINDS.get(match[0], "stop"), match.start(), match.end())


def _times(text: str) -> Iterator[Token]:
    for match in _clock().finditer(text):
        hour, minute = int(match["h"]), int(match["m"] or match["mm"] or 0)
        # "4:30" is in the afternoon, "2h30" is how long something takes.
        if hour < (12 if match["half"] == "p" else _EARLIEST if ":" in match[0] else 0):
            hour += 12
        if hour >= _EARLIEST:
            yield _moment(match.start(), match.end(), 60 * hour + minute)
    for match in _bare().finditer(text):
        yield Token("bare", match.start(), match.end())


@cache
def _th() -> str:
    """What may stand behind the number of a day: "1er", "2nd", "3."."""
    return rf"(?:{vocabulary.either(vocabulary.words('availability', 'ordinals'))}|\.|[ºª°])?"


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,:/-])\d{{1,2}}{_th()}(?![\w:/%-]|[.,]\d)")


@cache
def _clock() -> re.Pattern[str]:
    hours = (*vocabulary.words("time", "hours"), *vocabulary.words("availability", "clock"))
    return re.compile(_CLOCK.replace("{hours}", vocabulary.either(hours)))


def _moment(start: int, end: int, minute: int) -> Token:
    return Token("time", start, end, minutes=(minute, minute))


def _plausible(text: str, found: Sequence[Token], call: Call) -> Iterator[Token]:
    """Without numbers, except where one can only be an hour ("before 11") or a day ("the 3rd", "mardi 3")."""
    for at, token in enumerate(found):
        if token.kind != "bare":
            yield token
            continue
        before = found[at - 1] if at and token.start - found[at - 1].end <= 1 else None
        ends = not text[token.end :].strip() or (at + 1 < len(found) and found[at + 1].start - token.end <= 1)
        number = int(re.findall(r"\d+", text[token.start : token.end])[0])
        days = tuple(index for index, day in enumerate(call.days) if day.day == number)
        if before is None:
            continue
        if before.kind in ("the", "weekday") and len(days) == 1:
            yield replace(token, kind="date", days=days)
        elif ends and number < 24 and (before.kind in _LEADING or _second(found[:at])):
            yield _moment(token.start, token.end, 60 * (number + (12 if number < _EARLIEST else 0)))


def _second(before: Sequence[Token]) -> bool:
    """Whether a number behind these is the other end of "between 10 and"."""
    return [token.kind for token in before[-3:]] in (["between", "time", "and"], ["between", "bare", "and"])


def _once(found: Iterable[Token]) -> Iterator[Token]:
    """Days of all kinds alike, and the date alone where its weekday stands before it: "Tuesday, June 3"."""
    held: list[Token] = []  # a weekday, and an article or a comma behind it
    for token in found:
        if held and token.kind in ("the", "comma"):
            held.append(token)
            continue
        yield from () if token.kind == "date" else held
        held = []
        if token.kind == "weekday":
            held = [replace(token, kind="days")]
        else:
            yield replace(token, kind="days") if token.kind == "date" else token
    yield from held


def _ranges(found: Sequence[Token]) -> list[Token]:
    """Two days or two times with "to" between them as one token; "and" joins times behind "between"."""
    kept: list[Token] = []
    for token in found:
        if len(kept) >= 2 and kept[-1].kind in ("to", "until", "and") and _same(kept[-2], token):
            opened = len(kept) >= 3 and kept[-3].kind in ("between", "from")
            if kept[-1].kind != "and" or opened:
                first = kept[-2]
                kept[-2:] = [_through(first, token)]
                if opened:
                    del kept[-2]
                continue
        kept.append(token)
    return kept


def _spans(found: Sequence[Token]) -> Iterator[Token]:
    """ "Du mardi midi au jeudi matin" as "from ... until": a day and a time at its first end at least."""
    kinds = [token.kind for token in found]
    for at, token in enumerate(found):
        if kinds[at : at + 4] == ["days", "time", "to", "days"]:
            yield replace(token, kind="from", days=(), end=token.start)
        spans = token.kind == "to" and kinds[max(0, at - 2) : at + 2] == ["days", "time", "to", "days"]
        yield replace(token, kind="until") if spans else token


def _same(one: Token, other: Token) -> bool:
    """Whether two tokens can be the ends of a range: two days, or two moments."""
    if one.kind != other.kind:
        return False
    return (
        bool(one.days and other.days)
        if one.kind == "days"
        else one.kind == "time" and one.point and other.point
    )


def _through(one: Token, other: Token) -> Token:
    if one.kind == "days":
        return replace(one, end=other.end, days=tuple(range(one.days[0], other.days[-1] + 1)))
    return replace(one, end=other.end, minutes=(one.minutes[0], other.minutes[1]))


def _days(text: str, language: str, call: Call) -> Iterator[Token]:
    """Days by name, by date, by their place in the event, or all of them."""
    days = call.days
    weekdays = _listed("weekdays", language)
    for match in _names("weekdays", language).finditer(text):
        named = tuple(at for at, day in enumerate(days) if day.weekday() == weekdays[match[0]])
        yield Token("weekday", match.start(), match.end(), named)
    for match in _dates(language).finditer(text):
        yield Token("date", match.start(), match.end(), _dated(match, language, call))
    for match in _NUMERIC.finditer(text):
        at = _numbered(match, call)
        if at is not None:
            yield Token("date", match.start(), match.end(), (at,))
    for place, kind in enumerate(_ORDINALS):
        yield from _these(text, kind, language, (place,) if place < len(days) else ())
    yield from _these(text, "last_day", language, (len(days) - 1,))
    yield from _these(text, "every_day", language, tuple(range(len(days))))
    yield from _these(text, "earlier", language, (-1,))


def _these(text: str, kind: str, language: str, days: tuple[int, ...]) -> Iterator[Token]:
    for match in vocabulary.pattern("availability", kind, language).finditer(text):
        yield Token("days", match.start(), match.end(), days)


@cache
def _names(key: str, language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{vocabulary.either(_listed(key, language))})(?!\w)")


@cache
def _dates(language: str) -> re.Pattern[str]:
    """ "3 juin", "3 et 4 juin", "3rd of June", "June 3", "June 3 to 5"."""
    month = vocabulary.either(_listed("months", language))
    joined = vocabulary.either(
        ["&", "/", *(word for key in ("and", "or", "to") for word in _plain(key, language))]
    )
    the, of = (vocabulary.either(_plain(key, language)) for key in ("the", "of"))
    also = rf"(?:\s?(?P<{{}}>[-–]|{joined})\s?(?:(?:{the}) )?(?P<{{}}>\d{{1,2}}){_th()})?"

    def then(sign: str, day: str) -> str:
        return also.replace("{}", sign, 1).replace("{}", day, 1)

    return re.compile(
        rf"(?<![\w.,/-])(?:(?P<d>\d{{1,2}}){_th()}{then('j', 'd2')}\s(?:(?:{of}) )?(?P<m>{month})(?!\w)"
        rf"|(?P<n>{month})\.?\s(?:(?:{the}) )?(?P<e>\d{{1,2}}){_th()}(?![\d:]){then('k', 'e2')})"
    )


def _plain(key: str, language: str) -> tuple[str, ...]:
    return vocabulary.phrases("availability", key, language)


def _dated(match: re.Match[str], language: str, call: Call) -> tuple[int, ...]:
    month = _listed("months", language)[match["m"] or match["n"]] + 1
    first, last = match["d"] or match["e"], match["d2"] or match["e2"]
    at = [_place(call, month, int(number)) for number in (first, last) if number]
    ranged = (match["j"] or match["k"]) in ("-", "–", *_plain("to", language))
    return tuple(range(at[0], at[-1] + 1)) if ranged else tuple(at)


def _numbered(match: re.Match[str], call: Call) -> int | None:
    """The place of "3/06", "03.06.2027" or "2027-06-03"."""
    if match["y"]:
        return _place(call, int(match["ym"]), int(match["yd"]))
    one, other = int(match["a"]), int(match["b"])
    # Day before month nearly everywhere; the other way round only where that is a day of the event.
    if any((day.month, day.day) == (one, other) for day in call.days):
        return _place(call, one, other)
    return _place(call, other, one) if 1 <= other <= 12 and 1 <= one <= 31 else None


def _place(call: Call, month: int, day: int) -> int:
    """Where a date is among the event's days: its index, -1 before them, their number after them."""
    days = [(d.month, d.day) for d in call.days]
    if (month, day) in days:
        return days.index((month, day))
    return -1 if (month, day) < days[0] else len(days)
