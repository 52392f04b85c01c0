"""Who may import whom, so that the parts stay apart: kept on the import graph of the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "callboard"
MODULES = sorted(SOURCE.rglob("*.py"))
WIRE = {"imapclient", "imaplib", "smtplib", "socket", "ssl", "http"}


def imports(path: Path) -> set[str]:
    """Everything a module imports, at its top or inside: "callboard.store", "socket", ..."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def crossings(folder: str, *forbidden: str) -> list[str]:
    """Imports in the folder that begin with one of the forbidden names."""
    return [
        f"{place(path)} imports {name}"
        for path in MODULES
        if place(path).startswith(folder)
        for name in sorted(imports(path))
        if name.startswith(tuple(f"callboard.{f}" for f in forbidden))
    ]


def test_reading_knows_neither_connections_nor_the_desk() -> None:
    io = [f"mailroom.{m}" for m in ("mailbox", "archive", "mailer", "attachments", "connection", "fetching")]
    assert crossings("reading/", "desk", "programme", "store", "model", "worker", "cli", *io) == []


def test_the_mailroom_knows_neither_the_reader_nor_the_desk() -> None:
    assert crossings("mailroom/", "reading", "desk", "programme", "store", "model", "worker", "cli") == []


def test_the_programme_does_not_know_the_desk() -> None:
    assert crossings("programme/", "desk", "worker", "cli") == []


def test_the_desk_opens_no_connection() -> None:
    io = [f"mailroom.{m}" for m in ("mailbox", "archive", "mailer", "attachments")]
    assert crossings("desk/", "worker", "cli", *io) == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_only_the_mailroom_opens_mail_connections(path: Path) -> None:
    """The demo plays the mail server and its clients; systemd's socket carries no mail."""
    allowed = WIRE if place(path).startswith(("mailroom/", "demo/", "servicemanager")) else set()

    named = imports(path)
    found = {name.partition(".")[0] for name in named} & WIRE
    found |= {name for name in named if name.startswith("urllib.request")} if not allowed else set()

    assert found <= allowed


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if "migrations/versions" in place(path):
        pytest.skip("a migration is a list of statements, written by Alembic")
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 50
    ]
    assert long == []


def test_no_two_test_modules_share_a_name() -> None:
    """pytest imports them by their bare names, and collects one of two alike or none."""
    names = [path.name for path in Path(__file__).parent.rglob("*.py")]

    assert [name for name in names if names.count(name) > 1] == []
