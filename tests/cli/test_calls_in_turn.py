"""Commands about all calls go through all of them, whatever becomes of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.call import Call
from callboard.cli.calls import for_each
from callboard.config import Calls, Config
from callboard.errors import Busy

SECRET = "words of a mail"


def test_a_mistake_of_ours_in_one_call_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str | None, Config] = {
        name: Config(call=Call(title=name), name=name) for name in ("a", "b", "c")
    }
    done = []

    def work(config: Config) -> int:
        if config.name == "a":
            raise KeyError(SECRET)
        if config.name == "b":
            raise Busy("try again later")
        done.append(config.name)
        return 0

    code = for_each(Calls(Path("callboard.toml"), found), work)

    assert (code, done) == (70, ["c"])
    said = capsys.readouterr().err
    assert "a: failed, KeyError at\n" in said
    assert SECRET not in said
