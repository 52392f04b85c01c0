"""The small fields: format, language, level and keywords; how long a talk is, is for `lengths`.

Each takes words and gives a value or None; a hint printed on a form, an unticked box and a range are
no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold, unmarked, words
from callboard.reading.lookup import Phrases
from callboard.reading.subject import answers
from callboard.reading.vocabulary import any_of, either, literally
from callboard.reading.vocabulary import words as words_of

_BEFORE_BOX = re.compile(r"[\s>*+•-]{0,12}")
_BOX = re.compile(r"\[([ xX✓✔*]{0,3})\](?!\()|([☐□◻⬜☑☒✅■])|(?<!\S)\(([ xX✓✔]|  )\)(?=\s)")
_EMPTY_BOXES = frozenset("☐□◻⬜")
BRACKETS = re.compile(r"\([^()\n]{0,100}\)")
# Endings for women beside those for men, as in: avancé·e·s, débutant(e), Anfänger/-innen.
_ENDING = re.compile(
    r"(?<=\w)(?:\((?:e|in|innen|s)\)|(?:/-?|[·.•*:_])(?:e|in|innen)(?!\w))(?:[·.•-]?s(?!\w))?"
)
_CLAUSE = re.compile(r"[.;:]|\s[-–—]\s")
_MORE_OR_LESS = re.compile(r"[?+<>≤≥→]")  # signs of a doubt, a range, or a hint
_CHOICE_AT_MOST = 8  # words of a line that may be one of a form's choices
_MOST_KEYWORDS = 20
_LOOKED_AT = 400  # characters of a short value, and of a text before "this workshop" may be the event
_PAGE = 4_000  # characters


def blank(value: str) -> bool:
    """Whether a form's field was left empty: nothing, a dash, "N/A"."""
    return fold(value) in ("", *words_of("values", "nothing"))


def ticked(lines: Iterable[str]) -> list[str] | None:
    """The options ticked in a list of boxes; None where there are no boxes."""
    options = [option for line in lines for option in _options(line)]
    return [named for named, chosen in options if chosen] if options else None


def _options(line: str) -> list[tuple[str, bool]]:
    """The options of a line that begins or ends with a box, and which are ticked: "☒ Talk ☐ Poster", "Talk ☒"."""
    boxes = list(_BOX.finditer(line))
    if not boxes:
        return []
    starts = boxes[0].start() == _before_box(line)
    if not starts and (line[boxes[-1].end() :].strip() or boxes[-1][2] is None):
        return []
    if starts:
        ends = [*(box.start() for box in boxes[1:]), len(line)]
        named = [line[box.end() : end] for box, end in zip(boxes, ends, strict=True)]
    else:
        begins = [0, *(box.end() for box in boxes[:-1])]
        named = [line[begin : box.start()] for begin, box in zip(begins, boxes, strict=True)]
    return [
        (
            text.strip(" \t,;/|"),
            box[2] not in _EMPTY_BOXES if box[2] else bool((box[1] or box[3] or "").strip()),
        )
        for text, box in zip(named, boxes, strict=True)
    ]


def _before_box(line: str) -> int:
    before = _BEFORE_BOX.match(line)
    return before.end() if before else 0


def names_language(text: str) -> bool:
    """Whether a short text names a language."""
    plain = fold(text)
    return any(any_of("languages", code).search(plain) for code in vocabulary.keys("languages"))


def language_of(value: str) -> str | None:
    """The one language that the value of a "language" field names, ISO 639-1."""
    options = ticked(value.split("\n"))
    plain = fold(" ".join(options) if options is not None else value)
    known = vocabulary.keys("languages")
    named = [plain] if plain in known else [code for code in known if any_of("languages", code).search(plain)]
    return named[0] if len(named) == 1 else None


