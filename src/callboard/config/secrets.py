"""Secrets: from the environment, a file of their own, a command or the service manager; never in the configuration."""

from __future__ import annotations

import logging
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from callboard.config import commands
from callboard.config.oauth_section import OAuthConfig
from callboard.config.sections import Config, MailboxConfig, SmtpConfig
from callboard.errors import ConfigError

log = logging.getLogger(__name__)

SMTP_VARIABLE = "CALLBOARD_SMTP_PASSWORD"


@dataclass(frozen=True)
class Places:
    """Where one secret may be, in the order in which it is looked for."""

    where: str  # of whom it is
    key: str  # "password": the keys are password_file and password_command
    variable: str
    file: Path | None
    command: Sequence[str] | None
    credential: str

    @property
    def what(self) -> str:
        return self.key.replace("_", " ")


def of_mailbox(mailbox: MailboxConfig) -> Places:
    """Where the password of a mailbox may be."""
    return Places(
        f'mailbox "{mailbox.name}"',
        "password",
        mailbox.password_variable,
        mailbox.password_file,
        mailbox.password_command,
        mailbox.name,
    )


def of_smtp(smtp: SmtpConfig) -> Places:
    """Where the password for sending may be."""
    return Places("smtp", "password", SMTP_VARIABLE, smtp.password_file, smtp.password_command, "smtp")


def of_app(app: OAuthConfig) -> Places:
    """Where an app's secret may be."""
    return Places(
        f'oauth "{app.name}"',
        "client_secret",
        app.secret_variable,
        app.client_secret_file,
        app.client_secret_command,
        f"oauth-{app.name}",
    )


def mailbox_password(mailbox: MailboxConfig, environ: Mapping[str, str]) -> str:
    """The password of a mailbox; ConfigError naming every way to give it when there is none."""
    return _required(of_mailbox(mailbox), environ)


def smtp_password(smtp: SmtpConfig, environ: Mapping[str, str]) -> str | None:
    """The password for sending; None without a login name, ConfigError when it cannot be found."""
    return None if smtp.user is None else _required(of_smtp(smtp), environ)


def client_secret(app: OAuthConfig, environ: Mapping[str, str]) -> str | None:
    """The app's secret; None where it has none, ConfigError where nothing goes without."""
    return _required(of_app(app), environ) if app.app_only else _find(of_app(app), environ)


def loose_password_files(config: Config) -> tuple[str, ...]:
    """A sentence for each file with a secret that everybody on this machine can read."""
    files = [m.password_file for m in config.mailboxes] + [config.smtp.password_file if config.smtp else None]
    files += [app.client_secret_file for app in config.oauth]
    holders: list[MailboxConfig | SmtpConfig] = [*config.mailboxes]
    holders += [config.smtp] if config.smtp else []
    # A set: several may share one account.
    accounts = [account for holder in holders if (account := config.oauth_account(holder))]
    files += sorted({file for account in accounts for file in (account.file, account.older_file)})
    return tuple(_loose(path) for path in files if path and _open_to_all(path))


def origin(places: Places, environ: Mapping[str, str]) -> str:
    """Where a secret comes from; "missing" where it is nowhere. No secret is read."""
    if environ.get(places.variable):
        return f"environment {places.variable}"
    if places.file is not None:
        return f"secret file {places.file}"
    if places.command is not None:
        return f"command {places.command[0] if places.command else ''}"
    return f"service credential {places.credential}" if _credential(places, environ) else "missing"


def _required(places: Places, environ: Mapping[str, str]) -> str:
    found = _find(places, environ)
    if found is None:
        raise ConfigError(
            f"{places.where}: the {places.what} is missing; set {places.variable}, or name a file that holds it with "
            f"{places.key}_file, or a program that prints it with {places.key}_command, "
            f'or give the service a credential called "{places.credential}"'
        )
    return found


def _find(places: Places, environ: Mapping[str, str]) -> str | None:
    if value := environ.get(places.variable):
        return value
    if places.file is not None:
        if _open_to_all(places.file):
            log.warning("%s", _loose(places.file))
        return _read(places, places.file)
    if places.command is not None:
        return _ask(places, places.command, environ)
    candidate = _credential(places, environ)
    return None if candidate is None else _read(places, candidate)


def _credential(places: Places, environ: Mapping[str, str]) -> Path | None:
    # systemd.exec(5), LoadCredential=: a folder only this service can read.
    folder = environ.get("CREDENTIALS_DIRECTORY")
    candidate = Path(folder) / places.credential if folder else None
    try:
        return candidate if candidate is not None and candidate.is_file() else None
    except OSError as problem:
        raise ConfigError(
            f"{places.where}: {candidate} cannot be read ({problem.strerror}); give Callboard the right to read it"
        ) from problem


def _ask(places: Places, command: Sequence[str], environ: Mapping[str, str]) -> str:
    where = f"{places.where}: {places.key}_command"
    # Password managers print notes below the password.
    first = commands.run(where, command, environ).partition("\n")[0].removesuffix("\r")
    if not first:
        raise ConfigError(f"{where}: {command[0]} printed nothing in its first line; call it by hand")
    return first


def _read(places: Places, file: Path) -> str:
    where, what = f"{places.where}: {places.key}_file {file}", places.what
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as problem:
        raise ConfigError(f"{where} does not exist; write the {what} into it and chmod 600 it") from problem
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8 text"
        raise ConfigError(
            f"{where} cannot be read ({reason}); give Callboard the right to read it"
        ) from problem
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise ConfigError(f"{where} is empty; write the {what} into it")
    return secret


def _open_to_all(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _loose(file: Path) -> str:
    return f"everybody on this machine can read {file}; chmod 600 {file}"
