"""When tasks are asked for and tried again, and who may work on a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.jobs import Job
from procrastinate.testing import InMemoryConnector

from callboard import store
from callboard.errors import Busy
from callboard.fleet import queue
from callboard.fleet.crew import LEASE_SECONDS, Crew
from callboard.fleet.tasks import MOST_ATTEMPTS, Later, _due_calls, app_of
from callboard.worker import Worker
from workplace import Clock


def job(attempts: int) -> Job:
    return Job(
        id=1, queue="callboard", lock="call/a", queueing_lock=None, task_name="read", task_kwargs={},
        attempts=attempts, priority=0, worker_id=None, status="doing",
    )  # fmt: skip


def test_what_is_away_is_tried_again_for_ever_and_a_mistake_of_ours_is_not() -> None:
    decide = Later().get_retry_decision

    assert decide(exception=Busy("x"), job=job(100)) is not None
    assert decide(exception=ValueError("x"), job=job(MOST_ATTEMPTS - 2)) is not None
    assert decide(exception=ValueError("x"), job=job(MOST_ATTEMPTS - 1)) is None


def test_a_task_that_waits_for_its_time_lets_those_that_come_later_pass() -> None:
    """Of one lock, the queue gives out the task with the highest priority first, or none while that one waits."""
    decision = Later().get_retry_decision(exception=Busy("x"), job=job(2))

    assert decision is not None and decision.retry_at is not None and decision.priority is not None
    assert decision.priority < 0
    assert timedelta(seconds=10) < decision.retry_at - datetime.now(UTC) < timedelta(seconds=13)


def test_what_killed_workers_left_is_looked_for_however_much_waits() -> None:
    tasks = app_of(Crew({}), InMemoryConnector()).tasks

    assert min(tasks["rescue"].priority, tasks["tick"].priority) > max(queue.SOON.values())


def test_each_call_is_due_once_in_its_minutes(worker: Worker) -> None:
    crew = Crew({f"call{number}": worker for number in range(50)})
    every = round(worker.config.worker.poll_minutes)

    due = [[call for call, _ in _due_calls(crew, minute)] for minute in range(every)]

    assert sorted(call for minute in due for call in minute) == sorted(crew.patterns)
    assert all(due)  # and not all in the same one


def test_two_processes_do_not_work_on_one_call(worker: Worker) -> None:
    ours, theirs = Crew({"a": worker}), Crew({"a": worker})

    with ours.at_work("a"):
        with pytest.raises(Busy), theirs.at_work("a"):
            pass
        with theirs.at_work("a", "fetch organisers") as fetching:  # which has a lease of its own
            assert fetching is not None
    with theirs.at_work("a") as afterwards:
        assert afterwards is not None


def test_what_a_killed_process_held_is_free_soon(worker: Worker, clock: Clock) -> None:
    with worker.sessions.begin() as db:
        store.take_lease(db, "worker", "killed", clock(), timedelta(seconds=LEASE_SECONDS))

    clock.now += timedelta(seconds=LEASE_SECONDS + 1)

    with Crew({"a": worker}).at_work("a") as at_work:
        assert at_work is not None


def test_a_lease_that_is_given_back_is_not_taken_again_by_who_renews_it(worker: Worker) -> None:
    crew = Crew({"a": worker})
    with crew.at_work("a") as at_work:
        assert at_work is not None
        at_work.keep_lease()

    at_work.keep_lease()

    with Crew({"a": worker}).at_work("a") as other:
        assert other is not None


def test_the_task_of_a_call_that_went_does_nothing(worker: Worker) -> None:
    with Crew({"a": worker}).at_work("b") as nobody:
        assert nobody is None


def test_after_a_stop_steps_end_early(worker: Worker) -> None:
    crew = Crew({"a": worker})

    crew.stop()

    with crew.at_work("a") as at_work:
        assert at_work is not None and at_work.stopping


def test_a_reload_forgets_no_letter_that_left(worker: Worker) -> None:
    """Known to the worker of before alone, it would leave a second time."""
    crew = Crew({"a": worker})
    with crew.at_work("a") as before:
        assert before is not None
        before.left.add(7)
    config = worker.config.model_copy(update={"folder": worker.config.folder / "new"})
    renewed = Worker(config, worker.engine, worker.environ, worker.clock)

    crew.replace({"a": renewed})

    with crew.at_work("a") as after:
        assert after is not None
        assert (after.left, after.config is config) == ({7}, True)
