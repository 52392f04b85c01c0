"""HTML to the text a person would have typed: `html_to_text`, and the runs that the author emphasised.

One line per paragraph, quotes as `> `, list items as `- `, the cells of a table row separated by tabs, hidden
pre-headers dropped. Nothing is fetched and nothing is executed: the HTML is only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from callboard.mailroom.charsets import one_line, tidy
from callboard.mailroom.htmltame import tamed

LONGEST = 2_000_000  # characters of HTML that are looked at
DEEPEST = 150  # nested elements; what lies deeper is kept as plain text
DEEPEST_QUOTE = 12

# fmt: off
BLOCKS = frozenset((
    "address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "li", "main", "nav", "section", "summary",
    "tbody", "tfoot", "thead", "tr",
))
PARAGRAPHS = frozenset((
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul",
))
SKIPPED = frozenset((
    "audio", "head", "iframe", "noscript", "object", "script", "select", "style", "svg",
    "template", "textarea", "title", "video",
))
# fmt: on
EMPHASIS = "u, ins, strong, b, [style*=underline], [style*=bold], [style*='font-weight']"

_PAGE = re.compile(r"\s{0,100}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]{0,300}charset\s{0,5}=[\"'\s]{0,3}([\w.:-]{2,40})", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(
    r"display:none|mso-hide:all|visibility:hidden|(?:font-size|max-height):0(?:px|pt|em|rem|%)?(?:[;!]|$)"
)
_UNDERLINED = re.compile(r"text-decoration(?:-line)?:[^;]*underline")
_BOLD = re.compile(r"font-weight:(?:bold|[6-9]00)")
_TIGHT = re.compile(r"margin(?:-bottom)?:0[^;]*(?:;|$)")
_SUPERSCRIPT = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_MARK = re.compile(r"[0-9][0-9, ]{0,10}")


@dataclass
class _Page:
    """Lines as they would be seen, written from left to right."""

    lines: list[str] = field(default_factory=list)
    current: str = ""
    gap: bool = False  # a blank line is owed before the next text
    bullet: str = ""  # owed before the next text

    def write(self, text: str) -> None:
        if self.bullet and text.strip():
            text, self.bullet = self.bullet + text.lstrip(" "), ""
        if text.startswith(" ") and (not self.current or self.current.endswith(" ")):
            text = text[1:]
        self.current += text

    def write_as_is(self, text: str) -> None:
        self.current += self.bullet + text
        self.bullet = ""

    def line_break(self) -> None:
        line = self.current.replace("\xa0", " ").rstrip()
        if self.gap and line and self.lines and self.lines[-1]:
            self.lines.append("")
        if line:
            self.gap = False
        self.lines.append(line)
        self.current = ""

    def block(self, *, paragraph: bool) -> None:
        """The edge of a block: ends the line if there is one, as a browser does."""
        if self.current.strip(" "):
            self.line_break()
        self.current = ""
        self.gap = self.gap or (paragraph and not self.bullet)

    def take(self, lines: list[str], prefix: str = "") -> None:
        """Finished lines of an inner block, each behind the prefix."""
        if self.gap and lines and self.lines and self.lines[-1]:
            self.lines.append("")
        self.gap = False
        self.lines += [(prefix + line).rstrip() for line in lines]

    def finished(self) -> list[str]:
        self.block(paragraph=False)
        return _trimmed(self.lines)


def looks_like_html(text: str) -> bool:
    """Whether a text is an HTML page, whatever its label."""
    return _PAGE.match(text) is not None


def charset_in_html(source: bytes) -> str | None:
    """The charset that the page itself declares."""
    found = _META.search(source, 0, 3000)
    return found[1].decode("ascii") if found else None


def html_to_text(html: str) -> str:
    """The text of an HTML mail, lines ended by LF, at most one blank line between paragraphs."""
    return _text_of(_tree(html))


def html_and_emphasis(html: str, *, wanted: bool = True) -> tuple[str, tuple[str, ...]]:
    """The text, where it is wanted, and the emphasised runs, of an HTML mail parsed once."""
    tree = _tree(html)
    return _text_of(tree) if wanted else "", _emphasis_in(tree)


def _tree(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(tamed(html[:LONGEST]))


def _text_of(tree: LexborHTMLParser) -> str:
    if tree.body is None:
        return ""
    page = _Page()
    _walk(tree.body, page, pre=False, depth=0, quotes=0)
    return re.sub(r"\n{3,}", "\n\n", tidy("\n".join(page.finished())))


def _walk(parent: LexborNode, page: _Page, *, pre: bool, depth: int, quotes: int) -> None:
    node = parent.child
    number = 0
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            _write_text(node.text_content or "", page, pre=pre)
        elif tag == "br":
            page.line_break()
        elif tag[:1] not in "-!_" and tag not in SKIPPED and not _is_hidden(node):
            if tag == "li":
                number += 1
            if depth >= DEEPEST:
                page.write(_SPACE.sub(" ", node.text(deep=True, separator=" ")))
            else:
                _element(node, tag, page, pre=pre, depth=depth + 1, quotes=quotes, number=number)
        node = node.next


def _write_text(text: str, page: _Page, *, pre: bool) -> None:
    if not pre:
        page.write(_SPACE.sub(" ", text))
        return
    first, *others = text.split("\n")
    page.write_as_is(first)
    for line in others:
        page.line_break()
        page.write_as_is(line)


def _element(
    node: LexborNode, tag: str, page: _Page, *, pre: bool, depth: int, quotes: int, number: int
) -> None:
    if tag == "tr":
        _row(node, page, depth=depth, quotes=quotes)
    elif tag == "blockquote" and quotes < DEEPEST_QUOTE:
        _inner(node, page, "> ", pre=pre, depth=depth, quotes=quotes + 1)
    elif tag == "li":
        page.block(paragraph=False)
        page.bullet = _bullet(node, number)
        _walk(node, page, pre=pre, depth=depth, quotes=quotes)
        page.block(paragraph=False)
        page.bullet, page.gap = "", False
    elif tag == "sup":
        _superscript(node, page, pre=pre, depth=depth, quotes=quotes)
    elif tag in BLOCKS or tag in PARAGRAPHS:
        paragraph = tag in PARAGRAPHS and not (tag == "p" and _is_tight(node))
        page.block(paragraph=paragraph)
        _walk(node, page, pre=pre or tag == "pre" or _keeps_lines(node), depth=depth, quotes=quotes)
        page.block(paragraph=paragraph)
    else:
        _walk(node, page, pre=pre or _keeps_lines(node), depth=depth, quotes=quotes)


def _inner(node: LexborNode, page: _Page, prefix: str, *, pre: bool, depth: int, quotes: int) -> None:
    page.block(paragraph=True)
    inner = _Page()
    _walk(node, inner, pre=pre, depth=depth, quotes=quotes)
    page.take(inner.finished(), prefix)
    page.block(paragraph=True)


def _row(node: LexborNode, page: _Page, *, depth: int, quotes: int) -> None:
    """The cells of a row on one line with tabs between; a cell of several lines goes on below."""
    page.block(paragraph=False)
    cells = []
    cell = node.child
    while cell is not None:
        if cell.tag in ("td", "th") and not _is_hidden(cell):
            inner = _Page()
            _walk(cell, inner, pre=False, depth=depth + 1, quotes=quotes)
            cells.append("\n".join(inner.finished()))
        cell = cell.next
    row = "\t".join(cells).strip("\t\n ")
    if row:
        page.take(row.split("\n"))


def _superscript(node: LexborNode, page: _Page, *, pre: bool, depth: int, quotes: int) -> None:
    # "Dupont<sup>1</sup>" must not become "Dupont1": the mark leads to an affiliation.
    mark = node.text(deep=True).strip()
    if _MARK.fullmatch(mark):
        page.write(mark.translate(_SUPERSCRIPT))
    else:
        _walk(node, page, pre=pre, depth=depth, quotes=quotes)


def _bullet(node: LexborNode, number: int) -> str:
    parent = node.parent
    return f"{number}. " if parent is not None and parent.tag == "ol" else "- "


def _style(node: LexborNode) -> str:
    return (node.attributes.get("style") or "")[:2000].replace(" ", "").lower()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN.search(_style(node)) is not None


def _is_tight(node: LexborNode) -> bool:
    """Outlook and Word write every line as a paragraph without margins."""
    return "Mso" in (node.attributes.get("class") or "") or _TIGHT.search(_style(node)) is not None


def _keeps_lines(node: LexborNode) -> bool:
    return node.tag == "code" or "white-space:pre" in _style(node)


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start]:
        start += 1
    while end > start and not lines[end - 1]:
        end -= 1
    return lines[start:end]


def _emphasis_in(tree: LexborHTMLParser) -> tuple[str, ...]:
    if tree.body is None:
        return ()
    underlined: list[str] = []
    bold: list[str] = []
    for node in tree.body.css(EMPHASIS)[:400]:
        style = _style(node)
        run = one_line(node.text(deep=True) or "")
        if not 2 <= len(run) <= 200 or _HIDDEN.search(style):
            continue
        if node.tag in ("u", "ins") or _UNDERLINED.search(style):
            underlined.append(run)
        elif node.tag in ("b", "strong") or _BOLD.search(style):
            bold.append(run)
    return tuple(dict.fromkeys(underlined + bold))[:50]
