"""How long a talk is: the value of a form's field, and what a sentence asks for.

A range, a limit and a hint printed on a form are no lengths; what is added for questions is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.fields import BRACKETS, format_in_prose, format_pointed_at, ticked
from callboard.reading.layout import fold, unaccented, words
from callboard.reading.lookup import Keyed
from callboard.reading.vocabulary import any_of, either
from callboard.reading.vocabulary import words as words_of

# "30", "45m", "20+10": what is added is for questions.
_NUMBER = re.compile(r"[ ~\t]{0,9}([0-9]{1,3})[ ~\t]{0,9}(?:m|\+[ \t]?[0-9]{1,2})?[ \t]{0,9}")
_ENDED = re.compile(r"[.!?;](?=\s)|\n\s*\n|\n[ \t]*[-*•]\s")
_LOOKED_AT = 400  # characters of a short value
_PROSE = 20_000
_SENTENCE = 200  # characters on each side of a length
_BEFORE, _BEHIND = 40, 25  # characters in which a sentence says whose length it is
_BRIEF = 14  # words of "20 minutes, in the afternoon if possible."
_FRACTION = re.compile(r"\b([13])/([24]) (?=d|h|of|an )")  # "3/4 d'heure", "1/2 hour"
_NAMED = re.compile(r"[:«“\"„]")
_BESIDE_TITLE = re.compile(r"[»”\"][,\s]{0,2}(?:[^\W\d_]{2,4}\s|\()$")  # "“A title” in ", "« Un titre » ("
_FROM_PLACE = re.compile(r"\s\w{1,4}['’ ]\s?[A-Z]")
_SUBJECT = 4  # words in front of a verb that can say what takes so long
_PARTS = {"5": 30, "25": 15, "75": 45}  # minutes, as the decimals of an hour
_SHORTEST, _LONGEST = 3, 480  # minutes
_ADDED = frozenset({10, 15, 20, 30, 40, 45, 50})  # minutes behind "an hour"


@cache
def _length() -> re.Pattern[str]:
    hours, minutes = either(words_of("time", "hours")), either(words_of("time", "minutes"))
    return re.compile(
        rf"(?<![\d.,:])(?:(?P<h>\d{{1,2}})\s?(?:{hours})(?!\w)(?:\s?(?P<hm>[0-5]\d)(?!\d))?"
        rf"|(?P<whole>[1-7])[.,](?P<part>5|25|75)\s?(?:{hours})(?!\w)"
        rf"|(?P<hh>\d)h(?P<mm>[0-5]\d)(?!\d)|(?P<m>\d{{1,3}})\+?\s{{0,3}}-?\s?(?:(?:{minutes})(?!\w)|['’′](?!\w)))",
        re.IGNORECASE,
    )


@cache
def _range() -> re.Pattern[str]:
    minutes, between = either(words_of("time", "minutes")), either(words_of("time", "between"))
    return re.compile(
        rf"\d{{1,3}}\s?(?:{minutes}|')?\s{{0,2}}(?:[-–—/]|{between})\s{{0,2}}\d{{1,3}}\s?(?:{minutes}|h\b|'|’)",
        re.IGNORECASE,
    )


# --- A form's field ---------------------------------------------------------------------------------------


def minutes_of(value: str) -> int | None:
    """The length that the value of a "length" field says, in minutes."""
    options = ticked(value.split("\n"))
    if options is not None:
        return _minutes(_in_figures(options[0])) if len(options) == 1 else None
    first = next((line for line in value.split("\n") if line.strip()), "")
    outside = BRACKETS.sub(" ", _in_figures(first[:_LOOKED_AT]))
    alone = _NUMBER.fullmatch(outside)
    if alone and 5 <= int(alone[1]) <= 240:
        return int(alone[1])
    # "Court (10 min)"; a hint behind a number, "20 (min)", is none.
    return _minutes(outside) if any(sign.isdigit() for sign in outside) else minutes_in_format(first)


def minutes_in_format(value: str) -> int | None:
    """The one length that the value of a "format" field says: "long talk (40 minutes)", "[x] Talk (20 min)"."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    first = _in_figures(value.split("\n", 1)[0][:_LOOKED_AT])
    return _minutes(first) if len(_length().findall(first)) == 1 else None


