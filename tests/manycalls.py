"""An installation with two calls, each with words that may appear nowhere in the other."""

from __future__ import annotations

import email
import email.policy
import io
import signal
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from callboard.cli import main
from houses import House
from letters_in import ABSTRACT, mail, proposal
from servers import Account, SmtpSink

SHARED = """
database = "{database}"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[digest]
at = 00:00:00
[review]
decision_delay_minutes = 0
[worker]
poll_minutes = {poll}
{worker}
"""
OWN = """
[call]
title = "Journée {mark}thème"
timezone = "Europe/Paris"
starts = 2099-03-11T09:30:00
ends = 2099-03-11T17:00:00
[[call.organiser]]
name = "Odile {mark}brac"
address = "{mark}@organisers.test"
[[call.organiser]]
name = "Both"
address = "both@organisers.test"
[[mailbox]]
name = "{name}"
host = "127.0.0.1"
port = {imap}
user = "{user}"
tls = "none"
since = 2000-01-01
[smtp]
address = "{name}@callboard.test"
"""
BOTH = "both@organisers.test"  # organises the two


@dataclass(frozen=True)
class Marked:
    """A call: its name, its mailbox, and the word that tells all that is its own."""

    name: str
    mark: str
    account: Account

    @property
    def config(self) -> str:
        return OWN.format(
            name=self.name, mark=self.mark, user=self.account.user, imap=self.account.server.imap
        )

    def proposal(self, number: int = 1) -> bytes:
        speaker = f"Maëlle {self.mark.capitalize()}speaker <maelle{number}@{self.mark}.example>"
        return proposal(
            f"Exposé {number} {self.mark}title",
            f"{ABSTRACT} Et {self.mark}abstract {number}.",
            sender=speaker,
        )

    def private(self) -> bytes:
        """What is held: two senders."""
        return mail(
            f"Mot {self.mark}held", From_="x", sender="a@b.example, c@d.example", subject=f"{self.mark}two"
        )


def installation(
    folder: Path, sink: SmtpSink, *calls: Marked, database: str = "", poll: float = 600, worker: str = ""
) -> House:
    """A house with these calls."""
    shared = SHARED.format(
        database=database or "sqlite:///var/callboard.db", smtp=sink.port, poll=poll, worker=worker
    )
    passwords = {f"CALLBOARD_MAILBOX_{c.name.upper()}_PASSWORD": c.account.password for c in calls}
    house = House(folder, shared, **passwords)
    (folder / "config" / "calls").mkdir()
    for call in calls:
        add(house, call)
    return house


class Here:
    """A house whose commands run in this very process: there are many of them."""

    def __init__(self, patch: pytest.MonkeyPatch, house: House) -> None:
        self.folder, self._patch = house.folder, patch
        patch.chdir(house.folder)
        for name, value in house.environ.items():
            patch.setenv(name, value)

    def __call__(self, *words: str) -> tuple[int, str, str]:
        # The terminal's own boundary: what was typed, and what is shown.
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "oe")
        self._patch.setattr("sys.argv", ["callboard", *words])
        ended, code = signal.getsignal(signal.SIGTERM), 0
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            signal.signal(signal.SIGTERM, ended)
        return code, *(s.buffer.getvalue().decode() for s in (out, err))  # type: ignore[attr-defined]


def add(house: House | Here, call: Marked, more: str = "") -> Path:
    file = house.folder / "config" / "calls" / f"{call.name}.toml"
    file.write_text(call.config + more, encoding="utf-8")
    return file


def letters_of(sink: SmtpSink, call: Marked) -> list[EmailMessage]:
    """What left from this call's address."""
    found = [email.message_from_bytes(m.content, policy=email.policy.default) for m in sink.mails]
    return [m for m in found if f"{call.name}@callboard.test" in str(m["From"])]


def place_of(url: str, name: str) -> str:
    """Everything that the database keeps for a call, as one text."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        files = path.parent.glob(f"{path.stem}-{name}{path.suffix}*")
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)
    engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg"))
    schema = f"call_{name}"
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names(schema)
        rows = [connection.execute(sa.text(f'SELECT * FROM {schema}."{t}"')).all() for t in tables]
    engine.dispose()
    return repr([[_readable(row) for row in table] for table in rows])


def _readable(row: sa.Row[tuple[object, ...]]) -> list[object]:
    values = [bytes(v) if isinstance(v, memoryview) else v for v in row]
    return [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in values]
