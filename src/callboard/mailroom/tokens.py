"""The kept tokens of an account: in a file of their own or with a program, refreshed before they expire.

Two processes, or the listener and the pass, may want one at the same time: only who holds the lock asks the server,
and the other one finds what came.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from callboard.config import OAuthAccount, client_secret, commands
from callboard.errors import ConfigError, LoginNeeded, NoAccess, ServerTrouble
from callboard.mailroom import oauth
from callboard.mailroom.oauth import Client, Tokens

AHEAD = timedelta(minutes=5)  # before a token expires it is refreshed
LAST = timedelta(seconds=60)  # for so long an old one is good while the server is away
LOCK_SECONDS = 60.0  # longer than a refresh may take


@dataclass(frozen=True, repr=False)
class Kept:
    """Tokens, and why they are of no use any more, if so."""

    tokens: Tokens
    refused: str | None = None


def access_token(account: OAuthAccount, environ: Mapping[str, str], clock: Callable[[], datetime]) -> str:
    """One that is good for some minutes. Raises LoginNeeded, NoAccess or ConfigError."""
    kept = _known(account, environ)
    if kept is not None and _good(kept, clock() + AHEAD):
        return kept.tokens.access_token
    with _locked(account):
        kept = _known(account, environ)
        if kept is not None and _good(kept, clock() + AHEAD):
            return kept.tokens.access_token
        if account.app.app_only or kept is None:
            return _for_the_app(account, kept, environ, clock)
        return _refreshed(account, kept, environ, clock)


def _known(account: OAuthAccount, environ: Mapping[str, str]) -> Kept | None:
    """What is kept; None where there is nothing, and nobody needs to log in."""
    try:
        return find(account, environ)
    except LoginNeeded:
        if not account.app.app_only:
            raise
        return None


def find(account: OAuthAccount, environ: Mapping[str, str]) -> Kept:
    """What is kept. Raises LoginNeeded when there is nothing."""
    try:
        text = _load(account, account.key, environ)
    except ConfigError:
        # A program may fail for a key that it has never stored.
        if account.app.tokens_command is None or (older := _older(account, environ)) is None:
            raise
        return older
    if text.strip():
        kept, whose = _read(account, text)
        if whose.lower() != account.account.lower():
            # Nobody logs in as somebody else.
            raise LoginNeeded(
                f"the tokens kept as {account.key} are not those of {account.account}: "
                f"callboard login {account.name}"
            )
        return kept
    if (older := _older(account, environ)) is not None:
        return older
    raise LoginNeeded(f"nobody has logged in as {account.account} yet: callboard login {account.name}")


def _older(account: OAuthAccount, environ: Mapping[str, str]) -> Kept | None:
    """What was kept under the name that two accounts could have both, if it is this account's."""
    if account.older_key == account.key:
        return None
    text = _load(account, account.older_key, environ)
    if not text.strip():
        return None
    kept, whose = _read(account, text)
    return kept if whose.lower() == account.account.lower() else None


def _read(account: OAuthAccount, text: str) -> tuple[Kept, str]:
    """What was kept, and whose it is."""
    try:
        found = json.loads(text)
        tokens = Tokens(
            str(found["access_token"]),
            datetime.fromisoformat(found["expires_at"]),
            found["refresh_token"],
            found["scope"],
        )
        if tokens.expires_at.tzinfo is None:
            raise ValueError("no zone")
        return Kept(tokens, found["refused"]), str(found["account"])
    except (ValueError, TypeError, KeyError):
        # Not the error's own words, which quote what was read.
        raise LoginNeeded(
            f"the kept tokens of {account.account} cannot be read: callboard login {account.name}"
        ) from None


