"""The pass's last step: the letters owed leave over one connection, one commit for each.

A letter that was tried before may have left: the worker was killed, or the line died before the server's answer. Where
`sent_folder` is set it is looked for there first, and sent again only if it is not there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from callboard import pauses, store
from callboard.desk import outbox
from callboard.errors import ConfigError, LetterRefused, MailboxDown, MailerDown, NoAccess, ServerTrouble
from callboard.mailroom import credentials
from callboard.mailroom.mailer import Mailer
from callboard.mailroom.sasl import Secret
from callboard.mailroom.sentfolder import SentFolder
from callboard.model import OutboxEntry
from callboard.passreport import PassReport

if TYPE_CHECKING:
    from callboard.worker import Worker

log = logging.getLogger("callboard")

NOTE_PAUSE = 0.5  # seconds between two attempts to note that a letter has left


@dataclass(frozen=True)
class Post:
    """The ways out: the SMTP server, and the folder that knows what has left."""

    mailer: Mailer
    secret: Secret | None  # that the mailer logs in with
    sent: SentFolder | None
    files: bool  # whether the copies there are ours to make


def send_letters(worker: Worker, report: PassReport) -> None:
    """Send what is owed and due, over one connection."""
    if worker.left:
        _note_left(worker)
    if _paused(worker, report):
        return
    with ExitStack() as stack:
        try:
            post = _open(worker, stack)
        except (ConfigError, NoAccess) as error:
            log.warning("%s", error)
            report.add(error)
            if isinstance(error, NoAccess):
                with worker.sessions.begin() as db:
                    pauses.note(db, pauses.SMTP, error, worker.clock())
            return
        if post is None:
            return
        while not worker.stopping and (claimed := _claim_letters(worker)):
            unsent = _leave_out_sent(worker, post, claimed, report)
            if not _send(worker, post, unsent, report):
                break


def _paused(worker: Worker, report: PassReport) -> bool:
    """Whether the server wants to be left alone. That it does is worth telling only where a letter waits."""
    with worker.sessions() as db:
        pause = pauses.until(db, pauses.SMTP, worker.clock())
        if pause is not None and store.due_letters(db, worker.clock(), 1):
            report.add(MailerDown(pauses.sentence(pause), ServerTrouble(pause.trouble)))
    return pause is not None


def _note_trouble(worker: Worker, post: Post, error: MailerDown) -> None:
    with worker.sessions.begin() as db:
        pauses.note(db, pauses.SMTP, error, worker.clock())
    if worker.config.smtp is not None:
        credentials.note_refusal(worker.config, worker.config.smtp, post.secret, error, worker.environ)


def _open(worker: Worker, stack: ExitStack) -> Post | None:
    """Nothing is connected yet. None when no letter can leave at all."""
    config, seconds = worker.config, worker.config.worker.timeout_seconds
    if config.smtp is None:
        return None
    secret = credentials.of_smtp(config, config.smtp, worker.environ, worker.clock)
    mailer = Mailer(config.smtp, secret, seconds)
    holder, sent = config.sent_mailbox, None
    if holder is not None:
        password = partial(credentials.of_mailbox, config, holder, worker.environ, worker.clock)
        sent = SentFolder(holder, password, seconds, _trouble_of(worker, holder.name))
        stack.enter_context(sent)
    return Post(stack.enter_context(mailer), secret, sent, holder is not None and holder.file_sent)


def _trouble_of(worker: Worker, mailbox: str) -> MailboxDown | None:
    """Why the folder's own server is not to be asked now."""
    with worker.sessions() as db:
        pause = pauses.until(db, pauses.of_mailbox(mailbox), worker.clock())
    return MailboxDown(pauses.sentence(pause), ServerTrouble(pause.trouble)) if pause else None


def _claim_letters(worker: Worker) -> Sequence[tuple[outbox.DueLetter, OutboxEntry]]:
    """Letters on their way, each with its row as it was when we took it."""
    with worker.sessions.begin() as db:
        claimed = outbox.claim(db, worker.clock())
        return [(letter, db.get_one(OutboxEntry, letter.id)) for letter in claimed]


def _leave_out_sent(
    worker: Worker, post: Post, claimed: Sequence[tuple[outbox.DueLetter, OutboxEntry]], report: PassReport
) -> Sequence[outbox.DueLetter]:
    """The letters that have not left yet, as far as can be known. One in doubt waits while its folder is away."""
    unsent = []
    for letter, row in claimed:
        if post.sent is None or row.attempts == 1:
            unsent.append(letter)
            continue
        worker.heartbeat()
        try:
            found = post.sent.holds(row.message_id)
        except MailboxDown as error:
            report.add(error)
            _note_refusal(worker, letter.id, LetterRefused(str(error), permanent=False), report)
            continue
        if found:
            log.info("letter %d: had left already", letter.id)
            _note_sent(worker, letter.id)
        else:
            unsent.append(letter)
    return unsent


def _send(worker: Worker, post: Post, letters: Sequence[outbox.DueLetter], report: PassReport) -> bool:
    """Send a claimed batch, one commit for each letter. False when the server is away."""
    for position, letter in enumerate(letters):
        worker.heartbeat()
        try:
            post.mailer.send(worker.desk.sender.address, letter.recipient, letter.raw)
        except LetterRefused as refusal:
            _note_refusal(worker, letter.id, refusal, report)
        except MailerDown as error:
            rest = [x.id for x in letters[position:]]
            with worker.sessions.begin() as db:
                report.given_up += outbox.put_back(
                    db, rest, worker.clock(), worker.config.letters, str(error)
                )
            log.warning("%s", error)
            report.add(error)
            _note_trouble(worker, post, error)
            return False
        else:
            # The copy first: once it lies there, a worker that is killed here sends no second letter.
            _file_copy(post, letter, report)
            _note_sent(worker, letter.id)
            report.sent += 1
            worker.progress("sent", 1)
    return True


def _file_copy(post: Post, letter: outbox.DueLetter, report: PassReport) -> None:
    if post.sent is None or not post.files:
        return
    try:
        post.sent.file(letter.raw)
    except MailboxDown as error:
        log.warning("letter %d: sent, but no copy could be kept", letter.id)
        report.add(error)


def _note_sent(worker: Worker, letter_id: int) -> None:
    """A letter that has left and is not noted would leave again: a database in trouble is waited for."""
    worker.left.add(letter_id)
    until = time.monotonic() + worker.note_seconds
    while True:
        try:
            _note_left(worker)
        except OperationalError as error:
            if time.monotonic() > until:
                log.error("letter %d: sent, but it could not be noted; it may leave again", letter_id)
                raise
            log.warning("letter %d: sent, but not noted yet (%s)", letter_id, type(error.orig).__name__)
            time.sleep(NOTE_PAUSE)
        else:
            return


def _note_left(worker: Worker) -> None:
    with worker.sessions.begin() as db:
        for letter_id in worker.left:
            outbox.record_sent(db, letter_id, worker.clock())
        pauses.over(db, pauses.SMTP)
    worker.left.clear()


def _note_refusal(worker: Worker, letter_id: int, refusal: LetterRefused, report: PassReport) -> None:
    with worker.sessions.begin() as db:
        gone = outbox.record_refusal(db, letter_id, refusal, worker.config.letters, worker.clock())
    report.given_up += gone
    log.warning("letter %d: refused%s", letter_id, ", given up" if gone else "")
