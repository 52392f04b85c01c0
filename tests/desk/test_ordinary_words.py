"""What speakers say in ordinary words, in answer to a letter of ours, and what comes of it: rows and letters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say
from letters_in import mail, proposal

FOLLOW_UP, HELD, QUESTION = Outcome.FOLLOW_UP, Outcome.HELD, Outcome.QUESTION
TITLE = "Mesurer les crues quand les capteurs se taisent"


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
        "I can't make it to the meeting.",
        "I won't be able to attend the meeting.",
        "I am not able to speak because I don't know French.",
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


# --- Will you come? ------------------------------------------------------------------------------------

YES = [
    "ok",
    "Ok !",
    "OK pour moi, merci.",
    "D'accord, à bientôt !",
    "C'est d'accord.",
    "Entendu, merci beaucoup.",
    "Ça me va très bien.",
    "C'est parfait pour moi.",
    "Parfait, je serai là",
    "Avec grand plaisir !",
    "Merci beaucoup ! J'y serai.",
    "Super nouvelle ! Ravie de venir.",
    "Génial, hâte d'y être !",
    "Okay, thanks!",
    "Happy to come!",
    "Great news, I'd be delighted to come.",
    "Sure, see you in March!",
    "That works for me, thank you.",
    "Wonderful. I'm in!",
    "Thank you, looking forward to being there.",
]
THANKS = [
    "merci beaucoup",
    "Merci beaucoup !",
    "Super, merci, à bientôt",
    "Super nouvelle, merci !",
    "Génial !",
    "Parfait.",
    "Thank you so much!",
    "Great news, thanks!",
    "Wonderful!",
    "Great, thanks, talk soon.",
]


@pytest.mark.parametrize("words", YES)
def test_a_clear_yes_to_whether_they_will_come_confirms(accepted: Talk, words: str) -> None:
    (letter,) = say(accepted, words)

    assert (accepted.states, accepted.outcomes[-1]) == ([State.CONFIRMED], FOLLOW_UP)
    assert letter.kind == "transcript"


@pytest.mark.parametrize("words", THANKS)
def test_thanks_alone_confirm_nothing_and_are_not_answered(accepted: Talk, words: str) -> None:
    assert say(accepted, words) == []
    assert (accepted.states, accepted.outcomes[-1]) == ([State.ACCEPTED], FOLLOW_UP)


@pytest.mark.parametrize(
    "words",
    [
        "Ok, mais seulement l'après-midi.",
        "Ok pour le résumé.",
        "Ok ?",
        "Ok si Paul vient.",
        "Happy to come if you pay for the train.",
        "That works for me, but Paul will present.",
        "Ok, I'll think about it.",
    ],
)
def test_a_yes_with_something_beside_it_is_no_plain_yes(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.ACCEPTED]


@pytest.mark.parametrize("words", ["ok", "Happy to come!", "Entendu, merci."])
def test_the_same_words_about_another_letter_confirm_nothing(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.states == [State.SUBMITTED]


def test_a_yes_whose_thread_is_lost_is_known_by_the_subject_of_our_letter(accepted: Talk) -> None:
    assert accepted.last is not None
    subject = f"RE: {accepted.last.subject}"

    accepted.hear(mail("ok\n\nMaëlle", subject=subject))

    assert accepted.states == [State.CONFIRMED]


def test_a_yes_below_another_subject_confirms_nothing(accepted: Talk) -> None:
    accepted.hear(mail("ok\n\nMaëlle", subject="RE: votre titre [P-1]"))

    assert accepted.states == [State.ACCEPTED]


def test_a_yes_confirms_nothing_where_nobody_is_asked(engine: sa.Engine) -> None:
    talk = Talk(engine, ask_to_confirm=False)
    talk.hear(proposal())
    talk.decide(1, State.ACCEPTED)

    say(talk, "ok")

    assert talk.states == [State.ACCEPTED]


# --- Please add Paul -----------------------------------------------------------------------------------


def speakers(talk: Talk) -> list[tuple[str, str | None]]:
    return [(one.name, one.affiliation) for one in talk.proposal().speakers]


MAELLE = ("Maëlle Fontanel", "Observatoire des rivières")


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("Merci d'ajouter Paul Durand (Université de Tours).", [("Paul Durand", "Université de Tours")]),
        ("Merci de bien vouloir ajouter Paul Durand à ma proposition.", [("Paul Durand", None)]),
        ("Pouvez-vous ajouter Paul Durand ?", [("Paul Durand", None)]),
        ("Ajoutez Paul Durand, svp.", [("Paul Durand", None)]),
        ("Ajoutez aussi Paul Durand, Université de Tours.", [("Paul Durand", "Université de Tours")]),
        (
            "Merci d'ajouter Paul Durand (Université de Tours) et Anna Berg.",
            [("Paul Durand", "Université de Tours"), ("Anna Berg", None)],
        ),
        ("Please add Paul Durand.", [("Paul Durand", None)]),
        ("Could you please add Paul Durand to my talk?", [("Paul Durand", None)]),
        ("Please add Paul Durand from the University of Tours.", [("Paul Durand", "University of Tours")]),
        ("Please add Paul Durand (River Institute) as well.", [("Paul Durand", "River Institute")]),
    ],
)
def test_whom_they_ask_us_to_add_speaks_too(
    proposed: Talk, words: str, joined: list[tuple[str, str | None]]
) -> None:
    say(proposed, words)

    assert speakers(proposed) == [MAELLE, *joined]


@pytest.mark.parametrize(
    "words",
    [
        "Merci d'ajouter une section sur les crues.",
        "Merci d'ajouter Paul Durand en copie.",
        "Merci d'ajouter Paul Durand à la liste de diffusion.",
        "Merci d'ajouter le livre de Paul Durand.",
        "Merci d'ajouter Calcul Intensif.",
        "Faut-il ajouter Paul Durand ?",
        "N'ajoutez pas Paul Durand.",
        "Si possible plus tard, ajoutez Paul Durand si son labo accepte.",
        "Please add a section on floods.",
        "Please add Paul Durand's paper to the references.",
        "Please add Paul Durand to the mailing list.",
        "Please add Paul Durand to the University newsletter.",
        "Merci d'ajouter Paul Durand, Université de Tours, en copie.",
        "Please add High Water.",
        "Should we add Paul Durand?",
        "Do not add Paul Durand.",
        "Please add Paul Durand if he agrees.",
        "Please add Paul Durand (not speaking).",
        "Please add Paul Durand (cc).",
        "Please add Paul Durand (vegetarian).",
        "Merci d'ajouter Paul Durand (pour le dîner).",
        "Merci d'ajouter Paul Durand (en copie).",
        "Merci d'ajouter Paul Durand (président de séance).",
        "Merci d'ajouter Paul Durand (à confirmer).",
    ],
)
def test_what_may_be_no_speaker_is_left_to_a_person(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert speakers(proposed) == [MAELLE]
    assert proposed.outcomes[-1] in (HELD, QUESTION)
