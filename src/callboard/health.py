"""What is wrong, by the limits of `[health]`: a dead-man's switch for health checks and for the operator.

A worker that has died says nothing; that is what `callboard health` is for, asked by somebody else. What a living
worker finds wrong it tells the operator itself (`alarms.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from callboard import database, pauses, status
from callboard.config import Config
from callboard.fleet import queue
from callboard.model import Lease

PROBE = "health probe"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong. `detail` may name servers and accounts: for the operator's eyes."""

    name: str
    sentence: str
    since: datetime
    detail: str | None = None


def troubles(db: Session, config: Config, now: datetime, *, untried: bool = True) -> Iterator[Trouble]:
    """The mailboxes that were not read, and the letters that did not leave, for too long. `untried`: a mailbox that
    was never looked into is one of them."""
    limit = timedelta(minutes=config.health.mailbox_minutes)
    for line in status.mailboxes(db, config, now):
        since, name = line.last_success or line.failing_since, f"mailbox {line.name}"
        if since is None and untried:
            yield Trouble(name, f"{name} has never been read", now)
        elif since is not None and now - since > limit:
            never = "" if line.last_success else ", nor ever before"
            yield Trouble(
                name, f"{name} was not read for {minutes(now - since)}{never}", since, line.last_error
            )
    overdue = status.oldest_overdue(db, now)
    if overdue is not None and now - overdue > timedelta(minutes=config.health.outbox_minutes):
        sentence = f"a letter waits to leave for {minutes(now - overdue)}"
        yield Trouble("outbox", sentence, overdue, pauses.trouble(db, pauses.SMTP))
    if config.worker.engine == "procrastinate" and (failed := queue.failed(db, config.name or "")):
        yield Trouble(
            "queue", f"{len(failed)} tasks failed for good; callboard queue shows them", failed[0].at or now
        )


def unwritable(engine: Engine, now: datetime) -> Trouble | None:
    """Write a row and take it away again: a full disk, a lock or a read-only file shows only in a commit."""
    sessions = database.open_sessions(engine)
    try:
        with sessions.begin() as db:
            db.merge(Lease(name=PROBE, holder=PROBE, until=now))
        with sessions.begin() as db:
            db.execute(delete(Lease).where(Lease.name == PROBE))
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return Trouble("database", "the database cannot be written", now, reason)
    return None


def minutes(length: timedelta) -> str:
    """A length as an operator says it."""
    whole = int(length.total_seconds() // 60)
    return (
        f"{whole} minutes"
        if whole < 120
        else f"{whole // 60} hours"
        if whole < 2880
        else f"{whole // 1440} days"
    )
