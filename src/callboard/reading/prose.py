"""What a paragraph is for: words to the organisers, words about its author, or part of what is proposed.

A letter talks of slots, slides and trains, asks and thanks; an author presents themselves by "I am ..." or by
their name. Both stand around a text, hence only its first and its last paragraphs are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from callboard.reading import availability, lengths, letter, speech, title, vocabulary
from callboard.reading.layout import Line, joined, paragraphs, words
from callboard.reading.layout import fold as plainly
from callboard.reading.names import tidy_name
from callboard.reading.vocabulary import fold, pattern

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?![\s»”\")]|$))*[.!?\n]?[»”\")]{0,2}\s*")
_ASIDE_AT_MOST = 90  # words of a paragraph to the organisers
_ABOUT_SELF_AT_MOST = 160  # words of a biography that stands under no label
_BRIEF = 6  # words of a sentence that needs nobody in it: "No slides, please."
_DETAILS_AT_MOST = 14
_PERSONAL_AT_MOST = 40
_MOSTLY = 0.6  # of a paragraph's words are in sentences to the organisers


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with where it begins."""
    for match in _SENTENCE.finditer(text):
        if match[0].strip():
            yield match.start(), match[0].strip()


def aside(text: str, *, about_self: bool = True) -> bool:
    """Whether a paragraph is said to the organisers: "20 min are enough. Please let me know by Friday.".

    `about_self` where what its author says of themselves is said to the organisers too.
    """
    if not 0 < words(text) <= _ASIDE_AT_MOST:
        return False
    said = [
        (words(one), to_organisers(one) or (about_self and speaks_of_self(one))) for _, one in sentences(text)
    ]
    return sum(count for count, aside_ in said if aside_) >= _MOSTLY * sum(count for count, _ in said)


def inquires(text: str) -> bool:
    """Whether a text asks the organisers how the event is run, and is else about who asks.

    "I am a student and would like to speak. Are costs refunded? Do you take remote talks?"
    """
    if not 0 < words(text) <= _ASIDE_AT_MOST or set(plainly(text).split()).isdisjoint(letter.address()):
        return False
    if pattern("intent", "voice").search(fold(text)):
        return False
    said = speech.sentences(text)
    asked = [one for one in said if one.asks and one.holds("about_talks")]
    around = [one for one in said if not one.asks and (to_organisers(one.said) or speaks_of_self(one.said))]
    told = (one for one in said if one not in asked and one not in around)
    if any(not _words("tells").isdisjoint(plainly(one.said).split()) for one in told):
        return False
    size = {one.said: words(one.said) for one in said}
    return bool(asked) and sum(size[one.said] for one in (*asked, *around)) >= _MOSTLY * sum(size.values())


def details(line: str) -> bool:
    """Whether a line below a title only lists how long, of what kind, for whom: "2 hours / 8 people / all ages"."""
    listed = any(sign in line for sign in ("/", "|", "·", " - ", ",", "(")) or words(line) <= _BRIEF
    short = listed and words(line) <= _DETAILS_AT_MOST and not line.rstrip().endswith((".", "!", "?", ":"))
    if not short:
        return False
    length = pattern("letter", "length").search(fold(line).lstrip("("))
    return length is not None and (length.start() == 0 or title.begins_with_format(line))


def says_length(text: str) -> bool:
    """Whether a short paragraph says little more than how long a talk is: "A talk of 25 min, with Ada Moreau."."""
    return words(text) <= _DETAILS_AT_MOST and lengths.minutes_in_prose(text) is not None


def practical(text: str) -> bool:
    """Whether a paragraph speaks of what somebody needs or brings: "A table, a projector and some paper"."""
    return not _words("practical").isdisjoint(plainly(text).split())


def personal(text: str) -> bool:
    """Whether a short last paragraph is one person's words to another that tell nothing of what is proposed."""
    tokens = set(plainly(text).split())
    if not 0 < words(text) <= _PERSONAL_AT_MOST or pattern("intent", "voice").search(fold(text)):
        return False
    if not _words("tells").isdisjoint(tokens):
        return False
    return not _words("alone").isdisjoint(tokens) or (practical(text) and in_first_person(text))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(vocabulary.words("letter", key))


