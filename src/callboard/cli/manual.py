"""The manual page: the help of every command, as troff. `python -m callboard.cli.manual > docs/callboard.1`."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import typer.main

from callboard import __version__
from callboard.cli import app

FILES = (
    (
        "config/callboard.toml",
        "The configuration; every key is explained in it, and in docs/configuration.md.",
    ),
    ("var/callboard.db", "The database, where none is configured."),
)
ENVIRONMENT = (
    ("CALLBOARD_CONFIG", "The configuration file."),
    ("CALLBOARD_DATABASE", "The database, before that of the configuration."),
    ("CALLBOARD_LOG", "text or json."),
    ("CALLBOARD_MAILBOX_NAME_PASSWORD", "The password of the mailbox NAME, in capitals."),
    ("CALLBOARD_SMTP_PASSWORD", "The password of the SMTP server."),
)
EXITS = (
    ("0", "All is well."),
    ("1", "Something needs a person."),
    ("2", "Wrong use or configuration; the message says what to change."),
    ("75", "Try again later: a server is away, or another pass is at work (EX_TEMPFAIL)."),
    ("70", "callboard run ended itself, since a pass showed no sign of life; start it again."),
)
LEFT_OUT = ("help", "install_completion", "show_completion")


def manual() -> str:
    """The page, in the man macros of groff and mandoc."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    root = typer.main.get_command(app)
    yield f'.TH CALLBOARD 1 "" "Callboard {__version__}" "Callboard"'
    yield from (".SH NAME", r"callboard \- run a call for talks out of the mailbox you already have")
    yield from (".SH SYNOPSIS", r".B callboard", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]")
    yield ".SH DESCRIPTION"
    yield from _paragraphs(root.help)
    yield ".SH OPTIONS"
    yield from _options(root)
    yield ".SH COMMANDS"
    yield from _commands("callboard", root)
    for title, rows in (("EXIT STATUS", EXITS), ("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)):
        yield f".SH {title}"
        for name, about in rows:
            yield from (".TP", rf"\fB{_escaped(name)}\fR", _escaped(about))


def _commands(name: str, group: Any) -> Iterator[str]:
    for word, command in group.commands.items():
        if getattr(command, "commands", None):
            if command.invoke_without_command:
                yield from _command(f"{name} {word}", command)
            yield from _commands(f"{name} {word}", command)
        else:
            yield from _command(f"{name} {word}", command)


def _command(name: str, command: Any) -> Iterator[str]:
    pieces = command.collect_usage_pieces(typer.Context(command))
    yield f".SS {_escaped(' '.join((name, *pieces)))}"
    yield from _paragraphs(command.help)
    yield from _options(command)


def _options(command: Any) -> Iterator[str]:
    for parameter in command.get_params(typer.Context(command)):
        record = parameter.get_help_record(typer.Context(command))
        if record is not None and parameter.name not in LEFT_OUT:
            yield from (".TP", rf"\fB{_escaped(record[0])}\fR", _escaped(record[1]))


def _paragraphs(text: str | None) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", inspect.cleandoc(text or "").strip())):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    """Nothing that troff would take for an order."""
    made = (
        text.replace("\\", r"\e")
        .replace("-", r"\-")
        .replace("“", r"\(lq")
        .replace("”", r"\(rq")
        .replace("’", r"\(cq")
    )
    return rf"\&{made}" if made.startswith((".", "'")) else made


if __name__ == "__main__":
    sys.stdout.write(manual())
