"""What stands behind an opinion and takes it back, binds it, or speaks of another proposal or time: "3 yes if 5 is a
no", "yes for 3 or 4", "3 yes, 4 too", "3 yes, actually no", "accept 3 talks", "3 rejected last year", "3 definitely
not". Half understood is not understood: such a line is quoted back.
"""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading import remark
from callboard.reading.line import Line
from callboard.reading.order import OPINIONS, SAID, Order, Verb
from callboard.reading.ordernearest import plain_words
from callboard.reading.orderpieces import END, ends, past, verb_at
from callboard.reading.orderpieces import numbers as read_numbers
from callboard.reading.vocabulary import pattern

_SIGNS = re.compile(r"[\s,;.:!()–—/-]*")
_PAUSE = re.compile(r"$|[,;:.!?()–—>=-]| (?=[(:=>–—-])")
_LEADS = re.compile(r" [^\W\d]")
_WORD = re.compile(r"(?<!\w)[^\W\d]")
_NUMBER = re.compile(r"(?<![\w.,:/+%=&?-])\d{1,3}(?![\w%])|(?<=[^\W\d][./])\d{1,3}(?!\w)")
_CLAUSE = re.compile(r"(?: [^\s,;.:!?()]{1,30}){1,3}")
_ENDS, _BEGINS = " .,;!)", frozenset({"", *".,;:!(–—-"})  # around a sentence's last clause
_JOINS = 3  # words between an opinion and the next number: "but not the 4"


def doubtful(line: Line, at: int, order: Order) -> bool:
    """Whether what stands behind the order's last word, at `at`, leaves in doubt what is ordered."""
    behind = _SIGNS.match(line.folded, at)
    start = behind.end() if behind else at
    return (
        _bound(line, start)
        or _mended(line, at, start, order)
        or _speaks_of_votes(line, at, order)
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
    """The opinion that follows another. "Pour" and "good" are none where words follow: "6 non, pour
    l'orateur : merci", "3 no, good idea"."""
    found = verb_at(line, at, SAID)
    if found is None or not _LEADS.match(line.folded, found[1]):
        return found
    return None if _says_little(line.folded[at : found[1]]) else found


def taken_back(line: Line, at: int) -> int:
    """Behind the words that may introduce another opinion: "3 yes, actually no"; `at` when none stand there."""
    behind = _SIGNS.match(line.folded, at)
    words = pattern("orders", "rather").match(line.folded, behind.end() if behind else at)
    return past(line, words.end(), "filler") if words else at


def corrects(line: Line) -> bool:
    """Whether a line takes back or binds what stands above it: "actually no, seen last year", "only if Tom comes"."""
    said = (("orders", "mends"), ("orders", "binding"), ("changes", "binds"))
    return reversed_at_end(line) or any(pattern(*key).match(line.folded) for key in said)


def reversed_at_end(line: Line) -> bool:
    """Whether the last words say the opposite of all: "or the other way round"."""
    return any(
        not line.folded[said.end() :].strip(_ENDS) and line.folded[: said.start()].rstrip()[-1:] in _BEGINS
        for said in pattern("orders", "reverses").finditer(line.folded)
    )


def _bound(line: Line, at: int) -> bool:
    """Whether a condition follows, or a strict one stands anywhere behind; a wish ("if possible") is none."""
    if pattern("orders", "binding").search(line.folded[: _said_until(line, at)], at):
        return True
    words = pattern("orders", "rather").match(line.folded, at)
    at = past(line, words.end(), "filler") if words else at
    bound = pattern("orders", "condition").match(line.folded, at)
    return bound is not None and pattern("orders", "wished").match(line.folded, at) is None


def _mended(line: Line, at: int, start: int, order: Order) -> bool:
    """Whether somebody corrects themselves: "3 oui, enfin non", "5 non, en fait si", "3 no but the waiting list"."""
    if pattern("orders", "mends").match(line.folded, start):
        return True
    behind = taken_back(line, at)
    if behind == at:
        return False
    plain = verb_at(line, behind, (Verb.ACCEPT, Verb.DECLINE))
    if plain and plain[0] is not order.verb and line.folded[behind : plain[1]].strip() in plain_words():
        return True
    listed = pattern("orders", Verb.WAITLIST.value).search(line.folded[: _said_until(line, at)], behind)
    return listed is not None and order.verb is not Verb.WAITLIST


def _speaks_of_votes(line: Line, at: int, order: Order) -> bool:
    """Whether what follows holds an opinion of another proposal, where none was cut off: "3 yes/4 no", "3 yes.4 no"."""
    rest = replace(line, folded=line.folded[: _said_until(line, at)])
    for word in _WORD.finditer(rest.folded, at):
        said = _opinion(rest, word.start())
        numbers = read_numbers(rest, past(rest, said, "filler")) if said else None
        if numbers and not set(numbers[0]) <= set(order.numbers):
            return True
    for number in _NUMBER.finditer(rest.folded, at):
        apart = rest.folded[number.start() - 1 : number.start()] in ("/", ".")  # "3 yes/4 no"
        if int(number[0]) not in order.numbers and (apart or not remark.counts(rest, number)):
            few = _CLAUSE.match(rest.folded, number.end())
            ends_at = few.end() if few else number.end()
            places = _WORD.finditer(rest.folded, number.end(), ends_at)
            if any(_opinion(rest, word.start()) for word in places):
                return True
    return False


def _opinion(line: Line, at: int) -> int:
    """Where an opinion ends that stands there; 0: none does, or a word that mostly means something else."""
    found = verb_at(line, at, OPINIONS)
    return found[1] if found and not _says_little(line.folded[at : found[1]]) else 0


def _says_little(said: str) -> bool:
    """Whether the words of an opinion mostly mean something else: "pour", "good"."""
    return any(pattern("orders", key).fullmatch(said) for key in ("filler", "weak"))


def _said_until(line: Line, at: int) -> int:
    """Where the words for the speaker begin, or the line ends."""
    marked = pattern("orders", "to_speaker").search(line.folded, at)
    told = marked and line.folded[marked.end() :].lstrip().startswith(":")
    return marked.start() if marked and told else len(line.folded)


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
