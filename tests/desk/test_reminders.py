"""Reminders: what is missing, whether an accepted speaker comes; twice at most, and never to the wrong person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from callboard import database
from callboard.call import Call, Organiser
from callboard.config import LettersConfig
from callboard.desk import letters, reminders, review
from callboard.desk.outbox import Desk, owe
from callboard.mailroom.incoming import Address
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome, Proposal, Speaker
from callboard.proposals import State
from callboard.store import card_of
from callboard.templating import Templates

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CALL = Call(
    title="Journée des digues",
    deadline=NOW + 30 * DAY,
    starts=NOW + 60 * DAY,
    organisers=(Organiser("Odile Brac", "odile@callboard.test"),),
)
DESK = Desk(CALL, Templates(), Address("Journée", "journee@callboard.test"), LettersConfig())
ADA = Address("Ada Lac", "ada@example.org")

Sessions = Callable[[], object]


def propose(db: sa.orm.Session, desk: Desk = DESK, **fields: object) -> Proposal:
    """A proposal without an abstract, acknowledged at NOW, the letter sent."""
    proposal = Proposal(
        **{
            "state": State.SUBMITTED, "title": "Crues", "abstract": None, "contact": ADA.address,
            "contact_name": ADA.name, "letter_language": "fr", "fingerprint": "", "submitted_at": NOW,
            "updated_at": NOW, "keywords": [], "links": [], "topics": [],
            "speakers": [Speaker(position=0, name="Ada Lac")], **fields,
        }
    )  # fmt: skip
    db.add(proposal)
    db.flush()
    card = card_of(proposal, "P")
    letter = letters.acknowledgement(desk.templates, desk.call, card, ADA, desk.sender)
    owe(db, desk, letter, f"acknowledgement/{proposal.id}", NOW, proposal=proposal)
    deliver(db, NOW)
    return proposal


def deliver(db: sa.orm.Session, now: datetime) -> None:
    """The server takes everything that is owed."""
    db.flush()
    for row in db.scalars(sa.select(OutboxEntry).where(OutboxEntry.state == LetterState.OWED)):
        row.state, row.done_at = LetterState.SENT, now
    db.flush()


def days_with_letters(db: sa.orm.Session, desk: Desk = DESK, days: int = 70) -> list[int]:
    """Pass every day and send what is owed: the days on which something left."""
    found = []
    for day in range(1, days):
        if reminders.remind(db, desk, NOW + day * DAY):
            found.append(day)
        deliver(db, NOW + day * DAY)
    return found


@pytest.fixture
def db(engine: sa.Engine) -> sa.orm.Session:
    with database.open_sessions(engine)() as session:
        yield session


def test_what_is_missing_is_asked_for_twice_and_no_more(db: sa.orm.Session) -> None:
    propose(db)

    assert days_with_letters(db) == [7, 14]


def test_a_complete_proposal_is_left_in_peace(db: sa.orm.Session) -> None:
    propose(db, abstract="Les digues et leurs riverains.")

    assert days_with_letters(db) == []


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.DECLINED])
def test_a_proposal_that_is_over_is_left_in_peace(db: sa.orm.Session, state: State) -> None:
    propose(db, state=state)

    assert days_with_letters(db) == []


def test_the_days_can_be_set_and_reminders_turned_off(db: sa.orm.Session) -> None:
    slow = replace(DESK, settings=LettersConfig(remind_after_days=20))
    never = replace(DESK, settings=LettersConfig(remind_after_days=0))
    propose(db)

    assert days_with_letters(db, never) == []
    assert days_with_letters(db, slow) == [20, 40]


def test_once_more_before_the_deadline_if_wished(db: sa.orm.Session) -> None:
    desk = replace(DESK, settings=LettersConfig(remind_before_deadline_days=3))
    propose(db)

    assert days_with_letters(db, desk) == [7, 14, 27]


def test_somebody_whose_answer_waits_for_a_person_is_not_asked_again(db: sa.orm.Session) -> None:
    proposal = propose(db)
    db.add(
        InboxEntry(
            mailbox="a", uidvalidity=1, uid=1, received_at=NOW, turn=NOW, content_hash="x", size=1,
            outcome=Outcome.HELD, proposal_id=proposal.id,
        )
    )  # fmt: skip

    assert days_with_letters(db) == []


def test_nobody_is_reminded_whose_letters_come_back(db: sa.orm.Session) -> None:
    propose(db)
    db.execute(sa.update(OutboxEntry).values(state=LetterState.FAILED, bounced=True))

    assert days_with_letters(db) == []


def test_nobody_is_reminded_of_an_imported_archive(db: sa.orm.Session) -> None:
    silent = replace(DESK, silent=True)
    propose(db, silent)

    assert days_with_letters(db, silent) == []
    assert days_with_letters(db) == []  # nor later: no letter of ours ever asked


def test_an_accepted_speaker_is_asked_whether_they_come(db: sa.orm.Session) -> None:
    proposal = propose(db, abstract="Les digues et leurs riverains.")
    review.decide(db, DESK, proposal.id, State.ACCEPTED, NOW)
    deliver(db, NOW)

    assert days_with_letters(db) == [7, 14]


def test_one_who_has_confirmed_is_not_asked(db: sa.orm.Session) -> None:
    proposal = propose(db, abstract="Les digues et leurs riverains.")
    review.decide(db, DESK, proposal.id, State.ACCEPTED, NOW)
    deliver(db, NOW)
    proposal.state = State.CONFIRMED

    assert days_with_letters(db) == []


@pytest.mark.parametrize(
    ("language", "kind", "words"),
    [
        ("fr", "reminder", "il nous manque encore le résumé. Pourriez-vous nous l’envoyer"),
        ("en", "reminder", "still need the abstract. Could you send it"),
        ("fr", "confirm_reminder", "Pourriez-vous nous confirmer que vous viendrez le vendredi 2 avril 2027"),
        ("en", "confirm_reminder", "Could you confirm that you will come on Friday 2 April 2027"),
    ],
)
def test_it_says_what_it_wants(db: sa.orm.Session, language: str, kind: str, words: str) -> None:
    card = card_of(propose(db, letter_language=language), "P")

    letter = letters.reminder(DESK.templates, CALL, card, ADA, kind, NOW)

    assert words in " ".join(letter.text.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert "[P-" in letter.subject
