"""One installation under torture: mailboxes on a real Dovecot, an SMTP server that remembers, a database, a clock, and
the processes that work on them."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import smtplib
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

import installation
from callboard import database, migrations
from callboard.model import InboxEntry, Lease, LetterState, OutboxEntry, Pause
from correspondence import MAILBOXES, Sending
from deliver import deliver
from faults import FaultProxy, Order
from installation import CALLS, Copies, Lines
from servers import PASSWORD, Account, DovecotServer

HERE = Path(__file__).resolve().parent
PATIENCE = 120.0  # seconds for one pass: one that takes longer hangs


@dataclass(frozen=True)
class Taken:
    """A letter that the SMTP server took."""

    raw: bytes
    heard: bool  # the client has read the answer


class Child:
    """A running `callboard` command, forked by the nursery or started on its own."""

    def __init__(self, pid: int, nursery: Nursery | None, process: subprocess.Popen[bytes] | None) -> None:
        self.pid, self._nursery, self._process = pid, nursery, process
        self.code: int | None = None

    def running(self) -> bool:
        if self.code is None:
            self.code = self._process.poll() if self._process else self._poll()
        return self.code is None

    def _poll(self) -> int | None:
        assert self._nursery is not None
        code: int | None = self._nursery.ask({"poll": self.pid})
        return code

    def wait(self, seconds: float = PATIENCE) -> int:
        until = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > until:
                self.send(signal.SIGKILL)
                raise AssertionError(f"a pass did not end within {seconds:.0f} s")
            time.sleep(0.005)
        assert self.code is not None
        return self.code

    def send(self, number: int) -> None:
        if self.running():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Nursery:
    """The process that forks children (see child.py)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "child.py"), "--nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


