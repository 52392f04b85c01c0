# ruff: noqa: E501 - the letters are written on one line
"""What a person wants, from their words, the thread and what they attached."""

from __future__ import annotations

from typing import Any

import pytest

from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import intent, quoting
from callboard.reading.evidence import gather
from callboard.reading.result import Kind
from callboard.reading.subject import is_forward
from growth import grows_with_size_only
from handwritten import letter

ABSTRACT = (
    "Nous montrons comment mesurer le vol des abeilles avec un radar. La méthode tient compte du vent et de la "
    "lumière, et nous la comparons à trois autres sur les données de deux étés."
)
TALK = f"Le vol des abeilles\nAda Moreau (Institut des ruches)\n\nRésumé : {ABSTRACT}\n\nCordialement\nAda"
ENGLISH = (
    "The flight of bees\n\nAbstract: In this talk we show how to measure the flight of bees with a radar, and "
    "compare our method with three others on the data of two summers."
)
ACK = "\n\nLe 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n> Référence : P-7\n> Titre : Le vol\n"
PDF = Attachment("resume.pdf", "application/pdf", 10, b"x")


def kind(
    text: str, subject: str = "Bonjour", *, fields: bool = False, prefix: str = "P", **facts: Any
) -> Kind:
    mail: IncomingMail = letter(text, subject=subject, **facts)
    parts = quoting.split(mail.text, is_forward(mail.subject))
    follow_up = bool(intent.references(mail, parts, prefix))
    return intent.intent(gather(mail, parts), has_fields=fields, follow_up=follow_up).kind


@pytest.mark.parametrize(
    "cover",
    [
        "Je vous propose l'exposé suivant :",
        "Veuillez trouver ci-dessous une proposition d’exposé.",
        "Je souhaiterais présenter mes travaux.",
        "Nous serions heureux de présenter ce travail.",
        "Suite à votre appel, voici un résumé.",
        "Je me permets de vous soumettre une communication.",
        "Comme convenu, voici mon résumé.",
        "Ma doctorante souhaiterait intervenir, voici son texte.",
        "Serait-il possible de présenter ceci ?",
        "Je vous propose un exposé sur la dernière version de notre radar.",
        "Je propose un exposé. La version corrigée des relevés est en ligne.",
        "Je pourrais parler de notre radar :",
        "je voudrais proposer un expose pour la journee",
        "I would like to give a talk at your meeting.",
        "Please find my abstract below.",
        "Here is our proposal.",
        "We'd be glad to present our work.",
        "Could I give a talk on this?",
        "Please consider the following talk.",
        "In response to your call:",
        "Ich möchte gerne einen Vortrag halten.",
        "Ich möchte einen Vortrag anbieten. Der Titel kann sich noch ändern.",
        "Me gustaría proponer una charla.",
        "Vorrei proporre un intervento.",
    ],
)
def test_words_of_proposing_with_a_text_are_a_proposal(cover: str) -> None:
    assert kind(f"Bonjour,\n\n{cover}\n\n{TALK}", fields=True) is Kind.PROPOSAL


@pytest.mark.parametrize(
    "subject",
    [
        "Proposition d’exposé",
        "Proposition",
        "Soumission",
        "Résumé pour la journée",
        "Talk proposal",
        "Submission",
        "Abstract",
    ],
)
def test_a_subject_that_announces_a_proposal_is_enough_for_a_bare_text(subject: str) -> None:
    assert kind("Le vol des abeilles\n\nLes abeilles volent. " * 8, subject, fields=True) is Kind.PROPOSAL


MATTER = (
    "Le vol des abeilles au crépuscule\n\nLes abeilles volent mal quand la lumière baisse. Un radar suit leurs "
    "trajectoires sur deux étés, et trois modèles sont confrontés aux données. Le vent reste la cause principale "
    "des détours observés."
)


