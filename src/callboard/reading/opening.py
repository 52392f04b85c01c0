"""The unlabelled top of a proposal: greeting, covering sentences, a line that is the title, a line of people.

Consumes paragraphs as long as they are one of these; what is left is the author's text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from callboard.reading import bylines, letter, people, promised, prose, title
from callboard.reading.covering import (
    Known,
    above_people,
    announces,
    count_words,
    is_marked,
    letter_above,
    split_units,
    standing_title,
    stands,
)
from callboard.reading.layout import BULLET, Line, fold, joined, unmarked, unquoted, words
from callboard.reading.lengths import minutes_beside_name
from callboard.reading.names import word_list
from callboard.reading.result import SpeakerFound
from callboard.reading.vocabulary import either

_TITLE_LINES_AT_MOST = 4
_BODY_AT_LEAST = 12  # words that must follow a line for it to be a title
_TEXT_AT_LEAST = 25  # words below it
_PEOPLE_AT_MOST = 110  # words of a paragraph of people with their institutions


@dataclass
class Opening:
    """What the top of the text gave, and the lines that are left."""

    title: str | None = None
    title_rule: str = ""
    title_lines: tuple[Line, ...] = ()
    speakers: tuple[SpeakerFound, ...] = ()
    speaker_lines: tuple[Line, ...] = ()
    quoted: str | None = None  # what the letter above has in quotation marks, whatever that is
    minutes: int | None = None
    cover: list[Line] = field(default_factory=list)
    details: list[Line] = field(default_factory=list)  # "talk, 20 min" below a title
    rest: list[Line] = field(default_factory=list)
    no_title: bool = False  # the letter says that the title follows later


def read(lines: Sequence[Line], known: Known) -> Opening:
    """Read the top of an unlabelled text."""
    opening = Opening()
    units = split_units(lines)
    if len(units) > 1 and len(units[0]) == 1 and letter.calls_somebody(units[0][0].text):
        units = units[1:]
    while len(units) > 2 and title.heads_event(joined(units[0])) and stands(units[1], units[2:], known):
        units = units[1:]
    letter_units = letter_above(units, known)
    standing = letter_units if known.titled else standing_title(units, letter_units, known)
    for unit in units[:standing]:
        _note_cover(opening, unit)
    announced = standing > letter_units or (letter_units > 0 and announces(units[letter_units - 1]))
    letter_units = standing
    following = sum(map(count_words, units[letter_units:])) + (_BODY_AT_LEAST if known.body_elsewhere else 0)
    for at, unit in enumerate(units[letter_units:], letter_units):
        following -= count_words(unit)
        below = units[at + 1 : at + 4]
        left = _step(opening, list(unit), following, below, replace(known, announced=announced))
        announced = False
        if left:
            left = prose.without_head(left, _TEXT_AT_LEAST) if opening.cover else left
            opening.rest = _from(lines, left[0])
            break
    return opening


def _from(lines: Sequence[Line], first: Line) -> list[Line]:
    """The lines from `first` on; it may be the rest of a line."""
    at = next((i for i, line in enumerate(lines) if line.end >= first.end), len(lines))
    return [first, *lines[at + 1 :]]


def _note_cover(opening: Opening, part: Sequence[Line]) -> None:
    opening.cover.extend(part)
    text = joined(part)
    named = title.introduced(text)
    found: tuple[str, str] | None = None
    plain = title.introduced_plainly(text)
    if plain and (named is None or named[2] in plain):
        found = plain, "sentence"  # the title itself may hold words in quotation marks
    elif named and (tidied := title.tidy(named[2])):
        found = tidied, "quotation marks"
    elif offer := promised.offered(part):
        found = offer[0], promised.OFFERED
    if found and opening.title is None:
        opening.title, opening.title_rule, opening.title_lines = *found, tuple(part)
    if opening.quoted is None:
        opening.quoted = next((inside for _, _, inside in title.quoted(text, least=3)), None)
    opening.no_title = opening.no_title or title.says_title_to_come(text)


# --- Title and people ---------------------------------------------------------------------------------------


def _step(
    opening: Opening, run: list[Line], following: int, below: Sequence[Sequence[Line]], known: Known
) -> list[Line]:
    """Consume one paragraph; return what of it is the author's text."""
    while run and (letter.only_links(run[0].text) or letter.remark(joined(run))):
        run = run[1:] if letter.only_links(run[0].text) else []
    untitled = opening.title is None and not known.titled
    if run and not opening.speakers and untitled:
        run = _people_before_title(opening, run, below, known)
    if run and untitled:
        run = _title(opening, run, following, below[0] if below else [], known)
    run = _details(opening, run, known)
    if run and not opening.speakers and not known.peopled:
        run = _people(opening, run, following, known)
    else:
        run = _notes(opening, run, known)
    return _details(opening, run, known)


