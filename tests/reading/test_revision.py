"""What a follow-up changes, in ordinary French and English: only the fields that it names."""

from __future__ import annotations

import pytest

from callboard.mailroom.mail import Attachment
from callboard.reading import Kind, SpeakerFound, read
from callboard.reading.result import ProposalFound
from growth import grows_with_size_only
from handwritten import letter

ACK = (
    "\n\nLe 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n> Bonjour,\n"
    "> Nous avons bien reçu votre proposition.\n> Titre : Le vol\n> (référence P-7)\n"
)
BEES = "Bees fly badly when the light fades, and the wind is the main cause of the detours that we saw."
JANE = SpeakerFound("Jane Roe", "Hive Lab", "jane@example.org")
INSTEAD = {"adds_speakers": True, "removes_speakers": ("Ada Moreau",)}  # somebody speaks in her place


def answer(text, **facts):
    body = f"Bonjour,\n\n{text}\n\nBien à vous\nAda Moreau{ACK}"
    return read(letter(body, subject="Re: Bien reçu (P-7)", **facts))


def changed(found):
    """The fields that a change holds."""
    nothing = ProposalFound()
    return {
        name: value
        for name, value in vars(found).items()
        if name != "sources" and value != getattr(nothing, name)
    }


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Le titre devient « Le vol des abeilles ».", {"title": "Le vol des abeilles"}),
        ('Could you please correct the title to "The flight of bees"?', {"title": "The flight of bees"}),
        (f"Please replace the abstract by the following:\n\n{BEES}", {"abstract": BEES}),
        (
            "Le titre devient « Le vol des abeilles » et la durée 30 minutes.",
            {"title": "Le vol des abeilles", "duration_minutes": 30},
        ),
        ("Finalement ce sera plutôt un poster.", {"format": "poster"}),
        ("Serait-il possible d'en faire un poster ?", {"format": "poster"}),
        ("Would it be possible to make it a poster?", {"format": "poster"}),
        ("I would prefer a demo instead of a talk.", {"format": "demo"}),
        ("I'd rather give a short talk than a poster.", {"format": "talk"}),
        ("Could I have 30 minutes rather than 20?", {"duration_minutes": 30}),
        ("30 minutes plutôt que 20, si possible.", {"duration_minutes": 30}),
        ("30 rather than 20 minutes please", {"duration_minutes": 30}),
        ("Please extend my talk from 20 to 30 minutes.", {"duration_minutes": 30}),
        ("20 minutes me suffisent.", {"duration_minutes": 20}),
        ("Mots-clés : abeilles, radar", {"keywords": ("abeilles", "radar")}),
        (
            "Durée : 20 min\nMots-clés : abeilles, radar",
            {"keywords": ("abeilles", "radar"), "duration_minutes": 20},
        ),
        (
            "Affiliation : Institut des ruches",
            {"speakers": (SpeakerFound("Ada Moreau", "Institut des ruches"),), "adds_speakers": True},
        ),
        ("Here is my bio: Ada Moreau studies bees.", {"bio": "Ada Moreau studies bees."}),
        ("Uniquement l'après-midi.", {"availability": "Uniquement l'après-midi."}),
        ("I cannot come on Monday morning.", {"availability": "I cannot come on Monday morning."}),
        (
            "Could you add my colleague Jane Roe (Hive Lab, jane@example.org) as co-author?",
            {"speakers": (JANE,), "adds_speakers": True},
        ),
        (
            "Nous serons deux : Zoé Lenoir présentera avec moi.",
            {"speakers": (SpeakerFound("Zoé Lenoir"),), "adds_speakers": True},
        ),
        (
            "Ajoutez Zoé Lenoir, LIRE, comme co-autrice.",
            {"speakers": (SpeakerFound("Zoé Lenoir"),), "adds_speakers": True},
        ),
        ("Le titre est « Le vol » et non « Le bal ».", {"title": "Le vol"}),
        ('The title is now "The flight", not "The fight".', {"title": "The flight"}),
        ("Le titre n'est pas bon : c'est « Le vol ».", {"title": "Le vol"}),
        ('Could you change the title to "The flight"?', {"title": "The flight"}),
        ("Zoé Lenoir parlera à ma place.", {**INSTEAD, "speakers": (SpeakerFound("Zoé Lenoir"),)}),
        ("Jane Roe will give the talk instead of me.", {**INSTEAD, "speakers": (SpeakerFound("Jane Roe"),)}),
        (
            "¿Podría Zoé Lenoir dar la charla en mi lugar?",
            {**INSTEAD, "speakers": (SpeakerFound("Zoé Lenoir"),)},
        ),
        (
            "C'est Zoé Lenoir qui fera l'exposé.",
            {"speakers": (SpeakerFound("Zoé Lenoir"),), "adds_speakers": True},
        ),
        (
            "Zoé Lenoir présentera l'exposé à la place de Paul Noir.",
            {
                "speakers": (SpeakerFound("Zoé Lenoir"),),
                "adds_speakers": True,
                "removes_speakers": ("Paul Noir",),
            },
        ),
        ("Please remove Jane Roe from the authors.", {"removes_speakers": ("Jane Roe",)}),
        ("Merci d'enlever Zoé Lenoir de la liste des auteurs.", {"removes_speakers": ("Zoé Lenoir",)}),
        (
            "Could you remove Jane Roe from the author list and add John Doe (Hive Lab) as co-author?",
            {
                "speakers": (SpeakerFound("John Doe", "Hive Lab"),),
                "adds_speakers": True,
                "removes_speakers": ("Jane Roe",),
            },
        ),
        (
            "Merci de remplacer Zoé Lenoir par Paul Noir.",
            {
                "speakers": (SpeakerFound("Paul Noir"),),
                "adds_speakers": True,
                "removes_speakers": ("Zoé Lenoir",),
            },
        ),
        ("Merci de remplacer le titre Jean Valjean par Victor Hugo.", {"title": "Victor Hugo"}),
        (
            "Merci de remplacer le titre par Victor Hugo et Émile Zola.",
            {"title": "Victor Hugo et Émile Zola"},
        ),
        (
            "C'est Moreau et non Morreau.",
            {
                "speakers": (SpeakerFound("Ada Moreau"),),
                "adds_speakers": True,
                "removes_speakers": ("Ada Morreau",),
            },
        ),
        (
            "Anna Berg, not Anna Burg, is my co-author.",
            {
                "speakers": (SpeakerFound("Anna Berg"),),
                "adds_speakers": True,
                "removes_speakers": ("Anna Burg",),
            },
        ),
        (
            "Mon affiliation est désormais l'Institut des ruches.",
            {"speakers": (SpeakerFound("Ada Moreau", "Institut des ruches"),), "adds_speakers": True},
        ),
        (
            "I am now at the Hive Institute.",
            {"speakers": (SpeakerFound("Ada Moreau", "Hive Institute"),), "adds_speakers": True},
        ),
    ],
)
def test_a_follow_up_changes_what_it_names(text, fields):
    reading = answer(text)

    assert reading.kind is Kind.REVISION
    assert [changed(one) for one in reading.proposals] == [fields]


