"""What people want who write as nobody wrote before: proposals under other words, and other business."""

from __future__ import annotations

import pytest

from callboard.reading import screening
from callboard.reading.reader import read
from callboard.reading.result import Kind
from handwritten import letter

TEXT = (
    "Old tide gauges were read by hand, twice a day, by whoever lived next to them. The notebooks survive in "
    "eleven harbours, and where they overlap with the first machines they disagree by a hand's breadth."
)
LONG = f"{TEXT} We compare both and explain which of them was right, and why it mattered to the pilots."


@pytest.mark.parametrize("tag", ["[MAINTAINERS TRACK] ", "BoF proposal: "])
def test_lists_have_other_words_for_proposals(tag: str) -> None:
    text = f"Hi,\n\nI would like to run this in June.\n\n{TEXT} How do you read a notebook whose ink is gone?\n\nAda"

    reading = read(letter(text, subject=f"{tag}Tides by hand in eleven harbours", list_id="harbours.example"))

    assert reading.kind is Kind.PROPOSAL
    assert reading.proposals[0].title == "Tides by hand in eleven harbours"


def test_somebody_may_send_the_details_of_anothers_talk() -> None:
    text = (
        "Dear all,\n\nOn behalf of Professor Mina Rao (School of Nursing, Kirkdale University) I am sending you the "
        f"details of her talk:\n\n“Tides by hand”\n\n{LONG}\n\nBest regards,\nAda Moreau\nAssistant to Prof. Rao"
    )

    reading = read(letter(text, subject="On behalf of Prof. Rao"))

    assert reading.kind is Kind.PROPOSAL
    assert [who.name for who in reading.proposals[0].speakers] == ["Mina Rao"]


def test_an_announced_seminar_is_no_proposal() -> None:
    text = (
        "Dear colleagues,\n\nYou are warmly invited to this week's departmental seminar.\n\n"
        f"Speaker: Mina Rao\nTitle: Tides by hand\nWhen: Thursday, 4 pm\n\nAbstract: {LONG}\n\nAll welcome!\n"
    )

    assert read(letter(text, subject="Thursday seminar: Mina Rao")).kind is Kind.OTHER


def test_a_mailing_that_can_be_left_by_a_header_is_one() -> None:
    text = "WHAT'S ON\n\nTALK | The diaries\n\nYou are receiving this because you signed up.\nUnsubscribe | Preferences"

    mailing = screening.screen(letter(text, subject="What's on", bulk_headers=("list-unsubscribe",)))
    by_hand = screening.screen(letter("How do I unsubscribe from the announcements?", subject="Question"))

    assert mailing is not None and mailing.kind is Kind.BULK
    assert by_hand is None


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Talk: Tides by hand", "Hi,\n\nabstract to follow next week.\n\nAda", Kind.PROPOSAL),
        ("Poster: Tides by hand", "abstract will follow", Kind.PROPOSAL),
        (
            "Talk: Tides by hand, Thursday",
            "Dear all,\n\nyou are invited. Abstract to follow.\n\nAda",
            Kind.OTHER,
        ),
        ("Re: Talk: Tides by hand", "Thanks, abstract to follow.\n\nAda", Kind.OTHER),
        ("Talk tomorrow", "Hi,\n\nthe abstract will follow.\n\nAda", Kind.OTHER),
    ],
)
def test_a_talk_in_the_subject_is_proposed_before_its_abstract(subject: str, text: str, kind: Kind) -> None:
    assert read(letter(text, subject=subject)).kind is kind


