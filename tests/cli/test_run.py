"""`callboard run` as systemd or a container runs it: a process, signals, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard.config import Config
from callboard.daemon import Daemon
from callboard.worker import Worker
from deliver import deliver
from faults import FaultProxy
from houses import House, with_mail
from letters_in import proposal
from servers import Account, SmtpSink
from waiting import until
from workplace import Clock

SELDOM = "[worker]\npoll_minutes = 600\n"


@contextmanager
def running(house: House, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = house.start(*words, "run")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        finally:
            process.kill()


@contextmanager
def systemd(house: House) -> Iterator[Callable[[bytes], list[bytes]]]:
    """What hears the notifications; the value waits for one that begins so, and returns all up to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(house.folder / "notify"))
        line.settimeout(60)
        house.environ["NOTIFY_SOCKET"] = str(house.folder / "notify")

        def hear(beginning: bytes) -> list[bytes]:
            heard = [line.recv(1000)]
            while not heard[-1].startswith(beginning):
                heard.append(line.recv(1000))
            return heard

        yield hear


def answered(sink: SmtpSink, letters: int) -> bool:
    return len(sink.mails) >= letters


def letter(number: int) -> bytes:
    return proposal(title=f"Exposé {number}", abstract=f"Le numéro {number}. " * 40)


def change(house: House, before: str, after: str) -> None:
    file = house.folder / "config" / "callboard.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def deafen(house: House) -> None:
    change(house, 'tls = "none"\nsince', 'tls = "none"\nidle = false\nsince')


def test_it_works_and_stops_cleanly_on_sigterm(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink)
    deliver(dovecot, proposal())
    with running(house) as process:
        until(lambda: smtp_sink.mails)

    assert (process.returncode, len(smtp_sink.mails)) == (0, 1)
    assert house("once")[0] == 0  # the lease was given back


