"""The whole journey: a real Dovecot, a real SMTP listener, rows on SQLite and PostgreSQL."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import collect, store
from callboard.config import Config, DigestConfig, LettersConfig
from callboard.desk import review
from callboard.errors import Busy
from callboard.mailroom.mailbox import Batch, Cursor, Fetched
from callboard.model import InboxEntry, LetterState, MailboxState, OutboxEntry, Proposal
from callboard.proposals import State
from callboard.worker import PassReport, Worker
from deliver import deliver
from letters_in import ABSTRACT, forwarded, mail, proposal
from servers import Account, FaultProxy, SmtpSink
from workplace import OURS, Clock, letters, outcomes, titles, told


def test_a_proposal_is_kept_and_acknowledged_once(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    deliver(dovecot, proposal(message_id="<crue@rivieres.example>"))

    worker.run_once()
    worker.run_once()

    with worker.sessions() as db:
        kept = store.proposals(db)[0]
        assert (kept.title, kept.abstract) == ("Mesurer les crues quand les capteurs se taisent", ABSTRACT)
        assert [(s.name, s.affiliation) for s in kept.speakers] == [
            ("Maëlle Fontanel", "Observatoire des rivières")
        ]
        assert kept.duration_minutes == 20
    (letter,) = letters(smtp_sink)
    assert letter["To"].addresses[0].addr_spec == "maelle.fontanel@rivieres.example"
    assert letter["In-Reply-To"] == "<crue@rivieres.example>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["From"].addresses[0].addr_spec == letter["Reply-To"].addresses[0].addr_spec == OURS


def test_an_answer_is_one_about_the_proposal_though_only_its_thread_says_so(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    (letter,) = letters(smtp_sink)

    deliver(dovecot, mail("Seulement le matin.", subject="Re: votre message", answers=letter["Message-ID"]))
    worker.run_once()

    assert outcomes(worker) == ["proposal", "follow_up"]
    with worker.sessions() as db:
        assert store.proposals(db)[0].availability == "Seulement le matin."


def test_the_mailbox_is_left_as_it_was(worker: Worker, dovecot: Account) -> None:
    """Field notes 1-3: no flag is set, nothing is moved."""
    deliver(dovecot, proposal())

    worker.run_once()

    with dovecot.client("INBOX") as client:
        flags = client.get_flags(client.search())
        assert [set(f) - {b"\\Recent"} for f in flags.values()] == [set()]


def test_mail_that_a_person_has_read_first_is_taken_all_the_same(worker: Worker, dovecot: Account) -> None:
    """Field note 1."""
    deliver(dovecot, proposal())
    with dovecot.client("INBOX") as client:
        client.add_flags(client.search(), [b"\\Seen"])

    worker.run_once()

    assert outcomes(worker) == ["proposal"]


def test_one_message_in_two_mailboxes_is_one_proposal_and_one_letter(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    second = Account(dovecot.server, dovecot.user + "b")
    both = config.model_copy(update={"mailboxes": (dovecot.config(name="a"), second.config(name="b"))})
    worker = Worker(
        both, engine, dict.fromkeys((m.password_variable for m in both.mailboxes), dovecot.password), clock
    )
    raw = proposal(message_id="<one@rivieres.example>")
    deliver(dovecot, b"Delivered-To: a@callboard.test\r\n" + raw)
    deliver(second, b"Delivered-To: b@callboard.test\r\n" + raw)

    worker.run_once()

    assert outcomes(worker) == ["proposal", "copy"]
    assert len(smtp_sink.mails) == 1


def test_the_same_text_sent_again_is_a_copy(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal(), proposal(subject="Fwd: je ne sais pas si vous avez reçu"))

    worker.run_once()

    assert outcomes(worker) == ["proposal", "copy"]
    assert len(smtp_sink.mails) == 1


def test_a_message_id_used_twice_loses_no_mail(worker: Worker, dovecot: Account) -> None:
    """Some programs keep the Message-ID when a sent mail is edited as new."""
    other = (
        "Nous proposons une carte participative des digues, tenue par leurs riverains depuis dix ans. " * 3
    )
    deliver(
        dovecot,
        proposal(message_id="<same@rivieres.example>"),
        proposal(
            title="Cartographier les digues avec leurs riverains",
            abstract=other.strip(),
            message_id="<same@rivieres.example>",
        ),
    )

    worker.run_once()

    assert outcomes(worker) == ["proposal", "proposal"]


def test_a_machine_is_never_answered(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(
        dovecot,
        mail("Je suis absente jusqu'au 14 février.", subject="Absence", Auto_Submitted="auto-replied"),
        mail("Titre : x\n\nRésumé : " + ABSTRACT, sender="Robot <noreply@lists.example>"),
    )

    worker.run_once()

    assert outcomes(worker) == ["ignored", "ignored"]
    assert smtp_sink.mails == []


def test_our_own_letters_coming_back_are_ignored(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """Field note 36."""
    deliver(dovecot, proposal())
    worker.run_once()
    deliver(dovecot, smtp_sink.mails[0].content)

    worker.run_once()

    assert outcomes(worker) == ["proposal", "ignored"]
    assert len(smtp_sink.mails) == 1


def test_an_answer_withdraws_the_proposal(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    ours = letters(smtp_sink)[0]
    deliver(
        dovecot,
        mail(
            "Bonjour,\n\nJe dois malheureusement retirer ma proposition.\n\nMaëlle",
            subject=f"Re: {ours['Subject']}",
            answers=ours["Message-ID"],
        ),
    )

    worker.run_once()

    with worker.sessions() as db:
        assert [p.state for p in store.proposals(db)] == [State.WITHDRAWN]
    assert outcomes(worker) == ["proposal", "follow_up"]
    assert len(smtp_sink.mails) == 2


def test_a_stranger_cannot_withdraw_it(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    ours = letters(smtp_sink)[0]
    deliver(
        dovecot,
        mail(
            "Je retire ma proposition.",
            sender="Autre <autre@ailleurs.example>",
            subject=f"Re: {ours['Subject']}",
            answers=ours["Message-ID"],
        ),
    )

    worker.run_once()

    with worker.sessions() as db:
        assert [p.state for p in store.proposals(db)] == [State.SUBMITTED]
    assert outcomes(worker) == ["proposal", "held"]
    assert len(smtp_sink.mails) == 1


def test_an_answer_changes_the_title(worker: Worker, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    ours = letters(smtp_sink)[0]
    deliver(
        dovecot,
        mail(
            "Bonjour,\n\nLe titre devient « Les crues sans capteurs ».\n\nMerci,\nMaëlle",
            subject=f"Re: {ours['Subject']}",
            answers=ours["Message-ID"],
        ),
    )

    worker.run_once()

    assert titles(worker) == ["Les crues sans capteurs"]
    assert outcomes(worker) == ["proposal", "follow_up"]
    with worker.sessions() as db:
        assert store.proposals(db)[0].abstract == ABSTRACT
        assert [v.action for v in store.proposals(db)[0].versions] == ["proposed", "revised"]


def test_a_poison_message_holds_itself_and_the_rest_proceeds(worker: Worker, dovecot: Account) -> None:
    """Field note 17: MIME nested far deeper than any parser goes."""
    bomb = b"From: a@b.example\r\nMessage-ID: <bomb@b.example>\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i) for i in range(4000)
    )
    deliver(dovecot, bomb, proposal())

    report = worker.run_once()

    assert outcomes(worker) == ["held", "proposal"]
    assert report.exit_code == 1


def test_a_mailbox_that_is_down_leaves_the_others_and_the_outbox_alone(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    down = dovecot.config(name="down", port=1)
    both = config.model_copy(update={"mailboxes": (down, *config.mailboxes)})
    worker = Worker(
        both, engine, dict.fromkeys((m.password_variable for m in both.mailboxes), dovecot.password), clock
    )
    deliver(dovecot, proposal())

    report = worker.run_once()

    assert (report.exit_code, len(report.problems), len(smtp_sink.mails)) == (75, 1, 1)
    with worker.sessions() as db:
        assert db.get_one(MailboxState, "down").failing_since == clock.now


def test_a_wrong_password_is_said_and_nothing_is_lost(
    config: Config, engine: sa.Engine, clock: Clock
) -> None:
    """Field note 49."""
    worker = Worker(config, engine, {config.mailboxes[0].password_variable: "wrong"}, clock)

    report = worker.run_once()

    assert report.exit_code == 75
    assert "wrong" not in report.problems[0]


def test_letters_wait_while_the_smtp_server_is_away(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    deliver(dovecot, proposal())
    worker.config = worker.config.model_copy(update={"smtp": smtp_sink.config(address=OURS, port=1)})
    away = worker.run_once()
    worker.config = worker.config.model_copy(update={"smtp": smtp_sink.config(address=OURS)})
    clock.now += timedelta(minutes=5)

    back = worker.run_once()

    assert (away.exit_code, away.sent, back.exit_code, back.sent) == (75, 0, 0, 1)


def test_a_letter_refused_for_good_is_given_up_and_one_refused_for_now_is_tried_later(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    deliver(dovecot, proposal())
    smtp_sink.script["RCPT"] = ["451 4.3.0 try later", "550 5.1.1 no such user"]
    later = worker.run_once()
    too_early = worker.run_once()
    clock.now += timedelta(minutes=5)

    given_up = worker.run_once()

    assert (later.given_up, too_early.given_up, given_up.given_up) == (0, 0, 1)
    with worker.sessions() as db:
        assert db.scalars(sa.select(OutboxEntry.state)).all() == [LetterState.FAILED]


def test_a_dropped_imap_connection_costs_a_second_look_and_no_mail(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    """Field note 16."""
    deliver(
        dovecot,
        *(
            proposal(title=f"Exposé numéro {i} sur les rivières", abstract=f"{ABSTRACT} Cas {i}.")
            for i in range(5)
        ),
    )
    with FaultProxy(dovecot.server.imap) as line:
        through = config.model_copy(update={"mailboxes": (dovecot.config(tls="none", port=line.port),)})
        worker = Worker(through, engine, {through.mailboxes[0].password_variable: dovecot.password}, clock)
        line.cut_after = 3000
        cut = worker.run_once()
        line.cut_after = None

        whole = worker.run_once()

    assert (cut.exit_code, whole.exit_code) == (75, 0)
    assert sorted(filter(None, titles(worker))) == [f"Exposé numéro {i} sur les rivières" for i in range(5)]
    assert len(smtp_sink.mails) == 5


def test_two_passes_never_overlap(worker: Worker, config: Config, engine: sa.Engine, clock: Clock) -> None:
    other = Worker(config, engine, {}, clock)
    with worker.leased(), pytest.raises(Busy):
        other.run_once()


def test_the_draft_page_is_written_and_nothing_of_it_is_public(
    worker: Worker, dovecot: Account, tmp_path: Path
) -> None:
    deliver(dovecot, proposal())

    first = worker.run_once()
    second = worker.run_once()

    page = (tmp_path / "var" / "draft" / "index.html").read_text(encoding="utf-8")
    public = (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    assert page.count("Mesurer les crues quand les capteurs se taisent") >= 1
    assert "maelle.fontanel" not in page
    assert "Mesurer les crues quand les capteurs se taisent" not in public  # nobody has decided, nor released
    assert (first.draft, second.draft) == (1, None)


def test_each_organiser_gets_one_digest_a_day_in_their_language(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    worker.config = worker.config.model_copy(update={"digest": DigestConfig()})
    deliver(dovecot, proposal())

    worker.run_once()
    worker.run_once()
    clock.now += timedelta(days=1)
    worker.run_once()

    digests = [m for m in letters(smtp_sink) if m["Auto-Submitted"] == "auto-generated"]
    assert sorted((m["To"].addresses[0].addr_spec, str(m["Content-Language"])) for m in digests) == [
        ("odile@callboard.test", "fr"),
        ("tom@callboard.test", "en"),
    ]


def test_a_forward_by_an_organiser_acknowledges_the_author(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    deliver(dovecot, forwarded("Odile Brac <odile@callboard.test>"))

    worker.run_once()

    assert outcomes(worker) == ["proposal"]
    assert told(smtp_sink) == [("maelle.fontanel@rivieres.example",), ("odile@callboard.test",)]


def test_a_forward_by_somebody_else_is_held_until_a_person_agrees(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    deliver(dovecot, forwarded("Luc Autre <luc@ailleurs.example>"))
    worker.run_once()
    before = (outcomes(worker), told(smtp_sink))
    with worker.sessions.begin() as db:
        held = db.scalars(sa.select(InboxEntry.id)).one()
        review.settle_held(db, held, approve=True, now=worker.clock())

    worker.run_once()

    assert before == (["held"], [])
    assert outcomes(worker) == ["proposal"]
    assert told(smtp_sink) == [("maelle.fontanel@rivieres.example",)]


def test_a_full_disk_marks_and_answers_nothing_and_the_next_pass_goes_on(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, engine: sa.Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's disk is not ours to fill; SQLite's max_page_count stands for a full disk")

    @sa.event.listens_for(engine, "connect")
    def _full(connection, _record) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    engine.dispose()
    deliver(dovecot, proposal(abstract=ABSTRACT * 400))
    with pytest.raises(Busy):
        worker.run_once()
    sa.event.remove(engine, "connect", _full)
    engine.dispose()
    before = (outcomes(worker), told(smtp_sink))
    with worker.sessions.begin() as db:
        store.release_lease(db, "worker", worker.holder)

    worker.run_once()

    assert before == ([], [])
    assert outcomes(worker) == ["proposal"]


def test_what_was_imported_twice_is_kept_once(worker: Worker) -> None:
    raws = [proposal(message_id="<archive@rivieres.example>")]
    reports = []
    for _ in range(2):
        report = PassReport()
        with worker.leased():
            collect.keep_archive(worker, raws, report)
            worker.read_waiting(report)
        reports.append(report.fetched)

    assert reports == [1, 0]
    with worker.sessions() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def test_a_uid_that_a_restored_server_gives_twice_loses_no_mail(worker: Worker) -> None:
    """The same UIDVALIDITY, the same UID, other bytes: another mail."""
    mails = [proposal(title=t, abstract=f"{t}. {ABSTRACT}") for t in ("Avant la panne", "Après la panne")]
    report = PassReport()
    with worker.leased():
        for raw in (*mails, *mails):
            one = Fetched(uid=5, uidvalidity=9, raw=raw, truncated=False, internal_date=None, size=len(raw))
            collect.keep(worker, "organisers", Batch((one,), Cursor(9, 5)), report)
        worker.read_waiting(report)

    assert report.fetched == 2
    assert titles(worker) == ["Avant la panne", "Après la panne"]


def test_text_that_a_database_refuses_is_cleaned_first(worker: Worker, dovecot: Account) -> None:
    """PostgreSQL takes no NUL, and no engine a lone surrogate."""
    raw = (
        proposal(title="Nul et non avenu")
        .replace(b"Nul et", b"Nul\x00 et")
        .replace(b"20 minutes", b"20\xed\xa0\x80 minutes")
    )
    deliver(
        dovecot,
        raw.replace(b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: 8bit"),
    )

    worker.run_once()

    assert outcomes(worker) == ["proposal"]


def test_a_letter_never_goes_to_one_address_without_end(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """Field note 36: whatever happens, so many letters a day and no more."""
    worker.desk = dataclasses.replace(worker.desk, settings=LettersConfig(max_per_address_per_day=3))
    themes = ["digues", "berges", "vannes", "sources", "marais", "puits"]
    deliver(dovecot, *(proposal(title=f"Histoire des {t}", abstract=f"{t} " * 40 + ABSTRACT) for t in themes))

    worker.run_once()

    assert len(titles(worker)) == 6
    assert len(smtp_sink.mails) == 3


def test_a_document_that_cannot_be_read_is_named_in_the_answer(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    message = email.message_from_bytes(
        mail("Bonjour,\n\nVoici ma proposition d'exposé en pièce jointe.\n\nMaëlle\n"),
        policy=email.policy.default,
    )
    message.add_attachment(b"%PDF-1.7 cut off", maintype="application", subtype="pdf", filename="crues.pdf")
    deliver(dovecot, message.as_bytes(policy=message.policy.clone(linesep="\r\n")))

    worker.run_once()

    (letter,) = letters(smtp_sink)
    text = letter.get_body(("plain",)).get_content()
    assert [line for line in text.splitlines() if "crues.pdf" in line] == [
        "Nous n’avons pas pu lire crues.pdf (le document semble abîmé)\u202f; le plus"
    ]


def test_an_archive_is_read_in_the_order_in_which_it_was_written(worker: Worker, clock: Clock) -> None:
    """The files' own order says nothing: a copy may lie before the first."""
    copy = proposal(message_id="<b@rivieres.example>", date="Wed, 03 Feb 2027 10:00:00 +0100")
    first = proposal(message_id="<a@rivieres.example>", date="Mon, 01 Feb 2027 10:00:00 +0100")
    report = PassReport()
    clock.now += timedelta(days=9)

    with worker.leased():
        collect.keep_archive(worker, [copy, first], report)
        worker.read_waiting(report)

    with worker.sessions() as db:
        rows = db.execute(sa.select(InboxEntry.message_id, InboxEntry.outcome).order_by(InboxEntry.id)).all()
    assert [tuple(row) for row in rows] == [
        ("<b@rivieres.example>", "copy"),
        ("<a@rivieres.example>", "proposal"),
    ]