@pytest.mark.parametrize(
    "cover",
    [
        "Bonjour, voilà pour la journée :",
        "Salut Ben, si un talk vous dit :",
        "Bonjour, j'aurais un sujet pour le 4 mai.",
        "Hi, here is what I could present.",
        "Hello, would this fit? It is a short talk.",
    ],
)
def test_a_talk_named_above_a_text_that_addresses_nobody_is_a_proposal(cover: str) -> None:
    assert kind(f"{cover}\n\n{MATTER}\n\nAda", "Bonjour", fields=True) is Kind.PROPOSAL


def test_a_text_that_addresses_nobody_is_no_proposal_without_a_talk() -> None:
    assert kind(f"Salut Ben,\n\n{MATTER}\n\nAda", "Bonjour", fields=True) is Kind.OTHER


def test_an_authors_name_above_the_text_makes_a_proposal() -> None:
    text = f"Le vol des abeilles\nAda Moreau - 20 min\n\n{MATTER} {MATTER}"

    assert kind(text, "Le vol des abeilles", fields=True) is Kind.PROPOSAL


def test_a_name_that_signs_a_letter_makes_none() -> None:
    text = f"Une remarque.\nCordialement\nAda Moreau\n\n{MATTER} {MATTER}"

    assert kind(text, "Remarque", fields=True) is Kind.OTHER


@pytest.mark.parametrize("text", [TALK, ENGLISH])
def test_a_bare_title_and_abstract_written_to_us_are_a_proposal(text: str) -> None:
    assert kind(text, "Le vol des abeilles", fields=True) is Kind.PROPOSAL


@pytest.mark.parametrize(
    "subject",
    ["[TOPIC] Bees in flight", "[BEES/HIVES TOPIC] Bees", "[list] [TECH TOPIC] Bees", "[BoF] Honey"],
)
def test_a_conference_tag_marks_a_proposal(subject: str) -> None:
    assert kind("I think we should talk about bees.", subject, list_id="bees.example.org") is Kind.PROPOSAL


def test_an_answer_to_a_tagged_proposal_is_none() -> None:
    assert kind("I agree, bees matter.", "Re: [TOPIC] Bees in flight", in_reply_to=("<a@x>",)) is Kind.OTHER


def test_an_answer_to_the_call_may_be_a_first_proposal() -> None:
    text = f"{TALK}\n\nLe 4 oct. 2027 à 10:12, Ben a écrit :\n> Appel à exposés : les abeilles\n"

    assert kind(text, "Re: journée abeilles", fields=True, in_reply_to=("<a@x>",)) is Kind.PROPOSAL


def test_a_document_with_a_covering_letter_is_a_proposal() -> None:
    assert kind("Bonjour,\n\nci-joint ma proposition.\n\nAda", "Journée", attachments=(PDF,)) is Kind.PROPOSAL


def test_a_document_called_a_proposal_needs_few_words() -> None:
    assert kind("voir pj", "Journée du 4", fields=True, attachments=(PDF,)) is Kind.PROPOSAL


def test_a_document_without_a_word_of_talks_is_none() -> None:
    invoice = Attachment("n°7.pdf", "application/pdf", 10, b"x")

    assert (
        kind("Bonjour,\n\nci-joint la facture.", "Facture du traiteur", attachments=(invoice,)) is Kind.OTHER
    )


def test_a_forwarded_proposal_is_one() -> None:
    text = f"Pour toi\n\n---------- Forwarded message ---------\nFrom: Zoé <zoe@example.org>\nDate: Mon\nSubject: Proposition\n\n{TALK}"

    assert kind(text, "Fwd: Proposition", fields=True) is Kind.PROPOSAL


