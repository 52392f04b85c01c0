"""Whole letters, each read for its title, its abstract and its biography; `letters/*.toml` marks them in the text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from callboard.reading.document import Document
from callboard.reading.layout import fold
from callboard.reading.proposal import extract

FILES = sorted((Path(__file__).parent / "letters").glob("*.toml"))
LETTERS = [letter for file in FILES for letter in tomllib.loads(file.read_text("utf-8"))["letter"]]
TAG = re.compile(r"</?(?:title|abstract|bio)>")


def marked(text, name):
    return [fold(words) for words in re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)]


def read(letter):
    text = TAG.sub("", letter["text"])
    return extract(
        Document(text=text, sender=letter["sender"], address="me@own.example", subject=letter["subject"])
    )


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter["subject"])
def test_a_letter_is_read_as_its_writer_meant_it(letter):
    found = read(letter)

    assert [fold(one.title) for one in found if one.title] == marked(letter["text"], "title")
    assert [fold(one.abstract or "") for one in found] == marked(letter["text"], "abstract")


@pytest.mark.parametrize(
    "letter", [one for one in LETTERS if "<bio>" in one["text"]], ids=lambda one: one["subject"]
)
def test_a_biography_is_kept_apart(letter):
    assert [fold(one.bio or "") for one in read(letter)] == marked(letter["text"], "bio")
