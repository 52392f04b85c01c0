"""One installation that can die: the real worker and database, and mailboxes that stand in memory.

What is real: the worker's passes, an SQLite file, the reader, the letters, an SMTP server on loopback. What is not, for
the sake of thousands of passes: Dovecot (`torture` has it; here a mailbox is a list, polled by the ledger's cursor as
the real one is), and the process that reads (its function is called here).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from callboard import collect, database, migrations, understanding
from callboard import worker as working
from callboard.call import Call, Organiser
from callboard.config import Config, DigestConfig, LettersConfig, MailboxConfig
from callboard.desk import review
from callboard.errors import MailboxDown
from callboard.mailroom.fetching import Batch, Cursor, Fetched
from callboard.model import InboxEntry, OutboxEntry, Proposal
from callboard.proposals import State
from callboard.templating import Templates
from callboard.worker import Worker, desk_of
from servers import SmtpSink

OURS = "journee@callboard.test"
ORGANISER = "odile@callboard.test"
MAILBOXES = ("organisers", "programme")
START = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
CALL = Call(
    title="Journée rivières",
    timezone="Europe/Paris",
    published=date(2020, 1, 1),
    starts=datetime(2099, 3, 11, 8, 30, tzinfo=UTC),
    ends=datetime(2099, 3, 11, 16, 0, tzinfo=UTC),
    organisers=(Organiser("Odile Brac", ORGANISER),),
)


TEMPLATES = Templates()  # compiled once for all histories


class Killed(BaseException):
    """The process died here. No `except Exception` catches it."""


@dataclass
class Clock:
    """The worker's; it goes on by a little whenever somebody looks, and can be turned."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=10)
        return self.now


@dataclass
class Box:
    """A mailbox on a server: what arrived and when, by the server's own clock."""

    arrived: list[tuple[datetime, bytes]] = field(default_factory=list)
    down: bool = False


class Poll:
    """Stands where `mailroom.mailbox.Mailbox` does."""

    boxes: Mapping[str, Box] = {}

    def __init__(self, config: MailboxConfig, *_: object) -> None:
        self._box = self.boxes[config.name]

    def __enter__(self) -> Poll:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def abort(self) -> None:
        """Nobody waits here."""

    def poll(self, cursor: Cursor, *_: object) -> Iterator[Batch]:
        if self._box.down:
            raise MailboxDown("the server is away")
        new = list(enumerate(self._box.arrived, 1))[cursor.last_uid :]
        for start in range(0, len(new), 3):
            some = new[start : start + 3]
            messages = tuple(Fetched(uid, 1, raw, False, at, len(raw)) for uid, (at, raw) in some)
            yield Batch(messages, Cursor(1, some[-1][0]))


class Reading:
    """Stands where `understanding.ReadingProcess` does."""

    def __init__(self, call: Call) -> None:
        understanding._call = call

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def understand(self, batch: Sequence[understanding.Waiting]) -> Iterator[tuple[Any, Any]]:
        return ((one, understanding._understand(one.raw, one.truncated, one.thread)) for one in batch)


@contextmanager
def standing_in() -> Iterator[None]:
    """Both at their places. The system boundaries: the IMAP server, and another process."""
    before = collect.Mailbox, working.ReadingProcess
    collect.Mailbox, working.ReadingProcess = Poll, Reading  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        collect.Mailbox, working.ReadingProcess = before  # type: ignore[misc]


class Installation:
    """`kill_at` counts down the commits of a pass; at zero the process dies, before that commit or right after it."""

    def __init__(self, folder: Path, empty: Path, sink: SmtpSink, **letters: Any) -> None:
        folder.mkdir()
        shutil.copy(empty, folder / "callboard.db")
        self.folder, self.sink = folder, sink
        self.clock = Clock()
        self.server_time = START  # of the mail servers: it never goes back
        self.boxes = {name: Box() for name in MAILBOXES}
        Poll.boxes = self.boxes
        self.config = Config(
            call=CALL,
            mailboxes=tuple(MailboxConfig(name=n, host="127.0.0.1", user=n, tls="none") for n in MAILBOXES),
            smtp=sink.config(address=OURS),
            digest=DigestConfig(enabled=False),
            letters=LettersConfig(**letters),
            folder=folder,
        )
        self.kills = self.passes = 0
        self._kill: tuple[int, bool] | None = None
        self._dead = False
        self._begin()

    def _begin(self) -> None:
        """A new process: its own engine and worker."""
        self.engine = database.open_engine("sqlite:///callboard.db", self.folder)
        commit = self.engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            at = self._counted()
            if at is not None and not at:
                self._die()
            commit(connection)
            if at:
                self._die()

        self.engine.dialect.do_commit = do_commit  # type: ignore[method-assign]
        sa.event.listen(self.engine, "begin", self._refuse_the_dead)
        environ = {mailbox.password_variable: "x" for mailbox in self.config.mailboxes}
        self.worker = Worker(self.config, self.engine, environ, self.clock)
        self.worker.templates, self.worker.desk = TEMPLATES, desk_of(self.config, TEMPLATES)

    def _counted(self) -> bool | None:
        """None, or whether to die after this commit rather than before it."""
        if self._kill is None:
            return None
        left, after = self._kill
        self._kill = (left - 1, after)
        return after if left == 0 else None

    def _die(self) -> None:
        self._dead = True
        raise Killed

    def _refuse_the_dead(self, _connection: object) -> None:
        if self._dead:
            raise Killed  # nothing that runs on the way out may touch the database: a killed process does not

    def deliver(self, raw: bytes, box: str) -> None:
        self.server_time += timedelta(seconds=20)
        self.clock.now += timedelta(seconds=20)
        self.boxes[box].arrived.append((self.server_time, raw))

    def go_on(self, time: timedelta) -> None:
        self.server_time += time
        self.clock.now += time

    def work(self, kill: tuple[int, bool] | None = None) -> bool:
        """A pass; raises Busy while a dead one's lease lasts. False when it died."""
        self.passes += 1
        self._kill = kill
        try:
            self.worker.run_once()
        except Killed:
            self.kills += 1
            self.engine.dispose()
            self._dead = False
            self._begin()
            return False
        finally:
            self._kill = None
        return True

    def decide(self, number: int, state: State) -> None:
        """What `callboard accept` and `decline` do."""
        with self.worker.sessions.begin() as db:
            review.decide(db, self.worker.desk, number, state, self.clock())

    def entries(self) -> list[InboxEntry]:
        with self.worker.sessions() as db:
            return list(db.scalars(sa.select(InboxEntry).order_by(InboxEntry.id)))

    def letters(self) -> list[OutboxEntry]:
        with self.worker.sessions() as db:
            return list(db.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id)))

    def proposals(self) -> list[Proposal]:
        with self.worker.sessions() as db:
            found = list(db.scalars(sa.select(Proposal).order_by(Proposal.id)))
            for one in found:
                assert one.versions is not None  # loaded while there is a session
                assert one.speakers is not None
            return found

    def close(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)


def empty_database(folder: Path) -> Path:
    """A database file with its tables, to be copied."""
    engine = database.open_engine("sqlite:///empty.db", folder)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return folder / "empty.db"
