"""The numbers for Prometheus: printed, and served by a running worker."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deliver import deliver
from houses import House, with_mail
from letters_in import proposal
from servers import Account, SmtpSink
from waiting import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values but the call's) -> number, as Prometheus' own parser reads it."""
    return {
        (s.name, *(value for key, value in sorted(s.labels.items()) if key != "call")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_the_numbers_are_those_of_the_database_and_name_nobody(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")

    code, said, _ = house("metrics")

    found = numbers(said)
    assert code == 0
    assert found["callboard_proposals", "submitted"] == 1
    assert found["callboard_messages", "proposal"] == 1
    assert found["callboard_letters", "sent"] == 1
    assert found["callboard_mailbox_failing", "journee"] == 0
    assert found["callboard_mailbox_last_success_timestamp_seconds", "journee"] > 1_700_000_000
    assert found["callboard_draft_number", "newest"] == 1
    assert found["callboard_database_up",] == 1
    assert "@" not in said
    assert "maelle" not in said.lower()


def test_a_running_worker_serves_them_and_says_when_the_database_cannot_be_read(house: House) -> None:
    port = free_port()
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text() + f'[health]\nmetrics = "127.0.0.1:{port}"\n')

    def served() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    process = house.start("run")
    try:
        assert until(lambda: numbers(served()).get(("callboard_mailbox_failing", "journee")) == 0)
        with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
            db.execute("ALTER TABLE alarm RENAME TO gone")
        assert numbers(served())["callboard_database_up",] == 0
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert process.returncode == 0
    assert served() == ""


def test_a_port_that_is_taken_is_named(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        file = house.folder / "config" / "callboard.toml"
        file.write_text(file.read_text() + f'[health]\nmetrics = "{address}"\n')

        code, _, said = house("run")

    assert code == 2
    assert said.startswith(f"health.metrics: cannot serve at {address} (")


def test_the_dashboard_asks_for_numbers_that_exist(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")
    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        db.execute(
            "INSERT INTO alarm (name, since, sentence, posted) VALUES ('outbox', '2027-01-01', 'x', 0)"
        )
    served = {name for name, *_ in numbers(house("metrics")[1])}

    dashboard = json.loads((ROOT / "docs" / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    assert {name for expression in asked for name in re.findall(r"callboard_\w+", expression)} == served
