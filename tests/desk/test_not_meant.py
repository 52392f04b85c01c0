"""Sentences that look like a withdrawal or a new address, and mean neither."""

from __future__ import annotations

import pytest

from callboard.proposals import State
from conversing import Talk, say

OTHER = "maelle@lacs.example"
OWN = "maelle.fontanel@rivieres.example"


@pytest.mark.parametrize("accepted", [False, True], ids=["undecided", "accepted"])
@pytest.mark.parametrize(
    "words",
    [
        "I can't come. Teams would work.",
        "Je ne pourrai pas venir. Paul Noir parlera.",
        "Je ne pourrai pas venir. C'est Paul Noir qui fera l'exposé.",
        "Je ne pourrai pas venir. Cela ne change rien pour l'exposé, Paul Noir le donnera.",
        "I can't come. The talk goes ahead as planned.",
        "I can't come. My wife will present.",
        "Je ne pourrai pas venir. Je parlerai donc par Teams.",
        "Je ne pourrai pas venir. Ah non, j'ai confondu avec une autre journée !",
        "Paul m'écrit :\n\nJe ne pourrai pas venir.\n\nPaul",
    ],
)
def test_a_talk_that_somebody_else_may_give_is_not_withdrawn(
    proposed: Talk, words: str, accepted: bool
) -> None:
    if accepted:
        proposed.decide(1, State.ACCEPTED)

    say(proposed, words)

    assert State.WITHDRAWN not in proposed.states


@pytest.mark.parametrize(
    "words",
    [
        f"My address has changed from {OTHER}.",
        f"My old address {OTHER} has changed.",
        f"J'ai changé d'adresse, l'ancienne est {OTHER}.",
        f"My address {OTHER} has changed to {OWN}.",
        f"Désormais, écrivez-moi ici plutôt qu'à {OTHER}.",
        f"From now on write to me here instead of {OTHER}.",
        f"Please write to my assistant at {OTHER} in future.",
        f"Please write to Anna at {OTHER} from now on.",
        f"My wife's address is now {OTHER}.",
        f"Veuillez m'écrire à la nouvelle adresse de Paul, {OTHER}.",
        f"Pour la facture, ma nouvelle adresse est {OTHER}.",
        f"Please send the new programme to me at {OTHER}.",
        f"Send me the new version to {OTHER}.",
        f"Jusqu'à vendredi mon adresse est désormais {OTHER}.",
        f"Merci de mettre désormais en copie mon adresse {OTHER}.",
        f"Je confirme ma venue, ma nouvelle adresse est {OTHER}.",
        f"Merci de passer à 30 minutes et d'utiliser ma nouvelle adresse {OTHER}.",
    ],
)
def test_an_address_is_not_changed_by_a_sentence_that_says_anything_else(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.proposal().contact == OWN


def test_a_withdrawal_that_names_an_address_withdraws(proposed: Talk) -> None:
    say(proposed, f"Je retire ma proposition, ma nouvelle adresse est {OTHER}.")

    assert proposed.states == [State.WITHDRAWN]
    assert proposed.proposal().contact == OWN
