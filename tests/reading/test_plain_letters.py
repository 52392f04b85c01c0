"""What sixty plain letters showed: one table for each habit, with what only looks like it."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pytest

from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import fields, jobs, lengths, letter, mentions, pieces
from callboard.reading.evidence import gather
from callboard.reading.labelnames import field_named
from callboard.reading.layout import lines_of
from callboard.reading.quoting import split
from callboard.reading.vocabulary import fold, pattern
from handwritten import PONDS as BODY
from handwritten import PONDS_IN_FRENCH as FRENCH
from handwritten import proposed as one


def names(text: str, **known: Any) -> list[str]:
    return [speaker.name for speaker in one(text, **known).speakers]


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        ("Je suis doctorante sous la direction de Lise Nguyen et je souhaiterais parler des étangs.", []),
        ("I am a doctoral student of Lise Nguyen and I would like to give a talk on ponds.", []),
        ("I spoke about ponds with Lise Nguyen and I would like to propose a talk.", []),
        ("Lise Nguyen and I would like to give a talk on ponds.", ["Lise Nguyen"]),
        ("My colleague Lise Nguyen and I propose a talk on ponds.", ["Lise Nguyen"]),
    ],
)
def test_whoever_is_named_before_another_clause_does_not_speak(sentence: str, more: list[str]) -> None:
    assert [person.name for person in mentions.beside_writer(sentence)] == more


@pytest.mark.parametrize(
    "said",
    [
        "C'est un travail en commun avec Lise Nguyen (LIRE).",
        "Il s'agit d'un travail mené avec Lise Nguyen (LIRE).",
        "Travail conjoint avec Lise Nguyen (LIRE).",
    ],
)
def test_a_sentence_may_state_with_whom_the_work_was_done(said: str) -> None:
    found = one(f"Titre : Curer un étang\n\n{said}\n\n{FRENCH}\n\nAda Moreau")

    assert [(one.name, one.affiliation) for one in found.speakers] == [
        ("Ada Moreau", None),
        ("Lise Nguyen", "LIRE"),
    ]
    assert found.abstract == FRENCH


def test_when_somebody_cannot_come_is_no_biography() -> None:
    said = "Je ne suis pas disponible le matin, l'après-midi me conviendrait donc mieux."

    found = one(f"Titre : Curer un étang\n\n{FRENCH}\n\n{said}\n\nAda Moreau")

    assert (found.abstract, found.bio, found.availability) == (FRENCH, None, said)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("conférence éclair", "lightning"),
        ("Exposé flash de 5 minutes", "lightning"),
        ("conference poster", "poster"),
        ("conférence ou atelier", None),
        ("conférence", "talk"),
    ],
)
def test_a_word_for_a_talk_beside_another_format_is_part_of_it(value: str, name: str | None) -> None:
    assert fields.format_of(value) == name


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("de l'Atelier des Cartes", "Atelier des Cartes"),
        ("du Cercle des Étangs", "Cercle des Étangs"),
        ("of the Pond Society", "Pond Society"),
        ("Maison de l'Eau", "Maison de l'Eau"),
        ("de proche en proche", "de proche en proche"),
    ],
)
def test_an_institution_stands_without_the_words_that_lead_to_it(words: str, place: str) -> None:
    assert jobs.bare_place(words) == place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("trésorière de Libre en Brenne", "Libre en Brenne"),
        ("Treasurer of Slow Ponds", "Slow Ponds"),
        ("professeure de Botanique", None),
    ],
)
def test_an_office_is_held_where_its_words_say(words: str, place: str | None) -> None:
    assert jobs.is_job(words)
    assert jobs.place_of(words) == place


def test_how_many_may_take_part_names_nobody() -> None:
    assert field_named("Nombre de participants") == "other"
    text = f"Curer un étang\n\nAnimé par Ada Moreau et Lise Nguyen\n\n{FRENCH}\n\nNombre de participants : 12"

    found = one(text)

    assert (found.abstract, [person.name for person in found.speakers]) == (
        FRENCH,
        ["Ada Moreau", "Lise Nguyen"],
    )


@pytest.mark.parametrize(
    "line",
    [
        "Le prix du mil au jour le jour : un observatoire par SMS",
        "L'appel de la vase",
        "Hotel ponds of the 1920s",
    ],
)
@pytest.mark.parametrize("subject", ["", "Proposition de communication : données de marché au Sahel"])
def test_a_line_above_people_is_the_title_whatever_its_words(line: str, subject: str) -> None:
    people = "Ada Moreau\nLIRE, Brenne\nada@brenne.example\n\nKarl Oder\nTidelab\nkarl@tidelab.example"

    found = one(
        f"Bonjour,\n\nCi-dessous notre proposition.\n\n{line}\n\n{people}\n\n{FRENCH}", subject=subject
    )

    assert (found.title, found.abstract) == (line, FRENCH)
    assert [person.name for person in found.speakers] == ["Ada Moreau", "Karl Oder"]


@pytest.mark.parametrize("line", ["Je vous propose un exposé", "Ci-joint", "Bonjour à toutes et à tous"])
def test_words_to_somebody_above_people_are_no_title(line: str) -> None:
    assert one(f"{line}\n\nAda Moreau, LIRE\n\n{FRENCH}").title != line


@pytest.mark.parametrize(
    "head", ["Workshop “Open ponds, shared ponds”, Vernoux, 14 March 2027", "Journées des Étangs 2027"]
)
def test_the_event_at_the_head_of_a_page_is_no_title(head: str) -> None:
    found = one(f"{head}\n\nMill ponds and their millers\n\nAda Moreau, LIRE\n\n{BODY}")

    assert (found.title, found.abstract) == ("Mill ponds and their millers", BODY)


def test_a_title_may_hold_an_event_and_a_year() -> None:
    line = "The millers' congress of 2019"

    assert one(f"{line}\n\nAda Moreau, LIRE\n\n{BODY}").title == line


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Abstract submission – workshop 14 March", None),
        ("Abstract Moreau, 14 March workshop", None),
        ("Contribution, atelier du 14 mars", None),
        ("Lightning talk, meetup 3 April", "lightning"),
        ("Workshop: dredging in May", "workshop"),
        ("Proposition d'atelier", "workshop"),
    ],
)
def test_an_event_with_its_date_is_no_format(subject: str, name: str | None) -> None:
    assert fields.format_in_subject(subject) == name


def test_a_title_is_broken_somewhat_before_the_width_of_the_text() -> None:
    title = "THE SILT OF THE MILL PONDS AND ALL THE ACCOUNT BOOKS OF\nTHEIR MILLERS"

    assert one(f"Title: {title}\n\nAda Moreau\n\nAbstract:\n{fill(BODY, 72)}").title == " ".join(
        title.split()
    )


@pytest.mark.parametrize("below", ["Ada Moreau, LIRE", "Karl Oder", "Tidelab, Hull"])
def test_people_below_a_long_title_are_no_part_of_it(below: str) -> None:
    title = "THE SILT OF THE MILL PONDS AND THE ACCOUNT BOOKS OF THE MILLERS"

    assert one(f"Title: {title}\n{below}\n\nAbstract:\n{BODY}").title == title


@pytest.mark.parametrize(
    ("signed", "left"), [("Beth", ""), ("Bet", "Bet"), ("Seth", "Seth"), ("beth", "beth")]
)
def test_the_end_of_a_given_name_signs(signed: str, left: str) -> None:
    lines = lines_of(f"{BODY}\n\n{signed}")
    end = letter.end_of(lines, "Elisabeth Nkemelu")

    assert "".join(line.text for line in lines[2:end]) == left


@pytest.mark.parametrize(
    ("signed", "people"),
    [
        ("Ada Moreau, County Mayo", ["Ada Moreau"]),
        ("Ada Moreau, West Quay", ["Ada Moreau"]),
        ("ada moreau, asso étangs libres", ["Ada Moreau"]),
        ("Ada Moreau and Thandi Nkemelu", ["Ada Moreau", "Thandi Nkemelu"]),
        ("Ada Moreau, Anna Nkemelu", ["Ada Moreau", "Anna Nkemelu"]),
    ],
)
def test_who_signs_beside_a_comma_is_a_person_where_something_shows_it(
    signed: str, people: list[str]
) -> None:
    assert names(f"Title: Mill ponds\n\n{BODY}\n\n{signed}") == people


def test_a_family_name_cut_to_its_initial_is_written_out_by_the_signature() -> None:
    assert names(f"Title: Mill ponds\n\n{BODY}\n\nAda Moreau, LIRE", sender="Ada M") == ["Ada Moreau"]


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ("Chair: Karl Oder (Tidelab)\nPanelists: Lise Nguyen (LIRE), Rosa Pinto",
         ["Karl Oder", "Lise Nguyen", "Rosa Pinto"]),
        ("Modératrice : Lise Nguyen\nIntervenants : Karl Oder, Rosa Pinto",
         ["Lise Nguyen", "Karl Oder", "Rosa Pinto"]),
        ("Speaker: Lise Nguyen (LIRE)\nChair: Karl Oder", ["Lise Nguyen"]),
    ],
)  # fmt: skip
def test_whoever_leads_a_panel_is_of_it(lines: str, people: list[str]) -> None:
    assert names(f"Title: Mill ponds\n{lines}\n\nAbstract: {BODY}") == people


@pytest.mark.parametrize(
    ("words", "job"),
    [
        ("Technical University of West Crete", False),
        ("Graduate School of Botany", False),
        ("Technical lead", True),
        ("Data Research Engineer", True),
        ("Graduate student, School of Botany", True),
    ],
)
def test_a_word_before_an_institutions_is_no_job(words: str, job: bool) -> None:
    assert jobs.is_job(words) is job


def test_a_short_form_keeps_its_full_stop() -> None:
    assert jobs.bare_place("Kelvin Ponds B.V.") == "Kelvin Ponds B.V."
    assert jobs.bare_place("LIRE, Brenne.") == "LIRE, Brenne"


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("People who should be in the room: Karl Oder (tty), Lise Nguyen,\nRosa Pinto (PM).", True),
        ("Personnes intéressées : Lise Nguyen, Karl Oder", True),
        ("The people of the valley: Karl Oder dug, Lise Nguyen paid, and both wrote letters.", False),
    ],
)
def test_whom_a_topic_wants_to_see_is_no_part_of_it(last: str, left: bool) -> None:
    found = one(f"{BODY}\n\n{last}", subject="[TOPIC] Mill ponds", posted=True)

    assert found.abstract == (BODY if left else f"{BODY}\n\n{last}")


@pytest.mark.parametrize(
    ("sentence", "offers"),
    [
        ("Seriez-vous intéressés par une présentation de nos étangs ?", True),
        ("Ça vous dirait un exposé sur les étangs ?", True),
        ("Would you be interested in a talk about mill ponds?", True),
        ("How about a talk on mill ponds?", True),
        ("Seriez-vous intéressés par nos services ?", False),
        ("Would you be interested in our services?", False),
    ],
)
def test_a_talk_may_be_offered_by_a_question(sentence: str, offers: bool) -> None:
    assert bool(pattern("intent", "offer").search(fold(sentence))) is offers


@pytest.mark.parametrize(
    "place", ["Uhrenmuseum Freital", "Universitätsbibliothek Kerlau", "Gesamthochschule Brenne"]
)
def test_a_compound_with_a_word_of_institutions_is_one(place: str) -> None:
    assert [
        (p.name, p.affiliation) for p in one(f"Mühlteiche\n\nAda Moreau, {place}\n\n{BODY}").speakers
    ] == [("Ada Moreau", place)]


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Von Ada Moreau (LIRE)", ["Ada Moreau"]),
        ("von Ada Moreau und Karl Oder", ["Ada Moreau", "Karl Oder"]),
        ("von Arnim, Bettina", ["von Arnim, Bettina"]),
    ],
)
def test_a_particle_before_a_whole_name_leads_to_it(line: str, people: list[str]) -> None:
    assert pieces.without_by(line).startswith(people[0])


@pytest.mark.parametrize("label", ["In a nutshell:", "En quelques mots :", "Worum geht es:"])
def test_words_that_lead_to_the_text_are_a_label(label: str) -> None:
    assert one(f"Title: Mill ponds\n\nAda Moreau, LIRE\n\n{label} {BODY}\n\nAda").abstract == BODY


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I can send a photo if you need one.", True),
        ("The title may still change.", True),
        ("20 minutes would be enough.", True),
        ("I will show how we measured it.", False),
        ("The millers took no photographs.", False),
    ],
)
def test_words_to_the_organisers_may_stand_above_further_labels(said: str, left: bool) -> None:
    found = one(f"Title: Mill ponds\nAbstract: {BODY}\n\n{said}\n\nKeywords: ponds, silt\n\nAda Moreau")

    assert found.abstract == (BODY if left else f"{BODY}\n\n{said}")


@pytest.mark.parametrize(
    "people",
    [
        "Ada Moreau (Common Ground) and Lea Nkemelu (Tidewater College)",
        "Ada Moreau, Common Ground\nLea Nkemelu, Tidewater College",
        "Ada Moreau^1, Lea Nkemelu^2\n\n^1 Common Ground\n^2 Tidewater College",
        "Ada Moreau [1], Lea Nkemelu [2]\n[1] Common Ground\n[2] Tidewater College",
        "Authors: Ada Moreau (1), Lea Nkemelu (2)\nAffiliations: (1) Common Ground; (2) Tidewater College",
    ],
)
def test_institutions_that_no_word_shows_stand_beside_the_writer(people: str) -> None:
    found = one(f"Title: Mill ponds\n\n{people}\n\nAbstract: {BODY}\n\nAda Moreau")

    assert [(person.name, person.affiliation) for person in found.speakers] == [
        ("Ada Moreau", "Common Ground"),
        ("Lea Nkemelu", "Tidewater College"),
    ]


def test_the_signature_tells_a_place_from_a_second_author() -> None:
    found = one(f"Mill ponds\n\nAda Moreau, Common Ground\n\n{BODY}\n\nBest,\nAda Moreau\nCommon Ground")

    assert [(person.name, person.affiliation) for person in found.speakers] == [
        ("Ada Moreau", "Common Ground")
    ]


@pytest.mark.parametrize(
    "people", ["Ada Moreau (LIRE)", "Ada Moreau¹, Karl Oder²\n¹ LIRE, ² Tidelab", "By Ada Moreau (LIRE)"]
)
@pytest.mark.parametrize("line", ["« Curer un étang »", "Mill ponds and their millers"])
def test_a_title_may_stand_alone_above_a_labelled_text(line: str, people: str) -> None:
    text = f"Bonjour,\n\nNous serions ravis de venir parler de nos travaux.\n\n{line}\n\n{people}\n\nRésumé :\n{FRENCH}"

    assert (one(text).title, one(text).abstract) == (line.strip("«» "), FRENCH)


@pytest.mark.parametrize(
    ("text", "subject", "asks"),
    [
        (f"Hello,\n\nTitle: Where does the silt go?\n\nAda Moreau (LIRE)\n\n{BODY}", "Ponds", False),
        (f"Hello,\n\nWhere does the silt go?\n\n{BODY}\n\nAda Moreau", "Where does the silt go?", False),
        (f"Hello,\n\nWhere does the silt go?\nAda Moreau (LIRE)\n\n{BODY}", "Ponds", False),
        (f"Hello,\n\n{BODY}\n\nWhere does the workshop take place?\n\nAda Moreau", "Ponds", True),
        ("Hello,\n\nWhere does the workshop take place?\n\nAda Moreau (LIRE)", "Where is it?", True),
    ],
)
def test_a_question_that_is_a_title_asks_nobody(text: str, subject: str, asks: bool) -> None:
    mail = IncomingMail(subject=subject, sender=Address("Ada Moreau", "ada@brenne.example"), text=text)

    assert gather(mail, split(text)).asks is asks


@pytest.mark.parametrize(
    ("letter_", "address", "people"),
    [
        ("I'd love to give a talk.", "ada@common-ground.example", [("Ada Moreau", "Common Ground")]),
        ("I'd love to give a talk.", "ada@brenne.example", [("Ada Moreau", None), ("Common Ground", None)]),
    ],
)
@pytest.mark.parametrize("sign", [", ", "\n"])
def test_whoever_speaks_of_themselves_alone_stands_with_a_place_that_something_shows(
    letter_: str, address: str, people: list[tuple[str, str | None]], sign: str
) -> None:
    found = one(
        f"Hello,\n\n{letter_}\n\nMill ponds and their millers\n\nAda Moreau{sign}Common Ground\n\n{BODY}\n\nAda",
        address=address,
    )

    assert [(person.name, person.affiliation) for person in found.speakers] == people


def test_people_below_a_long_title_are_read_whatever_they_look_like() -> None:
    title = "Community gardens and moisture sensors: the story of a failure"

    found = one(
        f"TITLE: {title}\nAda Moreau (Common Ground) and Lea Nkemelu (Tidewater College)\n\n{BODY}\n\nAda Moreau"
    )

    assert (found.title, len(found.speakers)) == (title, 2)


def test_a_title_in_bold_may_stand_above_its_people_and_a_labelled_text() -> None:
    text = f"Nous serions ravis de venir.\n\n**Où va la vase ?**\nAda Moreau (LIRE)\n\nRésumé\n{FRENCH}\n\nAda Moreau"

    assert one(text).title == "Où va la vase ?"


@pytest.mark.parametrize(
    ("last", "minutes"),
    [
        ("20 minutes would be enough.", 20),
        ("20 min", 20),
        ("Talk, 20 min", 20),
        ("Je tiens en 20 minutes.", 20),
    ],
)
def test_a_length_may_stand_below_the_people_in_their_paragraph(last: str, minutes: int) -> None:
    found = one(
        f"Hello,\n\nhere is my proposal.\n\nMill ponds and their millers\nAda Moreau (LIRE)\n{last}\n\n{BODY}\n\nAda"
    )

    assert (found.title, found.abstract, found.duration_minutes) == (
        "Mill ponds and their millers",
        BODY,
        minutes,
    )


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("court (10 min)", 10),
        ("(20 min)", 20),
        ("20 min (+ 5 min)", 20),
        ("(10 or 20 min)", None),
        ("(max 20 min)", None),
        ("à votre choix (20 min, 40 min)", None),
    ],
)
def test_a_length_may_stand_in_brackets_alone(value: str, minutes: int | None) -> None:
    assert lengths.minutes_of(value) == minutes
