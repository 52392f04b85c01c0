"""The front matter of a Hugo page: YAML between `---` or TOML between `+++`, each value with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from callboard.errors import AnnouncementError

_FENCES = {"---": "YAML", "+++": "TOML"}
_TOML_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Value:
    """A value as it is written, and where: `text` for one, `items` for a list."""

    text: str
    line: int
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page in two halves. Keys of inner tables are written with a dot: `address.city`."""

    front: Mapping[str, Value] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1  # the line of the page that the body starts on

    def first(self, *keys: str) -> Value | None:
        """The first of these keys that is there and not empty."""
        return next((v for key in keys if (v := self.front.get(key)) and (v.text or v.items)), None)


def split_page(text: str) -> Page:
    """Front matter and prose; AnnouncementError with the line where the front matter is broken."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fence = lines[0].strip()
    if fence not in _FENCES:
        return Page(body="\n".join(lines))
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
    if end is None:
        raise AnnouncementError(f"line 1: the front matter is never closed; end it with a line {fence}")
    head = "\n".join(lines[1:end]) + "\n"
    try:
        front = _yaml(head) if fence == "---" else _toml(head)
    except RecursionError as problem:
        raise _broken(2, _FENCES[fence], "it is nested too deeply", "keep lists flat") from problem
    return Page(front, "\n".join(lines[end + 1 :]), end + 2)


def _yaml(head: str) -> dict[str, Value]:
    try:
        # Composed, not loaded: every value stays as written (no date is changed) and keeps its line.
        root = YAML().compose(head)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 2 if mark else 2
        raise _broken(
            line, "YAML", str(problem.problem), "put a value that holds a colon between quotes"
        ) from problem
    except YAMLError as problem:
        raise _broken(
            2, "YAML", str(problem).splitlines()[0], "save the page as plain UTF-8 text"
        ) from problem
    if root is None:
        return {}
    if not isinstance(root, MappingNode):
        raise _broken(2, "YAML", "it is not a list of keys", "write each as `key: value`")
    return _flatten(root, "")


def _broken(line: int, language: str, reason: str, cure: str) -> AnnouncementError:
    return AnnouncementError(f"line {line}: the front matter is not {language} ({reason}); {cure}")


def _flatten(node: MappingNode, prefix: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            continue
        name = prefix + str(key.value)
        if isinstance(value, MappingNode) and not prefix:
            # One level is all that these pages have; more could be a bomb made of aliases.
            found |= _flatten(value, name + ".")
        elif isinstance(value, ScalarNode):
            found.setdefault(name, Value(_scalar(value), key.start_mark.line + 2))
        elif isinstance(value, SequenceNode):
            found.setdefault(name, Value("", key.start_mark.line + 2, _items(value.value)))
    return found


def _items(nodes: list[Node]) -> tuple[str, ...]:
    return tuple(text for node in nodes if isinstance(node, ScalarNode) and (text := _scalar(node)))


def _scalar(node: ScalarNode) -> str:
    quoted = node.style in ("'", '"')
    return "" if not quoted and node.value in ("", "~", "null", "Null", "NULL") else str(node.value).strip()


def _toml(head: str) -> dict[str, Value]:
    try:
        tables = tomllib.loads(head)
    except tomllib.TOMLDecodeError as problem:
        match = _TOML_LINE.search(str(problem))
        line = int(match[1]) + 1 if match else 2
        reason = _TOML_LINE.sub("", str(problem))
        raise _broken(line, "TOML", reason, "put text between quotes") from problem
    inner = [
        (f"{name}.{key}", value)
        for name, t in tables.items()
        if isinstance(t, dict)
        for key, value in t.items()
    ]
    return {
        name: Value(_written(value), _line_of(name, head), _list(value))
        for name, value in [*tables.items(), *inner]
        if not isinstance(value, dict)
    }


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if isinstance(value, list) else str(value).strip()


def _list(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value if isinstance(v, str | int)) if isinstance(value, list) else ()


def _line_of(name: str, head: str) -> int:
    pattern = re.compile(rf"^\s*[\"']?{re.escape(name.rpartition('.')[2])}[\"']?\s*=", re.MULTILINE)
    match = pattern.search(head)
    return head.count("\n", 0, match.start(0)) + 2 if match else 1
