"""Where each value of the configuration comes from, secrets starred; and the file's JSON schema, for editors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from callboard.config.calls import file_of, load_calls, merged
from callboard.config.load import DATABASE_VARIABLE, TABLES, TopSection, parse
from callboard.config.problems import nested
from callboard.config.secrets import Places, of_app, of_mailbox, of_smtp, origin
from callboard.config.section import Section
from callboard.config.sections import Config

STARS = "********"
SEVERAL = frozenset({"mailbox", "oauth"})
SECRET = frozenset({("health", "webhook")})


@dataclass(frozen=True)
class Origin:
    """One value, and whether it is the default, stands in the file, or comes from elsewhere."""

    key: str
    value: Any
    origin: str


def origins(path: Path, environ: Mapping[str, str], name: str | None = None) -> Iterator[Origin]:
    """Every key with its value; of the call of that name, where there are several. Raises ConfigError for a file that
    `load` does not take."""
    config = load_calls(path, environ, allow_blanks=True).one(name)
    if name is None:
        yield from _origins(config, parse(path), environ)
        return
    own = parse(file_of(path, name))
    for found in _origins(config, merged(own, parse(path), name), environ):
        table, _, key = found.key.rpartition(".")
        mine = own.get(table.partition("[")[0], {}) if table else own
        here = isinstance(mine, list) or "[" in key or key in mine
        yield (
            found
            if here or found.origin != "file"
            else replace(found, origin=f"shared by all calls, in {path}")
        )


def _origins(config: Config, given: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[Origin]:
    for found in _section("", TopSection, given):
        if found.key != "database":
            yield found
        elif environ.get(DATABASE_VARIABLE):
            yield Origin("database", _without_password(config.database), f"environment {DATABASE_VARIABLE}")
        else:
            yield Origin("database", _without_password(str(found.value)), found.origin)
    for name, model in TABLES.items():
        if name in SEVERAL:
            for number, table in enumerate(given.get(name, [])):
                yield from _section(f"{name}[{number}]", model, table)
        elif name in given or name != "smtp":
            yield from _section(name, model, given.get(name, {}))
    for number, mailbox in enumerate(config.mailboxes):
        if mailbox.auth == "password":
            yield _secret(f"mailbox[{number}].password", of_mailbox(mailbox), environ)
    if config.smtp is not None and config.smtp.user is not None and config.smtp.auth == "password":
        yield _secret("smtp.password", of_smtp(config.smtp), environ)
    for number, app in enumerate(config.oauth):
        yield _secret(f"oauth[{number}].client_secret", of_app(app), environ)


def _section(where: str, model: type[Section], given: Mapping[str, Any]) -> Iterator[Origin]:
    for name, field in model.model_fields.items():
        key = f"{where}.{name}" if where else name
        if nested(model, name) is not None:
            for number, table in enumerate(given.get(name, [])):
                yield from (Origin(f"{key}[{number}].{k}", v, "file") for k, v in table.items())
        elif name in given:
            yield Origin(key, STARS if (where, name) in SECRET else given[name], "file")
        elif not field.is_required():
            yield Origin(key, field.default, "default")


def _secret(key: str, places: Places, environ: Mapping[str, str]) -> Origin:
    found = origin(places, environ)
    return Origin(key, None if found == "missing" else STARS, found)


def _without_password(url: str) -> str:
    """The URL, with stars for the password wherever it may stand in one."""
    parsed = make_url(url)
    hidden = {name: STARS for name in parsed.query if "password" in name}
    return parsed.update_query_dict(hidden).render_as_string(hide_password=True)


def schema() -> dict[str, Any]:
    """The JSON schema of the file: every key, its explanation, its default."""
    inner: dict[str, Any] = {}
    whole = _table(TopSection, inner)
    for name, model in TABLES.items():
        table = _table(model, inner)
        whole["properties"][name] = {"type": "array", "items": table} if name in SEVERAL else table
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "config/callboard.toml",
        "$defs": inner,
    }


def _table(model: type[Section], inner: dict[str, Any]) -> dict[str, Any]:
    made = model.model_json_schema()
    inner |= made.pop("$defs", {})
    return {"description": (model.__doc__ or "").strip(), **made}
