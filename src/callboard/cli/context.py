"""What the commands share: the configuration, the database, and how to speak to a terminal."""

from __future__ import annotations

import json
import os
import signal
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

import callboard
from callboard import database, logs, migrations
from callboard.config import Calls, Config, load_calls
from callboard.fleet import queue
from callboard.logs import LogFormat
from callboard.moving import refuse_beside_a_lone_call
from callboard.worker import Worker

MOST = database.LARGEST  # of a number of a proposal or message
DEFAULT_CONFIG = Path("config/callboard.toml")

# A pipe has no width: a program that reads a table should not see it folded.
out = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 160)


@dataclass
class Options:
    """The options before the command."""

    config: Path = DEFAULT_CONFIG
    call: str | None = None


def say_version(asked: bool) -> None:
    """Needs no command."""
    if asked:
        out.print(f"callboard {callboard.__version__}")
        raise typer.Exit


def set_up(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="CALLBOARD_CONFIG", help="The configuration file.")
    ] = DEFAULT_CONFIG,
    call: Annotated[
        str | None,
        typer.Option(
            "--call",
            envvar="CALLBOARD_CALL",
            metavar="NAME",
            help="Which call, where config/calls holds several: the name of its file.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log each step to standard error.")
    ] = False,
    log: Annotated[
        LogFormat,
        typer.Option(
            "--log", envvar="CALLBOARD_LOG", help="How a line of the log looks: for people, or for programs."
        ),
    ] = LogFormat.TEXT,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=say_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """Options before the command."""
    logs.set_up(log, verbose=verbose)
    context.obj = Options(config, call or None)


def clock() -> datetime:
    """Now, in UTC: the only place where the commands read a clock."""
    return datetime.now(UTC)


def say_error(message: str) -> None:
    """One line (or several) on standard error."""
    err.print(message, style="red" if sys.stderr.isatty() else "", markup=False, soft_wrap=True)


def read_config(context: typer.Context, *, allow_blanks: bool = False) -> Config:
    """The configuration named by --config, and by --call where there are several; ConfigError names file, key and
    cure."""
    return read_calls(context, allow_blanks=allow_blanks).one(context.obj.call)


def read_calls(context: typer.Context, *, allow_blanks: bool = False) -> Calls:
    """Every call of the installation, or the one that --call names."""
    options: Options = context.obj
    if options.call is None:
        return load_calls(options.config, os.environ, allow_blanks=allow_blanks)
    return load_calls(options.config, os.environ, allow_blanks=allow_blanks).only(options.call)


@contextmanager
def opened(config: Config, *, upgrade: bool = True, looking: bool = False) -> Iterator[Engine]:
    """The call's place in the database, its tables up to date. A locked, full or absent one is explained: exit 75
    or 2. `looking`: older tables are not changed, but told."""
    places = database.Places()
    try:
        engine = places.of(config)
        with database.explained():
            if upgrade:
                ensure(config, engine, looking=looking)
            yield engine
    finally:
        places.close()


def ensure(config: Config, engine: Engine, *, looking: bool = False) -> None:
    """Raises ConfigError where tables are missing that are not made by themselves."""
    refuse_beside_a_lone_call(config, engine)
    migrations.ensure(engine, looking=looking)
    if config.worker.engine == "procrastinate":
        queue.ensure(engine)


@contextmanager
def worker(context: typer.Context, *, mail: bool = False) -> Iterator[Worker]:
    """A worker over the configuration and its database.

    Commands without `mail` also work while the mailbox and the SMTP server are still blanks in the file.
    """
    with worker_of(read_config(context, allow_blanks=not mail)) as at_work:
        yield at_work


@contextmanager
def worker_of(config: Config) -> Iterator[Worker]:
    """A worker over this configuration and its database, ended in order by SIGTERM."""
    with opened(config) as engine:
        at_work = Worker(config, engine, os.environ, clock)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            at_work.stopping = True

        # The current message is finished and the lease given back.
        signal.signal(signal.SIGTERM, stop)
        yield at_work


def print_json(value: Any) -> None:
    """For programs: one JSON value, UTF-8, times in ISO 8601."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_jsonable) + "\n")


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people. Text from mails is shown as it is, never read as markup."""
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=False)
    for row in rows:
        table.add_row(*(printable("" if cell is None else str(cell)) for cell in row))
    out.print(table, markup=False)


def printable(text: str) -> Any:
    """Text of a stranger made harmless for a terminal: no escape sequences, no markup."""
    from rich.text import Text

    return Text("".join(c if _is_harmless(c) else "�" for c in text))


def _is_harmless(character: str) -> bool:
    # Python takes no blank but the plain one for printable, and French has a narrow one before its colons.
    return character.isprintable() or character == "\n" or unicodedata.category(character) == "Zs"
