"""A letter that came back: flagged with the server's reason, tried at a second address, then never again."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from callboard import database, store
from callboard.call import Call, Organiser
from callboard.config import LettersConfig
from callboard.desk import intake, letters
from callboard.desk.outbox import Desk, owe
from callboard.mailroom.incoming import Address, read_mail
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome, Proposal, Speaker
from callboard.proposals import State
from callboard.reading import read
from callboard.templating import Templates
from letters_in import mail

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
CALL = Call(title="Journée des digues", organisers=(Organiser("Odile Brac", "odile@callboard.test"),))
DESK = Desk(CALL, Templates(), Address("Journée", "journee@callboard.test"), LettersConfig())
ADA, BEN = "ada@example.org", "ben@example.org"


@pytest.fixture
def db(engine: sa.Engine) -> Iterator[Session]:
    with database.open_sessions(engine)() as session:
        yield session


def propose(db: Session, *others: str) -> tuple[Proposal, OutboxEntry]:
    """A proposal by Ada, with co-authors, and its acknowledgement, which has left."""
    names = ["Ada Lac", "Ben Tarn"]
    proposal = Proposal(
        state=State.SUBMITTED, title="Crues", abstract=None, contact=ADA, contact_name="Ada Lac",
        letter_language="fr", fingerprint="", submitted_at=NOW, updated_at=NOW, keywords=[], links=[],
        speakers=[
            Speaker(position=i, name=name, email=address)
            for i, (name, address) in enumerate(zip(names, (ADA, *others), strict=False))
        ],
    )  # fmt: skip
    db.add(proposal)
    db.flush()
    return proposal, owe_letter(db, proposal, f"acknowledgement/{proposal.id}")


def owe_letter(db: Session, proposal: Proposal, key: str) -> OutboxEntry:
    card = store.card_of(proposal, "P")
    letter = letters.acknowledgement(DESK.templates, CALL, card, Address("Ada Lac", ADA), DESK.sender)
    row = owe(db, DESK, letter, key, NOW, proposal=proposal)
    assert row is not None
    if row.state == LetterState.OWED:
        row.state, row.done_at = LetterState.SENT, NOW
    db.flush()
    return row


def come_back(
    db: Session,
    letter: OutboxEntry,
    action: str = "failed",
    *,
    message_id: str | None = None,
    now: datetime = NOW,
) -> InboxEntry:
    """A delivery report about a letter arrives."""
    raw = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: journee@callboard.test\r\nSubject: Undelivered\r\n"
        f"Message-ID: <{letter.id}.{action}@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n'
        "--R\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--R\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {letter.recipient}\r\nAction: {action}\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "--R\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: journee@callboard.test\r\n"
        f"Message-ID: {message_id or letter.message_id}\r\n--R--\r\n"
    ).encode()
    return arrive(db, raw, now)


def arrive(db: Session, raw: bytes, now: datetime = NOW, desk: Desk = DESK) -> InboxEntry:
    uid = len(db.scalars(sa.select(InboxEntry.id)).all()) + 1
    entry = store.add_message(
        db, mailbox="a", uidvalidity=1, uid=uid, raw=raw, size=len(raw), truncated=False, now=now
    )
    mail = read_mail(raw)
    intake.receive(db, desk, entry, mail, read(mail, CALL), now)
    db.flush()
    return entry


def owed(db: Session) -> list[OutboxEntry]:
    return list(db.scalars(sa.select(OutboxEntry).where(OutboxEntry.state == LetterState.OWED)))


def test_the_servers_reason_stands_with_the_letter(db: Session) -> None:
    _, letter = propose(db)

    entry = come_back(db, letter)

    assert (entry.outcome, letter.state, letter.bounced) == (Outcome.IGNORED, LetterState.FAILED, True)
    assert letter.last_error == "550 5.1.1 no such user"
    assert owed(db) == []


def test_a_clock_set_back_brings_no_dead_address_to_life(db: Session) -> None:
    _, letter = propose(db)
    arrive(db, mail("Bonjour,\n\nOù en est ma proposition ?\n\nAda", sender=f"Ada Lac <{ADA}>"), NOW)
    come_back(db, letter, now=NOW + timedelta(minutes=1))

    come_back(db, letter, "Failed", now=NOW - timedelta(hours=1))  # another report, not a copy

    assert store.is_dead(db, ADA)


def test_a_letter_that_is_only_late_is_not_given_up(db: Session) -> None:
    _, letter = propose(db, BEN)

    come_back(db, letter, "delayed")

    assert (letter.state, letter.bounced, owed(db)) == (LetterState.SENT, False, [])


def test_a_second_address_of_the_proposal_is_tried_once(db: Session) -> None:
    _, letter = propose(db, BEN)

    come_back(db, letter)
    come_back(db, letter, "failed")  # the same report once more

    (second,) = owed(db)
    message = email.message_from_bytes(second.raw, policy=email.policy.default)
    assert (second.recipient, message["To"], second.kind) == (BEN, BEN, "acknowledgement")
    assert message["Message-ID"] == second.message_id != letter.message_id
    assert second.raw.count(b"Message-ID:") == second.raw.count(b"\r\nTo:") == 1
    first = email.message_from_bytes(letter.raw, policy=email.policy.default)
    assert (message["Subject"], message["From"]) == (first["Subject"], first["From"])
    assert second.raw.partition(b"\r\n\r\n")[2] == letter.raw.partition(b"\r\n\r\n")[2]


def test_when_the_second_comes_back_too_nothing_more_is_tried(db: Session) -> None:
    _, letter = propose(db, BEN)
    come_back(db, letter)
    (second,) = owed(db)
    second.state, second.done_at = LetterState.SENT, NOW

    come_back(db, second)

    assert owed(db) == []


def test_no_further_letter_goes_to_a_dead_address(db: Session) -> None:
    proposal, letter = propose(db)
    come_back(db, letter)

    later = owe_letter(db, proposal, "accepted/1/2")

    assert (later.state, later.last_error) == (LetterState.FAILED, "letters to this address come back")


def test_further_letters_go_to_the_address_that_lives(db: Session) -> None:
    proposal, letter = propose(db, BEN)
    come_back(db, letter)

    assert owe_letter(db, proposal, "accepted/1/2").recipient == BEN


def test_an_address_that_writes_to_us_lives_again(db: Session) -> None:
    proposal, letter = propose(db)
    come_back(db, letter)
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        ADA.upper(),
        DESK.sender.address,
        "<x@example.org>",
    )
    message["Subject"] = "Merci"
    message.set_content("Merci, et pardon : ma boîte était pleine.")
    arrive(db, message.as_bytes(), NOW + timedelta(hours=1))

    assert owe_letter(db, proposal, "accepted/1/2").state == LetterState.SENT


def test_a_bounce_of_somebody_elses_letter_kills_no_address(db: Session) -> None:
    """Anybody can write a report that names Ada's address; nobody can guess the Message-ID of our letter."""
    proposal, letter = propose(db)

    come_back(db, letter, message_id="<acknowledgement.1.000000000000@callboard.test>")

    assert letter.state == LetterState.SENT
    assert owe_letter(db, proposal, "accepted/1/2").state == LetterState.SENT