class World:
    """A context manager. `copies`: who files the letters sent. `lose`: the SMTP server keeps one answer in so many.

    `lines`: with any but good ones, IMAP and SMTP go through proxies that can spoil them, and SMTP wants a login.
    """

    def __init__(
        self,
        dovecot: DovecotServer,
        nursery: Nursery,
        url: str,
        folder: Path,
        copies: Copies,
        lose: int = 11,
        lines: Lines = "good",
        disk: Path | None = None,
    ) -> None:
        self._lines, self._disk = lines, disk or folder
        self.folder, self.copies, self._nursery, self._dovecot = folder, copies, nursery, dovecot
        self._user = secrets.token_hex(4)
        self.accounts = {name: Account(dovecot, f"{self._user}-{name}") for name in MAILBOXES}
        self.letters = folder / "letters"
        self._url, self._lose = url, lose
        self._stack = ExitStack()
        self._children: list[Child] = []
        self._ahead = 0.0
        self._read: dict[str, bytes] = {}
        self.refusals: dict[
            str, Order
        ] = {}  # what the line says to letters that it refuses for good, by its words

    def __enter__(self) -> Self:
        self.letters.mkdir(parents=True)
        self._set_clock()
        sending = self.accounts["organisers"]
        with sending.client() as client:
            client.create_folder("Sent")
        office = [sys.executable, str(HERE / "postoffice.py"), str(self.letters), "--lose", str(self._lose)]
        if self.copies == "server":
            office += ["--file", str(self._dovecot.imap), sending.user, PASSWORD]
        if self._lines != "good":
            office += ["--login", PASSWORD]
        if self._lines == "encrypted":
            office += ["--certificates", str(self._dovecot.base)]
        with (self.folder / "office.log").open("wb") as log:
            self._office = subprocess.Popen(office, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self._stack.callback(self._close_office)
        assert self._office.stdout is not None
        self._office_port = int(self._office.stdout.readline())
        self.smtp, self.imap = self._office_port, self._dovecot.imap
        if self._lines != "good":
            self._lay_lines()
        self.write_config()
        self.engine = database.open_engine(self._url)
        self._stack.callback(self.engine.dispose)
        if self.engine.dialect.name == "postgresql":
            migrations.upgrade(
                self.engine
            )  # as `callboard db upgrade` does; an SQLite file makes its own tables
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.send(signal.SIGKILL)
            child.wait()
        self._stack.close()

    def _close_office(self) -> None:
        assert self._office.stdin is not None
        self._office.stdin.close()
        self._office.wait(20)

    def _lay_lines(self) -> None:
        """Proxies, which can spoil a line, before the servers."""
        self.imap_server = self._dovecot.imap if self._lines == "in the clear" else self._dovecot.imaps
        self.imap_line = self._stack.enter_context(FaultProxy(self.imap_server, "imap"))
        self.smtp_line = self._stack.enter_context(FaultProxy(self.smtp, "smtp"))
        if self._lines == "encrypted":
            self.imap_line.protocol = None
        self.imap, self.smtp = self.imap_line.port, self.smtp_line.port
        with self.accounts["programme"].client() as client:
            client.create_folder(CALLS)

    def write_config(self, patience: float = 20) -> None:
        """`patience`: so many seconds may a server be silent."""
        text = installation.config_text(
            database=self._url,
            ports=(self.imap, self.smtp),
            user=self._user,
            copies=self.copies,
            lines=self._lines,
            ca_file=self._dovecot.certificates.ca_file,
            calls=self.folder_of("programme"),
            patience=patience,
            page=self._disk / "draft",
        )
        (self.folder / "callboard.toml").write_text(text, encoding="utf-8")

    def maildir(self, mailbox: str) -> Path:
        """Where the server keeps that folder."""
        home = self._dovecot.base / "mail" / self.accounts[mailbox].user / "Maildir"
        return home if self.folder_of(mailbox) == "INBOX" else home / f".{self.folder_of(mailbox)}"

    @property
    def page(self) -> Path:
        """The organisers' page of the programme."""
        return self._disk / "draft" / "index.html"

    def folder_of(self, mailbox: str) -> str:
        """Where the mails of this mailbox arrive."""
        return CALLS if mailbox == "programme" and self._lines != "good" else "INBOX"

    # --- Time ------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def go_to(self, moment: datetime) -> None:
        """Put the clock of all processes forward to this moment."""
        self._ahead = max(self._ahead, (moment - datetime.now(UTC)).total_seconds())
        self._set_clock()

    def set_back(self, by: timedelta) -> None:
        """Somebody corrects the clock of all processes."""
        self._ahead -= by.total_seconds()
        self._set_clock()

    def _set_clock(self) -> None:
        # Written in place: processes that run have it mapped.
        descriptor = os.open(self.folder / "clock", os.O_WRONLY | os.O_CREAT)
        os.pwrite(descriptor, struct.pack("d", self._ahead), 0)
        os.close(descriptor)

    def delete_database(self) -> None:
        """SQLite's file, and what lies beside it."""
        self.engine.dispose()
        file = Path(str(self.engine.url.database))
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()

    def outlive_the_dead(self) -> None:
        """Where a killed process holds the lease, go on to its end. A living one's lease is never cut short."""
        # Before the lease is read: one that ends in between gives it back, and another may have it by now.
        living = {child.pid for child in self.living()}
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("lease"):
                return
            lease = connection.execute(sa.select(Lease.holder, Lease.until)).first()
        # Where lines are faulty one pass ends before the next begins: whoever still holds it could not give it back.
        alone = self._lines != "good"
        if lease and (alone or int(lease.holder.split("/")[1]) not in living):
            self._let_the_server_finish()
            self.go_to(lease.until + timedelta(seconds=1))

    def _let_the_server_finish(self) -> None:
        """The lease's minutes, in which a server takes what the dead one sent last, pass in no time here. The server
        answers in turn: when it answers us, it has taken that."""
        with smtplib.SMTP("127.0.0.1", self._office_port, timeout=20) as in_turn:
            in_turn.noop()

    def owed_until(self) -> datetime | None:
        """When the last of the letters owed is due, and the last pause over; None when there is neither."""
        with self.engine.connect() as connection:
            due = sa.select(sa.func.max(OutboxEntry.next_attempt)).where(
                OutboxEntry.state == LetterState.OWED
            )
            pauses = sa.select(sa.func.max(Pause.until)).where(Pause.until > self.now())
            moments = [connection.execute(one).scalar() for one in (due, pauses)]
            return max((m for m in moments if m), default=None)

    def knows(self, message_id: str) -> bool:
        """Whether the ledger has this message."""
        with self.engine.connect() as connection:
            found = sa.select(InboxEntry.id).where(InboxEntry.message_id == message_id)
            return connection.execute(found).first() is not None

    # --- Mail ------------------------------------------------------------------------------------------

    def deliver(self, sending: Sending) -> None:
        for name in sending.mailboxes:
            deliver(self.accounts[name], sending.raw, folder=self.folder_of(name))

    def taken(self) -> list[Taken]:
        """The letters that the SMTP server took, in order."""
        paths = sorted(self.letters.glob("*.eml"))
        for path in paths:
            if path.name not in self._read:
                self._read[path.name] = path.read_bytes()
        return [Taken(self._read[path.name], path.with_suffix(".heard").exists()) for path in paths]

    def unanswered(self) -> Counter[str] | None:
        """Message-IDs of letters that the server has, and whose answer was lost on the line; how often. None where
        nobody can read the line: the server knows then which answers were surely heard."""
        if self._lines != "in the clear":
            return None
        return Counter(message_id.decode() for message_id in self.smtp_line.unanswered)

    def unnotable(self) -> Counter[int]:
        """Rows of letters that left, and that the worker could not note because the database was in trouble."""
        return Counter(
            int(row) for row in re.findall(r"letter (\d+): sent, but it could not be noted", self.output())
        )

    # --- Processes -------------------------------------------------------------------------------------

    def start(
        self,
        command: str,
        kill: tuple[str, int] | None = None,
        *,
        alone: bool = False,
        listen: Path | None = None,
    ) -> Child:
        """A `callboard` process; `kill` names the event at which it dies. `alone`: in an interpreter of its own;
        `listen`: it gives the command again for each line that comes from there."""
        spec: dict[str, Any] = {
            "command": ["--verbose", "--config", str(self.folder / "callboard.toml"), command],
            "environ": {
                f"CALLBOARD_{server}_PASSWORD": PASSWORD
                for server in ("SMTP", *(f"MAILBOX_{name.upper()}" for name in MAILBOXES))
            },
            "clock": str(self.folder / "clock"),
            "events": str(self._events),
            "output": str(self.folder / "output.log"),
            "ports": {self.imap: "IMAP", self.smtp: "SMTP"},
            "kill": kill,
            **({"listen": str(listen)} if listen else {}),
        }
        if alone:
            process = subprocess.Popen([sys.executable, str(HERE / "child.py"), json.dumps(spec)])
            child = Child(process.pid, None, process)
        else:
            child = Child(self._nursery.ask({"start": spec}), self._nursery, None)
        self._children.append(child)
        return child

    def work_until_quiet(self, one_pass: Callable[[], int]) -> None:
        """Passes until nothing is owed any more; the clock goes on to where letters are due."""
        for _ in range(20):
            self.outlive_the_dead()
            code = one_pass()
            due = self.owed_until()
            if due is None and code in (0, 1):
                return
            # Letters wait for their next attempt.
            self.go_to((due or self.now()) + timedelta(minutes=1))

    @property
    def _events(self) -> Path:
        return self.folder / "events.log"

    def new_events(self) -> Sequence[str]:
        """What children did since this was last asked."""
        if not self._events.exists():
            return ()
        text = self._events.read_text(encoding="utf-8")
        self._events.write_text("", encoding="utf-8")
        return text.splitlines()

    def living(self) -> list[Child]:
        return [child for child in self._children if child.running()]

    def output(self) -> str:
        path = self.folder / "output.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
