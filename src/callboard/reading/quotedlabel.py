"""The label of the quoted line that somebody answers right below: "> Titre : ...".

Our own letters set labels apart without a colon: in text with blanks behind them ("> Durée       20 minutes"), in HTML
on a line of their own above the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callboard.reading.labelnames import field_named
from callboard.reading.layout import fold

_LONGEST_LINE = 400  # characters of a line that can hold a label
_QUOTED_LABEL = re.compile(r"([^\d:@]{2,40}?)\s?[:：](?!/)\s*(.*)$")
_SET_APART = re.compile(r"([^\d:@]{2,40}?)[ \xa0]{2,40}(\S.*)$")


@dataclass(frozen=True)
class QuotedLabel:
    """The label and its value; `set_apart` where no colon stands between them."""

    label: str
    value: str
    set_apart: bool = False


def above(lines: Iterable[str]) -> QuotedLabel | None:
    """The label of the last quoted paragraph; `lines` are the quoted ones from the lowest up."""
    value: list[str] = []
    blank = ended = False
    for line in lines:
        bare = line.lstrip("> \t\xa0").rstrip()
        if not bare:
            blank, ended = True, bool(value)
            continue
        if not blank and (label := _QUOTED_LABEL.match(bare[:_LONGEST_LINE])):
            return QuotedLabel(label[1].strip("*_ "), _joined(label[2], value))
        apart = None if ended else _SET_APART.match(bare[:_LONGEST_LINE])
        if apart and _known(apart[1]):
            return QuotedLabel(apart[1], _joined(apart[2], value), set_apart=True)
        if value and _known(bare):
            return QuotedLabel(bare, _joined("", value), set_apart=True)
        if ended:
            return None
        value.append(bare)
    return None


def _known(label: str) -> bool:
    return field_named(fold(label)) is not None


def _joined(first: str, below: list[str]) -> str:
    return " ".join([first, *reversed(below)]).strip()
