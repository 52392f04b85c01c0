"""`callboard programme` and the commands below it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from houses import House

CONFIG = """
[call]
title = "Journée rivières"
timezone = "Europe/Paris"
starts = 2027-03-11T09:30:00
ends = 2027-03-11T17:00:00
[[call.organiser]]
name = "Odile Brac"
address = "odile@callboard.test"
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, CONFIG)


def test_programme_alone_arranges_and_publishes(house: House) -> None:
    code, out, err = house("programme")

    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines() if line] == ["Draft", "1"]
    assert (house.folder / "public" / "index.html").is_file()


def test_programme_prints_the_draft_for_programs(house: House) -> None:
    code, out, _ = house("programme", "--json", "--out", "elsewhere")

    assert (code, json.loads(out)["number"]) == (0, 1)
    assert (house.folder / "elsewhere" / "index.html").is_file()
    assert not (house.folder / "public").exists()


def test_publish_writes_into_the_named_folder(house: House) -> None:
    code, out, err = house("programme", "publish", "--out", "elsewhere")

    assert (code, err) == (0, "")
    assert "elsewhere" in out
    assert (house.folder / "elsewhere" / "index.html").is_file()


def test_an_option_before_the_command_is_not_lost_silently(house: House) -> None:
    code, _, err = house("programme", "--out", "elsewhere", "publish")

    assert code == 2
    assert err.strip() == "--out and --json stand behind the command: programme publish --out"


def test_a_draft_is_public_once_it_is_released(house: House) -> None:
    before = house("programme", "diff")
    house("programme")
    drafted = house("programme", "drafts")

    released = house("programme", "release")

    assert before[0] == 2
    assert before[2].strip() == "no draft is public yet; name two: callboard programme diff 1 2"
    assert [line.split()[0] for line in drafted[1].splitlines() if line] == ["Draft", "1"]
    assert released == (0, "Draft 1 is public; 0 letters leave with the next pass.\n", "")
    assert house("programme", "drafts")[1].split()[-1] == "public"
    assert house("programme", "diff") == (0, "No talk has another place in draft 1 than in draft 1.\n", "")
    assert house("programme", "release", "7")[2].strip() == (
        "there is no draft 7 of the programme; callboard programme drafts lists what there is"
    )


def test_publish_has_the_files_checked(house: House) -> None:
    house("programme")
    house("programme", "release")

    code, out, _ = house("programme", "publish", "--out", "elsewhere", "--check")

    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert ["ok", "icalendar", "1", "*.ics"] in rows
    assert "name the folder of schema.json with --schemas" in out


def test_a_release_stands_in_the_trail(house: House) -> None:
    house("programme")
    house("programme", "release")

    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        trail = db.execute("SELECT verb, by FROM review_order").fetchall()

    assert trail == [("release", "command line")]


def test_what_is_pinned_is_listed_and_let_go(house: House) -> None:
    unknown = house("programme", "pin", "12 at 14:00")
    none = house("programme", "pin", "12 or so")

    assert unknown[2].strip() == '"12 at 14:00": there is no proposal 12; callboard list shows all'
    assert none[2].startswith('"12 or so" is no pin; write "12 at 14:00"')
    assert house("programme", "pins") == (0, "Nothing is pinned.\n", "")
    assert house("programme", "unpin", "12 at 14:00")[0] == 2
