"""What speakers say in ordinary words, in answer to a letter of ours, and what comes of it: rows and letters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Sent, Talk
from letters_in import mail, proposal

FOLLOW_UP, HELD, QUESTION = Outcome.FOLLOW_UP, Outcome.HELD, Outcome.QUESTION
TITLE = "Mesurer les crues quand les capteurs se taisent"


@pytest.fixture
def proposed(engine: sa.Engine) -> Talk:
    """Maëlle has proposed, and has her acknowledgement."""
    talk = Talk(engine)
    talk.hear(proposal())
    return talk


@pytest.fixture
def accepted(proposed: Talk) -> Talk:
    """Her talk is accepted, and she has been told."""
    proposed.decide(1, State.ACCEPTED)
    return proposed


def say(talk: Talk, words: str, **options: str) -> list[Sent]:
    """She answers the last letter."""
    assert talk.last is not None
    body = f"Bonjour,\n\n{words}\n\nBien cordialement,\nMaëlle Fontanel\n"
    return talk.hear(mail(body, subject=f"Re: {talk.last.subject}", answers=talk.last.message_id, **options))


# --- Conditions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Si la durée est de 15 min, le titre devient « Les crues ».",
        "Unless you object, the title becomes “Floods”.",
    ],
)
def test_a_change_under_a_condition_goes_to_a_person(proposed: Talk, words: str) -> None:
    (letter,) = say(proposed, words)

    assert (proposed.outcomes[-1], proposed.actions()) == (QUESTION, ["proposed"])
    assert (letter.kind, proposed.proposal().title) == ("transcript", TITLE)
    assert "Odile Brac" in letter


def test_of_two_changes_the_one_without_a_condition_is_made_and_the_other_quoted_back(proposed: Talk) -> None:
    (letter,) = say(proposed, "Durée : 15 minutes.\n\nSi c'est trop court, le titre devient « Les crues ».")

    assert (proposed.proposal().duration_minutes, proposed.proposal().title) == (15, TITLE)
    assert "Si c'est trop court, le titre devient « Les crues »." in letter
    assert proposed.outcomes[-1] is QUESTION