def said_first(body: Sequence[Line]) -> str:
    """The first sentence of a text, where it is said to the organisers: "I would like to give a 20-minute talk"."""
    first = next(iter(paragraphs(body)), [])
    sentence = next((said for _, said in sentences(joined(first))), "")
    return sentence if to_organisers(sentence) else ""


def to_organisers(sentence: str) -> bool:
    """Whether a sentence is said to the organisers rather than to the audience."""
    if not any(sign.isalpha() for sign in sentence):
        return False
    plain = fold(sentence)
    if pattern("intent", "voice").match(plain):
        return False  # "I will present both, with the objections that ..."
    if pattern("letter", "aside").search(plain) or availability.speaks(sentence):
        return True
    if pattern("letter", "length").search(plain):
        return words(sentence) <= 8 or bool(pattern("letter", "asked").search(plain))
    return False


def speaks_of_self(sentence: str) -> bool:
    """Whether its author presents themselves in a sentence: "I am a postman"."""
    return bool(pattern("letter", "self").search(fold(sentence)))


def tells_only_self(sentence: str) -> bool:
    """Whether its author presents themselves and says nothing else: "My thesis shows that ..." says what was found."""
    return speaks_of_self(sentence) and _words("tells").isdisjoint(plainly(sentence).split())


def addressed(text: str) -> bool:
    """Whether a paragraph may be a letter's: a sentence to the organisers, an offer, somebody greeted or spoken to."""
    plain = fold(text)
    if letter.begins_with_greeting(text) and text.rstrip().endswith((".", "!", "?")):
        return True
    if pattern("intent", "offer").search(plain) or not set(plainly(text).split()).isdisjoint(
        letter.address()
    ):
        return True
    return any(to_organisers(sentence) for _, sentence in sentences(text))


def to_somebody(text: str) -> bool:
    """Whether a line is no title but said to somebody; "Why your index is not used" is said to everybody."""
    if pattern("intent", "offer").search(fold(text)) or aside(text):
        return True
    asked = in_first_person(text) or text.rstrip().endswith(("?", ":"))
    return asked and not set(plainly(text).split()).isdisjoint(letter.address())


def between_people(text: str) -> bool:
    """Whether somebody writes to somebody: "I heard that you are looking for speakers"; not "I will show you how"."""
    tokens = set(plainly(text).split())
    if tokens.isdisjoint(letter.address()) or tokens.isdisjoint(_business()) or not in_first_person(text):
        return False
    return not pattern("intent", "voice").search(fold(text))


@cache
def _business() -> frozenset[str]:
    """What letters to organisers are about."""
    return frozenset(
        word for key in ("matters", "event", "comes") for word in vocabulary.words("letter", key)
    )


def names_talk(text: str) -> bool:
    """Whether somebody speaks of their talk and its title: "I have five minutes on “A title”"."""
    about = not set(plainly(text).split()).isdisjoint(vocabulary.words("letter", "matters"))
    return about and in_first_person(text) and bool(title.quoted(text, least=3))


def spoken(text: str) -> bool:
    """Whether somebody speaks in a line, or speaks to somebody."""
    return in_first_person(text) or not set(plainly(text).split()).isdisjoint(letter.address())


def _personal(sentence: str) -> bool:
    """Whether somebody speaks in it, or it says a length; the results of a paper are said by nobody."""
    return (
        spoken(sentence)
        or bool(pattern("letter", "length").search(fold(sentence)))
        or words(sentence) <= _BRIEF
    )


def in_first_person(text: str) -> bool:
    """Whether somebody says "I" or "we"."""
    return not set(plainly(text).split()).isdisjoint(vocabulary.words("letter", "first_person"))


