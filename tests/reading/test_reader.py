"""A whole mail read: who is answered, what is kept, forwards, documents, follow-ups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callboard.call import Call
from callboard.mailroom.incoming import read_mail
from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, SpeakerFound, read
from growth import grows_with_size_only

ADA = Address("Ada Moreau", "ada@brenne.example")
LISE = Address("Lise Nguyen", "lise@organisers.example")
BODY = (
    "Les brouillons gardent la trace des hésitations d’un auteur. Nous montrons comment un modèle entraîné sur "
    "des fac-similés retrouve l’ordre des ratures, et où il se trompe encore."
)
TEXT = (
    f"Bonjour,\n\nje vous propose un exposé pour la journée.\n\nTitre : Lire les ratures\nRésumé : {BODY}\n"
)
MAIL = IncomingMail(subject="Proposition d’exposé", sender=ADA, text=TEXT)
CALL = Call(title="Journée Brouillons", event="Brouillons et lecture", prefix="B")


def document(text, name="resume.pdf"):
    return Attachment(name, "application/pdf", 1000, None, text)


def test_a_proposal_is_read_and_its_sender_answered_in_their_language():
    reading = read(MAIL, CALL)

    assert (reading.kind, reading.acknowledge_to, reading.language) == (Kind.PROPOSAL, ADA, "fr")
    assert [(p.title, p.abstract) for p in reading.proposals] == [("Lire les ratures", BODY)]


def test_the_same_mail_gives_the_same_reading():
    assert read(MAIL, CALL) == read(MAIL, CALL)


def test_an_english_abstract_in_a_french_letter_is_answered_in_french():
    text = (
        "Bonjour,\n\nje vous propose un exposé pour la journée, que voici.\n\nTitle: Reading what was crossed out\n"
        "Abstract: Drafts keep the traces of an author's doubts, and we show how a model finds their order again."
    )
    reading = read(replace(MAIL, text=text))

    assert (reading.language, reading.proposals[0].language) == ("fr", "en")


def test_a_machine_is_never_answered():
    reading = read(replace(MAIL, auto_submitted="auto-replied", subject="Absence", text="Je suis absente."))

    assert (reading.kind, reading.acknowledge_to, reading.proposals) == (Kind.AUTOREPLY, None, ())


def test_private_mail_is_not_answered():
    mail = IncomingMail(subject="Déjeuner", sender=ADA, text="On mange ensemble jeudi ?\n\nAda")

    assert read(mail).proposals == ()


def test_the_document_is_read_when_the_letter_only_covers_it():
    attached = document(f"Lire les ratures\nAda Moreau, LIRE\n\n{BODY}")
    text = "Bonjour,\n\nvous trouverez ci-joint ma proposition d’exposé.\n\nCordialement,\nAda Moreau"
    reading = read(replace(MAIL, text=text, attachments=(attached,)))

    assert reading.kind is Kind.PROPOSAL
    found = reading.proposals[0]
    assert (found.title, found.abstract, found.sources["title"].part) == (
        "Lire les ratures", BODY, "attachment resume.pdf",
    )  # fmt: skip
    assert found.speakers == (SpeakerFound("Ada Moreau", "LIRE", "ada@brenne.example"),)


def test_a_complete_text_is_preferred_to_a_document():
    body = f"Titre : Lire les ratures\nRésumé : {BODY} {BODY}"
    reading = read(replace(MAIL, text=body, attachments=(document("Diapositives de l’an dernier " * 10),)))

    assert reading.proposals[0].sources["title"].part == "text"


def test_a_proposal_without_readable_text_still_names_its_sender():
    text = "Bonjour,\n\nvous trouverez ci-joint ma proposition d’exposé pour la journée.\n\nAda Moreau"
    scan = Attachment("scan.pdf", "application/pdf", 1000, None, None, "only pictures")
    reading = read(replace(MAIL, text=text, attachments=(scan,)))

    assert reading.kind is Kind.PROPOSAL
    assert [(p.title, p.speakers) for p in reading.proposals] == [
        (None, (SpeakerFound("Ada Moreau", None, "ada@brenne.example"),))
    ]


FORWARDS = [
    "Pour toi.\nLise\n\n---------- Forwarded message ---------\nDe : Ada Moreau <ada@brenne.example>\n"
    "Date: lun. 6 sept. 2027 à 15:31\nSubject: Proposition d’exposé\nTo: <lise@organisers.example>\n\n\n"
    + TEXT,
    "Pour toi.\n\n-------- Message transféré --------\nSujet : Proposition d’exposé\nDate : Mon, 6 Sep 2027 09:12:00\n"
    "De : Ada Moreau <ada@brenne.example>\nPour : lise@organisers.example\n\n" + TEXT,
    "Pour toi.\n\nDébut du message réexpédié :\n\nDe: Ada Moreau <ada@brenne.example>\nObjet: Proposition d’exposé\n"
    "Date: 6 septembre 2027 à 15:31:00 UTC+2\nÀ: lise@organisers.example\n\n" + TEXT,
]


@pytest.mark.parametrize("text", FORWARDS)
def test_the_proposer_of_a_forward_is_its_inner_sender(text):
    reading = read(IncomingMail(subject="Fwd: Proposition d’exposé", sender=LISE, text=text))

    assert (reading.kind, reading.acknowledge_to, reading.forwarded_by) == (Kind.PROPOSAL, ADA, LISE)
    assert [(p.title, p.abstract, p.speakers) for p in reading.proposals] == [
        ("Lire les ratures", BODY, (SpeakerFound("Ada Moreau", None, "ada@brenne.example"),))
    ]


def test_a_mail_forwarded_as_an_attachment_is_its_inner_senders():
    outer = IncomingMail(
        subject="Fwd: Proposition d’exposé", sender=LISE, text="Pour toi.\nLise", forwarded=(MAIL,)
    )
    reading = read(outer)

    assert (reading.kind, reading.acknowledge_to, reading.forwarded_by) == (Kind.PROPOSAL, ADA, LISE)
    assert reading.proposals[0].title == "Lire les ratures"


def test_the_quoted_call_is_no_part_of_the_proposal():
    quoted = (
        "\n\nLe 30 août 2027 à 09:12, Lise Nguyen <lise@organisers.example> a écrit :\n"
        "> Titre : la journée\n> Résumé : venez"
    )
    mail = replace(
        MAIL, subject="Re: appel à exposés", text=TEXT + quoted, in_reply_to=("<call@organisers.example>",)
    )

    assert [(p.title, p.abstract) for p in read(mail).proposals] == [("Lire les ratures", BODY)]


@pytest.mark.parametrize(
    "through", ["via", "par l’intermédiaire de", "über die Liste", "a través de", "tramite"]
)
def test_a_list_that_rewrites_from_leaves_the_person_in_reply_to(through):
    mail = replace(
        MAIL, sender=Address(f"Ada Moreau {through} Lecture", "lecture@lists.example"), reply_to=(ADA,),
        list_id="lecture.lists.example", precedence="list",
    )  # fmt: skip
    reading = read(mail)

    assert (reading.acknowledge_to, reading.proposals[0].speakers) == (
        ADA, (SpeakerFound("Ada Moreau", None, "ada@brenne.example"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply_to", "answered"),
    [
        ((Address("Ada Moreau", "ada@home.example"),), Address("Ada Moreau", "ada@home.example")),
        ((Address("Autre Personne", "autre@brenne.example"),), ADA),
        ((Address("", "un@brenne.example"), Address("", "deux@brenne.example")), ADA),
        ((), ADA),
    ],
)
def test_reply_to_is_followed_when_it_is_plausibly_the_same_person(reply_to, answered):
    assert read(replace(MAIL, reply_to=reply_to)).acknowledge_to == answered


def answer(text, **more):
    quoted = (
        "\n\nLe 15 sept. 2027 à 07:17, Journée Brouillons <journee@organisers.example> a écrit :\n"
        "> Nous avons bien reçu votre proposition.\n> Titre : Lire les ratures\n> Référence : B-12\n"
    )
    mail = IncomingMail(
        subject="Re: Bien reçu : Lire les ratures (B-12)", sender=ADA, text=text + quoted,
        in_reply_to=("<ack@organisers.example>",), **more,
    )  # fmt: skip
    return read(mail, CALL)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Bonjour,\n\nle titre devient « Relire les ratures ».\n\nAda", "title", "Relire les ratures"),
        ("Please change the title to “Reading again”.\n\nAda", "title", "Reading again"),
        ("Bonjour,\n\nNouveau titre : Relire les ratures\n\nAda", "title", "Relire les ratures"),
        (f"Bonjour,\n\nvoici une nouvelle version du résumé :\n\n{BODY}\n\nCordialement", "abstract", BODY),
        (
            "Bonjour,\n\nPouvez-vous remplacer le titre par : Relire les ratures ?\n\nAda",
            "title",
            "Relire les ratures",
        ),
        ("Bonjour,\n\nLe nouveau titre est « Relire ».\n\nMerci", "title", "Relire"),
        ("Le titre exact est Relire les ratures. Merci, Ada", "title", "Relire les ratures"),
        (f"Bonjour,\n\nci-dessous la version définitive de mon résumé.\n\n{BODY}\n\nAda", "abstract", BODY),
        ("Bonjour,\n\nje ne parlerai finalement que 15 minutes.\n\nAda", "duration_minutes", 15),
        (f"Nouveau résumé :\n{BODY}\n\nCordialement,\nAda Moreau", "abstract", BODY),
        (
            "Bonjour,\n\nje ne pourrai pas venir ; Karl Oder présentera l’exposé à ma place, merci de changer le nom.",
            "speakers",
            (SpeakerFound("Karl Oder"),),
        ),
    ],
)
def test_a_revision_holds_only_what_changes(text, name, value):
    reading = answer(text)

    assert (reading.kind, reading.references) == (Kind.REVISION, ("B-12",))
    changed = reading.proposals[0]
    others = {"title", "abstract", "speakers", "duration_minutes", "keywords", "bio"} - {name}
    assert getattr(changed, name) == value
    assert [one for one in sorted(others) if getattr(changed, one)] == []


def test_a_new_document_revises_what_it_says():
    reading = answer(
        "Bonjour,\n\nnouvelle version du résumé ci-jointe, le titre a changé.\n\nAda",
        attachments=(document(f"Titre : Relire les ratures\nRésumé : {BODY}"),),
    )

    assert reading.kind is Kind.REVISION
    assert [(p.title, p.abstract, p.speakers) for p in reading.proposals] == [
        ("Relire les ratures", BODY, ())
    ]


def test_a_withdrawal_proposes_nothing():
    reading = answer("Bonjour, je dois malheureusement retirer ma proposition.\n\nAda")

    assert (reading.kind, reading.references, reading.proposals) == (Kind.WITHDRAWAL, ("B-12",), ())


def test_an_html_form_is_read_from_bytes():
    raw = (
        "From: Ada Moreau <ada@brenne.example>\r\nTo: lise@organisers.example\r\nSubject: Proposition\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "<p>Bonjour,</p><p>voici ma proposition d’exposé :</p><table>"
        "<tr><td><b>Titre</b></td><td>Lire les ratures</td></tr>"
        "<tr><td><b>Orateurs</b></td><td>Ada Moreau (LIRE), Karl Oder (Novatis)</td></tr>"
        f"<tr><td><b>Résumé</b></td><td>{BODY}</td></tr><tr><td><b>Durée</b></td><td>20 min</td></tr></table>"
        "<p>Cordialement,<br>Ada</p>"
    ).encode()
    found = read(read_mail(raw)).proposals[0]

    assert (found.title, found.abstract, found.duration_minutes) == ("Lire les ratures", BODY, 20)
    assert [(s.name, s.affiliation) for s in found.speakers] == [
        ("Ada Moreau", "LIRE"),
        ("Karl Oder", "Novatis"),
    ]


@pytest.mark.parametrize(
    "piece",
    ["> a\n", "Titre : ", "1) abc\n", "Le 3 mars a écrit :\n", "« a b ", "[a](b) ", "De : a <a@b.example>\n"],
)
def test_reading_time_grows_with_the_size_only(piece):
    hostile = (piece * 50_000)[:50_000]

    assert grows_with_size_only(lambda text: read(replace(MAIL, text=TEXT + text)), hostile)


def test_thousands_of_blank_lines_cost_little_and_move_nothing():
    far = TEXT.replace("\n", "\n" * 5_000, 1)

    near, apart = read(replace(MAIL, text=TEXT)), read(replace(MAIL, text=far))

    assert [one.title for one in apart.proposals] == [one.title for one in near.proposals]
    for one in apart.proposals:
        source = one.sources["abstract"]
        assert far[source.start : source.end].split() == (one.abstract or "").split()
    assert grows_with_size_only(
        lambda size: read(replace(MAIL, text=TEXT.replace("\n", "\n" * len(size), 1))), "x" * 40_000
    )


@pytest.mark.parametrize("line", ["Ruche{}: x", "{} abeilles", "Miel {}", "a{}", "- x{} : y"])
def test_many_short_lines_of_which_none_is_like_another_cost_what_a_few_do(line):
    def work(size: str) -> None:
        read(replace(MAIL, text=TEXT + "\n".join(line.format(at) for at in range(len(size)))))

    assert grows_with_size_only(work, "x" * 2_500)


def test_a_subject_alone_may_propose():
    reading = read(replace(MAIL, subject="Proposition d’exposé : Lire les ratures d’un poète", text=""))

    assert (reading.kind, [p.title for p in reading.proposals]) == (
        Kind.PROPOSAL,
        ["Lire les ratures d’un poète"],
    )


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Journée des ratures : hébergement ?",
            "Bonjour,\n\nJe suis doctorant à Lyon et j'aimerais proposer un exposé. Le logement est-il pris en charge "
            "pour les doctorants ? Et peut-on venir avec un poster ?\n\nMerci,\nAda",
        ),
        (
            "Rembourser les trains des orateurs ?",
            "Bonjour,\n\nNous souhaiterions soumettre un exposé à votre journée. Le train est-il remboursé ?",
        ),
        (
            "Drafts day: travel costs?",
            "Hello,\n\nI am a PhD student and would like to submit a talk to your workshop. Are travel costs "
            "reimbursed for students? And do you accept remote talks?\n\nThanks,\nAda",
        ),
    ],
)
def test_a_question_below_a_subject_of_its_own_is_no_proposal(subject, text):
    reading = read(replace(MAIL, subject=subject, text=text))

    assert (reading.kind, reading.proposals) == (Kind.QUESTION, ())


def test_a_text_that_asks_its_audience_is_an_abstract():
    asks = (
        "Comment écouter un train ? Qui mesure le bruit des gares, et pour qui ? Nous suivons douze gares en deux étés "
        "et comparons ce que disent les riverains à ce que disent les capteurs."
    )
    text = f"Bonjour,\n\nje vous propose un exposé.\n\n{asks}\n\nAda Moreau"

    (found,) = read(replace(MAIL, subject="Écouter les gares", text=text)).proposals

    assert (found.title, found.abstract) == ("Écouter les gares", asks)
