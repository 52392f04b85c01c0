"""Whether a page is French or English, by the commonest small words."""

from __future__ import annotations

import re

_FRENCH = frozenset(
    ["le", "la", "les", "des", "et", "du", "une", "est", "pour", "dans", "sur", "au", "aux", "sont", "qui"]
    + ["que", "par", "vous", "nous", "ou", "l", "d", "avant", "vos", "notre"]
)
_ENGLISH = frozenset(
    ["the", "and", "of", "for", "is", "are", "in", "to", "with", "this", "that", "by", "we", "you", "be"]
    + ["will", "or", "an", "from", "your", "our", "at", "before"]
)


def language_of(text: str) -> str | None:
    """French or English by their commonest small words; None where there are too few to tell."""
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    french = sum(w in _FRENCH for w in words)
    english = sum(w in _ENGLISH for w in words)
    if max(french, english) < 3 or french == english:
        return None
    return "fr" if french > english else "en"