def minutes_beside_name(line: str) -> int | None:
    """The length at the end of a line of people: "Anna Berg - 20 min"."""
    match = _length().search(line)
    return _minutes(line) if match and line[match.end() :].strip(" ).") == "" else None


def minutes_in_subject(subject: str) -> int | None:
    """The length in the brackets of a subject: "Proposal (talk, 30')"; the title itself may speak of minutes."""
    parts = map(_in_figures, BRACKETS.findall(subject[:_LOOKED_AT]))
    return next((said for part in parts if (said := _minutes(part))), None)


def without_length(subject: str) -> str:
    """The subject without brackets at its end that say only how long the talk is: "A title (20 min)"."""
    head, bracket, inside = subject.rstrip(" )").rpartition("(")
    said = _in_figures(inside).strip()
    match = _length().search(said) if bracket and subject.rstrip().endswith(")") else None
    around = (fold(said[: match.start()]), said[match.end() :]) if match else None
    return (
        head.rstrip() if around and around[0] in ("", *words_of("time", "own")) and not around[1] else subject
    )


def _minutes(text: str) -> int | None:
    """The first length in a short text, unless it is a range or a limit."""
    text = text[:_LOOKED_AT]
    match = _length().search(text)
    if match is None or _range().search(unaccented(text)) or _limited(text[: match.start()]):
        return None
    return _total(match)


def _limited(before: str) -> bool:
    """Whether what stands before a length makes it a limit: "at most 20 minutes"."""
    return bool(any_of("time", "limits").search(fold(re.split("[,(]", before[-_BEFORE:])[-1])))


def _total(match: re.Match[str]) -> int | None:
    if match["m"]:
        total = int(match["m"])
    elif match["whole"]:
        total = int(match["whole"]) * 60 + _PARTS[match["part"]]
    elif match["hh"]:
        total = int(match["hh"]) * 60 + int(match["mm"])
    else:
        total = int(match["h"]) * 60 + int(match["hm"] or 0)
    return total if _SHORTEST <= total <= _LONGEST else None


# --- A sentence -------------------------------------------------------------------------------------------


def minutes_in_prose(text: str) -> int | None:
    """The length of a talk that a letter asks for: "un exposé de 20 minutes", "20 min please"."""
    for before, match, behind in _said(text):
        if _is_talks(before, match, behind) and (total := _total(match)):
            return total
    return None


def minutes_of_own(text: str) -> int | None:
    """The length that an abstract says of its own talk: "in this 20-minute talk", "In ten minutes I will show"."""
    for before, match, behind in _said(text):
        if (_own_talk(before, behind) or _within(before, behind)) and (total := _total(match)):
            return total
    return None


def _said(text: str) -> Iterator[tuple[str, re.Match[str], str]]:
    """Each length that is no range and no limit, with what stands before and behind it in its sentence."""
    text = _in_figures(text[:_PROSE])
    for match in _length().finditer(text):
        above = text[max(0, match.start() - _SENTENCE) : match.start()]
        before = above[max((end.end() for end in _ENDED.finditer(above)), default=0) :]
        below = text[match.end() : match.end() + _SENTENCE]
        ended = _ENDED.search(below)
        behind = below[: ended.start()] if ended else below
        near = text[max(0, match.start() - 12) : match.end() + 12]
        # "max. 20 min" is a limit although a full stop stands within.
        if not _range().search(near) and not _limited(above[-12:]) and not _limited(before):
            yield before, match, behind


def _is_talks(before: str, match: re.Match[str], behind: str) -> bool:
    """Whether a length in a letter is the talk's: asked for, said of a talk, or all that a short sentence says."""
    around = fold(f"{before[-_BEFORE:]}{match[0]}{behind[:_BEHIND]}")
    sentence = f"{before}{match[0]}{behind}"
    if _elsewhere(before, behind):
        return False
    if any_of("time", "needs").search(around) or _own_talk(before, behind) or _BESIDE_TITLE.search(before):
        return True
    if "(" in before[-8:]:
        # "Exposés (20 min)" repeats the call; "I speak in English (20 min)" is what its author wants.
        theirs = _in_first_person(sentence) or _announced(before, behind) or _wished(before, behind)
        return theirs and not _addressed(sentence)
    if _later(before):
        return False
    if any_of("time", "about").search(around):
        return True
    brief = words(before) <= 2 and words(sentence) <= _BRIEF
    return brief or bool(vocabulary.pattern("letter", "asked").search(vocabulary.fold(sentence)))


