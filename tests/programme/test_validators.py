"""The published files are checked by whatever is installed, and what is not is named."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from callboard.programme import validators
from callboard.programme.publish import outputs, publish
from callboard.programme.validators import Verdict
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, full_cards, programme


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cards = full_cards()
    # A clock knows microseconds.
    made_at = MADE_AT.replace(microsecond=167230)
    publish(outputs(CALL, programme(cards), cards, 3, made_at, Templates()), tmp_path / "public")
    return tmp_path / "public"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of programs, the only one that is looked into."""
    place = tmp_path / "bin"
    place.mkdir()
    # The operating system's boundary: which programs are installed.
    monkeypatch.setenv("PATH", str(place))
    monkeypatch.setattr(sys, "executable", str(place / "python"))
    return place


def install(tools: Path, name: str, script: str) -> None:
    (tools / name).write_text(f"#!/bin/sh\n{script}\n")
    (tools / name).chmod(stat.S_IRWXU)


def verdicts(folder: Path, schemas: Path | None = None) -> dict[str, tuple[Verdict, str]]:
    return {one.tool: (one.verdict, one.words) for one in validators.check(folder, schemas)}


def test_what_is_not_installed_is_named_with_the_cure(folder: Path, tools: Path):
    assert verdicts(folder) == {
        "icalendar": (Verdict.OK, ""),
        "xmllint": (Verdict.NOT_CHECKED, "xmllint is not installed: apt-get install libxml2-utils"),
        "check-jsonschema": (
            Verdict.NOT_CHECKED,
            "name the folder of schema.json with --schemas (github.com/voc/schedule, folder validator)",
        ),
        "vnu": (
            Verdict.NOT_CHECKED,
            "vnu is not installed: it comes with vnu-jar from npm, or from github.com/validator/validator",
        ),
    }


def test_what_a_program_says_is_shown(folder: Path, tools: Path):
    install(tools, "vnu", 'echo "line 7: $1"; exit 1')
    install(tools, "xmllint", "exit 0")

    found = verdicts(folder, folder)

    assert found["vnu"] == (Verdict.WRONG, "line 7: --errors-only")
    assert found["xmllint"] == (Verdict.OK, "")


def test_a_program_that_cannot_run_is_no_verdict(folder: Path, tools: Path):
    (tools / "vnu").write_bytes(b"\x7fELF nonsense")
    (tools / "vnu").chmod(stat.S_IRWXU)

    verdict, words = verdicts(folder)["vnu"]

    assert verdict is Verdict.NOT_CHECKED
    assert words.startswith("vnu did not run: ")


@pytest.mark.parametrize(
    "broken",
    [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"no calendar",
        b"",
    ],
)
def test_a_broken_calendar_is_found(folder: Path, broken: bytes):
    (folder / "speakers" / "broken.ics").write_bytes(broken)

    verdict, words = verdicts(folder)["icalendar"]

    assert verdict is Verdict.WRONG
    assert words.startswith("speakers/broken.ics: ")


def test_the_schemas_are_asked(folder: Path, shared: Path):
    assert verdicts(folder, shared / "schemas")["check-jsonschema"] == (Verdict.OK, "")
    schedule = folder / "schedule.json"
    schedule.write_text(schedule.read_text("utf-8").replace('"acronym"', '"acronyme"'), encoding="utf-8")

    verdict, words = verdicts(folder, shared / "schemas")["check-jsonschema"]

    assert verdict is Verdict.WRONG
    assert "acronym" in words


def test_xmllint_finds_the_schedule_valid(folder: Path, shared: Path):
    if shutil.which("xmllint") is None:
        message = (
            "xmllint is not installed: the schedule was checked by lxml only; apt-get install libxml2-utils"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)

    assert verdicts(folder, shared / "schemas")["xmllint"] == (Verdict.OK, "")


def test_the_nu_checker_finds_the_pages_valid(folder: Path):
    if shutil.which("vnu") is None:
        pytest.skip("vnu is not installed: the pages were not checked by it; npm install vnu-jar")

    assert verdicts(folder)["vnu"] == (Verdict.OK, "")
    page = folder / "index.html"
    page.write_text(page.read_text("utf-8").replace("<main", "<main><main", 1), encoding="utf-8")

    assert verdicts(folder)["vnu"][0] is Verdict.WRONG


def test_the_book_is_checked_where_something_for_it_is_installed(tmp_path: Path, tools: Path):
    (tmp_path / "abstracts.pdf").write_bytes(b"%PDF-")
    cure = "verapdf is not installed: it is at verapdf.org"

    assert verdicts(tmp_path) == {"verapdf": (Verdict.NOT_CHECKED, cure)}

    install(tools, "verapdf", 'echo "FAIL $5"; exit 1')
    assert verdicts(tmp_path) == {"verapdf": (Verdict.WRONG, f"FAIL {tmp_path / 'abstracts.pdf'}")}


def test_an_empty_folder_has_nothing_to_check(tmp_path: Path):
    assert verdicts(tmp_path) == {}
