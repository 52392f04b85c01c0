"""Commands to get going: `init`, `check`, `db`, `demo`."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from callboard import migrations
from callboard.cli.calls import Collected, for_each, worst
from callboard.cli.context import clock, opened, out, print_table, printable, read_calls, read_config
from callboard.config import Config
from callboard.config.calls import file_of
from callboard.fleet import queue
from callboard.moving import refuse_beside_a_lone_call

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(init)
    app.command()(check)
    app.add_typer(db_app, name="db")
    app.command()(demo)


def init(
    context: typer.Context,
    page: Annotated[
        Path, typer.Argument(help="The call's public page: Markdown with Hugo front matter, or plain text.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the configuration if there is one.")
    ] = False,
) -> None:
    """Write a configuration for the call on that page; say what was taken and what is still missing."""
    from callboard.init import write_config

    options = context.obj
    target = options.config if options.call is None else file_of(options.config, options.call)
    report = write_config(page, target, force, mailbox=options.call)
    rows = [(t.field, t.value, t.line) for t in report.taken]
    print_table(f"Taken from {page}", ("What", "Value", "Line"), rows)
    for note in report.notes:
        out.print(printable(f"note: {note}"), soft_wrap=True)
    out.print(printable(f"\nWritten: {target}\nStill to supply, all marked in that file:"))
    for item in report.to_supply:
        out.print(printable(f"  - {item}"), soft_wrap=True)
    out.print(f"\nThen: callboard {f'--call {options.call} ' if options.call else ''}check")


def check(
    context: typer.Context,
    round_trip: Annotated[
        bool,
        typer.Option(
            "--round-trip", help="Also send a letter to ourselves, and wait until it is in a mailbox."
        ),
    ] = False,
    wait: Annotated[int, typer.Option(min=1, help="Seconds to wait for it.")] = 120,
    as_json: AsJson = False,
) -> None:
    """Test the configuration, the mailboxes, sending, the database and the templates: one line each.

    With --round-trip it leaves one small letter in the mailbox, which no pass takes for anything.
    """
    from callboard import checkup

    calls = read_calls(context)
    collected = Collected(calls)

    def look(config: Config) -> int:
        findings = []
        for finding in checkup.check(config, os.environ, clock, wait=wait if round_trip else None):
            findings.append(finding)
            if not as_json:
                mark = "ok  " if finding.exit_code == 0 else "FAIL" if finding.exit_code != 1 else "note"
                out.print(printable(f"{mark}  {finding.what}: {finding.result}"), soft_wrap=True)
        collected.add(config, [dataclasses.asdict(finding) for finding in findings])
        return worst({finding.exit_code for finding in findings})

    code = for_each(calls, look, headings=not as_json)
    if as_json:
        collected.print()
    raise typer.Exit(code)


db_app = typer.Typer(
    no_args_is_help=True,
    help="The database: bring its tables up to date, see where they stand, move to another.",
)


@db_app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the tables up to date. An embedded SQLite file does this by itself."""

    def bring(config: Config) -> int:
        with opened(config, upgrade=False) as engine:
            refuse_beside_a_lone_call(config, engine)
            migrations.upgrade(engine)
            if config.worker.engine == "procrastinate":
                queue.install(engine)
            where = f"{config.name}: the" if config.name else "The"
            out.print(f"{where} tables are at revision {migrations.revision(engine)}.")
        return 0

    raise typer.Exit(for_each(read_calls(context, allow_blanks=True), bring))


@db_app.command()
def copy(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="URL", help="The database that has been in use, as `database` named it.")
    ],
) -> None:
    """Copy everything from another database into the configured one, which is empty: from SQLite to PostgreSQL, say.

    Both are compared table by table. Stop the worker first; let none go back to the old one, it would answer again.
    """
    from callboard import copying

    config = read_config(context, allow_blanks=True)
    with opened(config, upgrade=False) as engine:
        old = copying.open_source(config, source)
        try:
            found = copying.copy(old, engine, clock())
        finally:
            old.dispose()
        if config.worker.engine == "procrastinate":
            queue.install(engine)
    rows = sum(contents.rows for contents in found.values())
    out.print(
        f"{len(found)} tables, {rows} rows: the same in both. The old database is as it was.", soft_wrap=True
    )


@db_app.command()
def current(context: typer.Context) -> None:
    """Print the revision of the tables, and the one that this Callboard wants."""

    def tell(config: Config) -> int:
        with opened(config, upgrade=False) as engine:
            found = migrations.revision(engine)
        where = f"{config.name}: " if config.name else ""
        out.print(f"{where}{found or 'no tables yet'}; this Callboard wants {migrations.HEAD}")
        return 0 if found == migrations.HEAD else 1

    raise typer.Exit(for_each(read_calls(context, allow_blanks=True), tell))


def demo(
    folder: Annotated[
        Path | None, typer.Option("--out", help="Where to leave everything; default: a new folder ./demo.")
    ] = None,
) -> None:
    """Watch it work: some twenty mails, a real IMAP and SMTP server on this machine alone, and what comes of it."""
    from callboard import demo as play

    sys.exit(play.run(folder or Path("demo")))
