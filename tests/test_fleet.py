"""Several workers on one PostgreSQL: nothing is lost, nothing done twice, whoever is killed."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import database, store
from callboard.config import load_calls
from callboard.fleet import queue
from callboard.fleet.crew import Crew
from callboard.fleet.run import connector_to
from callboard.fleet.tasks import app_of, take_up
from callboard.model import InboxEntry, LetterState, OutboxEntry, Proposal
from databases import new_postgres_database
from deliver import deliver
from houses import CALL, House
from manycalls import Here, Marked, installation, letters_of
from servers import Account, DovecotServer, SmtpSink
from waiting import until

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
ENGINE = 'engine = "procrastinate"\n'


@pytest.fixture
def calls(dovecot_server: DovecotServer, tmp_path: Path) -> tuple[Marked, Marked]:
    user = f"fleet{abs(hash(tmp_path))}"
    rivers, forests = (Account(dovecot_server, f"{user}{which}") for which in ("a", "b"))
    return Marked("rivers", "quartzripple", rivers), Marked("forests", "mossbasalt", forests)


@pytest.fixture
def house(
    calls: tuple[Marked, Marked], smtp_sink: SmtpSink, postgres_server: str, tmp_path: Path
) -> Iterator[House]:
    with new_postgres_database(postgres_server) as url:
        made = installation(tmp_path, smtp_sink, *calls, database=url, poll=1, worker=ENGINE)
        assert made("db", "upgrade")[0] == 0
        yield made


@pytest.fixture
def here(house: House, monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(monkeypatch, house)


@pytest.fixture
def rivers(house: House) -> Iterator[sa.Engine]:
    """The place of one call."""
    places = database.Places()
    yield places.of(load_calls(house.folder / "config" / "callboard.toml", {}).one("rivers"))
    places.close()


@contextmanager
def workers(house: House, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """So many workers, ended as a service manager ends them."""
    running = [house.start("-v", "run") for _ in range(number)]
    try:
        yield running
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            said = one.communicate(timeout=60)
            assert one.returncode == 0, said
    finally:
        for one in running:
            one.kill()


def acknowledged(sink: SmtpSink, call: Marked) -> Counter[str]:
    """How many letters each speaker of a call has."""
    return Counter(str(letter["To"]) for letter in letters_of(sink, call))


def read(here: Here, call: Marked) -> dict[int, int]:
    """The proposals of a call, each with how many acknowledgements it was ever owed."""
    places = database.Places()
    engine = places.of(load_calls(here.folder / "config" / "callboard.toml", {}).one(call.name))
    acknowledgements = (
        sa.select(Proposal.id, sa.func.count(OutboxEntry.id))
        .outerjoin(OutboxEntry, OutboxEntry.proposal_id == Proposal.id)
        .group_by(Proposal.id)
    )
    with database.open_sessions(engine)() as db:
        found = {row[0]: row[1] for row in db.execute(acknowledgements)}
    places.close()
    return found


def stored(db: sa.orm.Session, number: int, outcome: str = "waiting") -> InboxEntry:
    raw = b"Subject: Letter %d\r\n\r\nHello\r\n" % number
    entry = store.add_message(
        db, mailbox="rivers", uidvalidity=1, uid=number, raw=raw, size=len(raw), truncated=False, now=NOW
    )
    entry.outcome = outcome
    return entry


def todo(engine: sa.Engine, call: str = "rivers") -> list[tuple[str, int]]:
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                f"SELECT task_name, (args->>'row')::int FROM {queue.SCHEMA}.procrastinate_jobs "
                "WHERE args->>'call' = :call AND status = 'todo' ORDER BY id"
            ),
            {"call": call},
        )
        return [tuple(row) for row in rows]


def test_each_message_is_answered_once_whoever_reads_it(
    calls: tuple[Marked, Marked], house: House, smtp_sink: SmtpSink, here: Here
) -> None:
    for call in calls:
        deliver(call.account, *(call.proposal(number) for number in range(1, 9)))

    with workers(house, 2):
        assert until(lambda: len(smtp_sink.mails) >= 16, 100)
    status = json.loads(here("status", "--json")[1])

    for call in calls:
        assert set(acknowledged(smtp_sink, call).values()) == {1}
        assert len(acknowledged(smtp_sink, call)) == 8
        assert status[call.name]["messages"] == 8
        assert status[call.name]["queue"]["failed"] == 0


@pytest.mark.timeout(240)
def test_mail_is_fetched_when_it_arrives_and_another_listens_for_who_was_killed(
    calls: tuple[Marked, Marked], house: House, smtp_sink: SmtpSink
) -> None:
    """The next poll is hours away."""
    rivers, _ = calls
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace("poll_minutes = 1\n", "poll_minutes = 600\n"))

    def answered(number: int) -> bool:
        deliver(rivers.account, rivers.proposal(number))
        return bool(until(lambda: len(acknowledged(smtp_sink, rivers)) == number, 80))

    with workers(house, 1) as running:
        assert answered(1)
        assert answered(2)  # the first may have been there when it looked at all
        killed = running.pop()
        killed.kill()
        killed.communicate()
        running.append(house.start("-v", "run"))
        assert answered(3)
        assert answered(4)

    assert set(acknowledged(smtp_sink, rivers).values()) == {1}


@pytest.mark.timeout(240)
def test_a_killed_workers_tasks_are_taken_up(
    calls: tuple[Marked, Marked], house: House, smtp_sink: SmtpSink, here: Here
) -> None:
    for call in calls:
        deliver(call.account, *(call.proposal(number) for number in range(1, 41)))
    killed = house.start("run")
    try:
        assert until(lambda: sum(len(read(here, call)) for call in calls) >= random.randint(1, 20), 100)
    finally:
        killed.kill()
        killed.wait()
    left = sum(len(read(here, call)) for call in calls)

    with workers(house, 1):
        assert until(lambda: all(len(read(here, call)) == 40 for call in calls), 110)

    assert left < 80  # it was killed in the middle of its work

    for call in calls:
        assert set(read(here, call).values()) == {1}  # one acknowledgement each, gone or owed
        ids = {str(m["Message-ID"]) for m in letters_of(smtp_sink, call)}
        # What left when its worker was killed may leave again, but as the same letter.
        assert len(ids) == len(acknowledged(smtp_sink, call))


def test_a_row_and_its_task_are_there_both_or_neither(rivers: sa.Engine) -> None:
    sessions = database.open_sessions(rivers)
    with sessions.begin() as db:
        stored(db, 1)
    with pytest.raises(RuntimeError), sessions.begin() as db:
        stored(db, 2)
        raise RuntimeError
    with sessions.begin() as db:
        letter = OutboxEntry(
            key="x/1", kind="acknowledgement", recipient="a@b.example", subject="", message_id="<1@x>", raw=b"x",
            created_at=NOW, next_attempt=NOW, state=LetterState.OWED,
        )  # fmt: skip
        db.add(letter)

    assert todo(rivers) == [("read", 1), ("send", letter.id)]


def test_of_the_tasks_that_wait_once_one_waits(rivers: sa.Engine) -> None:
    tend = queue.Task("tend", "rivers", "call/rivers", once=("todo", "doing"))

    for _ in range(2):
        queue.put_once(rivers, [tend])

    assert todo(rivers) == [("tend", None)]


def test_a_task_that_is_being_done_is_no_reason_not_to_look_again(rivers: sa.Engine) -> None:
    heard = queue.Task("fetch", "rivers", "mailbox/rivers/a", once=("todo",))
    for state in ("doing", "todo", "todo"):
        queue.put_once(rivers, [heard])
        with rivers.begin() as connection:
            connection.execute(
                sa.text(
                    f"UPDATE {queue.SCHEMA}.procrastinate_jobs SET status = :state WHERE status = 'todo'"
                ),
                {"state": state},
            )

    with rivers.connect() as connection:
        states = connection.scalars(sa.text(f"SELECT status::text FROM {queue.SCHEMA}.procrastinate_jobs"))
        assert sorted(states) == ["doing", "todo"]


def test_what_a_dead_worker_began_is_put_back(rivers: sa.Engine) -> None:
    """Whatever else waits by then."""
    tend = queue.Task("tend", "rivers", "call/rivers", once=("todo", "doing"))
    queue.put_once(rivers, [tend])
    with rivers.begin() as connection:
        connection.execute(sa.text(f"UPDATE {queue.SCHEMA}.procrastinate_jobs SET status = 'doing'"))
    queue.put_once(rivers, [tend, queue.Task("fetch", "rivers", "mailbox/rivers/a", once=("todo", "doing"))])

    async def rescue() -> None:
        app = app_of(Crew({}), connector_to(rivers.url))
        async with app.open_async():
            await take_up(app)

    asyncio.run(rescue())

    assert todo(rivers) == [("tend", None), ("fetch", None)]


def test_two_who_take_up_the_same_do_not_fail(rivers: sa.Engine) -> None:
    """A rescue that failed would be counted among the tasks that a person must look at."""
    queue.put_once(rivers, [queue.Task("tend", f"call{n}", f"call/call{n}") for n in range(20)])
    with rivers.begin() as connection:
        connection.execute(sa.text(f"UPDATE {queue.SCHEMA}.procrastinate_jobs SET status = 'doing'"))

    async def rescue() -> None:
        app = app_of(Crew({}), connector_to(rivers.url))
        async with app.open_async():
            await asyncio.gather(*(take_up(app) for _ in range(5)))

    asyncio.run(rescue())

    with rivers.connect() as connection:
        states = connection.scalars(sa.text(f"SELECT status::text FROM {queue.SCHEMA}.procrastinate_jobs"))
        assert list(states) == ["todo"] * 20


def test_what_failed_for_good_is_shown_and_tried_again(rivers: sa.Engine, here: Here) -> None:
    with database.open_sessions(rivers).begin() as db:
        stored(db, 1)
        db.flush()
    with rivers.begin() as connection:
        connection.execute(
            sa.text(f"UPDATE {queue.SCHEMA}.procrastinate_jobs SET status = 'failed', attempts = 6")
        )

    shown, health = here("--call", "rivers", "queue", "--json"), here("health", "--json")
    status = json.loads(here("--call", "rivers", "status", "--json")[1])["rivers"]
    again = here("--call", "rivers", "queue", "--retry")[0], here("--call", "rivers", "queue")

    assert shown[0] == 1
    assert [(t["task"], t["row"], t["attempts"]) for t in json.loads(shown[1])["rivers"]] == [("read", 1, 6)]
    assert ("rivers", "queue") in [(t["call"], t["name"]) for t in json.loads(health[1])["troubles"]]
    assert status["queue"] == {"todo": 0, "doing": 0, "failed": 1}
    assert (again[0], again[1][0], todo(rivers)) == (0, 0, [("read", 1)])


def test_the_queue_holds_no_words_of_a_call(
    calls: tuple[Marked, Marked], house: House, rivers: sa.Engine
) -> None:
    """Its schema is seen by all calls."""
    with database.open_sessions(rivers).begin() as db:
        stored(db, 1).subject = calls[0].mark

    with rivers.connect() as connection:
        jobs = connection.execute(sa.text(f"SELECT * FROM {queue.SCHEMA}.procrastinate_jobs")).all()

    assert len(jobs) == 1
    assert calls[0].mark not in repr(jobs)


def test_the_fleet_needs_postgresql(tmp_path: Path) -> None:
    house = House(tmp_path, CALL + "[worker]\n" + ENGINE)

    code, _, err = house("list")

    assert (code, err) == (
        2,
        'config/callboard.toml: worker.engine: "procrastinate" keeps its tasks in PostgreSQL; '
        "set database to postgresql://user@host/name\n",
    )


def test_a_database_without_a_queue_says_how_to_make_one(house: House, here: Here, rivers: sa.Engine) -> None:
    with rivers.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {queue.SCHEMA} CASCADE"))

    assert here("--call", "rivers", "list")[::2] == (
        2,
        "database: the queue's tables are missing; run callboard db upgrade\n",
    )
