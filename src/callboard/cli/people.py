"""`person` and `forget`: what is kept about somebody, shown or erased."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callboard import privacy
from callboard.call import Call
from callboard.cli.context import out, print_json, printable, worker
from callboard.desk import forgetting
from callboard.errors import ConfigError
from callboard.passreport import PassReport

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Their e-mail address.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(person)
    app.command()(forget)


def person(
    context: typer.Context,
    address: Address,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A new folder for all of it, mails and letters included."),
    ] = None,
) -> None:
    """Print everything that is kept about a person, as JSON; or export it, mails included, into a folder."""
    with worker(context) as at_work, at_work.sessions() as db:
        kept = privacy.kept_about(db, _checked(address))
        if output is None:
            others = privacy.other_addresses(kept, _organisers(at_work.desk.call))
            print_json(privacy.record(db, kept) | {"other_addresses": others})
            return
        try:
            files = privacy.export(db, kept, output)
        except OSError as error:
            raise ConfigError(f"{output} cannot be made ({error.strerror}); name a new folder") from error
    out.print(printable(f"{files} files in {output}"), soft_wrap=True)


def forget(
    context: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything about a person: proposals, mails, letters, history, held copies.

    Found by the address; other addresses that wrote about the same proposals are named, for they may be theirs, too.

    What cannot be undone is asked first. Mail in the organisers' own mailbox stays there: that is yours to delete.
    """
    with worker(context) as at_work, at_work.leased():
        with at_work.sessions() as db:
            kept = privacy.kept_about(db, _checked(address))
            others = privacy.other_addresses(kept, _organisers(at_work.desk.call))
        many = f"{len(kept.proposals)} proposals, {len(kept.messages)} messages, {len(kept.letters)} letters"
        if others:
            hint = f"Of the same proposals wrote also: {', '.join(others)}. If that is the same person, forget each."
            out.print(printable(hint), soft_wrap=True)
        if not yes and not typer.confirm(f"Erase for good: {many}?"):
            raise typer.Exit(1)
        with at_work.sessions.begin() as db:
            erasure = forgetting.forget(db, at_work.desk, address.strip(), at_work.clock())
        if erasure is None:
            out.print("Nothing is kept about this address.")
            return
        at_work.publish(PassReport())
        privacy.scrub_file(at_work.engine)  # of what publishing replaced, too
    out.print(
        f"Erased: {erasure.proposals} proposals, {erasure.messages} messages, {erasure.letters} letters. "
        "The programme page was written anew.\n"
        "Not touched: the organisers' mailbox, letters they have received, and copies of the page elsewhere.",
        soft_wrap=True,
    )


def _organisers(call: Call) -> tuple[str, ...]:
    return tuple(one.address for one in call.organisers if one.address)


def _checked(address: str) -> str:
    """An address in the plain form, or a ConfigError."""
    plain = address.strip()
    if plain.count("@") != 1:
        raise ConfigError(f"{plain!r} is no e-mail address; write it as name@example.org")
    return plain
