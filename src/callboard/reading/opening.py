"""The unlabelled top of a proposal: greeting, covering sentences, a line that is the title, a line of people.

Consumes paragraphs as long as they are one of these; what is left is the author's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from callboard.reading import institutions, letter, people, promised, title
from callboard.reading.fields import minutes_beside_name
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, unmarked, unquoted, words
from callboard.reading.result import SpeakerFound

_TITLE_LINES_AT_MOST = 4
_BODY_AT_LEAST = 12  # words that must follow a line for it to be a title
_PEOPLE_AT_MOST = 110  # words of a paragraph of people with their institutions


@dataclass
class Opening:
    """What the top of the text gave, and the lines that are left."""

    title: str | None = None
    title_rule: str = ""
    title_lines: tuple[Line, ...] = ()
    speakers: tuple[SpeakerFound, ...] = ()
    speaker_lines: tuple[Line, ...] = ()
    minutes: int | None = None
    cover: list[Line] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)
    no_title: bool = False  # the letter says that the title follows later


@dataclass(frozen=True)
class Known:
    """What is known before the text is read."""

    sender: str | None = None
    subject_title: str | None = None
    emphasised: frozenset[str] = frozenset()  # folded runs in bold or underlined
    titled: bool = False  # a label already gave the title
    peopled: bool = False  # a label already gave the speakers
    body_elsewhere: bool = False  # a labelled abstract follows


def read(lines: Sequence[Line], known: Known) -> Opening:
    """Read the top of an unlabelled text."""
    opening = Opening()
    runs = paragraphs(lines)
    for at, run in enumerate(runs):
        following = sum(words(line.text) for later in runs[at + 1 :] for line in later)
        following += _BODY_AT_LEAST if known.body_elsewhere else 0
        below = runs[at + 1][0].text if at + 1 < len(runs) else ""
        left = _step(opening, run, following, below, known)
        if left:
            opening.rest = _from(lines, left[0])
            break
    return opening


def _from(lines: Sequence[Line], first: Line) -> list[Line]:
    """The lines from `first` on; it may be the rest of a line."""
    at = next((i for i, line in enumerate(lines) if line.end >= first.end), len(lines))
    return [first, *lines[at + 1 :]]


def _step(opening: Opening, run: list[Line], following: int, below: str, known: Known) -> list[Line]:
    """Consume one paragraph; return what of it is the author's text."""
    while run and letter.greets(run[0].text):
        opening.cover.append(run.pop(0))
    run = _without_cover(opening, run, following, below)
    while run and (letter.only_links(run[0].text) or letter.remark(joined(run))):
        run = run[1:] if letter.only_links(run[0].text) else []
    if run and not opening.speakers and opening.title is None and not known.titled:
        run = _people_before_title(opening, run, below, known)
    if run and opening.title is None and not known.titled:
        run = _title(opening, run, following, known)
    if run and not opening.speakers and not known.peopled:
        return _people(opening, run, following, known)
    return _notes(opening, run)


def _without_cover(opening: Opening, run: list[Line], following: int, below: str) -> list[Line]:
    """Leave out covering sentences: the whole paragraph, or its lines down to one that ends with a colon."""
    colon = next((at for at, line in enumerate(run[:5]) if line.text.rstrip().endswith(":")), None)
    part = run if colon is None else run[: colon + 1]
    rest = run[len(part) :]
    after = following + sum(words(line.text) for line in rest)
    # Most of a mail is no covering sentence: "I would like to talk about X" may be all that is proposed.
    long = sum(words(line.text) for line in part) > 20
    listing = BULLET.match(rest[0].text if rest else below) is not None
    size = sum(words(line.text) for line in part) if long else 5
    if letter.covers(part, listing=listing) and after >= size:
        _note_cover(opening, part)
        return rest
    return run


def _note_cover(opening: Opening, part: Sequence[Line]) -> None:
    opening.cover.extend(part)
    text = "\n".join(line.text for line in part)
    named = title.introduced(" ".join(text.split("\n")))
    if named and opening.title is None:
        opening.title, opening.title_rule, opening.title_lines = (
            title.tidy(named[2]),
            "quotation marks",
            tuple(part),
        )
    elif opening.title is None and (plain := title.introduced_plainly(" ".join(text.split()))):
        opening.title, opening.title_rule, opening.title_lines = plain, "sentence", tuple(part)
    elif opening.title is None and (offer := promised.offered(part)):
        opening.title, opening.title_rule, opening.title_lines = offer[0], promised.OFFERED, tuple(part)
    opening.no_title = opening.no_title or title.says_title_to_come(text)


