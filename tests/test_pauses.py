"""Servers that want to be left alone, and are: longer each time, and nobody else with them."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from authserver import CLIENT_SECRET, AuthServer, Waits
from callboard import checkup, health, pauses, status
from callboard.cli.condition import _lines, _poll
from callboard.config import Config, MailboxConfig
from callboard.daemon import Round
from callboard.errors import LoginNeeded, MailboxDown, ServerTrouble
from callboard.mailroom import oauth, tokens
from callboard.model import LetterState, OutboxEntry, Pause
from callboard.worker import Worker
from deliver import deliver
from faults import ScriptedImap
from letters_in import proposal
from servers import Account, SmtpSink
from waiting import until
from workplace import Clock

BUSY = b"TAG NO [UNAVAILABLE] back-end is down\r\n"
FULL = b"TAG NO [OVERQUOTA] too much today\r\n"
WRONG = b"TAG NO [AUTHENTICATIONFAILED] no\r\n"
CONNECTED = b"TAG BAD User is authenticated but not connected.\r\n"
THROTTLED = b"TAG NO Request is throttled. Suggested Backoff Time: 299910 milliseconds\r\n"


EMPTY = {"UID SEARCH": b"* SEARCH\r\n"}


class Moody:
    """A server whose answer to a login is `answer`, b"" for a good mood."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.server = ScriptedImap({"LOGIN": lambda _: self.answer, **EMPTY})

    @property
    def logins(self) -> int:
        return sum(command.startswith("LOGIN") for command in self.server.commands)


@contextmanager
def moody(answer: bytes) -> Iterator[Moody]:
    mood = Moody(answer)
    with mood.server:
        yield mood


def with_mailboxes(worker: Worker, *mailboxes: MailboxConfig) -> Worker:
    worker.config = worker.config.model_copy(update={"mailboxes": mailboxes})
    worker.environ = {m.password_variable: "correct-horse" for m in mailboxes}
    return worker


def asked_at(worker: Worker, mood: Moody, clock: Clock, hours: float, every: int = 1) -> list[int]:
    """The minutes, from now on, at which it was asked, with a pass every so many minutes."""
    began, found = clock.now, []
    for minute in range(0, int(hours * 60), every):
        clock.now = began + timedelta(minutes=minute)
        before = mood.logins
        worker.run_once()
        found += [minute] * (mood.logins - before)
    return found


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        (BUSY, [0, 2, 6, 14, 30, 62, 126]),
        (CONNECTED, [0, 2, 6, 14, 30, 62, 126]),
        # A quota opens again after hours.
        (FULL, [0, 60]),
        # The time that Exchange asks for, where it is more.
        (THROTTLED, [0, 5, 10, 18, 34, 66, 130]),
    ],
)
def test_a_busy_server_is_asked_later_and_later(
    worker: Worker, clock: Clock, answer: bytes, minutes: list[int]
) -> None:
    with moody(answer) as mood:
        with_mailboxes(worker, mood.server.config())

        assert asked_at(worker, mood, clock, 2.5) == minutes


def test_a_wrong_password_is_no_throttle_but_is_not_tried_for_ever_either(
    worker: Worker, clock: Clock
) -> None:
    """Field note 32: many refused logins lock an account."""
    with moody(WRONG) as mood:
        with_mailboxes(worker, mood.server.config())

        assert asked_at(worker, mood, clock, 4, every=5) == [0, 5, 10, 20, 40, 80, 140, 200]


def test_a_server_that_is_merely_away_is_looked_for_at_every_pass(worker: Worker, clock: Clock) -> None:
    with moody(b"* BYE going down\r\n") as mood:
        with_mailboxes(worker, mood.server.config())

        assert asked_at(worker, mood, clock, 0.1) == [0, 1, 2, 3, 4, 5]


def test_once_it_serves_us_again_the_next_trouble_is_the_first(worker: Worker, clock: Clock) -> None:
    with moody(BUSY) as mood:
        with_mailboxes(worker, mood.server.config())
        assert asked_at(worker, mood, clock, 0.25) == [0, 2, 6, 14]
        mood.answer = b""
        clock.now += timedelta(hours=1)
        worker.run_once()
        mood.answer = BUSY

        assert asked_at(worker, mood, clock, 0.1) == [0, 2]


