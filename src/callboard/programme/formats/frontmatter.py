"""Changes values in the front matter of somebody's own page, and not one byte else.

The YAML is read to find where each value stands, and only that stretch is written anew; a library that dumped it would
lose the author's quotes, line ends or indentation. The result is read again before anybody gets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from callboard.errors import ConfigError

Value = str | bool

# A new key stands below the old one that says the same.
_BELOW: Final = {
    "event_name": "event",
    "event_start": "date",
    "event_end": "date_end",
    "event_all_day": "all_day",
    "date_end": "date",
    "all_day": "date_end",
}
_DATES: Final = frozenset({"date", "date_end", "event_start", "event_end"})
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_HEAD: Final = re.compile(r"(\ufeff?---[ \t]*\r?\n)(.*?)^(---[ \t]*\r?$)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Changes:
    """Keys of the top level and their values: some that must stand there, some only where there is none yet."""

    always: Mapping[str, Value]
    if_missing: Mapping[str, Value]


def merge(page: bytes, changes: Changes, zone: tzinfo, name: str) -> bytes:
    """The page with these values. What says the same already, as a time of that zone for one, is left as it is.

    Raises ConfigError, which calls the page by its name, when it cannot be changed without harm.
    """
    try:
        text = page.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8; save it in that encoding") from error
    found = _HEAD.match(text)
    if found is None:
        raise ConfigError(f"{name} has no front matter in YAML; begin it with lines between --- and ---")
    head, newline = found[2], "\r\n" if "\r\n" in found[1] else "\n"
    merged = _Head(head, newline, zone, name).merged(changes)
    return (text[: found.start(2)] + merged + text[found.end(2) :]).encode()


@dataclass(frozen=True)
class _Head:
    """The lines between the fences."""

    text: str
    newline: str
    zone: tzinfo
    name: str

    def merged(self, changes: Changes) -> str:
        nodes = self._nodes(self.text)
        wanted = {k: v for k, v in changes.always.items() if not self._says(k, v, nodes.get(k))}
        wanted |= {k: v for k, v in changes.if_missing.items() if not _is_there(nodes.get(k))}
        edits: list[tuple[int, int, int, str]] = []
        for order, (key, value) in enumerate(wanted.items()):
            edits.append((*self._place(key, nodes, order), self._words(key, value, nodes)))
        result = self.text
        # From the end, so that what stands before keeps its place.
        for begin, end, _, words in sorted(edits, reverse=True):
            result = result[:begin] + words + result[end:]
        self._check(result, nodes, wanted)
        return result

    def _nodes(self, text: str) -> dict[str, tuple[Node, Node]]:
        """The keys of the top level, each with its node and its value's."""
        try:
            root = YAML().compose(text)
        except (YAMLError, RecursionError) as error:
            raise ConfigError(
                f"{self.name}: the front matter is not YAML ({str(error).splitlines()[0]}); "
                "put a value that holds a colon between quotes"
            ) from error
        if root is None:
            return {}
        if not isinstance(root, MappingNode) or root.flow_style:
            raise ConfigError(f"{self.name}: the front matter is no list of keys; write each as `key: value`")
        return {str(key.value): (key, value) for key, value in root.value if isinstance(key, ScalarNode)}

    def _says(self, key: str, value: Value, nodes: tuple[Node, Node] | None) -> bool:
        """Whether the value stands there, however it is written; or is of a kind that is not ours to change."""
        if nodes is None:
            return False
        if not isinstance(nodes[1], ScalarNode):
            return True
        there = str(nodes[1].value).strip()
        if isinstance(value, bool):
            return there.lower() in (_TRUE if value else _FALSE)
        return self._moment(there) == self._moment(value) if key in _DATES else there == value

    def _moment(self, text: str) -> datetime | str:
        """The time it names; a day without one is another thing than its midnight."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        if len(text) <= len("2027-04-01"):
            return text
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _place(self, key: str, nodes: Mapping[str, tuple[Node, Node]], order: int) -> tuple[int, int, int]:
        """From where to where it is written; and its place among those that begin there, the last first."""
        if key in nodes:
            name, value = nodes[key]
            if _is_written(value):
                return value.start_mark.index, value.end_mark.index, order
            after = self.text.find(":", name.end_mark.index) + 1
            # The two quotes of an empty text go, too.
            return after, value.end_mark.index if _is_quoted(value) else after, order
        below = next((nodes[one] for one in _older(key) if one in nodes), None)
        end = self._line_end(below) if below else len(self.text)
        return end, end, order

    def _line_end(self, nodes: tuple[Node, Node]) -> int:
        """Where the line after a key and its value begins."""
        last: int = nodes[1 if _is_there(nodes) else 0].end_mark.index
        if self.text[last - 1] == "\n":
            return last
        found = self.text.find("\n", last)
        return found + 1 if found >= 0 else len(self.text)

    def _words(self, key: str, value: Value, nodes: Mapping[str, tuple[Node, Node]]) -> str:
        written = json.dumps(value, ensure_ascii=False)
        if key not in nodes:
            return f"{key}: {written}{self.newline}"
        return written if _is_written(nodes[key][1]) else f" {written}"

    def _check(
        self, result: str, before: Mapping[str, tuple[Node, Node]], wanted: Mapping[str, Value]
    ) -> None:
        """That it reads as it should: an alias or a tag may have tied two values together."""
        harm = ConfigError(
            f"{self.name}: the front matter cannot be changed without changing something else; "
            "write it without & and *"
        )
        try:
            after = self._nodes(result)
        except ConfigError:
            raise harm from None
        for key, nodes in after.items():
            if key in wanted:
                right = self._says(key, wanted[key], nodes)
            else:
                right = key in before and _plain(nodes[1]) == _plain(before[key][1])
            if not right:
                raise harm


def _older(key: str) -> list[str]:
    """The keys that a new one may stand below, the best first."""
    found = []
    while key in _BELOW:
        key = _BELOW[key]
        found.append(key)
    return found


def _is_there(nodes: tuple[Node, ...] | None) -> bool:
    """Whether a key has a value that says anything."""
    if nodes is None:
        return False
    value = nodes[-1]
    return not isinstance(value, ScalarNode) or str(value.value) not in ("", "~", "null", "Null", "NULL")


def _is_written(value: Node) -> bool:
    """Whether there is something to write over; an empty value has no place of its own."""
    return not isinstance(value, ScalarNode) or str(value.value) != ""


def _is_quoted(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("'", '"')


def _plain(node: Node) -> object:
    """A node's value without its place."""
    if isinstance(node, ScalarNode):
        return node.tag, node.value
    if isinstance(node, MappingNode):
        return [(_plain(key), _plain(value)) for key, value in node.value]
    return [_plain(one) for one in node.value]
