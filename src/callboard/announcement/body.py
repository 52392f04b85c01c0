"""The prose of a page as blocks (headings, list items, paragraphs), each line with its number in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from callboard.announcement.text import inline

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_BOLD_LINE = re.compile(r"(\*\*|__)([^*_]{1,120})\1\s*:?\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+•–—]|\d{1,3}[.)])\s+(\S.*)$")
_UNDERLINE = re.compile(r"(=+|-{3,})\s*$")
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}")

#: Levels beyond Markdown's six: a line that ends with a colon, a line all in bold.
LABEL_LEVEL, BOLD_LEVEL = 7, 8


@dataclass(frozen=True)
class Block:
    """One heading, list item or paragraph."""

    kind: Literal["heading", "item", "paragraph"]
    lines: tuple[tuple[int, str], ...]  # number and text, Markdown links undone
    level: int = 0  # of a heading; of an item, its indentation

    @property
    def text(self) -> str:
        """The block on one line."""
        return " ".join(text for _, text in self.lines)

    @property
    def line(self) -> int:
        """The number of its first line."""
        return self.lines[0][0]


def read_blocks(body: str, first_line: int) -> list[Block]:
    """The blocks of a Markdown text whose first line has that number in the page."""
    return _Blocks().read(_without_comments(body), first_line)


def _without_comments(body: str) -> str:
    # A comment leaves its line breaks, so that the numbers stay right.
    kept = _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), body)
    return _SHORTCODE.sub(lambda m: "\n" * m[0].count("\n"), kept)


class _Blocks:
    def __init__(self) -> None:
        self.done: list[Block] = []
        self.open: list[tuple[int, str]] = []
        self.item_level: int | None = None

    def read(self, body: str, first_line: int) -> list[Block]:
        fenced = False
        for number, raw in enumerate(body.split("\n"), first_line):
            if raw.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
                self._close()
            elif not fenced:
                for part in _BREAK.split(raw):
                    self._line(number, inline(part.expandtabs(4)).rstrip())
        self._close()
        return self.done

    def _line(self, number: int, text: str) -> None:
        if not text.strip():
            self._close()
        elif match := _HEADING.match(text):
            self._heading(number, match[2], len(match[1]))
        elif text.lstrip().startswith("|"):
            self._row(number, text)
        elif _UNDERLINE.match(text):
            self._underline(text)
        elif (match := _BOLD_LINE.match(text.strip())) and not self.open:
            self._heading(number, match[2], BOLD_LEVEL)
        elif match := _ITEM.match(text):
            self._close()
            self.open, self.item_level = [(number, match[2])], len(match[1])
        else:
            self.open.append((number, text.strip()))
            # What follows a line with a colon at its end is what it announces.
            if text.endswith(":") and self.item_level is None:
                self._close()

    def _row(self, number: int, text: str) -> None:
        # A row of a table reads like a list item: "Deadline : 1 May" of two cells, "Ada, Lab X, mail" of more.
        self._close()
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
        if any(cell.strip(":-") for cell in cells):
            row = (" : " if len(cells) == 2 else ", ").join(cell for cell in cells if cell)
            self.done.append(Block("item", ((number, row),)))

    def _underline(self, text: str) -> None:
        # Setext: one line underlined with === or ---; otherwise a rule across the page.
        if len(self.open) == 1 and self.item_level is None:
            (number, title), self.open = self.open[0], []
            self._heading(number, title, 1 if text.startswith("=") else 2)
        else:
            self._close()

    def _heading(self, number: int, text: str, level: int) -> None:
        self._close()
        if text.strip():
            self.done.append(Block("heading", ((number, text.strip()),), level))

    def _close(self) -> None:
        if self.open and self.item_level is None:
            self.done.append(Block("paragraph", tuple(self.open)))
        elif self.open and self.item_level is not None:
            self.done.append(Block("item", tuple(self.open), self.item_level))
        self.open, self.item_level = [], None
