"""Who says that they will come and keeps something back has not confirmed: a person reads it."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say


@pytest.mark.parametrize(
    "words",
    [
        "ok, je vous confirme demain",
        "Je vous confirme lundi.",
        "je confirme des que j'ai mon billet",
        "Je vous confirme tres vite",
        "D'accord sur le principe, je dois voir avec mon labo",
        "Je serai là, normalement.",
        "J'accepte, mais il faut que j'en parle à ma directrice.",
        "Je viendrai avec plaisir. Il faut juste que mon labo soit d'accord.",
        "Je confirme ma venue, a priori",
        "Oui je viendrai ! Je vous redis ca demain",
        "Ok, I will come, but let me check first.",
        "I'll be there, I just need to ask my boss.",
        "I accept, though I still have to check with my lab.",
        "We confirm next week.",
        "count me in, pending approval",
        "Yes, I will come. I'll let you know for sure on Monday.",
        "I can confirm as soon as I have my visa.",
        "I will be there, hopefully.",
        "Happy to confirm, in principle.",
        "Je confirme ma venue, mon labo doit encore valider.",
        "I confirm, my lab has to sign off.",
        "I confirm, but my boss still has to approve.",
    ],
)
def test_a_promise_that_keeps_something_back_confirms_nothing(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.ACCEPTED]
    assert accepted.outcomes[-1] in (Outcome.QUESTION, Outcome.HELD)


@pytest.mark.parametrize(
    "words",
    [
        "Je vous confirme ma venue. Je dois encore voir pour le train.",
        "Je confirme ma venue le 11 mars.",
        "Je vous confirme que je viendrai jeudi.",
        "ok je confirme",
        "Great news, I'll be there! I'll get back to you about the hotel.",
        "I confirm. Let me know when the slides are due.",
        "I hereby confirm my participation on Thursday.",
    ],
)
def test_who_has_only_to_arrange_the_journey_has_confirmed(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.CONFIRMED]
