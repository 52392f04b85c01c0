"""A page that could not be written, or whose worker was killed before it was, is written by the next pass."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard.errors import ConfigError, DiskFull
from callboard.model import Draft
from callboard.programme.publish import publish
from callboard.worker import Worker
from deliver import deliver
from letters_in import ABSTRACT, proposal
from servers import Account
from smalldisk import NoDiskError, SmallDisk

LATER = proposal(
    title="Le sable et les vannes", abstract=f"{ABSTRACT} Un autre cas.", message_id="<2@rivieres.example>"
)


def test_a_file_that_could_not_be_written_is_written_by_the_next_pass(
    worker: Worker, dovecot: Account, tmp_path: Path
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    page = tmp_path / "var" / "draft" / "index.html"
    page.unlink()
    page.mkdir()
    deliver(dovecot, LATER)
    failed = worker.run_once()
    page.rmdir()

    worker.run_once()

    assert failed.exit_code == ConfigError.exit_code
    assert "Le sable et les vannes" in page.read_text(encoding="utf-8")


def test_a_worker_killed_before_the_page_was_written_leaves_it_to_the_next_pass(
    worker: Worker, dovecot: Account, tmp_path: Path
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    page = tmp_path / "var" / "draft" / "index.html"
    whole = page.read_text(encoding="utf-8")
    page.write_text("the page of the draft before", encoding="utf-8")
    with worker.sessions.begin() as db:
        db.execute(sa.update(Draft).values(written=None))

    worker.run_once()

    assert page.read_text(encoding="utf-8") == whole


def test_a_full_disk_is_no_fault_of_the_folder() -> None:
    try:
        disk = SmallDisk()
        with disk, disk.full(0), pytest.raises(DiskFull):
            publish({"index.html": "x" * 100_000}, disk.folder)
    except NoDiskError as error:
        pytest.skip(str(error))
