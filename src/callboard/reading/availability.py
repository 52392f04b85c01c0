"""When a speaker can come: the sentences that say so, and the half-days of the event that they leave.

What is not certain is left out. "I arrive on Tuesday" promises nothing before Wednesday, a wish ("rather in the
morning") binds nobody, and words that are understood only in part are none: an organiser reads them anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise

from callboard.call import LUNCH, Call, Half, HalfDay
from callboard.reading import language, moments, vocabulary
from callboard.reading.labelnames import without_hint
from callboard.reading.layout import ORNAMENTS, Line, paragraphs, rejoin, words
from callboard.reading.lookup import Phrases
from callboard.reading.moments import DAY, NOON, RELATIONS, Token
from callboard.reading.vocabulary import fold, pattern

_SENTENCE_AT_MOST = 400  # characters
_TEXT_AT_MOST = 600  # characters of a speaker's words that are interpreted
_BRIEF = 14  # words of a sentence that needs no verb: "Pas avant 11h, train de Lyon."
_NEAR = 12  # characters within which "only" or "not" belongs to a day or a time

Windows = tuple[tuple[int, int], ...]  # minutes since the midnight that begins the event, from and to


# --- The sentences -------------------------------------------------------------------------------------


def sentences(lines: Sequence[Line]) -> str | None:
    """The sentences that say when the speaker can come, in the speaker's words."""
    said = [
        _greeting().sub("", sentence)
        for run in paragraphs(lines)
        for sentence in _sentences(rejoin(run))
        if len(sentence) < _SENTENCE_AT_MOST and speaks(sentence)
    ]
    return " ".join(said) or None


def below(label: Line | None, lines: Sequence[Line]) -> str:
    """The words below a label, with the label where they mean nothing without it: "Unavailable: Tuesday"."""
    said = rejoin(paragraphs(lines)[0])
    heading = without_hint(label.text).partition(":")[0].strip(ORNAMENTS) if label else ""
    either = not set(fold(heading).split()).isdisjoint(vocabulary.words("label_words", "both"))
    if (
        either
        or not _about("denies").search(fold(heading))
        or any(pattern("availability", kind).search(fold(said)) for kind, _ in _SIGNS)
    ):
        return said
    whole = label.text.strip(ORNAMENTS) if label else ""
    return whole if said in whole else f"{whole} {said}"


def _sentences(text: str) -> Iterator[str]:
    return (found for match in _sentence().finditer(text) if (found := match[0].strip()))


@cache
def _sentence() -> re.Pattern[str]:
    """Up to a full stop, but for that of "4 p.m." and "3. Juni"."""
    months = vocabulary.either(
        name for names in vocabulary.words("availability", "months") for name in names.split()
    )
    inside = rf"[.!?](?!\s)|(?<=[ap]\.m)\.|(?<=\d)\.(?=\s(?:{months})\b)"
    return re.compile(rf"[^.!?\n]*(?:(?:{inside})[^.!?\n]*)*[.!?\n]?", re.IGNORECASE)


@cache
def _greeting() -> re.Pattern[str]:
    some = vocabulary.either(vocabulary.words("letter", "greetings"))
    return re.compile(rf"(?:{some})(?:\s\w+){{0,3}},\s{{1,9}}", re.IGNORECASE)


@lru_cache(maxsize=512)  # who cuts a letter asks too
def speaks(sentence: str) -> bool:
    """Whether a sentence is about when its author can come: not when the code is available, or they by phone."""
    plain = _without_other_matters(moments.apart(fold(sentence)))
    when, where = moments.first(plain), _about("place").search(plain)
    if not (when or where):
        return False
    if _about("elsewhere").search(plain):
        parts = re.split(r"[,;:()–]", plain)
        plain = ",".join(part for part in parts if not _about("elsewhere").search(part))
        when = moments.first(plain)
    if when and (_about("says").search(plain) or _briefly(plain)):
        return True
    return bool(where) and any(_comes(plain, one) for one in vocabulary.languages())


