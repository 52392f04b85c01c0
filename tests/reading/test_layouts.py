"""The same proposal laid out in many ways: wrapped, numbered, with dashes, below covers that no list knows."""

from __future__ import annotations

from functools import partial

import pytest

from callboard.reading import availability, lengths
from callboard.reading.labels import label_of
from callboard.reading.layout import Line, lines_of, width
from callboard.reading.people import parse
from callboard.reading.reader import read
from callboard.reading.result import Kind
from handwritten import letter, proposed

BODY = (
    "Les anciens cadastres de la baie ont été levés à la chaîne, par des géomètres payés à la parcelle. Nous avons "
    "rapproché leurs carnets des relevés aériens, et nous montrons où la côte a reculé, et où ils ont triché."
)
TITLE = "La baie arpentée deux fois"
SHORT = "Un mot d'abord, puisque personne ne lit plus ces carnets dans nos mairies."


one = partial(proposed, subject="Contribution")


# --- Labels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("1/ Titre : La baie", "title"),
        ("(2) Intervenants : Ada Moreau", "speakers"),
        ("_Titre de l'exposé_ : La baie", "title"),
        ("_Abstract (at most 200 words)_:", "abstract"),
        ("Title of the talk - Two surveys of a bay", "title"),
        ("Abstract (300 words) - Two surveys", "abstract"),
        ("(x) Long : 45 minutes", None),
        ("Talk proposal - An event of some size", None),
    ],
)
def test_labels_are_numbered_and_set_off_in_many_ways(line: str, field: str | None) -> None:
    found = label_of(line)

    assert (found and found.field) == field


@pytest.mark.parametrize("number", ["{}/ ", "({}) ", "{}) ", ""])
def test_a_letter_of_labels_is_a_proposal_whatever_stands_before_them(number: str) -> None:
    labels = [
        f"Name of the talk - {TITLE}",
        "Speaker(s) name - Ada Moreau (Brenne)",
        f"Talk summary : {BODY}",
    ]
    listed = "\n".join(number.format(at) + line for at, line in enumerate(labels, 1))

    reading = read(letter(f"Hi,\n\nhere you are.\n\n{listed}\n\nAda Moreau"))

    assert (reading.kind, [talk.title for talk in reading.proposals]) == (Kind.PROPOSAL, [TITLE])


def test_a_paragraph_that_begins_with_a_wrapped_line_is_no_label_and_its_value() -> None:
    text = (
        f"Title:\n{TITLE}\n\nSpeaker:\nAda Moreau\n\nAbstract:\nTwo surveys of one bay differ:\n\n - in the dunes\n\n"
        "Specifically, the chain was read by whoever stood next to it at Low\nTide, and nobody checked. We show "
        "where that mattered.\n\nDuration:\n20 minutes\n"
    )

    assert (one(text).abstract or "").endswith("We show where that mattered.")


def test_a_word_before_a_colon_that_was_wrapped_twice_is_no_label() -> None:
    text = (
        f"Titre : {TITLE}\n\nRésumé :\n{BODY}\nPour les dunes, deux\nrésumés : l'un du maire, l'autre non.\n"
    )

    assert (one(text).abstract or "").endswith("l'autre non.")


def test_a_label_on_the_next_line_keeps_its_sentences() -> None:
    found = one(f"Title: {TITLE}\nAbstract: {BODY}\n")

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_two_sentences_below_a_label_for_texts_are_no_title() -> None:
    text = f"Présentation : La baie recule depuis cent ans. Voyez le phare\n\n{BODY}"

    assert one(text).title is None


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (f"Le titre de mon exposé serait : {TITLE}. Le résumé est ci-dessous.", TITLE),
        (f"Le titre de mon exposé est : {TITLE}, acte 3. Le résumé\nest ci-dessous.", f"{TITLE}, acte 3"),
        (f"Titre envisagé : {TITLE}. Voici le résumé :", TITLE),
        (f"Working title: {TITLE}. I hope this fits.", TITLE),
        (f"J'aimerais intervenir sur le sujet suivant : {TITLE}. J'espère que cela conviendra.", TITLE),
        (
            "Je propose l'exposé suivant : Arpenter deux fois :\nla baie et ses carnets.",
            "Arpenter deux fois : la baie et ses carnets",
        ),
    ],
)
def test_a_sentence_that_says_the_title_ends_it(said: str, title: str) -> None:
    assert (one(f"Bonjour,\n\n{said}\n\n{BODY}").title or "").rstrip(".") == title


# --- Titles -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "# Arpenter deux fois la même baie, ou comment les carnets des\ngéomètres mentent",
        "# Arpenter deux fois la même baie, ou comment les carnets des\nGéomètres mentent\n",
    ],
)
def test_a_heading_that_was_wrapped_is_one(heading: str) -> None:
    wrapped = "\n".join(BODY[at : at + 60] for at in range(0, len(BODY), 60))

    assert one(f"{heading}\n\n{wrapped}\n").title == heading[2:].replace("\n", " ").strip()


def test_a_name_below_a_long_heading_is_no_part_of_it() -> None:
    heading = "Arpenter deux fois la même baie, ou les carnets mentent"
    found = one(f"# {heading}\nAda Moreau (Brenne)\n\n{BODY}\n")

    assert (found.title, found.speakers[0].affiliation) == (heading, "Brenne")


