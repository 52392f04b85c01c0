"""What of a mail is its sender's: own text, quotes, signature, and a mail forwarded inside the text.

Nothing is ever cut to empty, and the caller keeps the full text beside the parts. Lines are looked at one
by one with bounded looks ahead, so a hostile mail costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice, takewhile

from callboard.mailroom.mail import Address
from callboard.reading import attribution, headerblock, quotedlabel, subject
from callboard.reading.vocabulary import fold, pattern

_LONGEST_LINE = 400  # characters of a line that can be an attribution, a marker or a signature's opening
_REPLIED_TO = 12  # quoted lines above an answer that its label can stand over
_BLANKS_AT_MOST = 4  # in a row that are kept: more say nothing, and every rule looks at each
_SIGNATURE_LINES = 14  # more than this below "-- " is text that somebody pasted below a signature
_QUOTED = re.compile(r"\s{0,2}>")
_DRAWN = re.compile(r"[-_=]{2}")  # in every line that is drawn or delimits something
_UNDERSCORES = re.compile(r"[\s*]*_{5,}[\s*]*$")
_DELIMITER = re.compile(r"--[ \t\xa0]*\r?$")
_PGP = re.compile(r"-----(BEGIN|END) PGP (SIGNED MESSAGE|SIGNATURE)-----")
_LIST_FOOTER = re.compile(r"listinfo|sympa|https?://|mailman|@\S{1,99}\.\S", re.IGNORECASE)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}\s?[:h.]\s?\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\S@\S")
_LABEL_LINE = re.compile(r"[^\d@]{2,40}[:：]\s*[*_]*\s*$")


class _Role(IntEnum):
    OWN = 0
    QUOTED = 1
    SIGNATURE = 2


@dataclass(frozen=True)
class Forward:
    """A mail that was forwarded inside the text, as far as its copied headers say who and when."""

    sender: Address | None  # the address is empty where only a name was copied
    subject: str | None
    date: str | None  # as written
    to: str | None
    body: str


@dataclass(frozen=True)
class Reply:
    """What somebody wrote between the quoted lines, and the labelled line right above: "> Title: ..."."""

    label: str
    value: str
    text: str
    set_apart: bool = False  # as in our own letters, where no colon stands behind the label


@dataclass(frozen=True)
class Parts:
    """A text taken apart. `spans` are the (start, end) of the own lines in the text that was split.

    `signature_spans` are those of the signature.
    """

    own: str
    quoted: str = ""
    signature: str = ""
    forward: Forward | None = None
    cover: str = ""  # the own text above a forward
    spans: tuple[tuple[int, int], ...] = ()
    signature_spans: tuple[tuple[int, int], ...] = ()
    replies: tuple[Reply, ...] = ()  # the own words below quoted lines
    recovered: bool = False  # nothing was plainly the sender's, so that `own` is what could have been cut


@lru_cache(maxsize=8)  # what is forwarded in a mail is asked for by several rules
def split(text: str, forwarded_subject: bool = False) -> Parts:
    """Own text, quotes, signature and forward of a mail's text.

    `forwarded_subject` tells that the subject says Fwd: or TR:, which decides whether a copied header block
    opens a forwarded mail or the one that is answered.
    """
    lines = text.split("\n")
    walk = _Walk(lines, forwarded_subject)
    walk.run()
    own, spans = _collect(lines, walk.roles, _Role.OWN)
    quoted, _ = _collect(lines, walk.roles, _Role.QUOTED)
    signature, signed = _collect(lines, walk.roles, _Role.SIGNATURE)
    if walk.forward and walk.forward.body:  # nothing below the headers: they are all that there is
        return Parts(own, quoted, signature, walk.forward, own, spans, signed)
    if own:
        replies = tuple(_replies(lines, walk.roles))
        return Parts(own, quoted, signature, spans=spans, signature_spans=signed, replies=replies)
    rest = signature or "\n".join(line for line in lines if not _quoted(line)).strip() or text.strip()
    if rest == signature:
        return Parts(rest, quoted, spans=signed, recovered=True)
    return Parts(rest, quoted, signature, spans=((0, len(text)),), signature_spans=signed, recovered=True)


def origin(forward: Forward) -> Forward:
    """The mail at the bottom of nested forwards: the one whose text is more than a word on the way."""
    for _ in range(5):
        inner = split(forward.body, subject.is_forward(forward.subject or ""))
        if inner.forward is None or len(inner.cover.split()) > 60:
            return forward
        forward = inner.forward
    return forward


class _Walk:
    """One pass over the lines, giving each its role; stops at a forward."""

    def __init__(self, lines: list[str], forwarded_subject: bool) -> None:
        self.lines = lines
        self.forwarded_subject = forwarded_subject
        self.roles: list[_Role] = [_Role.OWN] * len(lines)
        self.forward: Forward | None = None
        self.attributions = attribution.find(lines)
        self.attributed = False
        self.signing_until = 0
        self.written = False  # whether a line with words was found to be the sender's

    def run(self) -> None:
        at = 0
        while at < len(self.lines):
            at = self._step(at)

    def _step(self, at: int) -> int:
        """Give line `at` (and perhaps more) its role and return the next line to look at."""
        line = self.lines[at]
        if not line and at >= self.signing_until:
            return at + 1
        if _quoted(line):
            return self._quote(at)
        if at in self.attributions:
            return self._attribution(at)
        if (":" in line or _DRAWN.search(line)) and self._separator(at):
            return len(self.lines)
        return self._plain(at, line)

    def _quote(self, at: int) -> int:
        end = at
        while end < len(self.lines) and _quoted(self.lines[end]):
            end += 1
        # An Apple forward is quoted as a whole, its headers too, and mostly the line that announces it.
        if self.forwarded_subject and (block := self._quoted_headers(at)):
            self._take_forward(at, block)
            return len(self.lines)
        above = next((line for line in reversed(self.lines[max(at - 2, 0) : at]) if line.strip()), "").strip()
        if self.attributed or not _labels_what_follows(above):
            self._mark(at, end, _Role.QUOTED)
        return end

    def _quoted_headers(self, at: int) -> headerblock.HeaderBlock | None:
        """The copied headers that a quote begins with, or that its line "Begin forwarded message:" announces."""
        if _marker(self.lines[at][:_LONGEST_LINE]) == "forward":
            return _block_below(self.lines, at + 1, least=2)
        return headerblock.find(self.lines, at)

    def _attribution(self, at: int) -> int:
        end = self.attributions[at]
        below = next((i for i in range(end, min(len(self.lines), end + 4)) if self.lines[i].strip()), None)
        arrows = below is not None and _quoted(self.lines[below])
        head = " ".join(self.lines[at:end])
        if self.forwarded_subject and below is not None:
            sender = headerblock.address(attribution.person(head))
            self._take_forward(at, headerblock.HeaderBlock(end), sender)
            return len(self.lines)
        if not arrows and not _DATED.search(head):
            return self._plain(at, self.lines[at])
        self.attributed = True
        self._mark(at, end if arrows else len(self.lines), _Role.QUOTED)
        return end if arrows else len(self.lines)

    def _separator(self, at: int) -> bool:
        """Whether the rest, from line `at` on, is a forwarded mail or the one that is answered."""
        line = self.lines[at][:_LONGEST_LINE]
        marker = _marker(line)
        if marker is None and not _underscores(line):
            block = headerblock.find(self.lines, at)
        else:
            block = _block_below(self.lines, at + 1, least=2 if marker else 3)
        if block is None and (marker is None or not line.lstrip(" >*").startswith(("-", "_", "="))):
            return False
        if marker == "forward" or (self.forwarded_subject and (block or marker)):
            self._take_forward(at, block or headerblock.HeaderBlock(at + 1))
        else:
            self._mark(at, len(self.lines), _Role.QUOTED)
        return True

    def _take_forward(self, at: int, block: headerblock.HeaderBlock, sender: Address | None = None) -> None:
        self._mark(at, len(self.lines), _Role.QUOTED)
        values = block.values
        body = _body(self.lines[block.end :])
        self.forward = Forward(
            sender or block.sender, values.get("subject"), values.get("date"), values.get("to"), body
        )

    def _plain(self, at: int, line: str) -> int:
        if at < self.signing_until:
            self.roles[at] = _Role.SIGNATURE
        elif _delimits(line) or (_underscores(line) and self._list_footer(at)):
            self.roles[at] = _Role.SIGNATURE
            self.signing_until = self._signature_end(at + 1)
        elif line.startswith("-----") and _PGP.match(line):
            return self._armour(at, line)
        else:
            return self._words(at, fold(line[:_LONGEST_LINE]).lstrip("*_ "))
        return at + 1

    def _words(self, at: int, folded: str) -> int:
        """A line of text: the sender's own, or what a telephone or an employer adds to every mail."""
        if pattern("quoting", "device").match(folded) and len(folded) < 90:
            self.roles[at] = _Role.SIGNATURE
        elif pattern("quoting", "disclaimer").match(folded) and self.written:
            return self._paragraph(at)
        self.written = self.written or bool(folded)
        return at + 1

    def _list_footer(self, at: int) -> bool:
        below = " ".join(self.lines[at + 1 : at + 4])[:1000]
        return bool(_LIST_FOOTER.search(below) or pattern("quoting", "list").search(fold(below)))

    def _signature_end(self, start: int) -> int:
        """Where the signature ends: at a quote; at its first blank line when it is too long for one."""
        gap, written = 0, 0
        for at in range(start, len(self.lines)):
            if _quoted(self.lines[at]):
                return at
            if self.lines[at].strip():
                written += 1
            elif written and not gap:
                gap = at
            if written > _SIGNATURE_LINES:
                return gap or at
        return len(self.lines)

    def _armour(self, at: int, line: str) -> int:
        """PGP's lines (RFC 9580, section 7): the opening with its Hash headers, or a whole signature."""
        ending = "PGP SIGNATURE" in line
        end = at + 1
        while end < len(self.lines) and (self.lines[end].strip() or ending):
            end += 1
            if ending and self.lines[end - 1].startswith("-----END"):
                break
        self._mark(at, end, _Role.SIGNATURE)
        return end

    def _paragraph(self, at: int) -> int:
        """A disclaimer, which may stand directly above the headers of the mail that is answered."""
        end = at + 1
        while end < len(self.lines) and self.lines[end].strip() and not self._quotes_below(end):
            end += 1
        self._mark(at, end, _Role.SIGNATURE)
        return end

    def _quotes_below(self, at: int) -> bool:
        """Whether a quote, or what announces one, begins on a line."""
        line = self.lines[at]
        if at in self.attributions or _quoted(line):
            return True
        return ":" in line and headerblock.find(self.lines, at) is not None

    def _mark(self, start: int, end: int, role: _Role) -> None:
        self.roles[start:end] = [role] * (end - start)


