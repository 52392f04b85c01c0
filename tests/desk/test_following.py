"""The organisers move the event, add a day or reword a topic after a speaker wrote: their words mean something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from callboard import store
from callboard.call import Call, Topic
from callboard.config import ProgrammeConfig
from callboard.programme import drafts
from callboard.programme.timetable import Programme, Reason
from callboard.proposals import ProposalCard, State
from callboard.worker import Worker
from deliver import deliver
from letters_in import proposal
from servers import Account
from workplace import Clock

Later = Callable[..., Worker]


@pytest.fixture
def later(worker: Worker, clock: Clock) -> Later:
    """The same worker after the organisers have changed something."""

    def changed(programme: ProgrammeConfig | None = None, **call: object) -> Worker:
        update: dict[str, object] = {"call": replace(worker.config.call, **call)}  # type: ignore[arg-type]
        if programme:
            update["programme"] = programme
        config = worker.config.model_copy(update=update)
        return Worker(config, worker.engine, worker.environ, clock)

    return changed


def said(words: str) -> bytes:
    return proposal().replace(b"pour la journ=C3=A9e.", b"pour la journ=C3=A9e. " + words.encode())


def card(worker: Worker) -> ProposalCard:
    with worker.sessions() as db:
        return store.cards(db, "P")[0]


def times(worker: Worker) -> list[tuple[int, str]]:
    return [(half.day.day, half.half.value) for half in card(worker).half_days or ()]


def programme(worker: Worker) -> Programme:
    with worker.sessions() as db:
        draft = drafts.latest(db)
        assert draft
        return Programme.from_json(draft.content)


def ends(call: Call, days: int) -> dict[str, object]:
    assert call.ends
    return {"ends": call.ends + timedelta(days=days)}


def test_an_added_day_is_one_that_the_words_speak_of_too(
    worker: Worker, dovecot: Account, later: Later
) -> None:
    deliver(dovecot, said("Seulement le matin."))
    worker.run_once()
    assert times(worker) == [(11, "morning")]

    second = later(**ends(worker.config.call, 1))
    second.run_once()

    assert times(second) == [(11, "morning"), (12, "morning")]


def test_an_added_day_that_only_has_hours_counts_too(worker: Worker, dovecot: Account, later: Later) -> None:
    deliver(dovecot, said("Seulement le matin."))
    worker.run_once()

    second = later(ProgrammeConfig(hours={"2027-03-12": "09:00-17:00"}))
    second.run_once()

    assert times(second) == [(11, "morning"), (12, "morning")]


def test_a_moved_event_keeps_to_the_words(worker: Worker, dovecot: Account, later: Later) -> None:
    deliver(dovecot, said("Pas avant 11h, train de Lyon."))
    worker.run_once()
    starts = worker.config.call.starts
    assert starts

    second = later(starts=starts + timedelta(days=7), **ends(worker.config.call, 7))
    second.run_once()

    assert times(second) == [(18, "morning"), (18, "afternoon")]
    (talk,) = programme(second).talks
    assert talk.start.date() == date(2027, 3, 18)
    assert talk.start.hour >= 11


def test_who_can_come_on_none_of_the_new_days_has_no_place(
    worker: Worker, dovecot: Account, later: Later
) -> None:
    deliver(dovecot, said("Je ne suis disponible que le 11 mars."))
    worker.run_once()
    starts = worker.config.call.starts
    assert starts
    assert len(programme(worker).talks) == 1

    second = later(starts=starts + timedelta(days=7), **ends(worker.config.call, 7))
    second.run_once()

    assert card(second).half_days == ()
    assert [one.reason for one in programme(second).left_out] == [Reason.NEVER]
    with second.sessions() as db:
        before, after = drafts.every(db)[-2:]
        (move,) = drafts.differences(before, after)
    assert (move.kind, move.why) == ("gone", "never")


def test_words_that_were_not_understood_stay_so(worker: Worker, dovecot: Account, later: Later) -> None:
    deliver(dovecot, said("Je suis disponible plutôt tôt."))
    worker.run_once()

    second = later(**ends(worker.config.call, 1))
    second.run_once()

    assert card(second).half_days is None


def test_topics_in_another_order_are_the_same_topics(worker: Worker, dovecot: Account, later: Later) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    known = worker.config.call.topics
    named = [known[match.index].text for match in card(worker).topics]
    assert named

    second = later(topics=(Topic("poterie et céramique"), *reversed(known)))
    second.run_once()

    now = second.config.call.topics
    assert [now[match.index].text for match in card(second).topics] == named


def test_nothing_is_written_where_nothing_changed(worker: Worker, dovecot: Account, later: Later) -> None:
    deliver(dovecot, said("Seulement le matin."))
    worker.run_once()
    with worker.sessions.begin() as db:
        store.proposals(db)[0].half_days = None  # as an earlier version of the reader understood it
        store.proposals(db)[0].state = State.ACCEPTED

    later().run_once()

    assert card(worker).half_days is None


def test_a_row_from_before_that_holds_other_days_is_read_anew(
    worker: Worker, dovecot: Account, later: Later
) -> None:
    deliver(dovecot, said("Seulement le matin."))
    worker.run_once()
    with worker.sessions.begin() as db:
        store.proposals(db)[0].for_days = store.proposals(db)[0].for_topics = None
    starts = worker.config.call.starts
    assert starts

    second = later(starts=starts + timedelta(days=7), **ends(worker.config.call, 7))
    second.run_once()

    assert times(second) == [(18, "morning")]
