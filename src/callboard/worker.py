"""One pass joins everything: fetch, keep, read, decide, publish, tell.

Each step commits for itself and can be repeated: a pass that is killed anywhere costs a second look, never
a mail and never a second acknowledgement. The one broad `except` of the house is here, one for each message.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from callboard import config as configuration
from callboard import database, store
from callboard.config import Config, MailboxConfig
from callboard.desk import intake, news, outbox
from callboard.desk.outbox import Desk
from callboard.errors import Busy, ConfigError, LetterRefused, MailboxDown, MailerDown, UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.envelope import read_envelope
from callboard.mailroom.incoming import Address, IncomingMail, read_mail
from callboard.mailroom.mailbox import Batch, Cursor, Mailbox
from callboard.mailroom.mailer import Mailer
from callboard.model import InboxEntry, MailboxState, Outcome
from callboard.programme import drafts
from callboard.reading import Reading, read
from callboard.templating import Templates

log = logging.getLogger("callboard")

LEASE = "worker"
LEASE_LENGTH = timedelta(minutes=5)
READ_BATCH = 50
IMPORTED = "import"  # the ledger name of messages from files
MOST_ATTEMPTS = 3  # of reading one message, where each time the process died
TABLE_FULL = "the database cannot be written ({}); check the disk, nothing was lost and the next pass goes on"


@dataclass
class PassReport:
    """What one pass did, and what went wrong."""

    fetched: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    sent: int = 0
    given_up: int = 0
    draft: int | None = None
    digest: bool = False
    problems: list[str] = field(default_factory=list)  # of servers that are away: they are tried again

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something needs a person, 75 try again later."""
        if self.problems:
            return 75
        return 1 if self.outcomes[Outcome.HELD] or self.given_up else 0


@dataclass(frozen=True)
class Waiting:
    """A stored message on its way to the reader."""

    id: int
    raw: bytes
    truncated: bool
    problem: UnreadableMail | None = None


