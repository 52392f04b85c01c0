"""`accept` and `decline`: the organisers' decisions from the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from callboard import store
from callboard.cli.context import MOST, out, printable, worker
from callboard.desk import review
from callboard.proposals import State

Numbers = Annotated[
    list[int],
    typer.Argument(
        min=1, max=MOST, metavar="NUMBER...", help="Numbers of proposals, as callboard list shows them."
    ),
]
Comment = Annotated[
    str | None, typer.Option("--comment", help="A sentence for the speaker, put into the letter.")
]
Quiet = Annotated[bool, typer.Option("--no-letter", help="Write no letter; you tell the speaker yourself.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(accept)
    app.command()(decline)


def accept(
    context: typer.Context,
    numbers: Numbers,
    comment: Comment = None,
    no_letter: Quiet = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Also one that was withdrawn.")] = False,
) -> None:
    """Accept proposals. Each speaker gets a letter with the next pass."""
    _decide(context, numbers, State.ACCEPTED, comment, tell=not no_letter, reopen=reopen)


def decline(
    context: typer.Context, numbers: Numbers, comment: Comment = None, no_letter: Quiet = False
) -> None:
    """Decline proposals. Each speaker gets a letter with the next pass."""
    _decide(context, numbers, State.DECLINED, comment, tell=not no_letter)


def _decide(
    context: typer.Context,
    numbers: list[int],
    state: State,
    comment: str | None,
    *,
    tell: bool,
    reopen: bool = False,
) -> None:
    """All or none: a wrong number changes nothing."""
    with worker(context) as at_work:
        with at_work.sessions.begin() as db:
            cards = []
            for number in numbers:
                proposal = review.decide(
                    db,
                    at_work.desk,
                    number,
                    state,
                    at_work.clock(),
                    comment=comment,
                    tell=tell,
                    reopen=reopen,
                )
                cards.append(store.card_of(proposal, at_work.config.call.prefix))
        for card in cards:
            out.print(printable(f"{card.reference} {card.state}: {card.title or '-'} ({card.names or '-'})"))
    if tell:
        out.print("The letters leave with the next pass: callboard once, or the running worker.")