def test_the_others_and_the_letters_go_on(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with moody(BUSY) as mood:
        with_mailboxes(worker, mood.server.config(name="busy"), dovecot.config())
        worker.run_once()
        deliver(dovecot, proposal())

        report = worker.run_once()

    assert (mood.logins, len(smtp_sink.mails), report.fetched) == (1, 1, 1)
    assert report.exit_code == 75
    [problem] = report.problems
    assert str(problem).endswith("; left alone until 2027-02-01 09:32 UTC")


def test_five_mailboxes_of_one_server_are_asked_one_after_the_other(worker: Worker) -> None:
    """In the order of the file: many logins at once look like an attack (field note 32)."""
    at_once, most, order = 0, 0, []
    lock = threading.Lock()

    class Counting(ScriptedImap):
        def _talk(self, connection: Any) -> None:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            super()._talk(connection)

    def logged_in(match: Any) -> bytes:
        order.append(match[1])
        return b""

    def logged_out(_: Any) -> bytes:
        """Before the client hears of it: this connection's thread may end after the next one has come."""
        nonlocal at_once
        with lock:
            at_once -= 1
        return b"* BYE bye\r\n"

    with Counting({r'LOGIN "?(\w+)': logged_in, "LOGOUT": logged_out, **EMPTY}) as server:
        names = [f"m{number}" for number in range(5)]
        with_mailboxes(worker, *(server.config(name=name, user=name) for name in names))

        report = worker.run_once()

    assert report.problems == []
    assert (order, most) == (names, 1)


def test_the_state_is_on_the_screen(worker: Worker, clock: Clock) -> None:
    with moody(FULL) as mood:
        with_mailboxes(worker, mood.server.config())
        worker.run_once()

    with worker.sessions() as db:
        [line] = status.status(db, worker.config, clock()).mailboxes
    assert line.paused_until == clock.now + timedelta(hours=1)
    assert line.last_error is not None and "has a full quota" in line.last_error
    assert _poll(line, clock()) == "2027-02-01 10:30 UTC"


def test_a_check_that_succeeds_ends_the_pause(worker: Worker, config: Config, clock: Clock) -> None:
    """Who has just corrected the password need not wait."""
    with moody(WRONG) as mood:
        with_mailboxes(worker, mood.server.config())
        asked_at(worker, mood, clock, 0.5)
        mood.answer = b""
        before = mood.logins
        worker.run_once()
        assert mood.logins == before
        file = f"sqlite:///{worker.engine.url.database}"
        if worker.engine.dialect.name != "sqlite":
            file = worker.engine.url.render_as_string(hide_password=False)
        there = worker.config.model_copy(update={"database": file})

        findings = list(checkup.check(there, worker.environ, clock))
        worker.run_once()

    assert [f.exit_code for f in findings if f.what == "mailbox organisers"] == [0]
    assert mood.logins == before + 2


def test_a_letter_in_doubt_does_not_disturb_a_server_that_wants_rest(
    worker: Worker, smtp_sink: SmtpSink, dovecot: Account, clock: Clock
) -> None:
    with moody(BUSY) as mood:
        box = mood.server.config(name="busy", sent_folder="Sent", file_sent=True)
        with_mailboxes(worker, box, dovecot.config())
        deliver(dovecot, proposal())

        worker.run_once()

    assert (mood.logins, len(smtp_sink.mails)) == (1, 1)


# ------------------------------------------------------------------------------------------ sending


def states(worker: Worker) -> list[LetterState]:
    with worker.sessions() as db:
        return [LetterState(s) for s in db.scalars(sa.select(OutboxEntry.state))]


@pytest.mark.parametrize(
    ("verb", "answer", "pause"),
    [
        ("MAIL", "421 4.7.0 too many connections", 2),
        ("DATA", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", 2),
        ("DATA", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", 60),
    ],
)
def test_letters_wait_while_the_server_wants_rest_and_none_is_given_up(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock, verb: str, answer: str, pause: int
) -> None:
    deliver(dovecot, proposal())
    smtp_sink.script[verb] = [answer]
    began = clock.now

    for minute in range(pause):
        clock.now = began + timedelta(minutes=minute)
        assert worker.run_once().exit_code == 75
    tried = smtp_sink.handler.verbs.count(verb)
    with worker.sessions() as db:
        lines = dict(list(_lines(status.status(db, worker.config, clock()))))
    clock.now = began + timedelta(minutes=pause)
    worker.run_once()

    assert tried == 1
    assert "the server is left alone until" in lines[""]
    assert states(worker) == [LetterState.SENT]
    with worker.sessions() as db:
        assert db.scalars(sa.select(Pause)).all() == []


def test_without_letters_a_pause_of_the_smtp_server_is_no_news(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with worker.sessions.begin() as db:
        pauses.note(db, pauses.SMTP, MailboxDown("x", ServerTrouble.BUSY), clock())

    assert worker.run_once().exit_code == 0


# ------------------------------------------------------------------------------------- OAuth logins


def test_an_ended_login_is_told_at_every_pass_and_asked_for_once(worker: Worker, clock: Clock) -> None:
    """The mail server hears nothing of it; a pause would only put off what `callboard login` mends."""
    with moody(b"") as mood, AuthServer() as auth:
        box = mood.server.config(auth="oauth")
        worker.config = worker.config.model_copy(update={"mailboxes": (box,), "oauth": (auth.app(),)})
        worker.environ = {"CALLBOARD_OAUTH_TESTS_SECRET": CLIENT_SECRET}

        said = [str(worker.run_once().problems[0]) for _ in range(5)]

    assert set(said) == {"nobody has logged in as ada yet: callboard login organisers"}
    assert (mood.logins, auth.asked) == (0, [])


def test_why_no_letter_leaves_is_on_the_screen(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with AuthServer() as auth:
        sending = smtp_sink.config(user="ada@example.org", auth="oauth", address="journee@callboard.test")
        worker.config = worker.config.model_copy(update={"smtp": sending, "oauth": (auth.app(),)})
        deliver(dovecot, proposal())

        report = worker.run_once()
        clock.now += timedelta(hours=3)

        with worker.sessions() as db:
            lines = list(_lines(status.status(db, worker.config, clock())))
            found = {t.name: t.detail for t in health.troubles(db, worker.config, clock())}
    assert report.exit_code == 75
    assert ("", "none leaves: nobody has logged in as ada@example.org yet: callboard login smtp") in lines
    assert found["outbox"] == "nobody has logged in as ada@example.org yet: callboard login smtp"


def test_a_token_that_was_taken_back_is_replaced_at_the_next_pass(
    worker: Worker, clock: Clock, tmp_path: Path
) -> None:
    """As after "sign out everywhere": the provider still refreshes, while the mail server refuses what we have."""
    said: list[bytes] = []

    def judged(match: Any) -> bytes:
        said.append(base64.b64decode(match[0]))
        return b"TAG NO AUTHENTICATE failed.\r\n" if len(said) == 1 else b""

    answers = {"AUTHENTICATE": b"+ \r\n", "[A-Za-z0-9+/=]{40,}$": judged, **EMPTY}
    with (
        ScriptedImap(answers, capabilities="IMAP4rev1 AUTH=XOAUTH2") as server,
        AuthServer() as auth,
    ):
        app = auth.app(tokens=tmp_path / "tokens")
        box = server.config(auth="oauth")
        worker.config = worker.config.model_copy(update={"mailboxes": (box,), "oauth": (app,)})
        worker.environ = {"CALLBOARD_OAUTH_TESTS_SECRET": CLIENT_SECRET}
        account = worker.config.oauth_account(box)
        assert account is not None
        code = oauth.ask_for_code(tokens.client_of(account, worker.environ))
        got = oauth.wait_for_person(tokens.client_of(account, worker.environ), code, Waits(), clock)
        tokens.keep_new(account, got, worker.environ)

        codes = [worker.run_once().exit_code for _ in range(2)]

    assert codes == [75, 0]
    assert [token in string.decode() for token, string in zip(auth.tokens, said, strict=True)] == [True] * 2


@pytest.mark.parametrize("trouble", list(ServerTrouble))
def test_pauses_grow_and_end(trouble: ServerTrouble) -> None:
    lengths = [pauses.length(trouble, n) or timedelta() for n in range(1, 60)]

    assert lengths == sorted(lengths)
    assert lengths[-1] <= timedelta(hours=8)
    if trouble in (ServerTrouble.BUSY, ServerTrouble.QUOTA):
        assert lengths[0] >= timedelta(minutes=2)


def test_a_suggested_pause_is_believed_within_reason(worker: Worker, clock: Clock) -> None:
    now: datetime = clock()
    with worker.sessions.begin() as db:
        error = MailboxDown("Suggested Backoff Time: 999999999 milliseconds", ServerTrouble.BUSY)
        pauses.note(db, "mailbox a", error, now)
        pauses.note(db, "mailbox b", MailboxDown("x", ServerTrouble.TIMEOUT), now)
        pauses.note(db, "mailbox c", LoginNeeded("x"), now)

        assert db.get_one(Pause, "mailbox a").until == now + timedelta(hours=8)
        assert db.get(Pause, "mailbox b") is None
        assert pauses.until(db, "mailbox c", now) is None


def test_listeners_at_one_server_begin_one_after_the_other(worker: Worker) -> None:
    with (
        ScriptedImap({"IDLE": b"+ idling\r\n"}, capabilities="IMAP4rev1 IDLE") as here,
        ScriptedImap({"IDLE": b"+ idling\r\n"}, capabilities="IMAP4rev1 IDLE") as there,
    ):
        # Names of one machine, but two hosts to anybody who only knows the configuration.
        boxes = [here.config(name="a"), here.config(name="b"), there.config(name="c", host="localhost")]
        with_mailboxes(worker, *boxes)
        listening = Round(None, worker, lambda _: None)
        listening.listen(Counter())
        try:
            assert until(lambda: "IDLE" in here.commands and "IDLE" in there.commands, 1.5)
            together = here.commands.count("IDLE")
            assert until(lambda: here.commands.count("IDLE") == 2, 20)
        finally:
            listening.deafen()

    assert together == 1