def level_of(value: str) -> str | None:
    """The one level that the value of a "level" field names and hardly says more: "beginner", "intermediate" or
    "advanced"; None for two of them, for all, for a range, and for people of whom it is not said."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    first, *below = [line for line in value[:_LOOKED_AT].split("\n") if line.strip()] or [""]
    choices = [first, *(line for line in below if words(line) <= _CHOICE_AT_MOST)]
    patterns = {name: any_of("levels", name) for name in vocabulary.keys("levels")}
    plain = fold(_ENDING.sub("", " ".join(choices)))
    named = [name for name, pattern in patterns.items() if pattern.search(plain)]
    if len(named) != 1 or _MORE_OR_LESS.search(first):
        return None
    said = fold(_CLAUSE.split(BRACKETS.sub(" ", _ENDING.sub("", unmarked(first))).strip(), maxsplit=1)[0])
    beside = patterns[named[0]].sub(" ", said)
    return named[0] if beside != said and _idle().issuperset(beside.split()) else None


@cache
def _idle() -> frozenset[str]:
    return frozenset(word for phrase in words_of("values", "level_idle") for word in phrase.split())


def format_of(value: str) -> str | None:
    """The format that the value of a "format" field names; None where it names two to choose from."""
    options = ticked(value.split("\n"))
    if options is not None:
        value = options[0] if len(options) == 1 else ""
    plain = fold(BRACKETS.sub(" ", value.split("\n", 1)[0]).replace("/", f" {_either_word()} "))
    exact = next((name for name in _formats() if plain in words_of("formats", name)), None)
    if exact:
        return exact
    named = _named(plain, {name: any_of("formats", name) for name in _formats()})
    if len(named) > 1 and any_of("time", "between").search(plain[named[0][1] : named[1][1]]):
        return None
    return named[0][0] if named else None


@cache
def _either_word() -> str:
    return words_of("time", "between")[0]


def _named(plain: str, patterns: Mapping[str, Phrases | re.Pattern[str]]) -> list[tuple[str, int]]:
    """The formats named in folded words and where, in their order; a "lightning talk" is no talk besides."""
    found: list[tuple[str, int]] = []
    for name, pattern in patterns.items():
        match = next((one for one in pattern.finditer(plain) if not _part_of_another(plain, one)), None)
        if match:
            found.append((name, match.start()))
            plain = pattern.sub(lambda said: "·" * len(said[0]), plain)
    return sorted(found, key=lambda one: one[1])


def _part_of_another(plain: str, match: re.Match[str]) -> bool:
    """Whether a word stands directly beside the words of a format found before: "conférence" in "conférence éclair"."""
    return plain[: match.start()].endswith("· ") or plain[match.end() :].startswith(" ·")


@cache
def _formats() -> tuple[str, ...]:
    """The formats' names; the plain talk last, because its words occur in all others."""
    return (*(name for name in vocabulary.keys("formats") if name != "talk"), "talk")


def format_in_prose(text: str) -> str | None:
    """The format that covering words offer: "my poster", "Talk, in English."; not "the talk that I heard"."""
    plain = fold(text[:_PAGE])
    spoken_of = [name for name in _formats() if _plain_format(name).search(plain)]
    named = _named(plain, {name: _own_format(name) for name in spoken_of})
    return named[0][0] if named else _said_shortly(text[:_PAGE])


def _said_shortly(text: str) -> str | None:
    """The format that a sentence begins with, and hardly says more: "Talk, in English.", "(oral preferred)"."""
    said = _shortly().search("\n".join(vocabulary.fold(line) for line in text.split("\n")))
    return format_of(said[1]) if said else None


@cache
def _shortly() -> re.Pattern[str]:
    names = either(word for name in _formats() for word in words_of("formats", name))
    wished = either(words_of("time", "wished"))
    return re.compile(rf"(?m:^|[.!?(:]\s?)({names})(?:[,.)]|\s?\(?\d|\s(?:of|de) \d|\s(?:{wished})(?!\w))")


