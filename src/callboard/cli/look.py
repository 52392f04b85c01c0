"""Commands that show: `list`, `show`, `held`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call, HalfDay, stretches
from callboard.cli.context import MOST, out, print_json, print_table, printable, worker
from callboard.desk import review
from callboard.desk.wording import one_line
from callboard.errors import ConfigError
from callboard.model import InboxEntry, Outcome, Version
from callboard.proposals import ProposalCard, State

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="list")(list_proposals)
    app.command()(show)
    app.command()(held)


def list_proposals(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only proposals in this state.")] = None,
    to_decide: Annotated[
        bool, typer.Option("--to-decide", help="Only those that wait for a decision.")
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
        cards = [c for c in store.cards(db, at_work.config.call.prefix) if wanted in (None, c.state)]
    if as_json:
        print_json([_as_dict(c) for c in cards])
    elif not cards:
        out.print("No proposals yet." if wanted is None else f"No proposal is {wanted}.")
    else:
        rows = [
            (
                c.number,
                c.state,
                c.title or "(no title yet)",
                c.names or "-",
                c.duration_minutes,
                c.language,
                ", ".join(c.missing),
            )
            for c in cards
        ]
        print_table("", ("No", "State", "Title", "Speakers", "Min", "Lang", "Missing"), rows)


def _as_dict(card: ProposalCard) -> dict[str, Any]:
    halves = [half.as_json() for half in card.half_days] if card.half_days is not None else None
    return {**dataclasses.asdict(card), "half_days": halves}


def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, max=MOST, help="Its number, as callboard list shows it.")],
    as_json: AsJson = False,
) -> None:
    """Show one proposal with its whole history."""
    with worker(context) as at_work, at_work.sessions() as db:
        proposal = review.find(db, at_work.desk, number)
        card = store.card_of(proposal, at_work.config.call.prefix, len(proposal.versions))
        history = [_version(db, v) for v in proposal.versions]
        call = at_work.config.call
    if as_json:
        print_json({**_as_dict(card), "history": history})
        return
    out.print(printable(f"{card.reference}  {card.state}"), style="bold")
    for name, value in _lines(card, call):
        out.print(printable(f"{name:<13} {value}"), soft_wrap=True)
    if card.abstract:
        out.print(printable(f"\n{card.abstract}\n"), soft_wrap=True)
    rows = [
        (
            h["number"],
            h["at"].strftime("%Y-%m-%d %H:%M"),
            h["action"],
            h["by"],
            h["message"],
            ", ".join(h["changed"]),
        )
        for h in history
    ]
    print_table("History", ("Version", "At (UTC)", "What", "By", "Message", "Changed"), rows)


def _lines(card: ProposalCard, call: Call) -> Iterator[tuple[str, str]]:
    yield "Title", card.title or "(none yet)"
    for speaker in card.speakers:
        parts = (speaker.name, speaker.affiliation, f"<{speaker.email}>" if speaker.email else None)
        yield "Speaker", ", ".join(filter(None, parts))
    facts = (
        ("Language", card.language),
        ("Format", card.format),
        ("Minutes", card.duration_minutes),
        ("Keywords", ", ".join(card.keywords)),
        ("Availability", card.availability),
        ("Can speak", "; ".join(_times(card.half_days or ()))),
        ("Topics", "; ".join(_topics(card, call))),
        ("Contact", card.contact),
        ("Late", "yes" if card.late else None),
        ("Missing", ", ".join(card.missing)),
    )
    yield from ((name, str(value)) for name, value in facts if value)


def _times(half_days: Iterable[HalfDay]) -> Iterator[str]:
    """ "2027-06-01 from 11:00", "2027-06-02 morning"."""
    return (f"{day} {part}" for day, parts in stretches(half_days).items() for part in parts)


def _topics(card: ProposalCard, call: Call) -> Iterator[str]:
    for match in card.topics:
        if match.index < len(call.topics):
            yield f"{one_line(call.topics[match.index].text, 60)} ({match.score:.2f})"


def _version(db: Session, version: Version) -> dict[str, Any]:
    entry = db.get(InboxEntry, version.entry_id) if version.entry_id else None
    return {
        "number": version.number,
        "at": version.at,
        "action": version.action,
        "by": version.by,
        "message": entry.message_id if entry else None,
        "changed": version.changed,
        "understood": version.understood,
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
