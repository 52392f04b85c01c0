"""Labelled fields: "Titre : …", "## Abstract", "Mots clé ; …", table cells, form dumps.

Cuts a text into blocks, each under its label. Which words name which field is for `labelnames`, what a block's
words mean for `fields`, `people` and `title`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from callboard.reading import forms
from callboard.reading.labelnames import field_named as field_named
from callboard.reading.labelnames import joins, without_hint
from callboard.reading.layout import ORNAMENTS, Line, anchor, ruler, width
from callboard.reading.pieces import begins_with_name, goes_on_with_people

# Fields whose value is some paragraphs; any other value ends with its own paragraph.
_LONG = frozenset({"abstract", "outline", "bio", "references", "paper"})
# Fields whose label may stand alone on a line, without a sign that it is a label.
_BARE = frozenset(
    {"title", "speakers", "abstract", "keywords", "bio", "references", "paper", "duration", "affiliation"}
)
_FULL_STOP = frozenset({"title", "speakers", "abstract", "keywords"})  # "Résumé. Cet article ..." as in print
_NO_HINTS = frozenset({"title", "speakers", "affiliation", "email"})
_LABEL_AT_MOST = 110  # characters: "* Content (Briefly describe ...):" is a label with its hint
_REMEMBERED = 200  # characters of a line that is remembered
_BOX = re.compile(r"\[[ xX✓✔]{0,3}\]|\([ xX✓✔]{1,3}\)(?=\s)|[☐□◻⬜☑☒✅■]")
_NUMBER = re.compile(r"\(?(?:[0-9]{1,2}|[a-hA-H])[.)/]\s{1,3}(?=\S)")  # "1. Titre : ...", "1/ Titre : ..."
_FOOTNOTE = re.compile(r"[ \t]{0,99}(?:[⁰¹²³⁴-⁹]|\^|\([0-9a-z]{1,2}\)|\[[0-9]{1,2}\]|[0-9]{1,2}[ .)]|[*†‡])")
_FIELD = re.compile(r":[^\W\d_][^:\n]{0,60}:[ \t]")  # ":Author: ..." in reStructuredText
_SIGN = re.compile(r"[()\[\]:=\t：|.;–—-]")  # what can end a label, and brackets
_WRAPS_FROM = 45
_TITLE_SLACK = 8  # characters by which a title may be broken before the width of the text
_UNKNOWN = re.compile(r"[^\W\d_][^:\n.!?;\t]{1,50}(?:[ \u00a0]?:(?=\s)|\t)\s{0,8}(?=\S)")
_UNKNOWN_AT_MOST = 6  # words
_HEADING_AT_MOST = 5  # words
_DASHED_AT_MOST = 5  # words of a label that a dash sets off
_SENTENCES_FROM = 30  # words behind "Keywords:" that may be sentences
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{2}[.!?]\s{1,3}[A-ZÀ-Ý]")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found at the start of a line; the value begins at `value` in that line."""

    field: str
    rule: str  # "label" or "heading"
    value: int
    level: int = 0  # of a Markdown heading


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one label; `field` is "" for text under none and "heading" under an unknown heading."""

    field: str
    rule: str
    lines: tuple[Line, ...]
    level: int = 0
    cut: bool = False  # a drawn line stands above
    heading: Line | None = None


def label_of(text: str) -> Label | None:
    """The label that a line begins with, if it begins with one."""
    return _known_label(text) if len(text) <= _REMEMBERED else _label(text)


@lru_cache(maxsize=8192)  # each rule that looks for labels asks about every line, of long texts too
def _known_label(text: str) -> Label | None:
    return _label(text)


def _label(text: str) -> Label | None:
    if not text or _BOX.match(text.lstrip(ORNAMENTS)):
        return None
    body = text.lstrip(ORNAMENTS)
    body = body[1:] if _FIELD.match(body) else body
    number = _NUMBER.match(body)
    body = body[number.end() :] if number else body
    start = len(text) - len(body)
    marks = text[:start]
    level = marks.count("#")
    if _is_wiki_heading(text):
        return _alone(text, text.strip("= \t"), 2)
    for at, sign in _separators(body):
        found = _separated(body, at, sign)
        if found is not None:
            value = start + at + 1
            value += len(text[value:]) - len(text[value:].lstrip(" \t:\u00a0\u202f"))
            if marks.strip(" \t#-") and text[value:].startswith(marks.strip(" \t#-")):
                value += len(marks.strip(" \t#-"))  # the end of "**Titre :** ..."
            return Label(found, "label", value, level)
    return _alone(text, body, level)


def _is_wiki_heading(text: str) -> bool:
    """Whether a line is a heading as in wikis: "== Abstract =="."""
    return text.startswith("==") and text.rstrip().endswith("==") and bool(text.strip("= \t"))


def _separated(body: str, at: int, sign: str) -> str | None:
    words = body[:at].rstrip(" _")  # the end of "_Titre_ : ..."
    if sign == ".":
        whole = field_named(words) if len(words) <= 12 and words[:1].isupper() else None
        return whole if whole in _FULL_STOP else None
    if sign in "-–—":
        bare = without_hint(words).split()
        if len(bare) == 1 or words.isupper():
            return field_named(words)
        # "Proposed title – ..." is a label, "Talk proposal – An event" a heading.
        set_off = body[at - 1 : at] == " " == body[at + 1 : at + 2] and len(bare) <= _DASHED_AT_MOST
        return (
            named if set_off and (named := field_named(words)) not in ("abstract", "level", "other") else None
        )
    if sign == ";":
        return field_named(words, misspelt=True) if len(words.split()) <= 3 else None
    return field_named(words, misspelt=True)


def _separators(body: str) -> Iterator[tuple[int, str]]:
    """Places of the signs that can end a label, outside brackets; the first certain one is the last tried."""
    depth = 0
    for found in _SIGN.finditer(body[:_LABEL_AT_MOST]):
        at, sign = found.start(), found[0]
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif depth <= 0 and sign in ":=\t：|":
            yield at, ":"
            return
        elif depth <= 0 and at < 30 and (sign in ".;–—" or (sign == "-" and body[at - 1 : at] == " ")):
            yield at, sign


def _alone(text: str, body: str, level: int) -> Label | None:
    """A label that has the line for itself: "RÉSUMÉ", "## Abstract", "**Title**"."""
    if len(body) > _LABEL_AT_MOST or body.endswith((".", ",", "?", "!")):
        return None
    found = field_named(body.rstrip("*_`# \t|"), misspelt=level > 0)
    if found is None:
        return None
    marked = level > 0 or (text[:1] in "*_" and body.endswith(("*", "_")))
    if not marked and (
        found not in _BARE or text[:1] in "-•·▪" or not body.lstrip("0123456789. ")[:1].isupper()
    ):
        return None
    return Label(found, "heading", len(text), level)


@dataclass(slots=True)
class _Open:
    """A block being gathered."""

    field: str = ""
    rule: str = ""
    level: int = 0
    cut: bool = False
    heading: Line | None = None
    lines: list[Line] = dataclasses.field(default_factory=list)
    worded: str = ""  # the last line with words on it

    def take(self, line: Line) -> None:
        self.lines.append(line)
        if not line.blank:
            self.worded = line.text

    def closed(self) -> Block:
        return Block(self.field, self.rule, tuple(self.lines), self.level, self.cut, self.heading)


def blocks(lines: Sequence[Line]) -> list[Block]:
    """The text cut at its labels and headings, in order; comments and tables of contents are left out."""
    gathered = [_Open()]
    seen = list(_visible(lines))
    form = forms.labels(seen, lambda text: field_named(text) is not None)
    headings = _headings(seen)
    wraps_at = width(seen)
    for line in seen:
        following = _opened_by(gathered[-1], line, form.get(line.start), headings.get(line.start), wraps_at)
        if following is not None:
            gathered.append(_returning(following, gathered))
        elif not ruler(line.text):
            gathered[-1].take(line)
    return [
        _not_in_a_sentence(block.closed()) for block in gathered if block.lines or block.field or block.cut
    ]


def _headings(lines: Sequence[Line]) -> dict[int, Label]:
    """The lines that name a field and stand alone, as headings of documents do; one by itself may be a title."""
    found = {
        line.start: Label(field_named(line.text) or "other", "heading", len(line.text))
        for above, line, below in zip((None, *lines), lines, (*lines[1:], None), strict=False)
        if (above is None or above.blank) and below is not None and below.blank and _is_heading(line.text)
    }
    return found if len(found) > 1 else {}


def _is_heading(text: str) -> bool:
    return (
        text[:1].isupper()
        and len(text.split()) <= _HEADING_AT_MOST
        and not text.endswith((".", ",", ":", ";", "!"))
        and field_named(text) is not None
    )


def _not_in_a_sentence(block: Block) -> Block:
    """A paragraph that only begins like a label: "The keywords: big data and ..., are in all papers today. ..."."""
    written = " ".join(line.text for line in block.lines)
    if block.field != "keywords" or block.heading is None or len(written.split()) < _SENTENCES_FROM:
        return block
    whole = (block.heading, *(line for line in block.lines if line.end > block.heading.end))
    return Block("", "", whole) if _SENTENCE_ENDS.search(written) else block


def _returning(opened: _Open, gathered: Sequence[_Open]) -> _Open:
    """Text below a form's hint ("Length limit: 900") belongs to the heading that the hint stands under."""
    if not opened.field and not opened.cut and len(gathered) > 1:
        hint, above = gathered[-1], gathered[-2]
        is_hint = hint.rule == "label" and hint.field not in _NO_HINTS
        if is_hint and above.rule == "heading" and above.field in _LONG and not above.worded:
            opened.field, opened.rule, opened.level = above.field, above.rule, above.level
    return opened


