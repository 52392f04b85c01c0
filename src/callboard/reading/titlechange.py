"""Where a follow-up speaks of a new title, and whether it says so at all: what is denied, or asked, changes nothing."""

from __future__ import annotations

from itertools import pairwise

from callboard.reading import title
from callboard.reading.conditions import bound, needless, title_bound, unbound
from callboard.reading.layout import unaccented
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import any_of, fold, pattern

_SIGNS = ' .,:;!»”"\u202f\xa0'
_BEFORE = 40  # characters in front of a title in which it is denied: "et non pas « … »"


def title_word(text: str) -> int | None:
    """Where the word "title" ends."""
    match = any_of("title", "word").search(unaccented(text).lower())
    return match.end() if match else None


def spoken(text: str) -> str:
    """The text without the sentences that leave the title as it is: "should I change the title to “…”?", "do not
    change it to “…”", "unless you object, the title is “…”", "a typo in the title: floods, not flood"."""
    said = sentences(text)
    free = unbound(said)
    for one in said:
        named = title_word(one.said) is not None and (_leaves(one) or one not in free)
        if named or (one.quotes and bound(one)):
            text = text.replace(one.said, " " * len(one.said), 1)
    return text


def marked(text: str, at: int) -> list[str]:
    """What stands in quotation marks behind that place, without what is denied: "« B » et non « A »"."""
    return [
        inside
        for start, _, inside in title.quoted(text, least=1)
        if start > at and not _denied(text[max(0, start - _BEFORE) : start])
    ]


def denies(text: str, at: int) -> bool:
    """Whether all that stands in quotation marks behind that place is denied, or it is left open which of two it is:
    "“A” or “B”"."""
    there = [(start, end) for start, end, _ in title.quoted(text, least=1) if start > at]
    either = any(
        any_of("availability", "or").fullmatch(fold(text[end:start]).strip())
        for (_, end), (start, _) in pairwise(there)
    )
    return bool(there) and (either or not marked(text, at))


def _denied(before: str) -> bool:
    plain = fold(before)
    return any(found.end() == len(plain) for found in pattern("changes", "not_this").finditer(plain))


def _leaves(one: Sentence) -> bool:
    if one.asks and one.holds("deliberates", "changes"):
        return True
    if any(one.holds(key, "changes") for key in ("left_alone", "stays")) or title_bound(one) or needless(one):
        return True
    return not one.quotes and one.holds("slip", "changes") and one.holds("not_this", "changes")


def lead(text: str) -> int:
    """Where the words end that lead to a new value, "non, plutôt :"; 0 where there are none."""
    found = pattern("changes", "leads").match(unaccented(text).lower())
    return found.end() if found else 0


def without_lead(value: str) -> str:
    """A labelled title without what leads to it: "plutôt « Crues muettes »"."""
    marks, begin = title.quoted(value, least=1), lead(value)
    if not begin or len(marks) != 1:
        return value
    start, end, inside = marks[0]
    around = value[begin:start] + value[end:]
    return value if around.strip(_SIGNS) else title.tidy(inside) or value
