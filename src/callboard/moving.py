"""A call that was alone, and now is one of several, has its tables in another place than before.

Started there with none, it would fetch everything since the call was published, and answer everybody again.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, TextClause, create_engine, text
from sqlalchemy.exc import DatabaseError

from callboard import migrations
from callboard.config import Config
from callboard.errors import ConfigError

READ = text("SELECT 1 FROM mailbox LIMIT 1")
READ_IN_PUBLIC = text("SELECT 1 FROM public.mailbox LIMIT 1")


def refuse_beside_a_lone_call(config: Config, engine: Engine) -> None:
    """Raises ConfigError, with the way on, where a named call would begin anew beside the tables of a lone one."""
    if config.name is None or migrations.revision(engine) is not None:
        return
    if engine.dialect.name != "sqlite":
        if _was_read(engine, READ_IN_PUBLIC):
            raise ConfigError(
                f"database: its schema public holds the mails of a lone call. If that is {config.name}: "
                f"ALTER SCHEMA public RENAME TO {config.schema_name}; CREATE SCHEMA public;  If it is another, give it "
                "a file of its own in config/calls first"
            )
        return
    place = Path(engine.url.database or "")
    lone = place.with_name("".join(place.name.rsplit(f"-{config.name}", 1)))
    if lone == place or not lone.exists():
        return
    other = create_engine(f"sqlite:///file:{lone}?mode=ro&uri=true", hide_parameters=True)
    try:
        if _was_read(other, READ):
            raise ConfigError(
                f"database: {lone} holds the mails of a lone call. If that is {config.name}: "
                f"mv {lone} {place}  If it is another, move the file to the name of that call, or elsewhere"
            )
    finally:
        other.dispose()


def _was_read(engine: Engine, query: TextClause) -> bool:
    try:
        with engine.connect() as connection:
            return connection.execute(query).first() is not None
    except DatabaseError:
        return False  # no such table: nothing of ours
