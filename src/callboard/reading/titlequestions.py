"""Questions that are what a talk is called: "Where do thesis data go?" asks the organisers nothing."""

from __future__ import annotations

from callboard.reading import bylines
from callboard.reading.labels import label_of
from callboard.reading.layout import fold, unmarked, unquoted, words

_LINES_AT_MOST = 40  # of a mail, in which a title stands
_LINE_AT_MOST = 250  # characters
_TEXT_AT_LEAST = 30  # words below a question that no label calls a title


def standing(text: str, subject: str, author: str | None) -> frozenset[str]:
    """The lines that end with a question mark and stand as a title, folded.

    A label says so; or they are the subject again, in bold, in quotation marks or above their author's byline, with a
    text below.
    """
    lines = [line.strip() for line in text.split("\n")] if "?" in text else []
    return frozenset(
        fold(line)
        for at, line in enumerate(lines[:_LINES_AT_MOST])
        if line.rstrip(' *_»”"').endswith("?")
        and len(line) <= _LINE_AT_MOST
        and _is_title(line, lines[at + 1 :], subject, author)
    )


def _is_title(line: str, below: list[str], subject: str, author: str | None) -> bool:
    label = label_of(line)
    if label is not None:
        return label.field == "title"
    if sum(map(words, below)) < _TEXT_AT_LEAST:
        return False
    set_off = unmarked(line) != line or unquoted(line) != line
    return set_off or fold(line) == fold(subject) or _byline(next(filter(None, below), ""), author)


def _byline(line: str, author: str | None) -> bool:
    """Whether a line names the author with where they work, or several people."""
    found = bylines.line_of_people(line, author)
    return len(found) > 1 or any(person.affiliation for person in found)
