"""The keys of a table as a commented file shows them: values in TOML, defaults, explanations."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic.fields import FieldInfo

from callboard.config.problems import nested
from callboard.config.section import Section

_WIDTH = 104


@dataclass(frozen=True)
class Entry:
    """One key: its explanation in short lines, its value in TOML, and whether it is set or only shown."""

    name: str
    comment: tuple[str, ...]
    value: str
    is_set: bool


def entries(model: type[Section], values: Mapping[str, Any] | None = None) -> list[Entry]:
    """Every key of a table but its inner tables: set where there is a value, else its default or an example.

    A required key without a value is a blank that `load` will report.
    """
    values = values or {}
    return [
        _entry(name, field, values.get(name))
        for name, field in model.model_fields.items()
        if nested(model, name) is None
    ]


def _entry(name: str, field: FieldInfo, value: Any) -> Entry:
    comment = tuple(textwrap.wrap(field.description or "", _WIDTH, break_on_hyphens=False))
    if value is not None and value != ():
        return Entry(name, comment, toml(value), True)
    if field.is_required():
        return Entry(name, comment, '""', True)
    return Entry(name, comment, toml(shown(field)), False)


def shown(field: FieldInfo) -> Any:
    """What is shown for a key that is not set: its default, or an example where that is nothing."""
    return field.examples[0] if field.default in (None, {}) and field.examples else field.default


def toml(value: Any) -> str:
    """A value in TOML. Hours in a named zone are written without it: the file is in the call's zone."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        local = value.replace(tzinfo=None) if isinstance(value.tzinfo, ZoneInfo) else value
        return local.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int):
        return f"{value:_}" if value >= 100_000 else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f" {key} = {toml(item)}" for key, item in value.items())
            + (" }" if value else "}")
        )
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return _string(value.as_posix() if isinstance(value, Path) else str(value))


def _string(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped (TOML 1.0, section "String").
    if "\n" not in text:
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    inner = "\n".join(_string(line)[1:-1] for line in text.split("\n"))
    if '""' not in text and not text.endswith('"'):
        # Between three quotes a single one needs no backslash.
        inner = inner.replace('\\"', '"')
    return f'"""\n{inner}"""'