def test_it_comes_back_for_later_mail(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    """Field note 35: no pass is dropped for being late, and one that takes longer than the interval blocks none."""
    house = with_mail(tmp_path, dovecot, smtp_sink, more="[worker]\npoll_minutes = 0.01\n")
    deafen(house)
    with running(house) as process:
        for number in range(3):
            deliver(dovecot, letter(number))
            until(partial(answered, smtp_sink, number + 1))

    assert (process.returncode, len(smtp_sink.mails)) == (0, 3)


def test_mail_is_answered_when_it_arrives(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    """Hours before the next poll: the server says that it is there (IDLE)."""
    house = with_mail(tmp_path, dovecot, smtp_sink, more=SELDOM)
    with running(house):
        for number in range(3):
            deliver(dovecot, letter(number))
            assert until(partial(answered, smtp_sink, number + 1))


def test_sighup_reads_the_configuration_anew(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink, more=SELDOM)
    with systemd(house) as hear, running(house, "-v") as process:
        hear(b"READY=1")
        deliver(dovecot, letter(1))
        assert until(lambda: len(smtp_sink.mails) == 1)
        change(house, "Journée rivières", "Journée fleuves")
        process.send_signal(signal.SIGHUP)
        hear(b"READY=1")
        deliver(dovecot, letter(2))
        assert until(lambda: len(smtp_sink.mails) == 2)

    assert b"=?utf-8?q?Journ=C3=A9e_fleuves?=" in smtp_sink.mails[1].content
    assert b"fleuves" not in smtp_sink.mails[0].content


def test_a_wrong_configuration_is_not_taken_over(
    dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink, more=SELDOM)
    with systemd(house) as hear:
        process = house.start("run")
        try:
            hear(b"READY=1")
            deliver(dovecot, letter(1))
            assert until(lambda: len(smtp_sink.mails) == 1)
            change(house, "poll_minutes", "pol_minutes")
            process.send_signal(signal.SIGHUP)
            hear(b"READY=1")
            deliver(dovecot, letter(2))
            assert until(lambda: len(smtp_sink.mails) == 2)
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "not reloaded, going on as before" in said
    assert "pol_minutes" in said


def test_systemd_is_told_how_it_goes(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink, more=SELDOM)
    with systemd(house) as hear:
        with running(house) as process:
            assert hear(b"READY=1") == [b"READY=1"]
            process.send_signal(signal.SIGHUP)
            assert hear(b"RELOADING=1")[-1].startswith(b"RELOADING=1\nMONOTONIC_USEC=")
            assert hear(b"READY=1") == [b"READY=1"]
            hear(b"WATCHDOG=1")
        hear(b"STOPPING=1")


@pytest.mark.parametrize("stalled", ["STATUS", "LOGIN"])
def test_a_server_that_keeps_us_waiting_does_not_keep_us_from_stopping(
    dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path, stalled: str
) -> None:
    with FaultProxy(dovecot.server.imap) as line:
        line.stall_on = stalled.encode()
        more = "[worker]\nstop_seconds = 1\ntimeout_seconds = 300\n"
        house = with_mail(tmp_path, dovecot, smtp_sink, imap=line.port, more=more)
        deafen(house)  # it is the pass that waits, not the listener
        process = house.start("run")
        try:
            assert until(lambda: stalled.encode() in line.sent)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
        line.mend()

        assert process.returncode == 0
        assert "took too long" in said
        assert house("once")[0] == 0  # nobody has to wait for the lease


def test_a_listener_that_waits_for_its_server_does_not_keep_a_reload_from_ending(
    dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with FaultProxy(dovecot.server.imap) as line:
        line.stall = True
        more = "[worker]\nstop_seconds = 1\ntimeout_seconds = 300\n"
        process = with_mail(tmp_path, dovecot, smtp_sink, imap=line.port, more=more).start("-v", "run")
        try:
            assert until(lambda: line.connections == 2)  # the pass and the listener
            process.send_signal(signal.SIGHUP)
            assert until(
                lambda: line.connections == 3, 12
            )  # another listener; a greeting is waited for longer
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()

    assert (process.returncode, "reloaded" in said) == (0, True)


def test_a_pass_without_a_sign_of_life_ends_the_process(tmp_path: Path) -> None:
    """Whoever started it starts it again."""
    code = (
        "import time\n"
        "from callboard import daemon\n"
        "class Stuck:\n"
        "    alive, lease_seconds, stopping, given = 0.0, 0.3, False, False\n"
        "    class config:\n"
        "        mailboxes = ()\n"
        "        class health: metrics = None\n"
        "        class worker: poll_minutes, stop_seconds, timeout_seconds = 5, 30, 60\n"
        "    def sign_of_life(self): self.alive = time.monotonic()\n"
        "    def run_once(self): time.sleep(600)\n"
        "    def give_lease_back(self): print('given back', flush=True)\n"
        "worker = Stuck()\n"
        "daemon.Daemon({None: worker}, lambda _: {None: worker}).run()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )

    assert (done.returncode, done.stdout) == (70, "given back\n")
    assert "no sign of life" in done.stderr


def test_the_step_of_a_call_that_went_ends_before_the_process_does(tmp_path: Path) -> None:
    """Its database is closed when the daemon has ended."""
    code = (
        "import os, signal, threading, time\n"
        "from callboard import daemon\n"
        "begun = threading.Event()\n"
        "class Work:\n"
        "    alive, lease_seconds, stopping = time.monotonic(), 60, False\n"
        "    left = set()\n"
        "    class config:\n"
        "        mailboxes = ()\n"
        "        class health: metrics = None\n"
        "        class worker: poll_minutes, stop_seconds, timeout_seconds = 5, 30, 60\n"
        "    def sign_of_life(self): pass\n"
        "    def give_lease_back(self): print('given back', flush=True)\n"
        "    def run_once(self):\n"
        "        begun.set()\n"
        "        while not self.stopping: time.sleep(0.01)\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(2)\n"
        "        print('ended', flush=True)\n"
        "        raise daemon.TryAgainLater('stopped')\n"
        "class Idle(Work):\n"
        "    def run_once(self): raise daemon.TryAgainLater('idle')\n"
        "def go():\n"
        "    begun.wait(30)\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "threading.Thread(target=go).start()\n"
        "stays = Idle()\n"
        "daemon.Daemon({'goes': Work(), 'stays': stays}, lambda _: {'stays': stays}).run()\n"
        "print('closed', flush=True)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )

    assert (done.returncode, done.stdout) == (0, "ended\nclosed\n"), done.stderr


def test_a_call_that_comes_back_knows_which_letters_left(
    config: Config, engine: sa.Engine, clock: Clock
) -> None:
    """The database could not note them when the call went."""
    silent = config.model_copy(update={"mailboxes": ()})
    goes, back, stays = (Worker(silent, engine, {}, clock) for _ in range(3))
    at_work = Daemon({"goes": goes, "stays": stays}, dict)
    for position, each in enumerate(at_work._rounds.values()):
        at_work._schedule(each, position)
    goes.left.add(7)

    at_work._replace({"stays": stays})
    at_work._watch()
    at_work._replace({"goes": back, "stays": stays})

    assert back.left == {7}
