"""Who takes back in the next sentence what they have just said; and sentences that begin so, and take nothing back."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say


@pytest.mark.parametrize("accepted", [False, True], ids=["undecided", "accepted"])
@pytest.mark.parametrize(
    "words",
    [
        "Je dois malheureusement annuler... ah non, c'est bon, je viens !",
        "Je retire ma proposition. En fait non, je la maintiens.",
        "Je retire ma proposition. Ah si, finalement c'est possible !",
        "I have to cancel, sorry. Actually no, I can make it.",
        "I withdraw my talk. Oh wait, no, keep it.",
        "I must withdraw my talk... Just found a solution, I'll be there!",
        "I can't come. No wait, I can!",
    ],
)
def test_a_withdrawal_that_is_taken_back_waits_for_a_person(
    proposed: Talk, words: str, accepted: bool
) -> None:
    if accepted:
        proposed.decide(1, State.ACCEPTED)

    letters = say(proposed, words)

    assert State.WITHDRAWN not in proposed.states
    assert proposed.outcomes[-1] in (Outcome.HELD, Outcome.QUESTION)
    assert len(letters) == 1


@pytest.mark.parametrize(
    "words",
    [
        "I withdraw my talk. No need to answer.",
        "I withdraw my talk. No hard feelings!",
        "I have to withdraw my talk. I will attend the workshop though.",
        "Je retire ma proposition. Je viendrai quand même écouter.",
        "Je retire ma proposition. Non pas que le sujet ne m'intéresse plus.",
    ],
)
def test_a_withdrawal_with_a_friendly_word_withdraws(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.states == [State.WITHDRAWN]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("The title is now “Silent gauges”. No need to change anything else.", "Silent gauges"),
        ("The title is now “Silent gauges”. Please don't change anything else.", "Silent gauges"),
        ("The title is now “Silent gauges”. No other changes.", "Silent gauges"),
        ("The title is now “Silent gauges”. Nothing else changes.", "Silent gauges"),
        ("Le titre devient « Crues muettes ». Peu importe l'ordre.", "Crues muettes"),
        ("Le titre devient « Crues muettes ». Ne changez rien d'autre.", "Crues muettes"),
        ("Le titre devient « Crues muettes ». Rien ne change pour le reste.", "Crues muettes"),
    ],
)
def test_a_change_beside_which_the_rest_stays_is_made(proposed: Talk, words: str, title: str) -> None:
    say(proposed, words)

    assert proposed.proposal().title == title
    assert proposed.proposal().availability is None


@pytest.mark.parametrize(
    "words",
    [
        "The title is now “Silent gauges”. Actually no, keep the old one.",
        "The title is now “Silent gauges”. Never mind.",
        "Le titre devient « Crues muettes ». Ah non, on ne change rien.",
        "Le titre devient « Crues muettes ». Non, gardez l'ancien.",
    ],
)
def test_a_change_that_is_taken_back_is_not_made(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.proposal().title == "Mesurer les crues quand les capteurs se taisent"


@pytest.mark.parametrize(
    "words",
    [
        "The title is now “Silent gauges”. Nothing else changes.",
        "The title is now “Silent gauges”. Everything else stays the same.",
        "The title is now “Silent gauges”. No need to change anything else.",
        "Le titre devient « Crues muettes ». Le reste ne change pas.",
        "Le titre devient « Crues muettes ». Ne changez rien d'autre.",
    ],
)
def test_that_the_rest_stays_needs_no_person(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.outcomes[-1] is Outcome.FOLLOW_UP


def test_that_the_rest_stays_is_no_part_of_a_new_abstract(proposed: Talk) -> None:
    text = (
        "Flash floods escape gauge networks. We rebuild discharge from amateur videos, flood marks and a simple "
        "hydraulic model, and compare it with ten reference stations."
    )

    say(
        proposed,
        f"please replace the abstract by the following:\n\n{text}\n\nEverything else stays the same.",
    )

    assert proposed.proposal().abstract == text


@pytest.mark.parametrize(
    "words",
    [
        "Peu importe l'ordre des auteurs.",
        "The order of the authors does not matter.",
        "I'm flexible about the format.",
    ],
)
def test_what_does_not_matter_is_not_when_somebody_can_come(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.proposal().availability is None
