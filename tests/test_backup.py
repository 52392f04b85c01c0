"""A backup holds everything, and a restore puts everything back, on both engines."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import backup, migrations
from callboard.errors import BackupError, Busy
from callboard.model import InboxEntry, OutboxEntry
from callboard.worker import Worker
from databases import empty_engine
from deliver import deliver
from letters_in import proposal
from servers import Account
from workplace import Clock, titles

pytestmark = pytest.mark.usefixtures("postgres_programs")


@pytest.fixture
def other(engine: sa.Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database on the same kind of engine, without tables."""
    with empty_engine(engine.dialect.name, request, tmp_path / "other") as made:
        yield made


def everything(engine: sa.Engine) -> dict[str, backup.Contents]:
    with engine.connect() as connection:
        return backup.contents(connection)


def test_what_is_restored_elsewhere_is_what_was_there(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "today.backup"

    backup.backup(engine, file, clock.now)
    backup.restore(other, file, clock.now)

    assert everything(other) == everything(engine)
    assert everything(other)["inbox_entry"].rows == 1
    assert migrations.revision(other) == migrations.HEAD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if "callboard-backup" in p.name] == []


def test_a_restored_call_goes_on(
    filled: Worker, engine: sa.Engine, other: sa.Engine, clock: Clock, dovecot: Account, tmp_path: Path
) -> None:
    """The numbers go on where they stood, on PostgreSQL too, where a sequence gives them."""
    backup.backup(engine, tmp_path / "b", clock.now)
    backup.restore(other, tmp_path / "b", clock.now)
    deliver(dovecot, proposal(title="Un second exposé", message_id="<second@rivieres.example>"))
    again = Worker(filled.config, other, filled.environ, clock)

    again.run_once()

    assert len(titles(again)) == 2


def test_what_came_after_the_backup_is_gone_after_the_restore(
    filled: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    before = everything(engine)
    backup.backup(engine, tmp_path / "b", clock.now)
    with filled.sessions.begin() as db:
        db.execute(sa.update(InboxEntry).values(subject="changed"))
        db.execute(sa.delete(OutboxEntry))

    with pytest.raises(BackupError, match="holds messages already"):
        backup.restore(engine, tmp_path / "b", clock.now)
    backup.restore(engine, tmp_path / "b", clock.now, force=True)

    assert everything(engine) == before


def test_nothing_is_overwritten_unasked(
    filled: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "b"
    file.write_text("precious")

    with pytest.raises(BackupError, match="exists"):
        backup.backup(engine, file, clock.now)
    assert file.read_text() == "precious"

    backup.backup(engine, file, clock.now, force=True)
    assert tarfile.is_tarfile(file)


def test_nothing_is_restored_under_a_worker(
    filled: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    backup.backup(engine, tmp_path / "b", clock.now)

    with filled.leased(), pytest.raises(Busy, match="stop it first"):
        backup.restore(engine, tmp_path / "b", clock.now, force=True)


@pytest.mark.parametrize("damage", [b"", b"no backup", None])
def test_a_damaged_file_changes_nothing(
    filled: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path, damage: bytes | None
) -> None:
    file, before = tmp_path / "b", everything(engine)
    backup.backup(engine, file, clock.now)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    with pytest.raises(BackupError):
        backup.restore(engine, file, clock.now, force=True)

    assert everything(engine) == before


def test_a_row_that_differs_is_seen(filled: Worker, engine: sa.Engine) -> None:
    before = everything(engine)
    with filled.sessions.begin() as db:
        db.execute(sa.update(InboxEntry).values(subject="changed"))

    after = everything(engine)

    assert [name for name in before if before[name] != after[name]] == ["inbox_entry"]


def test_the_password_is_no_argument(
    filled: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for pg_dump notes its arguments and what the environment holds."""
    if engine.dialect.name == "sqlite":
        pytest.skip("no program is started for SQLite")
    program = tmp_path / "pg_dump"
    program.write_text(
        f'#!/bin/sh\necho "$@" >{tmp_path}/words\necho "$PGPASSWORD" >{tmp_path}/secret\nexit 1\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    url = engine.url.set(password="s3cret-pass").update_query_dict({"sslpassword": "other-s3cret"})
    with engine.connect() as connection:
        names = backup.contents(connection)

    with pytest.raises(BackupError, match="pg_dump failed"):
        backup.postgres.dump(url, tmp_path / "out", "snapshot", list(names))

    assert (tmp_path / "secret").read_text() == "s3cret-pass\n"
    assert "s3cret" not in (tmp_path / "words").read_text()