def _details(opening: Opening, run: list[Line], known: Known) -> list[Line]:
    """Take lines below a title that say how long it is, of what kind, for how many."""
    if opening.title is None and not known.titled:
        return run
    while run and (prose.details(run[0].text) or (len(run) == 1 and prose.says_length(run[0].text))):
        opening.details.append(run[0])
        run = run[1:]
    return run


def _people_before_title(
    opening: Opening, run: list[Line], below: Sequence[Sequence[Line]], known: Known
) -> list[Line]:
    """ "Name, Laboratory" above a title in quotation marks, as in printed programmes."""
    if not bylines.line_of_people(run[0].text, known.sender):
        return run
    mark = next((at for at, line in enumerate(run[:5]) if _in_quotes(line.text)), None)
    short = len(run) <= 3 and bool(below)
    if mark is None and short and (_in_quotes(below[0][0].text) or _signed_above(run, below[0], known)):
        mark = len(run)
    if known.announced and mark is None and not letter.signs(run[0].text, known.sender):
        return run
    if mark is None and 2 <= len(run) <= 3 and below and stands(run[1:], below, known):
        mark = 1
    if not mark:
        return run
    _take_people(opening, run[:mark], known)
    return run[mark:]


def _signed_above(run: Sequence[Line], below: Sequence[Line], known: Known) -> bool:
    """Whether the sender's name and institution stand in a paragraph of their own above one that can be a title."""
    return letter.signs(run[0].text, known.sender) and title.could_be(joined(below))


def _title(
    opening: Opening, run: list[Line], following: int, below: Sequence[Line], known: Known
) -> list[Line]:
    """Take a title from the top of the paragraph, where its first lines stand as one."""
    if split := _quoted_above_people(run[0], known):
        opening.title, opening.title_rule, opening.title_lines = (
            title.tidy(split[0]),
            "marked line",
            (run[0],),
        )
        return [split[1], *run[1:]]
    for count in range(1, min(_TITLE_LINES_AT_MOST, len(run)) + 1):
        text, rest = joined(run[:count]), run[count:]
        marked = is_marked(text, known)
        alone = count == 1 and not rest and bool(below) and above_people(run, below[0].text, known)
        peopled = alone or (bool(rest) and bool(bylines.line_of_people(rest[0].text, known.sender)))
        if rest and not peopled and not (count == 1 and (marked or _stands_alone(run))):
            continue
        if prose.aside(text) and not alone:
            return run
        body = following + sum(words(line.text) for line in rest)
        if BULLET.match(run[0].text) and run[0].text.lstrip()[:1] in "-*+•" and "**" not in text:
            return run
        if not title.could_be(unmarked(text)) or body < _BODY_AT_LEAST or letter.signs(text, known.sender):
            return run
        detailed = bool(rest) and prose.details(rest[0].text)
        if not (peopled or marked or detailed or known.announced or _agrees(text, known, alone=not rest)):
            return run
        opening.title, opening.title_lines = title.tidy(_without_length(opening, text)), tuple(run[:count])
        opening.title_rule = "marked line" if marked else "first line"
        return rest
    return run


