"""Templates for letters and pages: the user's own files first, then the ones that ship with Callboard.

Templates hold words, not decisions. The user's run in Jinja's immutable sandbox, a name that is not there is
an error and never a blank, and `.html` files escape what they show. Values and languages are arguments: nothing
here reads the clock or the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path, PurePosixPath
from traceback import walk_tb
from typing import Final

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from callboard import resources
from callboard.call import stretches
from callboard.errors import TemplateError

# What we take for a template in a folder where an editor may leave other files.
SUFFIXES: Final = frozenset({".txt", ".html", ".md"})

STYLESHEET: Final = "pages/programme.css"

NO_BREAK: Final = "\u00a0"

# Character references rather than backslashes: `\(` and `\[` begin a formula for some sites, and Hugo looks for
# shortcodes ({{< and {{%) before Markdown is read.
_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]()<>#|~^$&@%+=!\"]")
# At the beginning of a line these make a list, a rule or a definition.
_LEADING: Final = re.compile(r"^(\d{0,9})([.:\-])", re.MULTILINE)
# What a site may turn into a link, a dash or an ellipsis by itself.
_TURNED: Final = re.compile(r":(?=//)|(?<=www)\.|-(?=-)|(?<=-)-|\.(?=\.)", re.IGNORECASE)


def date_long(value: date, language: str) -> str:
    """The day in words: « lundi 11 octobre 2021 », "Monday 11 October 2021"; the wall date of a datetime."""
    if language == "fr":
        # CLDR has no ordinal in its patterns, and a French month begins with « 1er ».
        day = "1'er'" if value.day == 1 else "d"
        return format_date(value, f"EEEE {day} MMMM y", locale="fr")
    return format_date(value, "EEEE d MMMM y", locale="en_GB")


def date_day(value: date, language: str) -> str:
    """The day in words without the year: « mardi 1er juin », "Tuesday 1 June"."""
    return date_long(value, language).rpartition(" ")[0]


def date_short(value: date, language: str) -> str:
    """The day for a narrow place: « jeu. 1er avr. », "Thu 1 Apr"."""
    if language == "fr":
        day = "1'er'" if value.day == 1 else "d"
        return format_date(value, f"EEE {day} MMM", locale="fr")
    return format_date(value, "EEE d MMM", locale="en_GB")


def time_short(value: datetime | time, language: str) -> str:
    """The wall time: « 10 h 30 » (« 14 h » on the hour, spaces that do not break), "10:30"."""
    if language == "fr":
        hour = f"{value.hour}{NO_BREAK}h"
        return f"{hour}{NO_BREAK}{value.minute:02}" if value.minute else hour
    return f"{value.hour}:{value.minute:02}"


def date_time(value: datetime, language: str) -> str:
    """Day and wall time: « lundi 11 octobre 2021 à 10 h 30 », "Monday 11 October 2021 at 10:30"."""
    joint = "à" if language == "fr" else "at"
    return f"{date_long(value, language)} {joint}{NO_BREAK}{time_short(value, language)}"


def as_markdown(value: str) -> str:
    """A stranger's words as Markdown that shows exactly them: no markup, no shortcode, no link, no HTML."""

    def reference(match: re.Match[str]) -> str:
        return f"&#{ord(match[0])};"

    escaped = _TURNED.sub(reference, _SPECIAL.sub(reference, value))
    return _LEADING.sub(lambda match: f"{match[1]}&#{ord(match[2])};", escaped)


def inner_quotes(value: str) -> str:
    """What stands between « »: quotation marks inside it become “ ”, as French typography asks."""
    return re.sub(r"\s*»", "”", re.sub(r"«\s*", "“", value))


FILTERS: Final = {
    "as_markdown": as_markdown,
    "date_day": date_day,
    "date_long": date_long,
    "date_short": date_short,
    "date_time": date_time,
    "inner_quotes": inner_quotes,
    "stretches": stretches,
    "time_short": time_short,
}


def _environment(kind: type[Environment], folders: Sequence[Path]) -> Environment:
    made = kind(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False, default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= FILTERS
    return made


@cache
def _shipped(folder: Path) -> Environment:
    """For the templates that nobody replaced: they are compiled once in a process."""
    return _environment(Environment, (folder,))


class Templates:
    """The templates in force. Names are paths below `templates/`: `letters/fr/received.txt`."""

    def __init__(self, overrides: Path | None = None, css: Path | None = None) -> None:
        """Look in `overrides` first; `css` is the page's stylesheet. Raises TemplateError without that folder."""
        if overrides is not None and not overrides.is_dir():
            raise TemplateError(
                f"{overrides}: the folder of templates is missing; create it or remove the key"
            )
        self.own = {STYLESHEET: css} if css else {}
        shipped = resources.folder("templates")
        self.folders = (overrides, shipped) if overrides else (shipped,)
        # The sandbox is for files that others write; ours need none, and it costs a third of the rendering.
        sandboxed = ImmutableSandboxedEnvironment
        self.environment = _environment(sandboxed, self.folders) if overrides else _shipped(shipped)

    def render(self, name: str, **values: object) -> str:
        """The template with these values. Raises TemplateError that names file, line and what is wrong."""
        try:
            return self.environment.get_template(name).render(values)
        except (JinjaError, UnicodeDecodeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise TemplateError(self._explain(name, error)) from error

    def text(self, name: str) -> str:
        """The file of that name as it stands: a stylesheet, a script or a book's layout is no template of ours.

        Raises TemplateError when it cannot be read.
        """
        path = self.file(name)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{path}: {_reason(error)}") from error

    def file(self, name: str) -> Path:
        """Where that file lies: the user's own, or ours."""
        if own := self.own.get(name):
            return own
        found = (folder / name for folder in self.folders if (folder / name).is_file())
        return next(found, self.folders[0] / name)

    def exists(self, name: str) -> bool:
        """Whether there is a template of that name."""
        return any((folder / name).is_file() for folder in self.folders)

    def names(self) -> tuple[str, ...]:
        """Every template, the user's and ours, sorted."""
        return tuple(sorted(n for n in self.environment.list_templates() if _is_template(n)))

    def check(self) -> list[str]:
        """Compile every template; one line `file:line: what is wrong` for each broken one."""
        return list(self._broken())

    def _broken(self) -> Iterator[str]:
        for name in self.names():
            try:
                self.environment.get_template(name)
            except (JinjaError, UnicodeDecodeError) as error:
                yield self._explain(name, error)

    def _explain(self, name: str, error: Exception) -> str:
        """Where the template is wrong, and how."""
        file, line = str(self.file(name)), None
        for frame, at in walk_tb(error.__traceback__):
            # Jinja rewrites the traceback, so that frames of templates carry the template's file and line.
            if any(frame.f_code.co_filename.startswith(f"{folder}/") for folder in self.folders):
                file, line = frame.f_code.co_filename, at
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or file, error.lineno
        return f"{file}:{line}: {_reason(error)}" if line else f"{file}: {_reason(error)}"


def _is_template(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix in SUFFIXES and not any(part.startswith(".") for part in path.parts)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8; save it in that encoding"
    if isinstance(error, TemplateNotFound):
        return f"the template {error.name} is missing"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror})"
    return str(error) or type(error).__name__
