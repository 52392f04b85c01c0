"""The figures as tables, beside their goals, and their place in docs/accuracy.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from labelled import Score

# What people call a figure, what the judge calls it, and the goal where one was set.
MAIL = (
    ("kind of message", "kind accuracy", 0.98),
    ("the right person answered", "acknowledges the right person", 1.0),
    ("machines left unanswered", "machines left unanswered", 1.0),
    ("number of proposals", "right number of proposals", 1.0),
    ("title exact", "title exact", 0.95),
    ("title, words (F1)", "title words F1", None),
    ("no title invented", "no title invented", None),
    ("speakers' names (F1)", "speaker names F1", 0.97),
    ("speakers' addresses (F1)", "speaker emails F1", 0.97),
    ("affiliations, words (F1)", "affiliation words F1", 0.90),
    ("abstract, F1 of 0.95 or more", "abstract F1 >= 0.95", 0.93),
    ("abstract, words (F1)", "abstract words F1", None),
    ("language of the proposal", "proposal language", 0.99),
    ("language of the answer", "answer language", 0.99),
    ("length found", "duration_minutes found", 0.95),
    ("no length invented", "duration_minutes not invented", 0.99),
    ("keywords (F1)", "keywords F1", 0.90),
    ("format found", "format found", None),
    ("availability found", "availability found", None),
)
STRANGERS = (
    ("not taken for a proposal", "strangers' mail not taken for a proposal", 0.997),
    ("people not taken for machines", "people not taken for machines", 0.99),
    ("bounces left unanswered", "bounces left unanswered", 1.0),
    ("notifications left unanswered", "notifications left unanswered", 1.0),
    ("automatic replies left unanswered", "autoreplys left unanswered", 1.0),
    ("readable at all", "readable", 0.98),
)
MAIN = tuple(row for row in MAIL if row[2] is not None)
NAMES = {figure: name for name, figure, _ in (*MAIL, *STRANGERS)}
GAP = 0.03  # between the two parts of the corpus; more is a defect

Rows = tuple[tuple[str, str, float | None], ...]


def table(rows: Rows, columns: Mapping[str, Score]) -> str:
    """A Markdown table that also reads well on a terminal; figures below their goal are marked."""
    lines = [["", "goal", *columns]]
    for name, figure, goal in rows:
        if any(figure in score.figures for score in columns.values()):
            cells = [_cell(score, figure, goal) for score in columns.values()]
            lines.append([name, f"{goal:.3f}" if goal else "", *cells])
    first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
    rule = "|".join(["-" * (first + 2), *(f"{'-' * (width + 1)}:" for width in others)])
    written = [_line(line, first, others) for line in lines]
    return "\n".join([written[0], f"|{rule}|", *written[1:]])


def _cell(score: Score, figure: str, goal: float | None) -> str:
    if figure not in score.figures:
        return ""
    value, cases = score.figures[figure]
    return f"{'↓ ' if goal and value < goal else ''}{value:.3f} ({cases:,})"


def _line(cells: list[str], first: int, others: list[int]) -> str:
    right = [cell.rjust(width) for cell, width in zip(cells[1:], others, strict=True)]
    return "| " + " | ".join([cells[0].ljust(first), *right]) + " |"


def gaps(worked_on: Score, aside: Score) -> str:
    """A sentence on the figures in which the part kept aside falls behind; the widest gap first."""
    both = [name for name in NAMES if name in worked_on.figures and name in aside.figures]
    behind = {name: worked_on.figures[name][0] - aside.figures[name][0] for name in both}
    widest = sorted((name for name in both if behind[name] > GAP), key=lambda name: -behind[name])
    named = "; ".join(f"{NAMES[name]}: {100 * behind[name]:.0f}" for name in widest)
    return f"More than three points lower kept aside than worked on, in points: {named or 'nothing'}."


def confusions(columns: Mapping[str, Score]) -> str:
    """A list of the kinds taken for one another, one line for each column."""
    return "\n".join(f"- {name}: {score.confusion}" for name, score in columns.items())


def section(text: str, name: str) -> str | None:
    """What stands between the marker comments of this name; None where they are not there."""
    found = _markers(name).search(text)
    return found[2] if found else None


def with_section(text: str, name: str, content: str) -> str:
    """The text with this between the marker comments."""
    return _markers(name).sub(lambda found: found[1] + content + found[3], text)


def _markers(name: str) -> re.Pattern[str]:
    name = re.escape(name)
    return re.compile(rf"(<!-- begin: {name} -->\n)(.*?)(<!-- end: {name} -->\n)", re.DOTALL)


def paragraphs(parts: Iterable[str]) -> str:
    """Set apart by empty lines, and from what stands around them."""
    return "\n" + "\n\n".join(parts) + "\n\n"
