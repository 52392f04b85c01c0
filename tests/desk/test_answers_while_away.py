"""Who is away, and answers all the same: no answer is taken for a robot's note, and no robot is answered."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say

NAME = "Maëlle Fontanel"


@pytest.mark.parametrize(
    "words",
    [
        "Yes, I'll be there! I'm on annual leave until 12 February, please contact Anna if it is urgent.",
        "Je serai là, avec plaisir. Je suis en congés jusqu'au 15 février, merci d'écrire à Anna en cas d'urgence.",
    ],
)
def test_a_promise_to_come_counts_though_its_writer_is_away(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.CONFIRMED]


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Absence", "Je ne pourrai pas venir le 11 mars, je retire ma proposition."),
        ("Congés", "Je retire ma proposition, je serai en congés jusqu'au 15 mars."),
    ],
)
def test_a_withdrawal_counts_whatever_its_subject_is(proposed: Talk, subject: str, words: str) -> None:
    say(proposed, words, subject=subject)

    assert proposed.states == [State.WITHDRAWN]


@pytest.mark.parametrize(
    "words",
    [
        "Merci, tout est exact. Je suis en déplacement cette semaine, je vous répondrai pour la photo à mon retour.",
        "All correct, thanks. I'm out of the office this week; please contact Anna about the projector.",
        "We decline with regret: I will be on sabbatical leave until June.",
        "I no longer work at the observatory but I will give it all the same; please contact me at home.",
        "This mailbox is no longer in use from March on. The rest is correct.",
        "Hello, I protect myself from spam. Click the link below to prove that you are human: https://block.example/1",
    ],
)
def test_what_may_be_a_robots_is_read_by_people_and_not_answered(proposed: Talk, words: str) -> None:
    letters = say(proposed, words)

    assert (letters, proposed.outcomes[-1]) == ([], Outcome.QUESTION)


@pytest.mark.parametrize(
    "words",
    [
        "Je suis absente du bureau jusqu'au 15 février. En cas d'urgence, merci de contacter le secrétariat.",
        "I am out of the office until 3 March with limited access to email. For urgent matters please contact Anna.",
        "Merci de votre message. Je consulte ma messagerie deux fois par jour et je vous répondrai dès que possible.",
        "Parental leave until September. Your mail will be deleted.",
    ],
)
def test_a_note_that_says_nothing_else_is_left_alone(proposed: Talk, words: str) -> None:
    letters = say(proposed, words)

    assert (letters, proposed.outcomes[-1]) == ([], Outcome.IGNORED)


def test_a_doubtful_note_about_nothing_of_ours_is_left_alone(proposed: Talk) -> None:
    words = "Merci, tout est exact. Je suis en déplacement jusqu'au 3 mars, je vous répondrai à mon retour."

    letters = say(
        proposed, words, subject="Re: Devis", answers="<devis@shop.example>", sender="Zoé <zoe@shop.example>"
    )

    assert (letters, proposed.outcomes[-1]) == ([], Outcome.IGNORED)
