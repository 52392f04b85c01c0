"""What goes wrong on the machine itself: the disk is full, the database locked or gone, the clock set back."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from faults import Order
from troubles import ALWAYS, IMAP_COMMANDS, SMTP_VERBS, Case

if TYPE_CHECKING:
    from bench import Bench

PAGE_BYTES = 4096
TABLES = ("lease", "mailbox", "inbox_entry", "raw_message", "proposal", "version", "outbox_entry", "draft")
HOLD_A_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def full_disk(rng: random.Random) -> Iterator[Case]:
    """Before a pass, or in the middle of it; with nothing left at all or a few pages."""

    def of(place: str | None, pages: int, seconds: float | None) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            assert bench.disk is not None
            full = bench.disk.full(pages * PAGE_BYTES)
            if place is None:
                bench.until_mended(full)
            else:
                at(bench, place, lambda: bench.while_spoiled(full, seconds))

        return spoil

    while True:
        for place in rng.sample(MOMENTS, len(MOMENTS)):
            pages, seconds = rng.choice((0, 0, 1, 2, 4, 8, 16, 32)), rng.choice((3.0, 3.0, None))
            name = f"full but {pages} pages, {place or 'before the pass'}, {seconds or 'long'}"
            yield Case(name, of(place, pages, seconds))


# Where a pass can be when something happens to the machine.
MOMENTS = (None, "EXAMINE", "a body", "LOGOUT", "MAIL", "the letter", "the letter", "QUIT")


def at(bench: Bench, place: str, do: Callable[[], object]) -> None:
    """Do this when a pass comes to that command."""
    if place in IMAP_COMMANDS:
        bench.imap.orders.append(Order(IMAP_COMMANDS[place], before=do))
    else:
        bench.smtp.orders.append(Order(SMTP_VERBS[place], before=do))


# --- The database -------------------------------------------------------------------------------------------


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process writes into this SQLite file and does not come to an end."""
    command = [sys.executable, "-c", HOLD_A_LOCK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"locked\n"
        yield
        holder.stdin.close()
        holder.wait(20)


def locked_database(rng: random.Random) -> Iterator[Case]:
    """For many times as long as a statement waits; a pass may end, a letter that was taken must be noted."""

    def of(place: str | None) -> Callable[[Bench], None]:
        def lock(bench: Bench) -> None:
            bench.while_spoiled(locked(bench.database_file), seconds=3.0 if place else None)

        def spoil(bench: Bench) -> None:
            if place is None:
                lock(bench)
            else:
                at(bench, place, lambda: lock(bench))

        return spoil

    while True:
        for place in rng.sample(MOMENTS, len(MOMENTS)):
            yield Case(f"locked {place or 'before the pass'}", of(place))


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""


def refusing_server(rng: random.Random) -> Iterator[Case]:
    """PostgreSQL says that its disk is full, as it does: an error of class 53 for a statement that writes."""

    def of(table: str, what: str) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            run(
                bench,
                FULL,
                f"CREATE TRIGGER full_disk BEFORE {what} ON {table} EXECUTE FUNCTION full_disk()",
            )
            bench.when_mended(lambda: run(bench, "DROP FUNCTION full_disk CASCADE"))

        return spoil

    while True:
        for table in rng.sample(TABLES, len(TABLES)):
            what = rng.choice(("INSERT", "UPDATE", "INSERT OR UPDATE"))
            yield Case(f"{what} of {table}", of(table, what))


def ended_connections(rng: random.Random) -> Iterator[Case]:
    """PostgreSQL ends our connections, as when it is restarted."""
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while True:
        for place in rng.sample(MOMENTS[1:], len(MOMENTS) - 1):
            yield Case(
                f"ended at {place}", lambda bench, place=place: at(bench, place, lambda: run(bench, end))
            )


def run(bench: Bench, *statements: str) -> None:
    with bench.world.engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


# --- The clock ----------------------------------------------------------------------------------------------


def clock_set_back(rng: random.Random) -> Iterator[Case]:
    """By an hour, between two passes or within one; sometimes while letters wait for their next attempt."""

    def of(place: str | None, *, refused: bool) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            if refused:
                bench.smtp.orders.append(Order(b"RCPT", b"450 4.2.0 later\r\n", times=ALWAYS))
            back = timedelta(hours=1)
            if place is None:
                bench.world.set_back(back)
            else:
                at(bench, place, lambda: bench.world.set_back(back))

        return spoil

    while True:
        for place in rng.sample(MOMENTS, len(MOMENTS)):
            refused = place in (None, "EXAMINE", "a body", "LOGOUT") and rng.random() < 0.5
            yield Case(f"an hour back {place or 'before the pass'}", of(place, refused=refused), passes=2)
