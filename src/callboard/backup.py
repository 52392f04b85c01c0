"""Everything that Callboard knows, in one file, and back again; compared row for row.

The file is a tar with two members: `about.json` (which engine, which revision, and for each table how many rows and a
digest of them) and `database` (an SQLite file, or pg_dump's custom format). It holds strangers' mail and the key that
signs the digests: mode 0600. The digests are taken from the very snapshot that is copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    FromClause,
    TableClause,
    column,
    create_engine,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.engine.interfaces import IsolationLevel

import callboard
from callboard import database, migrations, postgres
from callboard.errors import BackupError, Busy
from callboard.model import Base, InboxEntry, Lease

ABOUT, DATABASE = "about.json", "database"
ABOUT_BYTES = 1_000_000
BITS = 256
STILL: dict[str, IsolationLevel] = {"sqlite": "SERIALIZABLE", "postgresql": "REPEATABLE READ"}


@dataclass(frozen=True)
class Contents:
    """What a table holds: the digest does not depend on the order of the rows."""

    rows: int
    digest: str


@dataclass(frozen=True)
class About:
    """What a backup is of."""

    engine: str
    revision: str | None
    version: str
    made_at: str
    tables: Mapping[str, Contents]
    schema: str = "public"  # of a PostgreSQL database: the call's own


def backup(engine: Engine, target: Path, now: datetime, *, force: bool = False) -> About:
    """Write the backup; whole or not at all. Work goes on meanwhile."""
    if target.exists() and not force:
        raise BackupError(f"{target} exists; choose another name, or overwrite it with --force")
    try:
        with tempfile.TemporaryDirectory(prefix=".callboard-backup-", dir=target.absolute().parent) as place:
            copy, packed = Path(place) / DATABASE, Path(place) / "packed"
            about = _copy_out(engine, copy, now)
            _pack(about, copy, packed)
            packed.replace(target)
    except OSError as error:
        raise BackupError(
            f"{target} cannot be written ({error.strerror}); check the folder and the disk"
        ) from error
    return about


def restore(engine: Engine, source: Path, now: datetime, *, force: bool = False) -> About:
    """Put the backup in the database's place, all or nothing, and compare. Raises BackupError, Busy."""
    with tempfile.TemporaryDirectory(prefix="callboard-restore-") as folder:
        copy = Path(folder) / DATABASE
        about = _unpack(source, copy)
        _refuse(engine, about, source, now, force=force)
        if about.engine == "sqlite":
            _check_file(copy, source)
            _copy_in(copy, engine)
        else:
            postgres.restore(
                engine.url, copy, Path(folder) / "script.sql", _our_tables(engine), database.schema_of(engine)
            )
    with engine.connect() as connection:
        found = contents(connection)
    differing = sorted(name for name in about.tables if found.get(name) != about.tables[name])
    if differing:
        raise BackupError(f"after the restore these tables differ from {source}: {', '.join(differing)}")
    return about


def contents(connection: Connection) -> dict[str, Contents]:
    """Rows and digest of every table of ours that is there, in whatever revision."""
    return {name: contents_of(connection, _as_it_is(connection, name)) for name in _present(connection)}


def _present(connection: Connection) -> list[str]:
    ours = {*Base.metadata.tables, "alembic_version"}
    return sorted(ours & set(inspect(connection).get_table_names()))


def _as_it_is(connection: Connection, name: str) -> TableClause:
    """The table with the columns that are there, in whatever revision."""
    known = inspect(connection).get_columns(name)
    return table(name, *(column(c["name"], c["type"]) for c in known))