@pytest.mark.parametrize(
    "text",
    [
        'Please replace "bees" by "wasps" in the abstract.',
        "Dans le résumé, remplacez « abeilles » par « guêpes ».",
        "Dans le titre, merci de remplacer « abeille » par « guêpe ».",
        "Mon nom s'écrit avec deux r : Morreau.",
    ],
)
def test_what_cannot_be_done_without_the_old_text_is_left_alone(text):
    reading = answer(text)

    assert (reading.kind, reading.proposals, reading.unread) == (Kind.REVISION, (), (text,))


@pytest.mark.parametrize(
    "text",
    [
        "Should I shorten the talk to 20 minutes?",
        "Dois-je passer de 30 à 20 minutes ?",
        "Si besoin je peux raccourcir à 20 minutes.",
        "Faut-il plutôt un poster ?",
    ],
)
def test_a_question_and_an_offer_change_nothing(text):
    assert answer(text).kind in (Kind.QUESTION, Kind.OTHER)


@pytest.mark.parametrize(
    "text",
    [
        "Le titre n'est pas « Le bal des drones ».",
        'The title is not "The ball of the drones".',
        "Dois-je changer le titre en « Le vol des drones » ?",
        'Should I change the title to "The flight of drones"?',
        "Ne changez pas le titre en « Le vol des drones ».",
        'Please do not change the title to "The flight of drones".',
        "Il y a une coquille dans le titre : drones, pas drone.",
        "There is a typo in the title: drones, not drone.",
    ],
)
def test_a_title_that_is_asked_about_denied_or_only_spelt_is_none(text):
    assert answer(text).proposals == ()


