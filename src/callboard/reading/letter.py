"""What belongs to the letter and not to the proposal: greeting, covering sentences, closing, references.

Works on lines and only ever says which of them to leave out; nothing is rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.labels import field_named, label_of
from callboard.reading.layout import LINK, Line, fold, words
from callboard.reading.names import initials_of, looks_like_name, same_person, tidy_name

_KISSES = re.compile(r"\sx{1,4}$")  # behind a name, among English friends
_REFERENCE = re.compile(r"\s{0,99}\[[\w+]{1,6}\]:?\s+\S")
_CLOSING_AT_MOST = 7  # words of "With my best regards from Rome"
_CALL_AT_MOST = 3  # words
_GREETING_ASKS_AT_MOST = 6  # words: "Hi Tom, how are you?"
_WORDS_BELOW = 60  # that can follow a closing
_LINE_BELOW_NAME = 12  # words of a line below a name that signs
_WORDS_BELOW_NAME = 25  # that can follow a name without a closing
_SHORT_NAME = 3  # letters of a given name that is shortened
_COVER_AT_MOST = 60  # words of a covering paragraph


@cache
def _starts(key: str) -> tuple[str, ...]:
    return tuple(phrase + " " for phrase in vocabulary.words("letter", key))


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(vocabulary.words("letter", key))


@cache
def address() -> frozenset[str]:
    """The words by which somebody is spoken to; "t" is French for "you", and what is left of "don't"."""
    return frozenset(word for word in _set("address") if len(word) > 1)


def greets(text: str) -> bool:
    """Whether a line only greets."""
    if len(text) > 90 or words(text) > 9:
        return False
    plain, end = fold(text) + " ", text.rstrip()[-1:]
    if plain.startswith(_starts("greetings_with_comma")):
        return end in ",!"  # "Liebe Ada," but not "Liebe zur Geometrie"
    asks = end == "?" and words(text) > _GREETING_ASKS_AT_MOST
    return end != "." and not asks and plain.startswith(_starts("greetings"))


def begins_with_greeting(text: str) -> bool:
    """Whether a sentence goes on behind its greeting: "Hello, a short one from the train."."""
    return (fold(text[:90]) + " ").startswith(_starts("greetings"))


def calls_somebody(text: str) -> bool:
    """Whether a first line, alone in its paragraph, greets in a language that no file knows: "Kia ora,"."""
    return text.rstrip().endswith(",") and words(text) <= _CALL_AT_MOST and not greets(text)


def closes(text: str) -> bool:
    """Whether a line closes a letter."""
    plain = fold(text) + " "
    short = words(text) <= _CLOSING_AT_MOST and not text.rstrip().endswith((".", "?", ":"))
    if short and not _set("closing_words").isdisjoint(plain.split()):
        return True
    if not plain.startswith(_starts("closings")):
        return False
    if vocabulary.pattern("letter", "requests").match(vocabulary.fold(text[:200])):
        return False
    # "Merci", "Best": alone or before a comma they close, in a sentence of an abstract they do not.
    return words(text) <= 6 or (words(text) <= 22 and plain.startswith(_long_closings()))


@cache
def _long_closings() -> tuple[str, ...]:
    return tuple(phrase for phrase in _starts("closings") if len(phrase.split()) >= 2)


def covers(lines: Sequence[Line], *, listing: bool = False) -> bool:
    """Whether a paragraph covers the proposal rather than being part of it; `listing` when a list follows.

    A long one must point at what follows ("below", "ci-joint"): people also write their whole proposal as
    "I would like to talk about ...".
    """
    text = " ".join(line.text.strip() for line in lines)
    count = words(text)
    if count > _COVER_AT_MOST:
        return False
    tokens = set(fold(text).split())
    acts, matters = len(tokens & _set("acts")), len(tokens & _set("matters"))
    points = bool(tokens & _set("points"))
    if text.endswith(":") and acts and (points or matters or count <= 6) and count <= 45:
        return points or not listing
    if count <= 14:
        return bool(acts and matters) or (points and bool(acts) and count <= 6)
    if count <= 30:
        return bool(acts and matters) and (points or acts + matters >= 3)
    addressed = bool(tokens & address()) and bool(tokens & _set("event"))
    return (points and acts + matters >= 3) or (addressed and bool(acts))


def leads(text: str) -> bool:
    """Whether a sentence before a colon leads over to what is proposed: "count me in for this one:"."""
    tail = f" {fold(text[-60:])}"
    return any(tail.endswith(f" {phrase}") for phrase in vocabulary.words("letter", "leads")) or (
        words(text) <= _COVER_AT_MOST
        and bool(vocabulary.pattern("intent", "offer").search(vocabulary.fold(text)))
    )


def remark_on_marks(text: str) -> bool:
    """ "(l'orateur est souligné)"."""
    plain = fold(text)
    # "* orateur" explains a mark, "**A short title**" is in bold.
    if re.match(r"[( ]*\*(?!\*)", text) and not text.rstrip().endswith("*") and words(text) <= 4:
        return True
    return words(text) <= 14 and any(mark in plain for mark in vocabulary.words("letter", "marks"))


def remark(text: str) -> bool:
    """Whether a paragraph is an aside: on the marks, all in square brackets, or what a mail server set there."""
    return (
        remark_on_marks(text)
        or banner(text)
        or (text[:1] == "[" and text[-1:] == "]" and text.count("[") == 1 < words(text))
    )


def banner(text: str) -> bool:
    """Whether a paragraph is a mail server's: "CAUTION: This email originated from outside of the organisation."."""
    known = vocabulary.pattern("letter", "banner")
    return words(text) <= _COVER_AT_MOST and bool(known.match(vocabulary.fold(text[:200].lstrip("[*_ "))))