def _quoted_above_people(line: Line, known: Known) -> tuple[str, Line] | None:
    """ "«Title», Ada Moreau (LIRE)": the title, and what is left of the line where it names people."""
    end = next((end for start, end, _ in title.quoted(line.text) if start == 0), None)
    led = _leads_to_people().match(line.text, end) if end is not None else None
    if end is None or led is None:
        return None
    left = prose.later([line], len(line.text[: led.end()].lstrip()))
    if not left or not bylines.line_of_people(left[0].text, known.sender):
        return None
    return line.text[:end], left[0]


@cache
def _leads_to_people() -> re.Pattern[str]:
    """Behind a title in quotation marks: a comma, a dash, "by"."""
    return re.compile(rf"(?:,|\s[-–—]|,?\s(?:{either(word_list('by'))}))\s", re.IGNORECASE)


def _in_quotes(text: str) -> bool:
    return unquoted(text.strip()) != text.strip()


def _without_length(opening: Opening, text: str) -> str:
    """A title without the length in brackets behind it: "A title (20 min)"."""
    head, bracket, inside = text.rstrip().rpartition("(")
    minutes = minutes_beside_name(f"({inside}") if bracket and len(inside) <= 20 else None
    if minutes is None or not head.strip():
        return text
    opening.minutes = minutes
    return head


def _stands_alone(run: Sequence[Line]) -> bool:
    """Whether the first line was ended by its author: the next word would have fitted on it."""
    first, second = run[0].text.strip(), run[1].text.strip()
    width = max(len(line.text) for line in run)
    return len(first) + len(second.split(" ", 1)[0]) + 1 < min(width, 72) - 8 and not second[:1].islower()


def _agrees(text: str, known: Known, *, alone: bool) -> bool:
    """Whether a plain line may be the title: the subject names no other talk, or only in a word or two."""
    subject_title = known.subject_title
    if subject_title is None or (alone and not known.subject_sure):
        greets = letter.begins_with_greeting(text)
        said = greets or prose.to_somebody(text) or (text.endswith(".") and prose.in_first_person(text))
        return not said and not title.generic(text)
    line, subject = fold(text), fold(subject_title)
    shared = len(set(line.split()) & set(subject.split()))
    return (
        line in subject or subject in line or 2 * shared >= min(len(line.split()), len(subject.split())) > 2
    )


def _people(opening: Opening, run: list[Line], following: int, known: Known) -> list[Line]:
    """Take the people from the top of the paragraph."""
    if not bylines.line_of_people(run[0].text, known.sender):
        return run
    whole = joined(run)
    if following and not whole.endswith((".", "!", "?", ":")) and words(whole) <= _PEOPLE_AT_MOST:
        count = next((at for at, line in enumerate(run) if at and prose.details(line.text)), len(run))
    else:
        count = bylines.count([line.text for line in run], known.sender)
    _take_people(opening, run[:count], known)
    opening.minutes = opening.minutes or minutes_beside_name(run[0].text)
    return run[count:]


def _notes(opening: Opening, run: list[Line], known: Known) -> list[Line]:
    """Take what stands of the people in a paragraph below them: a legend, their institution, their addresses."""
    if not run or not opening.speakers:
        return run
    listed = "\n".join(line.text for line in opening.speaker_lines)
    placed = any(speaker.affiliation for speaker in opening.speakers)
    texts = [line.text for line in run]
    count = bylines.beside(listed, texts, placed=placed) or bylines.another(texts, placed=placed)
    if count:
        _take_people(opening, run[:count], known)
    return run[count:]


def _take_people(opening: Opening, lines: Sequence[Line], known: Known) -> None:
    """Read the people of these lines, together with the lines of people above."""
    opening.speaker_lines = (*opening.speaker_lines, *lines)
    text = "\n".join(line.text for line in opening.speaker_lines)
    opening.speakers = people.parse(text, trusted=True, around=bylines.known(known.sender, known.address))
