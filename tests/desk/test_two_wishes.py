"""Two wishes in one sentence: both are done, or what is left is shown to the speaker and to the organisers."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from conversing import ADA, ANNA, Talk, say, speakers

PAUL = "Paul Durand"


@pytest.mark.parametrize(
    "words",
    [
        "Could you add Paul Durand (CNRS) and remove Anna?",
        "Could you add Paul Durand (CNRS), and drop Anna Berg?",
        "Please remove Anna and add Paul Durand (CNRS).",
        "Please add Paul Durand (CNRS) and take Anna Berg off the list of speakers.",
        "Merci d'ajouter Paul Durand (CNRS) et de retirer Anna.",
        "pouvez vous ajouter Paul Durand (CNRS) et enlever Anna Berg",
        "Merci d'enlever Anna et d'ajouter Paul Durand (CNRS)",
        "Ajoutez Paul Durand (CNRS) puis supprimez Anna Berg svp",
        "Remplacez Anna Berg par Paul Durand (CNRS).",
        "Replace Anna Berg with Paul Durand (CNRS), please.",
    ],
)
def test_one_joins_and_another_leaves(team: Talk, words: str) -> None:
    say(team, words)

    assert speakers(team) == [ADA, PAUL]
    assert team.outcomes[-1] is Outcome.FOLLOW_UP


@pytest.mark.parametrize(
    "words",
    [
        "Please remove Anna Berg.",
        "Could you drop Anna, please?",
        "Merci de retirer Anna.",
        "Merci de bien vouloir enlever Anna Berg.",
        "Merci de supprimer Anna Berg de la liste des auteurs.",
        "Merci de retirer Anna de la liste des auteurs.",
    ],
)
def test_who_is_asked_off_leaves_and_the_talk_stays(team: Talk, words: str) -> None:
    say(team, words)

    assert speakers(team) == [ADA]
    assert team.states == ["submitted"]


@pytest.mark.parametrize(
    "words",
    [
        "Merci de retirer Anna Berg du programme.",
        "Merci de retirer Anna et de remettre Paul.",
        "Je souhaite retirer Anna BERG, elle a quitté le labo.",
        "Nous devons retirer Anna Berg pour des raisons de santé.",
        "We have to withdraw Anna Berg from the speakers.",
        "I must drop out Anna Berg, who has left us.",
        "We have to withdraw Anna.",
        "I have to cancel Thursday.",
    ],
)
def test_who_takes_somebody_off_in_other_words_does_not_withdraw_the_talk(team: Talk, words: str) -> None:
    say(team, words)

    assert team.states == ["submitted"]
    assert team.outcomes[-1] in (Outcome.HELD, Outcome.QUESTION)


@pytest.mark.parametrize("words", ["Merci de retirer Ma proposition.", "JE DOIS RETIRER MON EXPOSÉ."])
def test_a_capital_alone_names_nobody(team: Talk, words: str) -> None:
    say(team, words)

    assert team.states == ["withdrawn"]


@pytest.mark.parametrize(
    "words",
    [
        "Merci de retirer Anna Berg de la liste de diffusion.",
        "Merci d'enlever Anna Berg de la liste des participants.",
        "Please remove Anna Berg from the list of participants.",
        "Please take Anna Berg off the mailing list.",
    ],
)
def test_another_list_is_not_that_of_the_speakers(team: Talk, words: str) -> None:
    say(team, words)

    assert (team.states, speakers(team)) == (["submitted"], [ADA, ANNA])
    assert team.outcomes[-1] in (Outcome.HELD, Outcome.QUESTION)


def test_a_request_without_its_apostrophe_is_more_than_thanks(team: Talk) -> None:
    say(team, "merci d enlever Anna Berg")

    assert team.outcomes[-1] is Outcome.QUESTION


def test_who_gives_the_talk_instead_keeps_their_institution(team: Talk) -> None:
    say(team, "I can't come, my colleague Anna Berg will give the talk.")

    assert [(one.name, one.affiliation) for one in team.proposal().speakers] == [(ANNA, "LIRE")]


def test_both_fields_change(team: Talk) -> None:
    say(team, "pouvez vous rajouter Paul Durand (CNRS) et passer a 30 minutes")

    assert speakers(team) == [ADA, ANNA, PAUL]
    assert team.proposal().duration_minutes == 30


@pytest.mark.parametrize(
    "words",
    [
        "Could you add Paul Durand (CNRS) and remove Zoé?",  # who is none of the speakers
        "Merci d'ajouter Paul Durand (CNRS) et de retirer Zoé Lenoir de la liste des auteurs.",
        "Please add Paul Durand (CNRS) as a co-author and shorten the title.",
        "Ajoutez Paul Durand (CNRS) et retirez la derniere phrase du resume.",
        "Merci d'ajouter Paul Durand (CNRS) et de me dire quel train prendre.",
        "Please add Paul Durand (CNRS) and send me an invoice.",
    ],
)
def test_what_is_left_of_a_sentence_is_shown(team: Talk, words: str) -> None:
    (letter,) = say(team, words)

    assert speakers(team) == [ADA, ANNA, PAUL]
    assert team.outcomes[-1] is Outcome.QUESTION
    assert words.rstrip(".?") in letter.text


def test_two_whom_one_name_may_mean_both_stay(team: Talk) -> None:
    say(team, "Merci d'ajouter Anna Noir (LIRE) comme co-autrice.")

    say(team, "Merci de retirer Anna.")

    assert speakers(team) == [ADA, ANNA, "Anna Noir"]
    assert team.outcomes[-1] in (Outcome.HELD, Outcome.QUESTION)


@pytest.mark.parametrize(
    "words",
    [
        "Please add Paul Durand (CNRS) as co-author, Anna Berg is no longer involved.",
        "Paul Durand (CNRS) joins us as co-author, please take Anna Berg off the list of authors.",
        "Merci d'ajouter Paul Durand (CNRS) comme co-auteur, Anna Berg n'est plus co-autrice.",
        "Merci d'ajouter Paul Durand (CNRS) sans Anna Berg dans la liste des auteurs.",
    ],
)
def test_who_joins_is_not_taken_for_one_who_leaves(team: Talk, words: str) -> None:
    say(team, words)

    assert speakers(team) == [ADA, PAUL] or team.outcomes[-1] is not Outcome.FOLLOW_UP
