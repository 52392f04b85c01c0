"""The accounts at the end of a series: every message once, every proposal once, every letter once."""

from __future__ import annotations

import email.parser
import html
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from callboard.mailroom.mailer import wire_format
from callboard.model import InboxEntry, LetterState, OutboxEntry, Proposal, Version
from callboard.proposals import State
from correspondence import MAILBOXES, Correspondence
from world import Taken, World


@dataclass
class Figures:
    """What one or more series came to."""

    kills: int = 0
    messages: int = 0
    proposals: int = 0
    letters: int = 0
    found: int = 0  # letters in doubt that lay among the sent ones, and so were not repeated
    repeats: int = 0
    lost: int = 0
    refused: int = 0  # letters that the server refused for good, and the worker gave up

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __sub__(self, other: Figures) -> Figures:
        return Figures(*(a - b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def audit(world: World, letters_in: Correspondence, kills: int) -> Figures:
    """Compare what was written with what is there. Raises AssertionError with everything that is wrong."""
    with world.engine.connect() as connection:
        wrong = [
            *_messages(connection, letters_in),
            *_mailboxes(world, letters_in),
            *_proposals(connection, letters_in),
            *_page(world, letters_in),
        ]
        rows = connection.execute(sa.select(OutboxEntry)).all()
    repeats, refused, more = _letters(world, rows)
    wrong += more
    if "Traceback" in world.output():
        wrong.append("a pass ended with a traceback: " + world.output().partition("Traceback")[2][:3000])
    assert not wrong, "\n".join(wrong)
    return Figures(
        kills,
        sum(letters_in.delivered.values()),
        len(letters_in.talks),
        len(rows),
        world.output().count("had left already"),
        repeats,
        0,  # else the assertion above had failed
        refused,
    )


def _messages(connection: sa.Connection, letters_in: Correspondence) -> list[str]:
    """Every message stands in the ledger once, with the outcome that its words ask for."""
    rows = connection.execute(sa.select(InboxEntry.mailbox, InboxEntry.message_id, InboxEntry.outcome)).all()
    again = _listed_again(rows, letters_in)
    found = {
        "messages": dict(Counter(row.mailbox for row in rows) - again),
        "outcomes": dict(Counter(str(row.outcome) for row in rows) - Counter(copy=again.total())),
    }
    wanted = {"messages": dict(+letters_in.delivered), "outcomes": dict(+letters_in.outcomes)}
    return [f"{what}: {found[what]}, not {wanted[what]}" for what in found if found[what] != wanted[what]]


def _listed_again(rows: Sequence[sa.Row[Any]], letters_in: Correspondence) -> Counter[str]:
    """How many rows of each mailbox are there because the mailbox was made anew: all copies of what was known."""
    seen: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for row in rows:
        seen[row.mailbox, row.message_id][row.outcome] += 1
    again: Counter[str] = Counter()
    for (mailbox, _), found in seen.items():
        more = found.total() - 1
        if more <= letters_in.made_anew[mailbox] and found.total() - found["copy"] <= 1:
            again[mailbox] += more
    return again


def _mailboxes(world: World, letters_in: Correspondence) -> list[str]:
    """The mail itself is still there, once, in the folder that it came to or the one it was moved to."""
    wrong = []
    for name in MAILBOXES:
        with world.accounts[name].client() as client:
            folders = [f for f in {world.folder_of(name), "Callboard"} if client.folder_exists(f)]
            there = sum(client.folder_status(f, ["MESSAGES"])[b"MESSAGES"] for f in folders)
        left = letters_in.delivered[name] - letters_in.expunged[name]
        if there != left:
            wrong.append(f"mailbox {name} holds {there} mails, not {left}")
    return wrong


def _proposals(connection: sa.Connection, letters_in: Correspondence) -> list[str]:
    """Every proposal exists once, as its speaker last said, with one version for each of their mails."""
    versions: dict[int, list[int]] = defaultdict(list)
    for proposal, number in connection.execute(sa.select(Version.proposal_id, Version.number)):
        versions[proposal].append(number)
    rows = connection.execute(sa.select(Proposal.id, Proposal.contact, Proposal.title, Proposal.state)).all()
    found = Counter(
        (row.contact, row.title, row.state == State.WITHDRAWN, tuple(sorted(versions[row.id])))
        for row in rows
    )
    wanted = Counter(
        (talk.sender, talk.title, talk.withdrawn, tuple(range(1, talk.versions + 1)))
        for talk in letters_in.talks.values()
    )
    return [f"a proposal too many: {p}" for p in (found - wanted).elements()] + [
        f"a proposal is missing: {p}" for p in (wanted - found).elements()
    ]


def _page(world: World, letters_in: Correspondence) -> list[str]:
    """The programme page shows every talk that stands, as its speaker last called it."""
    page = world.page.read_text(encoding="utf-8") if world.page.exists() else ""
    missing = [
        t.title for t in letters_in.talks.values() if not t.withdrawn and html.escape(t.title) not in page
    ]
    return [f"not on the page: {title}" for title in missing]


def _letters(world: World, rows: Sequence[sa.Row[Any]]) -> tuple[int, int, list[str]]:
    """Every letter owed was taken once; again only when the worker could not know that it had been."""
    wrong, repeats = [], 0
    taken, unanswered, unnotable = _by_message_id(world.taken()), world.unanswered(), world.unnotable()
    acknowledged = Counter(row.proposal_id for row in rows if row.kind == "acknowledgement")
    wrong += [f"proposal {p} has {n} acknowledgements" for p, n in acknowledged.items() if n != 1]
    refused, more = _refused(world, rows)
    wrong += more
    for row in rows:
        copies = taken.pop(row.message_id, [])
        excess = max(0, len(copies) - 1)
        unheard = sum(not copy.heard for copy in copies[:-1])
        allowed = (unheard if unanswered is None else unanswered[row.message_id]) + unnotable[row.id]
        if world.copies == "server":
            allowed = 0
        repeats += excess
        if row.id not in refused:
            if row.state != LetterState.SENT:
                wrong.append(f"letter {row.key} is {row.state}: {row.last_error}")
            if not copies:
                wrong.append(f"letter {row.key} was never taken by the server")
        elif copies:
            wrong.append(f"letter {row.key} was given up, but the server took it")
        if excess > allowed:
            wrong.append(
                f"letter {row.key} was taken {len(copies)} times, of which {allowed} may be repeated"
            )
        if any(wire_format(copy.raw) != wire_format(row.raw) for copy in copies):
            wrong.append(f"letter {row.key} left with other bytes than it was written with")
    wrong += [f"letter {message_id} was taken, but is not in the outbox" for message_id in taken]
    return repeats, len(refused), wrong


def _refused(world: World, rows: Sequence[sa.Row[Any]]) -> tuple[set[int], list[str]]:
    """The letters that the line refused for good: each given up, with the server's own words."""
    found = {
        words: {row.id for row in rows if row.state == LetterState.FAILED and words in (row.last_error or "")}
        for words in world.refusals
    }
    wrong = [
        f'{len(found[words])} letters were given up for "{words}", not {order.struck}'
        for words, order in world.refusals.items()
        if len(found[words]) != order.struck
    ]
    return set().union(*found.values()), wrong


def _by_message_id(taken: Sequence[Taken]) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = defaultdict(list)
    for letter in taken:
        header = email.parser.BytesHeaderParser().parsebytes(letter.raw)
        found[str(header["Message-ID"])].append(letter)
    return found
