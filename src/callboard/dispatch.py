"""The pass's last step: the letters owed leave over one connection, one commit for each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from callboard import config as configuration
from callboard.desk import outbox
from callboard.errors import ConfigError, LetterRefused, MailerDown
from callboard.mailroom.mailer import Mailer
from callboard.passreport import PassReport

if TYPE_CHECKING:
    from callboard.worker import Worker

log = logging.getLogger("callboard")


def send_letters(worker: Worker, report: PassReport) -> None:
    """Send what is owed and due, over one connection."""
    smtp = worker.config.smtp
    if smtp is None:
        return
    try:
        password = configuration.smtp_password(smtp, worker.environ)
    except ConfigError as error:
        report.add(error)
        return
    with Mailer(smtp, password, worker.config.worker.timeout_seconds) as mailer:
        while not worker.stopping and (claimed := _claim_letters(worker)):
            if not _send(worker, mailer, claimed, report):
                break


def _claim_letters(worker: Worker) -> Sequence[outbox.DueLetter]:
    with worker.sessions.begin() as db:
        return outbox.claim(db, worker.clock())


def _send(worker: Worker, mailer: Mailer, claimed: Sequence[outbox.DueLetter], report: PassReport) -> bool:
    """Send a claimed batch, one commit for each letter. False when the server is away."""
    for position, letter in enumerate(claimed):
        worker.heartbeat()
        try:
            mailer.send(worker.desk.sender.address, letter.recipient, letter.raw)
        except LetterRefused as refusal:
            with worker.sessions.begin() as db:
                gone = outbox.record_refusal(db, letter.id, refusal, worker.config.letters, worker.clock())
            report.given_up += gone
            log.warning("letter %d: refused%s", letter.id, ", given up" if gone else "")
        except MailerDown as error:
            rest = [x.id for x in claimed[position:]]
            with worker.sessions.begin() as db:
                report.given_up += outbox.put_back(
                    db, rest, worker.clock(), worker.config.letters, str(error)
                )
            log.warning("%s", error)
            report.add(error)
            return False
        else:
            with worker.sessions.begin() as db:
                outbox.record_sent(db, letter.id, worker.clock())
            report.sent += 1
            worker.progress("sent", 1)
    return True
