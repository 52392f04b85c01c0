"""Names in the ways people write them."""

from __future__ import annotations

import pytest

from callboard.reading.institutions import signed
from callboard.reading.people import (
    line_of_people,
    looks_like_name,
    parse,
    same_person,
    tidy_name,
)
from callboard.reading.result import SpeakerFound

ADA = SpeakerFound("Ada Moreau", "LIRE, Université de Brenne")
KARL = SpeakerFound("Karl Oder", "TU Hallstadt")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Moreau (LIRE, Université de Brenne), Karl Oder (TU Hallstadt)", (ADA, KARL)),
        ("Ada Moreau (LIRE, Université de Brenne) et Karl Oder (TU Hallstadt)", (ADA, KARL)),
        ("- Ada Moreau, LIRE, Université de Brenne\n- Karl Oder, TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau¹, Karl Oder²\n¹ LIRE, Université de Brenne\n² TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau^1, Karl Oder^2\n^1 LIRE, Université de Brenne\n^2 TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau (1), Karl Oder (2)\n(1) LIRE, Université de Brenne\n(2) TU Hallstadt", (ADA, KARL)),
        ("MOREAU Ada, Université de Brenne", (SpeakerFound("Ada MOREAU", "Université de Brenne"),)),
        (
            "Ada Moreau, Karl Oder et Lise Van Damme",
            tuple(map(SpeakerFound, ("Ada Moreau", "Karl Oder", "Lise Van Damme"))),
        ),
        (
            "Ada Moreau et Karl Oder (INSA)",
            (SpeakerFound("Ada Moreau", "INSA"), SpeakerFound("Karl Oder", "INSA")),
        ),
        (
            "Ada Moreau, Novatis / Karl Oder, Novatis",
            (SpeakerFound("Ada Moreau", "Novatis"), SpeakerFound("Karl Oder", "Novatis")),
        ),
        ("Mme Ada Moreau, Dr. Karl Oder", (SpeakerFound("Ada Moreau"), SpeakerFound("Karl Oder"))),
        ("Ada Moreau - Développeuse @ Novatis", (SpeakerFound("Ada Moreau", "Novatis"),)),
        ("Ada Moreau, ingénieure chez Novatis", (SpeakerFound("Ada Moreau", "Novatis"),)),
        (
            "Ada Moreau <ada@brenne.example>, LIRE",
            (SpeakerFound("Ada Moreau", "LIRE", "ada@brenne.example"),),
        ),
        ("A. Moreau et al. (LIRE)", (SpeakerFound("A. Moreau", "LIRE"),)),
        ("Ada Moreau - 20 min", (SpeakerFound("Ada Moreau"),)),
    ],
)
def test_people_are_read_with_their_institutions(text, people):
    assert parse(text, trusted=True) == people


def test_two_footnotes_give_both_institutions():
    found = parse("Ada Moreau¹'², Karl Oder¹\n¹ LIRE\n² CNRS", trusted=True)

    assert [person.affiliation for person in found] == ["LIRE ; CNRS", "LIRE"]


def test_an_address_wrapped_over_lines_stays_one_institution():
    text = (
        "Ada Moreau <ada@brenne.example>, Laboratoire de Lecture, Campus des\n"
        "Étangs, bâtiment 12, 36000 Brenneville\nKarl Oder <karl@hall.example>, Atelier du Nord"
    )

    assert parse(text, trusted=True) == (
        SpeakerFound(
            "Ada Moreau",
            "Laboratoire de Lecture, Campus des Étangs, bâtiment 12, 36000 Brenneville",
            "ada@brenne.example",
        ),
        SpeakerFound("Karl Oder", "Atelier du Nord", "karl@hall.example"),
    )


@pytest.mark.parametrize("text", ["Ada Moreau", "J. Van den Berg", "Marie-Lou O’Brien", "Ada MOREAU"])
def test_names_look_like_names(text):
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Université de Brenne",
        "bonjour à tous",
        "Version 2",
        "CNRS",
        "a title of a talk",
        "Responsable technique",
        "",
    ],
)
def test_other_words_do_not_look_like_names(text):
    assert not looks_like_name(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A. Moreau", "Ada Moreau", True),
        ("MOREAU Ada", "Ada Moreau", True),
        ("Ada", "Ada Moreau", True),
        ("Ada Moreau", "Ada Moret", False),
        ("Karl Moreau", "Ada Moreau", False),
        ("", "Ada Moreau", False),
        (None, None, False),
    ],
)
def test_names_of_one_person_are_recognised(one, other, same):
    assert same_person(one, other) is same


def test_a_name_is_tidied_without_being_changed():
    assert [tidy_name(name) for name in ("**Ada Moreau**", "Mme Ada Moreau,", "M. Karl Oder", "_Lise Nguyen_")] == [
        "Ada Moreau", "Ada Moreau", "Karl Oder", "Lise Nguyen",
    ]  # fmt: skip


def test_a_sentence_is_no_line_of_people():
    assert line_of_people("Ada Moreau a montré que les textes longs sont lus.", "Ada Moreau") == ()


def test_a_signature_gives_the_institution_but_not_the_job_or_the_telephone():
    lines = ["Ada Moreau", "Responsable de l'atelier", "Novatis", "Tél. : 01 00 00 00 00"]

    assert signed(lines, "Ada Moreau") == SpeakerFound("Ada Moreau", "Novatis")


def test_a_signature_without_institution_invents_none():
    assert signed(["Ada Moreau", "Tél. : 01 00 00 00 00"], "Ada Moreau") == SpeakerFound("Ada Moreau")
