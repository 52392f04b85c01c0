"""The programme as plain text for a mailing list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callboard.programme.formats import events, text
from callboard.programme.formats.names import names
from callboard.programme.formats.view import Language
from callboard.programme.timetable import Item, Kind, Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates
from programme_days import CALL, card
from programme_rooms import HOSTILE_CALL, at, hostile, of_items, talk, two_days

TEMPLATES = Templates()
SHORT = replace(CALL, event="Deux jours : la suite", url="https://x.example/p")


def made(
    programme: Programme, cards: tuple[ProposalCard, ...], language: Language = "fr", call: object = SHORT
) -> str:
    shown = events.schedule(call, programme, cards, names(TEMPLATES, language))  # type: ignore[arg-type]
    return text.render(call, shown, language, TEMPLATES)  # type: ignore[arg-type]


def test_the_programme_in_french_with_its_spaces():
    found = made(*two_days())

    n, t = "\u00a0", "\u202f"
    assert found == (
        f"Deux jours{t}: la suite\n"
        "Du jeudi 1er au vendredi 2 avril 2027, Amphithéâtre Élisée-Reclus,\n"
        "Besançon, France\n"
        "https://x.example/p\n\n"
        "Jeudi 1er avril 2027\n--------------------\n\n"
        f"9{n}h–9{n}h{n}10       Ouverture\n"
        f"9{n}h{n}10–9{n}h{n}55    Listening to gravel\n"
        "                 Owen Prytherch (Aberystwyth)\n"
        f"10{n}h–10{n}h{n}20     Exposé 1\n"
        "                 Ada Sample (Institut d’exemple)\n"
        "                 Amphi\n"
        f"10{n}h–10{n}h{n}20     Exposé 2\n"
        "                 Ben Sample\n"
        "                 Salle 2\n"
        f"10{n}h{n}20–10{n}h{n}40  Pause\n"
        f"10{n}h{n}40–11{n}h     Exposé 3\n"
        "                 Ben Sample, Chloé Ünal (CNRS)\n"
        "                 Amphi\n"
        f"12{n}h–13{n}h        Déjeuner\n"
        "\nVendredi 2 avril 2027\n---------------------\n\n"
        f"9{n}h–10{n}h         Posters et démonstrations\n"
        "                 Salle 2\n"
        f"10{n}h–10{n}h{n}40     Exposé 4\n"
        "                 Ada Sample (Institut d’exemple)\n"
        "                 Amphi\n"
        f"10{n}h{n}40–11{n}h     Pause\n"
        f"11{n}h–11{n}h{n}10     Clôture\n"
        "\nExposés\n-------\n\n- Sans horaire\n  Ada Sample (Institut d’exemple)\n"
        "\nPosters et démonstrations\n-------------------------\n\n"
        "- Une affiche\n  Ada Sample (Institut d’exemple)\n"
    )


def test_the_programme_in_english():
    found = made(*two_days(), language="en")

    assert "Thursday 1 April 2027\n---------------------\n\n9:00–9:10    Opening\n" in found
    assert (
        "10:00–10:20  Exposé 1\n             Ada Sample (Institut d’exemple)\n             Amphi\n" in found
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_line_is_longer_than_72_columns_but_a_word_that_is(language: Language):
    programme, cards = hostile()

    lines = made(programme, cards, language, HOSTILE_CALL).splitlines()

    long = [line for line in lines if len(line) > 72]
    assert [line for line in long if " " in line.strip()] == []
    assert len(lines) > 40


def test_no_line_begins_what_a_mail_program_would_act_on():
    programme, cards = hostile()

    lines = made(programme, cards, "fr", HOSTILE_CALL).splitlines()

    assert [line for line in lines if line.startswith(("From ", ">", "-- ", ".")) or line == "--"] == []


def test_words_that_belong_together_are_not_parted():
    words = "Une question" + " et encore" * 5 + " mots\u202f: réponse"

    lines = text.fill(words).splitlines()

    assert [line for line in lines if line.startswith(":")] == []
    assert "mots\u202f:" in " ".join(lines)


def test_an_event_without_talks_is_told_as_such():
    found = made(Programme("Europe/Paris"), ())

    assert found == (
        "Deux jours\u202f: la suite\n"
        "Jeudi 1er avril 2027, Amphithéâtre Élisée-Reclus, Besançon, France\n"
        "https://x.example/p\n\n"
        "Aucun exposé n’est encore inscrit au programme. Les exposés retenus\napparaîtront ici.\n"
    )


def test_a_day_of_opening_words_alone_stands():
    found = made(of_items(Item(at(1, 9), at(1, 9, 10), Kind.OPENING)), (), "en")

    assert found.endswith("9:00–9:10    Opening\n")


def test_a_talk_in_the_only_room_names_none():
    found = made(of_items(talk(1, at(1, 9), "Amphi"), rooms=("Amphi",)), (card(1),), "en")

    assert found.endswith("9:00–9:20    Exposé 1\n             Ada Sample (Institut d’exemple)\n")
