"""Who speaks, and where they are from: labels, lines, letters, signatures."""

from __future__ import annotations

import pytest

from callboard.reading import mentions
from callboard.reading.correspondence import of_host
from callboard.reading.document import Document
from callboard.reading.employment import employed
from callboard.reading.proposal import extract
from callboard.reading.result import SpeakerFound
from callboard.reading.signatures import signed

BODY = (
    "Les lettres que personne ne lit finissent dans un tiroir. Nous avons ouvert douze tiroirs et compté ce qui\n"
    "s'y trouvait, puis demandé aux expéditeurs ce qu'ils espéraient. Leurs réponses tiennent en une page."
)
ENGLISH = (
    "Letters that nobody reads end up in a drawer. We opened twelve of them, counted what was inside, and then\n"
    "asked those who wrote them what they had hoped for. What they said fits on a single page."
)


def speakers(text, *, sender="Ada Moreau", address="ada@brenne.example", **more):
    found = extract(Document(text, sender=sender, address=address, subject="Proposition", **more))
    return tuple((one.name, one.affiliation, one.email) for one in found[0].speakers)


def presenters(text, **more):
    found = extract(Document(text, sender="Ada Moreau", address="ada@brenne.example", **more))
    return [one.presenter for one in found[0].speakers]


# --- Signatures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("Ada Moreau\nResponsable de l'atelier\nNovatis\nTél. : 01 00 00 00 00", "Novatis"),
        ("Ada Moreau\nTél. : 01 00 00 00 00", None),
        ("Ada Moreau\nMaîtresse de conférences\nLaboratoire de lecture (LIRE, UMR 1234)\n"
         "Université de Brenne, bureau C 212\n02 00 00 00 44",
         "Laboratoire de lecture (LIRE, UMR 1234), Université de Brenne"),
        ("Ada Moreau\nPraticienne hospitalière\nCHU de Brenne – 4 avenue des Tilleuls – 36000 Brenne", "CHU de Brenne"),
        ("Ada Moreau\nIngénieure de recherche, LIRE", "LIRE"),
        ("Ada Moreau\nbénévole, Groupe des Lecteurs du Val", "Groupe des Lecteurs du Val"),
        ("Ada Moreau\nResponsable du parc informatique\nCommunauté du Val", "Communauté du Val"),
        ("Ada Moreau\nDirectrice du musée de Brenne", "musée de Brenne"),
        ("Ada Moreau | Head of Maps | Harbour Library | +44 20 0000 0000", "Harbour Library"),
        ("Ada Moreau\nResearch software engineer\nHydrolab Brenne | +31 (0)100 00 00", "Hydrolab Brenne"),
        ("Ada Moreau (she/her)\nSenior Lecturer in History, University of Hull", "University of Hull"),
        ("Ada Moreau\nDepartment of Botany\nUniversity of Hull\nHull HU6 7RX, United Kingdom",
         "Department of Botany, University of Hull"),
        ("Ada Moreau, PhD\nClever Oak\nwww.cleveroak.example", "Clever Oak"),
        ("Ada\n--\nAda Moreau\nLIRE - Université de Brenne\nhttps://lire.example/", "LIRE - Université de Brenne"),
        ("Ada Moreau\nCounty archaeologist\nMobile +47 400 00 000", None),
        ("Ada Moreau\nSent from my phone", None),
        ("Ada Moreau\nParis, France", None),
        ("Ada Moreau\n“Read slowly, answer at once.”", None),
        ("Ada Moreau\nDisclaimer: I am mainly interested in letters, and in the office that keeps them", None),
        ("Ada Moreau\nNovatis gGmbH · Am Graben 4 · Geschäftsführer: Dr. K. Oder", "Novatis gGmbH"),
        ("ada moreau\nfablab de brenneville", "fablab de brenneville"),
    ],
)  # fmt: skip
def test_a_signature_gives_the_institution_and_nothing_else(lines, place):
    found = signed(lines.split("\n"), "Ada Moreau")

    assert (found.affiliation if found else None) == place


def test_who_signs_is_the_writer_where_the_sender_has_no_name():
    text = f"Titre : Douze tiroirs\nRésumé : {BODY}\n\nCordialement,\nAda Moreau\nLIRE"

    assert speakers(text, sender=None) == (("Ada Moreau", "LIRE", "ada@brenne.example"),)


