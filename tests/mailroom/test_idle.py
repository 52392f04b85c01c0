"""Listening at a mailbox: news at once, and every way in which a server or a line lets us down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from callboard.config import MailboxConfig
from callboard.mailroom.idle import Listener
from deliver import deliver, plain_mail
from faults import FaultProxy, ScriptedImap
from servers import PASSWORD, Account
from waiting import until


class Heard:
    """How often there were news."""

    def __init__(self) -> None:
        self.times = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.times += 1
            self._changed.notify_all()

    def wait_for(self, times: int, seconds: float = 30) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.times >= times, seconds)


@contextmanager
def listening(config: MailboxConfig, heard: Heard, **options: Any) -> Iterator[Listener]:
    listener = Listener(config, lambda: PASSWORD, 10, heard, **({"pause": 0.1} | options))
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()
        listener.join(20)
        assert not listener.is_alive()


@pytest.mark.parametrize("tls", ["tls", "none"])
def test_new_mail_is_news_each_time(dovecot: Account, tls: str) -> None:
    heard = Heard()
    with FaultProxy(dovecot.server.imaps if tls == "tls" else dovecot.server.imap) as line:
        config = dovecot.config(tls=tls, port=line.port)
        with listening(config, heard):
            # Encrypted bytes tell nothing: the first news may be an answer to the first letter or to the second.
            assert until(lambda: b"IDLE" in line.sent or (tls == "tls" and line.connections > 0))
            time.sleep(1 if tls == "tls" else 0.2)
            deliver(dovecot, plain_mail(1))
            assert heard.wait_for(2)  # the first is what may have come before
            deliver(dovecot, plain_mail(2))
            assert heard.wait_for(3)


def test_what_came_before_it_listened_is_news(dovecot: Account) -> None:
    """The pass may have looked just before it came, and the next one is minutes away."""
    heard = Heard()
    deliver(dovecot, plain_mail(1))
    with listening(dovecot.config(tls="none"), heard):
        assert heard.wait_for(1)


def test_a_server_that_wants_to_be_left_alone_is_not_even_connected_to() -> None:
    rests = iter([0.5, 0.0])
    began = time.monotonic()
    with ScriptedImap() as server:
        with listening(server.config(), Heard(), left_alone=lambda: next(rests, 60.0)):
            assert until(lambda: server.commands)
        waited = time.monotonic() - began

    assert waited >= 0.5
    assert next(rests, None) is None


def test_idle_is_begun_anew_before_anybody_forgets_the_line(dovecot: Account) -> None:
    heard = Heard()
    with (
        FaultProxy(dovecot.server.imap) as line,
        listening(dovecot.config(tls="none", port=line.port), heard, renew_seconds=0.3),
    ):
        assert until(lambda: line.sent.count(b"DONE") >= 3)
        deliver(dovecot, plain_mail(1))

        assert heard.wait_for(2)
        assert line.connections == 1


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_line_that_dies_is_noticed_and_what_came_meanwhile_is_news(dovecot: Account, reset: bool) -> None:
    heard = Heard()
    with (
        FaultProxy(dovecot.server.imap) as line,
        listening(dovecot.config(tls="none", port=line.port), heard),
    ):
        assert heard.wait_for(1)  # the server has answered IDLE, not only been asked
        line.reset = reset
        line.cut_after = 0  # at the next byte of the server
        deliver(dovecot, plain_mail(1))
        assert until(lambda: line.connections >= 2)
        line.mend()

        assert heard.wait_for(2)


def test_a_line_that_no_longer_answers_is_noticed_at_the_next_renewal(dovecot: Account) -> None:
    heard = Heard()
    with FaultProxy(dovecot.server.imap) as line:
        config = dovecot.config(tls="none", port=line.port)
        listener = Listener(config, lambda: PASSWORD, 1, heard, renew_seconds=0.5, pause=0.1)
        listener.start()
        try:
            assert until(lambda: b"IDLE" in line.sent)
            line.stall_on = b"DONE"
            assert until(lambda: line.connections >= 2)
            line.mend()
            assert heard.wait_for(2)
        finally:
            listener.stop()
            listener.join(20)


def test_a_server_without_idle_is_not_asked_again() -> None:
    heard = Heard()
    with ScriptedImap() as server, listening(server.config(), heard) as listener:
        listener.join(20)

        assert not listener.is_alive()
        assert not [command for command in server.commands if command.startswith("IDLE")]
    assert heard.times == 0


def test_goodbye_and_chatter_are_no_news() -> None:
    heard = Heard()
    answers = {"IDLE": b"+ idling\r\n* OK still here\r\n* 0 RECENT\r\n* BYE going down\r\n"}
    with (
        ScriptedImap(answers, capabilities="IMAP4rev1 IDLE") as server,
        listening(server.config(), heard, pause=60),
    ):
        assert until(lambda: "IDLE" in server.commands)
        time.sleep(0.3)
    assert heard.times == 1  # for what may have come before


@pytest.mark.parametrize(
    "answer",
    [
        b"TAG NO [AUTHENTICATIONFAILED] no\r\n",
        b"TAG NO [OVERQUOTA] enough\r\n",
        b"TAG NO [UNAVAILABLE] busy\r\n",
    ],
)
def test_who_wants_to_be_left_alone_is_not_listened_to_again_soon(answer: bytes) -> None:
    """The pass asks anyway, and each login of ours counts (field note 32)."""
    with (
        ScriptedImap({"LOGIN ": answer}) as server,
        listening(server.config(), Heard(), pause=0.05),
    ):
        time.sleep(1)
        logins = sum(command.startswith("LOGIN") for command in server.commands)
    assert logins == 1


def test_several_do_not_knock_together() -> None:
    with ScriptedImap() as server, listening(server.config(), Heard(), delay=60) as listener:
        time.sleep(0.3)
        assert server.commands == []
        listener.stop()
        listener.join(5)
    assert not listener.is_alive()


def test_a_server_that_hangs_up_is_tried_again_later_and_later() -> None:
    heard = Heard()
    with (
        ScriptedImap({"LOGIN ": b"* BYE going down\r\n"}) as server,
        listening(server.config(), heard, pause=0.2),
    ):
        time.sleep(2)
        logins = sum(command.startswith("LOGIN") for command in server.commands)
    assert 2 <= logins <= 5  # after 0.2, 0.4, 0.8, 1.6 seconds
    assert heard.times == 0


def test_stopping_does_not_wait_for_the_server(dovecot: Account) -> None:
    heard = Heard()
    with FaultProxy(dovecot.server.imap) as line:
        with listening(dovecot.config(tls="none", port=line.port), heard):
            assert until(lambda: b"IDLE" in line.sent)
            began = time.monotonic()
        assert time.monotonic() - began < 5