def test_what_a_known_speaker_writes_is_never_ignored(worker: Worker, dovecot: Account) -> None:
    """Not understood, in a thread of its own: the organisers see it all the same. Thanks they need not see."""
    deliver(dovecot, proposal())
    worker.run_once()
    deliver(
        dovecot,
        mail("Finalement mon train arrive à Lyon vers onze heures.\n\nMaëlle\n", subject="Horaires"),
        mail("Merci beaucoup !\n\nMaëlle\n", subject="Re: votre message"),
        mail("On déjeune dimanche ?\n\nPaul\n", subject="Dimanche", sender="Paul <paul@famille.example>"),
    )

    worker.run_once()

    assert outcomes(worker) == ["proposal", "question", "follow_up", "ignored"]


def test_a_number_that_is_not_theirs_is_set_right_by_the_title(worker: Worker, dovecot: Account) -> None:
    other = proposal(
        sender="Luc Autre <luc@ailleurs.example>", title="La mémoire des digues", abstract="Digue " * 60
    )
    deliver(dovecot, other, proposal())
    worker.run_once()
    subject = "Re: Proposition reçue : Mesurer les crues quand les capteurs se taisent [P-1]"
    deliver(dovecot, mail("Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle\n", subject=subject))

    worker.run_once()

    with worker.sessions() as db:
        assert [p.state for p in store.proposals(db)] == [State.SUBMITTED, State.WITHDRAWN]


