"""One line of an organiser's answer: the numbers, what is said of them, a score, a format, and the comment.

A line is either understood or quoted back. Where two readings are possible ("3 oui ?", "3 oui/non", "pas 3") it is
unclear, with what the organiser may have meant.
"""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading import orderopening, orderpieces, remark
from callboard.reading.line import Line, line_of
from callboard.reading.order import ALONE, OPINIONS, OTHERS, SAID, Order, Unclear, Verb
from callboard.reading.ordercuts import contradicted, orders_of, reversed_orders
from callboard.reading.orderdoubt import another, doubtful, goes_on, vague
from callboard.reading.orderending import SCORE, format_at, score_at, with_words
from callboard.reading.ordernearest import unclear
from callboard.reading.orderpieces import (
    END,
    SIGNS,
    but_at,
    ends,
    every_at,
    opened,
    past,
    past_name,
    said_at_last,
    verb_at,
)
from callboard.reading.orderpieces import numbers as read_numbers
from callboard.reading.pinline import pinned
from callboard.reading.vocabulary import pattern

_PROSE = 14  # words; a longer line that only mentions a number and an opinion is a sentence to somebody
_FEW = 3  # words of a line in which a number alone calls for an answer
_ASKED = re.compile(r"\s{0,9}\?")
_UNSPACED = re.compile(r"(?<=[^\W\d])([,;])(?=\d)")  # "3:yes,4:no"
# "3,4,5: yes"; "4,5/5" is a score.
_LISTED = re.compile(r"(?<![\w.,/])\d{1,3}(?:,\d{1,3})+(?![\w.,%]| ?[/%])")
_SHADES = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # of an emoji
_FACES = re.compile(r"(?<=\d) ?(?:[:;]-?[)(DPp]|[\U0001f600-\U0001f64f\u263a])+ (?=\w)")  # "3 :-) yes"
_SIGNED = re.compile(r"\s{0,9}(?::\s{0,9})?([+-])1(?![\d\w])")
_JOINED = re.compile(r"[\s,./!:;–—-]*(?:ou |or )?")
_REASON = re.compile(r" ?[,;:.!(–]")
_ANY_NUMBER = re.compile(r"(?<!\w)\d{1,4}(?!\w)")
_GLUED = re.compile(r"(?<![\w.:/-])\d{1,3}(?=[^\W\d])")  # "3yes", "the 3rd"
FINAL = (Verb.SEND, Verb.RELEASE)  # of these; what is said beside them is no mere courtesy
_BY_SIGN = {"+": Verb.ACCEPT, "-": Verb.DECLINE}
HELD = {Verb.ACCEPT: Verb.TAKE_HELD, Verb.DECLINE: Verb.DISMISS_HELD}


def read_line(line: str, prefix: str = "P", language: str = "fr") -> tuple[Order | Unclear, ...]:
    """The orders of a line, mostly one; empty for a line that gives none and is no attempt at one."""
    written = " ".join(line.split())
    plainly = _FACES.sub(" ", _SHADES.sub("", written.replace("º", "°")))
    marked = _UNSPACED.sub(r"\1 ", plainly)
    spaced = _LISTED.sub(lambda found: found[0].replace(",", ", "), marked)
    whole = line_of(spaced.split(), prefix, language)
    found = orders_of(whole, _one)
    both = contradicted(found) or reversed_orders(whole, found)
    if both:
        found = [unclear(whole, both)]
    return tuple(replace(one, line=written) for one in found)


def _one(line: Line) -> Order | Unclear | None:
    """The first reading that fits."""
    for reader in (
        _alone,
        _shown,
        _held,
        pinned,
        _everything,
        _numbers_first,
        _words_first,
        _score_first,
        _attempt,
        _remark,
        _reasoned,
        _of_somebody,
    ):
        found = reader(line)
        if found is not None:
            return found
    return None


# --- The kinds of order ----------------------------------------------------------------------------------


