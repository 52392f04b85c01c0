"""The command `rehearse`."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from callboard import rehearsal
from callboard.cli.context import (
    clock,
    opened,
    out,
    print_json,
    printable,
    read_config,
    say_error,
)
from callboard.config import Config
from callboard.errors import ConfigError
from callboard.mailroom.archive import messages
from callboard.rehearsal import Difference, MessageLine, Rehearsal
from callboard.worker import Worker

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rehearse)


def rehearse(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHAT...",
            help="Archives (mbox, Maildir, .eml, a folder of them) or names of mailboxes of the configuration. "
            "Nothing: the messages that the database keeps.",
        ),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="Print only what is dealt with otherwise than it was. Exit 1 if anything is."
        ),
    ] = False,
    leave: Annotated[
        Path | None,
        typer.Option("--out", help="Leave the letters (.eml), the digest and the programme in this folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Do everything, and let nothing of it happen: no letter leaves, no mailbox, database or page changes.

    Shows what would become of messages: of an archive, of a mailbox before it is connected, or, with --compare after
    an upgrade or a change of templates, of the messages that were dealt with already. What people did by commands or
    by answering the digest is not done again.
    """
    if compare and what:
        raise ConfigError("--compare is about the messages that the database keeps; name nothing beside it")
    if leave is not None and leave.exists() and (not leave.is_dir() or any(leave.iterdir())):
        raise ConfigError(f"{leave} is not an empty folder; name a new one")
    config = read_config(context, allow_blanks=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="callboard-rehearsal-")))
        stage = stack.enter_context(rehearsal.stage(config, folder, clock))
        gone = _take(stage, config, what or [], folder)
        played = rehearsal.play(stage, leave or folder / "programme")
        if leave is not None:
            rehearsal.leave(played, leave)
        found, left = _compare(config, played, folder) if compare else ((), 0)
    for problem in played.report.problems:
        say_error(problem)
    if as_json:
        _print_json(played, found if compare else None)
    elif compare:
        _print_differences(played, found, left, gone)
    else:
        _print(played, gone)
    raise typer.Exit(1 if found else played.report.exit_code)


def _take(stage: Worker, config: Config, what: Sequence[str], folder: Path) -> int:
    """Bring the messages in. Returns how many kept ones have no bytes any more."""
    gone, names = 0, {m.name for m in config.mailboxes}
    for one in what:
        if one in names:
            report = rehearsal.take_mailbox(stage, one)
            if report.problems:
                say_error(report.problems[0])
                raise typer.Exit(report.exit_code)
        elif Path(one).exists():
            rehearsal.take_files(
                stage, (raw for _, raw in messages(Path(one), config.worker.max_message_bytes))
            )
        else:
            there = f"; the mailboxes are {', '.join(sorted(names))}" if names else ""
            raise ConfigError(f"{one} is neither a file or folder nor a mailbox{there}")
    if not what:
        with opened(config, upgrade=False) as engine, rehearsal.as_kept(engine, folder) as sessions:
            gone = rehearsal.take_kept(stage, sessions)
    return gone


def _compare(config: Config, played: Rehearsal, folder: Path) -> tuple[Sequence[Difference], int]:
    with (
        opened(config, upgrade=False) as engine,
        rehearsal.as_kept(engine, folder) as sessions,
        sessions() as db,
    ):
        return rehearsal.compare(db, played)


def _print(played: Rehearsal, gone: int) -> None:
    for line in played.lines:
        out.print(printable("\n".join((_heading(line), *(f"  {x}" for x in _becomes(line))))), soft_wrap=True)
    counts = [f"{n} {outcome.replace('_', '-')}" for outcome, n in sorted(rehearsal.counts(played).items())]
    out.print(f"\n{_number(len(played.lines))}{': ' if counts else ''}{', '.join(counts)}.")
    out.print(f"Nothing was sent, marked or kept.{_gone(gone)}", soft_wrap=True)


def _heading(line: MessageLine) -> str:
    return f"{line.sender or 'nobody'}, “{line.subject or ''}”"


def _becomes(line: MessageLine) -> Iterator[str]:
    yield ": ".join(filter(None, (line.outcome.replace("_", "-"), line.reason)))
    for name, values in line.proposals.items():
        yield f"{name}, “{values['title']}”" if values.get("title") else name
    for letter in line.letters:
        yield f"letter to {letter.recipient}: {letter.subject}"


def _print_differences(played: Rehearsal, found: Sequence[Difference], left: int, gone: int) -> None:
    for text in _told(found):
        out.print(printable(text), soft_wrap=True)
    verdict = f"{len(found)} of them otherwise than before" if found else "all as before"
    out.print(
        f"{_number(len(played.lines))} read again, {verdict}.{_left(left)}{_gone(gone)}", soft_wrap=True
    )


def _told(found: Sequence[Difference]) -> Iterator[str]:
    for difference in found:
        yield _heading(difference.line)
        for what in difference.what:
            yield "\n".join(f"  {line}" for line in what.splitlines())


def _number(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _left(count: int) -> str:
    return (
        f" {_number(count)} came after a decision and {'is' if count == 1 else 'are'} not compared."
        if count
        else ""
    )


def _gone(count: int) -> str:
    return f" Of {_number(count)} the bytes are gone." if count else ""


def _print_json(played: Rehearsal, found: Sequence[Difference] | None) -> None:
    if found is not None:
        print_json([{**_as_json(d.line), "differences": d.what} for d in found])
        return
    print_json({"messages": [_as_json(line) for line in played.lines], "digest": played.digest})


def _as_json(line: MessageLine) -> dict[str, object]:
    values = dataclasses.asdict(line)
    for letter in values["letters"]:
        del letter["raw"]
    return values
