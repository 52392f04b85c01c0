"""The documents: every link leads somewhere, every command that they name exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
COMMAND = re.compile(r"(?:^|`)callboard ([a-z][a-z-]*)", re.MULTILINE)


def anchor(heading: str) -> str:
    """As the forges make it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists():
            broken.append(target)
        elif heading:
            headings = {anchor(h) for h in HEADING.findall(there.read_text(encoding="utf-8"))}
            if heading not in headings:
                broken.append(target)
    assert broken == []


def test_commands_that_the_documents_name_exist() -> None:
    named = {c for page in PAGES for c in COMMAND.findall(page.read_text(encoding="utf-8"))}
    shown = subprocess.run(
        [sys.executable, "-m", "callboard", "--help"], capture_output=True, text=True, timeout=60, check=True
    ).stdout

    exist = set(re.findall(r"^\W*([a-z][a-z-]*) {2,}", shown, re.MULTILINE))

    assert sorted(named - exist) == []


def test_no_page_names_a_path_of_some_machine() -> None:
    found = [
        name(p)
        for p in PAGES
        if re.search(r"(?<![\w.])/(?:home|root|work|Users)/", p.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_tests_that_the_documents_name_exist() -> None:
    named = {t for page in PAGES for t in TEST.findall(page.read_text(encoding="utf-8"))}
    exist = {
        (name(file), function)
        for file in {ROOT / path for path, _ in named}
        if file.exists()
        for function in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert named
    assert sorted(named - exist) == []
