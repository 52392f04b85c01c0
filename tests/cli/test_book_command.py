"""`callboard programme book`: the PDF lands where it was asked for, or the cure is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from houses import CALL, House

pytest.importorskip(
    "typst", reason="typst is not installed: the book was not made; pip install 'callboard[book]'"
)

INVITED = """
[[call.invited]]
title = "Ce que disent les moulins"
speaker = "Maëlle Kerbrat"
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, CALL + INVITED)


def test_the_book_is_written_where_it_was_asked_for(house: House) -> None:
    house("programme")

    said = house("programme", "book", "--out", "book.pdf", "--language", "en")

    assert said == (0, "The book of abstracts is in book.pdf.\n", "")
    reader = PdfReader(house.folder / "book.pdf")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Ce que disent les moulins" in " ".join(page.extract_text() for page in reader.pages)


def test_without_a_programme_the_command_that_makes_one_is_named(house: House) -> None:
    said = house("programme", "book", "--out", "book.pdf")

    assert said == (2, "", "there is no programme yet; callboard programme makes one\n")


def test_a_file_that_cannot_be_written_is_named(house: House) -> None:
    house("programme")

    code, _, said = house("programme", "book", "--out", "nowhere/book.pdf")

    assert code == 2
    assert said.strip() == "nowhere/book.pdf cannot be written (No such file or directory); name another file"
