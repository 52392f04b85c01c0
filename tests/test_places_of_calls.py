"""Calls that share a database's connections, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard import database, migrations
from callboard.model import Secret
from databases import new_postgres_database


def test_a_connection_carries_no_calls_place_to_another(postgres_server: str) -> None:
    with new_postgres_database(postgres_server) as url:
        shared = database.open_engine(url).execution_options()
        rivers, forests = (database.within(shared, f"call_{name}") for name in ("rivers", "forests"))
        for engine in (rivers, forests):
            migrations.upgrade(engine)

        for engine, word in ((rivers, b"wet"), (forests, b"dry")):
            with database.open_sessions(engine).begin() as db:
                db.add(Secret(name="word", value=word))
        found = []
        for engine in (rivers, forests, rivers, forests):
            with database.open_sessions(engine)() as db:
                found.append(db.scalars(sa.select(Secret.value)).all())

        assert found == [[b"wet"], [b"dry"], [b"wet"], [b"dry"]]
        assert shared.pool.checkedin() == 1  # one connection served them all
        # Without a call's name nothing is seen at all.
        with pytest.raises(sa.exc.ProgrammingError), database.open_sessions(shared)() as db:
            db.scalars(sa.select(Secret.value)).all()
        shared.dispose()


def test_the_tables_of_each_call_have_a_revision_of_their_own(postgres_server: str) -> None:
    with new_postgres_database(postgres_server) as url:
        shared = database.open_engine(url)
        rivers, forests = (database.within(shared, f"call_{name}") for name in ("rivers", "forests"))

        migrations.upgrade(rivers)

        assert [migrations.revision(e) for e in (rivers, forests, shared)] == [migrations.HEAD, None, None]
        shared.dispose()
