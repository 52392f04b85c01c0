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
LETTERS = [
    {**letter, "varied": "varied" in file.stem}
    for file in FILES
    for letter in tomllib.loads(file.read_text("utf-8"))["letter"]
]
# Letters of one talk that say how long it is and of what kind, where they say it.
VARIED = [one for one in LETTERS if one["varied"] and one["text"].count("<abstract>") == 1]
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
    titles = [fold(letter["title"])] if "title" in letter else marked(letter["text"], "title")

    assert [fold(one.title) for one in found if one.title] == titles
    assert [fold(one.abstract or "") for one in found] == marked(letter["text"], "abstract")


@pytest.mark.parametrize("letter", VARIED, ids=lambda letter: letter["subject"])
def test_a_talk_is_as_long_as_its_letter_says(letter):
    (found,) = read(letter)

    assert found.duration_minutes == letter.get("minutes")


@pytest.mark.parametrize(
    "letter", [one for one in VARIED if "format" in one], ids=lambda letter: letter["subject"]
)
def test_a_talk_has_the_format_that_its_letter_names(letter):
    (found,) = read(letter)

    assert found.format == letter["format"]


@pytest.mark.parametrize(
    "letter", [one for one in LETTERS if "<bio>" in one["text"]], ids=lambda one: one["subject"]
)
def test_a_biography_is_kept_apart(letter):
    assert [fold(one.bio or "") for one in read(letter)] == marked(letter["text"], "bio")
