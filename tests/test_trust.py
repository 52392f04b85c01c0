"""Strangers, forgers and robots against the whole journey; and letters that must not vanish."""

from __future__ import annotations

import dataclasses
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callboard import collect, store
from callboard.call import Organiser
from callboard.config import Config, LettersConfig
from callboard.desk import intake, review
from callboard.errors import Busy, ConfigError
from callboard.mailroom.mailer import Mailer
from callboard.model import InboxEntry, LetterState, OutboxEntry
from callboard.proposals import State
from callboard.understanding import ReadingProcess
from callboard.worker import PassReport, Worker
from deliver import deliver
from letters_in import ABSTRACT, forwarded, mail, proposal
from servers import Account, SmtpSink
from workplace import OURS, Clock, letters, outcomes, titles, told

MALLORY = "Mallory <mallory@evil.example>"
VICTIM = "maelle.fontanel@rivieres.example"


def states(worker: Worker) -> list[State]:
    with worker.sessions() as db:
        return [State(p.state) for p in store.proposals(db)]


def test_reply_to_gives_no_power_over_another_speakers_proposal(worker: Worker, dovecot: Account) -> None:
    """The title is public; naming the victim in Reply-To must not make the mail hers."""
    deliver(dovecot, proposal())
    worker.run_once()
    forged = proposal(abstract="Achetez nos digues. " * 30, sender=MALLORY, Reply_To=VICTIM)
    deliver(dovecot, forged, mail("Je retire ma proposition P-1.", sender=MALLORY, Reply_To=VICTIM))

    worker.run_once()

    with worker.sessions() as db:
        first = store.proposals(db)[0]
        assert (first.abstract, first.state) == (ABSTRACT, State.SUBMITTED)
        assert [s.email for s in first.speakers] == [VICTIM]


