"""Commands about the configuration: `config show`, `config schema`."""

from __future__ import annotations

import dataclasses
import os
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from callboard.cli.context import print_json, print_table
from callboard.config import origins

config_app = typer.Typer(
    no_args_is_help=True, help="The configuration: each value and its origin; its schema."
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(config_app, name="config")


@config_app.command()
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show every value and where it comes from: default, file, environment, secret file. Secrets are starred."""
    found = tuple(origins.origins(context.obj.config, os.environ, context.obj.call))
    if as_json:
        print_json([{**dataclasses.asdict(f), "value": _plain(f.value)} for f in found])
        return
    rows = [(f.key, "" if f.value is None else _plain(f.value), f.origin) for f in found]
    print_table("", ("Key", "Value", "Origin"), rows)


@config_app.command()
def schema() -> None:
    """Print the JSON schema of the configuration file, for editors that complete and check."""
    print_json(origins.schema())


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime | time | Path):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
