"""Whole messages as people write them, short and careless ones among them: a table of what each says."""

from __future__ import annotations

import pytest

from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, SpeakerFound, read

NADIA = Address("Nadia Ferrand", "nadia@ferrand.example")
TOM = Address("Tom Hadley", "tom@hadley.example")
NADIA_SPEAKS = SpeakerFound("Nadia Ferrand", None, "nadia@ferrand.example")
TOM_SPEAKS = SpeakerFound("Tom Hadley", None, "tom@hadley.example")
HEDGES = (
    "Les haies d’un bocage se lisent sur les photographies aériennes depuis 1950. Nous avons mesuré ce qui a "
    "disparu commune par commune, et ce que les replantations ont rendu. Les chiffres surprennent."
)
ROOFS = (
    "Flat roofs hold more water than their owners think. A camera on a kite and a patient afternoon are enough "
    "to map the puddles of a whole district, and to tell which gutters will fail first."
)


def mail(text, subject="", sender=NADIA, **more):
    return IncomingMail(subject=subject, sender=sender, text=text, **more)


def said(message):
    """The kind, and of one proposal what was understood."""
    reading = read(message)
    assert len(reading.proposals) <= 1
    if not reading.proposals:
        return reading.kind, None
    found = reading.proposals[0]
    return reading.kind, (found.title, found.speakers, found.abstract)


PHONE_FR = mail(
    "bonjour\nje peux faire un expose sur les haies du bocage\ntitre : compter les haies vues du ciel\n"
    "resume a venir\nnadia ferrand",
    subject="expose",
)
LATER_FR = mail(
    "Bonjour Hélène,\n\nNotre coopérative souhaite proposer une communication : « Compter les haies vues du\n"
    "ciel ». Le résumé suivra la semaine prochaine.\n\nNadia Ferrand\nCoopérative Bocage vivant\n",
    subject="votre journée de juin",
)
LATER_EN = mail(
    "Hello Helen,\n\nWe'd like to give a talk: “Puddles on flat roofs, seen from a kite”. I'll send the abstract "
    "next week.\n\nBest,\nTom\n",
    subject="June meeting",
    sender=TOM,
)
LATER_EN_PLAIN = mail(
    "Hi all,\n\nI would like to propose a talk entitled Puddles on flat roofs. Abstract to follow.\n\nTom",
    sender=TOM,
)
SIGNED = mail(
    "Bonjour,\n\nje propose l’exposé suivant.\n\nTitre : Compter les haies vues du ciel\n"
    f"Intervenante : Nadia Ferrand, Bocage vivant, Coutances\nRésumé : {HEDGES}\n\nCordialement,\nNadia Ferrand",
)
TWO_SPEAKERS = mail(
    f"Title: Puddles on flat roofs\nSpeakers: Tom Hadley, Iris Wong\nAbstract: {ROOFS}\n\nTom", sender=TOM
)
EMAILS = mail(
    "Title: Puddles on flat roofs\n"
    "Authors: Tom Hadley <tom@hadley.example>, Iris Wong <iris@wong.example> and Sam Okoro <sam@okoro.example>\n"
    f"Abstract: {ROOFS}",
    sender=TOM,
)
SIGNATURE = mail(
    f"Bonjour,\n\nVoici ma proposition d’exposé.\n\nCompter les haies vues du ciel\n\n{HEDGES}\n\n"
    "Bien cordialement,\n\nNadia Ferrand\nAgence du bocage\n12 rue des Aulnes, 50200 Coutances\n",
)
UPPER_EN = mail(
    f"Hi,\n\nhere is my abstract for the June meeting.\n\nPUDDLES ON FLAT ROOFS\n\n{ROOFS}\n\nCheers\nTom",
    sender=TOM,
)
PIPES = mail(
    "Hello,\n\nplease find my proposal below.\n\n| Field | Value |\n|---|---|\n| Title | Puddles on flat roofs |\n"
    f"| Speaker | Tom Hadley |\n| Abstract | {ROOFS} |\n\nThanks,\nTom",
    sender=TOM,
)
COLUMNS = mail(
    "This is my proposal for a talk.\n\n| Title | Abstract | Length |\n|:---|---|---:|\n"
    f"| Puddles on flat roofs | {ROOFS} | 20 min |\n\nCheers,\nTom",
    sender=TOM,
)
QUOTED_IN_COVER = mail(
    f"Hello,\n\nI would like to present a poster at your meeting: “Puddles on flat roofs”.\n\n{ROOFS}\n\nTom",
    subject="Poster",
    sender=TOM,
)
INCLUSIVE = mail(
    "Bonjour,\n\nNous proposons une présentation.\n\nTitre : Compter les haies vues du ciel\n"
    f"Auteur·rice·s : Nadia Ferrand, Zoé Lund\nRésumé : {HEDGES}\n\nNadia",
)
JOB = mail(
    f"Hi,\n\nplease find my proposal below.\n\nTitle: Puddles on flat roofs\nAbstract: {ROOFS}\n\n"
    "Best wishes,\nTom Hadley\nResearch Associate\nKite Archive\n",
    sender=TOM,
)
TALK_OF = mail(
    "Hi,\n\nhappy to speak in June about roofs.\n\nTitle: Puddles on flat roofs\n\n"
    f"{ROOFS}\n\nThanks!\nTom\n\nSent from my phone",
    sender=TOM,
)