class Worker:
    """Runs passes over one configuration and one database."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
        *,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        """`progress(step, count)` is called as messages and letters go by."""
        self.config = config
        self.engine = engine
        self.sessions = database.open_sessions(engine)
        self.environ = environ
        self.clock = clock
        self.templates = Templates(config.templates)
        self.desk = desk_of(config, self.templates)
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{os.urandom(4).hex()}"
        self.progress = progress or (lambda _step, _count: None)
        self.stopping = False

    # --- A pass ----------------------------------------------------------------------------------------

    def run_once(self) -> PassReport:
        """Fetch, read, publish, write the digest if it is due, send. Raises Busy when another worker is at it."""
        report = PassReport()
        with self._database(), self.leased():
            for mailbox in self.config.mailboxes:
                if not self.stopping:
                    self._fetch(mailbox, report)
            self.read_waiting(report)
            self.publish(report)
            self.write_digest(report)
            self.send_letters(report)
            self._tidy()
        return report

    @contextmanager
    def leased(self) -> Iterator[None]:
        """Hold the worker's lease; two passes never overlap."""
        self.renew_lease()
        try:
            yield
        finally:
            with self.sessions.begin() as db:
                store.release_lease(db, LEASE, self.holder)

    def renew_lease(self) -> None:
        """Say that we are still at it. Raises Busy when the lease was lost."""
        with self.sessions.begin() as db:
            store.take_lease(db, LEASE, self.holder, self.clock(), LEASE_LENGTH)

    @contextmanager
    def _database(self) -> Iterator[None]:
        """A locked database or a full disk ends the pass; whatever was not committed is done next time."""
        try:
            yield
        except DBAPIError as error:
            if isinstance(error, OperationalError):
                raise Busy(TABLE_FULL.format(str(error.orig).splitlines()[0])) from error
            raise

    # --- Fetching --------------------------------------------------------------------------------------

    def _fetch(self, settings: MailboxConfig, report: PassReport) -> None:
        """Fetch one mailbox's new mail. Its troubles are its own: the others and the outbox go on."""
        try:
            password = configuration.mailbox_password(settings, self.environ)
            with Mailbox(settings, password, self.config.worker) as mailbox:
                for batch in mailbox.poll(self._cursor(settings.name), self._since(settings)):
                    self.keep(settings.name, batch, report)
                    if self.stopping:
                        break
                self._mark(settings, mailbox)
        except (MailboxDown, ConfigError) as error:
            problem = f"mailbox {settings.name}: {error}"
            log.warning("%s", problem)
            report.problems.append(problem)
            self._note_mailbox(settings.name, str(error))
        else:
            self._note_mailbox(settings.name, None)

    def _cursor(self, name: str) -> Cursor:
        with self.sessions() as db:
            state = db.get(MailboxState, name)
            return Cursor(state.uidvalidity, state.last_uid) if state else Cursor(None, 0)

    def _since(self, settings: MailboxConfig) -> date | None:
        return settings.since or self.config.call.published

    def keep(self, name: str, batch: Batch, report: PassReport) -> None:
        """Store the bytes and move the ledger on, in one commit."""
        now = self.clock()
        with self.sessions.begin() as db:
            uidvalidity = batch.cursor.uidvalidity or 0
            known = store.known_uids(db, name, uidvalidity, (m.uid for m in batch.messages))
            fresh = [m for m in batch.messages if m.uid not in known]
            for message in fresh:
                store.add_message(
                    db,
                    mailbox=name,
                    uidvalidity=message.uidvalidity,
                    uid=message.uid,
                    raw=message.raw,
                    size=message.size,
                    truncated=message.truncated,
                    now=now,
                )
            state = db.get(MailboxState, name) or MailboxState(name=name)
            state.uidvalidity, state.last_uid = batch.cursor.uidvalidity, batch.cursor.last_uid
            db.add(state)
        report.fetched += len(fresh)
        self.progress("fetched", len(fresh))
        self.renew_lease()

    def _mark(self, settings: MailboxConfig, mailbox: Mailbox) -> None:
        """Flag or move what is safely stored, where the operator wishes it. Never before the commit."""
        if settings.after == "keep":
            return
        cursor = self._cursor(settings.name)
        with self.sessions() as db:
            uids = store.unmarked_uids(db, settings.name, cursor.uidvalidity or 0)
        if uids:
            done = mailbox.mark(uids, settings.after)
            with self.sessions.begin() as db:
                store.set_marked(db, settings.name, cursor.uidvalidity or 0, done)

    def _note_mailbox(self, name: str, error: str | None) -> None:
        now = self.clock()
        with self.sessions.begin() as db:
            state = db.get(MailboxState, name) or MailboxState(name=name, last_uid=0)
            state.last_error = error
            if error is None:
                state.last_success, state.failing_since = now, None
            else:
                state.failing_since = state.failing_since or now
            db.add(state)

    def keep_archive(self, raws: Iterable[bytes], report: PassReport) -> None:
        """Store messages from files. The ledger key is the content, so importing twice changes nothing."""
        for batch in batched(raws, READ_BATCH):
            with self.sessions.begin() as db:
                for raw in {store.content_key(raw): raw for raw in batch}.values():
                    key = store.content_key(raw)
                    if store.known_uids(db, IMPORTED, 0, [key]):
                        continue
                    store.add_message(
                        db,
                        mailbox=IMPORTED,
                        uidvalidity=0,
                        uid=key,
                        raw=raw,
                        size=len(raw),
                        truncated=False,
                        now=self.clock(),
                    )
                    report.fetched += 1
            self.renew_lease()

    # --- Reading ---------------------------------------------------------------------------------------

    def read_waiting(self, report: PassReport) -> None:
        """Read every message that waits and deal with it, one commit for each."""
        with DocumentReader() as documents:
            while not self.stopping and (batch := self._claim_waiting()):
                for waiting in batch:
                    outcome = self._deal_with(waiting, documents)
                    report.outcomes[outcome] += 1
                    self.progress("read", 1)
                self.renew_lease()

    def _claim_waiting(self) -> Sequence[Waiting]:
        """The next messages to read. The attempt is committed first, so that a message that kills the
        process is noticed when we come back; it is then read alone."""
        with self.sessions.begin() as db:
            entries = store.waiting(db, READ_BATCH)
            if any(e.attempts for e in entries):
                entries = entries[:1]
            for entry in entries:
                entry.attempts += 1
            return [self._waiting(entry, store.raw_of(db, entry.id)) for entry in entries]

    @staticmethod
    def _waiting(entry: InboxEntry, raw: bytes | None) -> Waiting:
        problem = None
        if not raw:
            problem = UnreadableMail(
                "the server gave no text for this message; open it in your mail program and forward it",
                "no_text",
            )
        elif entry.attempts > MOST_ATTEMPTS:
            problem = UnreadableMail(
                "reading this message stopped the worker three times; a person must read it",
                "stopped_the_worker",
            )
        return Waiting(entry.id, raw or b"", entry.truncated, problem)

    def _deal_with(self, waiting: Waiting, documents: DocumentReader) -> Outcome:
        """Read one message and commit what follows from it. Whatever goes wrong holds this message alone."""
        try:
            if waiting.problem:
                raise waiting.problem
            mail, reading = understand(waiting.raw, waiting.truncated, documents, self.config)
            with self.sessions.begin() as db:
                entry = db.get_one(InboxEntry, waiting.id)
                intake.receive(db, self.desk, entry, mail, reading, self.clock())
                outcome = entry.outcome
        except UnreadableMail as error:
            outcome = self._hold(waiting, error)
        except OperationalError:
            raise  # the database's trouble, not the message's
        except Exception as error:
            log.exception("message %d: held", waiting.id)
            failure = UnreadableMail(f"Callboard failed on this message ({type(error).__name__})", "failed")
            outcome = self._hold(waiting, failure)
        log.info("message %d: %s", waiting.id, outcome)
        return outcome

    def _hold(self, waiting: Waiting, problem: UnreadableMail) -> Outcome:
        """Leave the message to a person, with whatever its header says."""
        envelope = read_envelope(waiting.raw)
        with self.sessions.begin() as db:
            entry = db.get_one(InboxEntry, waiting.id)
            if envelope is not None:
                intake.note_envelope(entry, envelope)
            entry.outcome, entry.processed_at = Outcome.HELD, self.clock()
            entry.reason, entry.reason_code = str(problem), problem.code
        return Outcome.HELD

    # --- Publishing, telling, tidying ------------------------------------------------------------------

    def publish(self, report: PassReport, folder: Path | None = None) -> None:
        """Make a new draft of the programme if anything it depends on changed, and write its files."""
        try:
            with self.sessions.begin() as db:
                report.draft = drafts.make_draft(db, self.config, self.clock())
            with self.sessions() as db:
                drafts.write_files(db, self.config, self.templates, folder)
        except ConfigError as error:
            log.warning("programme: %s", error)
            report.problems.append(f"programme: {error}")

    def write_digest(self, report: PassReport, *, force: bool = False) -> None:
        """Owe each organiser a digest, once a day and only when there is news."""
        with self.sessions.begin() as db:
            report.digest = news.write_digest(db, self.desk, self.config, self.clock(), force=force)

    def digest_text(self) -> str:
        """The digest as it would be written now, as the first organiser would read it."""
        with self.sessions() as db:
            return news.preview(db, self.desk, self.config, self.clock())

    def send_letters(self, report: PassReport) -> None:
        """Send what is owed and due, over one connection."""
        smtp = self.config.smtp
        if smtp is None:
            return
        try:
            password = configuration.smtp_password(smtp, self.environ)
        except ConfigError as error:
            report.problems.append(f"smtp: {error}")
            return
        with Mailer(smtp, password, self.config.worker.timeout_seconds) as mailer:
            while not self.stopping and (claimed := self._claim_letters()):
                if not self._send(mailer, claimed, report):
                    break
                self.renew_lease()

    def _claim_letters(self) -> Sequence[outbox.DueLetter]:
        with self.sessions.begin() as db:
            return outbox.claim(db, self.clock())

    def _send(self, mailer: Mailer, claimed: Sequence[outbox.DueLetter], report: PassReport) -> bool:
        """Send a claimed batch, one commit for each letter. False when the server is away."""
        for position, letter in enumerate(claimed):
            try:
                mailer.send(self.desk.sender.address, letter.recipient, letter.raw)
            except LetterRefused as refusal:
                with self.sessions.begin() as db:
                    gone = outbox.record_refusal(db, letter.id, refusal, self.config.letters, self.clock())
                report.given_up += gone
                log.warning("letter %d: refused%s", letter.id, ", given up" if gone else "")
            except MailerDown as error:
                rest = [x.id for x in claimed[position:]]
                with self.sessions.begin() as db:
                    report.given_up += outbox.put_back(
                        db, rest, self.clock(), self.config.letters, str(error)
                    )
                log.warning("smtp: %s", error)
                report.problems.append(f"smtp: {error}")
                return False
            else:
                with self.sessions.begin() as db:
                    outbox.record_sent(db, letter.id, self.clock())
                report.sent += 1
                self.progress("sent", 1)
        return True

    def _tidy(self) -> None:
        """Private mail that is not for the call leaves no body behind longer than the operator keeps it."""
        limit = self.clock() - timedelta(days=self.config.privacy.keep_unrelated_days)
        with self.sessions.begin() as db:
            gone = store.drop_unrelated(db, limit)
        if gone:
            log.info("dropped the bodies of %d unrelated messages", gone)


def batched(items: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Lists of at most `size` items (itertools.batched is Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def desk_of(config: Config, templates: Templates) -> Desk:
    """The desk of this configuration. Without [smtp] letters are written as from the first organiser."""
    call = config.call
    if config.smtp:
        sender = Address(config.smtp.name or call.event or call.title, config.smtp.address)
    else:
        first = next((o.address for o in call.organisers if o.address), "organisers@localhost")
        sender = Address(call.event or call.title, first)
    return Desk(call, templates, sender, config.letters)


def understand(
    raw: bytes, truncated: bool, documents: DocumentReader, config: Config
) -> tuple[IncomingMail, Reading]:
    """From bytes to what they mean. Pure but for the limited child process that reads attachments."""
    mail = read_documents(read_mail(raw, truncated=truncated), documents)
    return mail, read(mail, config.call)
