"""Alembic migrations, from the first table on; no alembic.ini is needed.

Alembic costs 0.2 s to import, so the everyday check reads one row instead and imports it only to act.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateSchema

from callboard import database
from callboard.errors import ConfigError

HEAD = "0009"


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for a database without our tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the tables up to date. Two that start at once wait for each other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        _one_at_a_time(connection)
        if (schema := database.schema_of(engine)) != "public":
            connection.execute(CreateSchema(schema, if_not_exists=True))
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def _one_at_a_time(connection: Connection) -> None:
    """SQLite's BEGIN IMMEDIATE excludes others by itself; PostgreSQL is asked for a lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('callboard migrations'))"))


def ensure(engine: Engine, *, looking: bool = False) -> None:
    """An embedded SQLite file is upgraded by itself; a server's database only by `callboard db upgrade`.

    `looking`: only tables that are not there at all are made. An older worker may be at work on those that are.
    """
    found = revision(engine)
    embedded = engine.dialect.name == "sqlite" and (found is None or (not looking and found <= HEAD))
    if found != HEAD and embedded:
        upgrade(engine)
    else:
        refuse_others(found)


def refuse_others(found: str | None) -> None:
    """Raises ConfigError for tables that are not at this version's revision."""
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise ConfigError(
            f"database: it was made by a newer Callboard (revision {found}); install that version again"
        )
    raise ConfigError(
        f"database: its tables are {'missing' if found is None else f'at revision {found}'}, "
        f"this Callboard wants {HEAD}; run callboard db upgrade"
    )