def _without_other_matters(plain: str) -> str:
    """Folded words with blanks for what does not matter and is no time: "peu importe l'ordre des auteurs"."""
    return _about("matters").sub(lambda said: " " * len(said[0]), plain)


def _comes(plain: str, spoken: str) -> bool:
    """Whether somebody says in one language where they will be: "remotely"."""
    return all(pattern("availability", key, spoken).search(plain) for key in ("person", "place"))


def _about(key: str) -> Phrases:
    return pattern("availability", key)


def _briefly(plain: str) -> bool:
    """Whether a few words say "available", "only" or "not" of a day or a time: "Seulement l'après-midi." """
    if words(plain) > _BRIEF:
        return False
    if _about("opens").match(plain):
        return True
    found = _about("brief").search(plain)
    when = moments.first(plain, found.end()) if found else None
    return bool(found and when and when.start() - found.end() <= _NEAR)


# --- The half-days -------------------------------------------------------------------------------------


class _Sign(Enum):
    """What a piece says of its days and times."""

    CAN = "can"
    CANNOT = "cannot"
    WISHES = "wishes"
    ARRIVES = "arrives"
    LEAVES = "leaves"


# The first that a piece has decides: "I'd rather not leave before four" is a wish.
_SIGNS = (
    ("wish", _Sign.WISHES),
    ("arrive", _Sign.ARRIVES),
    ("leave", _Sign.LEAVES),
    ("not", _Sign.CANNOT),
    ("not_until", _Sign.CANNOT),
    ("only", _Sign.CAN),
    ("yes", _Sign.CAN),
    ("any", _Sign.CAN),
)


@dataclass(frozen=True)
class _Piece:
    """A part of a sentence about some days and times: "mardi matin", "not before 11"."""

    found: tuple[Token, ...]
    joined: str  # how it goes on from the piece before: "and", "or", "comma", "except"; "stop" begins anew
    sign: _Sign = _Sign.CAN

    def of(self, *kinds: str) -> list[Token]:
        """Its tokens of these kinds."""
        return [token for token in self.found if token.kind in kinds]

    @property
    def says(self) -> bool:
        """Whether it names days or times, or says that none matters."""
        return bool(self.of("days", "time", "any", "vague"))


def half_days(said: str, call: Call) -> tuple[HalfDay, ...] | None:
    """The half-days of the event in which the speaker can speak; None when that is not said, or not understood."""
    return _understood(said, call) or None


def never(said: str, call: Call) -> bool:
    """Whether the words, as far as they are understood, leave nothing of the event."""
    return _understood(said, call) == ()


def _understood(said: str, call: Call) -> tuple[HalfDay, ...] | None:
    if not call.days:
        return None
    lines = [moments.apart(fold(line)) for line in said[:_TEXT_AT_MOST].split("\n")]
    spoken = language.detect(said[:_TEXT_AT_MOST], least=2)
    read = max(
        (
            [token for line in lines for token in _line(line, one, call)]
            for one in ((spoken,) if spoken else vocabulary.languages())
        ),
        key=lambda found: sum(token.end - token.start for token in found),
    )
    pieces = [piece for piece in _completed(_signed(_cut(read))) if piece.says]
    hard = [piece for piece in pieces if piece.sign is not _Sign.WISHES]
    if not hard or any(map(_unclear, hard)):
        return None
    left = _left(pieces, len(call.days))
    return tuple(half for event in call.half_days for half in _within(event, left, call))


def _line(text: str, spoken: str, call: Call) -> Iterator[Token]:
    yield from moments.tokens(text, spoken, call)
    yield Token("stop", len(text), len(text))


