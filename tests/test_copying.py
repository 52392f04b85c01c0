"""A call goes on in another database, of the other kind too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import copying, migrations
from callboard.config import Config
from callboard.errors import BackupError, Busy
from callboard.model import InboxEntry, Proposal, Secret
from callboard.worker import Worker
from databases import empty_engine
from deliver import deliver
from letters_in import proposal
from servers import Account, SmtpSink
from workplace import Clock, titles


@pytest.fixture
def other(engine: sa.Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database of the other kind."""
    kind = "sqlite" if engine.dialect.name == "postgresql" else "postgresql"
    with empty_engine(kind, request, tmp_path / "other") as made:
        yield made


def test_a_call_goes_on_in_a_database_of_the_other_kind(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    found = copying.copy(engine, other, clock.now)
    moved = Worker(filled.config, other, filled.environ, clock)
    moved.run_once()
    answered = len(smtp_sink.mails)
    deliver(dovecot, proposal(title="Un second exposé", message_id="<second@rivieres.example>"))
    moved.run_once()

    assert (found["inbox_entry"].rows, found["proposal"].rows, found["raw_message"].rows) == (1, 1, 1)
    assert answered == 1
    assert len(smtp_sink.mails) == 2
    assert titles(moved) == [*titles(filled), "Un second exposé"]


def test_what_a_database_was_given_before_it_held_a_mail_gives_way(
    filled: Worker, engine: sa.Engine, other: sa.Engine, config: Config, clock: Clock
) -> None:
    """A key of its own, say: the digests that are on their way are signed with the old one."""
    migrations.upgrade(other)
    empty = Config(call=config.call, folder=config.folder)
    Worker(empty, other, {}, clock).run_once()
    with other.begin() as connection:
        connection.execute(sa.insert(Secret).values(name="digest", value=b"of its own"))

    copying.copy(engine, other, clock.now)

    secrets = sa.text("SELECT name, value FROM secret ORDER BY name")
    with engine.connect() as old, other.connect() as new:
        assert [tuple(map(bytes_of, row)) for row in old.execute(secrets)] == [
            tuple(map(bytes_of, row)) for row in new.execute(secrets)
        ]


def bytes_of(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_nothing_is_put_over_messages(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock
) -> None:
    copying.copy(engine, other, clock.now)
    with filled.sessions.begin() as db:
        db.execute(sa.update(Proposal).values(title="Changed since"))

    with pytest.raises(BackupError, match="holds messages already"):
        copying.copy(engine, other, clock.now)

    with other.connect() as connection:
        assert connection.scalar(sa.select(Proposal.title)) != "Changed since"


def test_nothing_is_copied_under_a_worker(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock
) -> None:
    with filled.leased(), pytest.raises(Busy, match="stop it first"):
        copying.copy(engine, other, clock.now)


def test_a_copy_that_differs_is_not_kept(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(old: sa.Connection, new: sa.Connection, table: sa.Table) -> None:
        faithful(old, new, table)
        if table.name == "proposal":
            new.execute(table.update().values(title="Misspelt"))

    faithful = copying._copy_table
    monkeypatch.setattr(copying, "_copy_table", careless)

    with pytest.raises(BackupError, match="these tables differ, nothing was kept: proposal"):
        copying.copy(engine, other, clock.now)

    with other.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(InboxEntry)) == 0


def test_tables_of_another_version_are_brought_up_to_date_first(
    engine: sa.Engine, other: sa.Engine, clock: Clock
) -> None:
    with pytest.raises(BackupError, match="no tables of Callboard"):
        copying.copy(other, engine, clock.now)
    migrations.upgrade(other, "0007")

    with pytest.raises(BackupError, match=r"at revision 0007.*callboard db upgrade"):
        copying.copy(other, engine, clock.now)


def test_a_mistyped_file_is_not_made(config: Config) -> None:
    with pytest.raises(BackupError, match="is not there"):
        copying.open_source(config, "sqlite:///var/callbord.db")

    assert not (config.folder / "var" / "callbord.db").exists()
