"""What is kept about a person: shown to them, or erased. The mail in the organisers' own mailbox is not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from callboard import database, store
from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import read_mail
from callboard.model import (
    Base,
    Draft,
    Erasure,
    InboxEntry,
    LetterState,
    OutboxEntry,
    Outcome,
    Proposal,
    ReviewOrder,
    Version,
    Vote,
)
from callboard.proposals import State

ERASED = "erased at the request of the person it was about"
ERASED_ORGANISER = "erased"
SHORTEST_NAME = 3  # letters of a name that is looked for in what organisers wrote
OPEN = (Outcome.WAITING, Outcome.HELD, Outcome.QUESTION)


@dataclass(frozen=True)
class Kept:
    """Everything kept about one person."""

    address: str
    proposals: Sequence[Proposal]
    messages: Sequence[InboxEntry]
    letters: Sequence[OutboxEntry]
    votes: Sequence[Vote]
    orders: Sequence[ReviewOrder]

    def __bool__(self) -> bool:
        """Whether anything is kept at all."""
        return bool(self.proposals or self.messages or self.letters or self.votes or self.orders)


def kept_about(db: Session, address: str) -> Kept:
    """What is kept about the person behind this address: found by address, without case."""
    proposals = store.proposals_of(db, address)
    numbers = [p.id for p in proposals]
    return Kept(
        address,
        proposals,
        store.messages_of(db, address, numbers),
        store.letters_of(db, address, numbers),
        store.votes_of(db, address, numbers),
        store.orders_of(db, address, numbers),
    )


def other_addresses(kept: Kept, organisers: Collection[str] = ()) -> tuple[str, ...]:
    """Who else wrote, or was written to, about this person's proposals, and is none of their speakers nor an
    organiser: an address that they gave up, perhaps, or another one of theirs."""
    known = [kept.address, *organisers]
    for proposal in kept.proposals:
        known += filter(None, (proposal.contact, *(s.email for s in proposal.speakers)))
    addresses = [*(entry.sender for entry in kept.messages), *(letter.recipient for letter in kept.letters)]
    theirs = {address.casefold() for address in known}
    wrote = dict.fromkeys(address.casefold() for address in addresses if address)
    return tuple(address for address in wrote if address not in theirs)


# --- Shown ---------------------------------------------------------------------------------------------


def record(db: Session, kept: Kept) -> dict[str, Any]:
    """All of it as plain values, without the bytes of mails and letters."""
    return {
        "address": kept.address,
        "proposals": [
            {
                **_row(proposal),
                "speakers": [_row(speaker) for speaker in proposal.speakers],
                "history": [_row(version) for version in proposal.versions],
            }
            for proposal in kept.proposals
        ],
        "messages": [
            {**_row(entry), "kept_whole": store.raw_of(db, entry.id) is not None} for entry in kept.messages
        ],
        "letters": [_row(letter) for letter in kept.letters],
        "votes": [_row(vote) for vote in kept.votes],
        "orders": [_row(order) for order in kept.orders],
    }


def export(db: Session, kept: Kept, folder: Path) -> int:
    """Write record.json and each mail and letter as an .eml file into a new folder. Returns the number of files."""
    folder.mkdir(parents=True, mode=0o700)
    files = {"record.json": json.dumps(record(db, kept), ensure_ascii=False, indent=1, default=str).encode()}
    for entry in kept.messages:
        files[f"message-{entry.id}.eml"] = store.raw_of(db, entry.id) or b""
    for letter in kept.letters:
        files[f"letter-{letter.id}.eml"] = letter.raw
    written = {name: content for name, content in files.items() if content}
    for name, content in written.items():
        (folder / name).write_bytes(content)
    return len(written)


def _row(row: Base) -> dict[str, Any]:
    columns = sa.inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in columns if name != "raw"}


# --- Erased --------------------------------------------------------------------------------------------


def forget(db: Session, address: str, now: datetime) -> Erasure | None:
    """Erase everything about the person behind this address, and leave a record that something was erased.

    A proposal with other speakers stays theirs, without this person. Their number, the times and the account of
    messages stay; so do the hashes of messages, or a mail fetched again would come back as new. Returns None
    when nothing was kept. The caller commits, then calls `scrub_file`.
    """
    kept = kept_about(db, address)
    mentioned = list(_mentioning(db, address, {entry.id for entry in kept.messages}))
    versions = list(_versions_naming(db, address))
    if not kept and not mentioned and not versions:
        return None
    words, names = _words_of(kept), _names_of(kept)
    everywhere = [*(entry.id for entry in kept.messages), *mentioned]
    store.drop_raw(db, everywhere)
    for number in everywhere:
        _erase_message(db.get_one(InboxEntry, number), address, words)
    for letter in kept.letters:
        _erase_letter(letter, address, now)
    store.empty_digests(db, now)
    for proposal in kept.proposals:
        _erase_proposal(db, proposal, address, now)
    _erase_review(db, kept, words, names)
    for version in versions:
        version.understood, version.changed = {}, {}
    for draft in db.scalars(sa.select(Draft)):
        draft.content = _without(draft.content, words)
    erasure = Erasure(
        at=now, proposals=len(kept.proposals), messages=len(everywhere), letters=len(kept.letters)
    )
    db.add(erasure)
    return erasure


def _mentioning(db: Session, address: str, known: set[int]) -> Iterator[int]:
    """Other messages that name the address: in a header, in their text, in a forwarded mail."""
    wanted = address.casefold()
    for number, raw in store.raw_messages(db, known):
        if wanted.encode() in raw.lower():
            yield number
            continue
        try:
            mail = read_mail(raw)
        except UnreadableMail:
            continue
        if wanted in mail.text.casefold() or any(wanted in m.text.casefold() for m in mail.forwarded):
            yield number


def _versions_naming(db: Session, address: str) -> Iterator[Version]:
    """What was once said of proposals that have another address by now: their speaker's, or another speaker's."""
    wanted = address.casefold()
    for version in db.scalars(sa.select(Version)):
        if wanted in json.dumps([version.understood, version.changed], ensure_ascii=False).casefold():
            yield version


def _words_of(kept: Kept) -> frozenset[str]:
    """What must not be found in a draft or a reason: the person's names and address, and what only they proposed."""
    address = kept.address.casefold()
    found = {kept.address}
    for proposal in kept.proposals:
        theirs = [s for s in proposal.speakers if _is(s.email, address) or s.name == proposal.contact_name]
        if _is(proposal.contact, address) and proposal.contact_name:
            found.add(proposal.contact_name)
        found.update(s.name for s in theirs if _is(s.email, address) or _is(proposal.contact, address))
        if not _others(proposal, address):
            found.update(filter(None, (proposal.title, proposal.abstract)))
            found.update(value for s in proposal.speakers for value in (s.name, s.affiliation) if value)
    found.update(m.sender_name for m in kept.messages if _is(m.sender, address) and m.sender_name)
    return frozenset(found)