@pytest.mark.parametrize(
    ("message", "title", "speakers", "abstract"),
    [
        (PHONE_FR, "compter les haies vues du ciel", (NADIA_SPEAKS,), None),
        (
            LATER_FR,
            "Compter les haies vues du ciel",
            (SpeakerFound("Nadia Ferrand", "Coopérative Bocage vivant", NADIA.address),),
            None,
        ),
        (LATER_EN, "Puddles on flat roofs, seen from a kite", (TOM_SPEAKS,), None),
        (LATER_EN_PLAIN, "Puddles on flat roofs", (TOM_SPEAKS,), None),
        (
            SIGNED,
            "Compter les haies vues du ciel",
            (SpeakerFound("Nadia Ferrand", "Bocage vivant, Coutances", NADIA.address),),
            HEDGES,
        ),
        (TWO_SPEAKERS, "Puddles on flat roofs", (TOM_SPEAKS, SpeakerFound("Iris Wong")), ROOFS),
        (
            EMAILS,
            "Puddles on flat roofs",
            (
                TOM_SPEAKS,
                SpeakerFound("Iris Wong", None, "iris@wong.example"),
                SpeakerFound("Sam Okoro", None, "sam@okoro.example"),
            ),
            ROOFS,
        ),
        (
            SIGNATURE,
            "Compter les haies vues du ciel",
            (SpeakerFound("Nadia Ferrand", "Agence du bocage", NADIA.address),),
            HEDGES,
        ),
        (UPPER_EN, "PUDDLES ON FLAT ROOFS", (TOM_SPEAKS,), ROOFS),
        (PIPES, "Puddles on flat roofs", (TOM_SPEAKS,), ROOFS),
        (TALK_OF, "Puddles on flat roofs", (TOM_SPEAKS,), ROOFS),
        (COLUMNS, "Puddles on flat roofs", (TOM_SPEAKS,), ROOFS),
        (QUOTED_IN_COVER, "Puddles on flat roofs", (TOM_SPEAKS,), ROOFS),
        (INCLUSIVE, "Compter les haies vues du ciel", (NADIA_SPEAKS, SpeakerFound("Zoé Lund")), HEDGES),
        (JOB, "Puddles on flat roofs", (SpeakerFound("Tom Hadley", "Kite Archive", TOM.address),), ROOFS),
    ],
)
def test_a_proposal_is_understood(message, title, speakers, abstract):
    assert said(message) == (Kind.PROPOSAL, (title, speakers, abstract))


