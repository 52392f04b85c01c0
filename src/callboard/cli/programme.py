"""The commands `programme ...`: arrange it, publish it. Without a further word: both, and say where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callboard.cli import book, releases
from callboard.cli.context import out, print_json, print_table, worker
from callboard.errors import ConfigError
from callboard.passreport import PassReport
from callboard.programme import drafts, validators
from callboard.programme.timetable import Programme
from callboard.programme.validators import Verdict
from callboard.worker import Worker

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
def publish(
    context: typer.Context,
    folder: Folder = None,
    check: Annotated[
        bool, typer.Option("--check", help="Have the files checked by the programs that are installed.")
    ] = False,
    schemas: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder with c3voc's schedule.xml.xsd and schema.json, for --check.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Arrange the programme anew and write every format of it.

    With --check, exit 1 when a program finds something wrong; what is not installed is named.
    """
    place = _publish(context, folder, as_json=False)
    if check:
        findings = tuple(validators.check(place, schemas))
        out.print()
        rows = [(one.verdict, one.tool, one.files, one.words) for one in findings]
        print_table("", ("", "Checked by", "Files", ""), rows)
        if any(one.verdict is Verdict.WRONG for one in findings):
            raise typer.Exit(1)


def _say_clashes(at_work: Worker, made: Programme) -> None:
    """What could not all be had, a line for each."""
    prefix = at_work.config.call.prefix
    words = at_work.templates.render("pages/moves.txt", moves=(), clashes=made.clashes, prefix=prefix)
    if made.clashes:
        out.print("\n" + words.strip("\n"), markup=False, highlight=False)


def _publish(context: typer.Context, folder: Path | None, *, as_json: bool) -> Path:
    """Returns the folder that it published into."""
    with worker(context) as at_work:
        report = PassReport()
        with at_work.leased():
            at_work.publish(report, folder, anew=True)
        if report.problems:
            raise ConfigError(report.problems[0])
        with at_work.sessions() as db:
            draft = drafts.latest(db)
        assert draft is not None  # publish has just made one
        place = folder or drafts.output_folder(at_work.config)
        if as_json:
            print_json({"number": draft.number, "made_at": draft.made_at, **draft.content})
        else:
            made = f"{draft.made_at:%Y-%m-%d %H:%M}"
            print_table("", ("Draft", "Made (UTC)", "Where"), [(draft.number, made, place)])
            _say_clashes(at_work, Programme.from_json(draft.content))
        return place
