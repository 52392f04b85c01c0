"""One pass joins everything: fetch, keep, read, decide, publish, tell.

Each step commits for itself and can be repeated: a pass that is killed anywhere costs a second look, never
a mail and never a second acknowledgement. The one broad `except` of the house is here, one for each message.
"""

from __future__ import annotations

import logging
import os
import platform
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callboard import alarms, collect, database, dispatch, store
from callboard.call import Call
from callboard.config import Config
from callboard.desk import following, intake, news, releases, reminders
from callboard.desk.case import note_envelope
from callboard.desk.matching import thread_of
from callboard.desk.outbox import Desk
from callboard.errors import ConfigError, DiskFull, TemplateError, UnreadableMail
from callboard.mailroom.envelope import read_envelope
from callboard.mailroom.incoming import Address
from callboard.model import InboxEntry, Outcome
from callboard.passreport import PassReport
from callboard.programme import drafts
from callboard.programme.hours import spanning
from callboard.reading.subject import answers, bare
from callboard.templating import Templates
from callboard.understanding import ReadingProcess, Understood, Waiting

log = logging.getLogger("callboard")

LEASE = "worker"
NOTE_SECONDS = 120.0
READ_BATCH = 50
READ_BYTES = 8_000_000  # of raw messages in memory at once
NO_TEXT = "the server gave no text for this message; open it in your mail program and forward it"


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
        note_seconds: float = NOTE_SECONDS,
        lease: str = LEASE,
        lease_seconds: float | None = None,
    ) -> None:
        """`progress(step, count)` is called as messages and letters go by; `note_seconds`: how long a database in
        trouble is waited for to note that a letter has left; `lease`: what this worker takes, for `lease_seconds`
        where somebody keeps it."""
        self.config = config
        self.engine = engine
        self.sessions = database.open_sessions(engine)
        self.environ = environ
        self.clock = clock
        self.templates = Templates(config.templates, config.programme.css)
        self.desk = desk_of(config, self.templates)
        self.holder = f"{platform.node()}/{os.getpid()}/{os.urandom(4).hex()}"
        self.progress = progress or (lambda _step, _count: None)
        self.stopping = False
        self.read_batch = READ_BATCH  # messages that the reader gets at once
        self._renewed: datetime | None = None
        self.alive = time.monotonic()  # when the pass last showed that it goes on
        self.note_seconds = note_seconds
        self.left: set[int] = set()  # letters that the server took, and that are not noted as sent
        self._set_aside: set[int] = set()  # messages that wait for a template to be mended
        # Longer than one letter can take: five answers of the server to wait for, the database to wait for, and a
        # minute since the renewal.
        self.patience_seconds = 60 + 5 * max(config.worker.timeout_seconds, 60) + note_seconds
        self.lease, self.lease_seconds = lease, lease_seconds or self.patience_seconds

    # --- A pass ----------------------------------------------------------------------------------------

    def run_once(self) -> PassReport:
        """Fetch, read, publish, write the digest if it is due, send. Raises Busy when another worker is at it."""
        report = PassReport()
        with database.explained(), self.leased():
            for mailbox in self.config.mailboxes:
                if not self.stopping:
                    collect.fetch(self, mailbox, report)
            self.tend(report)
        return report

    def tend(self, report: PassReport) -> None:
        """A pass without fetching, the lease being ours."""
        self.read_waiting(report)
        # Who wrote hears of it before the programme is arranged, which may take its time.
        dispatch.send_letters(self, report)
        self.publish(report)
        self.tell_places(report)
        self.remind(report)
        self.write_digest(report)
        dispatch.send_letters(self, report)
        alarms.tell(self, report)
        self._tidy()

    @contextmanager
    def leased(self) -> Iterator[None]:
        """Hold the worker's lease; two passes never overlap."""
        self._renewed = None
        self.renew_lease()
        try:
            yield
        finally:
            self._renewed = None
            self.give_lease_back()

    def give_lease_back(self) -> None:
        """Let others work; nothing happens where the lease is not ours."""
        with self.sessions.begin() as db:
            store.release_lease(db, self.lease, self.holder)

    def sign_of_life(self) -> None:
        """Say that the pass goes on, to whoever watches this process."""
        self.alive = time.monotonic()

    def renew_lease(self) -> None:
        """Say that we are at it, or still at it. Raises Busy when somebody else is, or was in the meantime."""
        step = store.take_lease if self._renewed is None else store.renew_lease
        now = self.clock()
        with self.sessions.begin() as db:
            step(db, self.lease, self.holder, now, timedelta(seconds=self.lease_seconds))
        self._renewed = now
        self.sign_of_life()

    def keep_lease(self) -> None:
        """Renew the lease if we have it: for another thread, which says nothing about how the step goes on."""
        if self._renewed is not None:
            now = self.clock()
            with self.sessions.begin() as db:
                store.renew_lease(db, self.lease, self.holder, now, timedelta(seconds=self.lease_seconds))
            self._renewed = now

    def heartbeat(self) -> None:
        """Before each message and letter: renew the lease when a minute of it, or a third, is gone."""
        self.sign_of_life()
        soon = timedelta(seconds=min(60, self.lease_seconds / 3))
        if self._renewed is None or self.clock() - self._renewed > soon:
            self.renew_lease()

    # --- Reading ---------------------------------------------------------------------------------------

    def read_waiting(self, report: PassReport) -> None:
        """Read every message that waits and deal with it, one commit for each."""
        self._set_aside.clear()
        with ReadingProcess(self.config.call) as process:
            while not self.stopping and (batch := self._claim_waiting()):
                for waiting, result in process.understand(batch):
                    self.heartbeat()
                    report.outcomes[self._deal_with(waiting, result, report)] += 1
                    self.progress("read", 1)
                    if self.stopping:
                        break

    def _claim_waiting(self) -> Sequence[Waiting]:
        """The next messages to read, as many as fit into memory."""
        with self.sessions.begin() as db:
            entries = store.waiting(db, self.read_batch, self._set_aside)
            sizes = accumulate(e.size for e in entries)
            fitting = max(1, sum(1 for size in sizes if size <= READ_BYTES))
            return _readable_together(db, self.config.call, entries[:fitting])

    def _deal_with(
        self, waiting: Waiting, result: Understood | UnreadableMail, report: PassReport
    ) -> Outcome:
        """Commit what follows from one message. Whatever goes wrong holds this message alone."""
        if not waiting.raw:
            result = UnreadableMail(NO_TEXT, "no_text")
        try:
            if isinstance(result, UnreadableMail):
                outcome = self._hold(waiting, result)
            else:
                with self.sessions.begin() as db:
                    # Locked: a worker that stood still beyond its lease may be at the same message.
                    entry = db.get_one(InboxEntry, waiting.id, with_for_update=True)
                    if entry.outcome != Outcome.WAITING:
                        return Outcome(entry.outcome)  # another worker, after our lease ran out, was faster
                    intake.receive(db, self.desk, entry, result.mail, result.reading, self.clock())
                    outcome = entry.outcome
        except OperationalError:
            raise  # the database's trouble, not the message's: it stays waiting
        except TemplateError as error:
            # The operator's trouble: this message waits for the mended template, the others go on.
            self._set_aside.add(waiting.id)
            report.add(error)
            return Outcome.WAITING
        except Exception as error:  # noqa: BLE001 (one poison message must not stop the queue: field note 17)
            # Not the error's own words: they may quote the mail.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("message %d: held, %s at\n%s", waiting.id, type(error).__name__, where)
            failure = UnreadableMail(f"Callboard failed on this message ({type(error).__name__})", "failed")
            outcome = self._hold(waiting, failure)
        log.info("message %d: %s", waiting.id, outcome)
        return outcome

    def _hold(self, waiting: Waiting, problem: UnreadableMail) -> Outcome:
        """Leave the message to a person, with whatever its header says."""
        # Where nothing came, what is known of the message stands in its row already.
        envelope = read_envelope(waiting.raw) if waiting.raw else None
        with self.sessions.begin() as db:
            entry = db.get_one(InboxEntry, waiting.id, with_for_update=True)
            if entry.outcome != Outcome.WAITING:
                return Outcome(entry.outcome)
            if envelope is not None:
                note_envelope(entry, envelope)
            entry.outcome, entry.processed_at = Outcome.HELD, self.clock()
            entry.reason, entry.reason_code = str(problem), problem.code
        return Outcome.HELD

    # --- Publishing, telling, tidying ------------------------------------------------------------------

    def publish(self, report: PassReport, folder: Path | None = None, *, anew: bool = False) -> None:
        """Make a new draft of the programme if anything it depends on changed, and write its files."""
        try:
            with self.sessions.begin() as db:
                if followed := following.follow(db, spanning(self.config.call, self.config.programme)):
                    log.info("%d proposals: read for the days and topics of the call", followed)
            with self.sessions() as db:
                inputs = drafts.news(db, self.config)
            if inputs is not None:
                # Arranging takes its time: no transaction waits for it.
                programme = inputs.arrange()
                with self.sessions.begin() as db:
                    report.draft = drafts.keep(db, inputs, programme, self.clock())
            with self.sessions.begin() as db:
                # An idle pass renders nothing; `callboard programme` always does.
                if anew or not drafts.is_published(db, self.config):
                    drafts.write_files(db, self.config, self.templates, folder)
        except (ConfigError, TemplateError, DiskFull) as error:
            log.warning("programme: %s", error)
            report.add(error)

    def tell_places(self, report: PassReport) -> None:
        """Owe the letters that tell speakers when they speak."""
        try:
            with self.sessions.begin() as db:
                told = releases.tell(db, self.desk, self.clock())
        except TemplateError as error:
            log.warning("places: %s", error)
            report.add(error)
        else:
            if told:
                log.info("%d letters with a place in the programme", told)

    def remind(self, report: PassReport) -> None:
        """Owe the reminders that are due."""
        try:
            with self.sessions.begin() as db:
                reminded = reminders.remind(db, self.desk, self.clock())
        except TemplateError as error:
            log.warning("reminders: %s", error)
            report.add(error)
        else:
            if reminded:
                log.info("%d reminders", reminded)

    def write_digest(self, report: PassReport, *, force: bool = False) -> None:
        """Owe each organiser a digest, once a day and only when there is news."""
        try:
            with self.sessions.begin() as db:
                report.digest = news.write_digest(
                    db, self.desk, self.config.digest, self.clock(), force=force
                )
        except TemplateError as error:
            log.warning("digest: %s", error)
            report.add(error)

    def digest_text(self) -> str:
        """The digest as it would be written now, as the first organiser would read it."""
        with self.sessions() as db:
            return news.preview(db, self.desk, self.clock())

    def _tidy(self) -> None:
        """Erase what is no longer needed: private mail soon, everything else some time after the event."""
        now, privacy, ends = self.clock(), self.config.privacy, self.config.call.ends
        with self.sessions.begin() as db:
            gone = store.drop_unrelated(db, now - timedelta(days=privacy.keep_unrelated_days))
            if ends is not None and now - ends > timedelta(days=privacy.keep_raw_days):
                gone += store.drop_all_raw(db)
        if gone:
            log.info("erased the bytes of %d messages and letters", gone)