def _opened_by(
    block: _Open, line: Line, end: int | None, heading: Label | None, wraps_at: int | None
) -> _Open | None:
    """The block that `line` opens, or None where it belongs to the one being gathered.

    `end` is where the label ends on a line that a form makes one, `heading` the label of a line that stands
    alone, `wraps_at` the width of the text.
    """
    structured = block.field == "abstract" and bool(block.lines) and forms.section(block.lines[0].text)
    if forms.section(line.text, below=structured):
        return _structured(block, line)
    label = label_of(line.text) or heading
    if end is not None and not (label is None and _goes_on(block, line, wraps_at)):
        label = Label(
            field_named(forms.unnumbered(line.text[:end]).strip(" \t:?*")) or "other",
            "label",
            len(line.text) - len(line.text[end:].lstrip()),
        )
    elif label is None and not _goes_on(block, line, wraps_at):
        label = _unknown(block, line)
    if (
        label is not None
        and not _runs_on(block, line)
        and not _chosen(block, label)
        and not (label.rule == "heading" and _inside(block, label.level))
    ):
        opened = _Open(label.field, label.rule, label.level, heading=line)
        value = line.text[label.value :].rstrip(" \t|") if _row(line.text) else line.text[label.value :]
        if value.strip():
            # A cell that was turned stands in its own place, without its label.
            start = line.start + label.value if line.end - line.start == len(line.text) else line.start
            opened.take(Line(value, start, line.end))
        return opened
    if ruler(line.text):
        return None if _underlines(block, line.text) else _Open(cut=True)
    level = _level(line.text)
    if level and not _inside(block, level):
        return _Open("heading", "heading", level, heading=line)
    if _ended(block, line, wraps_at):
        opened = _Open()
        opened.take(line)
        return opened
    return None


