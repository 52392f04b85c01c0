"""HTML rewritten so that building its tree costs no more than its size.

The tree that the HTML standard prescribes takes quadratic time for elements nested without end (20,000 open `div`
take three seconds, a megabyte of them an hour), and quadratic memory for formatting that is never closed, as it
is copied into every paragraph that follows. A mail with many tags therefore passes through here first: every tag
is written anew, so that the parser sees exactly the tags that were counted, and tags beyond a sane depth are left
out. Their text stays.
"""

from __future__ import annotations

import re
from collections import Counter

HARMLESS = 1500  # tags, whatever they are
MOST_TAGS = 100_000
DEEPEST = 256
DEEPEST_FORMATTING = 6

# fmt: off
FORMATTING = frozenset((
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
))
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
))
# What the next one of its kind closes by itself, and so never nests.
SELF_CLOSING = frozenset((
    "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot",
))
DROPPED = frozenset((
    "script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp",
    "plaintext", "svg", "math", "template",
))
# fmt: on

_TOKEN = re.compile(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9:-]{0,30})([^<>]*)>|[!?][^<>]*>)?")
_KEPT = re.compile(
    r"""\b(style|class)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|(?<![\w-])(hidden)(?![\w-])""", re.I
)


def tamed(html: str) -> str:
    """The HTML itself when it has few tags, else the same written anew, without what makes trees explode."""
    return html if html.count("<") <= HARMLESS else _Tamer().written(html)


class _Tamer:
    """One pass over one mail: which elements are open, and how many tags there were."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.depth = 0
        self.formatting = 0
        self.left_out: Counter[str] = Counter()
        self.tags = 0

    def written(self, html: str) -> str:
        pieces: list[str] = []
        at = 0
        while True:
            start = html.find("<", at)
            if start < 0:
                break
            pieces.append(html[at:start])
            token = _TOKEN.match(html, start)
            if token is None:
                break
            at = token.end()
            name = (token[3] or "").lower()
            if token[1]:
                at = _after(html, "-->", at)
            elif name in DROPPED and not token[2] and not token[4].endswith("/"):
                at = _after(html, f"</{name}[^<>]*>?", at)
            elif name:
                pieces.append(self._tag(name, token[4], closing=bool(token[2])))
            elif token[0] == "<":
                pieces.append("&lt;")
        pieces.append(html[at:])
        return "".join(pieces)

    def _tag(self, name: str, attributes: str, *, closing: bool) -> str:
        self.tags += 1
        if self.tags > MOST_TAGS or name in DROPPED:
            return " "
        if name in VOID or name in SELF_CLOSING:
            return f"</{name}>" if closing else f"<{name}{_kept(attributes[:4000])}>"
        if closing:
            return self._closed(name)
        if self.depth >= DEEPEST or (name in FORMATTING and self.formatting >= DEEPEST_FORMATTING):
            self.left_out[name] += 1
            return ""
        self._count(name, 1)
        return f"<{name}{_kept(attributes[:4000])}>"

    def _closed(self, name: str) -> str:
        if self.left_out[name]:
            self.left_out[name] -= 1
            return ""
        if not self.open[name]:
            return ""
        self._count(name, -1)
        return f"</{name}>"

    def _count(self, name: str, step: int) -> None:
        self.open[name] += step
        self.depth += step
        if name in FORMATTING:
            self.formatting += step


def _kept(attributes: str) -> str:
    """The attributes that say what is hidden or emphasised."""
    kept = ""
    for found in _KEPT.finditer(attributes):
        value = found[2] or found[3] or found[4] or ""
        kept += f" {found[1]}='{value.replace(chr(39), '')}'" if found[1] else " hidden"
    return kept


def _after(html: str, end: str, at: int) -> int:
    """Where the text goes on after the next match of `end`, upper or lower case."""
    found = re.compile(end, re.IGNORECASE).search(html, at)
    return len(html) if found is None else found.end()
