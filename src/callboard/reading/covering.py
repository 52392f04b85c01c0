"""The covering letter above what is proposed: how many paragraphs it has, and where a title stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.reading import bylines, letter, marks, mentions, promised, prose, title, vocabulary
from callboard.reading.layout import BULLET, Line, fold, joined, paragraphs, unmarked, unquoted, words

_TITLE_LINES_AT_MOST = 4
_BODY_AT_LEAST = 12  # words that must follow a line for it to be a title
_LETTER_UNITS_AT_MOST = 7  # paragraphs that a letter has above what it proposes
_LETTER_AT_MOST = 150  # words
_OFFER_AT_MOST = 60  # words of a paragraph that offers a talk by name and leaves what it is about to the next
_TITLE_AT_MOST = 25  # words of a title that stands alone
_TITLE_AT_LEAST = 3  # words of a line that is one by its place
_TEXT_AT_LEAST = 25  # words below it
_BRIEF = 15  # words
_CHAT_AT_MOST = 25  # words above a title that stands alone: "Grand, here's one."
_ASIDE_AT_MOST = 60  # words above one that is set off in bold
_LEAD_AT_MOST = 30  # words of a sentence that leads over: "In a few words:"


@dataclass(frozen=True)
class Known:
    """What is known before the text is read."""

    sender: str | None = None
    address: str | None = None  # the sender's
    subject_title: str | None = None
    subject_sure: bool = False  # it stands behind "Talk proposal:" or is as long as a title
    emphasised: frozenset[str] = frozenset()  # folded runs in bold or underlined
    titled: bool = False  # a label already gave the title
    peopled: bool = False  # a label already gave the speakers
    body_elsewhere: bool = False  # a labelled abstract follows
    announced: bool = False  # the sentence above introduces a title


def split_units(lines: Sequence[Line]) -> list[list[Line]]:
    """The paragraphs, each cut below a greeting and below a covering sentence that ends with a colon."""
    units: list[list[Line]] = []
    for run in paragraphs(lines):
        greeting = next((at for at, line in enumerate(run) if not letter.greets(line.text)), len(run))
        units += [[line] for line in run[:greeting]]
        rest = run[greeting:]
        colon = next((at for at, line in enumerate(rest[:5]) if _ends_with_colon(rest, at)), None)
        if colon is not None and colon + 1 < len(rest) and _introduces(rest[: colon + 1], rest[colon + 1]):
            units.append(rest[: colon + 1])
            rest = rest[colon + 1 :]
        if rest:
            units.append(rest)
    return units


def _ends_with_colon(run: Sequence[Line], at: int) -> bool:
    """Whether a line ends with a colon, but for one within a title that goes on below."""
    if not run[at].text.rstrip().endswith(":"):
        return False
    above = " ".join(line.text for line in run[: at + 1])
    if title.introduced_plainly(above.rstrip(" :\u00a0")):
        return False
    return above.count('"') % 2 == 0 and all(above.rfind(a) <= above.rfind(b) for a, b in ("«»", "“”"))


def _introduces(part: Sequence[Line], below: Line) -> bool:
    return letter.covers(part, listing=BULLET.match(below.text) is not None) or bool(promised.offered(part))


def letter_above(units: Sequence[Sequence[Line]], known: Known) -> int:
    """How many paragraphs at the top are the letter: down to one that introduces what is proposed."""
    total = sum(map(count_words, units)) + (_BODY_AT_LEAST if known.body_elsewhere else 0)
    found = above = 0
    for at, unit in enumerate(units[:_LETTER_UNITS_AT_MOST]):
        size = count_words(unit)
        following = total - above - size
        below = units[at + 1][0].text if at + 1 < len(units) else ""
        if following < min(size, 5) or above > _LETTER_AT_MOST:
            break
        if (
            found == at
            and at + 1 < len(units)
            and _brief(unit)
            and stands(units[at + 1], units[at + 2 :], known)
        ):
            found = at + 1
        # A title and its people may share a paragraph with a sentence: "20 minutes would do."
        beneath = unit[1].text if len(unit) > 1 else below
        if above_people(unit[:1], beneath, known) and following >= _TEXT_AT_LEAST:
            return at if above <= _ASIDE_AT_MOST else found
        if _leads(unit, below, following, above, contiguous=found == at):
            found = at + 1
        above += size
    return found


def _leads(unit: Sequence[Line], below: str, following: int, above: int, *, contiguous: bool) -> bool:
    """Whether a paragraph is the letter's, and what stands above it too where it introduces a talk."""
    text = joined(unit)
    if letter.greets(text) or letter.only_links(text) or letter.remark(text):
        return contiguous
    size = words(text)
    # Most of a mail is no covering sentence: "I would like to talk about X" may be all that is proposed.
    if following < (size if size > 20 else 5):
        return False
    listing = BULLET.match(below) is not None
    covering = letter.covers(unit, listing=listing)
    if contiguous and following >= max(size, _TEXT_AT_LEAST) and prose.between_people(text):
        return True
    if contiguous and mentions.credited(text):
        return True  # "Karl Oder and I will lead this."
    if contiguous and (
        covering or _aside(unit) or (size <= _LEAD_AT_MOST and not listing and announces(unit))
    ):
        return True
    if listing and text.endswith(":") and not _names_title(unit):
        return False  # what the list holds is what the sentence above it says
    return size <= _OFFER_AT_MOST and following >= max(_BODY_AT_LEAST, above // 2) and _offers(unit)


def above_people(unit: Sequence[Line], below: str, known: Known) -> bool:
    """Whether a line is a title by its place: nobody speaks in it, and the line below names people."""
    text = joined(unit)
    if len(unit) > 1 or not title.could_be(unmarked(text)) or text.rstrip("*_ ").endswith((".", "!")):
        return False
    if words(text) < _TITLE_AT_LEAST or title.generic(text) or letter.greets(text) or prose.spoken(text):
        return False
    named = not bylines.line_of_people(text, known.sender) and bylines.line_of_people(below, known.sender)
    return bool(named) and not letter.signs(text, known.sender)


def _brief(unit: Sequence[Line]) -> bool:
    """Whether a line is short and ends with a colon: "Something that may be of interest:"."""
    text = joined(unit)
    return text.endswith(":") and words(text) <= _BRIEF


def _offers(unit: Sequence[Line]) -> bool:
    """Whether a paragraph offers a talk and leaves what it is about to those below."""
    text = joined(unit)
    offering = vocabulary.pattern("intent", "offer").search(vocabulary.fold(text)) is not None
    return _names_title(unit) or (offering and announces(unit)) or prose.names_talk(text)


def _names_title(unit: Sequence[Line]) -> bool:
    """Whether a paragraph offers a talk by its title, or introduces one."""
    text = joined(unit)
    introduced = title.introduced(text) is not None or title.introduced_plainly(text) is not None
    return introduced or promised.offered(unit) is not None


def _aside(unit: Sequence[Line]) -> bool:
    """Whether a paragraph above the text is said to the organisers; a title and a name have no full stop."""
    text = joined(unit)
    return (len(unit) == 1 or text.endswith((".", "!", "?", ":"))) and prose.aside(text)


def announces(unit: Sequence[Line]) -> bool:
    """Whether a paragraph leads over to what stands below it: "Count me in for this one:", "It would be called"."""
    text = joined(unit)
    if letter.greets(text):
        return False
    return title.introduces(text) or (text.endswith(":") and letter.leads(text))


def standing_title(units: Sequence[Sequence[Line]], first: int, known: Known) -> int:
    """Which paragraph is a title that stands alone below sentences that the lists do not know; else `first`."""
    above = 0
    said = True  # whether all that stands above is said to somebody
    last = len(units) if known.body_elsewhere else len(units) - 1
    for at in range(first, min(last, _LETTER_UNITS_AT_MOST)):
        plain = said or (above <= _CHAT_AT_MOST and not known.subject_sure)
        text = joined(units[at])
        named = known.subject_title is not None and fold(text) == fold(known.subject_title)
        if (plain or named or _set_off(units[at], known)) and stands(units[at], units[at + 1 :], known):
            return at
        if plain and _signed(units[at], known) and stands(units[at][1:], units[at + 1 :], known):
            return at
        above += words(text)
        said = said and prose.addressed(text)
        if above > _LETTER_AT_MOST or not (said or above <= _ASIDE_AT_MOST):
            break
    return first


def _signed(unit: Sequence[Line], known: Known) -> bool:
    """Whether the first of a few lines is the sender's name, with their institution or without."""
    return 2 <= len(unit) <= _TITLE_LINES_AT_MOST and letter.signs(unit[0].text, known.sender)


def _set_off(unit: Sequence[Line], known: Known) -> bool:
    """Whether a paragraph begins in bold, underlined or in quotation marks, on one line or two."""
    return any(is_marked(joined(unit[:count]), known) for count in (1, 2))


def is_marked(text: str, known: Known) -> bool:
    return unmarked(text) != text.strip() or unquoted(text) != text or fold(text) in known.emphasised


def stands(unit: Sequence[Line], below: Sequence[Sequence[Line]], known: Known) -> bool:
    """Whether a paragraph is set off as a title: short, no sentence, with people or a text below it."""
    named = [bylines.line_of_people(line.text, known.sender) for line in unit]
    above = next((at for at, people in enumerate(named) if people), len(unit))
    if not above and all(named) and sum(map(len, named)) > 1:
        return False
    lines = unit[:above] or [line for line, people in zip(unit, named, strict=True) if not people]
    if unit[0].text[:1] not in "*_" and marks.explains(unit[0].text):
        return False  # "[1] University of Hull" below the people; "**A title**" bears no mark
    lines = lines or list(unit)  # one name may be what a talk is called
    text = joined(lines)
    if len(lines) > _TITLE_LINES_AT_MOST or not 2 <= words(text) <= _TITLE_AT_MOST or lines[0] is not unit[0]:
        return False
    if BULLET.match(unit[0].text) or not title.could_be(unmarked(text)) or prose.to_somebody(text):
        return False
    if title.generic(text):
        return False
    if text.rstrip("*_ ").endswith((".", "!")) or letter.signs(text, known.sender):
        return False
    if known.body_elsewhere and all(_of_people(one[0].text, known) for one in below):
        return not _of_people(unit[0].text, known)  # the text stands under a label of its own
    elsewhere = _TEXT_AT_LEAST if known.body_elsewhere else 0
    return elsewhere + sum(map(count_words, below[:3])) >= _TEXT_AT_LEAST


def _of_people(text: str, known: Known) -> bool:
    return bool(bylines.line_of_people(text, known.sender)) or marks.numbered(text)


def count_words(lines: Sequence[Line]) -> int:
    return sum(words(line.text) for line in lines)