def test_answers_between_the_quoted_lines_go_with_their_labels():
    text = (
        "Bonsoir, mes corrections dans le texte.\n\nLe 4 oct. 2027 à 10:12, Ben a écrit :\n"
        "> Référence : P-7\n> Titre : Le vol\n\nnon, plutôt « Le vol des abeilles au crépuscule »\n\n"
        "> Intervenants : Ada Moreau (Conseil municipal)\n\nPlutôt « Institut des ruches »\n\n"
        "> Résumé :\n> Les abeilles volent mal le soir.\nOK, rien à changer.\n\n"
        "> Il nous manque : la durée souhaitée\n30 minutes.\n"
    )
    reading = read(letter(text, subject="Re: Bien reçu"))

    assert reading.kind is Kind.REVISION
    assert [changed(one) for one in reading.proposals] == [
        {
            "title": "Le vol des abeilles au crépuscule",
            "speakers": (SpeakerFound("Ada Moreau", "Institut des ruches"),),
            "adds_speakers": True,
            "duration_minutes": 30,
        }
    ]


HOUR = (
    "Nous partons d'un relevé de 24 ruches. Un exposé de 45 minutes sur le vol, donné sous forme de démo,\n"
    "montre le matin ce que les abeilles font le soir, quand le vent tourne."
)


@pytest.mark.parametrize("said", ["Merci de remplacer le résumé par le suivant :\n\n", "Résumé : "])
def test_a_new_text_says_nothing_of_length_format_and_times(said):
    (found,) = answer(f"{said}{HOUR}").proposals

    assert changed(found) == {"abstract": HOUR.replace("\n", " ")}


def test_what_stands_beside_a_new_text_counts():
    text = f"Merci de remplacer le résumé par le suivant :\n\n{BEES}\n\nJe ne serai là que l'après-midi."

    (found,) = answer(text).proposals

    assert (found.abstract, found.availability) == (BEES, "Je ne serai là que l'après-midi.")


def test_an_institution_below_the_quoted_speaker_is_one_line():
    reading = read(
        letter(
            "> Intervenante : Ada Moreau\nInstitut des ruches\net du miel\n", subject="Re: Bien reçu (P-7)"
        )
    )

    assert changed(reading.proposals[0]) == {
        "speakers": (SpeakerFound("Ada Moreau", "Institut des ruches et du miel"),), "adds_speakers": True
    }  # fmt: skip


def test_a_new_document_changes_only_what_stands_in_it():
    document = Attachment(
        "resume.pdf", "application/pdf", 1, None, f"Titre : Le vol du soir\n\nRésumé :\n{BEES}"
    )
    reading = read(
        letter("Voici une nouvelle version du résumé.\n\nAda Moreau", subject="Re: Votre exposé [P-7]",
               in_reply_to=("<1@callboard.test>",), attachments=(document,))
    )  # fmt: skip

    assert reading.kind is Kind.REVISION
    assert changed(reading.proposals[0]) == {"title": "Le vol du soir", "abstract": BEES, "language": "en"}


