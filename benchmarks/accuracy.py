"""How well the reader reads: runs it over labelled mail, beside the goals, and keeps what was reached.

    python benchmarks/accuracy.py              the tables, and up to 20 misses
    python benchmarks/accuracy.py --misses 0   the tables alone
    python benchmarks/accuracy.py --write      also writes the figures into docs/accuracy.md and raises the floor
    python benchmarks/accuracy.py --check      writes nothing; fails when docs/accuracy.md says something else

All of them fail when a figure is below docs/accuracy-floor.json. A floor is lowered by hand, and knowingly:
take its line out, then `make accuracy` puts in what is reached now.

Misses are shown of the part of the corpus that is worked on, or with `--own` of our own letters, never of the
part kept aside. Where the corpus is absent only our own letters are measured, which is said loudly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import labelled
import tables
from labelled import Case, Score, judged

from callboard.errors import UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import read_mail
from callboard.reading import read
from callboard.reading.report import as_json

PAGE = labelled.ROOT / "docs" / "accuracy.md"
FLOOR = labelled.ROOT / "docs" / "accuracy-floor.json"
ALL, WORKED_ON, ASIDE, OWN = "all", "worked on", "kept aside", "own letters"
OWN_ASIDE = "own letters kept aside"
FLOORED = (ALL, ASIDE, OWN, OWN_ASIDE)
PROCESSES = 2
CHUNK = 40  # messages that a process takes at a time, sharing one reader of documents
TOLERATED = 0.0005  # the judge rounds to four places

Figures = dict[str, dict[str, float]]  # column -> figure -> value


def read_files(files: list[Path]) -> list[dict[str, Any]]:
    """What the reader says about each message file."""
    with DocumentReader() as documents:
        return [_read(file, documents) for file in files]


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


def answered(cases: Sequence[Case]) -> list[Case]:
    """The cases with what the reader says about each."""
    files = [case.file for case in cases]
    chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        answers = [answer for chunk in pool.map(read_files, chunks) for answer in chunk]
    return [replace(case, answer=answer) for case, answer in zip(cases, answers, strict=True)]


def columns_of(mail: list[Case], strangers: list[Case]) -> dict[str, Score]:
    """The corpus as a whole and in its two parts."""
    aside = labelled.kept_aside
    return {
        ALL: judged(mail, strangers),
        WORKED_ON: judged([c for c in mail if not aside(c)], [c for c in strangers if not aside(c)]),
        ASIDE: judged([c for c in mail if aside(c)], [c for c in strangers if aside(c)]),
    }


def corpus_summary(columns: Mapping[str, Score]) -> list[str]:
    """The main figures of the corpus."""
    whole, worked_on, aside = columns[ALL], columns[WORKED_ON], columns[ASIDE]
    return [
        "### Proposals and what belongs to them",
        f"{whole.messages} messages: {worked_on.messages} worked on, {aside.messages} kept aside.",
        tables.table(tables.MAIL, columns),
        "### Mail that has nothing to do with a call",
        f"{whole.strangers:,} real messages: {worked_on.strangers:,} worked on, {aside.strangers:,} kept aside.",
        tables.table(tables.STRANGERS, columns),
        tables.gaps(worked_on, aside),
        "Kinds taken for another:",
        tables.confusions(columns),
    ]


def own_summary(columns: Mapping[str, Score]) -> list[str]:
    """The main figures of our own letters."""
    score, aside = columns[OWN], columns[OWN_ASIDE]
    return [
        f"{score.messages} letters, and {aside.messages} kept aside.",
        tables.table(tables.MAIL, {OWN: score, OWN_ASIDE: aside}),
        f"Kinds taken for another: {score.confusion}. Kept aside: {aside.confusion}.",
    ]


def breakdowns(mail: list[Case], strangers: Sequence[Case] = ()) -> Iterator[str]:
    """The same figures by layout, by mail program and by language."""
    for title, by, order in (
        ("### By layout", labelled.layout, labelled.WRAPPERS.values()),
        ("### By mail program", labelled.client, labelled.CLIENTS),
    ):
        groups = labelled.grouped(mail, by, order)
        yield title
        yield tables.table(tables.MAIN, {name: judged(group) for name, group in groups.items()})
    yield "### By language"
    letters = labelled.grouped(mail, labelled.language, labelled.LANGUAGES)
    others = labelled.grouped(strangers, labelled.language, labelled.LANGUAGES)
    names = [name for name in (*labelled.LANGUAGES, "others") if name in letters or name in others]
    scores = {name: judged(letters.get(name, []), others.get(name, [])) for name in names}
    yield tables.table((*tables.MAIN, *tables.STRANGERS), scores)


def fallen(now: Mapping[str, Score], floor: Figures) -> Iterable[str]:
    """One sentence for each figure below its floor, or no longer measured."""
    for column, figures in floor.items():
        if column not in (OWN, OWN_ASIDE) and ALL not in now:
            continue  # no corpus here
        for name, least in figures.items():
            reached = now[column].figures.get(name) if column in now else None
            if reached is None:
                yield f"{column}: {name!r} is no longer measured; its floor is {least}"
            elif reached[0] < least - TOLERATED:
                yield f"{column}: {name!r} fell from {least} to {reached[0]}"


def raised(now: Mapping[str, Score], floor: Figures) -> Figures:
    """The floor with every figure that is higher now, and those that had none."""
    new = {column: dict(floor.get(column, {})) for column in FLOORED if column in floor or column in now}
    for column in new.keys() & now.keys():
        for name, (value, _) in now[column].figures.items():
            new[column][name] = max(value, new[column].get(name, value))
    return new


def stale(page: str, sections: Mapping[str, str]) -> Iterable[str]:
    """One sentence for each part of the page that does not say what was measured."""
    for name, content in sections.items():
        if tables.section(page, name) != content:
            yield f"{PAGE.name}: the figures of {name!r} are not what is reached now; `make accuracy` writes them"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--write", action="store_true", help="write the figures into docs/, raise the floor")
    does.add_argument("--check", action="store_true", help="fail when docs/accuracy.md says something else")
    parser.add_argument("--misses", type=int, default=20, metavar="N", help="show at most N misses (20)")
    parser.add_argument("--own", action="store_true", help="show the misses of our own letters")
    return parser.parse_args()


def _measured() -> tuple[dict[str, Score], dict[str, str]]:
    """Every column, and the generated parts of the page."""
    columns: dict[str, Score] = {}
    sections: dict[str, str] = {}
    corpus = labelled.SHARED / "corpus"
    if corpus.is_dir():
        mail = answered(labelled.labelled_mail(corpus / "mail"))
        strangers = answered(labelled.labelled_strangers(corpus / "rfc822"))
        columns |= columns_of(mail, strangers)
        sections["corpus"] = tables.paragraphs([*corpus_summary(columns), *breakdowns(mail, strangers)])
    else:
        print(f"SKIPPED: the corpus was not measured, because {corpus} is not there", file=sys.stderr)
    if own := answered(labelled.labelled_mail(labelled.OWN)):
        columns[OWN] = judged(own)
        columns[OWN_ASIDE] = judged(answered(labelled.labelled_mail(labelled.OWN_ASIDE)))
        sections[OWN] = tables.paragraphs([*own_summary(columns), *breakdowns(own)])
    return columns, sections


def main() -> int:
    """Exit status 0 when nothing fell and, with --check, the page is up to date; else 1."""
    arguments = _arguments()
    columns, sections = _measured()
    for name, content in sections.items():
        print(f"\n== {name} ==\n{content.split('### By layout')[0] if arguments.check else content}")
    shown = columns.get(OWN if arguments.own else WORKED_ON)
    if shown and not arguments.check:
        print(*shown.misses[: arguments.misses], sep="\n")
    floor: Figures = json.loads(FLOOR.read_text("utf-8"))
    page = PAGE.read_text("utf-8")
    problems = [*fallen(columns, floor), *(stale(page, sections) if arguments.check else ())]
    if arguments.write:
        for name, content in sections.items():
            page = tables.with_section(page, name, content)
        PAGE.write_text(page, "utf-8")
        new = json.dumps(raised(columns, floor), indent=1, sort_keys=True)
        FLOOR.write_text(f"{new}\n", "utf-8")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
