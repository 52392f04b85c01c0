"""How the organisers' votes on a proposal are shown on a terminal, and in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.cli.context import print_table
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Reason
from callboard.desk.review import Standing, Told
from callboard.desk.rules import OF, Verdict
from callboard.model import InboxEntry, Proposal, ReviewOrder, Vote

CONFLICTS: Mapping[Reason, str] = {
    Reason.OWN: "it is their own talk",
    Reason.DOMAIN: "same mail domain as a speaker",
    Reason.AFFILIATION: "same affiliation as a speaker",
    Reason.CO_AUTHOR: "proposes another talk with a speaker",
    Reason.SAID: "said so",
}


# Whether the speaker knows of a decision, in a word; `decision` says it in a sentence.
TOLD: Mapping[Told, str] = {
    Told.PENDING: "",
    Told.DECIDED: "not told yet",
    Told.TOLD: "told",
    Told.UNTOLD: "no letter",
}


def who(call: Call, address: str) -> str:
    """An organiser's name; what is none as it is: "command line"."""
    found = call.organiser(address)
    return found.name if found else address


def missing(call: Call, verdict: Verdict) -> str:
    """ "2 more votes (Odile Brac, Tom Reed)"."""
    names = ", ".join(who(call, address) for address in verdict.waits_for)
    votes = "1 more vote" if verdict.missing == 1 else f"{verdict.missing} more votes"
    return f"{votes} ({names})" if names else f"{votes}, and nobody is left to vote"


def summary(tally: Tally) -> str:
    """The opinions in one cell: "2 accept, 1 maybe"."""
    counts: dict[str, int] = {}
    for vote in tally.votes:
        if vote.opinion and vote.organiser not in tally.recused:
            counts[vote.opinion] = counts.get(vote.opinion, 0) + 1
    return ", ".join(f"{count} {opinion}" for opinion, count in counts.items())


def decision(standing: Standing, call: Call) -> str:
    """Whether the speaker knows, in words."""
    at = f"{standing.at.astimezone(call.zone):%Y-%m-%d %H:%M}" if standing.at else None
    if standing.told in (Told.DECIDED, Told.UNTOLD) and standing.known:
        rest = decision(replace(standing, known=None), call)
        return f"{rest}; the speaker was told: {standing.known}"
    if standing.told is Told.PENDING:
        return "nothing to tell"
    if standing.told is Told.DECIDED:
        return f"not told yet, the letter leaves after {at}" if at else "not told yet, see send-decisions"
    if standing.told is Told.TOLD:
        return f"told {at}" if at else "being told"
    return "no letter tells it"


# --- One proposal --------------------------------------------------------------------------------------


def votes(tally: Tally, call: Call, revised: datetime | None) -> list[dict[str, Any]]:
    """The votes on a proposal; `revised` is when its speaker last changed it."""
    return [_vote(vote, tally, call, revised) for vote in tally.votes]


def _vote(vote: Vote, tally: Tally, call: Call, revised: datetime | None) -> dict[str, Any]:
    return {
        "organiser": vote.organiser,
        "name": who(call, vote.organiser),
        "opinion": vote.opinion,
        "score": round(vote.score * OF, 2) if vote.score is not None else None,
        "counts": vote.opinion is not None and vote.organiser not in tally.recused,
        "comment": vote.comment,
        "to_speaker": vote.to_speaker,
        "at": vote.at,
        "before_revision": revised is not None and vote.at < revised,
    }


def revised_at(proposal: Proposal) -> datetime | None:
    """When its speaker last changed it; None: never."""
    return max((v.at for v in proposal.versions if v.action == "revised"), default=None)


def conflicts(tally: Tally, call: Call) -> list[dict[str, str]]:
    """Who does not judge it, and why."""
    return [
        {"organiser": a, "name": who(call, a), "reason": c.reason.value, "with": c.with_whom}
        for a, c in tally.recused.items()
    ]


def trail(db: Session, orders: Sequence[ReviewOrder], call: Call) -> list[dict[str, Any]]:
    """Who ordered what, when, by which message; None: on the command line."""
    rows = []
    for row in orders:
        entry = db.get(InboxEntry, row.entry_id) if row.entry_id else None
        message = (entry.message_id or f"message {entry.id}") if entry else None
        by = who(call, row.by)
        rows.append({"at": row.at, "by": by, "message": message, "verb": row.verb, "line": row.line})
        rows[-1]["undone_at"] = row.undone_at
    return rows


def about(db: Session, proposal: Proposal, tally: Tally, call: Call) -> dict[str, Any]:
    """Everything that the organisers said of a proposal, as plain values."""
    return {
        "missing": missing(call, tally.verdict) if tally.verdict.missing else None,
        "votes": votes(tally, call, revised_at(proposal)),
        "conflicts": conflicts(tally, call),
        "orders": trail(db, store.orders_about(db, proposal.id), call),
    }


def print_about(review: Mapping[str, Any], call: Call) -> None:
    """The same as tables, those that are not empty."""
    if review["votes"]:
        rows = [_vote_row(vote, call) for vote in review["votes"]]
        columns = ("Who", "Says", f"Of {OF}", "At", "Comment", "For the speaker", "")
        print_table("Votes", columns, rows)
    if review["conflicts"]:
        found = [(c["name"], CONFLICTS[Reason(c["reason"])], c["with"]) for c in review["conflicts"]]
        print_table("Who does not judge it", ("Who", "Why", "With"), found)
    if review["orders"]:
        rows = [
            (
                _when(o["at"], call),
                o["by"],
                o["message"] or "command line",
                o["line"] or o["verb"],
                _when(o["undone_at"], call),
            )
            for o in review["orders"]
        ]
        print_table("Orders", ("At", "By", "Message", "Order", "Undone"), rows)


def _vote_row(vote: Mapping[str, Any], call: Call) -> tuple[object, ...]:
    remarks = [] if vote["counts"] or vote["opinion"] is None else ["does not count"]
    remarks += ["before the speaker's last change"] if vote["before_revision"] else []
    return (
        vote["name"],
        vote["opinion"] or "-",
        vote["score"],
        _when(vote["at"], call),
        vote["comment"],
        vote["to_speaker"],
        ", ".join(remarks),
    )


def _when(moment: datetime | None, call: Call) -> str:
    return f"{moment.astimezone(call.zone):%Y-%m-%d %H:%M}" if moment else ""