def _elsewhere(before: str, behind: str) -> bool:
    """Whether a length is a journey's, a preparation's or that of the questions alone."""
    # What stands behind a colon is the talk itself: "a talk of 40 min: “On foot to Rome”".
    beside = _NAMED.split(behind[:_BEHIND])[0]
    if any_of("time", "elsewhere").search(fold(f"{before[-_BEFORE:]} · {beside}")):
        return True
    if vocabulary.pattern("intent", "elsewhere").search(vocabulary.fold(before[-_SENTENCE:])):
        return True  # "last year's two-hour workshop"
    if any_of("time", "past").search(fold(before[-_BEFORE:])) or _of_a_thing(before):
        return True  # "I spoke for 45 minutes at your last meeting"
    if fold(before) in words_of("time", "alternative"):
        return True  # "or 30 minutes": what comes first was in a quote
    if _FROM_PLACE.match(behind) and fold(before[-20:]).rpartition(" ")[2] in words_of("time", "far"):
        return True  # "à 45 minutes de Paris"
    return bool(vocabulary.pattern("time", "rest").match(vocabulary.fold(behind).lstrip()))


def _of_a_thing(before: str) -> bool:
    """Whether something else takes or lasts so long: "the battery lasts", "la projection prend"; "the talk lasts"."""
    said = fold(before[-_SENTENCE:]).split()
    at = max((at for at, word in enumerate(said) if word in words_of("time", "lasts")), default=0)
    subject = said[max(0, at - _SUBJECT) : at]
    the = set(words_of("time", "the"))
    return not the.isdisjoint(subject) and not any_of("time", "lasting").search(" ".join(subject))


def _wished(before: str, behind: str) -> bool:
    """Whether somebody says that they would like what stands in brackets: "format long (45 min) de préférence"."""
    return bool(any_of("time", "wished").search(fold(f"{before[-_BEFORE:]} · {behind[:_BEHIND]}")))


def _announced(before: str, behind: str) -> bool:
    """Whether brackets stand behind words that announce a talk: "Proposition d'intervention (40 min) :"."""
    said = fold(before).split()
    known = {*words_of("title", "generic"), *words_of("title", "small"), *words_of("values", "adjectives")}
    return behind.strip() in (")", ").", "):", ") :") and known.issuperset(said)


def _later(before: str) -> bool:
    """Whether a length says when: "in 20 minutes"; not "I can tell it in 20 minutes"."""
    said = fold(before[-_BEFORE:]).split()
    while said and said[-1] in words_of("time", "the"):
        said.pop()  # "in the 30 minutes"
    if not said or said[-1] not in words_of("time", "later"):
        return False
    return _deeds().isdisjoint(said) or not _in_first_person(before)


@cache
def _deeds() -> frozenset[str]:
    return frozenset(words_of("time", "deeds"))


def _own_talk(before: str, behind: str) -> bool:
    """Whether a format of its own stands beside a length: "a workshop of two hours", "my 20-minute talk"."""
    head = before[-_BEFORE:]
    if format_in_prose(head) or format_pointed_at(head):
        return True
    article = fold(head).rpartition(" ")[2]
    return article in words_of("time", "own") and bool(format_in_prose(f"{article} {behind[:_BEHIND]}"))


def _within(before: str, behind: str) -> bool:
    """Whether a sentence begins with the time in which its author shows something: "In ten minutes I will ..."."""
    head = fold(before).split()
    if len(head) > 2 or head[:1] == [] or head[0] not in words_of("time", "within"):
        return False
    said = fold(behind[:_BEFORE]).split()[:4]
    return said[:1] != [] and said[0] in words_of("letter", "first_person") and not _tells().isdisjoint(said)


@cache
def _tells() -> frozenset[str]:
    return frozenset(words_of("letter", "tells"))


def _in_first_person(text: str) -> bool:
    return not set(fold(text).split()).isdisjoint(words_of("letter", "first_person"))


def _addressed(text: str) -> bool:
    return not set(fold(text).split()).isdisjoint(words_of("letter", "address"))


