"""Reads the file into a `Config`, and reports everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from callboard.call import Call
from callboard.config.call_section import CallSection
from callboard.config.health_section import HealthConfig
from callboard.config.oauth_section import OAuthConfig
from callboard.config.problems import describe, unknown_key
from callboard.config.programme_section import ProgrammeConfig
from callboard.config.review_section import ReviewConfig
from callboard.config.section import Section
from callboard.config.sections import (
    Config,
    DigestConfig,
    LettersConfig,
    MailboxConfig,
    PrivacyConfig,
    SmtpConfig,
    WorkerConfig,
    password_variable,
)
from callboard.config.words import quoted
from callboard.errors import ConfigError

DATABASE_VARIABLE = "CALLBOARD_DATABASE"
_LINE_OF_TOML_ERROR = re.compile(r"\s*\(at line (\d+), column \d+\)")
_MODEL = TypeVar("_MODEL", bound=BaseModel)


class TopSection(Section):
    """The keys above the first table."""

    database: str = Field(
        default="sqlite:///var/callboard.db",
        pattern=r"^[a-z0-9+]+://",
        description="Where everything is kept: an SQLAlchemy URL. "
        "Or set the environment variable CALLBOARD_DATABASE, for a URL with a password in it.",
        json_schema_extra={"shape": "an SQLAlchemy URL like sqlite:///var/callboard.db"},
    )
    templates: Path | None = Field(
        default=None,
        description="A folder of your own whose files replace the shipped templates of the same name.",
        examples=["templates"],
    )


#: The tables of the file, in its order.
TABLES: dict[str, type[Section]] = {
    "call": CallSection,
    "mailbox": MailboxConfig,
    "smtp": SmtpConfig,
    "oauth": OAuthConfig,
    "letters": LettersConfig,
    "digest": DigestConfig,
    "review": ReviewConfig,
    "programme": ProgrammeConfig,
    "worker": WorkerConfig,
    "privacy": PrivacyConfig,
    "health": HealthConfig,
}


def load(path: Path, environ: Mapping[str, str], *, allow_blanks: bool = False) -> Config:
    """The configuration in a file, relative paths made absolute.

    With `allow_blanks`, a `[[mailbox]]` or `[smtp]` that nobody has filled in yet is left out rather than
    reported: enough to import, list and show. Raises ConfigError with one line for each problem.
    """
    return from_tables(parse(path), path, path, environ, allow_blanks=allow_blanks)


def from_tables(
    tables: dict[str, Any],
    path: Path,
    shared: Path,
    environ: Mapping[str, str],
    *,
    allow_blanks: bool = False,
    name: str | None = None,
) -> Config:
    """The configuration in these tables, which stand in `path`. Relative paths start where those of `shared` do; a
    call that has a name among others keeps its database in a place of its own."""
    if allow_blanks:
        _drop_blanks(tables)
    reader = _Reader()
    config = reader.config(tables, start_folder(shared), path, environ)
    if config is None or reader.problems:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in reader.problems))
    if name is None:
        return config
    return config.model_copy(update={"name": name, "database": database_of(config.database, name)})


def of_a_mistaken_file(tables: Mapping[str, Any], path: Path, shared: Path, name: str) -> Config:
    """What can be read of a file that has mistakes, as far as other calls could be mixed up with it: its mailboxes,
    and the address that it writes from. It is nothing to work with."""
    reader = _Reader()
    entries = tables.get("mailbox")
    mailboxes = [
        reader._read(MailboxConfig, "mailbox", _keys(entry, "name", "host", "user", "folder"))
        for entry in (entries if isinstance(entries, list) else ())
    ]
    smtp = reader._read(SmtpConfig, "smtp", _keys(tables.get("smtp"), "host", "address"))
    folder = start_folder(shared)
    programme = ProgrammeConfig(folder=Path("public", name), draft_folder=Path("var", "draft", name))
    return Config(
        call=Call(name),
        mailboxes=tuple(mailbox for mailbox in mailboxes if mailbox),
        smtp=smtp,
        programme=_anchored(programme, folder),
        folder=folder,
        file=path,
        name=name,
    )


def _keys(table: object, *names: str) -> dict[str, Any]:
    return {name: table[name] for name in names if name in table} if isinstance(table, dict) else {}


def start_folder(path: Path) -> Path:
    """Where relative paths of the file start: beside `config/`, or beside a file that lies elsewhere."""
    folder = path.absolute().parent
    return folder.parent if folder.name == "config" else folder


def parse(path: Path) -> dict[str, Any]:
    """The tables of a file as they stand there. Raises ConfigError for one that is not there, or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as problem:
        raise ConfigError(f"{path} does not exist; write it with: callboard init PAGE") from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{path}: this is not UTF-8 text; save the file as UTF-8") from problem
    except OSError as problem:
        raise ConfigError(
            f"{path}: cannot be read ({problem.strerror}); check the path and its rights"
        ) from problem
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(_syntax(path, str(problem))) from problem


