"""What a speaker does not attend beside the talk, and what says too little of what is not attended."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say


@pytest.mark.parametrize("accepted", [False, True], ids=["undecided", "accepted"])
@pytest.mark.parametrize(
    "words",
    [
        "Je ne viendrai pas au dîner.",
        "je ne pourrai pas venir au repas la veille",
        "Je ne participerai pas à la visite du labo, désolée.",
        "Je ne pourrai pas participer au colloque. À la journée, oui !",
        "Je ne pourrai pas venir a l'apero, malheureusement",
        "Je ne pourrai pas participer à la table ronde.",
        "Je ne pourrai pas être présente à la réunion de préparation.",
        "Je ne pourrai pas venir sur place.",
        "I won't be attending the workshop dinner.",
        "I can't come to the dinner.",
        "We cannot join you for lunch.",
        "I won't be able to attend the tutorial day.",
        "I will not be coming to the social event, sorry.",
        "Sorry, I can't attend the panel.",
        "I can't attend in person.",
        "I cannot attend the other conference. Yours, yes!",
    ],
)
def test_something_else_that_is_not_attended_withdraws_nothing(
    proposed: Talk, words: str, accepted: bool
) -> None:
    if accepted:
        proposed.decide(1, State.ACCEPTED)

    say(proposed, words)

    assert State.WITHDRAWN not in proposed.states


@pytest.mark.parametrize(
    "words",
    [
        "Je ne participerai pas car je suis déjà orateur ailleurs",
        "je ne participerai pas",
        "I will not attend.",
        "I won't be attending because I am already speaking elsewhere.",
        "Unfortunately we cannot take part.",
    ],
)
def test_who_does_not_say_of_what_is_asked_about_by_a_person(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert (proposed.states, proposed.outcomes[-1]) == ([State.SUBMITTED], Outcome.HELD)


@pytest.mark.parametrize(
    "words",
    [
        "Je ne participerai pas car je suis déjà orateur ailleurs",
        "I will not attend.",
        "Je ne pourrai pas venir, je suis malade.",
        "Je ne pourrai pas venir car je dois rendre visite à ma mère ce jour-là.",
        "I can't come because of a family dinner.",
    ],
)
def test_in_answer_to_whether_they_come_it_is_plain(proposed: Talk, words: str) -> None:
    proposed.decide(1, State.ACCEPTED)

    say(proposed, words)

    assert proposed.states == [State.WITHDRAWN]