def test_reply_to_makes_us_write_to_nobody(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    """RFC 3834, section 4: an automatic answer goes to the sender."""
    deliver(dovecot, proposal(sender=MALLORY, Reply_To="victim@bank.example"))

    worker.run_once()

    assert told(smtp_sink) == [("mallory@evil.example",)]


@pytest.mark.parametrize(
    "words", ["", "Nouvelle version de la proposition.\n", "Je retire ma proposition.\n"]
)
def test_a_forward_by_a_stranger_writes_to_nobody(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, words: str
) -> None:
    raw = forwarded(MALLORY).replace(b"Arriv=C3=A9 chez moi.", words.encode() or b"Pour vous.")
    deliver(dovecot, raw.replace(b"Bonjour,\n\nJe souhaite", f"{words}Bonjour,\n\nJe souhaite".encode()))

    worker.run_once()

    assert smtp_sink.mails == []
    assert outcomes(worker) == ["held"]


def test_an_organisers_address_alone_withdraws_nothing(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """Anybody can write it into From. A person confirms; then the speaker is told."""
    deliver(dovecot, proposal())
    worker.run_once()
    forged = mail(
        "Merci de retirer la proposition P-1.", sender="Odile Brac <odile@callboard.test>", subject="P-1"
    )
    deliver(dovecot, forged)
    worker.run_once()
    before = (states(worker), len(smtp_sink.mails))
    with worker.sessions.begin() as db:
        held = db.scalars(sa.select(InboxEntry.id).where(InboxEntry.outcome == "held")).one()
        review.settle_held(db, held, approve=True, now=worker.clock())

    worker.run_once()

    assert before == ([State.SUBMITTED], 1)
    assert states(worker) == [State.WITHDRAWN]
    assert told(smtp_sink)[-1] == (VICTIM,)
    with worker.sessions() as db:
        assert store.proposals(db)[0].versions[-1].by == "organiser"


def test_a_person_writing_from_our_own_address_is_read(worker: Worker, dovecot: Account) -> None:
    """The monitored address is often the organisers' own."""
    deliver(dovecot, proposal(sender=f"Les organisateurs <{OURS}>"))

    worker.run_once()

    assert outcomes(worker) == ["proposal"]


def test_a_letter_that_may_not_leave_is_shown_as_given_up(worker: Worker, dovecot: Account) -> None:
    worker.desk = dataclasses.replace(worker.desk, settings=LettersConfig(max_per_address_per_day=1))
    deliver(dovecot, proposal(), proposal(title="Les vannes de la Loire", abstract="Vanne. " * 60))

    worker.run_once()

    with worker.sessions() as db:
        rows = db.execute(sa.select(OutboxEntry.state, OutboxEntry.last_error).order_by(OutboxEntry.id)).all()
    assert [tuple(row) for row in rows] == [
        (LetterState.SENT, None),
        (LetterState.FAILED, "1 letters went to this address within a day"),
    ]
    assert "1 letters went to this address" in worker.digest_text()


def test_a_decision_knows_no_daily_limit_and_threads(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    worker.desk = dataclasses.replace(worker.desk, settings=LettersConfig(max_per_address_per_day=1))
    deliver(dovecot, proposal(message_id="<crue@rivieres.example>"))
    worker.run_once()
    with worker.sessions.begin() as db:
        review.decide(db, worker.desk, 1, State.ACCEPTED, worker.clock())

    worker.run_once()

    acknowledgement, acceptance = letters(smtp_sink)
    assert acceptance["In-Reply-To"] == acknowledgement["Message-ID"]
    assert acceptance["References"] == f"<crue@rivieres.example> {acknowledgement['Message-ID']}"
    assert acceptance["Auto-Submitted"] == "auto-generated"


def test_a_withdrawn_proposal_counts_again_only_when_asked(worker: Worker, dovecot: Account) -> None:
    deliver(dovecot, proposal(), mail("Je retire ma proposition P-1."))
    worker.run_once()
    with pytest.raises(Exception, match="--reopen"), worker.sessions.begin() as db:
        review.decide(db, worker.desk, 1, State.ACCEPTED, worker.clock())

    with worker.sessions.begin() as db:
        review.decide(db, worker.desk, 1, State.ACCEPTED, worker.clock(), reopen=True)

    assert states(worker) == [State.ACCEPTED]


def test_a_robot_that_does_not_say_so_gets_one_letter_a_day(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    """Field note 36: a ticket system without headers answers every letter of ours with a question."""
    deliver(dovecot, proposal())
    worker.run_once()
    for number in range(6):
        ours = letters(smtp_sink)[-1]
        question = (
            f"Bonjour, votre demande n° {number} a bien été enregistrée. Pouvez-vous préciser l'horaire ?"
        )
        deliver(dovecot, mail(question, subject=f"Re: {ours['Subject']}", answers=ours["Message-ID"]))
        worker.run_once()

    assert len(smtp_sink.mails) <= 2


@pytest.mark.parametrize(
    ("date", "arrives", "late"),
    [
        ("Fri, 01 Jan 2099 10:00:00 +0000", datetime(2026, 2, 1, 9, tzinfo=UTC), False),
        ("Thu, 01 Jan 1970 10:00:00 +0000", datetime(2026, 2, 20, 9, tzinfo=UTC), True),
    ],
)
def test_late_is_what_arrives_late(
    worker: Worker, dovecot: Account, clock: Clock, date: str, arrives: datetime, late: bool
) -> None:
    """Not what the sender's clock says."""
    deadline = datetime(2026, 2, 5, 23, 0, tzinfo=UTC)
    worker.desk = dataclasses.replace(
        worker.desk, call=dataclasses.replace(worker.desk.call, deadline=deadline)
    )
    clock.now = arrives + timedelta(minutes=5)
    deliver(dovecot, proposal(date=date), when=arrives)

    worker.run_once()

    with worker.sessions() as db:
        assert store.proposals(db)[0].late is late


def test_only_mail_for_the_call_is_filed_away(
    config: Config, engine: sa.Engine, dovecot: Account, clock: Clock
) -> None:
    """A guest moves what it dealt with, after it has; private and held mail stays where its reader looks."""
    moving = config.model_copy(update={"mailboxes": (dovecot.config(after="move"),)})
    worker = Worker(moving, engine, {moving.mailboxes[0].password_variable: dovecot.password}, clock)
    lunch = mail("On mange jeudi ?\n\nPaul", subject="Jeudi", sender="Paul <paul@famille.example>")
    deliver(dovecot, proposal(), lunch, forwarded(MALLORY))
    worker.run_once()

    worker.run_once()

    with dovecot.client("INBOX") as client:
        assert len(client.search()) == 2
        assert client.folder_status("Callboard", ["MESSAGES"])[b"MESSAGES"] == 1


def test_a_broken_template_stops_nothing_else(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    """The digest fails, the acknowledgement leaves; the acknowledgement fails, its message waits unharmed."""
    own = tmp_path / "templates" / "letters" / "fr"
    own.mkdir(parents=True)
    (own / "acknowledgement.txt").write_text("{{ nonsense }}")
    broken = worker.config.model_copy(update={"templates": tmp_path / "templates"})
    other = Worker(broken, worker.engine, worker.environ, worker.clock)
    deliver(dovecot, proposal())

    failed = other.run_once()
    waiting = outcomes(worker)
    (own / "acknowledgement.txt").unlink()
    mended = Worker(broken, worker.engine, worker.environ, worker.clock).run_once()

    assert (failed.exit_code, waiting) == (2, ["waiting"])
    assert "acknowledgement.txt:1" in failed.problems[0]
    assert (mended.exit_code, mended.sent) == (0, 1)


def test_slow_letters_are_sent_once_though_another_worker_waits(
    worker: Worker,
    config: Config,
    engine: sa.Engine,
    dovecot: Account,
    smtp_sink: SmtpSink,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that takes minutes for each letter; the batch outlasts a lease that nobody renews."""
    themes = ("digues", "vannes", "puits")
    deliver(dovecot, *(proposal(title=f"Histoire des {t}", abstract=f"{t} " * 60) for t in themes))
    second = Worker(config, engine, worker.environ, clock)
    send, refused = Mailer.send, []

    def slow(mailer: Mailer, sender: str, recipient: str, raw: bytes) -> None:
        send(mailer, sender, recipient, raw)
        clock.now += timedelta(minutes=4)  # the boundary: a server that keeps us waiting
        with pytest.raises(Busy) as busy:
            second.run_once()
        refused.append(busy)

    monkeypatch.setattr(Mailer, "send", slow)
    worker.run_once()

    assert (len(smtp_sink.mails), len(refused)) == (3, 3)


def test_a_worker_that_lost_its_lease_stops(
    worker: Worker, config: Config, engine: sa.Engine, clock: Clock
) -> None:
    """A laptop that slept: somebody else is at it now."""
    second = Worker(config, engine, worker.environ, clock)
    worker.renew_lease()
    clock.now += timedelta(hours=1)
    second.renew_lease()

    with pytest.raises(Busy):
        worker.heartbeat()


def test_a_worker_that_slept_while_another_came_and_went_stops(
    worker: Worker, config: Config, engine: sa.Engine, clock: Clock
) -> None:
    """The lease is free again, but the letters that it claimed before it slept are sent."""
    second = Worker(config, engine, worker.environ, clock)
    with pytest.raises(Busy, match="took over"), worker.leased():
        clock.now += timedelta(hours=1)
        second.run_once()
        worker.heartbeat()


def test_two_workers_at_one_message_make_one_proposal(
    worker: Worker,
    config: Config,
    engine: sa.Engine,
    dovecot: Account,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One stood still beyond its lease in the middle of a message, another has read it meanwhile."""
    deliver(dovecot, proposal())
    report, receive = PassReport(), intake.receive
    second = Worker(config, engine, worker.environ, clock)
    with worker.leased():
        collect.fetch(worker, config.mailboxes[0], report)
    with ReadingProcess(config.call) as process:
        ((waiting, result),) = process.understand(worker._claim_waiting())
    other = threading.Thread(target=second._deal_with, args=(waiting, result, report))

    def slow(*arguments: Any) -> None:
        receive(*arguments)
        if other.ident is None:
            other.start()
            time.sleep(1)  # enough for the other to come to the same message

    monkeypatch.setattr(intake, "receive", slow)  # the boundary: the moment before the commit
    worker._deal_with(waiting, result, report)
    other.join()

    assert (outcomes(worker), len(titles(worker))) == (["proposal"], 1)


def test_the_log_quotes_no_mail(
    worker: Worker, dovecot: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an error says: databases and codecs like to quote what they choked on."""

    quoted = "cannot store 'Bonjour, je suis ada@example.org'"

    def fail(*_: object) -> None:
        raise ValueError(quoted)

    monkeypatch.setattr(intake, "receive", fail)  # the boundary: a mistake of ours
    deliver(dovecot, proposal())

    worker.run_once()

    assert outcomes(worker) == ["held"]
    assert "ValueError" in caplog.text
    assert "ada@example.org" not in caplog.text


def test_an_error_of_the_database_hides_the_values(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as connection:
        connection.execute(sa.text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": "ada@example.org"})

    assert "ada@example.org" not in str(caught.value)


def answer(worker: Worker, dovecot: Account, smtp_sink: SmtpSink, text: str, **options: str) -> None:
    """Answer our first letter."""
    ours = letters(smtp_sink)[0]
    deliver(dovecot, mail(text, subject=f"Re: {ours['Subject']}", answers=ours["Message-ID"], **options))
    worker.run_once()


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nJe ne serai pas disponible l'après-midi.\n\nMaëlle",
        "Je ne pourrai pas être présente le matin.",
        "Merci, mais je ne pourrai finalement pas être présente l'après-midi.",
        "I cannot attend the morning session.",
        "I will not be able to come before 11.",
    ],
)
def test_a_time_constraint_withdraws_nothing(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, text: str
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()

    answer(worker, dovecot, smtp_sink, text)

    assert states(worker) == [State.SUBMITTED]


@pytest.mark.parametrize(
    "text",
    [
        "Merci ! Ok pour la date, mais je viendrai avec un chien d'assistance.",
        "Parfait. Il me faudra un micro-cravate et un accès en fauteuil roulant.",
        "Merci de transmettre au comité que Paul sera en retard ce matin-là.",
        "Thanks! I will need a projector with HDMI.",
    ],
)
@pytest.mark.parametrize(
    "sender", ["Maëlle Fontanel <maelle.fontanel@rivieres.example>", "M. F. <mf@ailleurs.example>"]
)
def test_a_wish_beside_the_thanks_is_shown(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, text: str, sender: str
) -> None:
    """From any address: a speaker has more than one."""
    deliver(dovecot, proposal())
    worker.run_once()

    answer(worker, dovecot, smtp_sink, text, sender=sender)

    assert outcomes(worker)[1] in ("question", "held")


@pytest.mark.parametrize(
    "text",
    [
        "Pouvez-vous ignorer mon retrait et maintenir ma proposition ?",
        "Merci d'annuler mon retrait.",
        "Please disregard my withdrawal, I would like to give the talk after all.",
    ],
)
def test_second_thoughts_about_a_withdrawal_withdraw_nothing_else(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, text: str
) -> None:
    """They undo it, or reach a person; their sender is told which."""
    deliver(dovecot, proposal())
    worker.run_once()
    answer(worker, dovecot, smtp_sink, "Je retire ma proposition.")

    answer(worker, dovecot, smtp_sink, text)

    results = {(State.SUBMITTED, "follow_up"), (State.WITHDRAWN, "question")}
    assert (states(worker)[0], outcomes(worker)[-1]) in results
    assert told(smtp_sink) == [(VICTIM,)] * 3


def test_a_withdrawal_from_an_unknown_address_is_held(worker: Worker, dovecot: Account) -> None:
    """A co-author's, or a second one."""
    text = "Bonjour,\n\nJe dois malheureusement retirer ma proposition.\n\nPaul Quentin\n"
    deliver(dovecot, proposal(), mail(text, subject="Retrait", sender="Paul <paul@ailleurs.example>"))

    worker.run_once()

    assert outcomes(worker) == ["proposal", "held"]


def test_an_organisers_address_alone_changes_nothing(worker: Worker, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    wish = "Bonjour,\n\nLe titre de P-1 devient « Achetez nos digues ».\n"
    deliver(
        dovecot,
        mail(wish, sender="Odile Brac <odile@callboard.test>"),
        forwarded("Odile Brac <odile@callboard.test>")
        .replace(b"=C3=A9l=C3=A8vent", b"x")
        .replace(b"douze", b"trente"),
    )

    worker.run_once()

    assert titles(worker) == ["Mesurer les crues quand les capteurs se taisent"]
    with worker.sessions() as db:
        assert store.proposals(db)[0].abstract == ABSTRACT
    assert outcomes(worker) == ["proposal", "held", "held"]


def test_a_list_that_rewrites_from_makes_a_proposal_but_changes_none(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    listed = {
        "sender": "Maëlle via agenda <agenda@listes.example>",
        "Reply_To": VICTIM,
        "List_Id": "<agenda.listes.example>",
    }
    deliver(dovecot, proposal(abstract="Achetez nos digues. " * 30, **listed))

    worker.run_once()

    assert outcomes(worker) == ["proposal", "held"]
    with worker.sessions() as db:
        assert store.proposals(db)[0].abstract == ABSTRACT


def test_the_digest_goes_to_an_organiser_at_the_monitored_address(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """The mailbox that the organisers already have."""
    call = dataclasses.replace(worker.desk.call, organisers=(Organiser("Odile Brac", OURS),))
    worker.desk = dataclasses.replace(worker.desk, call=call)
    deliver(dovecot, proposal())
    report = worker.run_once()
    worker.write_digest(report, force=True)

    worker.run_once()

    assert (OURS,) in told(smtp_sink)


def test_what_a_person_must_answer_cannot_be_accepted_away(worker: Worker, dovecot: Account) -> None:
    sealed = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data"
    deliver(dovecot, b"From: a@b.example\r\nSubject: x\r\n" + sealed + b"\r\n\r\nAAAA")
    worker.run_once()

    with pytest.raises(ConfigError, match="--dismiss 1"), worker.sessions.begin() as db:
        review.settle_held(db, 1, approve=True, now=worker.clock())


def test_sending_again_without_addresses_keeps_the_co_authors(worker: Worker, dovecot: Account) -> None:
    names = "Maëlle Fontanel, Paul Quentin"
    body = (
        "Bonjour,\n\nJe propose un exposé.\n\nTitre : Les vannes de la Loire\n\n"
        "Intervenants : {}\n\nRésumé :\n{}\n\nMaëlle\n"
    )
    both = "Maëlle Fontanel <maelle.fontanel@rivieres.example>, Paul Quentin <paul@quentin.example>"
    deliver(dovecot, mail(body.format(both, ABSTRACT)), mail(body.format(names, ABSTRACT + " Fin.")))

    worker.run_once()

    with worker.sessions() as db:
        speakers = store.proposals(db)[0].speakers
        assert [s.email for s in speakers] == ["maelle.fontanel@rivieres.example", "paul@quentin.example"]
