"""Where one line of an organiser's answer ends one order and begins the next: "3 oui, 4 et 5 non", "Merci ! 2 non"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from callboard.reading import letter, orderdoubt, orderopening
from callboard.reading.line import Line
from callboard.reading.order import ALONE, OPINIONS, SAID, Order, Unclear, Verb
from callboard.reading.orderending import score_at
from callboard.reading.orderpieces import END, every_at, opened, past, verb_at
from callboard.reading.orderpieces import numbers as read_numbers
from callboard.reading.pinline import pinned
from callboard.reading.vocabulary import pattern

_CUTS = 60  # places at which one line may hold a further order
_STOPS = 6  # sentences that may stand before the first order
_CUT = re.compile(r"[,;.!] (?:(?:et|and|mais|but) )?| (?:et|and|mais|but|/) | ")
_STOP = re.compile(r"[.!…] |, ")
_BLANK = re.compile(r"[ ,]*")
_PAUSE = re.compile(r"\s*(?:[,;.!()]|(?:et|and|mais|but) |$)")
_NUMBER = re.compile(r"\d")
_ENDED = re.compile(r" ?[,;.]")
_LAST = re.compile(r"(?<!\w)\d{1,3}(?![\w/])")
_APART = re.compile(r" ?[,;.–—-]")
Reader = Callable[[Line], Order | Unclear | None]


def orders_of(line: Line, read: Reader) -> list[Order | Unclear]:
    """What each part of the line says, as `read` reads one."""
    found: list[Order | Unclear] = []
    for part in _parts(_behind_prose(line, read), read):
        one = _again(part, found[-1] if found else None) or read(part)
        if one is not None:
            found.append(one)
    return found


def contradicted(found: Sequence[Order | Unclear]) -> tuple[int, ...]:
    """The proposals of which one line says two things: "3 yes 3 no"."""
    said: dict[int, set[Verb]] = {}
    for one in found:
        if isinstance(one, Order) and one.verb in OPINIONS and not one.all_but:
            for number in one.numbers:
                said.setdefault(number, set()).add(one.verb)
    return tuple(number for number, verbs in said.items() if len(verbs) > 1)


def reversed_orders(line: Line, found: Sequence[Order | Unclear]) -> tuple[int, ...]:
    """The proposals of a line that ends by saying the opposite of all: "4 yes, 5 no, or the other way round"."""
    said = [one for one in found if isinstance(one, Order) and one.verb in OPINIONS]
    if not said or not orderdoubt.reversed_at_end(line):
        return ()
    return tuple(dict.fromkeys(number for one in said for number in one.numbers if number > 0))


def _parts(line: Line, read: Reader) -> Iterator[Line]:
    """The line cut where one order ends and numbers with an opinion begin another: "3 oui, 4 et 5 non"."""
    start = 0
    for cut in islice(_CUT.finditer(line.folded), _CUTS):
        head, tail = (
            line.part(start, cut.start() + (cut[0][0] != " ")),
            line.part(cut.end(), len(line.folded)),
        )
        if not _cuts(cut[0], head, tail, read):
            continue
        one = read(head)
        plain = isinstance(one, Order) and not (one.comment or one.to_speaker)
        if _repeats(head) or plain or (cut[0] != " " and isinstance(one, Order)):
            if cut[0] == " but " and isinstance(one, Order) and one.all_but and not one.numbers:
                continue  # "yes to all but 4, ..."
            yield head
            start = cut.end()
    yield line.part(start, len(line.folded))


def _cuts(sign: str, head: Line, tail: Line, read: Reader) -> bool:
    """Whether an order may begin behind that sign."""
    if sign == " " and head.folded[-1:].isdigit() and tail.folded[:1].isdigit():
        return False  # within a list: "yes 1 2 3, no 4"
    if head.folded.endswith(":") and _of_those_above(tail):
        return False  # "accept 1 and 2: no 3 maybe"
    first = verb_at(head, opened(head), SAID) if sign[0] not in ";." else None
    listed = read_numbers(head, past(head, first[1], "filler")) if first else None
    if listed and (_led(tail) or _many(sign, listed, head, tail) or _words_lead(tail)):
        return False
    said = _as_above(tail)
    return _begins_order(tail, read) or bool(said and (sign != " " or not tail.folded[:1].isdigit()))


def _of_those_above(line: Line) -> bool:
    """Whether the numbers behind the opinion that the line begins with have one of their own: "no 3 maybe"."""
    verb = verb_at(line, 0, SAID)
    numbers = read_numbers(line, past(line, verb[1], "filler")) if verb else None
    return numbers is not None and verb_at(line, past(line, numbers[1], "filler"), SAID) is not None


def _led(line: Line) -> bool:
    """Whether the opinion behind the first numbers stands apart from them, and before others: "2, 3, no 4"."""
    numbers = read_numbers(line, 0)
    verb = verb_at(line, past(line, numbers[1], "filler"), SAID) if numbers else None
    if numbers is None or verb is None or not _APART.match(line.folded, numbers[1]):
        return False
    return read_numbers(line, past(line, verb[1], "filler")) is not None


def _words_lead(line: Line) -> bool:
    """Whether opinions stand before their numbers up to the end: "26, 22 👎 28 ok 11", behind "ok"."""
    if read_numbers(line, 0) is None:
        return False
    places = [number.start() for number in _LAST.finditer(line.folded)]
    numbers = read_numbers(line, places[-1]) if places else None
    return numbers is not None and verb_at(line, past(line, numbers[1], "filler"), SAID) is None


def _many(sign: str, listed: tuple[tuple[int, ...], int], head: Line, tail: Line) -> bool:
    """Whether a list between two opinions could be cut in several places: "no 4, 5 and 6 maybe"."""
    if not END.match(head.folded, listed[1]) or sign.strip(" ,") in ("mais", "but"):
        return False
    behind = read_numbers(tail, 0)
    return behind is not None and len(listed[0]) + len(behind[0]) > 2


def _behind_prose(line: Line, read: Reader) -> Line:
    """The line without the sentences before its first order, which hold neither a number nor an opinion: "Sorry, in a
    train. 3 yes", "Bonjour Tom, 3 oui"."""
    for stop in islice(_STOP.finditer(line.folded), _STOPS):
        head = line.part(0, stop.start() + 1)
        greets = letter.greets(head.text.rstrip(" .,"))
        if _NUMBER.search(head.folded) or not (greets or (stop[0] != ", " and _is_prose(head))):
            break
        tail = line.part(stop.end(), len(line.folded))
        if isinstance(read(next(_parts(tail, read))), Order):
            return tail
    return line