def _names_of(kept: Kept) -> frozenset[str]:
    """Each word of the person's own names, as colleagues write of them; initials and particles aside."""
    found = [m.sender_name for m in kept.messages if _is(m.sender, kept.address)]
    for proposal in kept.proposals:
        found += [s.name for s in proposal.speakers if _is(s.email, kept.address)]
        found += [proposal.contact_name] if _is(proposal.contact, kept.address) else []
    words = re.findall(r"\w+", " ".join(filter(None, found)).casefold())
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME)


def _is(email: str | None, address: str) -> bool:
    return email is not None and email.casefold() == address.casefold()


def _others(proposal: Proposal, address: str) -> list[Any]:
    """The speakers who are somebody else."""
    own_name = proposal.contact_name if _is(proposal.contact, address) else None
    return [s for s in proposal.speakers if not _is(s.email, address) and (s.email or s.name != own_name)]


def _erase_message(entry: InboxEntry, address: str, words: frozenset[str]) -> None:
    if _is(entry.sender, address):
        entry.sender = entry.sender_name = entry.message_id = entry.text_hash = None
    entry.subject = entry.excerpt = None
    if entry.outcome in OPEN:
        entry.outcome = Outcome.DISMISSED
    if entry.outcome == Outcome.DISMISSED or any(word in (entry.reason or "") for word in words):
        entry.reason = ERASED
    entry.reason_code, entry.reason_values = None, {}


