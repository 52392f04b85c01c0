"""`callboard backup` and `callboard restore`, as typed."""

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
