"""The address that a speaker wants to be written to from now on, when that is all that they say.

An address in a signature, in a quote, or beside other wishes is none: whoever gets a speaker's letters can withdraw
their talk, so nothing is guessed. Whether the sender may change it is `desk`'s.
"""

from __future__ import annotations

import re
from itertools import islice

from callboard.reading import letter
from callboard.reading.layout import lines_of
from callboard.reading.names import EMAIL
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import fold, pattern
from callboard.reading.wishes import says_something

_SIGNS = re.compile(r"[.,;:!<>()«»“”\"]")
_ENOUGH = 2_000  # characters of a mail that says nothing else


def read(text: str, sender: str | None, address: str | None) -> str | None:
    """The one address that the text asks to use, other than `address`, which wrote it."""
    if len(text) > _ENOUGH or "@" not in text:
        return None
    lines = lines_of(text)
    own = "\n".join(line.text for line in lines[: letter.end_of(lines, sender)])
    said = list(islice((one for one in sentences(own) if says_something(one, sender)), 2))
    return _named(said[0], (address or "").casefold()) if len(said) == 1 else None


def _named(one: Sentence, known: str) -> str | None:
    """The address that the sentence, in all its words, asks to use."""
    found = EMAIL.findall(one.said)
    new = {each for each in found if each.casefold() != known}
    if len(new) != 1 or "?" in EMAIL.sub(" ", one.said):
        return None
    marked = EMAIL.sub(lambda each: " oldadr " if each[0].casefold() == known else " newadr ", one.said)
    plain = " ".join(fold(_SIGNS.sub(" ", marked)).split())
    return new.pop() if pattern("changes", "new_address").fullmatch(plain) else None
