"""What a short answer asks for besides, and what of it nobody understood."""

from __future__ import annotations

import pytest

from callboard.reading import read, wishes
from callboard.reading.result import Kind, Wish
from handwritten import letter

ACK = (
    "\n\nLe 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n> Bonjour,\n"
    "> Nous avons bien reçu votre proposition.\n> Titre : Le vol\n> (référence P-7)\n"
)


def answer(text):
    return read(letter(f"Bonjour,\n\n{text}\n\nBien à vous\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)"))


@pytest.mark.parametrize(
    "text",
    [
        "Je confirme ma venue.",
        "I confirm.",
        "Oui, je viendrai, merci !",
        "I will be there, thanks.",
        "Comptez sur moi.",
        "Nous confirmons notre participation.",
        "I gladly accept.",
        "Je serai là pour mon exposé.",
    ],
)
def test_who_confirms_comes(text):
    assert answer(text).wishes == (Wish.CONFIRM,)


@pytest.mark.parametrize(
    "text",
    [
        "annuler",
        "undo",
        "Finalement je maintiens ma proposition.",
        "Please ignore my withdrawal.",
        "Merci d'ignorer mon retrait, je pourrai venir.",
        "I can give the talk after all.",
        "Annuler",
        "annuler\n\nAda Moreau\nInstitut des ruches\nTél. 02 47 00 00 00",
    ],
)
def test_who_takes_it_back_wants_it_undone(text):
    assert answer(text).wishes == (Wish.UNDO,)


@pytest.mark.parametrize(
    "text",
    [
        "Où en est ma proposition ?",
        "Have you decided yet?",
        "Ma proposition a-t-elle été retenue ?",
        "When will I hear back from you?",
        "Any news about my talk?",
        "Avez-vous déjà décidé ?",
        "Is there any news?",
    ],
)
def test_who_asks_what_became_of_it_wants_the_status(text):
    assert answer(text).wishes == (Wish.STATUS,)


@pytest.mark.parametrize(
    "text",
    [
        "Merci beaucoup, à bientôt !",
        "Parfait.",
        "Thank you, see you in May.",
        "👍",
        "Bien noté, merci à vous.",
        "Thanks, that was quick.",
        "Merci pour votre réponse rapide.",
        "Perfect, thanks a lot for the quick reply!",
        "Tout est exact, merci.",
        "Vielen Dank!",
        "Muchas gracias.",
        "C'est parfait, bonne journée !",
        "Great, thanks for letting me know.",
    ],
)
def test_who_only_thanks_wants_nothing(text):
    assert answer(text).wishes == (Wish.THANKS,)


@pytest.mark.parametrize(
    "text",
    [
        "digest",
        "Digest please",
        "le digest svp",
    ],
)
def test_one_word_asks_for_the_digest(text):
    assert answer(text).wishes == (Wish.DIGEST,)


@pytest.mark.parametrize(
    "text",
    [
        "Merci de transmettre à Paul.",
        "Finalement mon train arrive à onze heures.",
        "Pouvez-vous confirmer ma participation ?",
        "Je confirme le retrait de ma proposition.",
        "Je ne peux pas encore confirmer.",
        "I cannot confirm yet.",
        "Si je peux, je viendrai.",
        "Y a-t-il un projecteur ?",
        "Mon collègue confirme sa venue.",
        "Thanks, but the link does not work for my colleague Paul.",
        "Salle 3",
        "Je confirmerai la semaine prochaine.",
        "Je confirme avoir bien reçu votre message.",
        "Je vous confirme la bonne réception de votre mail.",
        "I confirm receipt of your email.",
        "Non merci.",
        "No, thank you.",
    ],
)
def test_what_is_said_of_others_later_or_not_is_no_wish(text):
    assert answer(text).wishes == ()


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("", True),
        ("Merci beaucoup !\n\nMaëlle", True),
        ("Thanks, that was quick.", True),
        ("Bien reçu, bonne journée", True),
        ("Finalement mon train arrive à onze heures.", False),
        ("Merci. Salle 3 ?", False),
        ("Non merci.", False),
        ("Merci. " + "Par ailleurs je ne pourrai pas venir avant onze heures ce jour-là. " * 3, False),
    ],
)
def test_only_thanks_is_only_thanks(text, thanks):
    assert wishes.only_thanks(text, "Maëlle Roux") is thanks


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Le titre devient « Le vol ».", ()),
        ("Merci ! Le titre devient « Le vol ». À bientôt.", ()),
        (
            "Le titre devient « Le vol ». J'aurai besoin d'une échelle double.",
            ("J'aurai besoin d'une échelle double.",),
        ),
        (
            "Dans le résumé, remplacez « abeilles » par « guêpes ».",
            ("Dans le résumé, remplacez « abeilles » par « guêpes ».",),
        ),
        (
            "Voici deux points :\n- la durée sera de 30 minutes ;\n- y a-t-il des enceintes dans la salle ?",
            ("y a-t-il des enceintes dans la salle ?",),
        ),
        ("Titre : Le vol des drones\nDurée : 30 minutes", ()),
        ("Titre : Le vol des drones\nFormat : atelier\nMots-clés : ruche, vol, drones", ()),
        (
            "Titre : Le vol des drones\nOrateurs : Ada Moreau, Zoé Lenoir\nPublic : amateurs de ruches",
            ("Public : amateurs de ruches",),
        ),
        ("Titre : Le vol des drones\nNiveau : débutant", ()),
        (
            "Title: How drones fly\nLength: 30 minutes\nLevel: beginners only please",
            ("Level: beginners only please",),
        ),
        (
            "Titre : Le vol des drones\nDurée : aussi longtemps que vous voudrez",
            ("Durée : aussi longtemps que vous voudrez",),
        ),
        (
            "Titre : Le vol des drones\nDurée : 30 minutes\n\nY a-t-il un micro dans la salle ?",
            ("Y a-t-il un micro dans la salle ?",),
        ),
        ("Je retire ma proposition. Mon chef en est désolé.", ()),
        ("Merci beaucoup, à bientôt !", ()),
        ("My dog sends his regards.", ("My dog sends his regards.",)),
    ],
)
def test_what_no_rule_made_use_of_is_left_unread(text, unread):
    assert answer(text).unread == unread


def test_at_most_five_short_sentences_are_left_unread():
    long = f"Une remarque sur la couleur des chaises de la salle, {'vraiment ' * 40}."
    many = "\n".join(f"Les chaises {n} sont bleues." for n in range(9))

    assert [len(one) <= 160 and one.endswith("…") for one in wishes.unread(long, None, (), Kind.OTHER)] == [
        True
    ]
    assert len(wishes.unread(many, None, (), Kind.OTHER)) == 5


def test_a_letter_of_some_length_has_no_wishes():
    assert wishes.wishes("Je confirme ma venue. " + "Les abeilles volent. " * 60) == ()
