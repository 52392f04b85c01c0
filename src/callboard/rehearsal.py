"""`callboard rehearse`: the same steps as a pass, in a database that is thrown away. Nothing is sent, marked or kept.

It answers two questions: what would Callboard do with these messages, and would this version, or these templates, do
something else with the messages that were dealt with already?
"""

from __future__ import annotations

import difflib
import email
import email.policy
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from callboard import collect, database, migrations, store
from callboard.backup import copy_file
from callboard.config import Config, HealthConfig
from callboard.model import InboxEntry, OutboxEntry, Outcome, RawMessage, Version
from callboard.passreport import PassReport
from callboard.worker import Worker

NOT_REPLAYED = frozenset(
    {Outcome.WAITING, Outcome.REVIEW, Outcome.DISMISSED}
)  # what a person did is not done again
DECIDED = ("accepted", "declined", "waitlisted")


@dataclass(frozen=True)
class LetterLine:
    """A letter that would leave, or did."""

    kind: str
    recipient: str
    subject: str
    text: str | None  # None: its bytes are gone
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class MessageLine:
    """One message and what came of it."""

    content_hash: str
    mailbox: str
    sender: str | None
    subject: str | None
    outcome: str
    reason: str | None
    proposals: Mapping[str, Mapping[str, Any]]  # "P-7 proposed" -> field -> its value afterwards
    letters: tuple[LetterLine, ...]


@dataclass(frozen=True)
class Rehearsal:
    """What came of all messages, in the order in which they were read."""

    lines: tuple[MessageLine, ...]
    report: PassReport
    digest: str


@dataclass(frozen=True)
class Difference:
    """A message that is dealt with otherwise than it was: one line for each thing."""

    line: MessageLine
    what: tuple[str, ...]


class ReplayClock:
    """The time at which each message arrived, one after the other, so that what is late stays late."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._turns = now, list[datetime]()

    def __call__(self) -> datetime:
        return self._turns[0] if self._turns else self._now()

    @contextmanager
    def following(self, worker: Worker) -> Iterator[None]:
        """While the worker reads what waits."""
        with worker.sessions() as db:
            waits = InboxEntry.outcome == Outcome.WAITING
            turns = select(InboxEntry.turn).where(waits).order_by(InboxEntry.turn, InboxEntry.id)
            self._turns = list(db.scalars(turns))
        said = worker.progress

        def step(name: str, count: int) -> None:
            if name == "read":
                del self._turns[:count]
            said(name, count)

        worker.progress = step
        try:
            yield
        finally:
            worker.progress = said
            self._turns.clear()


def scratch(config: Config, folder: Path) -> Config:
    """The same configuration in a folder of its own: its database, no mark in a mailbox, no alarm.

    The tokens stay where they are: a second copy would be refreshed behind the back of the first.
    """
    mailboxes = tuple(m.model_copy(update={"after": "keep"}) for m in config.mailboxes)
    changes = {
        "database": f"sqlite:///{folder.resolve() / 'callboard.db'}",
        "mailboxes": mailboxes,
        "oauth": tuple(a.model_copy(update={"tokens": config.tokens_of(a)}) for a in config.oauth),
        "health": HealthConfig(),
        "worker": config.worker.model_copy(update={"engine": "embedded"}),
    }
    return config.model_copy(update=changes)


@contextmanager
def stage(config: Config, folder: Path, now: Callable[[], datetime]) -> Iterator[Worker]:
    """A worker over a fresh database in that folder."""
    own = scratch(config, folder)
    engine = database.open_engine(own.database)
    try:
        migrations.upgrade(engine)
        yield Worker(own, engine, os.environ, ReplayClock(now))
    finally:
        engine.dispose()


def play(worker: Worker, folder: Path) -> Rehearsal:
    """Read what waits, arrange, write the digest; the programme's files go into `folder`."""
    clock, report = worker.clock, PassReport()
    assert isinstance(clock, ReplayClock)
    with worker.leased():
        with clock.following(worker):
            worker.read_waiting(report)
        worker.publish(report, folder)
    digest = worker.digest_text()
    with worker.sessions() as db:
        return Rehearsal(_lines(db), report, digest)