@pytest.mark.parametrize(
    "cover",
    [
        "Est-il encore temps de soumettre quelque chose ? Si oui, voici de quoi il s'agirait.",
        "Long time no see! I finally wrote it.",
    ],
)
@pytest.mark.parametrize("label", ["", "Résumé : "])
@pytest.mark.parametrize("title", [TITLE, f"« {TITLE} »", f"**{TITLE}**", "« Version stable d'une baie »"])
def test_a_title_stands_below_a_cover_that_no_list_knows(cover: str, label: str, title: str) -> None:
    found = one(
        f"Bonjour,\n\n{cover}\n\n{title}\n\nAda Moreau¹, Karl Oder²\n\n¹ Brenne\n² Red Hat\n\n{label}{BODY}"
    )

    assert (found.title, [speaker.name for speaker in found.speakers], found.abstract) == (
        title.strip("«»* "),
        ["Ada Moreau", "Karl Oder"],
        BODY,
    )


@pytest.mark.parametrize("title", [TITLE, "arpenter, et recommencer", "Qui a triché dans la baie ?"])
@pytest.mark.parametrize(
    "cover", ["Voici ma proposition :", "Bref, voici de quoi il s'agirait.", "The details:"]
)
def test_the_title_may_stand_below_its_author(title: str, cover: str) -> None:
    found = one(f"Bonjour,\n\n{cover}\n\nAda Moreau (Brenne)\n{title}\n\n{SHORT}\n\n{BODY}")

    assert (found.title, found.speakers[0].affiliation) == (title, "Brenne")


def test_a_title_may_speak_to_whoever_listens() -> None:
    found = one(f"Bonjour,\n\nvoici ma proposition.\n\nArpentez vos baies avant la mer\n\nRésumé : {BODY}")

    assert found.title == "Arpentez vos baies avant la mer"


def test_a_title_of_one_word_is_introduced() -> None:
    assert one(f'Hello,\n\nI\'d like to give a talk called "Chains".\n\nAbstract: {BODY}').title == "Chains"


# --- People -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "people"),
    [
        (
            "Ada Moreau (Brenne), Anne-Laure\nOder (TU Graz), Yann Noir (LIRE)",
            "Ada Moreau|Anne-Laure Oder|Yann Noir",
        ),
        ("Ada Moreau¹, Karl Oder², Lise\nNoir²", "Ada Moreau|Karl Oder|Lise Noir"),
        ("Ada Moreau (Brenne), Lise\nDe Smet (TU Graz)", "Ada Moreau|Lise De Smet"),
        ("Ada Moreau (Brenne), Karl Oder (TU\nGraz)", "Ada Moreau|Karl Oder"),
        ("Ada Moreau, Brenne\nKarl Oder, Graz", "Ada Moreau|Karl Oder"),
    ],
)
def test_a_list_of_people_is_wrapped_within_a_name(listed: str, people: str) -> None:
    assert "|".join(person.name for person in parse(listed, trusted=True)) == people


def test_an_institution_stands_behind_a_job_that_names_research() -> None:
    (person,) = parse("Ada Moreau - Research Engineer @ Cap Nord", trusted=True)

    assert person.affiliation == "Cap Nord"


# --- Lengths and times ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("( ) 10 min\n(x) Long : 45 minutes", 45),
        ("( ) 10 min\n( ) 45 min", None),
        ("format court (15 min)", 15),
        ("exposé court (15 min)", 15),
        ("(max 45 min)", None),
    ],
)
def test_a_length_is_ticked_in_round_brackets_or_stands_in_them(value: str, minutes: int | None) -> None:
    assert lengths.minutes_of(value) == minutes


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("I'd be glad to present “Two surveys of a bay” in 40 minutes.", 40),
        ("Je propose de parler de « La baie, enfin ! » (20 minutes).", 20),
        ("La journée « La baie » est à 40 minutes de train.", None),
    ],
)
def test_a_length_beside_the_title_is_the_talks(sentence: str, minutes: int | None) -> None:
    assert lengths.minutes_in_prose(sentence) == minutes


def test_a_label_that_asks_for_both_needs_no_repeating() -> None:
    label = Line("Dispo ou indispo (après mars, pas entre X et Y):", 0, 48)

    assert availability.below(label, lines_of("dès que possible")) == "dès que possible"


def test_an_address_does_not_make_a_text_wide() -> None:
    lines = [
        *lines_of("\n".join(["x" * 30 + " " + "y" * 35] * 3)),
        *lines_of(f"voir https://{'z' * 80}.example"),
    ]

    assert width(lines) == 66


# --- Intent -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cover",
    [
        "Ci-dessous mon sujet. Dites-moi si c'est trop long.",
        "Ma contribution figure à la suite de ce message.",
        "Est-il encore temps de soumettre quelque chose ? Si oui, voici de quoi il s'agirait.",
        "I saw the call for talks and thought this might be a good fit:",
    ],
)
def test_a_polite_cover_offers_the_text_below_it(cover: str) -> None:
    text = f"Bonjour,\n\n{cover}\n\n{TITLE}\n\nAda Moreau (Brenne)\n\n{BODY}\n\nCordialement,\nAda Moreau"

    assert read(letter(text, subject="Contribution")).kind == Kind.PROPOSAL


def test_a_question_in_the_list_of_a_text_asks_no_leave() -> None:
    text = (
        f"Hi all,\n\nWorking title: {TITLE}.\n\n{BODY}\n\n - Does the chain work or should we change something?\n"
        " - What did we learn?\n\nAda Moreau"
    )

    assert read(letter(text, subject="Proposal")).kind == Kind.PROPOSAL


def test_the_subject_of_the_call_does_not_make_a_proposal_one() -> None:
    text = f"Chers collègues,\n\nVeuillez trouver plus bas les éléments demandés.\n\n{TITLE}\n\nRésumé : {BODY}\n\nAda"

    assert read(letter(text, subject="Appel à communications")).kind == Kind.PROPOSAL