def _structured(block: _Open, line: Line) -> _Open | None:
    """The text that begins with the name of a part ("Aim: ..."), where a short labelled value stands above."""
    if block.rule != "label" or block.field in ("", *_LONG) or not block.worded or block.lines[-1].blank:
        return None
    opened = _Open("abstract", "label")
    opened.take(line)
    return opened


def _unknown(block: _Open, line: Line) -> Label | None:
    """A label that no list has ("Coffee or tea: ..."), directly below a short labelled value."""
    if block.rule != "label" or block.field in _LONG or not block.worded or block.lines[-1].blank:
        return None
    shaped = _UNKNOWN.match(line.text)
    if block.field == "speakers" and "\t" in line.text and goes_on_with_people(line.text):
        return None  # the next row of a table of people
    if shaped is None or len(shaped[0].split()) > _UNKNOWN_AT_MOST:
        return None
    return Label("other", "label", shaped.end())


def _runs_on(block: _Open, line: Line) -> bool:
    """Whether a line goes on with the sentence above: a wrapped word before a colon is no label."""
    if not line.text[:1].islower() or not block.lines:
        return False
    if block.rule == "label" and block.heading is not None and block.heading.text[:1].islower():
        return False  # whoever writes one label in small letters writes all of them so
    above = block.lines[-1].text
    # In a text a line that was wrapped twice may be short: "... Examples for short" above "descriptions: ...".
    long = len(above) >= 50 or (block.field == "abstract" and len(block.lines) > 1 and bool(above.strip()))
    return long and not above.endswith((".", "!", "?", ":", ";"))


