"""Letters owed: once for each key, later and later, given up in the end; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from callboard import database
from callboard.call import Call
from callboard.config import LettersConfig
from callboard.desk import outbox
from callboard.desk.letters import Letter
from callboard.desk.outbox import Desk
from callboard.errors import LetterRefused
from callboard.mailroom.incoming import Address
from callboard.model import LetterState, OutboxEntry
from callboard.templating import Templates

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DESK = Desk(Call(title="Journée"), Templates(), Address("Journée", "journee@callboard.test"), LettersConfig())
LETTER = Letter(
    "acknowledgement", Address("Ada", "ada@example.org"), "fr", "Bien reçu", "Bonjour", "<p>Bonjour</p>"
)


def test_a_letter_is_owed_once_for_each_key(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        first = outbox.owe(db, DESK, LETTER, "acknowledgement/7", NOW)
    with sessions.begin() as db:
        again = outbox.owe(db, DESK, LETTER, "acknowledgement/7", NOW)

    assert first is not None
    assert again is None


def test_a_letter_whose_worker_was_killed_waits_for_its_next_attempt(engine: sa.Engine) -> None:
    """Claimed and never heard of again: it is not lost, and not sent twice at once."""
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        outbox.owe(db, DESK, LETTER, "acknowledgement/7", NOW)
    with sessions.begin() as db:
        claimed = outbox.claim(db, NOW)

    with sessions.begin() as db:
        at_once = outbox.claim(db, NOW)
    with sessions.begin() as db:
        later = outbox.claim(db, NOW + timedelta(minutes=2))

    assert [len(claimed), len(at_once), len(later)] == [1, 0, 1]
    assert claimed[0].raw == later[0].raw  # the same Message-ID


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 2), (2, 6), (3, 18), (4, 54), (5, 162), (6, 360), (50, 360)]
)
def test_attempts_come_later_and_later(attempts: int, minutes: int) -> None:
    assert outbox.retry_delay(attempts) == timedelta(minutes=minutes)


def test_a_letter_refused_for_too_long_is_given_up(engine: sa.Engine) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        outbox.owe(db, DESK, LETTER, "acknowledgement/7", NOW)
    refusal = LetterRefused("451 later", permanent=False, code=451)
    given_up = []
    for hours in (1, 71, 73):
        with sessions.begin() as db:
            letter = db.scalars(sa.select(OutboxEntry.id)).one()
            at = NOW + timedelta(hours=hours)
            given_up.append(outbox.record_refusal(db, letter, refusal, DESK.settings, at))

    with sessions() as db:
        assert given_up == [False, False, True]
        assert db.scalars(sa.select(OutboxEntry.state)).one() == LetterState.FAILED


@pytest.mark.parametrize(
    ("address", "written_to"),
    [
        ("ada@example.org", True),
        ("norah@example.org", True),
        ("no-reply@example.org", False),
        ("noreply+17@example.org", False),
        ("MAILER-DAEMON@example.org", False),
        ("ne-pas-repondre@example.org", False),
        ("journee@callboard.test", False),
        ("Journee@Callboard.Test", False),
        ("not an address", False),
        ("ada@example.org>, <victim@example.org", False),
    ],
)
def test_nobody_is_written_to_who_does_not_read(engine: sa.Engine, address: str, written_to: bool) -> None:
    """Field note 36; RFC 3834, section 2."""
    with database.open_sessions(engine)() as db:
        assert (outbox.refusal(db, DESK, address, NOW, automatic=True) is None) is written_to
