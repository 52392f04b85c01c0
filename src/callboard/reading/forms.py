"""Forms pasted or sent by a web page: lines that are labels because the lines around them are.

A table's rows with a tab in each, and a label on a line with its value on the next. Which labels are known
is for `labels`; here the known ones show the shape, and the shape makes labels of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from callboard.reading import vocabulary
from callboard.reading.layout import Line, fold, paragraphs, ruler, words

_LABEL_AT_MOST = 90  # characters
_LABEL_WORDS = 12
_ROWS_AT_LEAST = 2  # whose labels are known
_FIELDS_AT_LEAST = 3  # of known labels above their values

_LINES_AT_LEAST = 4  # of known labels in a block
_NUMBER = re.compile(r"[ \t]{0,9}\(?(?:[0-9]{1,2}|[a-hA-H])[.)]\s{1,3}(?=\S)")
_WORDS = r"([^\W\d_](?:[^:\n.!?;\t()]|\([^()\n]{0,60}\)){1,60}\??)"
_LABEL = re.compile(rf"{_WORDS}:\s{{1,8}}\S")
_QUESTION = re.compile(rf"{_WORDS}(?::|(?<=\?)\s)")  # behind a number, with or without an answer

Known = Callable[[str], bool]


def labels(lines: Sequence[Line], known: Known) -> dict[int, int]:
    """Where each label line begins in the text, and where in that line its value does."""
    return {**_rows(lines, known), **_above_values(lines, known), **_lines(lines, known)}


def _lines(lines: Sequence[Line], known: Known) -> dict[int, int]:
    """The lines "Anything else?: ..." in a block most of whose lines have a label that is known."""
    found: dict[int, int] = {}
    for run in paragraphs(lines):
        shaped = [(line, label) for line in run if (label := _shaped(line.text)) and _short(label[1])]
        if sum(known(label[1]) for _, label in shaped) < _LINES_AT_LEAST:
            continue
        numbered = sum(label.start() > 0 for _, label in shaped) >= _LINES_AT_LEAST
        found |= {
            line.start: label.end(1) + 1
            for line, label in shaped
            if not _section(label[1]) and (label.start() or not numbered)
        }
    return found


def _shaped(text: str) -> re.Match[str] | None:
    """The label of a line, behind its number where it has one: "9. Conflict of interest: none"."""
    start = _behind_number(text)
    return (_QUESTION if start else _LABEL).match(text, start)


def _behind_number(text: str) -> int:
    number = _NUMBER.match(text)
    return number.end() if number else 0


def unnumbered(text: str) -> str:
    """A label without the number before it: "3. Format"."""
    return text[_behind_number(text) :]


def section(line: str, *, below: bool = False) -> bool:
    """Whether a line begins with the name of a part of an abstract: "Methods: we ..."; `below` another one."""
    head, colon, _ = line[:40].partition(":")
    within = below and fold(head) in vocabulary.words("label_words", "within")
    return bool(colon) and (within or _section(head))


def _section(text: str) -> bool:
    """Whether it is a part of an abstract rather than a label: "Methods: ..."."""
    return fold(text) in vocabulary.words("label_words", "sections")


def _rows(lines: Sequence[Line], known: Known) -> dict[int, int]:
    """The rows of a table whose cells stand on both sides of a tab."""
    rows = [line for line in lines if line.text.count("\t") == 1 and _short(line.text.split("\t")[0])]
    if sum(known(line.text.split("\t")[0].strip(" :")) for line in rows) < _ROWS_AT_LEAST:
        return {}
    return {line.start: line.text.index("\t") + 1 for line in rows}


def _above_values(lines: Sequence[Line], known: Known) -> dict[int, int]:
    """The first lines of paragraphs, where most paragraphs are a label with its value below."""
    runs = [
        run
        for run in paragraphs(lines)
        if len(run) >= 2 and _plain(unnumbered(run[0].text)) and not ruler(run[1].text)
    ]
    labels = {run[0].start: run[0].text for run in runs if known(unnumbered(run[0].text).strip(" :?*"))}
    if len(labels) < _FIELDS_AT_LEAST:
        return {}
    shouted = all(text.isupper() for text in labels.values())
    colons = all(text.endswith(":") for text in labels.values())
    others = (
        run
        for run in runs
        if not run[1].text[:1].islower()
        and (run[0].text.isupper() or not shouted)
        and (run[0].text.endswith((":", "?")) or not colons)
    )
    return {start: len(text) for start, text in labels.items()} | {
        run[0].start: len(run[0].text) for run in others
    }


def _plain(text: str) -> bool:
    """Whether a line may be a label without any mark: "Which days can you come?"."""
    return text[:1].isalnum() and _short(text) and not text.rstrip().endswith((".", ",", ";"))


def _short(text: str) -> bool:
    return 0 < len(text.strip()) <= _LABEL_AT_MOST and words(text) <= _LABEL_WORDS
