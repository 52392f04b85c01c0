"""The commands. Each parses its words, calls the house, prints, and returns an exit code.

0 fine, 1 something needs a person, 2 wrong use or configuration, 75 try again later.
"""

from __future__ import annotations

import sys

import typer

from callboard.cli import (
    condition,
    decide,
    explain,
    export,
    login,
    look,
    people,
    programme,
    rehearse,
    safekeeping,
    settings,
    setup,
    show,
    work,
)
from callboard.cli.context import say_error, set_up
from callboard.errors import CallboardError

app = typer.Typer(
    name="callboard",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Run a call for talks out of the mailbox you already have.

    Callboard reads the talk proposals that arrive by e-mail, answers each speaker with what it understood,
    sends the organisers a digest, and keeps a draft programme page.

    Start with:  callboard demo,  or  callboard init PAGE  and then  callboard check.

    Exit codes: 0 fine, 1 something needs a person, 2 wrong use or configuration, 75 try again later.""",
)
app.callback()(set_up)
for module in (
    setup,
    login,
    work,
    programme,
    explain,
    rehearse,
    look,
    show,
    decide,
    export,
    people,
    condition,
    safekeeping,
    settings,
):
    module.register(app)


def main() -> None:
    """The entry point. A deliberate error becomes one line on standard error and its exit code."""
    try:
        app()
    except CallboardError as error:
        say_error(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
