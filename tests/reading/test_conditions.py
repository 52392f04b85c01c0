"""A change under a condition changes nothing: a person reads it. Courtesy and quoted words bind nothing."""

from __future__ import annotations

import pytest

from callboard.reading import Kind, read
from callboard.reading.result import Reading
from handwritten import letter

ACK = (
    "\n\nLe 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n> Bonjour,\n"
    "> Nous avons bien reçu votre proposition.\n> Titre : Le vol\n> (référence P-7)\n"
)
BEES = "Bees fly badly when the light fades, and the wind is the main cause of the detours that we saw."


def answer(text: str) -> Reading:
    body = f"Bonjour,\n\n{text}\n\nBien à vous\nAda Moreau{ACK}"
    return read(letter(body, subject="Re: Bien reçu (P-7)"))


@pytest.mark.parametrize(
    "text",
    [
        "Si la durée est de 15 min, le titre devient « Le vol des abeilles ».",
        "Le titre, si la durée est de 15 min, devient Le vol des abeilles.",
        "Le titre devient « Le vol des abeilles » si la durée est de 15 min.",
        "Le titre devient Le vol des abeilles, si vous préférez.",
        "Sous réserve de l'accord de ma directrice, le titre devient « Le vol des abeilles ».",
        "À condition que Paul vienne, le titre devient « Le vol des abeilles ».",
        "Au cas où ce serait trop long, la durée devient 15 minutes.",
        "Si vous préférez, faites-en un poster.",
        "Si vous voulez, le titre devient « Le vol des abeilles ».",
        "Si Paul est libre, merci d'ajouter Paul Noir comme co-auteur.",
        "Merci d'ajouter Paul Noir comme co-auteur, sous réserve de son accord.",
        "Le titre devient « Le vol des abeilles ». Seulement si Paul est d'accord.",
        "Titre : Le vol des abeilles, si vous préférez",
        "Durée : 15 minutes si vous manquez de place",
        "If the talk is 15 minutes long, the title becomes “The flight of bees”.",
        "Unless you object, the title becomes “The flight of bees”.",
        "The title becomes The flight of bees, if you prefer.",
        "Subject to my boss's approval, the title becomes “The flight of bees”.",
        "If you like, make it a poster instead of a talk.",
        "In case the slot is short, 15 minutes instead of 20.",
        "Please add Paul Black as a co-author, provided that he agrees.",
        "The title is now “The flight of bees”. Only if Paul agrees, though.",
        "Title: The flight of bees, if you prefer",
        "The title is now “Bees”. If that's too short, use “Bees and wind”.",
        "The title is now “Bees”. Or “Bees and wind” if you find it too short.",
        "The title is now “Bees” or “Bees and wind”.",
        "The title becomes Bees in the wind as long as nobody objects.",
        "The title becomes Bees in the wind unless anyone minds.",
        "Title: Bees in the wind, if everybody agrees",
        "Make it 30 minutes. If that is too long, 25 minutes is fine.",
        "The title is now “Bees”. Actually no, keep the old one.",
        "Make it 30 minutes. Oh, forget it, 20 is fine.",
        "Title: Bees in the wind\nDuration: 30 minutes\n\nSorry, please ignore all of this, wrong file.",
        "Le titre devient « Abeilles ». Ah non finalement, on ne change rien.",
        "Merci de passer à 30 minutes. En fait non, laissez comme ça.",
        "Titre : Le vol des abeilles\nDurée : 30 minutes\n\nOubliez tout ça, je me suis trompée de fichier.",
        "Le titre devient « Abeilles ». Si c'est trop court, mettez « Abeilles et vent ».",
        "Le titre devient « Abeilles ». Sinon « Abeilles et vent ».",
        "le titre devient Le vol des abeilles tant que personne n'y voit d'objection",
        "Le nouveau titre est : Le vol des abeilles, sauf avis contraire de votre part.",
        "Titre : Le vol des abeilles, si tout le monde est d'accord",
        "Merci de passer à 30 minutes. Si c'est trop long, 25 minutes iront aussi.",
        f"If the old one is too long, please replace the abstract by the following:\n\n{BEES}",
        "Si vous préférez, voici un nouveau résumé :\n\n" + BEES,
    ],
)
def test_a_change_under_a_condition_is_left_to_a_person(text: str) -> None:
    reading = answer(text)

    assert reading.proposals == ()
    assert reading.unread or reading.kind is Kind.REVISION


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Le titre devient « Que faire si la mer monte ? ».", "title", "Que faire si la mer monte ?"),
        ("Le titre devient Que faire si la mer monte.", "title", "Que faire si la mer monte"),
        ("Titre : Que faire si la mer monte", "title", "Que faire si la mer monte"),
        (
            "Si possible, le titre devient « Le vol des abeilles ».",
            "title",
            "Le vol des abeilles",
        ),
        ("Title: What happens if we do nothing", "title", "What happens if we do nothing"),
        ("Titre : Que faire si nous avons tort", "title", "Que faire si nous avons tort"),
        (
            "Le titre devient « Le vol des abeilles ». Si quelque chose manque, appelez-moi.",
            "title",
            "Le vol des abeilles",
        ),
        ("The title is now “The flight of bees”. If you could confirm.", "title", "The flight of bees"),
        ("Le titre devient « Abeilles ». Ou plutôt « Le vol des abeilles ».", "title", "Le vol des abeilles"),
        ("Le titre devient « Le vol ». Si possible, en italique.", "title", "Le vol"),
        ("Please forget the old title. The title is now “Bees”.", "title", "Bees"),
        ("Finalement, le titre devient « Le vol ». Le résumé ne change pas.", "title", "Le vol"),
        ("Le titre devient « Le vol ». Si ça pose problème, appelez-moi.", "title", "Le vol"),
        ("Make it 30 minutes. If I speak fast, that will do.", "duration_minutes", 30),
        ("Make it 30 minutes. Keep everything else as it is.", "duration_minutes", 30),
        ("Merci de passer à 30 minutes. On garde le même résumé.", "duration_minutes", 30),
        ("S'il est encore temps, la durée devient 15 minutes.", "duration_minutes", 15),
        ("The title becomes “What if the sea rises”.", "title", "What if the sea rises"),
        ("If it is not too late, please make it a poster.", "format", "poster"),
        ("If possible, the title becomes “The flight of bees”.", "title", "The flight of bees"),
        ("Si vous avez des questions, appelez-moi. Durée : 15 minutes.", "duration_minutes", 15),
        (
            f"Please replace the abstract by the following:\n\n{BEES} If it rains, they stay.",
            "abstract",
            None,
        ),
    ],
)
def test_courtesy_and_the_words_of_a_text_bind_nothing(text: str, name: str, value: object) -> None:
    found = answer(text).proposals[0]

    assert getattr(found, name) == value if value else getattr(found, name)


@pytest.mark.parametrize("text", ["Que faire si la mer monte", "What if the sea rises"])
def test_a_title_below_the_quoted_one_may_hold_the_word(text: str) -> None:
    body = f"> Titre : Le vol\n{text}\n\n> (référence P-7)\n\nAda Moreau\n"

    found = read(letter(body, subject="Re: Bien reçu (P-7)")).proposals[0]

    assert found.title == text


def test_a_condition_below_a_quoted_line_changes_nothing() -> None:
    body = "> Titre : Le vol\nSi Paul est d'accord : « Le vol des abeilles »\n\n> (référence P-7)\n\nAda Moreau\n"

    assert read(letter(body, subject="Re: Bien reçu (P-7)")).proposals == ()