def postscript(text: str) -> bool:
    """Whether a line begins a postscript."""
    plain = fold(text[:12]) + " "
    return plain.startswith(_starts("postscript")) and ":" in text[:8]


def only_links(text: str) -> bool:
    """Whether a line holds web addresses and hardly anything else."""
    rest = LINK.sub("", text)
    return rest != text and len(re.findall(r"[^\W\d_]+", rest)) <= 3 and words(rest) <= 5


def reference(text: str) -> bool:
    """Whether a line is an entry of a list of references."""
    return bool(_REFERENCE.match(text))


def signs(text: str, sender: str | None) -> bool:
    """Whether a line is only the sender's name, in one of the ways people sign."""
    bare = _KISSES.sub("", text.strip(" \t-–—*_,."))
    head = _others_behind().split(bare, maxsplit=1)[0]
    if not head or words(head) > max(2, words(sender or "")) or label_of(text):
        return False
    if len(head) == 1:
        return head.isupper() and any(part[:1].upper() == head for part in (sender or "").split())
    if initials_of(bare, sender) or _shortened(bare, sender):
        return True
    return same_person(tidy_name(head), sender) and words(bare) <= 14


def _shortened(text: str, sender: str | None) -> bool:
    """Whether a word is how somebody shortens their given name: "Leo" for Leopold, "Beth" for Elisabeth."""
    given, short = fold(sender or "").partition(" ")[0], fold(text)
    if len(text) < _SHORT_NAME or not text.istitle() or not text.isalpha():
        return False
    return given.startswith(short) or (len(text) > _SHORT_NAME and given.endswith(short))


@cache
def _others_behind() -> re.Pattern[str]:
    """What stands between a name that signs and a job, or another name."""
    return re.compile(rf"[,(&+]|\s[-–—]\s|\s(?:{vocabulary.either(vocabulary.words('people', 'and'))})\s")


def end_of(lines: Sequence[Line], sender: str | None) -> int:
    """How many of the lines are left when closing, signature and what follows them are cut."""
    below, longest, end = 0, 0, len(lines)
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at].text
        if not text.strip():
            continue
        if below > _WORDS_BELOW or (words(text) > 25 and below):
            break
        # A name with a sentence below it is an author's, not a signature.
        named = below <= _WORDS_BELOW_NAME and longest <= _LINE_BELOW_NAME and signs(text, sender)
        if (named and not _labelled(lines, at)) or closes(text):
            end = at
        below += words(text)
        longest = max(longest, words(text))
    return _with_short_closing(lines, end)


def _labelled(lines: Sequence[Line], at: int) -> bool:
    """Whether a line stands below a heading such as "Speaker": it is a field of a form, and signs nothing."""
    above = next((line.text for line in reversed(lines[max(0, at - 2) : at]) if not line.blank), "")
    return field_named(above.strip("#*_ :")) not in (None, "email", "level", "other")


def _with_short_closing(lines: Sequence[Line], end: int) -> int:
    """One or two words in a paragraph of their own just above a signature close a letter too: "A+", "Bises"."""
    above = [at for at in range(max(0, end - 2), end) if not lines[at].blank]
    if end == len(lines) or len(above) != 1 or above[0] == 0 or not lines[above[0] - 1].blank:
        return end
    text = lines[above[0]].text
    short = words(text) <= 2 and len(text) <= 20 and not text.endswith((".", "?", ":"))
    short = short and not text[:1].isdigit()  # "20 mins" says how long the talk is
    short = short or (words(text) <= _CLOSING_AT_MOST and text.endswith(","))
    return above[0] if short and label_of(text) is None else end


def signature_lines(lines: Sequence[Line], end: int) -> list[str]:
    """The lines below a closing that carry a name or an institution."""
    texts = [line.text.strip() for line in lines[end:] if not line.blank]
    return [text for text in texts if not closes(text) or looks_like_name(text)][:8]
