"""Hashes and foldings by which the same bytes, and the same words, are known again."""

from __future__ import annotations

import hashlib
import re
import unicodedata


def content_hash(raw: bytes) -> str:
    """SHA-256 of a message's bytes."""
    return hashlib.sha256(raw).hexdigest()


def content_key(raw: bytes) -> int:
    """A positive 63-bit number from a message's bytes: its UID in the ledger of imported files."""
    return int.from_bytes(hashlib.sha256(raw).digest()[:8]) >> 1


# Combining marks are no word characters, so this takes the accents off too.
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def folded(text: str | None) -> str:
    """Letters and digits only, no accents, lower case: the same words whatever the layout."""
    plain = (text or "").casefold().replace("œ", "oe").replace("æ", "ae")
    return _BETWEEN_WORDS.sub("", unicodedata.normalize("NFKD", plain))


def fingerprint(title: str | None, abstract: str | None) -> str:
    """The same for the same title and abstract, whatever the line breaks, accents and typography."""
    return hashlib.sha256(f"{folded(title)}\n{folded(abstract)}".encode()).hexdigest()