def _cut(found: Iterable[Token]) -> Iterator[_Piece]:
    """The pieces between stops, commas, "and", "or", "but" and "except"."""
    joined, piece = "stop", list[Token]()
    for token in found:
        if token.kind in ("stop", "but", "comma", "and", "or", "except"):
            if piece:
                yield _Piece(tuple(piece), joined)
                joined, piece = token.kind, []
            # "Available, except on Tuesday": the stronger word counts.
            elif token.kind in ("stop", "but", "except"):
                joined = token.kind
            if token.kind == "but":
                joined = "stop"
        else:
            piece.append(token)
    if piece:
        yield _Piece(tuple(piece), joined)


def _signed(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces with their signs; one without a word of its own goes on as the one before it."""
    before: _Piece | None = None
    for piece in pieces:
        kinds = {token.kind for token in piece.found}
        sign = next((sign for kind, sign in _SIGNS if kind in kinds), None)
        if piece.joined == "except" and sign not in (_Sign.ARRIVES, _Sign.LEAVES, _Sign.WISHES):
            # "Not available except on Tuesday" says when they are.
            denied = before is not None and before.sign is _Sign.CANNOT
            sign = _Sign.CAN if denied else _Sign.CANNOT
        if sign is None:
            sign = before.sign if before and piece.joined != "stop" else _Sign.CAN
        before = replace(piece, sign=sign)
        yield before


def _completed(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces with what they share: "Tuesday morning or afternoon", "lundi et mardi matin"."""
    whole: list[_Piece] = []
    for piece in pieces:
        if whole and piece.joined in ("and", "or"):
            last = whole[-1]
            dated, timed = piece.of("days"), piece.of("time")
            if last.of("days") and last.of("time") and timed and not dated and piece.sign is last.sign:
                piece = replace(piece, found=(*last.of("days"), *piece.found))
            elif last.of("days") and not last.of("time") and dated and timed and piece.sign is last.sign:
                whole[-1] = replace(last, found=(*last.found, *timed))
            elif (
                piece.joined == "and"
                and _limits(last)
                and _limits(piece)
                and piece.sign is last.sign is _Sign.CAN
            ):
                whole[-1] = replace(last, found=(*last.found, *piece.found))
                continue
        whole.append(piece)
    return whole


def _limits(piece: _Piece) -> bool:
    """Whether a piece only bounds the hours: "after 10"."""
    return bool(piece.of(*RELATIONS)) and bool(piece.of("time")) and not piece.of("days")


def _unclear(piece: _Piece) -> bool:
    """Whether a piece says something that half-days cannot hold: "early", "at 2pm"."""
    if piece.of("vague"):
        return True
    if piece.sign in (_Sign.ARRIVES, _Sign.LEAVES):
        return False
    if any(one.kind in RELATIONS and _elsewhere(other) for one, other in pairwise(piece.found)):
        return True  # "until Monday", where the event has none
    return any(token.point for token in piece.of("time")) and not piece.of(*RELATIONS)


def _elsewhere(token: Token) -> bool:
    """Whether it names days that the event does not have."""
    return token.kind == "days" and not token.days


def _left(pieces: Sequence[_Piece], days: int) -> Windows:
    """What is left of the event's days when everything that is said holds."""
    left: Windows = ((0, days * DAY),)
    for dated in (True, False):
        named = [piece for piece in pieces if bool(piece.of("days")) is dated]
        can = [piece for piece in named if piece.sign is _Sign.CAN]
        wishes = [piece for piece in named if piece.sign is _Sign.WISHES]
        if can:
            left = _common(left, tuple(span for piece in (*can, *wishes) for span in _windows(piece, days)))
    for piece in pieces:
        if piece.sign in (_Sign.CANNOT, _Sign.ARRIVES, _Sign.LEAVES):
            left = _without(left, _windows(piece, days))
    return left


def _windows(piece: _Piece, days: int) -> Windows:
    """The times that a piece speaks of: for an arrival those before it, for a departure those after it."""
    if piece.sign in (_Sign.ARRIVES, _Sign.LEAVES):
        return _travelling(piece, days)
    named: list[int] | range = range(days) if not piece.of("days") else []
    halves: list[tuple[int, int]] = []
    bounds: Windows = ((0, days * DAY),)
    hours: Windows = ((0, DAY),)
    rest = list(piece.found)
    while rest:
        token = rest.pop(0)
        bounded = token.kind in RELATIONS and bool(rest)
        if bounded and rest[0].kind == "days":
            day = rest.pop(0)
            time = rest.pop(0) if rest and rest[0].kind == "time" else day
            side = () if _elsewhere(day) else _side(token.kind, _moment(day, time), days * DAY)
            bounds = _common(bounds, side)
            named = named or range(days)
        elif bounded and rest[0].kind == "time":
            hours = _common(hours, _side(token.kind, rest.pop(0).minutes, DAY))
        elif token.kind == "days":
            named = [*named, *token.days]
        elif token.kind == "time":
            halves.append(token.minutes)
    hours = _common(hours, tuple(halves) or ((0, DAY),))
    on = tuple((day * DAY + begins, day * DAY + ends) for day in named for begins, ends in hours)
    return _common(on, bounds)


def _moment(day: Token, time: Token) -> tuple[int, int]:
    """From when to when it lasts: "mercredi" the whole day, "mercredi midi" no time at all."""
    first, last = day.days[0], day.days[-1]
    return first * DAY + time.minutes[0], last * DAY + time.minutes[1]


def _side(relation: str, moment: tuple[int, int], end: int) -> Windows:
    """What lies before or after: "until Tuesday" and "from Tuesday" include it, "before" and "after" do not."""
    begins, ends = moment
    sides = {"before": (0, begins), "not_until": (0, begins), "until": (0, ends), "from": (begins, end)}
    return (sides.get(relation, (ends, end)),)


def _travelling(piece: _Piece, days: int) -> Windows:
    """The times before an arrival or after a departure; without a day, those of every day."""
    named, times = piece.of("days"), piece.of("time")
    arrives = piece.sign is _Sign.ARRIVES
    # "The train at 9 to arrive at 11", "leave at 4 for the train at 5".
    time = times[-1 if arrives else 0] if times else None
    if named:
        on = [token for token in named if token.days]
        if not on:
            return ()
        begins, ends = _moment(on[0], time or on[0])
        return ((0, ends) if arrives else (begins, days * DAY),)
    if time is None:
        return ()
    begins, ends = (0, time.minutes[1]) if arrives else (time.minutes[0], DAY)
    return tuple((day * DAY + begins, day * DAY + ends) for day in range(days))


def _common(some: Windows, others: Windows) -> Windows:
    """The times that both have, in order, none twice."""
    shared = sorted((max(a, c), min(b, d)) for a, b in some for c, d in others if max(a, c) < min(b, d))
    merged: list[tuple[int, int]] = []
    for begins, ends in shared:
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return tuple(merged)


def _without(some: Windows, taken: Windows) -> Windows:
    """The times of the first that are none of the second's."""
    for begins, ends in taken:
        some = tuple(
            part for a, b in some for part in ((a, min(b, begins)), (max(a, ends), b)) if part[0] < part[1]
        )
    return some


def _within(event: HalfDay, left: Windows, call: Call) -> Iterator[HalfDay]:
    """The parts of a half-day of the event that are left."""
    midnight = call.days.index(event.day) * DAY
    morning = event.half is Half.MORNING
    opens, closes = (0, NOON) if morning else (NOON, DAY)
    for begins, ends in ((a - midnight, b - midnight) for a, b in left):
        # Who leaves at half past twelve hears the whole morning, and no afternoon.
        stays_for_lunch = NOON < ends <= LUNCH
        if stays_for_lunch and not morning:
            continue
        first, last = max(begins, opens), ends if stays_for_lunch else min(ends, closes)
        if first < last and first < closes:
            yield HalfDay.part(event.day, event.half, first, last)