def _erase_letter(letter: OutboxEntry, address: str, now: datetime) -> None:
    if letter.state in (LetterState.OWED, LetterState.WAITING):
        letter.state, letter.done_at = LetterState.CANCELLED, now
    letter.raw, letter.subject, letter.last_error = b"", "", None
    if _is(letter.recipient, address):
        letter.recipient = ""


def _erase_proposal(db: Session, proposal: Proposal, address: str, now: datetime) -> None:
    """Take the person out; what only they proposed goes whole, as withdrawn."""
    others = _others(proposal, address)
    for version in proposal.versions:
        version.understood, version.changed = {}, {}
    if _is(proposal.contact, address):
        second = next((s for s in others if s.email and s.may_change), None)
        proposal.contact = second.email if second else None
        proposal.contact_name = second.name if second else None
    proposal.speakers = others
    if not others:
        proposal.title = proposal.abstract = proposal.bio = proposal.availability = None
        proposal.keywords, proposal.links, proposal.topics = [], [], []
        proposal.state, proposal.fingerprint = State.WITHDRAWN, ""
    proposal.updated_at = now
    number = store.next_version(db, proposal.id)
    db.add(Version(proposal_id=proposal.id, number=number, at=now, by="command line", action="erased"))


def _erase_review(db: Session, kept: Kept, words: frozenset[str], their_names: frozenset[str]) -> None:
    """Take out what this person said as an organiser, and what organisers said of their proposals, or of them
    elsewhere. Who voted how on others' proposals stays."""
    said = [word.casefold() for word in words]
    numbers = {proposal.id for proposal in kept.proposals}

    def names(*texts: str | None) -> bool:
        text = " ".join(filter(None, texts)).casefold()
        return any(word in text for word in said) or not their_names.isdisjoint(re.findall(r"\w+", text))

    for vote in db.scalars(sa.select(Vote)):
        if _is(vote.organiser, kept.address):
            db.delete(vote)
        elif vote.proposal_id in numbers or names(vote.comment, vote.to_speaker):
            vote.comment = vote.to_speaker = None
    for order in db.scalars(sa.select(ReviewOrder)):
        before = order.before.get("vote") or {}
        own = _is(order.by, kept.address)
        texts = (order.line, before.get("comment"), before.get("to_speaker"))
        if own or order.proposal_id in numbers or names(*texts):
            order.line = None
            empty = {"comment": None, "to_speaker": None}
            order.before = order.before | ({"vote": before | empty} if before else {})
        if own:
            order.by = ERASED_ORGANISER


def _without(content: Any, words: frozenset[str]) -> Any:
    """A draft's values without these words."""
    if isinstance(content, dict):
        return {key: _without(value, words) for key, value in content.items()}
    if isinstance(content, list):
        return [
            _without(value, words) for value in content if not (isinstance(value, str) and value in words)
        ]
    return "" if isinstance(content, str) and content in words else content


def scrub_file(engine: sa.Engine) -> None:
    """Take what was erased out of the database's files too: SQLite's log, PostgreSQL's dead rows and its samples."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        schema = database.schema_of(engine)
        for table in Base.metadata.sorted_tables:
            name = f"{schema}.{table.name}"
            rows = sa.select(sa.literal(1)).select_from(sa.table(table.name, schema=schema))
            if connection.execute(rows.limit(1)).first() is None:
                _forget_samples(connection, name)
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
        # The planner's samples of the rows that were there; only a warning where the database is somebody else's.
        connection.exec_driver_sql("VACUUM (FULL) pg_catalog.pg_statistic")


def _forget_samples(connection: sa.Connection, table: str) -> None:
    """Drop the planner's samples of a table without rows, which ANALYZE leaves as they are: a column that is given the
    type that it has is a new one to the planner."""
    columns = sa.text(
        "SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped"
    )
    for column, kind in connection.execute(columns, {"name": table}).all():
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
