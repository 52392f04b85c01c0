"""A worker over a real Dovecot, a real SMTP listener and a fresh database, and what tests ask of it."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

import letters_in
from callboard import store
from callboard.call import Call, Organiser, Topic
from callboard.config import Config, DigestConfig, ReviewConfig
from callboard.model import InboxEntry
from callboard.worker import Worker
from deliver import deliver
from servers import Account, SmtpSink

OURS = "journee@callboard.test"


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> Config:
    call = Call(
        title="Journée rivières",
        timezone="Europe/Paris",
        published=date(2020, 1, 1),
        starts=datetime(2027, 3, 11, 8, 30, tzinfo=UTC),
        ends=datetime(2027, 3, 11, 16, 0, tzinfo=UTC),
        topics=(Topic("mesure et capteurs"), Topic("modèles de crue")),
        organisers=(
            Organiser("Odile Brac", "odile@callboard.test"),
            Organiser("Tom Reed", "tom@callboard.test", language="en"),
        ),
    )
    return Config(
        call=call,
        mailboxes=(dovecot.config(),),
        smtp=smtp_sink.config(address=OURS),
        digest=DigestConfig(enabled=False),
        review=ReviewConfig(decision_delay_minutes=0),
        folder=tmp_path,
    )


@pytest.fixture
def worker(config: Config, engine: sa.Engine, dovecot: Account, clock: Clock) -> Worker:
    return Worker(config, engine, {config.mailboxes[0].password_variable: dovecot.password}, clock)


@pytest.fixture
def filled(worker: Worker, dovecot: Account) -> Worker:
    """The same after one pass over one proposal."""
    deliver(dovecot, letters_in.proposal())
    worker.run_once()
    return worker


def letters(sink: SmtpSink) -> list[EmailMessage]:
    return [email.message_from_bytes(m.content, policy=email.policy.default) for m in sink.mails]


def told(sink: SmtpSink) -> list[tuple[str, ...]]:
    return [m.recipients for m in sink.mails]


def outcomes(worker: Worker) -> list[str]:
    with worker.sessions() as db:
        return list(db.scalars(sa.select(InboxEntry.outcome).order_by(InboxEntry.id)))


def titles(worker: Worker) -> list[str | None]:
    with worker.sessions() as db:
        return [p.title for p in store.proposals(db)]
