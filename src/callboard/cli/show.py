"""The command `show`: one proposal with its votes, the state of its decision, its audit trail and its history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call, HalfDay, stretches
from callboard.cli import review as review_words
from callboard.cli.context import MOST, out, print_json, print_table, printable, worker
from callboard.desk import ballots, review
from callboard.desk.wording import one_line
from callboard.model import InboxEntry, Version
from callboard.proposals import ProposalCard


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(show)


def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, max=MOST, help="Its number, as callboard list shows it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show one proposal: what it says, how its decision stands, votes, who ordered what, and its whole history."""
    with worker(context) as at_work, at_work.sessions() as db:
        proposal, call = review.find(db, at_work.desk, number), at_work.config.call
        card = store.card_of(proposal, call.prefix, len(proposal.versions))
        history = [_version(db, v) for v in proposal.versions]
        near = ballots.circles(at_work.desk, store.cards(db, call.prefix))
        counted = ballots.tally(db, at_work.desk, card, near)
        said = review_words.about(db, proposal, counted, call)
        standing = review.standing(db, proposal)
    if as_json:
        decision = {"told": standing.told.value, "at": standing.at}
        print_json({**card_as_json(card), "decision": decision, "review": said, "history": history})
        return
    told = f", {review_words.decision(standing, call)}" if standing.told is not review.Told.PENDING else ""
    out.print(printable(f"{card.reference}  {card.state}{told}"), style="bold")
    for name, value in _lines(card, call):
        out.print(printable(f"{name:<13} {value}"), soft_wrap=True)
    if said["missing"]:
        out.print(printable(f"{'To decide':<13} {said['missing']}"), soft_wrap=True)
    if card.abstract:
        out.print(printable(f"\n{card.abstract}\n"), soft_wrap=True)
    review_words.print_about(said, call)
    _print_history(history)


def card_as_json(card: ProposalCard) -> dict[str, Any]:
    """A proposal as plain values."""
    halves = [half.as_json() for half in card.half_days] if card.half_days is not None else None
    return {**dataclasses.asdict(card), "half_days": halves}


def _print_history(history: Sequence[Mapping[str, Any]]) -> None:
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
        address = f"<{speaker.email}>" + ("" if speaker.proven else " (unproven)") if speaker.email else None
        parts = (speaker.name, speaker.affiliation, address)
        yield "Speaker", ", ".join(filter(None, parts))
    facts = (
        ("Language", card.language),
        ("Format", card.format),
        ("Level", card.level),
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