@pytest.mark.parametrize(
    "text",
    [
        "bonjour, je propose un exposé « compter les haies », résumé à suivre. nadia",
        "Bonsoir, je souhaiterais intervenir : « Compter les haies ». Je vous adresse le résumé sous peu.\nNadia",
        "Chers collègues,\n\nL’équipe aimerait présenter « Compter les haies » le 11 juin. Résumé dès que "
        "possible.\n\nNadia Ferrand",
        "Bonjour,\n\nJe vous propose l’exposé suivant : « Compter les haies ». Le texte vous parviendra avant "
        "la date limite. Est-ce que cela vous convient ?\n\nNadia",
        "Hello, our team would like to propose a talk, “compter les haies”; the abstract will come later. Nadia",
        "Hi, I can give a talk called “Compter les haies”. Will send the abstract on Monday. Nadia",
        "Hello,\n\nI propose to present “Compter les haies”, abstract to follow soon.\n\nNadia",
    ],
)
def test_a_named_talk_whose_abstract_follows_is_a_proposal(text):
    kind, found = said(mail(text, subject="juin"))

    assert (kind, found and found[0].casefold(), found and found[2]) == (
        Kind.PROPOSAL,
        "compter les haies",
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, j’ai beaucoup aimé l’exposé « Compter les haies ». Pourriez-vous m’en envoyer le résumé ?",
        "Hello, Tom told me about the talk “Compter les haies”. Where can I read the abstract?",
        "Coucou, tu as lu « Les haies du bocage » ? Je te prête le livre dimanche.",
        "Bonjour, puis-je proposer un exposé sur les haies ? Jusqu’à quand ?",
        "Notre association voudrait vous inviter à la projection du film « Compter les haies » jeudi soir.",
    ],
)
def test_speaking_of_a_talk_is_no_proposal(text):
    assert read(mail(text, subject="haies")).kind is not Kind.PROPOSAL


@pytest.mark.parametrize(
    "text", ["voir pj", "cf. pièce jointe", "PDF attached", "Bonjour,\n\nvoir pj\n\nNadia"]
)
def test_a_letter_that_only_points_at_its_document_is_a_proposal(text):
    resume = Attachment(
        "proposition.pdf",
        "application/pdf",
        1000,
        None,
        f"Compter les haies vues du ciel\n\nNadia Ferrand, Coopérative Bocage vivant, Coutances\n\n{HEDGES}",
    )

    assert said(mail(text, subject="proposition", attachments=(resume,))) == (
        Kind.PROPOSAL,
        (
            "Compter les haies vues du ciel",
            (SpeakerFound("Nadia Ferrand", "Coopérative Bocage vivant, Coutances", NADIA.address),),
            HEDGES,
        ),
    )


@pytest.mark.parametrize(
    ("said_of_time", "minutes"),
    [
        ("Durée : 10 min + 5 questions", 10),
        ("Durée : 20 minutes, questions comprises", 20),
        ("Length: 10 min + 5 min questions", 10),
        ("Durée souhaitée : un quart d’heure", 15),
        ("Durée : une demi-heure", 30),
        ("Length: half an hour", 30),
        ("Durée : à votre convenance", None),
    ],
)
def test_the_length_is_that_of_the_talk(said_of_time, minutes):
    text = f"Je propose un exposé.\n\nTitre : Compter les haies\n{said_of_time}\nRésumé : {HEDGES}"

    assert [one.duration_minutes for one in read(mail(text)).proposals] == [minutes]


