"""The programme as plain text of 72 columns, for a mailing list. Words and order are in `templates/pages/`."""

from __future__ import annotations

import re
import textwrap
from typing import Final

from callboard.call import Call
from callboard.programme.formats.events import Schedule
from callboard.programme.formats.view import Language
from callboard.templating import Templates

TEMPLATE: Final = "pages/programme.txt"

# A mail of this width still fits after it was quoted twice (RFC 3676, section 4.2).
WIDTH: Final = 72

# The longest span of time in each language, and two columns more: « 10 h 10–10 h 55 », "10:10–10:55".
_COLUMN: Final[dict[Language, int]] = {"fr": 17, "en": 13}


def render(call: Call, shown: Schedule, language: Language, templates: Templates) -> str:
    """The text in this language; titles and names stay as their authors wrote them."""
    days = [day.date for day in shown.days] or list(call.days)
    text = templates.render(
        TEMPLATE,
        shown=shown,
        language=language,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        fill=fill,
        underlined=underlined,
        column=lambda words: f"{words:<{_COLUMN[language]}}",
    )
    lines = [line.rstrip(" ") for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def fill(text: str, label: str = "") -> str:
    """Lines of at most 72 columns; the label stands before the first, the others are indented as far.

    Words that belong together stay so: textwrap breaks at no no-break space. An address or a word that is longer
    than a line stays whole.
    """
    return textwrap.fill(
        str(text),
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def underlined(heading: str) -> str:
    """A heading with its line of hyphens; never the two that would begin a signature."""
    lines = fill(heading)
    return f"{lines}\n{'-' * max(3, *(len(line) for line in lines.splitlines()))}"
