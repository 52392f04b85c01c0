"""Logs for programs: one object on each line, with nothing of a mail in it."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from callboard.logs import JsonLine
from deliver import deliver
from houses import with_mail
from letters_in import proposal
from servers import Account, SmtpSink


def test_each_line_of_a_pass_is_an_object(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink)
    deliver(dovecot, proposal())

    _, _, said = house("-v", "--log", "json", "once", "-q")

    lines = [json.loads(line) for line in said.splitlines()]
    assert {"level": "INFO", "logger": "callboard", "message": "message 1: proposal"} in [
        {key: value for key, value in line.items() if key != "time"} for line in lines
    ]
    assert all(datetime.fromisoformat(line["time"]).utcoffset() is not None for line in lines)
    assert "crues" not in said
    assert "maelle" not in said


def test_an_error_with_its_trace_stays_on_one_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord(
            "callboard", logging.ERROR, "f.py", 1, "failed:\n%s", ("x",), sys.exc_info()
        )

    line = JsonLine().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "failed:\nx"
    assert json.loads(line)["trace"].endswith("ValueError: two\nlines")