def take_files(worker: Worker, raws: Iterable[bytes]) -> None:
    """From an archive."""
    with worker.leased():
        collect.keep_archive(worker, raws, PassReport())


def take_mailbox(worker: Worker, name: str) -> PassReport:
    """From a mailbox of the configuration, by EXAMINE: all that a first pass would fetch."""
    report = PassReport()
    with worker.leased():
        collect.fetch(worker, next(m for m in worker.config.mailboxes if m.name == name), report)
    return report


@contextmanager
def as_kept(live: Engine, folder: Path) -> Iterator[sessionmaker[Session]]:
    """What the real database holds, as this version sees it. An embedded one is copied first: the version at work goes
    on with its own tables, and nothing is locked while all mail is read."""
    if live.dialect.name != "sqlite":
        migrations.ensure(live)
        yield database.open_sessions(live)
        return
    copy = folder / "kept.db"
    if not copy.exists():
        copy_file(Path(live.url.database or ""), copy)
    engine = database.open_engine(f"sqlite:///{copy.resolve()}")
    try:
        migrations.upgrade(engine)
        yield database.open_sessions(engine)
    finally:
        engine.dispose()


def take_kept(worker: Worker, sessions: sessionmaker[Session]) -> int:
    """From the real database: every message whose bytes are still there. Returns how many are not."""
    with sessions() as real, worker.sessions.begin() as db:
        wanted = InboxEntry.outcome.not_in(NOT_REPLAYED)
        for entry in real.scalars(select(InboxEntry).where(wanted).order_by(InboxEntry.id)):
            raw = store.raw_of(real, entry.id)
            if raw:
                _copy(db, entry, raw)
        kept = select(RawMessage.entry_id).where(RawMessage.raw != b"")
        gone = len(real.scalars(select(InboxEntry.id).where(wanted, InboxEntry.id.not_in(kept))).all())
        # Answers name our letters by their Message-ID: the same letter has the same one here.
        ids = real.execute(select(OutboxEntry.key, OutboxEntry.message_id))
        worker.desk = replace(worker.desk, message_ids=dict(ids.all()))
    # One by one: whether a mail answers us is known once the letter that it answers is written.
    worker.read_batch = 1
    return gone


def _copy(db: Session, entry: InboxEntry, raw: bytes) -> None:
    """Under its own number, of which the keys of letters are made; as it was before anybody read it."""
    db.add(
        InboxEntry(
            id=entry.id,
            mailbox=entry.mailbox,
            uidvalidity=entry.uidvalidity,
            uid=entry.uid,
            received_at=entry.received_at,
            turn=entry.turn,
            content_hash=entry.content_hash,
            size=entry.size,
            truncated=entry.truncated,
            outcome=Outcome.WAITING,
            approved=entry.approved,
        )
    )
    db.flush()
    db.add(RawMessage(entry_id=entry.id, raw=raw))


def compare(before: Session, rehearsal: Rehearsal) -> tuple[Sequence[Difference], int]:
    """What is dealt with otherwise than it was, and how many messages cannot be compared since the proposal had been
    decided by then, which is not done again."""
    known = {line.content_hash: line for line in _lines(before)}
    after_decision = _after_decision(before)
    found, left = [], 0
    for line in rehearsal.lines:
        was = known.get(line.content_hash)
        if line.content_hash in after_decision:
            left += 1
        elif was is not None and (what := tuple(_differences(was, line))):
            found.append(Difference(line, what))
    return found, left


def _after_decision(db: Session) -> frozenset[str]:
    """Messages about a proposal that a person had decided on when they came."""
    decided: dict[int, datetime] = {}
    for number, at in db.execute(select(Version.proposal_id, Version.at).where(Version.action.in_(DECIDED))):
        decided[number] = min(at, decided.get(number, at))
    entries = db.scalars(select(InboxEntry).where(InboxEntry.proposal_id.in_(decided)))
    return frozenset(
        e.content_hash
        for e in entries
        if e.proposal_id and e.processed_at and e.processed_at > decided[e.proposal_id]
    )


