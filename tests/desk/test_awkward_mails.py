"""Follow-ups as people write them, with something awkward in each: what must not come of them."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say

TITLE = "Mesurer les crues quand les capteurs se taisent"


@pytest.mark.parametrize(
    "words",
    [
        "Oh great, another reminder. Yes, withdraw it then, why not (just kidding).",
        "Je retire ma proposition... je plaisante, évidemment !",
        "I can't do the 11th, sorry. Any other day works.",
        "Je ne peux pas le 11 mars. N'importe quel autre jour me va.",
        "Please cancel my registration for the dinner.",
        "I have to cancel my participation in the visit on Friday.",
        "Je dois malheureusement annuler ma participation à l'atelier du mercredi.",
        "Merci d'annuler ma participation au repas",
        "I'd rather not be recorded, please.",
        "I no longer wish to participate in the mailing list.",
    ],
)
def test_it_withdraws_nothing(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.ACCEPTED]


@pytest.mark.parametrize(
    "words",
    [
        "Je retire mon exposé et je ne viendrai pas au dîner non plus.",
        "I have to withdraw my talk, and I will not attend the dinner either.",
        "Please cancel my participation in the workshop.",
    ],
)
def test_it_withdraws_all_the_same(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.WITHDRAWN]


@pytest.mark.parametrize(
    "words",
    [
        "Titre inchangé. Durée inchangée. Ajoutez simplement le mot-clé « hydrologie ».",
        "Le titre reste le même. Le résumé parle à tort de « capteurs de rivière ».",
        "The title stays as it is. My lab is called “River Watch”.",
    ],
)
def test_what_is_quoted_of_something_else_is_no_title(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.proposal().title == TITLE


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (
            "Le titre exact est « Mesurer les crues » (sans « quand les capteurs se taisent »).",
            "Mesurer les crues",
        ),
        ("The title is “Measuring floods” (without “when sensors fall silent”).", "Measuring floods"),
    ],
)
def test_what_the_title_goes_without_is_no_title(accepted: Talk, words: str, title: str) -> None:
    say(accepted, words)

    assert accepted.proposal().title == title


@pytest.mark.parametrize(
    "words",
    [
        "I am happy to come on either day but my co-author Paul Durand can't.",
        "Mon collègue Paul Durand ne pourra pas venir, je serai seule.",
        "My colleague Paul Durand will not come.",
    ],
)
def test_who_cannot_come_gives_no_talk(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert [one.name for one in accepted.proposal().speakers] == ["Maëlle Fontanel"]


def test_who_takes_over_keeps_their_place(accepted: Talk) -> None:
    say(accepted, "Je passe la main à Paul Durand (CNRS), qui fera l'exposé à ma place.")

    assert [(one.name, one.affiliation) for one in accepted.proposal().speakers] == [("Paul Durand", "CNRS")]


@pytest.mark.parametrize(
    "words",
    [
        "Je confirme, mais pas pour 20 minutes : 10 suffiront.",
        "I confirm, but I can only stay for ten minutes.",
        "I confirm. Please add Anna Berg (CNRS) as second speaker and withdraw my other proposal.",
        "Could you please change my affiliation to INRAE and tell me who chairs the session?",
        "Je suis disponible le matin seulement, et mon titre devient « Crues du matin ».",
        "My title becomes “Floods”, and I am only free in the morning.",
        "Je confirme ma venue et merci de me réserver une chambre.",
    ],
)
def test_the_other_half_is_shown(accepted: Talk, words: str) -> None:
    (letter,) = say(accepted, words)

    assert accepted.outcomes[-1] is Outcome.QUESTION
    assert words.rpartition(". ")[2].rstrip(".").replace("“", '"').replace("”", '"')[
        :25
    ] in letter.text.replace("“", '"').replace("”", '"')
