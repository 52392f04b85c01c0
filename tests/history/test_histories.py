"""Random histories of mails, answers, crashes and turned clocks, against a model of what a speaker should see.

`CALLBOARD_HISTORIES=2000` runs as many of them, longer and with other dice each time, instead of the few of every day.
That they would notice is shown by mistakes made on purpose, each met by a few steps. Left to the dice of every day,
three of the four are noticed too; the first needs a process that dies between two commits in a row.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from premises import MAILBOXES, empty_database, standing_in

from callboard import collect, dispatch, store
from callboard.desk import conversation
from callboard.mailroom.fetching import Batch
from callboard.model import MailboxState
from callboard.passreport import PassReport
from callboard.proposals import State
from callboard.worker import Worker
from history import History, totals
from servers import SmtpSink

MAELLE, TOM, INES = "maelle@rivieres.example", "tom@bridges.example", "ines@digues.example"
EVERY_DAY = 14
MANY = int(os.environ.get("CALLBOARD_HISTORIES", "0"))


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("histories")
    with SmtpSink() as sink, standing_in():
        History.where = folder, empty_database(folder), sink
        yield


def run(many: int) -> None:
    """So many histories, others each time; without a number those of every day, always the same."""
    chosen = settings(
        max_examples=many or EVERY_DAY,
        stateful_step_count=60 if many else 40,
        derandomize=not many,
        phases=(Phase.generate, Phase.shrink) if many else (Phase.generate,),
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=True,
    )
    run_state_machine_as_test(History, settings=chosen)


@pytest.mark.timeout(0 if MANY else 300)
def test_whatever_happens_speakers_see_what_they_should(histories: None) -> None:
    totals.clear()
    try:
        run(MANY)
    finally:
        print(dict(totals))  # noqa: T201  the figures, with pytest -s


# --- Mistakes made on purpose ----------------------------------------------------------------------------


def lose_what_a_crash_interrupts(patch: pytest.MonkeyPatch) -> None:
    """The place in the ledger is committed before the mails."""
    keep = collect.keep

    def ledger_first(worker: Worker, name: str, batch: Batch, report: PassReport) -> None:
        with worker.sessions.begin() as db:
            state = db.get(MailboxState, name) or MailboxState(name=name)
            state.uidvalidity, state.last_uid = batch.cursor.uidvalidity, batch.cursor.last_uid
            db.add(state)
        keep(worker, name, batch, report)

    patch.setattr(collect, "keep", ledger_first)


def send_letters_again(patch: pytest.MonkeyPatch) -> None:
    """Nobody notes that a letter has left."""
    patch.setattr(dispatch, "_note_sent", lambda _worker, _letter: None)


def let_strangers_change(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conversation, "may_change", lambda _case, _proposal: True)
    patch.setattr(conversation, "speaks_for", lambda _proposal, _who: True)


def tell_too_early(patch: pytest.MonkeyPatch) -> None:
    """How things stand is told before the decision's letter has left."""
    patch.setattr(store, "was_told", lambda _db, _number, _state: True)


def crashes_while_mail_comes(history: History) -> None:
    for commits in range(2, 6):
        history.propose(TOM, MAILBOXES[0])
        history.die_at_work(commits, after=True)
        history.time_goes_by(1)


def nothing_more(history: History) -> None:
    """The two acknowledgements, and nothing else."""


def a_stranger_answers(history: History) -> None:
    history.a_stranger_wants_a_change(0, MAILBOXES[1], "withdraw")


def a_decision_waits(history: History) -> None:
    history.decide(0, State.ACCEPTED)
    history.answer(0, MAILBOXES[0], ("ask_status", "Où en est ma proposition ?"))


def play(*steps: Callable[[History], None]) -> None:
    history = History()
    history.begin(MAELLE, INES)
    try:
        for step in steps:
            step(history)
            history.all_becomes_quiet()
    finally:
        history.house.close()


@pytest.mark.parametrize(
    ("mistake", "steps"),
    [
        (lose_what_a_crash_interrupts, crashes_while_mail_comes),
        (send_letters_again, nothing_more),
        (let_strangers_change, a_stranger_answers),
        (tell_too_early, a_decision_waits),
    ],
)
def test_a_mistake_is_noticed(
    histories: None,
    monkeypatch: pytest.MonkeyPatch,
    mistake: Callable[[pytest.MonkeyPatch], None],
    steps: Callable[[History], None],
) -> None:
    mistake(monkeypatch)

    with pytest.raises(AssertionError):
        play(steps)


def test_without_a_mistake_nothing_is(histories: None) -> None:
    play(crashes_while_mail_comes, nothing_more, a_stranger_answers, a_decision_waits)
