"""The command `export`: the table of all proposals, for a spreadsheet or a program."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from callboard import store, table
from callboard.call import Call
from callboard.cli import review as review_words
from callboard.cli.context import out, printable, worker
from callboard.desk import ballots, review
from callboard.desk.ballots import Tally
from callboard.desk.outbox import Desk
from callboard.desk.review import Standing
from callboard.desk.rules import OF
from callboard.desk.wording import one_line
from callboard.errors import ConfigError
from callboard.proposals import ProposalCard


class Form(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    context: typer.Context,
    form: Annotated[Form, typer.Argument(metavar="csv|json|xlsx", help="What to write.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write this file instead of standard output."),
    ] = None,
    separator: Annotated[
        str, typer.Option(help='Between the columns of CSV; ";" where Excel speaks French or German.')
    ] = ",",
) -> None:
    """Write the table of all proposals, with the votes, for a spreadsheet or a program.

    Cells that a spreadsheet would take for a formula have an apostrophe in front. Contains addresses and the
    organisers' comments: it is not for publication.
    """
    if separator not in (",", ";", "\t"):
        raise ConfigError('--separator is ",", ";" or a tab')
    if form is Form.XLSX and output is None and sys.stdout.isatty():
        raise ConfigError("a workbook is nothing for a terminal; name a file: --output proposals.xlsx")
    with worker(context) as at_work, at_work.sessions() as db:
        rows = _rows(db, at_work.desk)
    columns = tuple(rows[0]) if rows else ("number",)
    if form is Form.CSV:
        content = table.as_csv(columns, rows, separator)
    elif form is Form.JSON:
        content = table.as_json(rows)
    else:
        content = table.as_xlsx(columns, rows)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise ConfigError(f"{output} cannot be written ({error.strerror}); name another file") from error
    out.print(printable(f"{len(rows)} proposals in {output}"), soft_wrap=True)


def _rows(db: Session, desk: Desk) -> list[dict[str, Any]]:
    cards = store.cards(db, desk.call.prefix)
    tallies = ballots.tallies(db, desk, cards, ballots.circles(desk, cards))
    standings = review.standings(db, cards)
    return [_row(card, tallies[card.number], standings[card.number], desk.call) for card in cards]


def _row(card: ProposalCard, tally: Tally, standing: Standing, call: Call) -> dict[str, Any]:
    votes = {vote.organiser: vote for vote in tally.votes}
    told = standing.at.astimezone(call.zone) if standing.at else None
    return {
        "number": card.number,
        "reference": card.reference,
        "state": card.state.value,
        "decision": standing.told.value,
        "told_at": told if standing.told is review.Told.TOLD else None,
        "title": card.title,
        "speakers": [s.name for s in card.speakers],
        "affiliations": list(dict.fromkeys(s.affiliation for s in card.speakers if s.affiliation)),
        "addresses": list(
            dict.fromkeys(filter(None, (card.contact, *(s.email for s in card.speakers if s.proven))))
        ),
        "minutes": card.duration_minutes,
        "format": card.format,
        "level": card.level,
        "language": card.language,
        "topics": [
            one_line(call.topics[t.index].text, 60) for t in card.topics if t.index < len(call.topics)
        ],
        "keywords": list(card.keywords),
        "availability": card.availability,
        "abstract": card.abstract,
        "missing": list(card.missing),
        "late": card.late,
        "submitted": card.submitted_at.astimezone(call.zone),
        "updated": card.updated_at.astimezone(call.zone),
        "votes": review_words.summary(tally),
        "recused": [review_words.who(call, address) for address in tally.recused],
        **{
            f"vote of {organiser.name}": _vote(votes.get(organiser.address.casefold()))
            for organiser in call.organisers
            if organiser.address
        },
        "comments": [f"{review_words.who(call, v.organiser)}: {v.comment}" for v in tally.votes if v.comment],
    }


def _vote(vote: Any) -> str | None:
    """ "accept 4/5"."""
    if vote is None or vote.opinion is None:
        return None
    return f"{vote.opinion} {vote.score * OF:g}/{OF}" if vote.score is not None else str(vote.opinion)
