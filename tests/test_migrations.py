"""Tables of each earlier revision, with a row in every one of them, are brought up to date and lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callboard import database, migrations
from callboard.model import Base, Draft, Speaker

pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index")

AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
EARLIER = [
    name
    for file in sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    if (name := file.name[:4]) != migrations.HEAD
]

GONE = {"draft": {"published"}}  # columns that a later revision does without


@pytest.fixture
def empty(database_url: str) -> Iterator[sa.Engine]:
    made = database.open_engine(database_url)
    yield made
    made.dispose()


def value(column: sa.Column[Any]) -> object:
    """One that the column takes; in what refers to another table, the row that is there."""
    if column.foreign_keys or isinstance(column.type, sa.Integer):
        return 1
    if isinstance(column.type, sa.DateTime):
        return AT
    if isinstance(column.type, sa.JSON):
        return {"title": "Été"}
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, sa.LargeBinary):
        return b"From: \xe9"
    return 0.5 if isinstance(column.type, sa.Float) else "Été"


def tables(engine: sa.Engine) -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def rows(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    there = tables(engine)
    with engine.connect() as connection:
        return {t.name: [dict(row) for row in connection.execute(sa.select(t)).mappings()] for t in there}


def fill(engine: sa.Engine) -> None:
    there = tables(engine)
    with engine.begin() as connection:
        for table in there:
            connection.execute(table.insert().values({c.name: value(c) for c in table.columns}))


@pytest.mark.parametrize("revision", EARLIER)
def test_every_row_of_an_earlier_revision_outlives_the_upgrade(empty: sa.Engine, revision: str) -> None:
    migrations.upgrade(empty, revision)
    fill(empty)
    before = rows(empty)

    migrations.upgrade(empty)

    after = rows(empty)
    assert migrations.revision(empty) == migrations.HEAD
    for name, found in before.items():
        kept = [{key: row[key] for key in row.keys() - GONE.get(name, ())} for row in found]
        assert [{key: row[key] for key in kept[0]} for row in after[name]] == kept
    with database.open_sessions(empty)() as db:
        read = {m.local_table.name: len(db.scalars(sa.select(m)).all()) for m in Base.registry.mappers}
    assert {name: count for name, count in read.items() if count} == dict.fromkeys(before, 1)


def test_of_the_drafts_that_were_public_the_last_one_stays_so(empty: sa.Engine) -> None:
    migrations.upgrade(empty, "0002")
    (draft,) = (table for table in tables(empty) if table.name == "draft")
    with empty.begin() as connection:
        for number, published in ((1, True), (2, True), (3, False)):
            given = {c.name: value(c) for c in draft.columns} | {"number": number, "published": published}
            connection.execute(draft.insert().values(given))

    migrations.upgrade(empty)

    with database.open_sessions(empty)() as db:
        released = db.execute(sa.select(Draft.number, Draft.released_at).order_by(Draft.number)).all()
    assert [tuple(row) for row in released] == [(1, None), (2, AT), (3, None)]


def test_every_speaker_who_could_change_a_proposal_still_may(empty: sa.Engine) -> None:
    migrations.upgrade(empty, "0006")
    fill(empty)

    migrations.upgrade(empty)

    with database.open_sessions(empty)() as db:
        assert db.scalars(sa.select(Speaker.may_change)).all() == [True]
