"""The commands `programme ...`: arrange it, publish it. Without a further word: both, and say where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callboard.cli import book, releases
from callboard.cli.context import print_json, print_table, worker
from callboard.errors import ConfigError
from callboard.passreport import PassReport
from callboard.programme import drafts

app = typer.Typer(rich_markup_mode=None, help="Arrange the programme anew and publish it.")

Folder = Annotated[
    Path | None, typer.Option("--out", help="Write the files there instead of [programme] folder.")
]


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    releases.register(app)
    book.register(app)
    parent.add_typer(app, name="programme")


@app.callback(invoke_without_command=True)
def programme(
    context: typer.Context,
    folder: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the latest draft as JSON.")] = False,
) -> None:
    """Arrange the programme anew and publish it; says which draft it is and where it lies."""
    if context.invoked_subcommand is None:
        _publish(context, folder, as_json=as_json)
    elif folder or as_json:
        raise ConfigError(
            f"--out and --json stand behind the command: programme {context.invoked_subcommand} --out"
        )


@app.command()
def publish(context: typer.Context, folder: Folder = None) -> None:
    """Arrange the programme anew and write every format of it."""
    _publish(context, folder, as_json=False)


def _publish(context: typer.Context, folder: Path | None, *, as_json: bool) -> None:
    with worker(context) as at_work:
        report = PassReport()
        with at_work.leased():
            at_work.publish(report, folder, anew=True)
        if report.problems:
            raise ConfigError(report.problems[0])
        with at_work.sessions() as db:
            draft = drafts.latest(db)
        assert draft is not None  # publish has just made one
        if as_json:
            print_json({"number": draft.number, "made_at": draft.made_at, **draft.content})
            return
        place = folder or drafts.output_folder(at_work.config)
        print_table(
            "", ("Draft", "Made (UTC)", "Where"), [(draft.number, f"{draft.made_at:%Y-%m-%d %H:%M}", place)]
        )
