"""`callboard demo`: the real worker, a real IMAP server, a real SMTP listener, some twenty mails of our own.

Everything stays on loopback and in one folder. The clock is the demo's own, so that it looks the same every day.
"""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from imapclient import IMAPClient
from sqlalchemy import select

from callboard import database, migrations, resources
from callboard.announcement import read_page
from callboard.cli.context import out, print_table
from callboard.config import Config, load
from callboard.demo import answering
from callboard.demo.servers import ImapServer, SmtpListener
from callboard.errors import ConfigError
from callboard.init import render_config
from callboard.model import InboxEntry
from callboard.worker import Worker

MAILS = Path(__file__).parent / "mails"
USER = "organisers"
MARK = ".callboard-demo"  # says that a folder is ours to empty


@dataclass(frozen=True)
class Played:
    """What happened: what each mail became, the letters, and what a second pass over the same mailbox did."""

    entries: Sequence[InboxEntry]
    taken: Sequence[tuple[str, bytes]]
    first: int  # letters of the first pass
    second: int  # mails fetched and letters sent by the second


def run(folder: Path) -> int:
    """Play the demo into the folder; prints what happened; returns the exit code."""
    prepare(folder)
    password = secrets.token_urlsafe(12)
    with ImapServer(USER, password) as imap, SmtpListener() as smtp:
        config_file = write_config(folder, imap.port, smtp.port)
        deliver(imap.port, password)
        played = play(load(config_file, {}), imap.port, password, smtp)
    letters = _write_letters(folder, played.taken)
    _write_digest(folder, played.taken)
    _say(folder, played, letters)
    return 0


def play(config: Config, port: int, password: str, smtp: SmtpListener) -> Played:
    """The mails are read, and nothing is new an hour later. Then an organiser answers her digest, and when her
    decisions can no longer be undone, they are told."""
    engine = database.open_engine(config.database, config.folder)
    migrations.ensure(engine)
    start = datetime.combine(config.call.published or datetime.now(UTC).date(), datetime.min.time(), UTC)
    now = [start + timedelta(days=15, hours=8)]
    worker = Worker(config, engine, {config.mailboxes[0].password_variable: password}, lambda: now[0])
    reports = [worker.run_once()]
    entries, first = _entries(worker), len(smtp.taken)
    now[0] += timedelta(hours=1)
    reports.append(worker.run_once())
    digest = answering.digest_of(smtp.taken)
    if digest is not None:
        append(port, password, (answering.answer(digest, now[0]), now[0]))
        for hours in (0, 2):
            now[0] += timedelta(hours=hours)
            reports.append(worker.run_once())
    engine.dispose()
    if problems := [problem for report in reports for problem in report.problems]:
        raise ConfigError("; ".join(problems))
    return Played(entries, smtp.taken, first, reports[1].fetched + reports[1].sent)


def prepare(folder: Path) -> None:
    """An empty folder; one that holds something else than an earlier demo is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigError(
                f"{folder} is not empty and not an earlier demo's; name another folder with --out"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("callboard demo made this folder and may empty it\n", encoding="utf-8")


def write_config(folder: Path, imap_port: int, smtp_port: int) -> Path:
    """`config/callboard.toml` in the folder: the sample announcement's call, and the two servers."""
    page = resources.folder("config") / "announcement.md"
    announcement = read_page(page.read_text(encoding="utf-8"))
    here = {"host": "127.0.0.1", "tls": "none"}
    text = render_config(
        announcement,
        {
            "mailbox": {"name": USER, "user": USER, "port": imap_port, **here},
            "smtp": {"port": smtp_port, "address": "ecouter-la-ville@example.org", **here},
            "programme": {"folder": Path("programme"), "draft_folder": Path("draft")},
            "top": {"database": "sqlite:///callboard.db"},
        },
    )
    file = folder / "config" / "callboard.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def deliver(port: int, password: str) -> None:
    """Put the mails into the organisers' mailbox, in the order in which they were written."""
    raws = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
    append(port, password, *((raw, parsedate_to_datetime(str(answering.read(raw)["Date"]))) for raw in raws))


def append(port: int, password: str, *mails: tuple[bytes, datetime]) -> None:
    """Put mails into the organisers' mailbox as they arrived."""
    with IMAPClient("127.0.0.1", port=port, ssl=False, timeout=20) as client:
        client.login(USER, password)
        for raw, arrived in mails:
            client.append("INBOX", raw, msg_time=arrived)


def _entries(worker: Worker) -> Sequence[InboxEntry]:
    with worker.sessions() as db:
        return db.scalars(select(InboxEntry).order_by(InboxEntry.id)).all()


def _write_letters(folder: Path, taken: Sequence[tuple[str, bytes]]) -> list[str]:
    """Each letter as an .eml file; returns their names."""
    place = folder / "letters"
    place.mkdir()
    written = []
    for number, (recipient, raw) in enumerate(taken, 1):
        name = f"{number:02}-{answering.kind(answering.read(raw))}-to-{recipient.partition('@')[0]}.eml"
        (place / name).write_bytes(raw)
        written.append(name)
    return written


def _write_digest(folder: Path, taken: Sequence[tuple[str, bytes]]) -> None:
    """The first organiser's digest as a page that a browser opens."""
    digest = answering.digest_of(taken)
    page = digest.get_body(("html",)) if digest is not None else None
    if page is not None:
        (folder / "digest.html").write_text(page.get_content(), encoding="utf-8")


def _say(folder: Path, played: Played, letters: Sequence[str]) -> None:
    """What happened, and where everything lies."""
    print_table(
        f"{len(played.entries)} mails were in the organisers' mailbox",
        ("", "From", "Subject", "Became", "Why"),
        [
            (e.id, e.sender or "-", e.subject or "-", e.outcome.replace("_", "-"), e.reason)
            for e in played.entries
        ],
    )
    out.print(
        f"\n{played.first} letters left by SMTP; a second pass did nothing ({played.second} fetched or sent)."
    )
    answering.tell(played.first, played.taken)
    command = f"{_ourselves()} -c {folder / 'config' / 'callboard.toml'}"
    where = (
        ("the draft programme", folder / "draft" / "index.html"),
        ("the organisers' digest", folder / "digest.html"),
        (f"the {len(letters)} letters sent", folder / "letters"),
        ("the database", folder / "callboard.db"),
        ("ask it yourself", f"{command} list, show 1, held"),
    )
    print_table("", ("", ""), where)


def _ourselves() -> str:
    """How the user calls us: by name where that is found, else by the path that started us."""
    if shutil.which("callboard"):
        return "callboard"
    started = Path(sys.argv[0])
    return str(started.relative_to(Path.cwd()) if started.is_relative_to(Path.cwd()) else started)
