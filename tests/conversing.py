"""A conversation without a mail server: mails go in as bytes, letters come out as text."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

import letters_in
from callboard import database, store
from callboard.call import Call, Organiser
from callboard.config import LettersConfig, ReviewConfig
from callboard.desk import intake, review
from callboard.desk.matching import thread_of
from callboard.desk.outbox import Desk
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import Address, read_mail
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome, Proposal
from callboard.proposals import State
from callboard.reading import read
from callboard.templating import Templates

OURS = "journee@callboard.test"
CALL = Call(
    title="Journée rivières",
    event="Journée rivières",
    timezone="Europe/Paris",
    place="Tours",
    starts=datetime(2027, 3, 11, 8, 30, tzinfo=UTC),
    ends=datetime(2027, 3, 11, 16, 0, tzinfo=UTC),
    deadline=datetime(2027, 2, 20, 22, 59, tzinfo=UTC),
    organisers=(
        Organiser("Odile Brac", "odile@callboard.test"),
        Organiser("Tom Reed", "tom@callboard.test", language="en"),
    ),
)


@dataclass
class Sent:
    """A letter as its reader sees it."""

    to: str
    subject: str
    text: str  # on one line, typographic blanks made plain
    message_id: str
    kind: str
    reply_to: str
    bytes: EmailMessage = field(repr=False)

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Talk:
    """Whoever writes, and what comes of it."""

    def __init__(self, engine: sa.Engine, call: Call = CALL, **settings: object) -> None:
        self.sessions = database.open_sessions(engine)
        self.now = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
        self.desk = Desk(
            call,
            Templates(),
            Address(call.title, OURS),
            LettersConfig.model_validate(settings),
            review=ReviewConfig(decision_delay_minutes=0),
        )
        self.uid = 0
        self.last: Sent | None = None

    def hear(self, raw: bytes, *, truncated: bool = False) -> list[Sent]:
        """A mail arrives, a minute after the last one; the letters that leave because of it."""
        self.now += timedelta(minutes=1)
        self.uid += 1
        with self.sessions.begin() as db:
            store.add_message(
                db,
                mailbox="a",
                uidvalidity=1,
                uid=self.uid,
                raw=raw,
                size=len(raw),
                truncated=truncated,
                now=self.now,
            )
        return self.work()

    def work(self) -> list[Sent]:
        """Read what waits, as the worker does, and send what is owed."""
        while True:
            with self.sessions.begin() as db:
                entry = next(iter(store.waiting(db, 1)), None)
                if entry is None:
                    break
                mail = read_mail(store.raw_of(db, entry.id) or b"", truncated=entry.truncated)
                if any(a.content for a in mail.attachments):
                    with DocumentReader() as documents:
                        mail = read_documents(mail, documents)
                reading = read(mail, self.desk.call, thread=thread_of(db, self.desk.call, mail))
                intake.receive(db, self.desk, entry, mail, reading, self.now)
        sent = []
        with self.sessions.begin() as db:
            for row in db.scalars(
                sa.select(OutboxEntry)
                .where(OutboxEntry.state == LetterState.OWED, OutboxEntry.next_attempt <= self.now)
                .order_by(OutboxEntry.id)
            ):
                row.attempts += 1
                row.state, row.done_at = LetterState.SENT, self.now
                sent.append(_sent(row))
        self.last = sent[-1] if sent else self.last
        return sent

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)

    def decide(self, number: int, state: State, **options: bool) -> list[Sent]:
        """What the organisers do on the command line."""
        with self.sessions.begin() as db:
            review.decide(db, self.desk, number, state, self.now, **options)
        return self.work()

    def approve(self, entry: int) -> list[Sent]:
        """A person accepts a held message."""
        with self.sessions.begin() as db:
            review.settle_held(db, entry, approve=True, now=self.now)
        return self.work()

    def name_letter(self, message_id: str) -> None:
        """Give the last letter this Message-ID: somebody has answered it by that name."""
        with self.sessions.begin() as db:
            row = db.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id.desc()).limit(1)).one()
            row.message_id = message_id

    @property
    def outcomes(self) -> list[Outcome]:
        with self.sessions() as db:
            return [Outcome(o) for o in db.scalars(sa.select(InboxEntry.outcome).order_by(InboxEntry.id))]

    @property
    def states(self) -> list[State]:
        with self.sessions() as db:
            return [State(p.state) for p in store.proposals(db)]

    def proposal(self, number: int = 1) -> Proposal:
        """A proposal with its speakers and versions, detached."""
        with self.sessions() as db:
            found = db.get_one(Proposal, number)
            assert found.versions is not None
            assert found.speakers is not None
            return found

    def actions(self, number: int = 1) -> list[str]:
        return [version.action for version in self.proposal(number).versions]


def _sent(row: OutboxEntry) -> Sent:
    letter = email.message_from_bytes(row.raw, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    body = letter.get_body(("plain",))
    assert body is not None
    return Sent(
        row.recipient,
        plain(str(letter["Subject"])),
        plain(body.get_content()),
        row.message_id,
        row.kind,
        letter["Reply-To"].addresses[0].addr_spec,
        letter,
    )


def plain(text: str) -> str:
    """On one line, blanks and apostrophes as one types them."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip()


def asking_at_once(talk: Talk) -> Talk:
    talk.desk = replace(talk.desk, settings=talk.desk.settings.model_copy(update={"questions": "at once"}))
    return talk


@pytest.fixture
def proposed(engine: sa.Engine) -> Talk:
    """Maëlle has proposed, and has her acknowledgement."""
    talk = Talk(engine)
    talk.hear(letters_in.proposal())
    return talk


@pytest.fixture
def accepted(proposed: Talk) -> Talk:
    """Her talk is accepted, and she has been told."""
    proposed.decide(1, State.ACCEPTED)
    return proposed


def say(talk: Talk, words: str, *, name: str = "Maëlle Fontanel", **options: str) -> list[Sent]:
    """A speaker answers the last letter."""
    assert talk.last is not None
    body = f"Bonjour,\n\n{words}\n\nBien cordialement,\n{name}\n"
    options = {"subject": f"Re: {talk.last.subject}", "answers": talk.last.message_id} | options
    return talk.hear(letters_in.mail(body, **options))


ADA, ANNA = "Maëlle Fontanel", "Anna Berg"


@pytest.fixture
def team(engine: sa.Engine) -> Talk:
    """Two have proposed a talk together."""
    talk = Talk(engine)
    body = (
        "Bonjour,\n\nJe propose un exposé de 20 minutes.\n\nTitre : Mesurer les crues\n\n"
        f"Intervenants : {ADA} (Observatoire des rivières), {ANNA} (LIRE)\n\nRésumé :\n{letters_in.ABSTRACT}\n"
    )
    talk.hear(letters_in.mail(body))
    return talk


def speakers(talk: Talk) -> list[str]:
    return [one.name for one in talk.proposal().speakers]
