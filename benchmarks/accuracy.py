"""How well the reader reads: runs it over the labelled mail beside the checkout and compares with a floor.

    python benchmarks/accuracy.py                                   the table
    python benchmarks/accuracy.py --misses 40                       and what was misread
    python benchmarks/accuracy.py --floor docs/accuracy-floor.json  exit 1 when a figure fell
    python benchmarks/accuracy.py --floor ... --write-floor         remember what is reached now

The labelled mail is other people's and no part of this repository: it is looked for in ../shared/corpus.
Where it is absent nothing is measured, which is said loudly.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from callboard.errors import UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import read_mail
from callboard.reading import read
from callboard.reading.report import as_json

SHARED = Path(__file__).resolve().parents[2] / "shared"
SCORES = {"proposals": "mail", "strangers": "rfc822"}  # what the scorer is asked -> folder of the corpus
PROCESSES = 2
CHUNK = 40  # messages that a process takes at a time, sharing one reader of documents
TOLERATED = 0.0005  # the scorer rounds to four places


def read_files(files: list[Path]) -> list[str]:
    """One JSON line for each message file."""
    with DocumentReader() as documents:
        return [json.dumps(_read(file, documents), ensure_ascii=False) for file in files]


def _read(file: Path, documents: DocumentReader) -> dict[str, Any]:
    try:
        mail = read_documents(read_mail(file.read_bytes()), documents)
    except UnreadableMail as problem:
        return {
            "file": file.name,
            "kind": "unreadable",
            "reason": str(problem),
            "acknowledge_to": None,
            "language": None,
            "proposals": [],
        }
    return as_json(file.name, read(mail))


def measure(what: str, folder: Path, misses: int) -> dict[str, Any]:
    """Read a folder of messages, print the scorer's table and return its figures."""
    files = sorted(folder.glob("*.eml"))
    chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    began = time.monotonic()
    with ProcessPoolExecutor(PROCESSES) as pool:
        lines = [line for chunk in pool.map(read_files, chunks) for line in chunk]
    print(
        f"\n{what}: {len(lines)} messages read in {time.monotonic() - began:.1f} s on {PROCESSES} processes"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as written:
        written.write("\n".join(lines))
        written.flush()
        print(_scored(what, folder, written.name, "--misses", str(misses)), end="")
        figures: dict[str, Any] = json.loads(_scored(what, folder, written.name, "--json"))
    return figures


def _scored(what: str, folder: Path, lines: str, *options: str) -> str:
    scorer = SHARED / "tools" / "score_reading.py"
    command = [sys.executable, str(scorer), what, str(folder), lines, *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout


def shares(figures: dict[str, Any]) -> dict[str, float]:
    """The figures that should only rise: no counts, no text."""
    return {
        name: value
        for name, value in figures.items()
        if isinstance(value, float) and not name.endswith("(n)") and 0 <= value <= 1
    }


def fallen(now: dict[str, dict[str, float]], floor: dict[str, dict[str, float]]) -> Iterable[str]:
    """One sentence for each figure below its floor, or no longer measured."""
    for what, figures in floor.items():
        for name, least in figures.items():
            reached = now.get(what, {}).get(name)
            if reached is None:
                yield f"{what}: {name!r} is no longer measured; its floor is {least}"
            elif reached < least - TOLERATED:
                yield f"{what}: {name!r} fell from {least} to {reached}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--floor", type=Path, help="JSON file with the figures reached so far")
    parser.add_argument(
        "--write-floor", action="store_true", help="write the figures of this run into --floor"
    )
    parser.add_argument(
        "--misses", type=int, default=0, metavar="N", help="print up to N misses of each part"
    )
    return parser.parse_args()


def main() -> int:
    """Exit status 0 when nothing fell, 1 when a figure fell, 2 for wrong use."""
    arguments = _arguments()
    if arguments.write_floor and not arguments.floor:
        print("--write-floor needs --floor FILE: name the file to write", file=sys.stderr)
        return 2
    if not (SHARED / "corpus").is_dir():
        print(f"SKIPPED: nothing was measured, because {SHARED / 'corpus'} is not there", file=sys.stderr)
        return 0
    now = {
        what: shares(measure(what, SHARED / "corpus" / folder, arguments.misses))
        for what, folder in SCORES.items()
    }
    if arguments.write_floor:
        arguments.floor.parent.mkdir(parents=True, exist_ok=True)
        arguments.floor.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    if arguments.floor is None or not arguments.floor.exists():
        return 0
    problems = list(fallen(now, json.loads(arguments.floor.read_text("utf-8"))))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
