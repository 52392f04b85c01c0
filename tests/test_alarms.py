"""The operator hears once that something is wrong, and once that it is over."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from callboard.config import Config, HealthConfig
from callboard.health import troubles, unwritable
from callboard.model import Alarm
from callboard.passreport import PassReport
from callboard.worker import Worker
from deliver import deliver
from letters_in import proposal
from servers import Account, SmtpSink
from workplace import Clock, letters

OPERATOR = "machine@callboard.test"


@dataclass
class Hook:
    """What a webhook was told, and what it answers."""

    server: ThreadingHTTPServer
    news: list[dict[str, Any]] = field(default_factory=list)
    answer: int = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/secret-path"


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if made.answer < 300:
                made.news.append(body)
            self.send_response(made.answer)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = Hook(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def health() -> HealthConfig:
    return HealthConfig(operator=OPERATOR)


@pytest.fixture
def config(config: Config, health: HealthConfig) -> Config:
    return config.model_copy(update={"health": health})


def down(worker: Worker) -> None:
    mailbox = worker.config.mailboxes[0].model_copy(update={"port": 1})
    worker.config = worker.config.model_copy(update={"mailboxes": (mailbox,)})


def up(worker: Worker, config: Config) -> None:
    worker.config = config


def subjects(sink: SmtpSink) -> list[tuple[str, str]]:
    return [(letter["To"], letter["Subject"]) for letter in letters(sink)]


def test_a_mailbox_that_stays_away_is_told_once_and_so_is_its_return(
    worker: Worker, config: Config, clock: Clock, smtp_sink: SmtpSink
) -> None:
    worker.run_once()
    down(worker)
    for minutes in (30, 31, 5, 5):
        clock.now += timedelta(minutes=minutes)
        worker.run_once()
    told = subjects(smtp_sink)
    up(worker, config)
    worker.run_once()
    worker.run_once()

    name = f"mailbox {config.mailboxes[0].name}"
    assert told == [(OPERATOR, f"Callboard: {name} was not read for 61 minutes")]
    assert subjects(smtp_sink)[1:] == [(OPERATOR, f"Callboard: {name}: all is well again")]


def test_a_worker_that_starts_anew_does_not_repeat_the_alarm(
    worker: Worker, engine: sa.Engine, clock: Clock, smtp_sink: SmtpSink
) -> None:
    worker.run_once()
    down(worker)
    clock.now += timedelta(hours=2)
    worker.run_once()
    again = Worker(worker.config, engine, worker.environ, clock)

    clock.now += timedelta(hours=2)
    again.run_once()

    assert len(smtp_sink.mails) == 1


def test_letters_that_cannot_leave_are_told_when_they_can(
    worker: Worker, config: Config, clock: Clock, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    assert config.smtp is not None
    deliver(dovecot, proposal())
    smtp = config.smtp.model_copy(update={"port": 1})
    worker.config = config.model_copy(update={"smtp": smtp})
    worker.run_once()
    clock.now += timedelta(hours=2, minutes=1)
    worker.run_once()
    up(worker, config)
    clock.now += timedelta(hours=6)
    worker.run_once()

    assert [subject for to, subject in subjects(smtp_sink) if to == OPERATOR] == [
        "Callboard: a letter waits to leave for 2 hours",
        "Callboard: outbox: all is well again",
    ]


class TestAWebhook:
    @pytest.fixture
    def health(self, hook: Hook) -> HealthConfig:
        return HealthConfig(webhook=hook.url)

    def test_hears_the_beginning_and_the_end_once(
        self, worker: Worker, config: Config, clock: Clock, hook: Hook, engine: sa.Engine
    ) -> None:
        worker.run_once()
        down(worker)
        clock.now += timedelta(hours=2)
        worker.run_once()
        worker.run_once()
        up(worker, config)
        worker.run_once()
        worker.run_once()

        assert [(n["event"], n["what"]) for n in hook.news] == [
            ("alarm", f"mailbox {config.mailboxes[0].name}"),
            ("recovered", f"mailbox {config.mailboxes[0].name}"),
        ]
        with worker.sessions() as db:
            assert db.scalars(sa.select(Alarm)).all() == []

    @pytest.mark.parametrize("answer", [500, 302])
    def test_that_refuses_is_asked_again_and_its_address_not_shown(
        self, worker: Worker, clock: Clock, hook: Hook, answer: int
    ) -> None:
        worker.run_once()
        down(worker)
        clock.now += timedelta(hours=2)
        hook.answer = answer
        report = worker.run_once()
        hook.answer = 204
        worker.run_once()

        assert report.problems[-1] == f"[health] webhook: it answered {answer}; check its address"
        assert [n["event"] for n in hook.news] == ["alarm"]

    def test_that_was_away_all_the_time_hears_both_in_order(
        self, worker: Worker, config: Config, clock: Clock, hook: Hook
    ) -> None:
        worker.run_once()
        down(worker)
        clock.now += timedelta(hours=2)
        hook.answer = 500
        worker.run_once()
        up(worker, config)
        worker.run_once()
        hook.answer = 204
        worker.run_once()

        assert [n["event"] for n in hook.news] == ["alarm", "recovered"]


def test_a_mailbox_that_was_never_read_is_trouble(worker: Worker, config: Config, clock: Clock) -> None:
    with worker.sessions() as db:
        found = [t.sentence for t in troubles(db, config, clock.now)]

    assert found == [f"mailbox {config.mailboxes[0].name} has never been read"]


def test_a_database_that_takes_nothing_is_trouble(engine: sa.Engine, clock: Clock) -> None:
    assert unwritable(engine, clock.now) is None

    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE lease"))
    broken = unwritable(engine, clock.now)

    assert broken is not None
    assert broken.sentence == "the database cannot be written"


def test_a_mailbox_that_was_not_looked_into_yet_is_no_alarm(worker: Worker, smtp_sink: SmtpSink) -> None:
    """In a fleet the rest of a pass may come before its first turn."""
    with worker.leased():
        worker.tend(PassReport())

    assert subjects(smtp_sink) == []
