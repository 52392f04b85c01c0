r"""LaTeX as labelled text: `\title{…}`, `\author{…}`, the abstract's environment, keywords.

Only commands that name a field are undone, and in the end accents; formulas and other commands stay the author's
words. Every character keeps its place, so that what is found can be shown where it stands.
"""

from __future__ import annotations

import re
from dataclasses import replace

from callboard.reading.result import ProposalFound
from callboard.reading.texnames import accented

# No label is longer than its command: it must fit in its place.
_FIELDS = {
    "title": "Title",
    "author": "Author",
    "affiliation": "Affiliation",
    "institute": "Institute",
    "email": "Email",
    "keywords": "Keywords",
    "abstract": "Abstract",
}
_COMMAND = re.compile(rf"\\({'|'.join(_FIELDS)})\s?(?:\[[^\]\n]{{0,100}}\])?\{{")
_DROPPED = re.compile(
    r"^[ \t]*\\(?:documentclass|usepackage|maketitle|date|begin\{document\}|end\{document\})[^\n]{0,300}$",
    re.MULTILINE,
)
_WITHIN = {"\\and": ",   ", "\\\\": ", ", "\n": " "}  # what separates people and lines between braces
_BEGIN, _END = "\\begin{abstract}", "\\end{abstract}"
_LONGEST = 20_000  # characters between a field's braces


def is_latex(text: str) -> bool:
    """Whether a text names its fields by LaTeX commands."""
    return "\\title{" in text or _BEGIN in text


def labelled(text: str) -> str:
    """The text with its LaTeX fields as "Label:value" lines, as long as before."""
    text = _DROPPED.sub(lambda command: " " * len(command[0]), text)
    text = text.replace(_BEGIN, "\nAbstract:".ljust(len(_BEGIN) - 1) + "\n")
    text = text.replace(_END, "\n\n---".ljust(len(_END) - 2) + "\n\n")
    out, place = [], 0
    for match in _COMMAND.finditer(text):
        if match.start() < place:
            continue
        end = _closing(text, match.end())
        if end is None:
            break
        value = re.sub(r"\\and|\\\\|\n", lambda sign: _WITHIN[sign[0]], text[match.end() : end])
        label = f"\n{_FIELDS[match[1]]}".ljust(len(match[0]) - 1)
        out += [text[place : match.start()], f"{label}:{value}\n"]
        place = end + 1
    return "".join([*out, text[place:]])


def with_accents(found: ProposalFound) -> ProposalFound:
    r"""The proposal with its accents as letters: "m\'etiers" is how LaTeX spells a word, and no formula."""
    return replace(
        found,
        title=accented(found.title) if found.title else None,
        abstract=accented(found.abstract) if found.abstract else None,
        keywords=tuple(map(accented, found.keywords)),
    )


def _closing(text: str, start: int) -> int | None:
    """The brace that closes the one before `start`."""
    depth = 1
    for at in range(start, min(len(text), start + _LONGEST)):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return at
    return None
