"""`callboard programme` and the commands below it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from houses import CALL, ORGANISER, House
from letters_in import proposal


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, CALL + ORGANISER)


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
    assert house("programme", "diff") == (0, "Draft 1 is public, and none is newer.\n", "")


@pytest.mark.parametrize("number", ["7", "2147483648", "9" * 30])
def test_a_draft_that_there_is_not_is_named(house: House, number: str) -> None:
    house("programme")

    said = f"there is no draft {number} of the programme; callboard programme drafts lists what there is"
    assert [house("programme", *words)[2].strip() for words in (("release", number), ("diff", number))] == [
        said,
        said,
    ]


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


@pytest.fixture
def proposed(house: House) -> House:
    """A house with one proposal."""
    (house.folder / "one.eml").write_bytes(proposal())
    assert house("import", "one.eml")[0] == 0
    return house


def test_a_pin_stands_in_the_trail_and_is_undone_like_any_order(proposed: House) -> None:
    house = proposed
    pinned = house("programme", "pin", "1 at 14:00")
    again = house("programme", "pin", "1 à 14h")
    listed = house("programme", "pins")
    undone = house("undo")

    assert pinned == (0, "Pinned: 1 at 14:00\n", "")
    assert again == (0, "Pinned: 1 à 14h\n", "")
    assert listed == (0, "1 at 14:00\n", "")
    assert (undone[0], undone[1].strip().endswith("Undone: 1 at 14:00")) == (0, True)
    assert house("programme", "pins")[1] == "Nothing is pinned.\n"
    with sqlite3.connect(house.folder / "var" / "callboard.db") as db:
        trail = db.execute("SELECT verb, by, proposal_id, line, undone_at IS NOT NULL FROM review_order")
        assert trail.fetchall() == [("pin", "command line", 1, "1 at 14:00", 1)]


def test_a_number_lets_everything_about_a_proposal_go(proposed: House) -> None:
    house = proposed
    house("programme", "pin", "1 at 14:00")
    house("programme", "pin", "1 not first")

    assert house("programme", "unpin", "1") == (
        0,
        "No longer pinned: 1 at 14:00\nNo longer pinned: 1 not first\n",
        "",
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1 at 25:00", "there is no such time of day"),
        ("1 at 20:00", "no day of the programme has that time; callboard programme says what it looks like"),
        ("1 on Friday", "the event has no such day"),
        ("1 in B12", "there is no such room; [programme] rooms names them"),
    ],
)
def test_what_cannot_be_pinned_says_why(proposed: House, line: str, why: str) -> None:
    assert proposed("programme", "pin", line) == (2, "", f'"{line}": {why}\n')


def test_what_is_pinned_is_listed_and_let_go(house: House) -> None:
    unknown = house("programme", "pin", "12 at 14:00")
    none = house("programme", "pin", "12 or so")

    assert unknown[2].strip() == '"12 at 14:00": there is no proposal 12; callboard list shows all'
    assert none[2].startswith('"12 or so" is no pin; write "12 at 14:00"')
    assert house("programme", "pins") == (0, "Nothing is pinned.\n", "")
    assert house("programme", "unpin", "12 at 14:00")[0] == 2