def _alone(line: Line) -> Order | Unclear | None:
    """ "annuler", "send decisions, please", "publier le brouillon 4"."""
    found = verb_at(line, opened(line), ALONE)
    if found is None:
        return _undoing(line)
    verb, end = found
    numbers = read_numbers(line, end) if verb is Verb.RELEASE else None
    named, end = numbers or ((), end)
    if len(named) < 2 and ends(line, end):
        return Order(verb, line.text, named)
    # "Publish the programme on Monday" is not for now, and not passed over in silence.
    if verb in FINAL and len(line.written) <= _PROSE:
        return Unclear(line.text, (line.part(0, found[1]).text,))
    return _undoing(line) if verb is Verb.UNDO else None


def _undoing(line: Line) -> Unclear | None:
    """ "Oups, annule ma réponse": in silence, who wrote it would believe it done."""
    if not orderopening.speaks_of_undoing(line):
        return None
    return Unclear(line.text, (orderpieces.words_of(line.language)["shown_undo"],), sentence=True)


def _shown(line: Line) -> Order | None:
    """ "?3", "3 ?", "envoie-moi la 3"."""
    mark = _ASKED.match(line.folded)
    asked = pattern("orders", "show").match(line.folded, opened(line))
    at = mark.end() if mark else past(line, asked.end(), "filler") if asked else 0
    numbers = read_numbers(line, at)
    if numbers is None:
        return None
    end = numbers[1]
    if not (mark or asked):
        mark = _ASKED.match(line.folded, end)
        end = mark.end() if mark else end
    end = past(line, past(line, end, "whole"), "courtesy")
    again = _ASKED.match(line.folded, end)
    if not (mark or asked) or not END.match(line.folded, again.end() if again else end):
        return None
    return Order(Verb.SHOW, line.text, numbers[0])


def _held(line: Line) -> Order | Unclear | None:
    """ "m12 oui", "message 12 non": a message that waits for a person."""
    begins = re.compile(r"m ?(?=\d)").match(line.folded) or pattern("orders", "message").match(line.folded)
    numbers = (
        read_numbers(line, begins.end() + (line.folded[begins.end() : begins.end() + 1] == " "))
        if begins
        else None
    )
    if numbers is None:
        return None
    verb = verb_at(line, past(line, numbers[1], "filler"), tuple(HELD))
    if verb is None or not ends(line, verb[1]):
        return Unclear(line.text)
    return Order(HELD[verb[0]], line.text, numbers[0])


def _everything(line: Line) -> Order | Unclear | None:
    """ "tout accepter sauf 4", "oui à tout", "les autres non"."""
    return next(
        (found for at in dict.fromkeys((opened(line), 0)) if (found := _everything_at(line, at))), None
    )


def _everything_at(line: Line, at: int) -> Order | Unclear | None:
    start, verb, every = at, verb_at(line, at, OPINIONS), every_at(line, at)
    if every:
        start = past(line, every[1], "filler")
        verb = verb_at(line, start, OPINIONS)
        but, end = but_at(line, every[1])
        if verb is None and but is not None:  # "tout sauf 4 : oui"
            verb = verb_at(line, past(line, end, "filler"), OPINIONS)
            return _finish(line, verb[1], Order(verb[0], line.text, but, all_but=True)) if verb else None
    elif verb:
        every = every_at(line, past(line, verb[1], "filler"))
    if every and verb is None and pattern("orders", "but").search(line.folded, every[1]):
        return Unclear(line.text)
    if not (verb and every):
        return None
    end = max(verb[1], every[1])
    but, end = but_at(line, end)
    numbers = OTHERS if every[0] == "others" else but or ()
    if but is None and pattern("orders", "but").search(line.folded, end):
        return Unclear(line.text)  # "tout sauf ceux de Lyon"
    if goes_on(line, end) and verb_at(line, end + 1, SAID) is None:
        return Unclear(line.text)  # "tout accepter serait une erreur"
    if every[0] == "all" and but is None and vague(line.folded[start : verb[1]], verb[0]):
        return Unclear(line.text, wants=verb[0])  # "All good, thanks."
    return _finish(line, end, Order(verb[0], line.text, numbers, all_but=True))