def _differences(was: MessageLine, now: MessageLine) -> Iterator[str]:
    if was.outcome != now.outcome:
        yield f"{_outcome(was)} before, {_outcome(now)} now"
    for name in dict.fromkeys((*was.proposals, *now.proposals)):
        before, after = was.proposals.get(name), now.proposals.get(name)
        if before is None or after is None:
            yield f"{name}: {'only now' if before is None else 'no longer'}"
            continue
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                yield f"{name}, {key}: {_shown(before.get(key))} before, {_shown(after.get(key))} now"
    if was.letters or was.mailbox != collect.IMPORTED:  # an archive may have been imported without a letter
        yield from _letters(was.letters, now.letters)


def _letters(was: Sequence[LetterLine], now: Sequence[LetterLine]) -> Iterator[str]:
    earlier = {(x.kind, x.recipient): x for x in was}
    later = {(x.kind, x.recipient): x for x in now}
    for kind, recipient in dict.fromkeys((*earlier, *later)):
        before, after = earlier.get((kind, recipient)), later.get((kind, recipient))
        name = f"letter “{kind}” to {recipient}"
        if before is None or after is None:
            yield f"{name}: {'only now' if before is None else 'no longer'}"
        elif before.subject != after.subject:
            yield f"{name}: {_shown(before.subject)} before, {_shown(after.subject)} now"
        elif before.text is not None and after.text is not None and before.text != after.text:
            lines = difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), lineterm="", n=0)
            words = [line for line in list(lines)[2:] if not line.startswith("@@")]
            yield "\n".join((f"{name}:", *(f"  {line}" for line in words)))


def _outcome(line: MessageLine) -> str:
    return line.outcome.replace("_", "-") + (f" ({line.reason})" if line.reason else "")


def _shown(value: Any) -> str:
    return "nothing" if value in (None, [], {}, "") else f"“{value}”"


def _lines(db: Session) -> tuple[MessageLine, ...]:
    """Every message of a database with what it caused."""
    versions, letters = _versions(db), _letters_of(db)
    rows = db.scalars(select(InboxEntry).order_by(InboxEntry.turn, InboxEntry.id))
    return tuple(
        MessageLine(
            row.content_hash,
            row.mailbox,
            row.sender,
            row.subject,
            str(row.outcome),
            row.reason,
            versions.get(row.id, {}),
            tuple(letters.get(row.id, ())),
        )
        for row in rows
    )


def _versions(db: Session) -> dict[int, dict[str, dict[str, Any]]]:
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for version in db.scalars(select(Version).where(Version.entry_id.is_not(None)).order_by(Version.id)):
        name = f"proposal {version.proposal_id} {version.action}"
        found.setdefault(version.entry_id or 0, {})[name] = _values(version)
    return found


def _values(version: Version) -> dict[str, Any]:
    """What the message said: the fields it changed, or all that a first one held."""
    if version.changed:
        return {key: after for key, (_, after) in version.changed.items()}
    return {key: value for key, value in version.understood.items() if key != "sources"}


def _letters_of(db: Session) -> dict[int, list[LetterLine]]:
    found: dict[int, list[LetterLine]] = {}
    for row in db.scalars(
        select(OutboxEntry).where(OutboxEntry.entry_id.is_not(None)).order_by(OutboxEntry.id)
    ):
        line = LetterLine(row.kind, row.recipient, row.subject, _text(row.raw), row.raw)
        found.setdefault(row.entry_id or 0, []).append(line)
    return found


def _text(raw: bytes) -> str | None:
    if not raw:
        return None
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
    return None if body is None else str(body.get_content())


def leave(rehearsal: Rehearsal, folder: Path) -> None:
    """Put the letters and the digest where a mail program and a person can open them."""
    folder.chmod(0o700)  # strangers' words, and what organisers say of them
    letters = folder / "letters"
    letters.mkdir()
    written = [letter for line in rehearsal.lines for letter in line.letters if letter.raw]
    for number, letter in enumerate(written, 1):
        (letters / f"{number:03} {letter.kind}.eml").write_bytes(letter.raw)
    (folder / "digest.txt").write_text(rehearsal.digest, encoding="utf-8")


def counts(rehearsal: Rehearsal) -> Mapping[str, int]:
    """How many messages became what."""
    return Counter(line.outcome for line in rehearsal.lines)