def test_the_signature_of_the_whole_mail_is_for_each_of_several_talks():
    text = (
        f"Voici deux propositions.\n\nTitre : Douze tiroirs\nRésumé : {BODY}\n\n"
        f"Titre : Une page\nRésumé : {BODY}\n\nCordialement,\nAda Moreau\nLIRE"
    )
    found = extract(Document(text, sender="Ada Moreau", address="ada@brenne.example"))

    assert [one.speakers[0].affiliation for one in found] == ["LIRE", "LIRE"]


# --- Labels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ("Intervenant(s) : Guillaume Membré - Novatis", [("Guillaume Membré", "Novatis")]),
        ("Speakers: Karl Oder, Lise Noir", [("Karl Oder", None), ("Lise Noir", None)]),
        ("Speaker: Karl Oder, Rising Tide", [("Karl Oder", "Rising Tide")]),
        ("Auteurs : Karl Oder, Lise Noir\nAffiliation : LIRE", [("Karl Oder", "LIRE"), ("Lise Noir", "LIRE")]),
        ("Auteurs : Karl Oder, Lise Noir\nAffiliations : LIRE / Novatis",
         [("Karl Oder", "LIRE"), ("Lise Noir", "Novatis")]),
        ("Auteurs : Karl Oder (1), Lise Noir (2)\nAffiliations :\n(1) LIRE\n(2) Novatis",
         [("Karl Oder", "LIRE"), ("Lise Noir", "Novatis")]),
        ("Intervenante : moi-même", [("Ada Moreau", None)]),
        ("Intervenants : moi-même, Karl Oder", [("Ada Moreau", None), ("Karl Oder", None)]),
        ("Co-auteur : Karl Oder (LIRE)", [("Ada Moreau", None), ("Karl Oder", "LIRE")]),
        ("Speaker 1: Karl Oder\nAffiliation 1: LIRE\nSpeaker 2: Lise Noir\nAffiliation 2: Novatis",
         [("Karl Oder", "LIRE"), ("Lise Noir", "Novatis")]),
        ("First name: Karl\nLast name: Oder\nOrganisation: LIRE", [("Karl Oder", "LIRE")]),
        ("Orateur : Karl Oder\nCo-auteurs : Lise Noir", [("Karl Oder", None), ("Lise Noir", None)]),
    ],
)  # fmt: skip
def test_labels_name_the_speakers(lines, people):
    found = speakers(f"Titre : Douze tiroirs\n{lines}\nRésumé : {BODY}")

    assert [(name, place) for name, place, _ in found] == people


def test_an_address_spelt_after_a_speaker_is_theirs():
    text = f"Titre : Douze tiroirs\nIntervenant : Karl Oder\nRésumé : {BODY}\n\nKarl répond à k.oder@hall.example."

    assert speakers(text) == (("Karl Oder", None, "k.oder@hall.example"),)


# --- The letter ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "people"),
    [
        ("Je vous propose un exposé, travail commun avec Karl Oder (TU Hallstadt) :",
         [("Ada Moreau", None), ("Karl Oder", "TU Hallstadt")]),
        ("Ma doctorante Lise Noir présentera l'exposé ci-dessous :", [("Lise Noir", None)]),
        ("I submit this talk on behalf of Karl Oder (TU Hallstadt), see below:", [("Karl Oder", "TU Hallstadt")]),
        ("I would like to propose the talk below, together with my colleague Karl Oder from TU Hallstadt:",
         [("Ada Moreau", None), ("Karl Oder", "TU Hallstadt")]),
        ("Karl Oder and I would like to propose the following talk:", [("Ada Moreau", None), ("Karl Oder", None)]),
        ("Lise Noir et moi-même souhaitons intervenir :", [("Ada Moreau", None), ("Lise Noir", None)]),
        ("Avec ma collègue Lise Noir, nous proposons un exposé :", [("Ada Moreau", None), ("Lise Noir", None)]),
        ("Je vous transmets la proposition de mon doctorant Karl Oder :", [("Karl Oder", None)]),
        ("I am sending this for my PhD student Karl Oder, who will present:", [("Karl Oder", None)]),
        ("I would like to present our work with Red Hat:", [("Ada Moreau", None)]),
        ("As discussed with Karl Oder, here is my proposal for a talk:", [("Ada Moreau", None)]),
    ],
)  # fmt: skip
def test_the_letter_names_who_speaks(letter, people):
    body = ENGLISH if "I " in letter or "my" in letter else BODY
    found = speakers(f"Bonjour,\n\n{letter}\n\nTitre : Douze tiroirs\n\n{body}")

    assert [(name, place) for name, place, _ in found] == people


