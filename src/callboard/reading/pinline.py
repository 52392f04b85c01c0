"""A line of an organiser's answer that fixes something in the programme: "12 at 14:00", "pas 5 en premier", "unpin 12".

What it says becomes one of the few forms that `programme.pins` knows, whatever the language; whether the programme has
such a time, such a day or such a talk is not for here. The configuration and the command line say it the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from callboard.call import Half
from callboard.reading.line import Line, line_of
from callboard.reading.order import Order, Unclear, Verb
from callboard.reading.orderpieces import ends, numbers, opened, past, verb_at
from callboard.reading.vocabulary import languages, pattern, places

_TIME = re.compile(r"(\d{1,2})(?: ?([h:.]) ?(\d{2})(?!\d))?(?: ?(h(?:eures?|rs?)?|[ap]\.?m\.?))?(?!\w)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?!\w)")
_ROOM = 60  # characters of a room's name
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def pinned(line: Line) -> Order | Unclear | None:
    """The line as an order to fix something or to let it go. None: it is about something else."""
    said = verb_at(line, opened(line), (Verb.PIN, Verb.UNPIN))
    begin = opened(line)
    start = past(line, said[1], "filler") if said else past(line, begin, "move")
    fixed = _arrangement(line, start, plainly=said is not None, meant=said is not None or start > begin)
    if said is None:
        return _order(line, Verb.PIN, fixed) if fixed else None
    if fixed:
        return _order(line, said[0], fixed)
    named = numbers(line, start)
    if said[0] is Verb.UNPIN and named and ends(line, named[1]):
        return Order(Verb.UNPIN, line.text, named[0])
    return Unclear(line.text) if named else None


def arrangement(text: str, prefix: str = "") -> str | None:
    """What a line fixes that is there for that alone, as one of the forms; None: it fixes nothing."""
    line = line_of(text.split(), prefix, "")
    fixed = _arrangement(line, past(line, opened(line), "move"), plainly=True, meant=True)
    return fixed[1] if fixed else None


def _order(line: Line, verb: Verb, fixed: tuple[tuple[int, ...], str]) -> Order:
    return Order(verb, line.text, fixed[0], arrangement=fixed[1])


def _arrangement(line: Line, at: int, *, plainly: bool, meant: bool) -> tuple[tuple[int, ...], str] | None:
    """The numbers, and what is fixed; `plainly`: a word before them says that something is; `meant`: that something
    goes somewhere."""
    denied = pattern("orders", "not").match(line.folded, at)
    found = numbers(line, denied.end() if denied else at, plainly=True)
    if found is None:
        return None
    named, behind = found
    end = past(line, behind, "must")
    if len(named) == 1:
        meant = meant or pattern("orders", "must").match(line.folded, _blank(line, behind)) is not None
        return _of_one(line, named[0], end, denied=denied is not None, plainly=plainly, meant=meant)
    if denied:
        return None
    together = pattern("orders", "together").match(line.folded, end)
    if together is None or not ends(line, together.end()):
        return None
    return named, f"{', '.join(map(str, named[:-1]))} and {named[-1]} together"


def _of_one(
    line: Line, number: int, at: int, *, denied: bool, plainly: bool, meant: bool
) -> tuple[tuple[int, ...], str] | None:
    first = pattern("orders", "first" if denied else "not_first").match(line.folded, at)
    if first and ends(line, first.end()):
        return (number,), f"{number} not first"
    if denied:
        return None
    for key in ("before", "after"):
        word = pattern("orders", key).match(line.folded, at)
        other = numbers(line, word.end(), plainly=True) if word else None
        if other and len(other[0]) == 1 and ends(line, other[1]):
            return (number, *other[0]), f"{number} {key} {other[0][0]}"
    said = _moment(line, at, plainly=plainly, meant=meant) or _room(line, at, plainly=plainly)
    return ((number,), f"{number} {said}") if said else None


def _moment(line: Line, at: int, *, plainly: bool, meant: bool) -> str | None:
    """ "at 14:00", "on monday", or both, in either order; "on monday in the morning"; where a word says that it is
    `meant` also "in the morning", since "10 in the morning" may be a time."""
    day, at = _day(line, at)
    time, at = _time(line, at, plainly=plainly)
    if time and day is None:
        day, at = _day(line, at)
    half, at = _half(line, at, behind_day=day is not None) if time is None and (day or meant) else (None, at)
    if not (time or day or half) or not ends(line, at):
        return None
    return " ".join(filter(None, (time and f"at {time}", day and f"on {day}", half and f"in the {half}")))


def _half(line: Line, at: int, *, behind_day: bool) -> tuple[str | None, int]:
    """ "morning" or "afternoon": behind a day the bare word will do."""
    led = pattern("orders", "in_half").match(line.folded, _blank(line, at))
    start = _blank(line, led.end() if led else at)
    for half in Half:
        word = pattern("availability", half.value).match(line.folded, start)
        if word and (led or behind_day or " " in word[0]):
            return half.value, word.end()
    return None, at


def _day(line: Line, at: int) -> tuple[str | None, int]:
    led = pattern("orders", "on_day").match(line.folded, _blank(line, at))
    start = _blank(line, led.end() if led else at)
    date, word = _DATE.match(line.folded, start), _WORD.match(line.folded, start)
    if date:
        return date[0], date.end()
    found = _weekday(word[0]) if word else None
    return (_WEEK[found], word.end()) if word and found is not None else (None, at)


def _weekday(word: str) -> int | None:
    known = (places("availability", "weekdays", language) for language in languages())
    return next((days[word] for days in known if word in days), None)


def _time(line: Line, at: int, *, plainly: bool) -> tuple[str | None, int]:
    """The time of day as "14:00", also one that there is not: that is said, not passed over."""
    led = pattern("orders", "at_time").match(line.folded, _blank(line, at))
    found = _TIME.match(line.folded, _blank(line, led.end())) if led else None
    if found is None:
        return None, at
    hour, minute, unit = int(found[1]), found[3] or "00", (found[4] or "")[:1]
    if not (plainly or found[3] or unit or (led and led[0] == "at")):
        return None, at  # "12 à 14" are three proposals
    if unit in ("a", "p"):
        # "14 pm" is what people write who mean 14:00; 12 am is midnight, and 13 am is no time.
        if not 1 <= hour <= (23 if unit == "p" else 12):
            return found[0].replace(" ", ""), found.end()
        hour = hour % 12 + 12 * (unit == "p")
    return f"{hour:02d}:{minute}", found.end()


def _room(line: Line, at: int, *, plainly: bool) -> str | None:
    """ "in B12", its name as it is written; "6 en poster" names none."""
    start = _blank(line, at)
    for key in ("in_room", "in") if plainly else ("in_room",):
        led = pattern("orders", key).match(line.folded, start)
        bare = line.rest(led.end()).strip(" .,;!") if led else ""
        if led and bare and len(bare) <= _ROOM and "?" not in bare:
            return f"in {line.rest(_name_at(led, key)).strip(' .,;!')}"
    return None


def _name_at(led: re.Match[str], key: str) -> int:
    """Where the room's name begins: "amphi 1" is not "1", while "salle 1" may be."""
    said = led[0].rstrip()
    word = re.split(r"[ ']", said)[-1]
    kind = key == "in_room" and not pattern("orders", "plain_room").fullmatch(word)
    return led.start() + len(said) - len(word) if kind else led.end()


def room_named(name: str, rooms: Iterable[str]) -> str | None:
    """Which of these rooms is meant: the one of that name, or the only one that is called so without its word for
    room. "Amphi 1" is not "Salle 1" where both exist."""
    there = list(rooms)
    same = [room for room in there if _whole(room) == _whole(name)]
    alike = same or [room for room in there if room_key(room) == room_key(name)]
    return alike[0] if len(alike) == 1 else None


def _whole(name: str) -> str:
    return line_of(name.split(), "", "").folded.strip(" .,;!")


def room_key(name: str) -> str:
    """What a room is known by, in whatever case, with or without a word for room before it: "Salle B" and "b"."""
    line = line_of(name.split(), "", "")
    led = pattern("orders", "in_room").match(line.folded)
    return (line.folded[led.end() :] if led else "").strip(" .,;!") or line.folded


def _blank(line: Line, at: int) -> int:
    return at + (line.folded[at : at + 1] == " ")