def without_head(run: Sequence[Line], least: int) -> list[Line]:
    """A paragraph without sentences to the organisers at its beginning; at least so many words are left."""
    text = joined(run)
    start = 0
    said = list(sentences(text))
    for (_, sentence), following in zip(said, [*(at for at, _ in said[1:]), len(text)], strict=True):
        if words(text[following:]) < least or not (between_people(sentence) and addressed(sentence)):
            break
        start = following
    return later(run, start) if start else list(run)


def later(run: Sequence[Line], start: int) -> list[Line]:
    """The lines of a paragraph from a place in its joined text, without the signs that separate there."""
    at = 0
    for index, line in enumerate(run):
        size = len(line.text.strip())
        if at + size > start:
            cut = len(line.text) - len(line.text.lstrip()) + max(0, start - at)
            cut += len(line.text[cut:]) - len(line.text[cut:].lstrip(" ,;.:–—-"))
            left = [Line(line.text[cut:], line.start + cut, line.end)] if line.text[cut:] else []
            return [*left, *run[index + 1 :]]
        at += size + 1
    return []


def about_author(text: str, names: Iterable[str]) -> bool:
    """Whether a paragraph presents its author: "I am a doctoral student at ...", "Ada Moreau directs ...".

    When they can come is said to the organisers: "I am not available in the morning".
    """
    if words(text) > _ABOUT_SELF_AT_MOST:
        return False
    opening = text.lstrip(' «“"*_>-')
    if _names_subject(opening, names):
        return True
    first = next((sentence for _, sentence in sentences(opening)), "")
    return bool(pattern("letter", "self").match(fold(first))) and not availability.speaks(first)


def _names_subject(opening: str, names: Iterable[str]) -> bool:
    """Whether one of the people is what the first sentence is about: the name, then a verb."""
    start = plainly(opening[:120])
    for name in names:
        parts = plainly(tidy_name(name)).split()
        for known in (parts, parts[:1], parts[-1:]):
            said = " ".join(known)
            if len(said) < 3 or not start.startswith(said + " "):
                continue
            rest = opening[_end_of(opening, len(known)) :].lstrip(" *_")
            if rest[:1].islower() or rest[:1] == "(":
                return True
    return False


def _end_of(text: str, count: int) -> int:
    """Where the first `count` words of a text end."""
    places = [match.end() for match in re.finditer(r"\w+", text[:200])]
    return places[min(count, len(places)) - 1] if places else 0


def without_tail(run: Sequence[Line], least: int, names: Iterable[str] = ()) -> list[Line]:
    """A paragraph without the sentences to the organisers at its end; at least so many words are left.

    One of these `names` may sign it, and above such sentences its author may present themselves.
    """
    text = joined(run)
    said = list(sentences(text))
    if len(said) > 2 and _signs(said[-1][1], names) and to_organisers(said[-2][1]):
        text = text[: said.pop()[0]]
    end = len(text)
    for start, sentence in reversed(said):
        told = in_first_person(sentence) and not _words("tells").isdisjoint(plainly(sentence).split())
        aside_ = to_organisers(sentence) or (end < len(text) and speaks_of_self(sentence))
        if words(text[:start]) < least or told or not (aside_ and _personal(sentence)):
            break
        end = start
    return list(run) if end == len(text) else _until(run, len(text[:end].rstrip()))


def _signs(sentence: str, names: Iterable[str]) -> bool:
    """Whether the last words of a paragraph are its author's name, or a part of it."""
    said = plainly(sentence).split()
    known = [part for name in names for part in plainly(name).split()]
    return bool(said) and all(len(word) > 2 and any(part.startswith(word) for part in known) for word in said)


def _until(run: Sequence[Line], end: int) -> list[Line]:
    """The lines of a paragraph up to a place in its joined text."""
    kept, at = [], 0
    for line in run:
        size = len(line.text.strip())
        if at >= end:
            break
        if at + size > end:
            lead = len(line.text) - len(line.text.lstrip())
            cut = lead + end - at
            kept.append(Line(line.text[:cut], line.start, line.start + cut))
            break
        kept.append(line)
        at += size + 1
    return kept
