"""The command `programme book`: the book of abstracts as a PDF."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callboard import store
from callboard.cli.context import out, worker
from callboard.errors import ConfigError
from callboard.programme import drafts
from callboard.programme.formats import book as formats
from callboard.programme.timetable import Programme


class Tongue(StrEnum):
    """The languages that the book has words in."""

    FR = "fr"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(book)


def book(
    context: typer.Context,
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write.")],
    language: Annotated[
        Tongue | None, typer.Option(help="The language of headings and dates. Not set: the call's.")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="For the organisers: undecided talks too, marked as such.")
    ] = False,
) -> None:
    """Write the book of abstracts: programme, abstracts by day, index of speakers. Needs callboard[book]."""
    with worker(context) as at_work, at_work.sessions() as db:
        config = at_work.config
        newest, now = drafts.latest(db), drafts.shown(db, config)
        if newest is None or now is None:
            raise ConfigError("there is no programme yet; callboard programme makes one")
        if draft:
            everything = Programme.from_json(newest.content), store.cards(db, config.call.prefix)
            now = drafts.Shown(*everything, newest.number, newest.made_at)
        own = Tongue.FR if config.call.language == "fr" else Tongue.EN
        content = formats.render(
            config.call,
            now.programme,
            now.cards,
            number=now.number,
            made_at=now.made_at,
            language=(language or own).value,
            templates=at_work.templates,
            audience="organisers" if draft else "public",
        )
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written ({error.strerror}); name another file") from error
    out.print(f"The book of abstracts is in {file}.", markup=False, soft_wrap=True)
