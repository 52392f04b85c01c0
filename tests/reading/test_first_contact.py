"""What letters that nobody had read before showed: one table for each habit, with what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import availability, fields, lengths, people, read, title
from callboard.reading import letter as letter_
from callboard.reading.layout import lines_of
from handwritten import PONDS as BODY
from handwritten import PONDS_IN_FRENCH as FRENCH
from handwritten import letter
from handwritten import proposed as one


def names(text: str) -> list[str]:
    return [speaker.name for speaker in one(text).speakers]


@pytest.mark.parametrize(
    "sentence",
    [
        'Je propose un exposé intitulé "Curer un étang :\nqui paie la vase ?", dans le thème "eaux".',
        "Je propose un exposé intitulé « Curer un étang :\nqui paie la vase ? », dans le thème « eaux ».",
    ],
)
def test_a_colon_within_a_quoted_title_ends_no_covering_sentence(sentence):
    found = one(f"Chère Judith,\n\n{sentence}\n\n{FRENCH}\n\nAmicalement\nAda Moreau")

    assert (found.title, found.abstract) == ("Curer un étang : qui paie la vase ?", FRENCH)


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("je vous propose une conférence de 40 minutes : « Auto-construire son étang ».", 40),
        ("I would like to give a talk of 40 minutes: “Auto-dredging a pond”.", 40),
        ("I live 40 minutes away by train and could give a talk.", None),
        ("Ma conférence est à 40 minutes de train de chez moi.", None),
    ],
)
def test_the_title_behind_a_length_says_nothing_of_it(sentence, minutes):
    assert lengths.minutes_in_prose(sentence) == minutes


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        ("Cc'ing Petra Sykes, who dug most of the ponds and will co-present.", ["Petra Sykes"]),
        ("Ma collègue Inès Vautrin (en copie) présentera l'exposé avec moi.", ["Inès Vautrin"]),
        ("My colleague Petra Sykes will give the talk with me.", ["Petra Sykes"]),
        ("Karl Oder will join me for the second half.", ["Karl Oder"]),
        ("Karl Oder and Lise Nguyen will be presenting with me.", ["Karl Oder", "Lise Nguyen"]),
        ("Karl Oder se joindra à moi.", ["Karl Oder"]),
        ("Ma collègue Lise Nguyen co-présentera.", ["Lise Nguyen"]),
        ("Nobody will join me.", []),
        ("I hope that many of you will join me in the field.", []),
        ("Karl Oder will present another talk.", []),
    ],
)
def test_whoever_presents_with_the_writer_is_a_speaker(sentence, more):
    assert names(f"Title: Mill ponds\n\n{BODY}\n\n{sentence}\n\nAda Moreau") == ["Ada Moreau", *more]


def test_a_text_under_outline_is_no_part_of_the_letter_above_it():
    found = one(
        "Dear Martin,\n\nFollowing our phone call I attach below the details of the session I am proposing.\n\n"
        f"Session title: Mill ponds\nFormat: panel discussion\n\nOutline:\n{BODY}\n\nRegards\nAda"
    )

    assert (found.title, found.abstract) == ("Mill ponds", BODY)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("I shall be travelling from Accra and could speak on the second day only.", True),
        ("I would be grateful for a morning slot.", True),
        ("I'm on leave from 1 to 8 June but otherwise flexible.", True),
        ("As discussed at lunch, I would like to present together with Karl Oder:", False),
        ("Comme convenu à midi, je souhaiterais venir présenter notre travail.", False),
        ("As discussed, I can only come on Tuesday.", True),
        ("Comme convenu, je ne peux venir que mardi.", True),
        ("I would be grateful for an answer.", False),
        ("Sensors on leave-one-out data speak for themselves.", False),
    ],
)
def test_when_somebody_can_come(sentence, said):
    assert availability.speaks(sentence) == said


def kind(text: str, subject: str, **facts: Any) -> str:
    mail: IncomingMail = letter(
        text, subject=subject, sender=Address("Ada Moreau", "ada@brenne.example"), **facts
    )
    return read(mail).kind.value


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("Dear Professor Lindqvist, dear members of the committee,", "proposal"),
        ("Dear members,", "other"),
        ("Dear members of the society,", "other"),
    ],
)
def test_who_greets_the_members_of_a_committee_passes_nothing_on(greeting, expected):
    cover = f"{greeting}\n\nI am pleased to offer the following paper."
    text = f"{cover}\n\n“The owners of the silt”\n\n{BODY}\n\nAda Moreau"

    assert kind(text, "Paper proposal") == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("MC", "proposal"),
        ("TALK", "proposal"),
        ("POND TOPIC v2", "proposal"),
        ("POND TOPIC 2027", "proposal"),
        ("POND TALK IDEA", "proposal"),
        ("PATCH", "other"),
        ("PATCH v2", "other"),
        ("IDEA", "other"),
        ("2027", "other"),
        ("mill-mc", "other"),
    ],
)
def test_a_tag_for_proposals_on_a_list(tag, expected):
    assert kind(BODY, f"[{tag}] Mill ponds", list_id="<ponds.lists.example>") == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("TECH TOPIC: Mill ponds", "proposal"),
        ("PONDS/MILLS TALK: Mill ponds", "proposal"),
        ("TOPIC: Mill ponds", "other"),
        ("BUG REPORT: Mill ponds", "other"),
        ("Tech topic: Mill ponds", "other"),
        ("Re: TECH TOPIC: Mill ponds", "other"),
    ],
)
def test_words_in_capitals_before_a_colon_are_a_tag_on_a_list(subject, expected):
    assert kind(BODY, subject, list_id="<ponds.lists.example>") == expected


@pytest.mark.parametrize(
    ("signed", "left"),
    [("Leo", ""), ("Bart", "Bart"), ("Leopard", "Leopard"), ("LEO", "LEO"), ("Le", "Le"), ("leo", "leo")],
)
def test_a_given_name_cut_short_signs(signed, left):
    lines = lines_of(f"{BODY}\n\n{signed}")
    end = letter_.end_of(lines, "Leopold Nkemelu")

    assert "".join(line.text for line in lines[2:end]) == left


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        (
            "This is a joint proposal with Ludmila Sorokina, who wrote the scheduler half.",
            ["Ludmila Sorokina"],
        ),
        ("Je propose cet exposé avec Ludmila Sorokina, qui a écrit l'autre moitié.", ["Ludmila Sorokina"]),
        ("This is a joint proposal with Crooked Sluice, which owns the pond.", []),
    ],
)
def test_of_whom_a_sentence_goes_on_with_who_is_a_person(sentence, more):
    assert names(f"Hello,\n\n{sentence}\n\nMill ponds and their millers\n\n{BODY}\n\nAda Moreau") == [
        "Ada Moreau",
        *more,
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Moreau 1  Karl Oder 1,2", ["Ada Moreau", "Karl Oder"]),
        ("Ada Moreau¹   Karl Oder²  Lise Nguyen¹", ["Ada Moreau", "Karl Oder", "Lise Nguyen"]),
        ("Capitaine Ada Moreau", ["Ada Moreau"]),
    ],
)
def test_people_on_a_line(line, expected):
    assert names(f"Titre : Les étangs\n\nAuteurs : {line}\n\nRésumé : {FRENCH}") == expected


@pytest.mark.parametrize(
    "last",
    [
        "La présentation se termine par une démonstration : une vanne que nous venons de reconstruire.",
        "L'exposé retrace les procès auxquels nous assistons.",
        "The talk ends with a list that you can use at home.",
    ],
)
def test_a_last_paragraph_about_the_talk_is_part_of_the_text(last):
    found = one(f"Mill ponds and their millers\n\n{BODY}\n\n{last}\n\nAda Moreau")

    assert found.abstract == f"{BODY}\n\n{last}"


@pytest.mark.parametrize(
    ("listed", "street"),
    [
        ("Ada Moreau (1), Karl Oder (1,2)\n(1) LIRE, 2 rue du Port, Nantelle\n(2) Jardin de Brenne", True),
        ("Ada Moreau1, Karl Oder1,2\n1 LIRE, 2 rue du Port, Nantelle\n2 Jardin de Brenne", True),
        ("Ada Moreau 1, Karl Oder 1,2\n1 LIRE, 2 rue du Port, Nantelle\n2 Jardin de Brenne", True),
        ("Ada Moreau¹, Karl Oder¹'²\n¹ LIRE, 2 rue du Port, Nantelle, ² Jardin de Brenne", True),
        ("Ada Moreau1, Karl Oder1,2\n1 LIRE, Nantelle, 2 Jardin de Brenne", False),
    ],
)
def test_the_number_of_a_house_is_no_mark(listed, street):
    lire = "LIRE, 2 rue du Port, Nantelle" if street else "LIRE, Nantelle"

    assert [(one.name, one.affiliation) for one in people.parse(listed, trusted=True)] == [
        ("Ada Moreau", lire),
        ("Karl Oder", f"{lire} ; Jardin de Brenne"),
    ]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("Ada Moreau, Morwenna Le Du (Université d'Arz)", ["Ada Moreau", "Morwenna Le Du"]),
        ("Ada Moreau, Jan Van Den (LIRE)", ["Ada Moreau", "Jan Van Den"]),
        ("Ada Moreau, Ligue Du", ["Ada Moreau"]),
        ("Ada Moreau, Exposé", ["Ada Moreau"]),
    ],
)
def test_a_family_may_be_called_by_two_small_words(listed, expected):
    found = people.parse(listed, trusted=True, number=1)

    assert [one.name for one in found] == expected


@pytest.mark.parametrize("format_", ["Exposé, 20 minutes", "Workshop, 20 minutes", "Poster"])
def test_what_a_talk_is_is_no_institution(format_):
    found = people.parse(f"Ada Moreau\nLaboratoire LIRE, Nantelle\n{format_}", trusted=True)

    assert [(one.name, one.affiliation) for one in found] == [("Ada Moreau", "Laboratoire LIRE, Nantelle")]


def test_a_person_who_works_on_something_works_at_no_steel_works():
    text = f"Title: Mill ponds\nAbstract: {BODY}\nBio: Ada Moreau works on silt at Dolerite and rows.\n"

    assert one(text).speakers[0].affiliation == "Dolerite"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: Appel - atelier Cartes anciennes", None),
        ("Re: [liste] Appel : journée Cartes anciennes et nouvelles", None),
        ("Re: Call - workshop on old maps and new ones", None),
        ("Appel du large : les cartes des corsaires", "Appel du large : les cartes des corsaires"),
        ("Re: Talk proposal: Call stacks for poets", "Call stacks for poets"),
    ],
)
def test_the_subject_of_a_call_that_is_answered_is_no_title(subject, expected):
    assert title.from_subject(subject) == expected


@pytest.mark.parametrize(
    "announced",
    [
        "Proposition d'intervention (40 min) :",
        "Proposition :",
        "Ma proposition :",
        "Proposition d'exposé (40') :",
    ],
)
def test_a_label_that_announces_a_title_and_its_authors_is_none(announced):
    found = one(
        f"Bonjour,\n\n{announced}\n\nLes étangs des moulins\nAda Moreau, Paul Noir — Institut X\n\n{FRENCH}\n\nAda"
    )

    assert (found.title, [who.name for who in found.speakers], found.abstract) == (
        "Les étangs des moulins",
        ["Ada Moreau", "Paul Noir"],
        FRENCH,
    )
    assert found.duration_minutes == (40 if "40" in announced else None)


def test_a_label_above_a_text_is_one():
    found = one(f"Titre : Les étangs des moulins\n\nProposition :\n\n{FRENCH}\n\nAda")

    assert (found.title, found.abstract) == ("Les étangs des moulins", FRENCH)


def test_a_title_may_speak_to_everybody_above_what_the_talk_is():
    found = one(
        f"Ponds you can dig\nWorkshop, 45 minutes, up to 16 people\nLed by Ada Moreau (LIRE)\n\n{BODY}"
    )

    assert (found.title, found.format, found.duration_minutes, found.abstract) == (
        "Ponds you can dig",
        "workshop",
        45,
        BODY,
    )
    assert [(who.name, who.affiliation) for who in found.speakers] == [("Ada Moreau", "LIRE")]


@pytest.mark.parametrize(
    "above", ["We propose a panel for Saturday afternoon.", "Three of us have met at last."]
)
def test_the_title_of_the_subject_ends_the_letter(above):
    text = f"Hi,\n\n{above}\n\nWho maintains the mill ponds?\n\n{BODY}\n\nAda Moreau"
    found = one(text, subject="Panel proposal: Who maintains the mill ponds?")

    assert (found.title, found.abstract) == ("Who maintains the mill ponds?", BODY)


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        ("Karl Oder (LIRE) and myself would like to lead a discussion on mill ponds.", ["Karl Oder"]),
        ("Karl Oder and I propose to talk about mill ponds.", ["Karl Oder"]),
        ("Karl Oder and I walked around mill ponds for years.", []),
    ],
)
def test_who_offers_a_talk_in_its_first_sentence_gives_it(sentence, more):
    found = one(f"{sentence} {BODY}", subject="[TOPIC] Mill ponds and their millers", posted=True)

    assert {who.name for who in found.speakers} == {"Ada Moreau", *more}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("silt, mills, ponds*", ("silt", "mills", "ponds")), ("C*-algebras, silt", ("C*-algebras", "silt"))],
)
def test_keywords_in_italics(value, expected):
    assert fields.keywords_of(value) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Comptez une petite heure.", None),
        ("Je viendrai de bonne heure.", None),
        ("Slot: 30 min\n", 30),
    ],
)
def test_lengths_in_other_words(text, minutes):
    found = one(
        f"Titre : Les étangs des moulins\n{text}\nRésumé : {FRENCH}"
        if ":" in text
        else (f"Titre : Les étangs des moulins\nRésumé : {FRENCH}\n\n{text}")
    )

    assert found.duration_minutes == minutes


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("We counted the bats leaving the mill on the same June night.", False),
        ("I am leaving on Friday at noon.", True),
        ("I leave on Friday at noon.", True),
        ("We'll be arriving late on Monday.", True),
        ("Any Thursday is good.", True),
    ],
)
def test_whoever_leaves_is_the_one_who_says_so(sentence, said):
    assert availability.speaks(sentence) == said


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("I spoke for 45 minutes at your last meeting.", None),
        ("J'avais parlé 40 minutes l'an passé.", None),
        ("My talk last year lasted 45 minutes.", None),
        ("ou 30 minutes", None),
        ("Or even 30 minutes, if there is room.", None),
        ("I would speak for 45 minutes.", 45),
        ("Je parlerai 40 minutes.", 40),
        ("30 minutes, or rather less.", 30),
    ],
)
def test_an_earlier_talk_and_half_an_alternative_give_no_length(sentence, minutes):
    assert lengths.minutes_in_prose(sentence) == minutes


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("Karl Oder (cc'd) and I will lead the discussion.", [("Karl Oder", None)]),
        ("Myself and Karl Oder plan to lead this.", [("Karl Oder", None)]),
        ("Both Karl Oder and myself will be there to lead the session.", [("Karl Oder", None)]),
        ("I will be presenting this together with my colleague Karl Oder.", [("Karl Oder", None)]),
        ("I would like to present this with Karl Oder (Obsidian).", [("Karl Oder", "Obsidian")]),
        ("Karl Oder et moi-même animerons la séance, et nous nous réjouissons.", [("Karl Oder", None)]),
        ("Co-lead: Karl Oder", [("Karl Oder", None)]),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_short_sentence_around_the_text_says_who_gives_it_with_the_writer(said, more, above):
    text = f"{said}\n\n{BODY}" if above else f"{BODY}\n\n{said}"
    found = one(text, subject="[POND TOPIC] Mill ponds and their millers", posted=True)

    assert {(who.name, who.affiliation) for who in found.speakers} == {("Ada Moreau", None), *more}
    assert found.abstract == BODY


@pytest.mark.parametrize(
    "said",
    [
        "I would like to present this with Crooked Sluice.",
        "Karl Oder and I measured the silt of these ponds in nine winters.",
        "We will run the simulation with Crooked Sluice.",
    ],
)
def test_a_sentence_of_the_text_that_names_somebody_stays_in_it(said):
    found = one(f"{BODY}\n\n{said}", subject="[POND TOPIC] Mill ponds and their millers", posted=True)

    assert [who.name for who in found.speakers] == ["Ada Moreau"]
    assert found.abstract == f"{BODY}\n\n{said}"


@pytest.mark.parametrize(
    ("label", "expected"),
    [("Session lead", ["Karl Oder"]), ("MC leads", ["Karl Oder"]), ("Discussion leads", ["Karl Oder"])],
)
def test_who_leads_a_session_speaks(label, expected):
    assert names(f"Title: Mill ponds\n\n{label}: Karl Oder\n\nAbstract: {BODY}") == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("[POND TOPIC] Mill ponds at night (was: Re: frogs)", "Mill ponds at night"),
        ("[POND TOPIC] Mill ponds at night [was: frogs", "Mill ponds at night"),
        ("Talk proposal: The mill that never (was)", "The mill that never (was)"),
    ],
)
def test_what_a_thread_was_called_before_is_no_part_of_the_title(subject, expected):
    assert title.from_subject(subject) == expected
