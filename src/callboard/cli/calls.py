"""Commands about all calls: one after the other, whatever becomes of each; the exit code is the worst."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import typer

from callboard.cli.context import out, print_json, printable, say_error
from callboard.config import Calls, Config
from callboard.errors import CallboardError

FAILED = 70  # EX_SOFTWARE
WORST_FIRST = (2, FAILED, 75, 1)  # a wrong configuration stays wrong; a server that is away comes back


def worst(codes: set[int]) -> int:
    """The exit code of several."""
    return next((code for code in WORST_FIRST if code in codes), max(codes, default=0))


def for_each(
    calls: Calls,
    work: Callable[[Config], int],
    *,
    go_on: Callable[[], bool] = lambda: True,
    headings: bool = False,
) -> int:
    """Do something for each call, and return the exit code. What goes wrong with one is said, with its name.

    A lone call has no name, and its error is the command's.
    """
    if not calls.several:
        return work(calls.one(None))
    for call, problem in calls.problems.items():
        say_error(f"{call}: {problem}")
    codes = {problem.exit_code for problem in calls.problems.values()}
    for name, config in calls.found.items():
        if not go_on():
            break
        if headings:
            out.print(printable(f"── {name}"), style="bold")
        try:
            codes.add(work(config))
        except CallboardError as error:
            say_error(f"{name}: {error}")
            codes.add(error.exit_code)
        except typer.Exit:
            raise
        except Exception as error:  # noqa: BLE001 (a mistake of ours in one call must not stop the others)
            # Not the error's own words: they may quote a mail.
            where = "".join(traceback.format_tb(error.__traceback__))
            say_error(f"{name}: failed, {type(error).__name__} at\n{where}")
            codes.add(FAILED)
    return worst(codes)


class Collected:
    """What a command prints as JSON: the value itself for a lone call, else an object with one for each name."""

    def __init__(self, calls: Calls) -> None:
        self._several = calls.several
        self._values: dict[str | None, Any] = {
            name: {"error": str(problem)} for name, problem in calls.problems.items()
        }

    def add(self, config: Config, value: Any) -> None:
        """Keep one call's value."""
        self._values[config.name] = value

    def print(self) -> None:
        """All of them, at the end."""
        print_json(self._values if self._several else next(iter(self._values.values())))