def _chosen(block: _Open, label: Label) -> bool:
    """Whether a word like a label is the value of the field that stands open above it: "Format", then "Talk"."""
    return block.field == "format" and not block.worded and label.rule == "heading" and not label.level


def _underlines(block: _Open, drawn: str) -> bool:
    """Whether a drawn line stands under a heading rather than between two parts."""
    heading = block.heading.text if block.heading else ""
    above = (block.lines[-1].text if block.lines else heading).strip()
    return drawn.strip()[:1] in "=~" or (bool(above) and abs(len(drawn.strip()) - len(above)) <= 2)


def _level(text: str) -> int:
    """The level of a Markdown heading, 0 for other lines."""
    marks = 2 if _is_wiki_heading(text) else len(text) - len(text.lstrip("#"))
    return marks if 0 < marks <= 6 and text[marks : marks + 1] == " " and text[marks:].strip() else 0


def _inside(block: _Open, level: int) -> bool:
    """Whether a heading of that level belongs to the long text being gathered."""
    return block.field == "abstract" and 0 < block.level < level


def _goes_on(block: _Open, line: Line, wraps_at: int | None) -> bool:
    """Whether a line is the wrapped rest of the one above: its first word did not fit there any more."""
    if not block.worded or block.lines[-1].blank or line.blank:
        return False
    above = block.lines[-1]
    if above.text.rstrip().endswith((",", ";", "/", "&")) or joins(above.text):
        return True
    if block.field == "title" and above.text.rstrip().endswith((":", "–", "—")):
        return True  # the subtitle follows
    written = above.end - (block.heading.start if block.heading and len(block.lines) == 1 else above.start)
    if wraps_at is None:
        return written >= _WRAPS_FROM
    together = written + 1 + len(line.text.split(maxsplit=1)[0])
    if together > wraps_at or block.field != "title":
        return together > wraps_at
    # Who wraps by hand does not do it at the same column everywhere.
    loosely = together > wraps_at - _TITLE_SLACK
    return loosely and not (goes_on_with_people(line.text) or begins_with_name(line.text))


def _ended(block: _Open, line: Line, wraps_at: int | None) -> bool:
    """Whether a short value is complete before this line."""
    if block.heading is not None and _row(block.heading.text) and not _row(line.text):
        return True  # below a table
    if not block.field or block.field in _LONG or block.field == "heading" or not block.worded:
        return False
    above = block.lines[-1]
    if above.blank:
        return not (_item(line.text) and _item(block.worded))
    if line.blank or _item(line.text) or _BOX.search(line.text[:12]):
        return False
    if block.field == "speakers" and (_FOOTNOTE.match(line.text) or goes_on_with_people(line.text)):
        return False
    if block.rule == "heading" and block.field != "title":
        return False
    return not _goes_on(block, line, wraps_at)


def _row(text: str) -> bool:
    """Whether a line is a row of a table drawn with bars, as in Markdown."""
    return text.lstrip()[:1] == "|"


def _item(text: str) -> bool:
    return text.lstrip()[:2] in ("- ", "* ", "• ", "+ ", "[ ", "[x", "[]") or text.lstrip().startswith(
        ("-\t", ">")
    )


def _visible(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines without HTML comments, code fences and links within the page."""
    hidden = False
    for line in lines:
        text = line.text
        if hidden or text.lstrip().startswith("<!--"):
            hidden = "-->" not in text
        elif not text.lstrip().startswith("```") and not anchor(text):
            yield line
