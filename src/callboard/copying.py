"""Everything from one database into another, which may be of the other kind; compared row for row.

Rows pass as the model knows them, so that each engine writes them in its own way. What was copied is read again and
compared before anything is kept: the other database ends with everything, or as it was.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, Table, func, insert, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from callboard import database, migrations
from callboard.backup import STILL, Contents, contents_of
from callboard.config import Config
from callboard.errors import BackupError, Busy
from callboard.model import Base, InboxEntry, Lease, OutboxEntry, Proposal

AT_ONCE = 200  # rows
HOLDING = (InboxEntry, Proposal, OutboxEntry)


def open_source(config: Config, url: str) -> Engine:
    """The place that this call had in another database. Raises BackupError for one that is not there, ConfigError for
    a URL that is none: a mistyped path must not become an empty file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed and parsed.get_backend_name() == "sqlite" and parsed.database:
        path = config.folder / parsed.database
        if not path.is_file():
            raise BackupError(f"{path} is not there; give the database that has been in use until now")
    return database.within(database.open_engine(url, config.folder), config.schema_name)


def copy(source: Engine, target: Engine, now: datetime) -> dict[str, Contents]:
    """What each table holds in both, afterwards. The source stays as it is.

    Raises BackupError where the other holds messages already, where the source's tables are of another version and
    when they differ after the copy; Busy when a worker is at either.
    """
    if source.url == target.url and database.schema_of(source) == database.schema_of(target):
        raise BackupError("that database is the configured one; configure the one to copy into")
    _refuse_revision(source)
    migrations.upgrade(target)
    tables = Base.metadata.sorted_tables
    still = STILL[source.dialect.name]
    with source.connect().execution_options(isolation_level=still) as old, target.begin() as new:
        _refuse_held(old, now)
        _refuse_held(new, now)
        _refuse_filled(new)
        for table in reversed(tables):
            new.execute(table.delete())
        for table in tables:
            _copy_table(old, new, table)
        found = {table.name: contents_of(new, table) for table in tables}
        differing = [table.name for table in tables if contents_of(old, table) != found[table.name]]
        if differing:
            raise BackupError(
                f"after the copy these tables differ, nothing was kept: {', '.join(sorted(differing))}"
            )
    return found


def _refuse_revision(source: Engine) -> None:
    found = migrations.revision(source)
    if found is None:
        raise BackupError("the database to copy from has no tables of Callboard; check its URL")
    if found != migrations.HEAD:
        raise BackupError(
            f"the database to copy from is at revision {found}, this Callboard wants {migrations.HEAD}; "
            "run callboard db upgrade while it is still the configured one"
        )


def _refuse_held(connection: Connection, now: datetime) -> None:
    if connection.scalar(select(Lease.name).where(Lease.until > now)):
        raise Busy("a worker is at one of the two databases; stop it first")


def _refuse_filled(new: Connection) -> None:
    for kind in HOLDING:
        if new.scalar(select(literal(1)).select_from(kind).limit(1)):
            raise BackupError("the configured database holds messages already; configure an empty one")


def _copy_table(old: Connection, new: Connection, table: Table) -> None:
    rows = old.execute(select(table), execution_options={"yield_per": AT_ONCE})
    for some in rows.mappings().partitions():
        new.execute(insert(table), [dict(row) for row in some])
    column = table.autoincrement_column
    if column is not None and new.dialect.name == "postgresql":
        _count_on(new, table, column.name)


def _count_on(new: Connection, table: Table, column: str) -> None:
    """PostgreSQL gives the next number by a counter, which knows nothing of rows that brought theirs."""
    last = new.scalar(select(func.max(table.c[column])))
    counter = new.scalar(select(func.pg_get_serial_sequence(table.name, column)))
    if last is not None and counter is not None:
        new.execute(select(func.setval(counter, last)))
