"""A stranger's text on a terminal: no escape sequence gets through, and the blanks of French typography do."""

from __future__ import annotations

import pytest

from callboard.cli.context import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("acceptée\u202f: «\u00a0oui\u00a0»", "acceptée\u202f: «\u00a0oui\u00a0»"),
        ("a\x1b[31mb\rc", "a�[31mb�c"),
        ("exe\u202egnp", "exe�gnp"),
        ("two\nlines", "two\nlines"),
        ("[bold]a[/bold]", "[bold]a[/bold]"),
    ],
)
def test_what_is_printed(text: str, shown: str) -> None:
    assert str(printable(text)) == shown