def _numbers_first(line: Line) -> Order | Unclear | None:
    """ "3 oui", "1, 4, 7 non", "5 : 4/5 belle idée", "6 -> poster"."""
    begin = opened(line)
    moved = past(line, begin, "move")
    numbers = read_numbers(line, moved)
    if numbers is None:
        return None
    spared = _spared(line, past_name(line, numbers[1]), numbers[0])
    if spared is None:
        return unclear(line, numbers[0])
    order, at = Order(Verb.MAYBE, line.text, spared[0]), spared[1]
    if moved > begin:
        return _put(line, at, order)
    if pattern("orders", "units").match(line.folded, at + 1):
        return None  # "20 minutes are enough"
    signs = SIGNS.match(line.folded, at)
    noted = pattern("orders", "note").match(line.folded, signs.end() if signs else at)
    if noted:  # "3 note: fine, then" is no vote, "3 note: 4/5" is one
        at = noted.end()
        if not SCORE.match(line.folded, at):
            return with_words(line, at, replace(order, verb=Verb.NOTE))
    signed = _SIGNED.match(line.folded, at)
    if signed:
        return _finish(line, signed.end(), replace(order, verb=_BY_SIGN[signed[1]]))
    score, after = score_at(line, at)
    verb = verb_at(line, past(line, after, "filler"), SAID)
    if verb:
        return _finish(line, verb[1], replace(order, verb=verb[0], score=score))
    if score is not None:
        return _finish(line, after, replace(order, score=score))
    return _noted(line, order, at) or unclear(line, numbers[0])


def _put(line: Line, at: int, order: Order) -> Order | Unclear | None:
    """ "Put 2 and 8 on the waiting list", "mets la 6 en poster"."""
    listed = verb_at(line, past(line, at, "filler"), (Verb.WAITLIST,))
    if listed:
        return _finish(line, listed[1], replace(order, verb=Verb.WAITLIST))
    said = format_at(line, at)
    return with_words(line, said[1], replace(order, verb=Verb.SET_FORMAT, format=said[0])) if said else None


def _noted(line: Line, order: Order, at: int) -> Order | Unclear | None:
    """What is no opinion: a format, a word for the speaker."""
    said = format_at(line, at, alone=True)
    verb = said and verb_at(line, past(line, said[1], "filler"), (Verb.ACCEPT, Verb.DECLINE))
    if said and verb:
        return _finish(line, verb[1], replace(order, verb=verb[0], format=said[0]))
    if said:
        return with_words(line, said[1], replace(order, verb=Verb.SET_FORMAT, format=said[0]))
    told = with_words(line, at, replace(order, verb=Verb.NOTE))
    return told if told.to_speaker and not told.comment else None


def _words_first(line: Line) -> Order | Unclear | None:
    """ "accepter 3 et 5", "non pour la 4 : trop long"."""
    signed = _SIGNED.match(line.folded)
    verb = (_BY_SIGN[signed[1]], signed.end()) if signed else verb_at(line, opened(line), SAID)
    if verb is None:
        return None
    numbers = read_numbers(line, past(line, verb[1], "filler"))
    if numbers is None:
        alone = ends(line, orderpieces.past_me(line, verb[1]))
        return Unclear(line.text, wants=verb[0] if verb[0] in OPINIONS else None) if alone else None
    weak = pattern("orders", "weak").fullmatch(line.folded[opened(line) : verb[1]])
    if weak and not ends(line, numbers[1]):
        return None  # "In 3, the title is wrong", "keep 3 short"
    return _finish(line, numbers[1], Order(verb[0], line.text, numbers[0]))


