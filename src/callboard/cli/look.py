"""Commands that list: `list`, `held`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.cli import review as review_words
from callboard.cli.context import MOST, out, print_json, print_table, worker
from callboard.cli.show import card_as_json
from callboard.desk import ballots, review
from callboard.desk.ballots import Tally
from callboard.desk.outbox import Desk
from callboard.desk.review import Standing
from callboard.errors import ConfigError
from callboard.model import InboxEntry, Outcome
from callboard.proposals import ProposalCard, State

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="list")(list_proposals)
    app.command()(held)


def list_proposals(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only proposals in this state.")] = None,
    to_decide: Annotated[
        bool, typer.Option("--to-decide", help="Only those that wait for a decision, with their votes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the proposals."""
    if to_decide and state not in (None, State.SUBMITTED):
        raise ConfigError(
            f"--to-decide lists submitted proposals; take it away to see those that are {state}"
        )
    wanted = State.SUBMITTED if to_decide else state
    with worker(context) as at_work, at_work.sessions() as db:
        call, everything = at_work.config.call, store.cards(db, at_work.config.call.prefix)
        cards = [c for c in everything if wanted in (None, c.state)]
        tallies = _tallies(db, at_work.desk, cards, everything) if to_decide else []
        standings = review.standings(db, cards)
    if as_json and to_decide:
        print_json([card_as_json(c) | _votes(t, call) for c, t in zip(cards, tallies, strict=True)])
    elif as_json:
        print_json([card_as_json(c) | {"decision": _decision(standings[c.number])} for c in cards])
    elif not cards:
        out.print("No proposals yet." if wanted is None else f"No proposal is {wanted}.")
    elif to_decide:
        rows = [_to_decide(c, t, call) for c, t in zip(cards, tallies, strict=True)]
        print_table("", ("No", "Title", "Speakers", "Min", "Lang", "Votes", "To a decision"), rows)
    else:
        columns = ("No", "State", "Title", "Speakers", "Min", "Lang", "Missing")
        print_table("", columns, [_listed(card, standings[card.number]) for card in cards])


def _tallies(
    db: Session, desk: Desk, cards: Sequence[ProposalCard], everything: Sequence[ProposalCard]
) -> list[Tally]:
    counted = ballots.tallies(db, desk, cards, ballots.circles(desk, everything))
    return [counted[card.number] for card in cards]


def _decision(standing: Standing) -> dict[str, Any]:
    return {"told": standing.told.value, "at": standing.at}


def _listed(card: ProposalCard, standing: Standing) -> tuple[object, ...]:
    return (
        card.number,
        ", ".join(filter(None, (card.state, review_words.TOLD[standing.told]))),
        card.title or "(no title yet)",
        card.names or "-",
        card.duration_minutes,
        card.language,
        ", ".join(card.missing),
    )


def _to_decide(card: ProposalCard, tally: Tally, call: Call) -> tuple[object, ...]:
    said = review_words.missing(call, tally.verdict) if tally.verdict.missing else ""
    votes = review_words.summary(tally) or "-"
    return (
        card.number,
        card.title or "(no title yet)",
        card.names or "-",
        card.duration_minutes,
        card.language,
        votes,
        said,
    )


def _votes(tally: Tally, call: Call) -> dict[str, Any]:
    return {
        "votes": review_words.votes(tally, call, None),
        "conflicts": review_words.conflicts(tally, call),
        "votes_missing": tally.verdict.missing,
    }


def held(
    context: typer.Context,
    accept: Annotated[
        int | None,
        typer.Option(min=1, max=MOST, metavar="MESSAGE", help="Do as it asks, and answer its author."),
    ] = None,
    dismiss: Annotated[
        int | None, typer.Option(min=1, max=MOST, metavar="MESSAGE", help="Nothing is to be done about it.")
    ] = None,
    raw: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST, metavar="MESSAGE", help="Write the message's bytes to standard output."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the messages that wait for a person, and settle them. Exit code 1 while any is left."""
    with worker(context) as at_work:
        if raw is not None:
            _write_raw(at_work.sessions(), raw)
            return
        with at_work.sessions.begin() as db:
            for number, approve in ((accept, True), (dismiss, False)):
                if number is not None:
                    review.settle_held(db, number, approve=approve, now=at_work.clock())
        with at_work.sessions() as db:
            waiting = db.scalars(
                select(InboxEntry).where(InboxEntry.outcome == Outcome.HELD).order_by(InboxEntry.id)
            ).all()
    if accept is not None:
        out.print(f"Message {accept} is read again with the next pass.")
    _print_held(waiting, as_json)
    raise typer.Exit(1 if waiting else 0)


def _print_held(waiting: Any, as_json: bool) -> None:
    if as_json:
        keys = ("id", "mailbox", "received_at", "sender", "subject", "reason", "excerpt")
        print_json([{k: getattr(e, k) for k in keys} for e in waiting])
    elif not waiting:
        out.print("Nothing is held.")
    else:
        rows = [
            (e.id, f"{e.received_at:%Y-%m-%d %H:%M}", e.sender or "-", e.subject or "-", e.reason)
            for e in waiting
        ]
        print_table("", ("Message", "Received (UTC)", "From", "Subject", "Why"), rows)
        out.print("\ncallboard held --accept MESSAGE, --dismiss MESSAGE or --raw MESSAGE")


def _write_raw(db: Session, number: int) -> None:
    with db:
        content = store.raw_of(db, number)
    if content is None:
        raise ConfigError(f"there are no bytes of a message {number}; callboard held shows what is held")
    sys.stdout.buffer.write(content)
