"""The address that a speaker wants to be written to from now on, when that is all that they say.

An address in a signature, in a quote, or beside other wishes is none: whoever gets a speaker's letters can withdraw
their talk, so nothing is guessed. Whether the sender may change it is `desk`'s.
"""

from __future__ import annotations

from callboard.reading import conditions, letter
from callboard.reading.layout import lines_of
from callboard.reading.names import EMAIL
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import fold, pattern
from callboard.reading.wishes import says_something

_ENOUGH = 2_000  # characters of a mail that says nothing else


def read(text: str, sender: str | None, address: str | None) -> str | None:
    """The one address that the text asks to use, other than `address`, which wrote it."""
    if len(text) > _ENOUGH:
        return None
    lines = lines_of(text)
    own = "\n".join(line.text for line in lines[: letter.end_of(lines, sender)])
    said = [one for one in sentences(own) if says_something(one, sender)]
    if len(said) != 1 or not _tells(said[0]):
        return None
    known = (address or "").casefold()
    named = {found for found in EMAIL.findall(said[0].said) if found.casefold() != known}
    return named.pop() if len(named) == 1 else None


def _tells(one: Sentence) -> bool:
    """Whether the sentence says it of whoever writes, and plainly."""
    plain = fold(EMAIL.sub(" ", one.said))
    if "?" in EMAIL.sub(" ", one.said) or conditions.bound(one):
        return False
    if any(pattern("changes", key).search(plain) for key in ("address_not", "address_of_others")):
        return False
    return all(pattern("changes", key).search(plain) is not None for key in ("address", "from_now_on"))
