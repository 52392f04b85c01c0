"""`callboard status` and `callboard health`, as typed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from callboard import migrations
from deliver import deliver
from houses import House, with_mail
from letters_in import proposal
from servers import Account, SmtpSink


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


def test_status_tells_how_everything_stands(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")

    code, out, _ = house("status", "--json")
    screen = house("status")[1]

    now = json.loads(out)
    assert code == 0
    assert [(m["name"], m["last_success"] is None, m["last_error"]) for m in now["mailboxes"]] == [
        ("journee", False, None)
    ]
    assert (now["messages"], now["unread"], now["held"], now["undecided"]) == (1, 0, 0, 1)
    assert (now["outbox"]["due"], now["outbox"]["sent"], now["outbox"]["failed"]) == (0, 1, 0)
    assert (now["draft"], now["public"]) == (1, None)
    assert "messages   1 seen, 0 to be read, 0 held, 0 questions\n" in screen
    assert "programme  draft 1, nothing is public\n" in screen


def test_status_names_a_mailbox_that_is_away_and_why(house: House, dovecot: Account) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace(f"port = {dovecot.server.imap}", "port = 1"))
    house("once", "-q")

    out = house("status", "--json")[1]

    assert json.loads(out)["mailboxes"][0]["last_error"] == (
        'mailbox "journee" (127.0.0.1:1) accepts no connection; check host and port'
    )


def test_health_is_one_before_the_first_pass_and_zero_after_it(house: House) -> None:
    before = house("health")
    house("once", "-q")

    after = house("health", "--json")

    assert before[0] == 1
    assert after[0] == 0
    assert json.loads(after[1]) == {"healthy": True, "troubles": []}


def test_health_sees_that_nothing_was_read_for_too_long(house: House) -> None:
    house("once", "-q")
    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        db.execute("UPDATE mailbox SET last_success = datetime(last_success, '-61 minutes')")

    assert house("health")[:2] == (1, "mailbox journee was not read for 61 minutes\n")


def test_health_of_a_wrong_configuration_is_one(house: House) -> None:
    (house.folder / "config" / "callboard.toml").write_text("[wrong]\n")

    assert house("health")[0] == 1


def make_older(house: House) -> None:
    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '0005'")
        db.execute("DROP TABLE pause")
        db.execute("ALTER TABLE speaker DROP COLUMN may_change")
        for column in ("for_days", "for_topics", "level"):
            db.execute(f"ALTER TABLE proposal DROP COLUMN {column}")


def test_health_says_that_the_tables_are_older(house: House) -> None:
    house("once", "-q")
    make_older(house)

    code, said, _ = house("health")

    assert (code, said) == (
        1,
        f"database: its tables are at revision 0005, this Callboard wants {migrations.HEAD}; "
        "run callboard db upgrade\n",
    )


@pytest.mark.parametrize("command", ["status", "metrics"])
def test_who_looks_changes_no_tables_under_an_older_worker(house: House, command: str) -> None:
    house("once", "-q")
    make_older(house)

    code, _, said = house(command)

    assert (code, said) == (
        2,
        f"database: its tables are at revision 0005, this Callboard wants {migrations.HEAD}; "
        "run callboard db upgrade\n",
    )
    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]