def test_a_sentence_below_says_who_will_present():
    below = "L'exposé sera présenté par Karl Oder, doctorant au laboratoire LIRE."

    found = speakers(f"Titre : Douze tiroirs\nRésumé : {BODY}\n\n{below}")

    assert found == (("Karl Oder", "laboratoire LIRE", None),)


@pytest.mark.parametrize("names", ["Ada Moreau & Karl Oder\nLIRE", "Ada Moreau (LIRE) et Karl Oder (LIRE)"])
def test_whoever_signs_together_speaks_together(names):
    found = speakers(f"Titre : Douze tiroirs\nRésumé : {BODY}\n\nCordialement,\n{names}")

    assert [(name, place) for name, place, _ in found] == [("Ada Moreau", "LIRE"), ("Karl Oder", "LIRE")]


def test_a_paragraph_of_its_own_says_with_whom_the_work_was_done():
    found = speakers(f"# Douze tiroirs\n\n{BODY}\n\nTravail en cours avec Pål Østergaard (LIRE).")

    assert [(name, place) for name, place, _ in found] == [("Ada Moreau", None), ("Pål Østergaard", "LIRE")]


def test_the_people_whom_an_abstract_thanks_are_no_speakers():
    found = speakers(f"# Douze tiroirs\n\n{BODY} Ce travail a été mené avec Karl Oder et Lise Noir (LIRE).")

    assert [name for name, _, _ in found] == ["Ada Moreau"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I work at Novatis and I would like to give a talk.", "Novatis"),
        ("I work for Novatis in Hull.", "Novatis"),
        ("I'm with the Slow Web Collective and we mend old sites.", "Slow Web Collective"),
        ("I am a librarian at the Harbour Library, Port Ellerby.", "Harbour Library, Port Ellerby"),
        ("I am a doctoral candidate at the Map Lab, University of Hull.", "Map Lab, University of Hull"),
        ("I'm a PhD student in history at the University of Hull and new to this.", "University of Hull"),
        ("I'm a second-year student (University of Hull) working on bees.", "University of Hull"),
        ("I am currently finishing my doctorate at the University of Hull.", "University of Hull"),
        ("I run the seed library at Oakfield Botanic Garden.", "Oakfield Botanic Garden"),
        ("I am a member of the Hull Bell Ringers.", "Hull Bell Ringers"),
        ("I am the founder of Tinywave.", "Tinywave"),
        ("I represent Tenants' Voice, a charity.", "Tenants' Voice"),
        ("Our group at the Institute for Paper Research measures ink.", "Institute for Paper Research"),
        ("We at Tinywave have a problem with waves.", "Tinywave"),
        ("As a nurse at Westbridge Hospital, I see this every day.", "Westbridge Hospital"),
        ("Je suis doctorante au laboratoire LIRE et je propose un exposé.", "laboratoire LIRE"),
        ("Je fais ma thèse au laboratoire LIRE de Brenne.", "laboratoire LIRE de Brenne"),
        ("Je travaille chez Novatis depuis deux ans.", "Novatis"),
        ("Je travaille aux Archives nationales de Valdore.", "Archives nationales de Valdore"),
        ("Je suis ingénieure à l'Institut de mathématiques de Brenne.", "Institut de mathématiques de Brenne"),
        ("Je suis membre du collectif Haies Vives.", "collectif Haies Vives"),
        ("Je dirige la médiathèque de Brenne.", "médiathèque de Brenne"),
        ("Je vous écris au nom de l'association Haies Vives.", "association Haies Vives"),
        ("Maître de conférences à l'université de Brenne, je propose", "université de Brenne"),
        ("En tant que bibliothécaire à la Bibliothèque municipale de Brenne, je vois cela.",
         "Bibliothèque municipale de Brenne"),
        ("I worked at Novatis until 2012.", None),
        ("I used to work at Novatis.", None),
        ("I was born in Hull and studied at the University of Hull.", None),
        ("I look forward to the dinner at the Harbour Library.", None),
        ("I would be happy to speak at the University of Hull.", None),
        ("I presented a poster at the Institute of Bees in 2019.", None),
        ("My talk is about what happens at Novatis.", None),
        ("We compared letters at the National Archive with those at home.", None),
        ("This is about recent work in the VSOCK family.", None),
        ("Je serai à Paris, à l'Institut Karl, le 12.", None),
        ("J'ai travaillé chez Novatis.", None),
        ("J'ai soutenu ma thèse à l'Université de Brenne en 2012.", None),
        ("Je viendrai au Centre de congrès le matin.", None),
        ("Je participerai à l'atelier de Brenne.", None),
    ],
)  # fmt: skip
def test_where_a_letter_says_that_its_writer_works(text, place):
    assert employed(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Karl Oder is a research engineer at Novatis. He likes letters.", "Novatis"),
        (
            "Karl Oder (1979) prints with kelp. He teaches at the Harbour School of Print.",
            "Harbour School of Print",
        ),
        ("Karl Oder leads the maps team at Novatis.", "Novatis"),
        ("Karl is professor of geology at the University of Hull.", "University of Hull"),
        ("Since 2009 Karl Oder has worked at Novatis.", "Novatis"),
        ("Karl Oder est fondateur de Novatis et lecteur.", "Novatis"),
        ("Karl was a nurse at the Harbour Hospital.", None),
        ("Karl Oder graduated from the University of Hull.", None),
        ("Karl Oder has spoken at PyCon and at the Royal Society.", None),
        ("A nurse who works at the Harbour Hospital writes more.", None),
    ],
)
def test_where_a_biography_says_that_somebody_works(text, place):
    assert employed(text, "Karl Oder") == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Karl Oder (University of Hull) studies letters.", "University of Hull"),
        ("Karl Oder, University of Hull, studies letters.", "University of Hull"),
        ("Karl Oder (1979) studies letters.", None),
        ("Karl Oder, Lise Noir and others study letters.", None),
    ],
)
def test_an_institution_beside_a_name_in_a_biography(text, place):
    assert mentions.place_beside(text, "Karl Oder") == place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Ada Moreau and I collect letters.", "Ada Moreau"),
        ("Je m'appelle Ada Moreau.", "Ada Moreau"),
        ("I am very happy to write to you.", None),
    ],
)
def test_a_writer_introduces_themselves(text, name):
    assert mentions.introduced(text) == name