def format_in_subject(subject: str) -> str | None:
    """The format that a subject names: "Proposition d'exposé", "Poster: ..."; not "Contribution to the workshop"."""
    if answers(subject):
        return None
    plain = _dated_event().sub("", _for_event().split(fold(subject[:300]), maxsplit=1)[0])
    named = [name for name, _ in _named(plain, {name: _plain_format(name) for name in _formats()})]
    return named[0] if named else None


@cache
def _for_event() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(words_of('title', 'at'))})(?!\w)")


@cache
def _dated_event() -> re.Pattern[str]:
    """An event with its date: "workshop 14 March", "14 March workshop"."""
    months = either(name for names in words_of("availability", "months") for name in names.split())
    event, small = either(words_of("letter", "event")), either(words_of("title", "small"))
    date = rf"(?:\d{{1,2}}(?:st|nd|rd|th|er)? (?:{months})|(?:{months}) \d{{1,2}})(?!\w)"
    return re.compile(rf"(?<!\w)(?:{date} (?:{event})(?!\w)|(?:{event}) (?:(?:{small}) ){{0,2}}{date})")


def format_in_label(label: str) -> str | None:
    """The format that a label names beside its field: "Titre de l'exposé", "Talk title"."""
    named = _named(fold(label), {name: _plain_format(name) for name in _formats()})
    return named[0][0] if named else None


def format_pointed_at(text: str) -> str | None:
    """The format that a text names as its own: "Ce tutoriel ...", "In this workshop ...", "The talk shows"."""
    plain = fold(text[:_PAGE])
    # Further down "this workshop" may be the event; "this talk" is always the author's.
    looked_at = {name: plain if name == "talk" else plain[:_LOOKED_AT] for name in _formats()}
    spoken_of = (name for name in _formats() if _plain_format(name).search(looked_at[name]))
    found = next((name for name in spoken_of if _this(name).search(looked_at[name])), None)
    return found or ("talk" if _the_talk().search(plain) else None)


@cache
def _this(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(words_of('time', 'this'))}) (?:{_plain_format(name).pattern})")


@cache
def _the_talk() -> re.Pattern[str]:
    """ "The talk", "l'exposé": words that name no event."""
    talk = set(words_of("formats", "talk")) - set(words_of("values", "adjectives"))
    talk -= set(words_of("letter", "event"))
    the, of = either(words_of("time", "the")), either(words_of("time", "of"))
    return re.compile(rf"(?<!\w)(?:{the}) (?:{either(talk)})(?!\w)(?! (?:{of})(?!\w))")


@cache
def _own_format(name: str) -> re.Pattern[str]:
    """A format behind a word that makes it the author's own, an adjective or two between them."""
    starts = either(words_of("time", "own"))
    return re.compile(rf"(?<!\w)(?:{starts}) (?:\w{{1,20}} ){{0,2}}?{_plain_format(name).pattern}")


@cache
def _plain_format(name: str) -> Phrases:
    """The words that name a format by themselves in a sentence: adjectives ("long", "short") do not."""
    chosen = set(words_of("formats", name)) - set(words_of("values", "adjectives"))
    return literally(chosen)


def keywords_of(value: str) -> tuple[str, ...]:
    """Keywords, one after another, as the author wrote them."""
    options = ticked(value.split("\n"))
    text = "\n".join(options) if options is not None else value
    listed = (
        [unmarked(part) for part in text.split("\n")] if len(text.split("\n")) > 1 and _listed(text) else None
    )
    joined = "\n".join(listed) if listed else " ".join(text.split("\n"))
    joined = joined.rstrip(" *_")  # of a whole line in italics, "*Keywords: ...*"
    parts = re.split(r"[,;•·|\n]|\s[–—-]\s|\s/\s|(?:^|\s)#(?=\w)", joined)
    found = dict.fromkeys(unmarked(part).strip(" .`\"'") for part in parts)
    return tuple(part for part in found if not blank(part) and words(part) <= 8)[:_MOST_KEYWORDS]


def _listed(text: str) -> bool:
    return all(line.lstrip()[:1] in "-*•+" for line in text.split("\n") if line.strip())