def test_a_co_author_is_added_to_the_speakers(worker: Worker, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    deliver(
        dovecot,
        mail("Bonjour,\n\nMerci d'ajouter Paul Quentin comme co-auteur de la proposition P-1.\n\nMaëlle\n"),
    )

    worker.run_once()

    with worker.sessions() as db:
        assert [s.name for s in store.proposals(db)[0].speakers] == ["Maëlle Fontanel", "Paul Quentin"]


def test_the_digest_accounts_for_every_message(worker: Worker, dovecot: Account) -> None:
    """Field note 48: the only proof that nothing was lost."""
    out_of_office = mail("Absente.", subject="Absence", Auto_Submitted="auto-replied")
    deliver(
        dovecot,
        proposal(),
        proposal(subject="Renvoi"),
        out_of_office,
        forwarded("Luc <luc@ailleurs.example>"),
    )

    worker.run_once()

    text = " ".join(worker.digest_text().split())
    assert text.partition("reçus : ")[2].partition(" Bonne journée")[0] == (
        "4 messages = 1 proposition + 1 copie + 1 ignoré + 1 à regarder"
    )


def test_a_mailbox_that_stays_away_stands_in_the_digest(
    config: Config, engine: sa.Engine, dovecot: Account, clock: Clock
) -> None:
    """Field note 49: a rotated password goes unnoticed for days. Away for one pass is no news."""
    worker = Worker(config, engine, {config.mailboxes[0].password_variable: "rotated"}, clock)
    worker.run_once()
    at_first = worker.digest_text()
    clock.now += timedelta(hours=2)

    worker.run_once()

    assert "Boîtes aux lettres" not in at_first
    assert "Boîtes aux lettres que nous n’arrivons pas à lire (1)" in worker.digest_text()
    assert "rotated" not in worker.digest_text()


def test_a_mail_over_the_limit_is_read_without_its_attachment_and_its_author_told(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    """Field note 26."""
    limits = config.worker.model_copy(update={"max_message_bytes": 600_000})
    small = config.model_copy(update={"worker": limits})
    worker = Worker(small, engine, {config.mailboxes[0].password_variable: dovecot.password}, clock)
    message = email.message_from_bytes(proposal(), policy=email.policy.default)
    message.add_attachment(b"\0" * 1_500_000, maintype="video", subtype="mp4", filename="crue.mp4")
    deliver(dovecot, message.as_bytes(policy=message.policy.clone(linesep="\r\n")))

    worker.run_once()

    assert titles(worker) == ["Mesurer les crues quand les capteurs se taisent"]
    with worker.sessions() as db:
        kinds = db.scalars(sa.select(OutboxEntry.kind).order_by(OutboxEntry.kind)).all()
    assert kinds == ["acknowledgement", "too_large"]


def test_a_mailbox_made_anew_answers_nobody_twice(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock
) -> None:
    """Field note 4: another UIDVALIDITY, the same mails."""
    talks = config.model_copy(update={"mailboxes": (dovecot.config(folder="Talks"),)})
    worker = Worker(talks, engine, {talks.mailboxes[0].password_variable: dovecot.password}, clock)
    raw = proposal()
    deliver(dovecot, raw, folder="Talks")
    worker.run_once()
    with dovecot.client() as client:
        client.delete_folder("Talks")
    time.sleep(1.1)  # Dovecot takes UIDVALIDITY from the clock, in seconds
    deliver(dovecot, raw, folder="Talks")

    worker.run_once()

    assert outcomes(worker) == ["proposal", "copy"]
    assert len(smtp_sink.mails) == 1
