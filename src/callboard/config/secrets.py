"""Passwords: from the environment, a file of their own or the service manager; never in the configuration."""

from __future__ import annotations

import logging
import stat
from collections.abc import Mapping
from pathlib import Path

from callboard.config.sections import Config, MailboxConfig, SmtpConfig
from callboard.errors import ConfigError

log = logging.getLogger(__name__)

SMTP_VARIABLE = "CALLBOARD_SMTP_PASSWORD"


def mailbox_password(mailbox: MailboxConfig, environ: Mapping[str, str]) -> str:
    """The password of a mailbox; ConfigError naming every way to give it when there is none."""
    where = f'mailbox "{mailbox.name}"'
    return _password(where, mailbox.password_variable, mailbox.password_file, mailbox.name, environ)


def smtp_password(smtp: SmtpConfig, environ: Mapping[str, str]) -> str | None:
    """The password for sending; None without a login name, ConfigError when it cannot be found."""
    if smtp.user is None:
        return None
    return _password("smtp", SMTP_VARIABLE, smtp.password_file, "smtp", environ)


def loose_password_files(config: Config) -> tuple[str, ...]:
    """A sentence for each password file that everybody on this machine can read."""
    files = [m.password_file for m in config.mailboxes] + [config.smtp.password_file if config.smtp else None]
    return tuple(_loose(path) for path in files if path and _open_to_all(path))


def _password(where: str, variable: str, file: Path | None, name: str, environ: Mapping[str, str]) -> str:
    if value := environ.get(variable):
        return value
    if file is not None:
        if _open_to_all(file):
            log.warning("%s", _loose(file))
        return _read(where, file)
    # systemd.exec(5), LoadCredential=: a folder only this service can read.
    if credentials := environ.get("CREDENTIALS_DIRECTORY"):
        candidate = Path(credentials) / name
        if candidate.is_file():
            return _read(where, candidate)
    raise ConfigError(
        f"{where}: the password is missing; set {variable}, or name a file that holds it with password_file, "
        f'or give the service a credential called "{name}"'
    )


def _read(where: str, file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as problem:
        raise ConfigError(
            f"{where}: password_file {file} does not exist; write the password into it and chmod 600 it"
        ) from problem
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8 text"
        raise ConfigError(
            f"{where}: password_file {file} cannot be read ({reason}); give Callboard the right to read it"
        ) from problem
    password = text.removesuffix("\n").removesuffix("\r")
    if not password:
        raise ConfigError(f"{where}: password_file {file} is empty; write the password into it")
    return password


def _open_to_all(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _loose(file: Path) -> str:
    return f"everybody on this machine can read {file}; chmod 600 {file}"