def keep(account: OAuthAccount, kept: Kept, environ: Mapping[str, str]) -> None:
    """Store them, whole or not at all."""
    tokens = kept.tokens
    text = json.dumps(
        {
            "account": account.account,
            "access_token": tokens.access_token,
            "expires_at": tokens.expires_at.astimezone(UTC).isoformat(),
            "refresh_token": tokens.refresh_token,
            "scope": tokens.scope,
            "refused": kept.refused,
        }
    )
    command = account.app.tokens_command
    if command is not None:
        commands.run(_where(account), (*command, "store", account.key), environ, given=text)
        return
    try:
        _make_folder(account)
        _write(account, text)
        with suppress(LoginNeeded):
            if _older(account, environ) is not None:
                account.older_file.unlink()
    except OSError as error:
        raise ConfigError(
            f"{account.file}: cannot be written ({error.strerror}); give the folder to this user"
        ) from error


def keep_new(account: OAuthAccount, tokens: Tokens, environ: Mapping[str, str]) -> None:
    """After a login."""
    with _locked(account):
        keep(account, Kept(tokens), environ)


def distrust(account: OAuthAccount, access_token: str, environ: Mapping[str, str]) -> None:
    """A mail server did not take this one, whatever its time: the next who asks gets another."""
    with _locked(account):
        kept = find(account, environ)
        if kept.tokens.access_token == access_token and kept.refused is None:
            past = datetime.fromtimestamp(0, UTC)
            keep(account, replace(kept, tokens=replace(kept.tokens, expires_at=past)), environ)


def client_of(account: OAuthAccount, environ: Mapping[str, str]) -> Client:
    """The app as its server knows it."""
    return Client(account.app, client_secret(account.app, environ), account.name)


def _good(kept: Kept, until: datetime) -> bool:
    return kept.refused is None and kept.tokens.expires_at > until


def _refreshed(
    account: OAuthAccount, kept: Kept, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> str:
    if kept.refused is not None:
        # The server said so once and for all; asking it again at every pass would change nothing.
        raise LoginNeeded(kept.refused)
    old = kept.tokens
    if old.refresh_token is None:
        raise LoginNeeded(
            f"the token of {account.account} has expired and cannot be refreshed: callboard login {account.name}"
        )
    try:
        fresh = oauth.refresh(client_of(account, environ), old.refresh_token, clock)
    except LoginNeeded as error:
        keep(account, replace(kept, refused=str(error)), environ)
        raise
    except NoAccess:
        if _good(kept, clock() + LAST):
            return old.access_token
        raise
    keep(account, Kept(replace(fresh, scope=fresh.scope or old.scope)), environ)
    return fresh.access_token


def _for_the_app(
    account: OAuthAccount, kept: Kept | None, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> str:
    """One that the app gets by its own secret, again each time."""
    try:
        fresh = oauth.by_secret(client_of(account, environ), clock)
    except NoAccess:
        if kept is not None and _good(kept, clock() + LAST):
            return kept.tokens.access_token
        raise
    keep(account, Kept(fresh), environ)
    return fresh.access_token


def _where(account: OAuthAccount) -> str:
    return f'oauth "{account.app.name}": tokens_command'


def _load(account: OAuthAccount, key: str, environ: Mapping[str, str]) -> str:
    command = account.app.tokens_command
    if command is not None:
        return commands.run(_where(account), (*command, "get", key), environ)
    file = account.file_of(key)
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{file}: cannot be read ({reason}); give Callboard the right to read it") from None


def _make_folder(account: OAuthAccount) -> None:
    account.folder.parent.mkdir(parents=True, exist_ok=True)
    account.folder.mkdir(mode=0o700, exist_ok=True)


def _write(account: OAuthAccount, text: str) -> None:
    # mkstemp makes files of mode 0600.
    number, name = tempfile.mkstemp(dir=account.folder, prefix=".tokens-")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(account.file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def _locked(account: OAuthAccount, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """One at a time, in all processes of this machine; the lock ends with the process that holds it."""
    try:
        _make_folder(account)
        number = os.open(account.folder / f"{account.key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{account.folder}: cannot be written ({error.strerror}); give the folder to this user"
        ) from error
    try:
        until = time.monotonic() + seconds
        while not _taken(number):
            if time.monotonic() > until:
                raise NoAccess(
                    f"another Callboard is busy with the tokens of {account.account}", ServerTrouble.TIMEOUT
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(number)


def _taken(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