def _is_prose(line: Line) -> bool:
    said = (*SAID, *ALONE)
    return not (
        orderopening.opines(line.text)
        or any(pattern("orders", verb.value).search(line.folded) for verb in said if verb not in OPINIONS)
        or any(pattern("orders", key).search(line.folded) for key in ("condition", "binding"))
    )


def _as_above(line: Line) -> tuple[tuple[int, ...], int] | None:
    """The numbers of which the same is said as of those before, and where they end: "4 aussi", "idem pour la 5"."""
    first = pattern("orders", "also").match(line.folded)
    numbers = read_numbers(line, past(line, first.end(), "filler") if first else 0)
    if numbers is None:
        return None
    signs = _BLANK.match(line.folded, numbers[1])
    also = first or pattern("orders", "also").match(line.folded, signs.end() if signs else numbers[1])
    end = numbers[1] if first else also.end() if also else None
    return (numbers[0], end) if end is not None and _PAUSE.match(line.folded, end) else None


def _repeats(line: Line) -> tuple[int, ...]:
    """The numbers of a part that says no more than "the same"."""
    numbers = _as_above(line)
    return numbers[0] if numbers and END.match(line.folded, numbers[1]) else ()


def _again(line: Line, above: Order | Unclear | None) -> Order | None:
    """The opinion of the part above, of further numbers."""
    numbers = _repeats(line)
    if not numbers or not isinstance(above, Order) or above.verb not in OPINIONS or above.all_but:
        return None
    return Order(above.verb, line.text, numbers, format=above.format)


def _begins_order(line: Line, read: Reader) -> bool:
    named = every_at(line, 0)
    if isinstance(pinned(line), Order) or (named and named[0] == "others" and read(line) is not None):
        return True
    numbers = read_numbers(line, 0)
    if numbers:
        verb = verb_at(line, past(line, numbers[1], "filler"), SAID)
        return verb is not None and not _of_those_behind(line, verb[1])
    verb = verb_at(line, 0, SAID)
    end = verb[1] if verb else score_at(line, 0)[1]
    if _ENDED.match(line.folded, end):
        return False  # "2 waiting list, 19 maybe"
    return end > 0 and read_numbers(line, past(line, end, "filler")) is not None


def _of_those_behind(line: Line, at: int) -> bool:
    """Whether the opinion that ends there is of the numbers behind it: the second in "accept 3, 4 and 5; decline 6"."""
    numbers = read_numbers(line, past(line, at, "filler"))
    return numbers is not None and verb_at(line, past(line, numbers[1], "filler"), SAID) is None
