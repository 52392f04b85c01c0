"""The pass's first half: from the mailboxes, or from files, into the inbox. Save before you promise."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from callboard import pauses, store
from callboard.config import MailboxConfig
from callboard.desk.case import note_envelope
from callboard.errors import ConfigError, MailboxDown, ServerDown, ServerTrouble, StuckAtMessage
from callboard.limit import Limit
from callboard.mailroom import credentials
from callboard.mailroom.envelope import read_envelope
from callboard.mailroom.mailbox import Batch, Cursor, Fetched, Mailbox, Stuck
from callboard.mailroom.sasl import Secret
from callboard.model import MailboxState
from callboard.passreport import PassReport

if TYPE_CHECKING:
    from callboard.worker import Worker

log = logging.getLogger("callboard")

IMPORTED = "import"  # the ledger name of messages from files
KEEP_BATCH = 50  # messages from files in one commit


def fetch(worker: Worker, settings: MailboxConfig, report: PassReport) -> None:
    """Fetch one mailbox's new mail. Its troubles are its own: the others and the outbox go on."""
    if _paused(worker, settings.name, report):
        return
    worker.renew_lease()  # a server may keep us waiting for a minute before it answers at all
    password: Secret | None = None
    try:
        password = credentials.of_mailbox(worker.config, settings, worker.environ, worker.clock)
        with (
            Mailbox(settings, password, worker.config.worker) as mailbox,
            Limit(worker.config.worker.step_seconds, mailbox.abort) as limit,
        ):
            cursor, stuck = _place(worker, settings.name)
            for batch in mailbox.poll(cursor, _since(worker, settings), stuck):
                keep(worker, settings.name, batch, report)
                limit.renew()
                if worker.stopping:
                    break
            _mark(worker, settings, mailbox)
    except (ServerDown, ConfigError) as error:
        log.warning("%s", error)
        report.add(error)
        if isinstance(error, ServerDown):
            credentials.note_refusal(worker.config, settings, password, error, worker.environ)
        _note_mailbox(worker, settings.name, error)
    else:
        _note_mailbox(worker, settings.name, None)


def _paused(worker: Worker, name: str, report: PassReport) -> bool:
    """Whether this server wants to be left alone; that is no news for the log, but the pass is not whole."""
    with worker.sessions() as db:
        pause = pauses.until(db, pauses.of_mailbox(name), worker.clock())
    if pause is not None:
        report.add(MailboxDown(pauses.sentence(pause), ServerTrouble(pause.trouble)))
    return pause is not None


def _place(worker: Worker, name: str) -> tuple[Cursor, Stuck | None]:
    """Where the ledger is, and the message that the last passes did not get beyond."""
    with worker.sessions() as db:
        state = db.get(MailboxState, name)
    if state is None:
        return Cursor(None, 0), None
    stuck = (
        None
        if state.stuck_uid is None
        else Stuck(state.stuck_uidvalidity or 0, state.stuck_uid, state.stuck_passes)
    )
    return Cursor(state.uidvalidity, state.last_uid), stuck


def _since(worker: Worker, settings: MailboxConfig) -> date:
    """Where the first look starts. Without any date that is today: nobody's old mail is answered by surprise."""
    return (
        settings.since
        or worker.config.call.published
        or worker.clock().astimezone(worker.config.call.zone).date()
    )


def keep(worker: Worker, name: str, batch: Batch, report: PassReport) -> None:
    """Store the bytes and move the ledger on, in one commit."""
    now = worker.clock()
    with worker.sessions.begin() as db:
        uidvalidity = batch.cursor.uidvalidity or 0
        known = store.known_contents(db, name, uidvalidity, (m.uid for m in batch.messages))
        fresh = 0
        for message in batch.messages:
            uid: int | None = message.uid
            if message.uid in known:
                uid = _reused(db, name, message, known[message.uid])
            if uid is not None:
                fresh += 1
                entry = store.add_message(
                    db,
                    mailbox=name,
                    uidvalidity=message.uidvalidity,
                    uid=uid,
                    raw=message.raw,
                    size=message.size,
                    truncated=message.truncated,
                    now=now,
                    arrived=message.internal_date,
                )
                if envelope := read_envelope(message.header) if message.header else None:
                    note_envelope(entry, envelope)
        state = db.get(MailboxState, name) or MailboxState(name=name)
        state.uidvalidity, state.last_uid = batch.cursor.uidvalidity, batch.cursor.last_uid
        state.stuck_uidvalidity, state.stuck_uid, state.stuck_passes = None, None, 0
        db.add(state)
    report.fetched += fresh
    worker.progress("fetched", fresh)
    worker.renew_lease()


def _reused(db: Session, name: str, message: Fetched, known: str) -> int | None:
    """The ledger key of a message whose UID is taken: None for the same bytes, which are kept already.

    A server restored from a backup gives a UID twice under one UIDVALIDITY. Other bytes are another mail,
    kept under a key made of its content; it is negative, since no server gives such a UID.
    """
    if not message.raw or store.content_hash(message.raw) == known:
        return None
    key = -store.content_key(message.raw)
    return None if store.known_contents(db, name, message.uidvalidity, [key]) else key


def _mark(worker: Worker, settings: MailboxConfig, mailbox: Mailbox) -> None:
    """Flag or move what is safely stored, where the operator wishes it. Never before the commit."""
    if settings.after == "keep":
        return
    cursor, _ = _place(worker, settings.name)
    with worker.sessions() as db:
        uids = store.unmarked_uids(db, settings.name, cursor.uidvalidity or 0)
    if uids:
        done = mailbox.mark(uids, settings.after)
        with worker.sessions.begin() as db:
            store.set_marked(db, settings.name, cursor.uidvalidity or 0, done)


def _note_mailbox(worker: Worker, name: str, error: ServerDown | ConfigError | None) -> None:
    now = worker.clock()
    with worker.sessions.begin() as db:
        state = db.get(MailboxState, name) or MailboxState(name=name, last_uid=0)
        state.last_error = str(error) if error else None
        if error is None:
            state.last_success, state.failing_since = now, None
            pauses.over(db, pauses.of_mailbox(name))
        else:
            state.failing_since = state.failing_since or now
        if isinstance(error, ServerDown):
            pauses.note(db, pauses.of_mailbox(name), error, now)
        if isinstance(error, StuckAtMessage):
            again = (state.stuck_uidvalidity, state.stuck_uid) == (error.uidvalidity, error.uid)
            state.stuck_passes = 1 + (state.stuck_passes if again else 0)
            state.stuck_uidvalidity, state.stuck_uid = error.uidvalidity, error.uid
        db.add(state)


def keep_archive(worker: Worker, raws: Iterable[bytes], report: PassReport) -> None:
    """Store messages from files. The ledger key is the content, so importing twice changes nothing."""
    for batch in batched(raws, KEEP_BATCH):
        with worker.sessions.begin() as db:
            for raw in {store.content_key(raw): raw for raw in batch}.values():
                key = store.content_key(raw)
                if store.known_contents(db, IMPORTED, 0, [key]):
                    continue
                store.add_message(
                    db,
                    mailbox=IMPORTED,
                    uidvalidity=0,
                    uid=key,
                    raw=raw,
                    size=len(raw),
                    truncated=False,
                    now=worker.clock(),
                    arrived=envelope.date if (envelope := read_envelope(raw)) else None,
                )
                report.fetched += 1
        worker.renew_lease()


def batched(items: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Lists of at most `size` items (itertools.batched is Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