def test_a_proposal_forwarded_as_a_part_is_one() -> None:
    inner = letter(
        f"Je propose un exposé.\n\n{TALK}", subject="Proposition", sender=Address("Zoé", "zoe@example.org")
    )

    assert kind("Pour toi", "Fwd: Proposition", fields=True, forwarded=(inner,)) is Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Offre de thèse à Brest", f"Nous recrutons. Candidature avant mai.\n\n{ABSTRACT}"),
        ("Soutenance de thèse", f"J'ai l'honneur de vous inviter à ma soutenance, devant le jury.\n\nTitre : Le vol\nRésumé : {ABSTRACT}"),
        ("Séminaire du 4 mai", f"Le prochain séminaire aura lieu en salle 3.\n\nTitre : Le vol\nRésumé : {ABSTRACT}"),
        ("PhD position in Brest", f"We are looking for applicants.\n\n{ENGLISH}"),
        ("Seminar: the flight of bees", f"The next seminar will take place on Monday.\n\n{ENGLISH}"),
        ("Re: [bees-dev] the radar module", "I'd like to propose that we merge the patch. It compiles on Debian. " * 5),
        ("Summer holidays", "I will show you the photos in August. " * 6),
        ("Link exchange", "I'd like to propose a link swap with your website, it will help your rank. " * 3),
    ],
)  # fmt: skip
def test_a_title_and_a_text_of_other_business_are_no_proposal(subject: str, text: str) -> None:
    assert kind(text, subject, fields=True) is Kind.OTHER


@pytest.mark.parametrize(
    "words",
    [
        "Je dois malheureusement retirer ma proposition.",
        "Merci d'annuler mon exposé svp.",
        "Finalement, je ne présenterai pas.",
        "Changement de programme : je ne viendrai pas, merci de me retirer du programme.",
        "Je ne suis plus disponible ce jour-là.",
        "I am no longer able to give this talk.",
        "Due to a conflict I can't make it.",
        "Merci de retirer ma proposition, s'il vous plaît.",
        "Je me désiste.",
        "Je ne pourrai finalement pas présenter, avec mes regrets.",
        "Je préfère ne pas présenter cette année, peut-être une autre fois.",
        "I have to withdraw my talk.",
        "Please withdraw my proposal.",
        "Sadly I cannot come, I am sorry.",
        "Ich möchte meinen Vortrag zurückziehen.",
        "Quisiera retirar mi propuesta.",
        "Vorrei ritirare la mia proposta.",
    ],
)
def test_words_of_withdrawing_in_a_proposals_thread_withdraw_it(words: str) -> None:
    assert kind(f"Bonjour,\n\n{words}\n\nAda{ACK}", "Re: Bien reçu (P-7)") is Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "words",
    [
        "Je retirerai ma proposition si le créneau est le matin.",
        "Si je n'ai pas de réponse je dois annuler mon exposé.",
        "Je ne souhaite pas retirer mon exposé.",
        "Comment retirer ma proposition ?",
        "I would withdraw my talk if it clashes.",
        "I do not want to withdraw my talk.",
        "I might have to withdraw my talk.",
        "I am considering withdrawing my talk.",
        "I am tempted to withdraw my talk.",
        "Je songe à retirer ma proposition.",
        "J'hésite à retirer ma proposition.",
        "Je vais peut-être retirer ma proposition.",
        "Il est possible que je doive retirer ma proposition.",
        "How do I withdraw my talk?",
    ],
)
def test_a_condition_or_a_question_withdraws_nothing(words: str) -> None:
    assert kind(f"Bonjour,\n\n{words}\n\nAda{ACK}", "Re: Bien reçu (P-7)") is not Kind.WITHDRAWAL


def test_an_abstract_may_speak_of_withdrawing() -> None:
    text = (
        f"Je propose un exposé.\n\n{TALK}\n\nWe explain why authors withdraw their paper and cancel my talk."
    )

    assert kind(text, "Proposition", fields=True) is Kind.PROPOSAL


