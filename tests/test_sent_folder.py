"""Letters in doubt: looked for in the folder of sent letters before they are sent again."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callboard import checkup, dispatch, pauses
from callboard.config import Config, OAuthConfig
from callboard.errors import ServerTrouble
from callboard.mailroom.sentfolder import SentFolder
from callboard.model import LetterState, OutboxEntry
from callboard.worker import Worker
from deliver import deliver
from faults import FaultProxy, ScriptedImap
from letters_in import proposal
from servers import Account, SmtpSink
from workplace import OURS, Clock


def with_sent_folder(worker: Worker, dovecot: Account, **changes: Any) -> Worker:
    mailbox = dovecot.config(**{"sent_folder": "Sent", **changes})
    worker.config = worker.config.model_copy(update={"mailboxes": (mailbox,)})
    with dovecot.client() as client:
        client.create_folder("Sent")
    return worker


def file_as_gmail_does(dovecot: Account, sink: SmtpSink) -> None:
    deliver(dovecot, *(m.content for m in sink.mails), folder="Sent")


def message_ids(sink: SmtpSink) -> list[str]:
    mails = [email.message_from_bytes(m.content, policy=email.policy.default) for m in sink.mails]
    return [str(m["Message-ID"]) for m in mails]


def states(worker: Worker) -> list[LetterState]:
    with worker.sessions() as db:
        return [LetterState(s) for s in db.scalars(sa.select(OutboxEntry.state))]


def lose_a_reply(worker: Worker, dovecot: Account, sink: SmtpSink, clock: Clock) -> None:
    """The server takes the acknowledgement, and the line dies before it says so."""
    deliver(dovecot, proposal())
    sink.handler.lose_replies = 1
    worker.run_once()
    clock.now += timedelta(minutes=5)


def test_a_letter_whose_answer_was_lost_is_not_sent_again_when_it_is_among_the_sent(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with_sent_folder(worker, dovecot)
    lose_a_reply(worker, dovecot, smtp_sink, clock)
    file_as_gmail_does(dovecot, smtp_sink)

    report = worker.run_once()

    assert (report.exit_code, len(smtp_sink.mails), states(worker)) == (0, 1, [LetterState.SENT])


def test_one_that_is_not_among_the_sent_leaves_again_under_its_message_id(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with_sent_folder(worker, dovecot)
    lose_a_reply(worker, dovecot, smtp_sink, clock)

    worker.run_once()

    first, second = message_ids(smtp_sink)
    assert (first == second, states(worker)) == (True, [LetterState.SENT])


def test_one_in_doubt_waits_while_its_folder_is_away_and_others_leave(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with_sent_folder(worker, dovecot, sent_folder="Nowhere")
    lose_a_reply(worker, dovecot, smtp_sink, clock)
    deliver(
        dovecot, proposal(title="La mémoire des digues", abstract="Digue " * 60, sender="Luc <l@b.example>")
    )

    report = worker.run_once()

    assert [problem.partition(" has no folder ")[2] for problem in report.problems] == [
        '"Nowhere"; there is INBOX, Sent; correct sent_folder'
    ]
    assert (report.exit_code, report.sent, states(worker)) == (75, 1, [LetterState.OWED, LetterState.SENT])


def test_one_in_doubt_for_too_long_is_given_up_visibly(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    with_sent_folder(worker, dovecot, sent_folder="Nowhere")
    lose_a_reply(worker, dovecot, smtp_sink, clock)
    clock.now += timedelta(days=4)

    report = worker.run_once()

    assert (report.given_up, len(smtp_sink.mails), states(worker)) == (1, 1, [LetterState.FAILED])


def test_nobody_looks_for_letters_that_were_never_tried(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    with_sent_folder(worker, dovecot)
    deliver(dovecot, proposal())
    with FaultProxy(dovecot.server.imap) as line:
        through = dovecot.config(tls="none", port=line.port, sent_folder="Sent")
        worker.config = worker.config.model_copy(update={"mailboxes": (through,)})

        worker.run_once()

        assert (line.connections, len(smtp_sink.mails)) == (1, 1)


def test_the_letters_that_lie_there_stay_as_they_are(dovecot: Account) -> None:
    raw = proposal(message_id="<there@callboard.test>")
    deliver(dovecot, raw, folder="Sent")

    with SentFolder(dovecot.config(sent_folder="Sent"), lambda: dovecot.password, 10) as sent:
        found = [sent.holds(f"<{name}@callboard.test>") for name in ("there", "elsewhere")]

    with dovecot.client("Sent") as client:
        flags = client.get_flags(client.search())
    assert found == [True, False]
    assert [set(f) - {rb"\Recent"} for f in flags.values()] == [set()]


def test_what_came_after_the_first_look_is_found_too(dovecot: Account) -> None:
    deliver(dovecot, proposal(message_id="<one@callboard.test>"), folder="Sent")
    with SentFolder(dovecot.config(sent_folder="Sent"), lambda: dovecot.password, 10) as sent:
        before = sent.holds("<two@callboard.test>")
        deliver(dovecot, proposal(message_id="<two@callboard.test>"), folder="Sent")

        after = sent.holds("<two@callboard.test>")

    assert (before, after) == (False, True)


class TestCopiesOfOurOwn:
    def test_each_letter_is_put_there_as_read(
        self, worker: Worker, dovecot: Account, smtp_sink: SmtpSink
    ) -> None:
        with_sent_folder(worker, dovecot, file_sent=True)
        deliver(dovecot, proposal())

        worker.run_once()

        with dovecot.client("Sent") as client:
            kept = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"])
        assert [k[b"BODY[]"] for k in kept.values()] == [m.content for m in smtp_sink.mails]
        assert all(rb"\Seen" in k[b"FLAGS"] for k in kept.values())

    def test_a_worker_killed_after_the_copy_sends_nothing_again(
        self,
        worker: Worker,
        dovecot: Account,
        smtp_sink: SmtpSink,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with_sent_folder(worker, dovecot, file_sent=True)
        deliver(dovecot, proposal())
        with monkeypatch.context() as death, pytest.raises(KeyboardInterrupt):
            death.setattr(dispatch, "_note_sent", _die)  # the boundary: the process ends here
            worker.run_once()
        clock.now += timedelta(minutes=5)

        worker.run_once()

        assert (len(smtp_sink.mails), states(worker)) == (1, [LetterState.SENT])

    def test_a_copy_that_cannot_be_kept_is_no_reason_to_send_again(
        self, worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
    ) -> None:
        with_sent_folder(worker, dovecot, sent_folder="Nowhere", file_sent=True)
        deliver(dovecot, proposal())

        report = worker.run_once()

        assert (report.exit_code, len(report.problems)) == (75, 1)
        assert (len(smtp_sink.mails), states(worker)) == (1, [LetterState.SENT])


def _die(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("auth", ["password", "oauth"])
def test_without_a_way_into_it_one_in_doubt_waits_and_others_leave(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock, tmp_path: Path, auth: str
) -> None:
    lose_a_reply(worker, dovecot, smtp_sink, clock)
    app = OAuthConfig(name="work", provider="microsoft", client_id="x", tokens=tmp_path / "tokens")
    locked = dovecot.config(name="locked", auth=auth, folder="Sent", sent_folder="Sent")
    mailboxes = (*worker.config.mailboxes, locked)
    worker.config = worker.config.model_copy(update={"mailboxes": mailboxes, "oauth": (app,)})
    deliver(
        dovecot, proposal(title="La mémoire des digues", abstract="Digue " * 60, sender="Luc <l@b.example>")
    )

    report = worker.run_once()

    assert (report.sent, states(worker)) == (1, [LetterState.OWED, LetterState.SENT])
    assert any("locked" in problem for problem in report.problems)
    with worker.sessions() as db:
        assert pauses.until(db, pauses.SMTP, clock()) is None


class TestTheCheck:
    def findings(self, config: Config, account: Account, **changes: Any) -> list[tuple[str, str, int]]:
        mailbox = account.config(**changes)
        changed = config.model_copy(update={"mailboxes": (mailbox,)})
        environ = {mailbox.password_variable: account.password}
        return [
            (f.what, f.result, f.exit_code)
            for f in checkup.check(changed, environ, Clock())
            if f.what == "mailbox organisers"
        ][1:]

    def test_it_says_what_the_folder_holds(self, config: Config, dovecot: Account) -> None:
        deliver(dovecot, proposal(), folder="Sent")

        assert self.findings(config, dovecot, sent_folder="Sent", file_sent=True) == [
            (
                "mailbox organisers",
                "Sent holds 1 letters; one in doubt is looked for there, and copies go there",
                0,
            )
        ]

    def test_a_missing_folder_is_answered_with_the_one_that_the_server_marks(self) -> None:
        """RFC 6154."""
        answers = {
            "EXAMINE": b"TAG NO no such folder\r\n",
            "LIST": b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" "Objets envoy&AOk-s"\r\n',
        }
        with (
            ScriptedImap(answers) as server,
            SentFolder(server.config(sent_folder="Sent"), lambda: "secret", 5) as sent,
            pytest.raises(Exception, match="there is Objets envoyés; correct sent_folder") as missing,
        ):
            sent.check(writing=False)

        assert missing.value.trouble is ServerTrouble.FOLDER

    def test_a_folder_that_we_may_only_read_takes_no_copies(self) -> None:
        answers = {"SELECT": b"* 1 EXISTS\r\nTAG OK [READ-ONLY] done\r\n"}
        with (
            ScriptedImap(answers) as server,
            SentFolder(server.config(sent_folder="Sent"), lambda: "secret", 5) as sent,
            pytest.raises(Exception, match="set file_sent = false"),
        ):
            sent.check(writing=True)


def test_our_own_letters_are_no_mail_when_the_folder_is_read_too(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    """A folder that holds everything, such as Gmail's [Gmail]/All Mail."""
    with_sent_folder(worker, dovecot, sent_folder="INBOX", file_sent=True)
    deliver(dovecot, proposal())
    worker.run_once()

    worker.run_once()

    assert (len(smtp_sink.mails), worker.config.smtp.address) == (1, OURS)
