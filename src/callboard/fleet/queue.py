"""The queue's tables, in a schema of their own beside the calls', and what is put into them.

They hold the name of a call and the number of a row, never words. Where the queue is in use, a stored message and a
letter owed put their task into it as part of their own transaction: both are there, or neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from callboard.errors import ConfigError
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome

SCHEMA = "callboard_queue"
QUEUE = "callboard"
# A letter before further messages, so that who wrote first is answered first.
SOON = {"send": 1}
MISSING = "worker.engine: \"procrastinate\" is not installed; pip install 'callboard[fleet]'"
WAITS, IS_DONE = "todo", "doing"
_OWED = "callboard_tasks"  # in a session's info: what its transaction owes to the queue


@dataclass(frozen=True)
class Task:
    """What is to be done. `lock`: of the tasks with the same, one is done at a time, in their order. `once`: not while
    one of that name and lock is in one of these states."""

    name: str
    call: str
    lock: str
    row: int | None = None
    mailbox: str | None = None
    once: tuple[str, ...] = ()

    def as_job(self) -> dict[str, object]:
        """As the queue keeps it."""
        given = {"call": self.call, "row": self.row, "mailbox": self.mailbox}
        args = {name: value for name, value in given.items() if value is not None}
        return {
            "name": self.name,
            "priority": SOON.get(self.name, 0),
            "lock": self.lock,
            "once": list(self.once),
            "args": args,
        }


@dataclass(frozen=True)
class QueueState:
    """How many tasks of a call stand where. A failed one is not tried again by itself."""

    todo: int
    doing: int
    failed: int


@dataclass(frozen=True)
class Failed:
    """A task that was tried in vain for the last time."""

    id: int
    task: str
    call: str
    row: int | None
    attempts: int
    at: datetime | None


def call_lock(call: str) -> str:
    """For all that decides about a call: messages are read in the order of their arrival."""
    return f"call/{call}"


def mailbox_lock(call: str, mailbox: str) -> str:
    """For fetching: a server that keeps us waiting keeps nothing else."""
    return f"mailbox/{call}/{mailbox}"


def attach(sessions: sessionmaker[Session], call: str) -> None:
    """From here on each message that these sessions store, and each letter they owe, is put into the queue."""

    @event.listens_for(sessions, "after_flush")
    def _note(session: Session, _context: object) -> None:
        owed = session.info.setdefault(_OWED, [])
        for row in session.new:
            if isinstance(row, InboxEntry) and row.outcome == Outcome.WAITING:
                owed.append(Task("read", call, call_lock(call), row.id))
            # One that leaves later is found when its time has come: a task that waits would keep its lock's others.
            elif (
                isinstance(row, OutboxEntry)
                and row.state == LetterState.OWED
                and row.next_attempt <= row.created_at
            ):
                owed.append(Task("send", call, call_lock(call), row.id))

    @event.listens_for(sessions, "before_commit")
    def _enqueue(session: Session) -> None:
        session.flush()
        if owed := session.info.pop(_OWED, None):
            put(session.connection(), owed)


_PUT = text(
    f"""
    WITH asked AS (SELECT value AS job, ordinality FROM jsonb_array_elements(CAST(:jobs AS jsonb)) WITH ORDINALITY)
    SELECT {SCHEMA}.procrastinate_defer_jobs_v1(ARRAY(
      SELECT ROW('{QUEUE}', job->>'name', (job->>'priority')::int, job->>'lock', NULL, job->'args', NULL)
             ::{SCHEMA}.procrastinate_job_to_defer_v1
      FROM asked
      WHERE NOT EXISTS (
        SELECT FROM {SCHEMA}.procrastinate_jobs
        WHERE lock = job->>'lock' AND task_name = job->>'name' AND status IN ('todo', 'doing')
          AND job->'once' ? status::text)
      ORDER BY ordinality))
    """  # noqa: S608 (our own two constants)
)


def put(connection: Connection, tasks: Iterable[Task]) -> None:
    """Put tasks into the queue, in this connection's transaction."""
    connection.execute(_PUT, {"jobs": json.dumps([task.as_job() for task in tasks])})


def put_once(engine: Engine, tasks: Iterable[Task]) -> None:
    """Put tasks into the queue that are not there already.

    Not by Procrastinate's queueing_lock: where one that waits has it, another that was begun cannot be put back.
    """
    with engine.begin() as connection:
        _alone(connection)
        put(connection, tasks)


def _alone(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('callboard queue'))"))


def state(db: Session, call: str) -> QueueState:
    """How the queue stands for a call."""
    rows = db.execute(
        text(
            f"SELECT status::text, count(*) FROM {SCHEMA}.procrastinate_jobs "  # noqa: S608
            "WHERE args->>'call' = :call AND status IN ('todo', 'doing', 'failed') GROUP BY status"
        ),
        {"call": call},
    )
    counts = {row[0]: row[1] for row in rows}
    return QueueState(counts.get("todo", 0), counts.get("doing", 0), counts.get("failed", 0))


def failed(db: Session, call: str) -> list[Failed]:
    """The tasks of a call that failed for good, the oldest first."""
    rows = db.execute(
        text(
            f"SELECT id, task_name, (args->>'row')::int, attempts, "  # noqa: S608
            f"(SELECT max(at) FROM {SCHEMA}.procrastinate_events e WHERE e.job_id = j.id) "
            f"FROM {SCHEMA}.procrastinate_jobs j WHERE args->>'call' = :call AND status = 'failed' ORDER BY id"
        ),
        {"call": call},
    )
    return [Failed(number, task, call, row, attempts, at) for number, task, row, attempts, at in rows]


def settle(db: Session, call: str, *, retry: bool) -> int:
    """Put the failed tasks of a call back into the queue, or take them away. Returns how many."""
    found = failed(db, call)
    for one in found:
        statement = (
            "SELECT {0}.procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)"
            if retry
            else "DELETE FROM {0}.procrastinate_jobs WHERE id = :id"
        )
        db.execute(text(statement.format(SCHEMA)), {"id": one.id})
    return len(found)


def install(engine: Engine) -> None:
    """Make the queue's tables where there are none; `callboard db upgrade` does."""
    try:
        from procrastinate.schema import SchemaManager
    except ModuleNotFoundError as error:
        raise ConfigError(MISSING) from error

    with engine.begin() as connection:
        _alone(connection)
        if _is_there(connection):
            return
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        # Theirs is one script for one search path. From any other, each of its functions brings its own.
        connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        cursor = connection.connection.cursor()
        cursor.execute(SchemaManager.get_schema())
        cursor.execute(_OWN_PATH)
        # Whether a lock is free is asked for each task; theirs looks through all that came before it.
        cursor.execute(
            "CREATE INDEX callboard_jobs_lock ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')"
        )


_OWN_PATH = f"""
DO $$ DECLARE one regprocedure; BEGIN
  FOR one IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = '{SCHEMA}'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path TO {SCHEMA}', one);
  END LOOP;
END $$
"""  # noqa: S608 (our own constant)


def ensure(engine: Engine) -> None:
    """Raises ConfigError where the queue's tables are missing."""
    with engine.connect() as connection:
        if not _is_there(connection):
            raise ConfigError("database: the queue's tables are missing; run callboard db upgrade")


def _is_there(connection: Connection) -> bool:
    return bool(connection.scalar(text(f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs') IS NOT NULL")))