def _collect(lines: list[str], roles: list[_Role], wanted: _Role) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The lines of one role as text, without what is blank in excess, and their stretches as offsets."""
    if wanted not in roles:
        return "", ()
    kept: list[str] = []
    spans: list[tuple[int, int]] = []
    offset = blanks = 0
    for line, role in zip(lines, roles, strict=True):
        end = offset + len(line) + 1
        if role is wanted:
            blanks = 0 if line and not line.isspace() else blanks + 1
            if blanks <= _BLANKS_AT_MOST:
                kept.append(line)
            joined = bool(spans) and spans[-1][1] == offset
            spans[-1:] = [(spans[-1][0], end)] if joined else [*spans[-1:], (offset, end)]
        offset = end
    return "\n".join(kept).strip("\n\r \t\xa0\ufeff"), tuple(spans)


def _replies(lines: list[str], roles: list[_Role]) -> Iterator[Reply]:
    """The own stretches below a quoted line with a label, or below the lines that it is wrapped over."""
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and roles[end] is roles[at]:
            end += 1
        if roles[at] is _Role.OWN and at and roles[at - 1] is _Role.QUOTED:
            text = "\n".join(lines[at:end]).strip()
            label = _label_above(lines, roles, at) if text else None
            if label:
                yield Reply(label.label, label.value, text, label.set_apart)
        at = end


def _label_above(lines: list[str], roles: list[_Role], at: int) -> quotedlabel.QuotedLabel | None:
    """The label and the value of the last quoted paragraph above line `at`."""
    quoted = takewhile(lambda place: roles[place] is _Role.QUOTED, range(at - 1, -1, -1))
    return quotedlabel.above(lines[place] for place in islice(quoted, _REPLIED_TO))


# The sign that an expression needs is looked for first, since most lines have none.


def _quoted(line: str) -> bool:
    return ">" in line[:3] and _QUOTED.match(line) is not None


def _underscores(line: str) -> bool:
    return "_____" in line and _UNDERSCORES.match(line) is not None


def _delimits(line: str) -> bool:
    return line.startswith("--") and _DELIMITER.match(line) is not None


def _marker(line: str) -> str | None:
    """Whether a line announces a forwarded mail ("forward") or the answered one ("original")."""
    bare = line.strip(" >*\t\r\xa0")
    ruled = _ruled(line)
    if ruled:
        words = fold(ruled)
    elif bare.endswith(":") and len(bare) < 60:
        words = fold(bare[:-1])
    else:
        return None
    if pattern("quoting", "forward").match(words):
        return "forward"
    return "original" if ruled and pattern("quoting", "original").match(words) else None


def _ruled(line: str) -> str:
    """What stands on a drawn line: "----- Original message -----"."""
    bare = line.strip(" >*\t\r\xa0")
    inside = bare.lstrip("-_=")
    inside = inside.rstrip(": ").rstrip("-_= ").lstrip() if len(bare) - len(inside) >= 2 else ""
    return inside if len(inside) <= 120 else ""


def _block_below(lines: list[str], start: int, least: int) -> headerblock.HeaderBlock | None:
    """The header block that follows within two blank lines."""
    for at in range(start, min(len(lines), start + 3)):
        if lines[at].strip(" >\t\r\xa0"):
            return headerblock.find(lines, at, least)
    return None


def _labels_what_follows(line: str) -> bool:
    """Whether a block quote below this line is the sender's own: a heading or a short label."""
    return line.startswith("#") or (bool(_LABEL_LINE.match(line)) and len(line.split()) <= 5)


def _body(lines: list[str]) -> str:
    """The forwarded text, without the arrows before every line and without an end marker."""
    for at, line in enumerate(lines):
        if pattern("quoting", "end").match(fold(_ruled(line[:_LONGEST_LINE]))):
            lines = lines[:at]
            break
    written = [line for line in lines if line.strip()]
    if written and sum(line.startswith(">") for line in written) > 0.8 * len(written):
        lines = [re.sub(r"^> ?", "", line) for line in lines]
    return "\n".join(lines).strip("\n\r \t\xa0\ufeff")