def test_whoever_asks_whether_a_talk_would_suit_proposes_it() -> None:
    text = f"Dear Meg,\n\nWould a talk on tides suit your programme? I could call it “Tides by hand”.\n\n{LONG}\n\nAda"

    reading = read(letter(text, subject="Would this suit?"))

    assert reading.kind is Kind.PROPOSAL
    assert reading.proposals[0].title == "Tides by hand"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        (
            "notre article",
            "Salut,\n\nVoici la dernière version de notre article, avec le nouveau titre. Tu peux le relire ?\n\n"
            f"Titre : Marées\nRésumé : {LONG}\n\nAda",
            Kind.OTHER,
        ),
        (
            "Rates for June",
            "Hello,\n\nWe can offer your participants a special rate of 95 euros per night. Our seminar room seats 60. "
            "Would you like to arrange a visit?\n\nJoanne",
            Kind.OTHER,
        ),
        ("Rates", "Hello,\n\nIs there a special rate for students who give a talk?\n\nAda", Kind.QUESTION),
    ],
)
def test_an_article_or_a_hotel_is_other_business(subject: str, text: str, kind: Kind) -> None:
    assert read(letter(text, subject=subject)).kind is kind


CAHIERS = (
    "Les vieux marégraphes étaient lus à la main, deux fois par jour, par ceux qui habitaient à côté. Les cahiers "
    "survivent dans onze ports, et là où ils recouvrent les premières machines ils diffèrent d'une largeur de main. "
    "Nous comparons les deux et disons lequel avait raison."
)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Séminaire jeudi 14h : Mina Rao",
            "Bonjour,\n\nLe séminaire du laboratoire aura lieu jeudi 12 mars à 14h en salle 203.\n\n"
            f"Oratrice : Mina Rao\nTitre : Les marées à la main\nRésumé : {CAHIERS}\n\nCordialement,\nAda",
        ),
        (
            "Annonce de séminaire",
            "Date : 12 mars 14h\nLieu : salle 203\nIntervenante : Mina Rao\nTitre : Les marées à la main\n\n"
            f"Résumé\n{CAHIERS}\n",
        ),
        (
            "Poste MCF",
            "Bonjour,\n\nUn poste de maître de conférences est ouvert à Tours.\n\nProfil : Marées et ports\n"
            f"Recherche : {CAHIERS}\n\nDépôt des candidatures jusqu'au 1er avril.",
        ),
        (
            "Offre de stage M2",
            "Bonjour,\n\nNous proposons un stage de M2 de 6 mois.\n\nSujet : Les marées lues à la main\n\n"
            f"{CAHIERS}\n\nGratification : 4,35 €/h.\nCandidature à envoyer à ada@example.org",
        ),
        (
            "Candidature prix de thèse",
            "Bonjour,\n\nJe vous adresse ma candidature au prix de thèse.\n\n"
            f"Titre de la thèse : Les marées à la main\nRésumé : {CAHIERS}\n\nAda Moreau",
        ),
        (
            "Postdoc position",
            "Dear all,\n\nWe offer a 2-year postdoc position.\n\nTitle: Tides by hand\n"
            f"Description: {LONG}\n\nTo apply, send a CV and two letters to ada@example.org before 1 May.\n",
        ),
    ],
)
def test_seminars_and_posts_are_no_proposals(subject: str, text: str) -> None:
    assert read(letter(text, subject=subject)).kind is Kind.OTHER


@pytest.mark.parametrize("word", ["PhD defence of", "Thesis defense:", "Doctoral defence by"])
def test_an_announced_defence_is_no_proposal(word: str) -> None:
    text = (
        f"Dear all,\n\nWe are glad to announce a defence at our department.\n\nTitle: Tides by hand\n"
        f"Date: Thursday 12 November, 14:00\nPlace: Room 204\n\nAbstract: This thesis reads old gauges. {LONG}\n\n"
        "Jury: Prof. A. Stone, Dr C. Hill\n\nBest wishes,\nAda Moreau"
    )

    assert read(letter(text, subject=f"{word} Mina Rao")).kind is Kind.OTHER


def test_who_has_defended_a_thesis_may_propose_a_talk() -> None:
    text = (
        "Dear organisers,\n\nI would like to propose a talk at your workshop. It is what I did until my PhD defence in "
        f"June.\n\nTitle: Tides by hand\n\nAbstract: {LONG}\n\nBest wishes,\nAda Moreau"
    )

    assert read(letter(text, subject="Talk proposal")).kind is Kind.PROPOSAL
