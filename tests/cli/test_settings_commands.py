"""`callboard config show` and `callboard config schema`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from houses import House

CONFIG = """
database = "postgresql://callboard:hidden-one@db.example/calls?sslpassword=hidden-two"
[call]
title = "Journée rivières"
timezone = "Europe/Paris"
[[mailbox]]
name = "journee"
host = "imap.example.org"
user = "journee"
[[mailbox]]
name = "second"
host = "imap.example.org"
user = "second"
password_file = "secrets/second"
[health]
webhook = "https://alerts.example.org/hidden-three"
"""


def test_each_value_has_its_origin_and_no_secret_is_shown(tmp_path: Path) -> None:
    house = House(tmp_path, CONFIG, CALLBOARD_MAILBOX_JOURNEE_PASSWORD="hidden-four")

    code, out, _ = house("config", "show", "--json")
    table = house("config", "show")[1]

    origin = {line["key"]: (line["value"], line["origin"]) for line in json.loads(out)}
    assert code == 0
    assert origin["call.title"] == ("Journée rivières", "file")
    assert origin["worker.poll_minutes"] == (5, "default")
    assert origin["mailbox[0].folder"] == ("INBOX", "default")
    assert origin["mailbox[0].password"] == (
        "********",
        "environment CALLBOARD_MAILBOX_JOURNEE_PASSWORD",
    )
    assert origin["mailbox[1].password"] == ("********", f"secret file {tmp_path}/secrets/second")
    assert origin["health.webhook"] == ("********", "file")
    assert "hidden-" not in out + table


def test_a_database_of_the_environment_is_named_as_such(tmp_path: Path) -> None:
    house = House(tmp_path, CONFIG, CALLBOARD_DATABASE="postgresql://me:hidden-five@db.example/calls")

    out = house("config", "show", "--json")[1]

    origin = {line["key"]: (line["value"], line["origin"]) for line in json.loads(out)}
    assert origin["database"] == ("postgresql://me:***@db.example/calls", "environment CALLBOARD_DATABASE")


def test_the_schema_knows_every_key_of_the_example(tmp_path: Path) -> None:
    schema = json.loads(House(tmp_path)("config", "schema")[1])
    example = Path(__file__).parents[2] / "config" / "example.toml"
    given = tomllib.loads(example.read_text(encoding="utf-8"))

    unknown = [
        f"{name}.{key}"
        for name, table in given.items()
        if isinstance(table, dict)
        for key in table
        if key not in schema["properties"][name]["properties"]
    ]

    assert unknown == []
    assert schema["additionalProperties"] is False
    assert schema["properties"]["health"]["properties"]["outbox_minutes"]["default"] == 120
    assert schema["properties"]["mailbox"]["items"]["required"] == ["name", "host", "user"]