@pytest.mark.parametrize(
    "words",
    [
        "Voici une nouvelle version du résumé.",
        "Le bon titre est : Le vol des abeilles",
        "Merci d'ajouter Zoé Lenoir comme co-autrice.",
        "C'est Zoé Lenoir qui fera l'exposé.",
        "Je ne serai disponible que l'après-midi.",
        "Je préfère intervenir le matin.",
        "My affiliation is Hive Institute.",
        "I can only come in the morning.",
        "Merci de remplacer le titre par « Le vol ».",
        "Le titre devient « Le vol ».",
        "Je ne pourrai pas venir mais ma doctorante présentera à ma place.",
        "J'avais oublié mon coauteur, Zoé Lenoir.",
        "Please change the title to The flight.",
        "Here is an updated abstract.",
        "The title is now The flight.",
        "Please add my colleague as co-author.",
        "Hier ist eine neue Version.",
        "Adjunto una nueva versión.",
        "Ecco una nuova versione.",
    ],
)
def test_a_change_in_a_proposals_thread_is_a_revision(words: str) -> None:
    assert kind(f"Bonjour,\n\n{words}\n\nAda{ACK}", "Re: Bien reçu (P-7)") is Kind.REVISION


def test_an_answer_with_fields_between_the_lines_is_a_revision() -> None:
    text = "Le 4 oct. 2027 à 10:12, Ben a écrit :\n> Référence : P-7\n> Quelle durée ?\n20 minutes\n"

    assert kind(text, "Re: Bien reçu") is Kind.REVISION


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "version corrigée de ma proposition",
            "Bonjour, je vous avais envoyé un résumé lundi ; voici la bonne version.",
        ),
        ("Updated abstract", "Please replace the abstract I sent last week."),
    ],
)
def test_a_new_version_may_lose_its_thread(subject: str, text: str) -> None:
    assert kind(f"{text}\n\n{TALK}", subject, fields=True) is Kind.REVISION


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, la journée a-t-elle bien lieu à Brest ?",
        "Peut-on participer à distance ? merci",
        "Bonjour, est-il encore temps de proposer un exposé ?",
        "Puis-je venir à la journée avec mon directeur ?",
        "bonjour je voudrais savoir si les inscriptions sont ouvertes",
        "Is there a train station nearby?",
        "pouvez vous me dire si le programme est en ligne",
        "Will the talks be recorded?",
        "Is there a registration fee for the workshop?",
        "Until when can I submit a proposal?",
    ],
)
def test_a_question_is_one(text: str) -> None:
    assert kind(text, "Question") is Kind.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "Merci beaucoup, à bientôt !",
        "Parfait.",
        "Thank you, see you in May.",
        "👍",
        "Bien noté, merci à vous.",
    ],
)
def test_thanks_are_neither_question_nor_change(text: str) -> None:
    assert kind(text + ACK, "Re: Bien reçu (P-7)") is Kind.OTHER


def test_an_empty_answer_to_an_acknowledgement_is_nothing() -> None:
    assert kind(ACK, "Re: Bien reçu (P-7)", fields=True) is Kind.OTHER


@pytest.mark.parametrize(
    "words",
    [
        "Je vous prie de bien vouloir considérer ma proposition comme retirée.",
        "Suite à un imprévu, je suis au regret de devoir retirer mon exposé.",
        "Après réflexion, nous avons décidé de ne pas donner cet exposé.",
        "Finalement je ne viendrai pas, désolé pour le dérangement.",
        "Merci de ne plus tenir compte de ma proposition.",
        "J'annule ma participation.",
        "Je suis contrainte de renoncer à cette communication.",
        "Malheureusement je ne serai pas en mesure d'assurer mon intervention.",
        "Pouvez-vous retirer ma proposition du programme ?",
        "Je préfère laisser ma place à quelqu'un d'autre cette année.",
        "Nous retirons notre proposition P-7.",
        "Il vaut mieux annuler mon exposé, je change de poste en septembre.",
        "Vous pouvez retirer mon exposé de la liste.",
        "Je souhaite annuler, désolée.",
        "I'm afraid I must withdraw.",
        "I am writing to withdraw my abstract.",
        "Please take my talk off the programme.",
        "Could you please withdraw my submission? Thanks.",
        "Unfortunately I won't be able to give the talk after all.",
        "We've decided to pull our proposal.",
        "I need to cancel my talk, sorry for the late notice.",
        "Kindly remove my proposal from the list.",
        "Due to illness I will not be attending and cannot present.",
        "Consider my proposal withdrawn.",
        "You can take me off the list, I have moved on to another project.",
        "Scratch my talk, sorry.",
        "Nous devons malheureusement nous désister.",
        "I regret that I can no longer take part.",
    ],
)
def test_who_withdraws_in_other_words_withdraws(words: str) -> None:
    assert (
        kind(f"Bonjour,\n\n{words}\n\nBien à vous\nAda Moreau{ACK}", "Re: Bien reçu (P-7)") is Kind.WITHDRAWAL
    )