@pytest.mark.parametrize(
    "sentence",
    [
        "Je ne peux venir que le matin.",
        "Je dois reprendre le train à 16 h.",
        "Nous ne serons libres que l’après-midi.",
        "I can only be there in the morning.",
        "I have to catch a train at 4 pm.",
    ],
)
def test_when_somebody_can_come_is_kept_in_their_words(sentence):
    text = f"Je propose un exposé.\n\nTitre : Compter les haies\n\nRésumé : {HEDGES}\n\n{sentence}\n\nNadia"
    found = read(mail(text)).proposals

    assert [(one.availability, one.abstract) for one in found] == [(sentence, HEDGES)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (f"Je propose un exposé.\n\nTitre : Les haies\nRésumé : {HEDGES}", "talk"),
        (f"Je propose un poster.\n\nTitre : Les haies\nRésumé : {HEDGES}", "poster"),
        (f"Voici ma proposition.\n\nTitre : Les haies\nRésumé : {HEDGES}", None),
        (f"Title: Roofs\nAbstract: {ROOFS} The presentation of the maps matters as much as the maps.", None),
        (f"Title: Roofs\nAbstract: {ROOFS} This talk shows the maps.", "talk"),
        (f"I'd like to give a talk.\n\nTitle: Roofs\nAbstract: {ROOFS}", "talk"),
        (
            f"I saw the talk that you gave in May. Here is a proposal.\n\nTitle: Roofs\nAbstract: {ROOFS}",
            None,
        ),
    ],
)
def test_a_form_is_only_that_which_the_author_names(text, form):
    assert [one.format for one in read(mail(text, subject="juin")).proposals] == [form]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Bonjour, merci d’ajouter Rémi Castel comme co-auteur.", SpeakerFound("Rémi Castel")),
        (
            "Bonjour, pourriez-vous ajouter Rémi Castel (Agence du bocage) comme co-auteur ?",
            SpeakerFound("Rémi Castel", "Agence du bocage"),
        ),
        ("Hello, please add Iris Wong as a co-author.\n\nTom", SpeakerFound("Iris Wong")),
        (
            "Please add my colleague Iris Wong <iris@wong.example> as co-speaker.",
            SpeakerFound("Iris Wong", None, "iris@wong.example"),
        ),
        ("J’ai oublié un coauteur : Rémi Castel.", SpeakerFound("Rémi Castel")),
        ("I forgot a co-author: Iris Wong.", SpeakerFound("Iris Wong")),
        (
            "Ma co-autrice est Iris Wong (Agence du bocage) et je viens le matin.",
            SpeakerFound("Iris Wong", "Agence du bocage"),
        ),
        ("Thanks! My co-author Iris Wong should be added to the list of authors.", SpeakerFound("Iris Wong")),
    ],
)
def test_a_person_to_add_is_given_as_one_to_add(text, person):
    reading = read(mail(text, subject="Re: [P-7] votre proposition", in_reply_to="ack@callboard.example"))

    assert reading.kind is Kind.REVISION
    assert [(one.speakers, one.adds_speakers) for one in reading.proposals] == [((person,), True)]


def test_who_presents_instead_takes_the_place_of_whoever_writes():
    text = "Bonjour, Rémi Castel présentera à ma place."
    reading = read(mail(text, subject="Re: [P-7] votre proposition", in_reply_to="ack@callboard.example"))

    assert [(one.speakers, one.removes_speakers) for one in reading.proposals] == [
        ((SpeakerFound("Rémi Castel"),), (NADIA.name,))
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Je retire ma proposition.", Kind.WITHDRAWAL),
        ("Y aura-t-il un vidéoprojecteur pour les exposés ?", Kind.QUESTION),
    ],
)
def test_who_asks_or_withdraws_is_answered_themselves(text, kind):
    reading = read(mail(text, subject="Re: [P-7] votre proposition", in_reply_to="ack@callboard.example"))

    assert (reading.kind, reading.acknowledge_to) == (kind, NADIA)


def test_a_thank_you_that_answers_an_acknowledgement_changes_nothing():
    text = "Bonjour, tout est exact, merci !\n\nNadia"
    answer = mail(
        text, subject="Re: [P-7] Compter les haies vues du ciel", in_reply_to="ack@callboard.example"
    )

    assert (read(answer).kind, read(answer).proposals) == (Kind.OTHER, ())