# --- Words and sums ---------------------------------------------------------------------------------------


def _in_figures(text: str) -> str:
    """The text with each length as one number: "two hours" is "120 min", "15 + 5 min" the talk's "15 min"."""
    plain = _spelled().sub(_figure, _FRACTION.sub(r"\1 \2 ", unaccented(text)))
    return _with_questions().sub(_talk_alone, _slots().sub(_together, plain))


def _together(said: re.Match[str]) -> str:
    """Several slots as one length: "two slots of 45 min" is "90 min"."""
    counts = vocabulary.numbers("time", "numbers")
    count = int(said["count"]) if said["count"].isdigit() else counts[fold(said["count"])]
    return f"{count * int(said['each'])} min"


@cache
def _slots() -> Keyed:
    """ "two slots of 45 min", "2 créneaux de 30 minutes": what one talk takes, in parts."""
    several = {word for word, count in vocabulary.numbers("time", "numbers").items() if count in (2, 3, 4)}
    slots, minutes = either(words_of("time", "slots")), either(words_of("time", "minutes"))
    return Keyed(
        words_of("time", "slots"),
        rf"(?<![\w.,])(?P<count>[2-4]|{either(several)})\s(?:\w{{1,15}}\s)?(?:{slots})\s"
        rf"(?P<each>\d{{1,3}})\s?(?:(?:{minutes})(?!\w)|['’′])",
    )


def _talk_alone(said: re.Match[str]) -> str:
    """A talk without the questions that follow it, where the words are about minutes."""
    sum_ = said["sign"] == "+" and (said["unit"] or said["unit2"])
    return f"{said['talk']} min" if sum_ or said["questions"] else said[0]


@cache
def _with_questions() -> re.Pattern[str]:
    """ "10 min + 5 questions", "15 + 5 min", "20 minutes (plus 10 for questions)"."""
    minutes, added = either(words_of("time", "minutes")), either(words_of("time", "added"))
    questions = either(words_of("time", "questions"))
    return re.compile(
        rf"(?<![\d.,:])(?P<talk>\d{{1,3}})\s?(?P<unit>(?:{minutes})(?!\w)|['’′])?\s?(?:\w{{1,15}}\s)?\(?"
        rf"(?P<sign>\+|(?<=[\s(])(?:{added})(?=\s))\s?(?P<more>\d{{1,2}})(?!\d)\s?"
        rf"(?P<unit2>(?:{minutes})(?!\w)|['’′])?(?P<questions>\s?(?:\w{{1,6}}['’\s]){{0,2}}(?:{questions})(?!\w))?"
        # "20 min + 3 slides" is no sum.
        rf"(?(unit2)|(?(questions)|(?!\s?\w)))\)?",
        re.IGNORECASE,
    )


@cache
def _spelled() -> Keyed:
    """The lengths that people write in words: "half an hour", "twenty minutes", "une heure trente"."""
    counts = either(vocabulary.numbers("time", "numbers"))
    # In "with an h" it is a letter.
    hours = either(word for word in words_of("time", "hours") if len(word) > 1)
    minutes, half = either(words_of("time", "minutes")), either(words_of("time", "half"))
    spelled = vocabulary.numbers("time", "spelled")
    return Keyed(
        (*spelled, *words_of("time", "hours"), *words_of("time", "minutes")),
        rf"(?<!\w)(?:(?P<said>{either(spelled)})"
        rf"|(?P<count>{counts})[\s'’-](?P<half>(?:{half})\s)?(?:(?P<minutes>{minutes})"
        rf"|(?P<hours>{hours})(?P<behind>\s(?:{half}))?(?:\s(?P<more>{counts}))?))(?!\w)",
    )


def _figure(said: re.Match[str]) -> str:
    """A length in words as a number of minutes."""
    if said["said"]:
        return f"{vocabulary.numbers('time', 'spelled')[fold(said['said'])]} min"
    counts = vocabulary.numbers("time", "numbers")
    count = counts[fold(said["count"])]
    if said["minutes"]:
        return f"{count} min"
    total = 60 * count + (30 if said["half"] or said["behind"] else 0)
    more = counts[fold(said["more"])] if said["more"] else 0
    return f"{total + more} min" if not more or more in _ADDED else f"{total} min {said['more']}"
