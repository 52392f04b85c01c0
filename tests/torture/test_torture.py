"""The short form of `make torture`: a few kills on each database, and what the accounts notice."""

from __future__ import annotations

import random
import smtplib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from audit import audit
from callboard.model import InboxEntry, OutboxEntry
from correspondence import Correspondence
from installation import Copies
from series import Places, Torture
from servers import DovecotServer
from torture import PAGE, PARTS_OF_THE_PAGE, marks
from world import Nursery, World

KILLS = 4
SECONDS = 60.0  # after that a busy machine has had enough; what was done is still audited


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    started = Nursery()
    yield started
    started.close()


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(random.Random(7))


def tortured(world: World, places: Places, seconds: float = SECONDS) -> Torture:
    return Torture(world, random.Random(7), time.monotonic() + seconds, places)


@pytest.mark.parametrize(
    ("database_url", "copies"),
    [("sqlite", "nobody"), ("sqlite", "callboard"), ("postgresql", "server")],
    indirect=["database_url"],
)
def test_a_worker_that_is_killed_loses_and_repeats_nothing(
    dovecot_server: DovecotServer,
    nursery: Nursery,
    places: Places,
    database_url: str,
    tmp_path: Path,
    copies: Copies,
) -> None:
    with World(dovecot_server, nursery, database_url, tmp_path / "one", copies, lose=3) as world:
        figures = tortured(world, places).one_at_a_time(KILLS)

    assert figures.kills > 0
    assert figures.lost == 0


def test_nor_does_one_that_is_killed_at_its_first_start(
    dovecot_server: DovecotServer, nursery: Nursery, places: Places, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/callboard.db"
    with World(dovecot_server, nursery, url, tmp_path / "first", "nobody") as world:
        series = tortured(world, places)
        series.first_starts(KILLS)
        figures = series.one_at_a_time(KILLS + 1)

    assert figures.kills == KILLS + 1
    assert figures.lost == 0


def test_nor_do_two_and_a_once_from_cron(
    dovecot_server: DovecotServer, nursery: Nursery, places: Places, database_url: str, tmp_path: Path
) -> None:
    with World(dovecot_server, nursery, database_url, tmp_path / "two", "server", lose=3) as world:
        figures = tortured(world, places).together(KILLS)

    assert (figures.repeats, figures.lost) == (0, 0)


class TestTheAccountsNotice:
    """An audit that finds nothing proves nothing unless it would."""

    @pytest.fixture
    def world(self, dovecot_server: DovecotServer, nursery: Nursery, tmp_path: Path) -> Iterator[World]:
        url = f"sqlite:///{tmp_path}/callboard.db"
        with World(dovecot_server, nursery, url, tmp_path / "audited", "nobody", lose=0) as made:
            yield made

    def test_what_is_missing_and_what_is_twice(self, world: World) -> None:
        letters_in = Correspondence(random.Random(7))
        while len(letters_in.talks) < 2:
            world.deliver(letters_in.write([]))
        world.start("once").wait()
        calm = audit(world, letters_in, 0)
        with world.engine.begin() as connection:
            connection.execute(sa.update(OutboxEntry).where(OutboxEntry.id == 1).values(state="owed"))
            last = sa.select(sa.func.max(InboxEntry.id)).scalar_subquery()
            connection.execute(sa.update(InboxEntry).where(InboxEntry.id == last).values(outcome="waiting"))
        next(world.letters.glob("*.eml")).unlink()

        with pytest.raises(AssertionError) as wrong:
            audit(world, letters_in, 0)

        assert (calm.proposals, calm.lost, calm.repeats) == (2, 0, 0)
        for complaint in ("outcomes: ", "is owed", "was never taken by the server"):
            assert complaint in str(wrong.value)

    def test_a_letter_that_left_twice_without_need(self, world: World) -> None:
        letters_in = Correspondence(random.Random(7))
        while not letters_in.talks:
            world.deliver(letters_in.write([]))
        world.start("once").wait()
        with world.engine.begin() as connection:
            connection.execute(sa.update(OutboxEntry).values(state="owed"))
        world.go_to(world.now().replace(year=world.now().year + 1))
        world.start("once").wait()

        with pytest.raises(AssertionError, match="was taken 2 times, of which 0 may be repeated"):
            audit(world, letters_in, 0)


def test_the_server_knows_who_has_heard_its_answer(
    dovecot_server: DovecotServer, nursery: Nursery, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/callboard.db"
    with World(dovecot_server, nursery, url, tmp_path / "heard", "nobody", lose=3) as world:
        with smtplib.SMTP("127.0.0.1", world.smtp) as polite:
            polite.sendmail("a@example.org", "b@example.org", b"Message-ID: <1@example.org>\r\n\r\nOne.\r\n")
            polite.sendmail("a@example.org", "b@example.org", b"Message-ID: <2@example.org>\r\n\r\nTwo.\r\n")
        with suppress(smtplib.SMTPServerDisconnected), smtplib.SMTP("127.0.0.1", world.smtp) as lost:
            lost.sendmail("a@example.org", "b@example.org", b"Message-ID: <3@example.org>\r\n\r\nThree.\r\n")
        killed = smtplib.SMTP("127.0.0.1", world.smtp)
        killed.sendmail("a@example.org", "b@example.org", b"Message-ID: <4@example.org>\r\n\r\nFour.\r\n")
        killed.close()

        assert [letter.heard for letter in world.taken()] == [True, True, False, False]


@pytest.mark.parametrize("part", PARTS_OF_THE_PAGE)
def test_the_page_has_room_for_the_table(part: str) -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [text.count(mark) for mark in marks(part)] == [1, 1]