def _readable_together(db: Session, call: Call, entries: Sequence[InboxEntry]) -> Sequence[Waiting]:
    """Those of the messages, from the first on, that can be read before it is known what becomes of one another. The
    reader has no database: whether they are answers is looked up here."""
    batch: list[Waiting] = []
    ids: set[str] = set()
    subjects: set[str] = set()
    for entry in entries:
        raw = store.raw_of(db, entry.id) or b""
        mail = read_envelope(raw) if raw else None
        if mail is None:
            batch.append(Waiting(entry.id, raw, entry.truncated))
            continue
        subject = bare(mail.subject).casefold()
        named = {*mail.references, *mail.in_reply_to}
        if named & ids or (answers(mail.subject) and subject in subjects):
            break
        batch.append(Waiting(entry.id, raw, entry.truncated, thread_of(db, call, mail)))
        ids.add(mail.message_id or "")
        subjects.add(subject)
    return batch


def desk_of(config: Config, templates: Templates) -> Desk:
    """The desk of this configuration. Without [smtp] letters are written as from the first organiser."""
    call = config.call
    if config.smtp:
        sender = Address(config.smtp.name or call.event or call.title, config.smtp.address)
    else:
        first = next((o.address for o in call.organisers if o.address), "organisers@localhost")
        sender = Address(call.event or call.title, first)
    servers = {m.name: m.authserv_id for m in config.mailboxes if m.authserv_id}
    return Desk(
        call,
        templates,
        sender,
        config.letters,
        review=config.review,
        programme=config.programme,
        servers=servers,
        name=config.name,
    )


__all__ = ["PassReport", "Worker", "desk_of"]
