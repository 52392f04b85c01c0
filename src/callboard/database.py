"""The engine: SQLite beside the process, or PostgreSQL; and the sessions on it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from callboard.config import Config
from callboard.errors import Busy, ConfigError

# An error message would carry the statement's values: mails and addresses, into the log.
PRIVATE: dict[str, Any] = {"hide_parameters": True}
LARGEST = 2**31 - 1  # number of a row; PostgreSQL refuses to look for a larger one
BUSY_SECONDS = 30  # that a write waits for another; sqlite:///file.db?timeout=5 for less


SCHEMA = "callboard_schema"  # execution option of an engine that sees one schema alone
QUEUED_AS = (
    "callboard_call"  # execution option of an engine whose work is a fleet's: the call's name in the queue
)
_SCHEMA_NAME = re.compile(r"[a-z0-9_]{1,60}")

Row = TypeVar("Row")


def numbered(db: Session, kind: type[Row], number: int, *, lock: bool = False) -> Row | None:
    """The row of that number, which a person may have typed: None also where no row can have it."""
    return db.get(kind, number, with_for_update=lock) if 0 < number <= LARGEST else None


class Places:
    """The databases of an installation's calls, opened as they are asked for. Calls in one PostgreSQL database share
    its connections, and nothing else."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}

    def of(self, config: Config) -> Engine:
        """The place of this call: all that its engine can see."""
        if config.database not in self._engines:
            self._engines[config.database] = open_engine(config.database, config.folder)
        engine = within(self._engines[config.database], config.schema_name)
        if config.worker.engine == "procrastinate":
            return engine.execution_options(**{QUEUED_AS: config.name or ""})
        return engine

    def close(self) -> None:
        """Give every connection back."""
        for engine in self._engines.values():
            engine.dispose()


def within(engine: Engine, schema: str | None) -> Engine:
    """This engine, seeing that schema of its database and no other. SQLite has none: there the file is the place."""
    if schema is None or engine.dialect.name == "sqlite":
        return engine
    if not _SCHEMA_NAME.fullmatch(schema):
        raise ValueError(f"{schema} is no name for a schema")
    narrowed = engine.execution_options(**{SCHEMA: schema})

    @event.listens_for(narrowed, "begin")
    def _begin(connection: Any) -> None:
        # LOCAL: it ends with the transaction, so that no connection carries one call's place to another call.
        connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")

    return narrowed


def schema_of(engine: Engine) -> str:
    """The schema that the engine's tables lie in."""
    return str(engine.get_execution_options().get(SCHEMA, "public"))


def open_engine(url: str, folder: Path = Path()) -> Engine:
    """An engine for the database URL. A relative SQLite path starts at `folder`; its folder is made, mode 0700.

    SQLite: WAL and BEGIN IMMEDIATE, because with SQLAlchemy's deferred transactions two workers claim the
    same row. PostgreSQL: psycopg 3, whichever way the URL is spelled.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "database is not a database URL; write sqlite:///var/callboard.db or postgresql://user@host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(parsed, folder)
    if backend == "postgresql":
        return _postgres_engine(url)
    raise ConfigError(f"database: {backend} is not supported; use sqlite or postgresql")


def _sqlite_engine(url: URL, folder: Path) -> Engine:
    database, seconds = url.database, float(str(url.query.get("timeout", BUSY_SECONDS)))
    if not database or database == ":memory:":
        raise ConfigError("database: SQLite needs a file; write sqlite:///var/callboard.db")
    path = folder / database
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The file holds strangers' mail: nobody else on the machine reads it.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise ConfigError(
            f"database: {path} cannot be made ({error.strerror}); check the folder's owner and the disk"
        ) from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": seconds}, **PRIVATE)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN, not pysqlite
        for pragma in (
            "journal_mode=WAL",
            # NORMAL would forget the last commits in a power cut: a mail already moved on the server, a letter sent.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(seconds * 1000)}",
            # What is erased is erased from the file too, not only from the table.
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    try:
        return create_engine(parsed, pool_pre_ping=True, **PRIVATE)
    except ModuleNotFoundError as error:
        raise ConfigError(
            "database: PostgreSQL needs psycopg; install it with pip install 'callboard[postgres]'"
        ) from error


def open_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit. Where a fleet works, what they store is put into its
    queue."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    call = engine.get_execution_options().get(QUEUED_AS)
    if call is not None:
        from callboard.fleet import queue

        queue.attach(sessions, call)
    return sessions


@contextmanager
def explained() -> Iterator[None]:
    """A database that is away, locked or full is Busy: what was not committed is done next time. One that is no
    database of ours is a ConfigError."""
    try:
        yield
    except OperationalError as error:
        raise Busy(
            f"the database does not take part ({_first_line(error)}); check the disk and the server, "
            "nothing was lost, try again later"
        ) from error
    except PoolTimeout as error:
        raise Busy(
            "all our connections to the database are in use; nothing was lost, try again later"
        ) from error
    except DatabaseError as error:
        if isinstance(error, IntegrityError | DataError):
            raise  # a mistake of ours
        raise ConfigError(
            f"database: it cannot be used ({_first_line(error)}); is it Callboard's?"
        ) from error


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().splitlines()[0]
