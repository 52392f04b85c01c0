"""Programs that know a secret: called without a shell, for a limited time, and what they complain of is never shown."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

from callboard.errors import ConfigError

SECONDS = 30.0


def run(
    where: str,
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    given: str | None = None,
    seconds: float = SECONDS,
) -> str:
    """What the program prints; `given` is what it reads. Raises ConfigError beginning with `where`.

    Secrets of our own are kept from it, and `given` never is an argument: everybody may see those.
    """
    if not command:
        raise ConfigError(f"{where} is an empty list; name the program and its arguments")
    try:
        process = subprocess.Popen(  # noqa: S603 (the operator's own program, without a shell)
            list(command),
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in environ.items() if not name.startswith("CALLBOARD_")},
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigError(
            f"{where}: {command[0]} cannot be started ({error.strerror}); correct it"
        ) from error
    with process:
        try:
            printed, _ = process.communicate(None if given is None else given.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            # With whatever it has started itself, which would keep our end of the pipe open.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise ConfigError(
                f"{where}: {command[0]} did not end within {seconds:g} s; call it by hand"
            ) from None
    if process.returncode != 0:
        raise ConfigError(f"{where}: {command[0]} failed (exit code {process.returncode}); call it by hand")
    try:
        return printed.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{where}: {command[0]} did not print UTF-8 text; call it by hand") from None
