"""`reading` is pure: what it imports shows that it can reach no clock, disk, network or database."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import callboard.reading

FOLDER = Path(callboard.reading.__file__).parent
FORBIDDEN = {
    "time", "datetime", "os", "io", "shutil", "tempfile", "socket", "ssl", "smtplib", "imaplib", "imapclient", "http",
    "urllib", "subprocess", "threading", "asyncio", "random", "secrets", "sqlite3", "sqlalchemy", "alembic", "logging",
}  # fmt: skip
OURS = ("callboard.reading", "callboard.call", "callboard.mailroom.mail", "callboard.mailroom.incoming")
# The words of each language are files beside the code: the one module that may read them.
READS_ITS_OWN_FILES = {"vocabulary.py": {"pathlib", "tomllib"}}


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_a_module_of_reading_imports_nothing_that_reaches_outside(file):
    names = set(imported(file))
    allowed = READS_ITS_OWN_FILES.get(file.name, set())
    reaching = {name for name in names if name.split(".")[0] in FORBIDDEN | {"pathlib", "tomllib"} - allowed}
    foreign = {name for name in names if name.startswith("callboard") and not name.startswith(OURS)}

    assert (reaching, foreign) == (set(), set())


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_a_module_of_reading_opens_nothing(file):
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert calls & {"open", "print", "input", "exec", "eval", "__import__"} == set()
