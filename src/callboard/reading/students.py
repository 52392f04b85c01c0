"""Whether a speaker is a student, as the words about them say: "PhD student at X", "doctorante, laboratoire Y"."""

from __future__ import annotations

from callboard.reading.vocabulary import fold, pattern

_AT_MOST = 2_000  # characters of a biography


def is_student(about: str) -> bool:
    """Of words about one person, their biography or their affiliation. Who was one, or has students, is none."""
    text = fold(about[:_AT_MOST])
    found = pattern("people", "student").search(text)
    return found is not None and pattern("people", "of_students").search(text[: found.start()]) is None