def _syntax(path: Path, message: str) -> str:
    match = _LINE_OF_TOML_ERROR.search(message)
    line = f", line {match[1]}" if match else ""
    reason = _LINE_OF_TOML_ERROR.sub("", message)
    return f"{path}{line}: this is not TOML ({reason}); text stands between quotes, one key on each line"


def _drop_blanks(tables: dict[str, Any]) -> None:
    mailboxes = tables.get("mailbox")
    if isinstance(mailboxes, list):
        tables["mailbox"] = [m for m in mailboxes if not _blank(MailboxConfig, m)]
    if _blank(SmtpConfig, tables.get("smtp")):
        del tables["smtp"]


def _blank(model: type[Section], table: object) -> bool:
    required = [name for name, field in model.model_fields.items() if field.is_required() and name != "name"]
    return isinstance(table, dict) and all(table.get(name, "") == "" for name in required)


class _Reader:
    """Collects the problems of all tables, so that a person mends the file once."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def config(
        self, tables: dict[str, Any], folder: Path, path: Path, environ: Mapping[str, str]
    ) -> Config | None:
        top = self._read(TopSection, "", self._above_the_tables(tables))
        call = self._read(CallSection, "call", tables.get("call", {}))
        mailboxes = self._tables(MailboxConfig, "mailbox", tables)
        apps = self._tables(OAuthConfig, "oauth", tables)
        smtp = self._read(SmtpConfig, "smtp", tables["smtp"]) if "smtp" in tables else None
        others = {
            name: self._read(TABLES[name], name, tables.get(name, {}))
            for name in ("letters", "digest", "review", "programme", "worker", "privacy", "health")
        }
        url = environ.get(DATABASE_VARIABLE, "")
        if url and "://" not in url:
            # Not shown: it may hold a password.
            self.problems.append(f"{DATABASE_VARIABLE} in the environment must be an SQLAlchemy URL")
        if self.problems or top is None or call is None:
            return None
        config = Config.model_validate(
            {
                "call": call.to_call(),
                "mailboxes": tuple(_anchored(m, folder) for m in mailboxes),
                "smtp": smtp and _anchored(smtp, folder),
                "oauth": tuple(_anchored(app, folder) for app in apps),
                **{name: section and _anchored(section, folder) for name, section in others.items()},
                "database": _database(url or top.database, folder),
                "templates": _anchored(top, folder).templates,
                "folder": folder,
                "file": path,
            }
        )
        self._look_for_files(config)
        self._look_for_apps(config)
        self._look_for_engine(config)
        self._look_for_chair(config)
        self._look_for_days(config)
        self._look_at_times(config)
        return config

    def _read(self, model: type[_MODEL], where: str, table: object) -> _MODEL | None:
        if not isinstance(table, dict):
            self.problems.append(f"{where} must be written [{where}], with one pair of brackets")
            return None
        try:
            return model.model_validate(table)
        except ValidationError as problem:
            self.problems += describe(model, where, problem.errors(include_url=False))
            return None

    def _above_the_tables(self, tables: dict[str, Any]) -> dict[str, Any]:
        known = [*TopSection.model_fields, *TABLES]
        unknown = [name for name in tables if name not in known]
        self.problems += [f"{name} {unknown_key(name, known)}" for name in unknown]
        return {name: value for name, value in tables.items() if name in TopSection.model_fields}

    def _tables(self, model: type[_MODEL], name: str, tables: dict[str, Any]) -> list[_MODEL]:
        """Those that are written `[[name]]`, each with a name of its own."""
        entries = tables.get(name, [])
        if not (isinstance(entries, list) and all(isinstance(e, dict) for e in entries)):
            self.problems.append(f"{name} must be written [[{name}]], with two pairs of brackets")
            return []
        self._same_names(name, [entry.get("name") for entry in entries])
        if model is MailboxConfig:
            self._one_sent_folder(entries)
        read = [self._read(model, f"{name}[{n}]", entry) for n, entry in enumerate(entries)]
        return [section for section in read if section]

    def _same_names(self, table: str, names: list[object]) -> None:
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            # Two names that differ only in case or punctuation would share one password variable.
            earlier = first.setdefault(password_variable(name), number) if isinstance(name, str) else number
            if earlier != number:
                self.problems.append(
                    f"{table}[{number}].name {quoted(name)} is too near to that of {table}[{earlier}]; "
                    "give each its own"
                )

    def _one_sent_folder(self, entries: list[dict[str, Any]]) -> None:
        holders = [number for number, entry in enumerate(entries) if entry.get("sent_folder")]
        self.problems += [
            f"mailbox[{number}].sent_folder: mailbox[{holders[0]}] has one; set it for the account that sends, "
            "and only there"
            for number in holders[1:]
        ]

    def _look_for_engine(self, config: Config) -> None:
        if config.worker.engine == "procrastinate" and not config.database.startswith("postgresql"):
            self.problems.append(
                'worker.engine: "procrastinate" keeps its tasks in PostgreSQL; set database to postgresql://user@host/name'
            )

    def _look_for_chair(self, config: Config) -> None:
        chair = config.review.chair
        if config.review.rule == "chair" and chair and not config.call.is_organiser(chair):
            self.problems.append(
                f"review.chair: {quoted(chair)} is the address of no [[call.organiser]]; name one of them"
            )

    def _look_for_apps(self, config: Config) -> None:
        holders: dict[str, MailboxConfig | SmtpConfig]
        holders = {f"mailbox[{n}]": mailbox for n, mailbox in enumerate(config.mailboxes)}
        if config.smtp:
            holders["smtp"] = config.smtp
        for where, settings in holders.items():
            if settings.auth != "oauth":
                continue
            if not config.oauth:
                self.problems.append(
                    f"{where}.auth: there is no [[oauth]] to log in with; add one or use a password"
                )
            elif config.oauth_account(settings) is None:
                self.problems.append(
                    f"{where}.oauth: no [[oauth]] is called {quoted(settings.oauth)}; name one"
                )
            elif settings.oauth is None and len(config.oauth) > 1:
                self.problems.append(f"{where}.oauth is missing; name one of the [[oauth]] tables")
            if settings.user is None:
                self.problems.append(f"{where}.user is missing; give the login name")

    def _look_for_days(self, config: Config) -> None:
        known = config.call.days
        self.problems += [
            f"programme.hours: {day} is no day of the event ({known[0]} to {known[-1]}); correct the day"
            for day in config.programme.own_hours
            if known and day not in known
        ]

    def _look_at_times(self, config: Config) -> None:
        # It knows the configuration, so the configuration cannot know it from the start.
        from callboard.programme.misplaced import misplaced

        self.problems += misplaced(config.call, config.programme)

    def _look_for_files(self, config: Config) -> None:
        if config.templates and not config.templates.is_dir():
            self.problems.append(
                f"templates: the folder {config.templates} does not exist; make it or take the key out"
            )
        if config.programme.css and not config.programme.css.is_file():
            self.problems.append(
                f"programme.css: the file {config.programme.css} does not exist; write it or take the key out"
            )
        holders = [(f"mailbox[{n}]", m.ca_file) for n, m in enumerate(config.mailboxes)]
        holders.append(("smtp", config.smtp.ca_file if config.smtp else None))
        self.problems += [
            f"{where}.ca_file: the file {file} does not exist; put the certificates there"
            for where, file in holders
            if file and not file.is_file()
        ]


def _anchored(section: _MODEL, folder: Path) -> _MODEL:
    paths = {
        name: folder / value.expanduser()
        for name in type(section).model_fields
        if isinstance(value := getattr(section, name), Path)
    }
    return section.model_copy(update=paths)


def database_of(url: str, name: str) -> str:
    """Where the call of that name is kept. SQLite has no schemas: there it is a file beside the configured one."""
    if not url.startswith("sqlite"):
        return url
    place, mark, query = url.partition("?")
    head, slash, file = place.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    return f"{head}{slash}{stem or suffix}-{name}{dot if stem else ''}{suffix if stem else ''}{mark}{query}"


def _database(url: str, folder: Path) -> str:
    scheme, _, rest = url.partition(":///")
    # SQLAlchemy: three slashes are a relative path, four an absolute one.
    relative = scheme.startswith("sqlite") and rest and not rest.startswith(("/", ":memory:", "file:"))
    return f"{scheme}:///{folder / rest}" if relative else url
