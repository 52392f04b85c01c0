"""`callboard backup`, `callboard restore` and `callboard db copy`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

from houses import House
from letters_in import proposal

CONFIG = '[call]\ntitle = "Journée rivières"\ntimezone = "Europe/Paris"\n'


def test_a_call_moves_to_another_machine(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old, new = House(tmp_path / "old", CONFIG), House(tmp_path / "new", CONFIG)
    (tmp_path / "one.eml").write_bytes(proposal())
    old("import", str(tmp_path / "one.eml"))

    saved = old("backup", str(tmp_path / "call.tar"))
    restored = new("restore", str(tmp_path / "call.tar"))
    again = new("restore", str(tmp_path / "call.tar"))

    assert (saved[0], restored[0], again[0]) == (0, 0, 2)
    assert "--force" in again[2]
    assert json.loads(new("list", "--json")[1]) == json.loads(old("list", "--json")[1])


def test_a_call_moves_to_another_database(tmp_path: Path) -> None:
    house = House(tmp_path, CONFIG)
    (tmp_path / "one.eml").write_bytes(proposal())
    house("import", str(tmp_path / "one.eml"))
    before = json.loads(house("list", "--json")[1])
    elsewhere = f'database = "sqlite:///elsewhere.db"\n{CONFIG}'
    (tmp_path / "config" / "callboard.toml").write_text(elsewhere, encoding="utf-8")

    mistyped = house("db", "copy", "sqlite:///var/callbord.db")
    copied = house("db", "copy", "sqlite:///var/callboard.db")
    again = house("db", "copy", "sqlite:///var/callboard.db")
    itself = house("db", "copy", "sqlite:///elsewhere.db")

    assert [done[0] for done in (mistyped, copied, again, itself)] == [2, 0, 2, 2]
    assert "the same in both" in copied[1]
    assert "configure an empty one" in again[2]
    assert "the configured one" in itself[2]
    assert json.loads(house("list", "--json")[1]) == before