@pytest.mark.parametrize(
    ("stamp", "outcome", "letters_owed"),
    [
        ("mx.callboard.test; dmarc=fail header.from=example.org", Outcome.HELD, 0),
        ("mx.callboard.test; dmarc=pass header.from=example.org", Outcome.PROPOSAL, 1),
        ("mx.evil.example; dmarc=fail", Outcome.PROPOSAL, 1),
    ],
)
def test_nobody_is_written_to_in_whose_name_another_wrote(
    db: Session, stamp: str, outcome: Outcome, letters_owed: int
) -> None:
    desk = Desk(CALL, DESK.templates, DESK.sender, DESK.settings, servers={"a": "mx.callboard.test"})
    message = EmailMessage()
    message["Authentication-Results"] = stamp
    message["From"], message["To"], message["Message-ID"] = (
        f"Ada <{ADA}>",
        DESK.sender.address,
        "<y@example.org>",
    )
    message["Subject"] = "Proposition d'exposé"
    message.set_content(
        "Bonjour,\n\nTitre : La mémoire des digues\nIntervenante : Ada Lac (Institut des digues)\n"
        "Résumé : Les digues gardent la trace de chaque crue, et leurs riverains celle de chaque réparation.\n"
    )

    entry = arrive(db, message.as_bytes(), desk=desk)

    assert (entry.outcome, len(owed(db))) == (outcome, letters_owed)
