"""The manual page: it says what the commands' help says, and troff finds nothing wrong with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "callboard.1"


def test_the_page_is_up_to_date() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "callboard.cli.manual"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("CALLBOARD_")},
    ).stdout

    assert PAGE.read_text(encoding="utf-8") == made, (
        "make it again: python -m callboard.cli.manual > docs/callboard.1"
    )


def test_troff_finds_nothing_wrong_with_it() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed: apt-get install groff-base")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-K", "utf-8", str(PAGE)],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "EXIT STATUS" in re.sub(".\x08", "", done.stdout)  # bold is struck over
