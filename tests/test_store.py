"""The engine, the lease and the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from callboard import database, migrations, store
from callboard.errors import Busy, ConfigError
from callboard.model import Base, InboxEntry, Lease, Outcome, RawMessage

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=5)


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrations_make_exactly_the_tables_of_the_model(engine: sa.Engine) -> None:
    """Nobody forgot a migration."""
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert difference == []


def test_the_head_is_the_newest_migration(engine: sa.Engine) -> None:
    assert migrations.revision(engine) == migrations.HEAD


def test_an_embedded_file_is_upgraded_by_itself_and_a_server_only_when_told(database_url: str) -> None:
    engine = database.open_engine(database_url)

    if database_url.startswith("sqlite"):
        migrations.ensure(engine)
        assert migrations.revision(engine) == migrations.HEAD
    else:
        with pytest.raises(ConfigError, match="run callboard db upgrade"):
            migrations.ensure(engine)
    engine.dispose()


def test_a_commit_outlives_a_power_cut(engine: sa.Engine) -> None:
    """With WAL, synchronous=NORMAL may undo the last commits (SQLite's page on WAL, section 3.2)."""
    asked = {"sqlite": ("PRAGMA synchronous", 2), "postgresql": ("SHOW synchronous_commit", "on")}
    statement, wanted = asked[engine.dialect.name]

    with engine.connect() as connection:
        assert connection.execute(sa.text(statement)).scalar() == wanted


def test_two_workers_never_hold_the_lease_together(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        store.take_lease(db, "worker", "one", NOW, LENGTH)

    with pytest.raises(Busy), sessions.begin() as db:
        store.take_lease(db, "worker", "two", NOW + timedelta(minutes=4), LENGTH)


def test_a_lease_that_was_not_renewed_is_taken_over(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        store.take_lease(db, "worker", "killed", NOW, LENGTH)

    with sessions.begin() as db:
        store.take_lease(db, "worker", "next", NOW + timedelta(minutes=6), LENGTH)

    with sessions() as db:
        assert db.get_one(Lease, "worker").holder == "next"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_lease_that_somebody_took_while_it_was_given_back_stays_theirs(engine: sa.Engine) -> None:
    """SQLite lets nobody in between."""
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        store.take_lease(db, "worker", "slow", NOW, LENGTH)

    with sessions.begin() as db:
        seen = db.get_one(Lease, "worker")
        with sessions.begin() as other:
            store.take_lease(other, "worker", "next", NOW + timedelta(minutes=6), LENGTH)
        assert seen.holder == "slow"
        store.release_lease(db, "worker", "slow")

    with sessions() as db:
        assert db.get_one(Lease, "worker").holder == "next"


def test_of_workers_that_start_at_once_one_gets_the_lease(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    winners: list[str] = []
    gate = threading.Barrier(6)

    def start(name: str) -> None:
        gate.wait(10)
        try:
            with sessions.begin() as db:
                store.take_lease(db, "worker", name, NOW, LENGTH)
        except Busy:
            return
        winners.append(name)

    threads = [threading.Thread(target=start, args=(f"worker {i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(winners) == 1


def test_the_same_uid_is_kept_once(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    message = {
        "mailbox": "m",
        "uidvalidity": 7,
        "uid": 1,
        "raw": b"x",
        "size": 1,
        "truncated": False,
        "now": NOW,
    }
    with sessions.begin() as db:
        store.add_message(db, **message)

    with pytest.raises(sa.exc.IntegrityError), sessions.begin() as db:
        store.add_message(db, **message)


def test_times_come_back_as_utc(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        store.add_message(db, mailbox="m", uidvalidity=1, uid=1, raw=b"x", size=1, truncated=False, now=NOW)

    with sessions() as db:
        assert db.scalars(sa.select(InboxEntry.received_at)).one() == NOW
        assert db.scalars(sa.select(InboxEntry.received_at)).one().tzinfo is UTC


def test_bodies_of_unrelated_mail_go_after_a_while_and_others_stay(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        for uid, outcome in enumerate((Outcome.IGNORED, Outcome.PROPOSAL, Outcome.HELD), 1):
            entry = store.add_message(
                db, mailbox="m", uidvalidity=1, uid=uid, raw=b"body", size=4, truncated=False, now=NOW
            )
            entry.outcome, entry.subject = outcome, "Lunch on Friday?"

    with sessions.begin() as db:
        gone = store.drop_unrelated(db, NOW + timedelta(days=31))

    with sessions() as db:
        assert gone == 1
        assert db.scalar(sa.select(sa.func.count()).select_from(RawMessage)) == 2
        assert db.scalars(sa.select(InboxEntry.subject).order_by(InboxEntry.id)).all() == [
            None,
            "Lunch on Friday?",
            "Lunch on Friday?",
        ]


def test_the_embedded_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Strangers' mail lies in it."""
    engine = database.open_engine("sqlite:///var/callboard.db", tmp_path)
    migrations.ensure(engine)
    engine.dispose()

    assert stat.S_IMODE((tmp_path / "var/callboard.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("callboard.db", "write sqlite:///"),
        ("sqlite://", "SQLite needs a file"),
        ("mysql://localhost/x", "use sqlite or postgresql"),
    ],
)
def test_a_database_that_cannot_be_says_what_to_write(url: str, cure: str) -> None:
    with pytest.raises(ConfigError, match=cure):
        database.open_engine(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cœur\nbattant", "COEUR  battant"),
        ("« Été »", "ete"),
        ("Réseaux – profonds", "reseaux profonds"),
    ],
)
def test_folding_sees_the_same_words(one: str, other: str) -> None:
    assert store.folded(one) == store.folded(other)