def _people_before_title(opening: Opening, run: list[Line], below: str, known: Known) -> list[Line]:
    """ "Name, Laboratory" above a title in quotation marks, as in printed programmes."""
    mark = next(
        (at for at, line in enumerate(run[:5]) if unquoted(line.text.strip()) != line.text.strip()), None
    )
    if mark is None and len(run) <= 3 and unquoted(below.strip()) != below.strip():
        mark = len(run)
    if not mark or not people.line_of_people(run[0].text, known.sender):
        return run
    opening.speakers = people.parse("\n".join(line.text for line in run[:mark]), trusted=True)
    opening.speaker_lines = tuple(run[:mark])
    return run[mark:]


def _title(opening: Opening, run: list[Line], following: int, known: Known) -> list[Line]:
    """Take a title from the top of the paragraph, where its first lines stand as one."""
    for count in range(1, min(_TITLE_LINES_AT_MOST, len(run)) + 1):
        text, rest = joined(run[:count]), run[count:]
        marked = unmarked(text) != text.strip() or unquoted(text) != text or fold(text) in known.emphasised
        peopled = bool(rest) and bool(people.line_of_people(rest[0].text, known.sender))
        if rest and not peopled and not (count == 1 and (marked or _stands_alone(run))):
            continue
        body = following + sum(words(line.text) for line in rest)
        if BULLET.match(run[0].text) and run[0].text.lstrip()[:1] in "-*+•" and "**" not in text:
            return run
        if not title.could_be(unmarked(text)) or body < _BODY_AT_LEAST or letter.signs(text, known.sender):
            return run
        if not (peopled or marked or _agrees(text, known.subject_title)):
            return run
        opening.title, opening.title_lines = title.tidy(_without_length(opening, text)), tuple(run[:count])
        opening.title_rule = "marked line" if marked else "first line"
        return rest
    return run


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


def _agrees(text: str, subject_title: str | None) -> bool:
    """Whether a plain line may be the title: the subject names no other talk."""
    if subject_title is None:
        return True
    line, subject = fold(text), fold(subject_title)
    shared = len(set(line.split()) & set(subject.split()))
    return (
        line in subject or subject in line or 2 * shared >= min(len(line.split()), len(subject.split())) > 2
    )


def _people(opening: Opening, run: list[Line], following: int, known: Known) -> list[Line]:
    """Take the people from the top of the paragraph."""
    if not people.line_of_people(run[0].text, known.sender):
        return run
    whole = joined(run)
    if following and not whole.endswith((".", "!", "?", ":")) and words(whole) <= _PEOPLE_AT_MOST:
        count = len(run)
    else:
        count = _people_lines(run, known.sender)
    taken = run[:count]
    opening.speakers = people.parse("\n".join(line.text for line in taken), trusted=True)
    opening.speaker_lines = tuple(taken)
    opening.minutes = opening.minutes or minutes_beside_name(taken[0].text)
    return run[count:]


def _notes(opening: Opening, run: list[Line]) -> list[Line]:
    """Take the footnotes that stand in a paragraph of their own below the people."""
    listed = "\n".join(line.text for line in opening.speaker_lines)
    if not run or not opening.speakers:
        return run
    if not people.footnote(run[0].text) or not people.marked(listed):
        place = joined(run)
        if not institutions.institution(place) or any(speaker.affiliation for speaker in opening.speakers):
            return run
        opening.speakers = institutions.at_institution(opening.speakers, place)
        return []
    count = next((at for at, line in enumerate(run) if not people.footnote(line.text)), len(run))
    taken = run[:count]
    opening.speakers = people.parse("\n".join([listed, *(line.text for line in taken)]), trusted=True)
    opening.speaker_lines = (*opening.speaker_lines, *taken)
    return run[count:]


def _people_lines(run: Sequence[Line], sender: str | None) -> int:
    count = 1
    while count < len(run) and people.line_of_people(run[count].text, sender):
        count += 1
    return count
