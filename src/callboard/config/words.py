"""Small words for messages: how a value is quoted, and which known word a typing error was near."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 60


def quoted(value: object) -> str:
    """A value as a message shows it: text between quotes, shortened, on one line."""
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        return json.dumps(short, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return str(value)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if one is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
