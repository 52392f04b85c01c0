"""Follow-ups as hurried speakers write them: what is done, and what never is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.call import Half
from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk, say
from letters_in import ABSTRACT, mail

ADA, ANNA, PAUL = "Maëlle Fontanel", "Anna Delorme", "Paul Vernier"
OBSERVATORY = "Observatoire des rivières"


@pytest.fixture
def pair(engine: sa.Engine) -> Talk:
    talk = Talk(engine)
    talk.hear(
        mail(
            "Bonjour,\n\nJe propose un exposé de 20 minutes.\n\nTitre : Mesurer les crues\n\n"
            f"Intervenantes : {ADA} ({OBSERVATORY}), {ANNA} (Université de Nantes)\n\nRésumé :\n{ABSTRACT}\n"
        )
    )
    return talk


def speakers(talk: Talk) -> list[tuple[str, str | None]]:
    return [(one.name, one.affiliation) for one in talk.proposal().speakers]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("add Paul Vernier please (same lab)", None),
        ("Please add Paul Vernier (same lab).", None),
        ("Merci d'ajouter Paul Vernier (même labo que moi).", None),
        ("please add Paul Vernier (Météo-Bretagne)", "Météo-Bretagne"),
        ("my co-author is Paul Vernier, University of Rennes. Thx", "University of Rennes"),
        ("Please add Paul Vernier, University of Lyon, as a co-author.", "University of Lyon"),
        ("My co-author is Paul Vernier, and the university pays my train.", None),
    ],
)
def test_who_joins_has_the_institution_that_is_named_and_no_other(
    proposed: Talk, words: str, place: str | None
) -> None:
    say(proposed, words)

    assert speakers(proposed) == [(ADA, OBSERVATORY), (PAUL, place)]


@pytest.mark.parametrize(
    "words", ["Please add Paul Vernier (cc)", "Please add Paul Vernier (CC)", "Please add Paul Vernier (PhD)"]
)
def test_what_stands_in_brackets_may_be_something_else(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert speakers(proposed) == [(ADA, OBSERVATORY)]
    assert proposed.outcomes[-1] is Outcome.QUESTION


@pytest.mark.parametrize(
    "words",
    [
        "Anna Delorme n'est plus co-autrice, Paul Vernier la remplace.",
        "Anna Delorme is no longer an author, Paul Vernier replaces her.",
        "Anna Delorme is no longer an author, and Paul Vernier will take her place.",
    ],
)
def test_who_leaves_is_replaced_by_who_takes_their_place(pair: Talk, words: str) -> None:
    say(pair, words)

    assert speakers(pair) == [(ADA, OBSERVATORY), (PAUL, None)]
    assert pair.outcomes[-1] is Outcome.FOLLOW_UP


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Bonjour, l'affiliation est incorrecte : c'est « Université de Tours ».", "Université de Tours"),
        ("The affiliation is wrong, it should be University of Tours.", "University of Tours"),
        ("Mon affiliation est erronée : il s'agit de l'Université de Tours.", "Université de Tours"),
    ],
)
def test_a_wrong_affiliation_is_corrected(proposed: Talk, words: str, place: str) -> None:
    say(proposed, words)

    assert speakers(proposed) == [(ADA, place)]


@pytest.mark.parametrize(
    ("words", "minutes", "kind"),
    [
        ("30 minutes rather than 20 and a poster", 30, "poster"),
        ("15 minutes plutôt que 20 et un poster", 15, "poster"),
        ("30 minutes plutôt que 20 pour l'exposé", 30, "talk"),
        ("Anna's surname is spelt Delhorme, with an h.", 20, "talk"),
        ("Mon nom s'écrit avec un h.", 20, "talk"),
        ("Make it 30 minutes. If that is too long, 20 will do.", 20, "talk"),
        ("Make it 30 minutes. If you have questions, my number is 0612345678.", 30, "talk"),
    ],
)
def test_how_long_and_what_a_talk_is(proposed: Talk, words: str, minutes: int, kind: str) -> None:
    say(proposed, words)

    assert (proposed.proposal().duration_minutes, proposed.proposal().format) == (minutes, kind)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (
            "Pour le titre je propose plutôt : Crues muettes (sans capteurs). Et pour la durée, 15 min suffisent.",
            "Crues muettes (sans capteurs)",
        ),
        ("Titre : plutôt « Crues muettes : mesurer sans capteurs »", "Crues muettes : mesurer sans capteurs"),
        ("Titre : non, plutôt « Crues muettes »", "Crues muettes"),
        ("Title: Should read “quoted” words matter?", "Should read “quoted” words matter?"),
    ],
)
def test_a_title_has_its_own_words_only(proposed: Talk, words: str, title: str) -> None:
    say(proposed, words)

    assert proposed.proposal().title == title


@pytest.mark.parametrize(
    ("words", "keywords"),
    [
        ("Merci de noter que mes mots-clés sont : crues, radar, cœur.", ["crues", "radar", "cœur"]),
        ("My keywords are floods, radar and bees.", ["floods", "radar", "bees"]),
        ("Could you change the keywords to floods, radar?", ["floods", "radar"]),
    ],
)
def test_keywords_in_a_sentence(proposed: Talk, words: str, keywords: list[str]) -> None:
    say(proposed, words)

    assert proposed.proposal().keywords == keywords


@pytest.mark.parametrize(
    "words",
    [
        "I need 5 minutes to set up my laptop.",
        "Il me faut 5 minutes pour installer mon matériel.",
        "Le titre : garder l'ancien svp",
        "Titre : idem\nRésumé : idem",
    ],
)
def test_what_changes_nothing_changes_nothing(proposed: Talk, words: str) -> None:
    before = proposed.proposal()

    say(proposed, words)

    after = proposed.proposal()
    assert (after.title, after.duration_minutes) == (before.title, before.duration_minutes)


def test_of_what_stays_and_what_changes_the_second_changes(proposed: Talk) -> None:
    say(proposed, "Titre : idem\nRésumé : idem\nDurée : 15 minutes")

    assert proposed.proposal().title == "Mesurer les crues quand les capteurs se taisent"
    assert proposed.proposal().duration_minutes == 15
    assert proposed.outcomes[-1] is Outcome.FOLLOW_UP


@pytest.mark.parametrize(
    "words",
    ["Langue : anglais", "L'exposé sera en anglais.", "I will give the talk in English."],
)
def test_the_language_changes(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.proposal().language == "en"


@pytest.mark.parametrize("words", ["Merci, en anglais svp.", "Je parlerai en français ou en anglais."])
def test_a_language_that_is_not_plainly_chosen_is_never_passed_over(proposed: Talk, words: str) -> None:
    say(proposed, words)

    assert proposed.proposal().language == "fr"
    assert proposed.outcomes[-1] in (Outcome.HELD, Outcome.QUESTION)


@pytest.mark.parametrize(
    ("words", "then"),
    [
        (f"Intervenants : {ADA}, {PAUL} (INRAE)", [(ADA, OBSERVATORY), (PAUL, "INRAE")]),
        (f"Speakers: {ADA} (CNRS), {PAUL} (INRAE)", [(ADA, "CNRS"), (PAUL, "INRAE")]),
        (f"Co-auteur : {PAUL} (INRAE)", [(ADA, OBSERVATORY), (PAUL, "INRAE")]),
    ],
)
def test_speakers_under_a_label(proposed: Talk, words: str, then: list[tuple[str, str | None]]) -> None:
    say(proposed, words)

    assert speakers(proposed) == then


def test_a_part_that_is_withdrawn_withdraws_nothing_by_itself(proposed: Talk) -> None:
    say(proposed, "Please withdraw the second abstract, not the first.")

    assert proposed.states == [State.SUBMITTED]


def test_who_arrives_by_a_train_does_not_leave_by_it(proposed: Talk) -> None:
    say(proposed, "only afternoon pls, train gets in at noon")

    assert [half["half"] for half in proposed.proposal().half_days or []] == [Half.AFTERNOON]


@pytest.mark.parametrize(
    "words",
    [
        "Suite à un empêchement familial je ne pourrai malheureusement pas être parmi vous le 11.",
        "Je ne pourrai pas être parmi vous le 11. Je vous prie de m'en excuser.",
        "Unfortunately I have to decline, something came up at work. All the best for the workshop!",
    ],
)
def test_who_was_asked_and_will_not_come_withdraws(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.WITHDRAWN]


@pytest.mark.parametrize(
    "words",
    [
        "Unfortunately I have to decline the dinner.",
        "I'd be happy to come if the train fare is paid.",
        "Je ne pourrai pas être parmi vous le matin.",
    ],
)
def test_who_says_something_near_to_it_keeps_the_place(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.ACCEPTED]


@pytest.mark.parametrize("words", ["Thanks a lot! Happy to come.", "Je serai ravie d'être parmi vous !"])
def test_who_is_glad_to_come_confirms(accepted: Talk, words: str) -> None:
    say(accepted, words)

    assert accepted.states == [State.CONFIRMED]


def test_a_sentence_of_which_half_is_left_is_quoted_once(pair: Talk) -> None:
    words = "Merci de retirer Jean Moulin de la liste des auteurs et de m'envoyer une facture."

    say(pair, f"{words} La durée est de 30 minutes.")

    assert pair.last is not None
    assert pair.last.text.count("Jean Moulin") == 1
