"""`callboard demo`: the real worker, a real IMAP server, a real SMTP listener, some twenty mails of our own.

Everything stays on loopback and in one folder. The clock is the demo's own, so that it looks the same every day.
"""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from imapclient import IMAPClient
from sqlalchemy import select

from callboard import database, migrations, resources
from callboard.announcement import read_page
from callboard.cli.context import out, print_table
from callboard.config import load
from callboard.demo.servers import ImapServer, SmtpListener
from callboard.errors import ConfigError
from callboard.init import render_config
from callboard.model import InboxEntry
from callboard.worker import Worker

MAILS = Path(__file__).parent / "mails"
USER = "organisers"
MARK = ".callboard-demo"  # says that a folder is ours to empty


def run(folder: Path) -> int:
    """Play the demo into the folder; prints what happened; returns the exit code."""
    prepare(folder)
    password = secrets.token_urlsafe(12)
    with ImapServer(USER, password) as imap, SmtpListener() as smtp:
        config_file = write_config(folder, imap.port, smtp.port)
        deliver(imap.port, password)
        config = load(config_file, {})
        engine = database.open_engine(config.database, config.folder)
        migrations.ensure(engine)
        call = config.call
        # Two mornings: on the first the mails are read, on the second nothing is new.
        now = [
            datetime.combine(call.published or datetime.now(UTC).date(), datetime.min.time(), UTC)
            + timedelta(days=15, hours=8)
        ]
        worker = Worker(config, engine, {config.mailboxes[0].password_variable: password}, lambda: now[0])
        first = worker.run_once()
        now[0] += timedelta(hours=1)
        again = worker.run_once()
        entries = _entries(worker)
        engine.dispose()
    if first.problems or again.problems:
        raise ConfigError("; ".join((*first.problems, *again.problems)))
    letters = _write_letters(folder, smtp.taken)
    _write_digest(folder, smtp.taken)
    _say(folder, entries, letters, again.fetched + again.sent)
    return 0


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
    with IMAPClient("127.0.0.1", port=port, ssl=False, timeout=20) as client:
        client.login(USER, password)
        for path in sorted(MAILS.glob("*.eml")):
            raw = path.read_bytes()
            written = parsedate_to_datetime(str(message_from_bytes(raw)["Date"]))
            client.append("INBOX", raw, msg_time=written)


def _entries(worker: Worker) -> Sequence[InboxEntry]:
    with worker.sessions() as db:
        return db.scalars(select(InboxEntry).order_by(InboxEntry.id)).all()


def _write_letters(folder: Path, taken: Sequence[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Each letter as an .eml file; returns (file name, recipient)."""
    place = folder / "letters"
    place.mkdir()
    written = []
    for number, (recipient, raw) in enumerate(taken, 1):
        kind = str(message_from_bytes(raw)["Message-ID"]).strip("<").split(".")[0]
        name = f"{number:02}-{kind}-to-{recipient.partition('@')[0]}.eml"
        (place / name).write_bytes(raw)
        written.append((name, recipient))
    return written


def _write_digest(folder: Path, taken: Sequence[tuple[str, bytes]]) -> None:
    """The first organiser's digest as a page that a browser opens."""
    for _, raw in taken:
        letter = message_from_bytes(raw, policy=policy.default)
        page = letter.get_body(("html",))
        if letter["Auto-Submitted"] == "auto-generated" and page is not None:
            (folder / "digest.html").write_text(page.get_content(), encoding="utf-8")
            return


def _say(
    folder: Path, entries: Sequence[InboxEntry], letters: Sequence[tuple[str, str]], second: int
) -> None:
    """What happened, as a table, and where everything lies."""
    rows = [(e.id, e.sender or "-", e.subject or "-", e.outcome.replace("_", "-"), e.reason) for e in entries]
    print_table(
        f"{len(entries)} mails were in the organisers' mailbox",
        ("", "From", "Subject", "Became", "Why"),
        rows,
    )
    out.print(
        f"\n{len(letters)} letters left by SMTP; a second pass did nothing ({second} fetched or sent).\n"
    )
    command = f"{_ourselves()} -c {folder / 'config' / 'callboard.toml'}"
    where = (
        ("the draft programme", folder / "draft" / "index.html"),
        ("the organisers' digest", folder / "digest.html"),
        ("the letters sent", folder / "letters"),
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
