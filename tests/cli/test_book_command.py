"""`callboard programme book`: the PDF lands where it was asked for, or the cure is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

pytest.importorskip(
    "typst", reason="typst is not installed: the book was not made; pip install 'callboard[book]'"
)

CONFIG = """
[call]
title = "Journée rivières"
timezone = "Europe/Paris"
starts = 2027-03-11T09:30:00
ends = 2027-03-11T17:00:00
[[call.invited]]
title = "Ce que disent les moulins"
speaker = "Maëlle Kerbrat"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "callboard.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def callboard(folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "callboard", *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_the_book_is_written_where_it_was_asked_for(folder: Path) -> None:
    callboard(folder, "programme")

    said = callboard(folder, "programme", "book", "--out", "book.pdf", "--language", "en")

    assert said == (0, "The book of abstracts is in book.pdf.")
    reader = PdfReader(folder / "book.pdf")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Ce que disent les moulins" in " ".join(page.extract_text() for page in reader.pages)


def test_without_a_programme_the_command_that_makes_one_is_named(folder: Path) -> None:
    said = callboard(folder, "programme", "book", "--out", "book.pdf")

    assert said == (2, "there is no programme yet; callboard programme makes one")


def test_a_file_that_cannot_be_written_is_named(folder: Path) -> None:
    callboard(folder, "programme")

    code, said = callboard(folder, "programme", "book", "--out", "nowhere/book.pdf")

    assert code == 2
    assert said == "nowhere/book.pdf cannot be written (No such file or directory); name another file"
