"""A folder with a configuration, and the command line in it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from callboard.__main__ import main
from servers import Account, SmtpSink

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["callboard.cli", "houses"])

CALL = """
[call]
title = "Journée rivières"
timezone = "Europe/Paris"
starts = 2027-03-11T09:30:00
ends = 2027-03-11T17:00:00
"""
ORGANISER = """
[[call.organiser]]
name = "Odile Brac"
address = "odile@callboard.test"
"""
MAIL = """
[[mailbox]]
name = "journee"
host = "127.0.0.1"
port = {imap}
user = "{user}"
tls = "none"
since = 2000-01-01
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
address = "journee@callboard.test"
[digest]
enabled = false
[review]
decision_delay_minutes = 0
"""
TOPIC = """
[[call.topic]]
text = "mesure et capteurs"
"""


class House:
    """Runs `callboard` in a folder as a user does, in a process of its own.

    A command that is called comes from a server that has imported everything and forks: importing takes longer than
    most commands. One that is started is `python -m callboard`.
    """

    def __init__(self, folder: Path, config: str | None = None, **environ: str) -> None:
        self.folder, self.environ = folder, {**os.environ, "COLUMNS": "160", **environ}
        if config is not None:
            (folder / "config").mkdir()
            (folder / "config" / "callboard.toml").write_text(config, encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "callboard", *words],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """The exit code, and what was said on standard output and on standard error."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = _FORKING.Process(
                target=_command,
                args=(self.folder, self.environ, words, DupFd(out.fileno()), DupFd(err.fileno())),
            )
            process.start()
            try:
                process.join(timeout=100)
            finally:
                process.kill()
            process.join()
            for written in (out, err):
                written.seek(0)
            return process.exitcode or 0, out.read(), err.read()


def _command(folder: Path, environ: dict[str, str], words: tuple[str, ...], out: Any, err: Any) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    for ours, theirs in ((sys.stdout, out.detach()), (sys.stderr, err.detach())):
        ours.flush()
        os.dup2(theirs, ours.fileno())
    sys.argv = ["callboard", *words]
    main()


def with_mail(
    folder: Path, account: Account, sink: SmtpSink, *, imap: int | None = None, more: str = ""
) -> House:
    """A house with a mailbox and a way out; `imap` is another port to the same mailbox, `more` further sections."""
    mail = MAIL.format(imap=imap or account.server.imap, user=account.user, smtp=sink.port)
    return House(
        folder, CALL + TOPIC + ORGANISER + mail + more, CALLBOARD_MAILBOX_JOURNEE_PASSWORD=account.password
    )
