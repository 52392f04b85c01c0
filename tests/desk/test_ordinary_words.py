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


# --- Not coming after all ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Finalement je ne pourrai pas venir.",
        "Malheureusement, je ne pourrai pas être présente cette année.",
        "Je suis désolée mais je ne pourrai pas venir, car ma mission a été refusée.",
        "En raison d'une grève je ne pourrai pas participer à la journée. Toutes mes excuses !",
        "Je dois annuler ma venue.",
        "Je ne viendrai finalement pas.",
        "I can't make it after all.",
        "I'm sorry, but I won't be able to come this year.",
        "Unfortunately I cannot attend the workshop, for family reasons.",
        "I will not be able to give my talk because my funding fell through.",
    ],
)
def test_who_will_not_come_withdraws_and_can_undo_that(proposed: Talk, words: str) -> None:
    (letter,) = say(proposed, words)

    assert (proposed.outcomes[-1], proposed.states) == (FOLLOW_UP, [State.WITHDRAWN])
    assert (letter.kind, "annuler" in letter or "undo" in letter) == ("transcript", True)

    say(proposed, "annuler")

    assert proposed.states == [State.SUBMITTED]


@pytest.mark.parametrize(
    "words",
    [
        "Mon coauteur ne pourra pas venir.",
        "Je ne pourrai pas venir le matin.",
        "Je ne pourrai pas venir avant 11h.",
        "Je ne pourrai pas venir en voiture.",
        "Je ne pourrai pas venir dîner la veille.",
        "Je ne pourrai pas venir avec Paul.",
        "Je ne pourrai pas venir si mon train est supprimé.",
        "Je crois que je ne pourrai pas venir.",
        "Je ne pourrai peut-être pas venir.",
        "Je ne pourrai pas venir mais Paul présentera l'exposé.",
        "Je ne pourrai pas venir. Puis-je parler en visio ?",
        "Je ne pourrai pas venir. Je peux vous envoyer une vidéo.",
        "Je ne pourrai pas venir. Mon doctorant donnera l'exposé.",
        "Je ne pourrai pas venir. Un autre jour me conviendrait.",
        "Nous ne pourrons pas venir tous les deux.",
        "Mon directeur dit que je ne pourrai pas venir.",
        "My co-author can't make it.",
        "I can't make it on Thursday morning.",
        "I can't come by train.",
        "I can't come to the dinner.",
        "I can't come if the strike goes on.",
        "I can't come, but Paul will give the talk.",
        "I can't come. Could I send a video?",
        "I'm afraid I might not be able to come.",
        "I can't make it. Any chance of a slot in the afternoon?",
    ],
)
def test_who_may_mean_something_else_withdraws_nothing(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.states == [State.SUBMITTED]


def test_one_of_several_speakers_who_will_not_come_leaves_it_to_a_person(engine: sa.Engine) -> None:
    talk = Talk(engine)
    talk.hear(proposal())
    say(talk, "Merci d'ajouter Paul Noir comme co-auteur.")

    (letter,) = say(talk, "Finalement je ne pourrai pas venir.")

    assert (talk.outcomes[-1], talk.states) == (HELD, [State.SUBMITTED])
    assert "Odile Brac" in letter
