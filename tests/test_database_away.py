"""The database is locked, full or gone just after the SMTP server took a letter: it is noted, and not sent again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import database, migrations
from callboard.config import Config
from callboard.errors import Busy
from callboard.model import LetterState, OutboxEntry
from callboard.worker import Worker
from deliver import deliver
from faults import FaultProxy, Order
from letters_in import proposal
from servers import Account, SmtpSink
from workplace import Clock

LOCK_SECONDS = 0.2  # that a statement waits for another's lock; thirty in real life


class Lock:
    """Another's transaction on the SQLite file: it writes, and does not come to an end."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    def take(self, seconds: float | None = None) -> None:
        """For so long, or until it is released."""
        self._held = self._engine.raw_connection()
        self._held.driver_connection.isolation_level = None  # type: ignore[union-attr]  # sqlite3's own
        self._held.cursor().execute("BEGIN IMMEDIATE")
        if seconds is not None:
            threading.Timer(seconds, self.release).start()

    def release(self) -> None:
        self._held.cursor().execute("ROLLBACK")
        self._held.close()


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    return Lock(tmp_path / "locked.db")


@pytest.fixture
def smtp_line(smtp_sink: SmtpSink) -> Iterator[FaultProxy]:
    with FaultProxy(smtp_sink.port, "smtp") as proxy:
        yield proxy


@pytest.fixture
def through(
    config: Config, tmp_path: Path, dovecot: Account, clock: Clock, smtp_line: FaultProxy
) -> Iterator[Worker]:
    """A worker on an SQLite file that does not wait long, with one proposal to answer."""
    engine = database.open_engine(f"sqlite:///{tmp_path}/locked.db?timeout={LOCK_SECONDS}")
    migrations.upgrade(engine)
    assert config.smtp is not None
    changed = config.model_copy(update={"smtp": config.smtp.model_copy(update={"port": smtp_line.port})})
    deliver(dovecot, proposal())
    environ = {config.mailboxes[0].password_variable: dovecot.password}
    yield Worker(changed, engine, environ, clock, note_seconds=1.0)
    engine.dispose()


def letters(worker: Worker) -> list[str]:
    with worker.sessions() as db:
        return list(db.scalars(sa.select(OutboxEntry.state)))


def test_a_lock_many_times_longer_than_a_statement_waits(
    through: Worker, clock: Clock, lock: Lock, smtp_line: FaultProxy, smtp_sink: SmtpSink
) -> None:
    through.note_seconds = 30.0
    smtp_line.orders.append(Order(rb"\.", before=lambda: lock.take(6 * LOCK_SECONDS)))

    report = through.run_once()
    clock.now += timedelta(hours=1)
    through.run_once()

    assert (report.exit_code, report.sent, len(smtp_sink.mails)) == (0, 1, 1)
    assert letters(through) == [LetterState.SENT]


def test_a_lock_longer_than_we_wait_is_made_up_for_by_the_next_pass(
    through: Worker, clock: Clock, lock: Lock, smtp_line: FaultProxy, smtp_sink: SmtpSink
) -> None:
    """`callboard run` remembers what left; a `once` that ends here cannot, and repeats the letter."""
    smtp_line.orders.append(Order(rb"\.", before=lock.take))
    with pytest.raises(Busy):
        through.run_once()
    lock.release()
    clock.now += timedelta(hours=1)

    through.run_once()

    assert len(smtp_sink.mails) == 1
    assert letters(through) == [LetterState.SENT]


def test_who_waits_in_vain_for_a_free_connection_tries_again_later(tmp_path: Path) -> None:
    """A listener that asks in that moment must not end for ever."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.db", pool_size=1, max_overflow=0, pool_timeout=0.1)

    with engine.connect(), pytest.raises(Busy, match="in use"), database.explained(), engine.connect():
        pass

    engine.dispose()
