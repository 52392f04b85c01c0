"""What stands behind an opinion and takes it back, binds it, or speaks of another proposal or time: "3 yes if 5 is a
no", "yes for 3 or 4", "3 yes, 4 too", "3 yes, actually no", "accept 3 talks", "3 rejected last year", "3 definitely
not". Half understood is not understood: such a line is quoted back.
"""

from __future__ import annotations

import re

from callboard.reading.line import Line
from callboard.reading.order import SAID, Order, Verb
from callboard.reading.orderpieces import END, ends, past, verb_at
from callboard.reading.orderpieces import numbers as read_numbers
from callboard.reading.vocabulary import pattern

_SIGNS = re.compile(r"[\s,;.:!()–—/-]*")
_PAUSE = re.compile(r"$|[,;:.!?()–—>=-]| (?=[(:=>–—-])")
_LEADS = re.compile(r" [^\W\d]")
_JOINS = 3  # words between an opinion and the next number: "but not the 4"


def doubtful(line: Line, at: int, order: Order) -> bool:
    """Whether what stands behind the order's last word, at `at`, leaves in doubt what is ordered."""
    behind = _SIGNS.match(line.folded, at)
    start = behind.end() if behind else at
    return (
        _bound(line, start)
        or _counts(line, at, order)
        or _of_another(line, start)
        or pattern("orders", "told_of").match(line.folded, start) is not None
        or _denied(line, at, start, order.verb)
        or _begins_a_phrase(line, at, order.verb)
        or (
            order.verb is Verb.WAITLIST
            and pattern("orders", "awaited").match(line.folded, at + 1) is not None
        )
    )


def vague(said: str, verb: Verb) -> bool:
    """Whether the words of an opinion are also what people say without meaning one: "fine", "good", "ok"."""
    if pattern("orders", "weak").fullmatch(said):
        return True
    return verb is Verb.ACCEPT and pattern("orders", "loose").fullmatch(said) is not None


def goes_on(line: Line, at: int) -> bool:
    """Whether a sentence goes on there: "accept all would be a mistake"."""
    if _PAUSE.match(line.folded, at) or ends(line, past(line, at, "filler")):
        return False
    return not any(pattern("orders", key).match(line.folded, at + 1) for key in ("courtesy", "as"))


def another(line: Line, at: int) -> tuple[Verb, int] | None:
    """The opinion that follows another. "Pour" is none where words follow: "6 non, pour l'orateur : merci"."""
    found = verb_at(line, at, SAID)
    if found is None or not _LEADS.match(line.folded, found[1]):
        return found
    return None if pattern("orders", "filler").fullmatch(line.folded[at : found[1]]) else found


def taken_back(line: Line, at: int) -> int:
    """Behind the words that may introduce another opinion: "3 yes, actually no"; `at` when none stand there."""
    behind = _SIGNS.match(line.folded, at)
    words = pattern("orders", "rather").match(line.folded, behind.end() if behind else at)
    return past(line, words.end(), "filler") if words else at


def _bound(line: Line, at: int) -> bool:
    """Whether a condition follows; a wish ("if possible") is none."""
    bound = pattern("orders", "condition").match(line.folded, at)
    return bound is not None and pattern("orders", "wished").match(line.folded, at) is None


def _denied(line: Line, at: int, start: int, verb: Verb) -> bool:
    """Whether the next word turns the opinion: "3 definitely not", "3 no objection"."""
    if verb is Verb.DECLINE:
        bars = line.folded[at : at + 1] == " " and pattern("orders", "no_bar").match(line.folded, at + 1)
        return bool(bars or pattern("orders", "assent").match(line.folded, start))
    spoken = re.match(r"[^\W\d] ", line.folded[at - 1 : at + 1])  # "5 4/5 pas mal" is a score and a comment
    return spoken is not None and pattern("orders", "not").match(line.folded, at + 1) is not None


def _begins_a_phrase(line: Line, at: int, verb: Verb) -> bool:
    """Whether a word that is only sometimes an opinion goes on: "3 in doubt", "3 out of scope", "3 no abstract"."""
    last = line.folded[:at].rpartition(" ")[2]
    leads = _LEADS.match(line.folded, at) is not None
    # "3 no abstract": of what there is none.
    if verb is Verb.DECLINE and pattern("orders", "no").fullmatch(last):
        return leads and pattern("orders", "after_no").match(line.folded, at + 1) is None
    if pattern("orders", "agreed").fullmatch(last) and pattern("orders", "with").match(line.folded, at + 1):
        return True  # "3, I agree with Tom"
    weak = pattern("orders", "weak").fullmatch(last) is not None
    return weak and leads and goes_on(line, at)


def _counts(line: Line, at: int, order: Order) -> bool:
    """Whether the order's number only counts, or is a day's or an hour's: "the 3 first", "3 talks", "12 March"."""
    number = re.search(r"\d+$", line.folded[:at])
    if number and any(pattern("orders", key).match(line.folded, at + 1) for key in ("units", "counted")):
        return True
    if len(order.numbers) != 1 or order.all_but:
        return False
    several = pattern("orders", "several").finditer(line.folded[:at])
    return any(
        re.match(rf" {order.numbers[0]}(?!\w| ?[,&-])", line.folded[found.end() : at]) for found in several
    )


def _of_another(line: Line, at: int) -> bool:
    """Whether only other numbers follow ("and 4", "but not 4", "4 too"), or an alternative ("or 4")."""
    alternative = pattern("orders", "or").match(line.folded, at)
    for _ in range(_JOINS):
        word = pattern("orders", "joins").match(line.folded, at)
        if word is None:
            break
        at = word.end() + (line.folded[word.end() : word.end() + 1] == " ")
    others = read_numbers(line, at)
    if others is None:
        return False
    end = others[1]
    if pattern("orders", "units").match(line.folded, end + 1):
        return False
    signs = _SIGNS.match(line.folded, end)
    also = pattern("orders", "also").match(line.folded, signs.end() if signs else end)
    return alternative is not None or END.match(line.folded, also.end() if also else end) is not None