def _score_first(line: Line) -> Order | Unclear | None:
    """ "4/5 pour la 3"."""
    score, at = score_at(line, past(line, opened(line), "filler"))
    numbers = read_numbers(line, past(line, at, "filler")) if score is not None else None
    if numbers is None:
        return None
    return _finish(line, numbers[1], Order(Verb.MAYBE, line.text, numbers[0], score=score))


def _attempt(line: Line) -> Unclear | None:
    """A short line with a number and an opinion somewhere: quoted back, so that nothing is passed over in silence."""
    found = _ANY_NUMBER.finditer(line.folded)
    number = next((one for one in found if not remark.counts(line, one)), None)
    apart = line
    if number is None:
        apart = replace(line, folded=_GLUED.sub(r"\g<0> ", line.folded))
        split = _ANY_NUMBER.finditer(apart.folded) if apart.folded != line.folded else ()
        number = next((one for one in split if not remark.counts(apart, one)), None)
    if number is None or len(line.written) > _PROSE:
        return None
    said = any(
        not pattern("orders", "filler").fullmatch(found[0])  # "pour" is an opinion and a preposition
        for verb in OPINIONS
        for found in pattern("orders", verb.value).finditer(apart.folded)
    )
    if not said and (len(line.written) > _FEW or apart is not line):
        return None
    return unclear(line, (int(number[0]),))


def _remark(line: Line) -> Unclear | None:
    """A sentence that says something of a proposal, or asks: a person has to read it, so it is quoted back."""
    said = remark.named(line)
    if not (said or remark.asks(line)):
        return None
    near = unclear(line, said).nearest if said and len(line.written) <= _PROSE else ()
    return Unclear(line.text, near, sentence=True)


def _reasoned(line: Line) -> Unclear | None:
    """An opinion of no proposal in particular, with its reason: "oui, très bon sujet", "non : trop long"."""
    verb = verb_at(line, 0, OPINIONS)
    reason = verb and _REASON.match(line.folded, orderpieces.past_me(line, verb[1]))
    return Unclear(line.text, sentence=True, wants=verb[0]) if verb and reason else None


def _of_somebody(line: Line) -> Unclear | None:
    """A few words with a plain yes or no at one end: "Durand: no", "oui pour Durand". Nobody is found by name."""
    return Unclear(line.text, sentence=True) if orderopening.of_somebody(line) else None


# --- What follows the opinion ----------------------------------------------------------------------------


def _finish(line: Line, at: int, order: Order) -> Order | Unclear:
    """The order with the score, the format and the comment that follow; unclear when something contradicts it."""
    spared = (order.numbers, at) if order.all_but else _spared(line, at, order.numbers)
    if spared is None or _ASKED.match(line.folded, at):
        return unclear(line, order.numbers)
    order, at = replace(order, numbers=spared[0]), spared[1]
    joined = _JOINED.match(line.folded, at)
    behind = joined.end() if joined else at
    second = another(line, behind)
    plain = said_at_last(line, behind) or second
    if plain and plain[0] is not order.verb:
        return unclear(line, order.numbers)
    if doubtful(line, at, order):
        return unclear(line, order.numbers)
    at = second[1] if second and END.match(line.folded, second[1]) else at
    for _ in range(2):
        if order.score is None and order.verb in OPINIONS:
            score, at = score_at(line, at)
            order = replace(order, score=score)
            if score is None and SCORE.match(line.folded, at):  # "12/5"
                return unclear(line, order.numbers)
        said = None if order.format else format_at(line, at)
        if said:
            order, at = replace(order, format=said[0]), said[1]
    return with_words(line, at, order)


def _spared(line: Line, at: int, numbers: tuple[int, ...]) -> tuple[tuple[int, ...], int] | None:
    """The numbers without those excepted there, and where that ends: "1 à 9 sauf 4". None: others are excepted."""
    but, end = but_at(line, at)
    if but is None:
        return numbers, at
    left = tuple(number for number in numbers if number not in but)
    return (left, end) if left and set(but) < set(numbers) else None
