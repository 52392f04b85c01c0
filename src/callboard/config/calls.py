"""Many calls in one installation: what they share stands in `callboard.toml`, each call in `calls/NAME.toml` beside it.

Tables are merged key by key, the call's own value first. What would mix two calls is refused here, before anything is
opened: the calls concerned do not run, the others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callboard.config.load import TABLES, from_tables, load, of_a_mistaken_file, parse
from callboard.config.secrets import SMTP_VARIABLE
from callboard.config.sections import Config
from callboard.config.separation import clashes, other_addresses
from callboard.config.words import nearest, quoted
from callboard.errors import ConfigError

# A PostgreSQL schema, part of a file's name and of a Message-ID: what all of them take.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
OF_A_CALL = ("call", "mailbox")  # tables that cannot be shared
OWN_KEYS = {"programme": ("hugo_page", "pins", "hours"), "smtp": ("address",)}  # keys that cannot
MOST = 3  # sentences about one call that is mixed up with many
OF_THE_INSTALLATION = ("database", "worker")


@dataclass(frozen=True)
class Calls:
    """The calls of an installation: those that can run, and what is wrong with the others. A lone call's name is
    None."""

    file: Path
    found: Mapping[str | None, Config]
    problems: Mapping[str, ConfigError] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether calls have names here."""
        return None not in self.found

    @property
    def names(self) -> list[str]:
        """Of all calls, those in trouble too."""
        return sorted({name for name in self.found if name is not None} | set(self.problems))

    def one(self, name: str | None) -> Config:
        """The call of that name, or the only one there is. Raises ConfigError, which names those that there are."""
        if name is None and self.several:
            raise ConfigError(
                f"there are several calls ({', '.join(self.names)}); say which: callboard --call NAME ..."
            )
        if name is not None and name in self.problems:
            raise self.problems[name]
        if name not in self.found:
            raise ConfigError(f"there is no call {quoted(name)}; {self._known(name or '')}")
        return self.found[name]

    def only(self, name: str | None) -> Calls:
        """All, or the one of that name."""
        return self if name is None else Calls(self.file, {name: self.one(name)})

    def _known(self, name: str) -> str:
        if not self.several:
            return f"{self.file} is about one call, and there is no file in {folder_of(self.file)}"
        near = nearest(name, self.names)
        return f"did you mean {near}?" if near else f"there are {', '.join(self.names)}"


def folder_of(path: Path) -> Path:
    """Where the files of the calls lie."""
    return path.parent / "calls"


def file_of(path: Path, name: str) -> Path:
    """The file of the call of that name. Raises ConfigError for what cannot be one."""
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{quoted(name)} cannot name a call; take up to 40 small letters, digits and dashes"
        )
    return folder_of(path) / f"{name}.toml"


def load_calls(path: Path, environ: Mapping[str, str], *, allow_blanks: bool = False) -> Calls:
    """Every call of the installation. A lone file is one call without a name, as ever.

    Raises ConfigError where the shared file is wrong; what is wrong with one call is among its problems.
    """
    files = sorted(folder_of(path).glob("*.toml"))
    if not files:
        return Calls(path, {None: load(path, environ, allow_blanks=allow_blanks)})
    shared = parse(path)
    if wrong := [f"{path}: {problem}" for problem in _not_shared(shared, folder_of(path))]:
        raise ConfigError("\n".join(wrong))
    found: dict[str | None, Config] = {}
    problems: dict[str, ConfigError] = {}
    mistaken: dict[str, Config] = {}
    for file in files:
        try:
            found[file.stem] = _load_one(file, path, shared, environ, allow_blanks=allow_blanks)
        except ConfigError as problem:
            problems[file.stem] = problem
            # One that is about to be mended is no other's either.
            with suppress(ConfigError):
                tables = merged(parse(file), shared, file.stem)
                mistaken[file.stem] = of_a_mistaken_file(tables, file, path, file.stem)
    named = {str(name): config for name, config in found.items()}
    refused = {name: ConfigError(f"{named[name].file}: {s}") for name, s in other_addresses(named).items()}
    refused |= mixed(named, mistaken, environ)
    for name in refused:
        del found[name]
    problems |= refused
    return Calls(path, found, problems)


def mixed(
    calls: Mapping[str, Config], others: Mapping[str, Config], environ: Mapping[str, str]
) -> dict[str, ConfigError]:
    """Which of these calls may not run, beside each other and beside `others`, and why."""
    together = {**others, **calls}
    return {
        name: ConfigError("\n".join(f"{calls[name].file}: {s}" for s in sentences[:MOST]))
        for name, sentences in clashes(together, SMTP_VARIABLE in environ).items()
        if name in calls
    }


def merged(own: Mapping[str, Any], shared: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The tables of a call: its own keys, then the shared ones. Folders that are not its own words end in its name."""
    tables = dict(shared) | dict(own)
    for table in TABLES:
        mine, ours = own.get(table), shared.get(table)
        if isinstance(mine, dict) and isinstance(ours, dict):
            tables[table] = {**ours, **{k: v for k, v in mine.items() if not _blank(table, k, v, ours)}}
    programme, mine = tables.get("programme", {}), own.get("programme", {})
    if isinstance(programme, dict) and isinstance(mine, dict):
        tables["programme"] = {**programme, **_apart(programme, mine, name)}
    return tables


def _blank(table: str, key: str, value: object, shared: Mapping[str, Any]) -> bool:
    """A line that `callboard init` left to be filled in, and that the shared file fills in."""
    known = TABLES[table].model_fields.get(key)
    return value == "" and known is not None and known.is_required() and key in shared


def _apart(programme: Mapping[str, Any], own: Mapping[str, Any], name: str) -> dict[str, str]:
    """The programme's places, apart from those of other calls."""
    places = {"folder": "public", "draft_folder": "var/draft", "url": None}
    apart = {}
    for key, default in places.items():
        place = programme.get(key, default)
        if key not in own and isinstance(place, str):
            apart[key] = f"{place.rstrip('/')}/{name}" + ("/" if key == "url" else "")
    return apart


def _load_one(
    file: Path, path: Path, shared: Mapping[str, Any], environ: Mapping[str, str], *, allow_blanks: bool
) -> Config:
    file_of(path, file.stem)
    own = parse(file)
    foreign = [key for key in OF_THE_INSTALLATION if own.get(key)]
    if foreign:
        raise ConfigError(
            "\n".join(f"{file}: {key} is the installation's; write it into {path}" for key in foreign)
        )
    tables = merged(own, shared, file.stem)
    return from_tables(tables, file, path, environ, allow_blanks=allow_blanks, name=file.stem)


def _not_shared(shared: Mapping[str, Any], folder: Path) -> Iterator[str]:
    for table in OF_A_CALL:
        if table in shared:
            yield f"[{table}] belongs to one call, and {folder} holds several; write it into that call's file there"
    for table, keys in OWN_KEYS.items():
        given = shared.get(table)
        for key in keys:
            if isinstance(given, dict) and key in given:
                yield f"{table}.{key} belongs to one call; write it into that call's file in {folder}"
