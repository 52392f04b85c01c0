"""Machines that write to each other stop: a simulated month of Callboard against Callboard, vacation and tickets.

No server stands between them: what one owes is put at once into the other's inbox, and the clock goes on by an hour.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from callboard import database, migrations, store
from callboard.call import Call, Organiser
from callboard.config import Config, LettersConfig, SmtpConfig
from callboard.desk import outbox
from callboard.passreport import PassReport
from callboard.worker import Worker

START = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOURS = 24 * 30
ABSTRACT = (
    "Les digues gardent la trace de chaque crue, et leurs riverains celle de chaque réparation. Nous lisons ces traces "
    "dans les registres de douze communes et les comparons aux relevés du fleuve."
)


class Side:
    """A Callboard with its own database, its mail carried by hand."""

    def __init__(self, folder: Path, address: str) -> None:
        folder.mkdir()
        engine = database.open_engine("sqlite:///callboard.db", folder)
        migrations.upgrade(engine)
        self.now = START
        call = Call(
            title="Journée des digues", starts=START + timedelta(days=400),
            organisers=(Organiser("Odile Brac", "odile@people.example"),),
        )  # fmt: skip
        smtp = SmtpConfig(host="localhost", address=address)
        config = Config(call=call, smtp=smtp, letters=LettersConfig(remind_after_days=7), folder=folder)
        self.worker = Worker(config, engine, {}, lambda: self.now)
        self.address, self.uid = address, 0

    def post(self, raw: bytes) -> None:
        self.uid += 1
        with self.worker.sessions.begin() as db:
            store.add_message(
                db, mailbox="a", uidvalidity=1, uid=self.uid, raw=raw, size=len(raw), truncated=False, now=self.now
            )  # fmt: skip

    def work(self) -> list[EmailMessage]:
        """One pass; returns what leaves."""
        self.worker.read_waiting(PassReport())
        self.worker.remind(PassReport())
        with self.worker.sessions.begin() as db:
            due = outbox.claim(db, self.now)
            for letter in due:
                outbox.record_sent(db, letter.id, self.now)
        return [email.message_from_bytes(letter.raw, policy=email.policy.default) for letter in due]


def proposal(sender: str, subject: str = "Proposition d'exposé") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "journee@here.example", subject
    message["Message-ID"], message["Date"] = "<first@there.example>", "Mon, 01 Feb 2027 08:00:00 +0000"
    message.set_content(
        "Bonjour,\n\nTitre : La mémoire des digues\nIntervenante : Ada Lac (Institut des digues)\n"
        f"Résumé : {ABSTRACT}\n"
    )
    return message.as_bytes()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Side]:
    side = Side(tmp_path / "here", "journee@here.example")
    yield side
    side.worker.engine.dispose()


def month(here: Side, answer: Callable[[EmailMessage], list[bytes]], there: str) -> list[EmailMessage]:
    """Run a month, each letter to `there` answered at once. Returns the letters that went there."""
    sent: list[EmailMessage] = []
    for hour in range(HOURS):
        here.now = START + timedelta(hours=hour)
        for letter in here.work():
            if there in str(letter["To"]):
                sent.append(letter)
                for raw in answer(letter):
                    here.post(raw)
    return sent


def test_two_callboards_stop_after_one_letter_each(here: Side, tmp_path: Path) -> None:
    there = Side(tmp_path / "there", "seminaire@there.example")

    def deliver(letter: EmailMessage) -> list[bytes]:
        there.now = here.now
        there.post(letter.as_bytes())
        return [reply.as_bytes() for reply in there.work()]

    here.post(proposal("Séminaire <seminaire@there.example>"))
    sent = month(here, deliver, there.address)
    there.worker.engine.dispose()

    assert len(sent) == 1  # our acknowledgement
    with there.worker.sessions() as db:
        assert store.proposals(db) == []


def robot(
    subject: str, text: str, sender: str = "ada@there.example", **headers: str
) -> Callable[[EmailMessage], list[bytes]]:
    """Something that answers every letter at once, and sets what headers it sets."""
    count = iter(range(10_000))

    def answer(letter: EmailMessage) -> list[bytes]:
        number = next(count)
        message = EmailMessage()
        message["From"], message["To"] = f"Ada Lac <{sender}>", str(letter["From"])
        message["Subject"] = subject.format(number=number, subject=str(letter["Subject"]))
        message["Message-ID"], message["In-Reply-To"] = (
            f"<r{number}@there.example>",
            str(letter["Message-ID"]),
        )
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text.format(number=number))
        return [message.as_bytes()]

    return answer


VACATION = (
    "Bonjour,\n\nJe suis absente jusqu'au 12 mars et répondrai à votre message à mon retour.\n\nAda Lac\n"
)
TICKET = (
    "Your request has been received and a ticket has been opened: #{number}. Our team will get back to you.\n"
)


@pytest.mark.parametrize(
    ("subject", "text", "headers"),
    [
        ("Réponse automatique : {subject}", VACATION, {"Auto_Submitted": "auto-replied"}),
        ("Absence du bureau", VACATION, {}),
        ("Re: {subject}", VACATION, {"X_Autoreply": "yes"}),
        ("Re: {subject}", VACATION, {}),  # a homely responder that sets nothing
        ("[#{number}] {subject}", TICKET, {"Auto_Submitted": "auto-generated"}),
        ("[Ticket #{number}] {subject}", TICKET, {}),
        ("Re: {subject}", "Noted, thank you. Reference {number}.\n", {}),
    ],
)
def test_a_responder_gets_one_letter_in_a_month(
    here: Side, subject: str, text: str, headers: dict[str, str]
) -> None:
    here.post(proposal("Ada Lac <ada@there.example>"))

    sent = month(here, robot(subject, text, **headers), "ada@there.example")

    assert len(sent) == 1, [str(letter["Subject"]) for letter in sent]


def test_a_robot_that_asks_something_new_each_time_is_held_back_by_the_day(here: Side) -> None:
    """Nothing tells it from a person who asks and asks; one answer a day is the most it gets."""
    here.post(proposal("Ada Lac <ada@there.example>"))

    sent = month(
        here, robot("Re: {subject}", "Could you tell me more about point {number}?\n"), "ada@there.example"
    )

    assert len(sent) <= 31
