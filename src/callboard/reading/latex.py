r"""LaTeX as labelled text: `\title{…}`, `\author{…}`, the abstract's environment, keywords.

Only commands that name a field are undone; formulas and other commands stay the author's words.
"""

from __future__ import annotations

import re

_FIELDS = {
    "title": "Title",
    "author": "Authors",
    "affiliation": "Affiliation",
    "institute": "Affiliation",
    "email": "Email",
    "keywords": "Keywords",
    "abstract": "Abstract",
}
_COMMAND = re.compile(rf"\\({'|'.join(_FIELDS)})\s?(?:\[[^\]\n]{{0,100}}\])?\{{")
_DROPPED = re.compile(
    r"^[ \t]*\\(?:documentclass|usepackage|maketitle|date|begin\{document\}|end\{document\})[^\n]{0,300}$",
    re.MULTILINE,
)
_LONGEST = 20_000  # characters between a field's braces


def is_latex(text: str) -> bool:
    """Whether a text names its fields by LaTeX commands."""
    return "\\title{" in text or "\\begin{abstract}" in text


def labelled(text: str) -> str:
    """The text with its LaTeX fields as "Label: value" lines."""
    text = _DROPPED.sub("", text)
    text = text.replace("\\begin{abstract}", "\nAbstract:\n").replace("\\end{abstract}", "\n\n---\n\n")
    out, place = [], 0
    for match in _COMMAND.finditer(text):
        if match.start() < place:
            continue
        end = _closing(text, match.end())
        if end is None:
            break
        value = " ".join(text[match.end() : end].replace("\\and", ", ").replace("\\\\", ", ").split())
        out += [text[place : match.start()], f"\n{_FIELDS[match[1]]}: {value}\n\n"]
        place = end + 1
    return "".join([*out, text[place:]])


def _closing(text: str, start: int) -> int | None:
    """The brace that closes the one before `start`."""
    depth = 1
    for at in range(start, min(len(text), start + _LONGEST)):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return at
    return None