@pytest.mark.parametrize(
    "words",
    [
        "Si le budget n'est pas voté je devrai retirer ma proposition, mais c'est peu probable.",
        "Mon collègue Paul a dû annuler son exposé, quel dommage pour lui.",
        "J'ai vu que Mme Petit avait retiré sa proposition.",
        "L'an dernier j'avais dû annuler ma venue, cette fois rien ne m'arrêtera.",
        "She had to cancel her talk last year, I hope she comes this time.",
        "I heard that two speakers withdrew their proposals, good luck with the programme.",
        "I had to cancel my hotel, but I found another one.",
        "I will not withdraw my talk, don't worry.",
        "Je ne compte pas retirer ma proposition, rassurez-vous.",
        "Everything is correct, nothing to change.",
        "Tout est exact, rien à modifier.",
        "Rien à corriger, merci.",
        "Parfait, merci beaucoup et à bientôt.",
        "Great, thanks!",
        "Bien reçu.",
        "Merci pour l'accusé de réception, votre système marche bien.",
        "Le titre est parfait.",
        "The abstract looks fine.",
        "Unless something terrible happens I will be there; otherwise I would have to cancel my talk, of course.",
        "Si besoin je peux raccourcir le résumé.",
        "I can send a shorter abstract if you like.",
        "My wife says I should withdraw and go fishing, but I won't.",
        "Le dîner de jeudi est annulé, on se retrouve au café.",
        "Quel beau programme, bravo à toute l'équipe.",
        "Je confirme ma venue.",
        "I confirm that I will give the talk.",
        "Au cas où je devrais annuler mon exposé je vous préviendrai.",
        "My student would have withdrawn, but I talked her out of it.",
        "Mon train a été annulé, j'arriverai un peu plus tard mais à temps.",
    ],
)
def test_a_condition_somebody_else_or_something_else_withdraws_and_changes_nothing(words: str) -> None:
    assert kind(f"Bonjour,\n\n{words}\n\nBien à vous\nAda Moreau{ACK}", "Re: Bien reçu (P-7)") is Kind.OTHER


@pytest.mark.parametrize(
    "words",
    [
        "Puis-je encore modifier mon résumé ?",
        "Est-il encore possible de changer le titre ?",
        "Où en est ma proposition ?",
        "Have you decided yet?",
        "When will I hear back?",
        "Dois-je raccourcir le résumé ?",
        "Should I shorten the abstract?",
        "Comment retirer ma proposition ?",
        "How do I withdraw my talk?",
        "Can I still change the title?",
        "Y a-t-il un projecteur dans la salle ?",
        "Is there a projector?",
        "Faut-il s'inscrire pour venir ?",
        "Merci de me dire si ma proposition est retenue.",
        "Jusqu'à quand puis-je retirer ma proposition ?",
        "Would I have to withdraw my talk if I cannot pay the fee?",
        "Do you have a template for slides?",
        "Quel est le format des posters ?",
        "Les frais de déplacement sont-ils pris en charge ?",
    ],
)
def test_a_question_about_changing_or_withdrawing_does_neither(words: str) -> None:
    assert (
        kind(f"Bonjour,\n\n{words}\n\nBien à vous\nAda Moreau{ACK}", "Re: Bien reçu (P-7)") is Kind.QUESTION
    )


CALL = (
    "\n\nOn 12/02/2027 16:03, The bees wrote:\n> Dear all,\n> we are looking for three talks of 20 minutes about bees. Please send\n"
    "> a title, a few lines of abstract and your name before 1 March.\n"
)


