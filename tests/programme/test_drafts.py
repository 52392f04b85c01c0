"""A draft gets the next number when something on the page changed, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import database, store
from callboard.call import Call
from callboard.config import Config
from callboard.model import Proposal, Speaker
from callboard.programme import drafts
from callboard.proposals import State
from callboard.templating import Templates

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    call = Call(
        title="Journée rivières",
        timezone="Europe/Paris",
        starts=datetime(2027, 3, 11, 8, 30, tzinfo=UTC),
        ends=datetime(2027, 3, 11, 16, 0, tzinfo=UTC),
    )
    return Config(call=call, folder=tmp_path)


def proposal(title: str) -> Proposal:
    return Proposal(
        state=State.SUBMITTED,
        title=title,
        abstract="Une crue. " * 20,
        speakers=[Speaker(position=0, name="Maëlle Fontanel", email="maelle@rivieres.example")],
        keywords=[],
        links=[],
        topics=[],
        contact="maelle@rivieres.example",
        letter_language="fr",
        fingerprint=store.fingerprint(title, None),
        submitted_at=NOW,
        updated_at=NOW,
    )


def test_numbers_rise_only_with_what_the_page_shows(engine: sa.Engine, config: Config) -> None:
    sessions = database.open_sessions(engine)
    made = []

    def make() -> None:
        with sessions.begin() as db:
            made.append(drafts.make_draft(db, config, NOW + timedelta(hours=len(made))))

    make()
    make()
    with sessions.begin() as db:
        db.add(proposal("Les vannes"))
    make()
    with sessions.begin() as db:
        store.proposals(db)[0].contact = "maelle@ailleurs.example"  # nobody sees it on the page
    make()
    with sessions.begin() as db:
        store.proposals(db)[0].title = "Les vannes et les digues"
    make()

    assert made == [1, None, 2, None, 3]


def test_the_same_draft_gives_the_same_bytes(engine: sa.Engine, config: Config) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        db.add(proposal("Les vannes"))
        db.flush()
        drafts.make_draft(db, config, NOW)
    with sessions() as db:
        one, other = (drafts.outputs(db, config, Templates()) for _ in range(2))

    assert one == other
    assert {"index.html", "programme.en.html", "programme.md"} < set(one)


def test_a_level_is_news_for_the_programme_and_not_for_the_page(engine: sa.Engine, config: Config) -> None:
    sessions = database.open_sessions(engine)
    with sessions.begin() as db:
        db.add(proposal("Les vannes"))
    with sessions.begin() as db:
        drafts.make_draft(db, config, NOW)
    with sessions.begin() as db:
        assert drafts.news(db, config) is None
        store.proposals(db)[0].level = "advanced"

    with sessions.begin() as db:
        inputs = drafts.news(db, config)
        made = drafts.make_draft(db, config, NOW)

    assert inputs is not None
    assert made is None
