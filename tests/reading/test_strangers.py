"""What looks like a talk and is none of this call's: webinars, minutes, vacancies, other calls, texts passed on."""

from __future__ import annotations

import pytest

from callboard.reading import screening
from callboard.reading.reader import read
from callboard.reading.result import Kind
from handwritten import letter

EN = (
    "Old tide gauges were read by hand, twice a day, by whoever lived next to them. The notebooks survive in "
    "eleven harbours, and where they overlap with the first machines they disagree by a hand. We show which was right."
)
FR = (
    "Les premiers marégraphes étaient relevés à la main, deux fois par jour, par qui habitait à côté. Les carnets ont "
    "survécu dans onze ports ; là où ils recouvrent les premières machines, l'écart est grand. Nous disons lequel."
)
OFFER_EN = "I would like to propose a talk of 20 minutes at your workshop."
OFFER_FR = "Je souhaite proposer un exposé de 20 minutes à votre journée."
TALK_EN = f"Title: Tides by hand\nSpeaker: Mina Rao\n\nAbstract: {EN}"
TALK_FR = f"Titre : Les marées à la main\nIntervenante : Mina Rao\n\nRésumé : {FR}"

OTHERS = {
    "a webinar": f"We are hosting a free webinar next week.\n\n{TALK_EN}\n\nSave your seat: https://tides.example/1",
    "un webinaire": f"Notre prochain webinaire :\n\n{TALK_FR}\n\nInscriptions : https://a.example\nLieu : en ligne",
    "minutes": f"Present: Ada, Mina, Tom\nApologies: Zoé\n\nMina presented “Tides by hand”. {EN}\n\nActions: Tom books",
    "un compte rendu": f"Présents : Ada, Mina\nExcusés : Tom\n\nMina a présenté « Les marées ». {FR}",
    "une offre": f"Merci de diffuser autour de vous.\n\nTitre : Marées\nEncadrement : Mina Rao\n\nRésumé : {FR}",
    "a vacancy": f"Please forward to anyone interested.\n\nTitle: Tides\nSupervisor: Mina Rao\n\nAbstract: {EN}",
    "another call": f"We invite talks for the Harbour Days.\n\n{EN}\n\nTo propose a talk, send a title.",
    "un autre appel": f"Nous attendons vos propositions de communication, avec un titre et un résumé.\n\n{FR}",
    "passed on": f"saw this abstract and had to smile:\n\n“Tides by hand. {EN}”\n\nIsn't it neat?",
    "pour le plaisir": f"Je suis tombé sur le résumé d'une conférence de l'an dernier :\n\n« Les marées. {FR} »",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_others_business_is_no_proposal(text: str) -> None:
    reading = read(letter(f"Hello,\n\n{text}\n\nAda Moreau", subject="Tides by hand"))

    assert reading.kind is Kind.OTHER


PROPOSALS = {
    "heard of the call": f"I saw the call for your workshop and thought of our tides.\n\n{OFFER_EN}\n\n{TALK_EN}",
    "l'annonce lue": f"Je suis tombé sur votre appel et j'ai pensé à vous écrire.\n\n{OFFER_FR}\n\n{TALK_FR}",
    "shares": f"We want to share this with colleagues from other harbours.\n\n{OFFER_EN}\n\n{TALK_EN}",
    "before, in the text": f"{OFFER_EN}\n\n{TALK_EN} What can be learnt? Before we propose a model we look at errors.",
    "avant, dans le texte": f"{OFFER_FR}\n\n{TALK_FR} Comment relire ? Avant de proposer un modèle, on compare.",
    "with a place": f"{OFFER_EN}\n\nWhere: room with a projector, please\n\n{TALK_EN}",
    "with a date": f"{OFFER_FR}\n\nLieu : Tours\n\n{TALK_FR}",
    "in quotation marks": f"{OFFER_EN}\n\nTitle: Tides by hand\n\n“{EN}”",
    "title that asks": f"{OFFER_FR}\n\n« Qui lit les marées ? »\n\n{FR}",
}


@pytest.mark.parametrize("text", PROPOSALS.values(), ids=PROPOSALS)
def test_a_proposal_in_such_words_is_one(text: str) -> None:
    assert read(letter(f"Hello,\n\n{text}\n\nAda Moreau", subject="Tides by hand")).kind is Kind.PROPOSAL


@pytest.mark.parametrize(
    "text",
    [
        "Avant de rédiger quoi que ce soit je voudrais savoir si un récit entre dans le cadre de votre appel. "
        "Nous avons relu onze ports à la main, avec des photos. Un exposé de 20 minutes vous intéresserait-il ?",
        "Before I write anything: would a 20-minute talk on tide gauges fit your workshop? We read eleven harbours, "
        "have no paper yet, and mostly photographs and the notebooks themselves to show to your audience.",
        "Nous préparons la salle pour votre journée du 11 mars. Pouvez-vous nous préciser :\n- la durée de l'accès ;\n"
        "- le nombre de micros ?\n\nSans réponse avant le 12, nous lèverons l'option que vous aviez posée sur elle.",
    ],
)
def test_who_asks_first_asks(text: str) -> None:
    assert read(letter(f"Bonjour,\n\n{text}\n\nAda Moreau", subject="votre appel")).kind is Kind.QUESTION


def test_a_title_that_asks_is_no_question_to_the_organisers() -> None:
    text = "Le séminaire a entendu Mina Rao : « Qui lit les marées ? »\n\nLe prochain exposé aura lieu jeudi."

    assert read(letter(text, subject="Séminaire")).kind is Kind.OTHER


def test_a_registered_request_is_a_machines_letter_whatever_was_asked() -> None:
    said = (
        "Votre demande « Captation vidéo de l'amphithéâtre B » a bien été enregistrée sous le numéro 88213."
    )
    asked = "Votre demande « Captation vidéo de l'amphithéâtre B » m'intéresse, appelez-moi."

    registered = screening.screen(letter(said, subject="[Ticket #88213] Votre demande"))

    assert registered is not None and registered.kind is Kind.AUTOREPLY
    assert screening.screen(letter(asked, subject="Votre demande")) is None
