"""Commands for the day when the disk dies: `backup`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callboard.cli.context import clock, opened, out, printable, read_config


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write, readable by you alone.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if there is one.")] = False,
) -> None:
    """Write everything that Callboard knows into one file, while it works. Passwords and templates are not in it."""
    from callboard import backup as safe

    with opened(read_config(context, allow_blanks=True)) as engine:
        about = safe.backup(engine, file, clock(), force=force)
    rows = sum(t.rows for t in about.tables.values())
    out.print(
        printable(f"{file}: {len(about.tables)} tables, {rows} rows, revision {about.revision}"),
        soft_wrap=True,
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that callboard backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the messages that are there.")] = False,
) -> None:
    """Put a backup in the place of the configured database, and compare every table with it. Stop the worker first."""
    from callboard import backup as safe
    from callboard import migrations

    with opened(read_config(context, allow_blanks=True), upgrade=False) as engine:
        about = safe.restore(engine, file, clock(), force=force)
        migrations.upgrade(engine)
    rows = sum(t.rows for t in about.tables.values())
    out.print(printable(f"{len(about.tables)} tables, {rows} rows: the same as in {file}"), soft_wrap=True)