@pytest.mark.parametrize(
    ("below", "title"),
    [
        ("Un été à Tours", "Un été à Tours"),
        ("Non, plutôt : Un été à Tours", "Un été à Tours"),
        ("non, un été à Tours", "un été à Tours"),
        ("→ Un été à Tours", "Un été à Tours"),
        ("- Un été à Tours", "Un été à Tours"),
        ("Comment lire une carte", "Comment lire une carte"),
        ("Lire une carte", "Lire une carte"),
        ("Lire : une carte", "une carte"),
        ("Il faut lire : Un été à Tours", "Un été à Tours"),
        ("No silence in the fields", "No silence in the fields"),
        ("No, rather: A summer in Tours", "A summer in Tours"),
        ("should be A summer in Tours", "A summer in Tours"),
        ("Better maps - a summer in Tours", "Better maps - a summer in Tours"),
    ],
)
def test_a_title_right_below_the_quoted_one_is_taken_as_it_stands(below, title):
    reading = read(letter(f"> Titre : Le vol\n{below}\n", subject="Re: Bien reçu (P-7)"))

    assert [changed(one) for one in reading.proposals] == [{"title": title}]


def test_a_letter_of_ours_passed_back_is_an_answer():
    text = (
        "Bonjour,\n\nC'est ma collègue Zoé Lenoir qui fera la présentation à ma place.\n\nAda\n\n"
        "________________________________\nDe : Les abeilles <call@example.org>\nEnvoyé : lundi 4 octobre 2027\n"
        "À : Ada Moreau\nObjet : Votre proposition « Le vol » [P-7]\n\nTitre : Le vol\nIntervenants : Ada Moreau"
    )
    reading = read(letter(text, subject="TR: Votre proposition « Le vol » [P-7]"))

    assert (reading.kind, reading.forwarded_by) == (Kind.REVISION, None)
    assert [changed(one) for one in reading.proposals] == [
        {**INSTEAD, "speakers": (SpeakerFound("Zoé Lenoir"),)}
    ]


@pytest.mark.parametrize(
    "piece", ["remplacer A par B. ", "> T : x\ny\n", "Jane Roe et non ", "de 20 à ", "Zoé Lenoir "]
)
def test_the_time_to_read_a_change_grows_with_the_size_only(piece):
    assert grows_with_size_only(answer, (piece * 40_000)[:40_000])


@pytest.mark.parametrize(
    "text", ["Merci d'ajouter Paul Noir comme co-auteur.", "Merci de noter : durée 30 minutes"]
)
def test_a_short_request_that_begins_with_thanks_closes_no_letter(text):
    assert answer(text).proposals


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("En relisant notre texte je me rends compte que finalement 20 minutes suffiront.", 20),
        ("Going through our text again with Jane I think that 15 minutes will be enough.", 15),
        ("20 minutes ne suffiront pas.", None),
        ("20 minutes is not enough.", None),
        ("Dix minutes suffisent pour venir de la gare à pied.", None),
    ],
)
def test_so_much_is_enough_or_is_not(text: str, minutes: int | None) -> None:
    assert [one.duration_minutes for one in answer(text).proposals] == ([minutes] if minutes else [])


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("Pouvez-vous remplacer le résumé par celui-ci ? L'ancien promettait trop.", True),
        ("Would you replace the abstract by what follows? It was an old draft.", True),
        ("Le résumé reste le même. Le jury en a écrit ceci.", False),
    ],
)
def test_a_text_is_taken_where_a_sentence_asks_to_put_it_in(words: str, changes: bool) -> None:
    new = "Un pont garde la trace de chaque crue. Nous avons relevé quarante ponts et relu les archives des ingénieurs."

    found = answer(f"Bonjour,\n\n{words}\n\n{new}\n\nAda Moreau").proposals

    assert [one.abstract for one in found if one.abstract] == ([new] if changes else [])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Merci d'ajouter Paul Noir (LIRE) parmi les auteurs, après Zoé.", ["Paul Noir"]),
        ("Paul Noir est déjà parmi les auteurs.", []),
    ],
)
def test_authors_are_added_to_authors(text: str, names: list[str]) -> None:
    assert [who.name for one in answer(text).proposals for who in one.speakers] == names


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Small typo in my affiliation: it is the Hive Institutes (plural), sorry.", "Hive Institutes"),
        ("Une coquille dans mon affiliation : il faut lire Institut des Ruches.", "Institut des Ruches"),
        ("There is a typo in my affiliation, can you see it?", None),
    ],
)
def test_a_slip_in_the_affiliation_is_mended(text: str, place: str | None) -> None:
    assert [who.affiliation for one in answer(text).proposals for who in one.speakers] == (
        [place] if place else []
    )
