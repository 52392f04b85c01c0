"""PostgreSQL's own programs, for backups: pg_dump, pg_restore and psql from PATH. The password is never an argument."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from callboard.errors import BackupError

LAST_WORDS = 300


def dump(url: URL, target: Path, snapshot: str, tables: Sequence[str], schema: str = "public") -> None:
    """These tables of a schema as they stand in that snapshot, in pg_dump's custom format."""
    wanted = [f"--table={schema}.{name}" for name in tables]
    _run(
        "pg_dump",
        url,
        "--format=custom",
        "--no-owner",
        "--no-acl",
        f"--snapshot={snapshot}",
        f"--file={target}",
        *wanted,
    )


def restore(url: URL, source: Path, script: Path, present: Sequence[str], schema: str = "public") -> None:
    """Replace the tables that are present by those of the dump, in one transaction: all or nothing."""
    drop = "".join(f'DROP TABLE IF EXISTS {schema}."{name}" CASCADE;' for name in present)
    if schema != "public":
        drop = f"CREATE SCHEMA IF NOT EXISTS {schema};{drop}"
    _run("pg_restore", None, "--no-owner", "--no-acl", f"--file={script}", str(source))
    _run(
        "psql", url, "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction",
        "--set=ON_ERROR_STOP=1", f"--command={drop or 'SELECT 1'}", f"--file={script}",
    )  # fmt: skip


def _run(program: str, url: URL | None, *words: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed; it comes with PostgreSQL's client programs")
    environ = dict(os.environ)
    where = []
    if url is not None:
        secret = url.password or url.query.get("password")
        if secret:
            environ["PGPASSWORD"] = str(secret)
        # set() leaves what is None as it is.
        bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        shown = bare.difference_update_query(["password", "sslpassword"])
        where = [f"--dbname={shown.render_as_string(hide_password=False)}"]
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own program, no shell; what is passed is ours or the operator's)
        [path, *where, *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # Of an error in a row psql quotes the row: only the first line is ours to show.
        line = next(iter(done.stderr.strip().splitlines()), "")[:LAST_WORDS]
        raise BackupError(f"{program} failed: {line}")