@pytest.mark.parametrize(
    "cover", ["Count me in for this one:", "Hi, one from me.", "20 min please.", "Happy to do this one:"]
)
def test_an_answer_below_above_or_around_the_call_is_a_proposal(cover: str) -> None:
    thread: dict[str, Any] = {"subject": "Re: March meetup", "fields": True, "in_reply_to": ("<a@x>",)}

    assert kind(f"{cover}\n\n{MATTER}\n\nAda{CALL}", **thread) is Kind.PROPOSAL
    assert kind(f"{CALL.strip()}\n\n{cover}\n\n{MATTER}\n\nAda", **thread) is Kind.PROPOSAL
    assert kind(f"{cover}\n{CALL}\n{MATTER}\n\nAda", **thread) is Kind.PROPOSAL


def test_a_number_in_a_formula_is_no_reference() -> None:
    mail = letter("On considère $u = |u|^{p-1}u$ et $P-1$, voir aussi p-2.", subject="Exposé")

    assert intent.references(mail, quoting.split(mail.text), "P") == ()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Would you review ABC-24?", f"I am handling editor of a journal and would be grateful if you could review the manuscript below.\n\nTitle: The flight\nAuthors: withheld\nAbstract: {MATTER}\n\nCould you tell me by Friday?"),
        ("Jury de M. Roux", f"Pour la soutenance de M. Roux, pourriez-vous confirmer que vous acceptez d'être rapporteur ?\n\nTitre de la thèse : Le vol\nDirecteur : Pr Petit\nRésumé : {ABSTRACT}"),
        ("Postdoc in Brest", f"Could you circulate this among your students?\n\nTitle of the position: Bees\nAbstract of the project: {MATTER} The successful candidate will have a PhD.\nDuration: 24 months"),
        ("FW: spring issue", f"FYI, no action needed.\n\nTitle: Bees\nAbstract: {MATTER}"),
        ("Vient de paraître", f"Nous annonçons la parution du livre\n\nLe vol des abeilles\n\n{MATTER}\n\n312 pages, en librairie. Mots-clés : abeilles"),
    ],
)  # fmt: skip
def test_a_review_a_jury_a_vacancy_and_a_book_are_no_proposals(subject: str, text: str) -> None:
    assert kind(text, subject, fields=True) is Kind.OTHER


@pytest.mark.parametrize(
    ("subject", "text", "prefix", "expected"),
    [
        ("Re: Bien reçu (P-7)", "merci", "P", ("P-7",)),
        ("Re: p-083", "voir aussi P-7 et P-083", "P", ("P-083", "P-7")),
        ("Re: x", "merci" + ACK, "P", ("P-7",)),
        ("Re: XAI-12", "merci", "XAI", ("XAI-12",)),
        ("Re: XAI-12", "merci", "P", ()),
        ("GP-7 et P-7a et MP-P-7", "", "P", ()),
        ("P-12345678", "", "P", ()),
        ("C++-1", "", "C++", ("C++-1",)),
    ],
)
def test_references_are_found_in_subject_text_and_quotes(
    subject: str, text: str, prefix: str, expected: tuple[str, ...]
) -> None:
    mail = letter(text, subject=subject)

    assert intent.references(mail, quoting.split(mail.text), prefix) == expected


@pytest.mark.parametrize(
    "text",
    [
        "je propose " * 9_000,
        "je propose un " + "x" * 100_000,
        "i would like to " * 6_000,
        "retirer ma " * 9_000,
        "a" * 100_000,
        "ne pourrai " * 9_000,
        "? " * 50_000,
        "Titre : x\n" * 10_000,
        "P-1 " * 25_000,
        "(((((" * 20_000,
    ],
)
def test_a_hostile_text_costs_time_in_proportion_to_its_length(text: str) -> None:
    assert grows_with_size_only(lambda text: kind(text, text[:5_000], fields=True), text)
