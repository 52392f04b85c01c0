"""Calls that share a database's connections, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard import checkup, database, migrations, pauses
from callboard.config import Config
from callboard.errors import MailboxDown, ServerTrouble
from callboard.model import Secret
from databases import new_postgres_database
from faults import ScriptedImap
from workplace import Clock


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


def test_a_check_ends_the_pause_of_its_own_call(postgres_server: str, config: Config, clock: Clock) -> None:
    with new_postgres_database(postgres_server) as url, ScriptedImap({}) as server:
        mailbox = server.config()
        places = database.Places()
        calls = {
            name: config.model_copy(update={"name": name, "database": url, "mailboxes": (mailbox,)})
            for name in ("rivers", "forests")
        }
        pause = pauses.of_mailbox(mailbox.name)
        for call in calls.values():
            migrations.upgrade(places.of(call))
            with database.open_sessions(places.of(call)).begin() as db:
                pauses.note(db, pause, MailboxDown("x", ServerTrouble.QUOTA), clock())

        findings = list(checkup.check(calls["rivers"], {mailbox.password_variable: "x"}, clock))

        assert (f"mailbox {mailbox.name}", 0) in [(f.what, f.exit_code) for f in findings]
        paused = {}
        for name, call in calls.items():
            with database.open_sessions(places.of(call))() as db:
                paused[name] = pauses.until(db, pause, clock()) is not None
        assert paused == {"rivers": False, "forests": True}
        places.close()


def test_the_tables_of_each_call_have_a_revision_of_their_own(postgres_server: str) -> None:
    with new_postgres_database(postgres_server) as url:
        shared = database.open_engine(url)
        rivers, forests = (database.within(shared, f"call_{name}") for name in ("rivers", "forests"))

        migrations.upgrade(rivers)

        assert [migrations.revision(e) for e in (rivers, forests, shared)] == [migrations.HEAD, None, None]
        shared.dispose()