# --- Who presents ----------------------------------------------------------------------------------------------


def test_the_underlined_author_presents():
    text = f"Titre : Douze tiroirs\nAuteurs : Ada Moreau, Karl Oder\nRésumé : {BODY}"

    assert presenters(text, emphasised=("Titre :", "Karl Oder")) == [False, True]


def test_nobody_presents_in_particular_where_all_names_are_in_bold():
    text = f"Titre : Douze tiroirs\nAuteurs : Ada Moreau, Karl Oder\nRésumé : {BODY}"

    assert presenters(text, emphasised=("Ada Moreau", "Karl Oder")) == [False, False]


def test_the_letter_says_which_author_presents():
    text = (
        "Bonjour,\n\nVoici notre proposition d'exposé, qui sera présentée par Karl Oder :\n\n"
        f"Titre : Douze tiroirs\nAuteurs : Ada Moreau, Karl Oder\nRésumé : {BODY}"
    )

    assert presenters(text) == [False, True]


def test_two_labels_tell_the_presenter_from_the_authors():
    text = f"Titre : Douze tiroirs\nAuteurs : Ada Moreau, Karl Oder\nOratrice : Ada Moreau\nRésumé : {BODY}"

    assert presenters(text) == [True, False]


def test_a_company_beside_the_senders_name_is_where_they_work():
    found = speakers(f"Titre : Douze tiroirs\nRésumé : {BODY}", sender="MOREAU Ada (Novatis)")

    assert found == (("Ada MOREAU", "Novatis", "ada@brenne.example"),)


def test_speakers_are_what_a_proposal_keeps():
    found = extract(Document(f"Titre : Douze tiroirs\nRésumé : {BODY}", sender="Ada Moreau"))

    assert found[0].speakers == (SpeakerFound("Ada Moreau"),)


@pytest.mark.parametrize(
    ("address", "text", "place"),
    [
        ("ada@thalex.example", "At Thalex we open drawers.", "Thalex"),
        ("ada@mail.thalex.example", "Thalex has opened drawers.", "Thalex"),
        ("ada@drawer.example", "Drawer after drawer, every drawer was opened.", None),
        ("ada@thalex.example", "More on www.thalex.example or from Ada@Thalex.", None),
        ("ada@moreau.example", "Moreau is my name.", None),
        ("ada@gmail.example", "Gmail lost my letters.", None),
    ],
)
def test_the_host_of_an_address_is_an_institution_only_where_the_writer_names_it(address, text, place):
    assert of_host(address, "Ada Moreau", text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I am a bookbinder at Thalex.", "Thalex"),
        ("I am an old friend of those who speak at Thalex.", None),
        ("We are now working together with Thalex.", None),
    ],
)
def test_what_somebody_is_says_where(text, place):
    assert employed(text) == place
