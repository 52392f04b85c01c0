"""Whether a page is French or English, by the commonest small words."""

from __future__ import annotations

import re

_FRENCH = re.compile(
    r"\b(?:le|la|les|des|et|du|une|est|pour|dans|sur|aux?|sont|qui|que|par|vous|nous|ou|l|d|avant|vos|notre)\b"
)
_ENGLISH = re.compile(
    r"\b(?:the|and|of|for|is|are|in|to|with|this|that|by|we|you|be|will|or|an|from|your|our|at|before)\b"
)


def language_code(written: str) -> str | None:
    """The ISO 639-1 code of what a front matter says: "fr", "fr-CA", "French"."""
    word = written.strip().lower()
    if re.fullmatch(r"[a-z]{2}(?:[-_].*)?", word):
        return word[:2]
    return {"french": "fr", "français": "fr", "english": "en", "anglais": "en"}.get(word)


def language_of(text: str) -> str | None:
    """The ISO 639-1 code; None where there are too few words to tell."""
    small = text.lower()
    french, english = len(_FRENCH.findall(small)), len(_ENGLISH.findall(small))
    if max(french, english) < 3 or french == english:
        return None
    return "fr" if french > english else "en"
