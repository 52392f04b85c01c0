"""Has the published files checked by programs that others wrote, as far as they are installed here.

The c3voc schemas are not ours to ship: whoever has them names their folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from icalendar import Calendar

SECONDS: Final = 120
XML_SCHEMA, JSON_SCHEMA = "schedule.xml.xsd", "schema.json"
SCHEMAS_AT: Final = "github.com/voc/schedule, folder validator"
# Container queries, which browsers have had since 2023 and its checker of stylesheets does not know yet.
UNKNOWN_TO_VNU: Final = ".*(“container-type”|“@container”).*"


class Verdict(StrEnum):
    """What came of a check."""

    OK = "ok"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One check: by what, of what, and what it said."""

    tool: str
    files: str
    verdict: Verdict
    words: str = ""


def check(folder: Path, schemas: Path | None = None) -> Iterator[Finding]:
    """Every check of the files in the folder; `schemas` holds c3voc's XSD and JSON schema."""
    yield from _calendars(folder)
    yield from _schedule_xml(folder, schemas)
    yield from _schedule_json(folder, schemas)
    yield from _pages(folder)
    yield from _books(folder)


def _calendars(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.rglob("*.ics"))
    wrong = [f"{file.relative_to(folder)}: {problem}" for file in files for problem in _calendar(file)]
    if files:
        yield Finding(
            "icalendar", f"{len(files)} *.ics", Verdict.WRONG if wrong else Verdict.OK, "\n".join(wrong[:5])
        )


def _calendar(file: Path) -> Iterator[str]:
    try:
        calendar = Calendar.from_ical(file.read_bytes())
    except ValueError as error:
        yield str(error)
        return
    # Where a value cannot be read, the library keeps the reason with the component.
    yield from (f"{name}: {reason}" for part in calendar.walk() for name, reason in part.errors)


def _schedule_xml(folder: Path, schemas: Path | None) -> Iterator[Finding]:
    file = folder / "schedule.xml"
    if not file.exists():
        return
    schema = schemas / XML_SCHEMA if schemas else None
    options = ["--noout", "--nonet", *(["--schema", str(schema)] if schema else [])]
    found = _run("xmllint", [*options, str(file)], file.name, "apt-get install libxml2-utils")
    if schema is None and found.verdict is Verdict.OK:
        well_formed = (
            f"well-formed; for its schema name the folder of {XML_SCHEMA} with --schemas ({SCHEMAS_AT})"
        )
        found = Finding(found.tool, found.files, found.verdict, well_formed)
    yield found


def _schedule_json(folder: Path, schemas: Path | None) -> Iterator[Finding]:
    file, tool = folder / "schedule.json", "check-jsonschema"
    if not file.exists():
        return
    if schemas is None:
        words = f"name the folder of {JSON_SCHEMA} with --schemas ({SCHEMAS_AT})"
        yield Finding(tool, file.name, Verdict.NOT_CHECKED, words)
        return
    options = ["--schemafile", str(schemas / JSON_SCHEMA), str(file)]
    yield _run(tool, options, file.name, "pip install check-jsonschema")


def _pages(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.glob("*.html"))
    if files:
        names = ", ".join(file.name for file in files)
        cure = "it comes with vnu-jar from npm, or from github.com/validator/validator"
        yield _run("vnu", ["--errors-only", "--filterpattern", UNKNOWN_TO_VNU, *map(str, files)], names, cure)


def _books(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.glob("*.pdf"))
    if files:
        names, cure = ", ".join(file.name for file in files), "it is at verapdf.org"
        yield _run("verapdf", ["--flavour", "ua1", "--format", "text", *map(str, files)], names, cure)


def _run(tool: str, options: Sequence[str], files: str, cure: str) -> Finding:
    # Beside our own interpreter lie the programs of its environment.
    program = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if program is None:
        return Finding(tool, files, Verdict.NOT_CHECKED, f"{tool} is not installed: {cure}")
    try:
        # The program's name is ours, and the files are arguments, not words of a shell.
        done = subprocess.run(  # noqa: S603
            [program, *options],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(tool, files, Verdict.NOT_CHECKED, f"{tool} did not run: {error}")
    said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:10])
    return Finding(tool, files, Verdict.WRONG, said) if done.returncode else Finding(tool, files, Verdict.OK)