def contents_of(connection: Connection, one: FromClause) -> Contents:
    """Rows of a table, and the sum of their hashes."""
    columns = sorted(one.c, key=lambda c: c.name)
    rows, total = 0, 0
    streamed = connection.execute(select(*columns), execution_options={"yield_per": 200})
    for row in streamed:
        words = repr([_plain(value) for value in row]).encode()
        total = (total + int.from_bytes(hashlib.sha256(words).digest())) % (1 << BITS)
        rows += 1
    return Contents(rows, f"{total:064x}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value


def _copy_out(engine: Engine, copy: Path, now: datetime) -> About:
    _private(copy)
    schema = database.schema_of(engine)
    if engine.dialect.name == "sqlite":
        copy_file(Path(engine.url.database or ""), copy)
        engine = create_engine(f"sqlite:///{copy}", **database.PRIVATE)
    try:
        with engine.connect().execution_options(isolation_level=STILL[engine.dialect.name]) as connection:
            if engine.dialect.name == "postgresql":
                # Both sides see one snapshot, however much is written meanwhile.
                snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
                postgres.dump(engine.url, copy, snapshot, _present(connection), schema)
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
            tables = contents(connection)
    finally:
        if engine.dialect.name == "sqlite":
            engine.dispose()
    return About(engine.dialect.name, revision, callboard.__version__, now.isoformat(), tables, schema)


def copy_file(path: Path, copy: Path) -> None:
    """In one step, from one snapshot; writers do not wait."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        # One file, without its log beside it.
        target.execute("PRAGMA journal_mode=DELETE")


def _private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _pack(about: About, copy: Path, packed: Path) -> None:
    words = copy.with_name(ABOUT)
    words.write_text(json.dumps(asdict(about), indent=1), encoding="utf-8")
    _private(packed)
    with packed.open("r+b") as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for member in (words, copy):
                archive.add(member, member.name, filter=_anonymous)
        stream.flush()
        os.fsync(stream.fileno())


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _unpack(source: Path, copy: Path) -> About:
    """What it is of; the database's bytes go to `copy`. No other member, and no name of the archive, is used."""
    try:
        with tarfile.open(source, "r:") as archive:
            words, data = archive.extractfile(ABOUT), archive.extractfile(DATABASE)
            if words is None or data is None:
                raise BackupError(f"{source} is no backup of Callboard")
            about = json.loads(words.read(ABOUT_BYTES))
            _private(copy)
            with copy.open("r+b") as stream:
                shutil.copyfileobj(data, stream)
        tables = {name: Contents(**found) for name, found in about.pop("tables").items()}
        return About(**about, tables=tables)
    except OSError as error:
        raise BackupError(
            f"{source} cannot be read ({error.strerror}); check the path and its rights"
        ) from error
    except (tarfile.TarError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise BackupError(f"{source} is no backup of Callboard, or is damaged") from error


def _refuse(engine: Engine, about: About, source: Path, now: datetime, *, force: bool) -> None:
    if about.engine != engine.dialect.name:
        raise BackupError(
            f"{source} is of {about.engine}, and the configured database is {engine.dialect.name}; configure the same"
        )
    if about.schema != database.schema_of(engine):
        # The dump names its schema: it would be put back there, over another call.
        raise BackupError(f"{source} is of another call (schema {about.schema}); name it with --call")
    if about.revision is not None and about.revision > migrations.HEAD:
        raise BackupError(f"{source} was made by a newer Callboard ({about.version}); install that version")
    with engine.connect() as connection:
        there = _present(connection)
        holds = InboxEntry.__tablename__ in there and connection.scalar(select(InboxEntry.id).limit(1))
        held = Lease.__tablename__ in there and connection.scalar(select(Lease.name).where(Lease.until > now))
    if held:
        raise Busy("a worker is at it, and would go on with what is replaced; stop it first")
    if holds and not force:
        raise BackupError("the database holds messages already; replace them all with --force")


def _check_file(copy: Path, source: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as opened:
            sound = opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise BackupError(f"{source} is damaged; nothing was changed")


def _copy_in(copy: Path, engine: Engine) -> None:
    """SQLite's own copying: one transaction in the file that is there, under its lock."""
    path = engine.url.database or ""
    engine.dispose()
    try:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path, timeout=30)) as target:
            source.backup(target)
    except sqlite3.OperationalError as error:
        raise Busy(
            f"the database does not take part ({error}); stop what uses it, then restore again"
        ) from error


def _our_tables(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return _present(connection)
