"""The headers that mail programs copy above a quoted or forwarded mail: De, Envoyé, À, Objet; From, Sent, ...

Every search here looks at a bounded number of lines, so a whole mail costs time in proportion to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from callboard.mailroom.mail import Address
from callboard.reading import vocabulary

# Bold in Markdown, quoted with an arrow, or from the cells of a table: all are headers to a person.
_LABEL = re.compile(
    r"[\s>*_|]{0,8}([^\W\d_][\w' ’()-]{0,24}?)[\s*_\xa0\u202f]{0,4}:[*_]{0,2}(?!/)\s{0,8}(.*)"
)
_MAILTO = re.compile(
    r"\[mailto:([^\]\s]{3,250})\]|<(?:mailto:)?([^<>\s]{1,250}@[^<>\s]{1,250})>", re.IGNORECASE
)
_BARE = re.compile(r"[^\s<>\"',;:()\[\]]{1,64}@[^\s<>\"',;:()\[\]]{3,250}")
_LONGEST = 40  # lines that a block may take, addressees wrapped over many lines included
_WRAPPED = 6  # lines that one header may be wrapped over


@dataclass(frozen=True)
class HeaderBlock:
    """The headers found, by what they are (from, to, date, subject, copy), and the line after them."""

    end: int
    values: dict[str, str] = field(default_factory=dict)

    @property
    def sender(self) -> Address | None:
        """Whom the block names as author; the address is empty where the program wrote the name only."""
        return address(self.values.get("from", ""))


def find(lines: list[str], start: int, least: int = 3) -> HeaderBlock | None:
    """The header block that begins on line `start`: a sender and at least `least` kinds of header in all."""
    values: dict[str, str] = {}
    last, at = None, start
    while at < min(len(lines), start + _LONGEST):
        label = _label(lines[at])
        if label:
            last = label[0]
            if last in values and last != "copy":
                break
            values.setdefault(last, label[1])
            at += 1
        elif last and _blank(lines[at]) and at + 1 < len(lines) and _may_go_on(values, lines[at + 1]):
            at += 1
        elif last and not _blank(lines[at]) and (wrapped := _continuation(lines, at, values)):
            values[last] = f"{values[last]} {' '.join(line.strip(' >') for line in lines[at:wrapped])}"[:2000]
            at = wrapped
        else:
            break
    return HeaderBlock(at, values) if "from" in values and len(values) >= least else None


def _label(line: str) -> tuple[str, str] | None:
    found = _LABEL.match(line[:1000])
    if not found:
        return None
    kind = _labels().get(vocabulary.fold(found[1]))
    return (kind, found[2].strip(" *_\t\r")) if kind else None


def _may_go_on(values: dict[str, str], line: str) -> bool:
    """Outlook's HTML leaves a blank line between headers: a new kind goes on, a body does not."""
    label = _label(line)
    return bool(label and label[0] not in values)


def _continuation(lines: list[str], at: int, values: dict[str, str]) -> int:
    """The line after a wrapped header that begins before `at`, or 0 where line `at` belongs to the body."""
    for end in range(at + 1, min(len(lines), at + _WRAPPED) + 1):
        if end < len(lines) and _label(lines[end]):
            return end
        if end == len(lines) or _blank(lines[end]):
            # Wrapped at the end of the block: only where the line above was full, or addressees go on.
            above = lines[at - 1].rstrip()
            return (
                end if end == at + 1 and (len(above) > 60 or above.endswith(",")) and len(values) >= 2 else 0
            )
    return 0


def _blank(line: str) -> bool:
    return not line.strip(" >\t\r\xa0\ufeff")


@cache
def _labels() -> dict[str, str]:
    """What each label, folded, stands for."""
    kinds = ("from", "to", "date", "subject", "copy")
    return {label: kind for kind in reversed(kinds) for label in vocabulary.phrases("quoting", kind)}


def address(value: str) -> Address | None:
    """The first person of a copied header: `Name <a@b>`, `Name [mailto:a@b]`, `a@b`, or a name alone."""
    value = value[:600].strip()
    if not value:
        return None
    found = _MAILTO.search(value)
    bare = None if found else _BARE.search(value)
    email = (found[1] or found[2]) if found else bare[0] if bare else ""
    name = value[: found.start()] if found else value[: bare.start()] if bare else value
    name = re.split(r"[<\[]", name)[0].strip(" \t\"'*_,;")
    return Address(name, email.strip(".")) if name or email else None
