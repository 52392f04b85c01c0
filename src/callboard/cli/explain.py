"""The command `read`: what is understood of a message, and why: its text with notes in the margin, then its fields."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from callboard.call import Call
from callboard.cli import readingpage
from callboard.cli.context import out, printable, read_calls
from callboard.errors import UnreadableMail
from callboard.mailroom.archive import messages
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import read_mail
from callboard.reading import Kind, Reading, margin, report, shown
from callboard.reading.margin import Noted

_STYLES = {
    "title": "bold cyan",
    "speakers": "green",
    "bio": "green",
    "abstract": "cyan",
    "keywords": "magenta",
    "links": "magenta",
    "duration_minutes": "yellow",
    "format": "yellow",
    "level": "yellow",
    "availability": "yellow",
}
_HEADERS = {"sender": "From", "subject": "Subject"}
_QUOTES = frozenset({"call", "forwarding", "quoted"})
_MARGIN_AT_MOST = 28
_TEXT_AT_LEAST = 20
_OF_A_QUOTE = 3  # lines; the others are counted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(read)


def read(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Message files, mboxes, Maildirs or folders; - reads one message."
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object for each message, one a line.")
    ] = False,
    page: Annotated[
        Path | None, typer.Option("--html", metavar="PAGE", help="Write a web page to this file instead.")
    ] = None,
) -> None:
    """Show what Callboard understands of messages, and why. Needs no database and changes nothing.

    Beside each line of the message stands the field that it went to, or why it was left out; below it each field
    with the rule that found it, its characters, and how sure the reader is.

    If there is a configuration, its topics and references are used; without one it works all the same.
    """
    call = _call(context)
    with DocumentReader() as documents:
        found = ((name, _understood(raw, call, documents)) for name, raw in _all_messages(files))
        if page is not None:
            page.write_text(readingpage.render(found, call), encoding="utf-8")
            return
        for name, reading in found:
            if as_json:
                sys.stdout.write(json.dumps(report.as_json(name, reading), ensure_ascii=False) + "\n")
            else:
                _show(name, reading, call)


def _call(context: typer.Context) -> Call | None:
    """The call that the messages are read for, if it is known which."""
    options = context.obj
    if options.call is None and not options.config.exists():
        return None
    calls = read_calls(context, allow_blanks=True)
    return None if calls.several and options.call is None else calls.one(options.call).call


def _all_messages(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        if path == Path("-"):
            yield "-", sys.stdin.buffer.read()
        else:
            yield from messages(path)


def _understood(raw: bytes, call: Call | None, documents: DocumentReader) -> Reading:
    try:
        return shown(read_documents(read_mail(raw), documents), call)
    except UnreadableMail as error:
        return Reading(Kind.UNREADABLE, str(error), 1.0, None)


def _show(name: str, reading: Reading, call: Call | None) -> None:
    """Print the message with its margin, and its fields with their sources."""
    out.print(printable(f"── {name}"), style="bold")
    for line in report.summary(reading):
        out.print(printable(f"   {line}"), soft_wrap=True)
    headers = [_header(reading, part) for part in _HEADERS if reading.parts.get(part)]
    for part in margin.shown(reading):
        out.print(printable("" if part == "text" else f"\n{part}"))
        above = [*headers, Noted("")] if part == "text" else []
        _print_lines([*above, *_shortened(margin.notes(reading, part))])
    for number, found in enumerate(reading.proposals, 1):
        several = f"proposal {number} of {len(reading.proposals)}" if len(reading.proposals) > 1 else ""
        out.print(printable(f"\n{several}" if several else ""))
        _print_rows(report.rows(found, reading.kind, call))
    out.print()


def _header(reading: Reading, part: str) -> Noted:
    names = tuple(dict.fromkeys(mark.name for mark in margin.marks(reading, part)))
    return Noted(f"{_HEADERS[part]}: {reading.parts[part]}", names, used=bool(names))


def _shortened(lines: Sequence[Noted]) -> Iterator[Noted]:
    """The lines without blank ones at their ends; of a long quote only the beginning."""
    texts = [at for at, line in enumerate(lines) if line.text.strip()]
    for names, run in groupby(lines[min(texts, default=0) : max(texts, default=-1) + 1], _quote):
        kept = list(run)
        if names is None or len(kept) <= _OF_A_QUOTE + 1:
            yield from kept
        else:
            yield from kept[:_OF_A_QUOTE]
            yield replace(kept[0], text=f"({len(kept) - _OF_A_QUOTE} more lines)")


def _quote(line: Noted) -> tuple[str, ...] | None:
    """What quote a line is of; None for the others."""
    return line.names if _QUOTES.issuperset(line.names) and line.names else None


def _print_lines(lines: Sequence[Noted]) -> None:
    """Each line with its note."""
    names = [_together(line.names) if line.text.strip() else "" for line in lines]
    wide = min(max(map(len, names), default=0), _MARGIN_AT_MOST)
    for line, name in zip(lines, names, strict=True):
        style = _style(line.names) if line.used else "dim" if line.names else ""
        _print_beside(_words(name[:wide].rjust(wide), style), " │ ", _words(line.text, style))


def _together(names: Sequence[str]) -> str:
    """The names, those of one field in several proposals as one: "title 1, speakers 1+2"."""
    numbers: dict[str, list[str]] = {}
    for name in names:
        field, _, number = name.partition(" ")
        numbers.setdefault(field.replace("_", " "), []).append(number)
    return ", ".join(f"{field} {'+'.join(of)}".rstrip() for field, of in numbers.items())


def _print_beside(name: Text, rule: str, text: Text) -> None:
    """A text beside a name, wrapped on a terminal."""
    width = max(out.width - len(name) - len(rule), _TEXT_AT_LEAST)
    for at, line in enumerate(text.wrap(out, width) if out.is_terminal else [text]):
        line.rstrip()
        beside = name.copy() if at == 0 else Text(" " * len(name))
        out.print(beside.append(rule, "dim").append_text(line), soft_wrap=True)


def _style(names: Sequence[str]) -> str:
    return next((_STYLES[name] for one in names if (name := one.split(" ")[0]) in _STYLES), "")


def _words(text: str, style: str) -> Text:
    shown: Text = printable(text.expandtabs())
    shown.stylize(style)
    return shown


def _print_rows(rows: Sequence[report.Row]) -> None:
    """Each field, and under it why: the rule, the characters, how sure."""
    wide = max((len(row.name) for row in rows), default=0)
    for row in rows:
        name = _words(row.name.ljust(wide), _STYLES.get(row.name.replace(" ", "_"), ""))
        _print_beside(name, "  ", _words(row.value, "" if row.rule else "dim"))
        if row.confidence is not None:
            why = _words(f"{row.rule}, {row.places}, ", "dim")
            sure = _words(
                report.percent(row.confidence), "yellow" if row.confidence < report.DOUBTFUL else "dim"
            )
            _print_beside(Text(" " * wide), "  ", why.append_text(sure))
