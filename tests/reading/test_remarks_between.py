"""What a follow-up says of a field without changing it: remarks below our quoted lines, and what is not to be done."""

from __future__ import annotations

import pytest

from callboard.reading import read
from callboard.reading.intent import LIKELY
from callboard.reading.reader import Reading
from callboard.reading.result import Kind
from handwritten import letter

ATTRIBUTION = "Le 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n"
ACK = f"\n\n{ATTRIBUTION}> Bonjour,\n> Nous avons bien reçu votre proposition.\n> (référence P-7)\n"


def below(label: str, value: str, text: str) -> Reading:
    body = f"{ATTRIBUTION}> Bonjour,\n>\n> {label:12} {value}\n\n{text}\n\n> Référence    P-7\n"
    return read(letter(body, subject="Re: Bien reçu (P-7)"))


def answer(text: str) -> Reading:
    return read(letter(f"Bonjour,\n\n{text}\n\nBien à vous\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)"))


@pytest.mark.parametrize(
    ("label", "value", "text"),
    [
        ("Langue", "français", "pas anglais"),
        ("Langue", "français", "anglais impossible pour lui"),
        ("Langue", "français", "diapos en anglais"),
        ("Langue", "français", "ou anglais"),
        ("Format", "exposé", "pas de poster svp"),
        ("Format", "exposé", "ni poster ni démo"),
        ("Format", "exposé", "poster exclu"),
        ("Format", "talk", "no poster please"),
        ("Durée", "20 minutes", "surtout pas 30"),
        ("Mots-clés", "abeilles, vol", "trop peu"),
        ("Mots-clés", "abeilles, vol", "ajouter radar"),
        ("Keywords", "bees, flight", "add radar"),
        ("Intervenants", "Ada Moreau (CNRS)", "Institut fermé depuis 2020"),
        ("Titre", "Le vol des abeilles le soir", "trop long, coupez abeilles et soir"),
        ("Titre", "Le vol des abeilles le soir", "manque la majuscule à abeilles et à soir"),
        ("Titre", "Le vol des abeilles le soir", "le sous-titre « essai » a sauté"),
    ],
)
def test_a_remark_below_a_quoted_value_is_no_new_one(label: str, value: str, text: str) -> None:
    reading = below(label, value, text)

    assert reading.proposals == ()
    assert reading.unread == (text,)


def test_a_corrected_value_below_the_quoted_one_is_taken() -> None:
    assert below("Langue", "français", "anglais").proposals[0].language == "en"
    assert below("Durée", "20 minutes", "non, plutôt 30 minutes").proposals[0].duration_minutes == 30
    corrected = below("Titre", "Le vol des abeilles tardives le soir", "Le vol des abeilles tardives la nuit")
    assert corrected.proposals[0].title == "Le vol des abeilles tardives la nuit"


@pytest.mark.parametrize(
    "text",
    [
        "No need to change the title to “Bees at night”.",
        "No need to make it 30 minutes.",
        "There is no need to add Jane Roe as co-author.",
        "You don't have to make it a poster.",
        "I don't need 30 minutes.",
        "I no longer need 30 minutes, 20 are enough.",
        "Pas besoin de passer à 30 minutes.",
        "Inutile d'ajouter Jane Roe comme co-auteure.",
        "Ce n'est pas la peine de changer le titre en « Le vol de nuit ».",
        "Ne retirez pas Jane Roe des auteurs.",
    ],
)
def test_what_is_not_to_be_done_changes_nothing(text: str) -> None:
    reading = answer(text)

    assert reading.proposals == ()
    assert reading.unread == (text,)


def test_what_is_wanted_instead_is_read() -> None:
    assert answer("No need to wait, but please make it 30 minutes.").proposals[0].duration_minutes == 30


@pytest.mark.parametrize(
    "text",
    [
        "Ne me mettez pas le lundi matin, svp.",
        "Pas besoin de me programmer le mardi, je ne suis là que le lundi.",
    ],
)
def test_when_somebody_is_not_to_speak_is_heard(text: str) -> None:
    assert answer(text).proposals[0].availability == text


def test_a_part_that_is_taken_out_withdraws_no_talk_at_once() -> None:
    reading = answer("Nous retirons la deuxième figure de notre résumé.")

    assert reading.kind is not Kind.WITHDRAWAL or reading.confidence <= LIKELY
