"""Who wrote a mail: machines are never answered, people are never taken for machines."""

from __future__ import annotations

import pytest

from callboard.mailroom.mail import Address, IncomingMail, Returned
from callboard.reading import screening
from callboard.reading.result import Kind
from growth import grows_with_size_only
from handwritten import letter

ROBOT = Address("", "mailer-daemon@mx.example.org")

MACHINES = {
    "report": (letter(report=True), Kind.BOUNCE),
    "report that also says auto-replied": (letter(report=True, auto_submitted="auto-replied"), Kind.BOUNCE),
    "mail server": (letter("Your mail is here.", subject="Hello", sender=ROBOT), Kind.BOUNCE),
    "postmaster": (
        letter("The mail could not be delivered.", subject="x", sender=Address("", "postmaster@example.org")),
        Kind.BOUNCE,
    ),
    "failed delivery in words": (
        letter("Votre message n'a pas pu être remis à zoe@example.org.", subject="Échec de la remise"),
        Kind.BOUNCE,
    ),
    "failed delivery by recipients": (
        letter("user unknown", subject="Undeliverable: x", returned=(Returned("zoe@example.org", True, ""),)),
        Kind.BOUNCE,
    ),
    "auto-replied": (letter(auto_submitted="auto-replied"), Kind.AUTOREPLY),
    "auto-generated": (letter(auto_submitted="auto-generated"), Kind.AUTOREPLY),
    "auto-notified, RFC 5436": (letter(auto_submitted="auto-notified"), Kind.AUTOREPLY),
    "empty return path": (letter(null_sender=True), Kind.AUTOREPLY),
    "vacation header": (letter(auto_reply_headers=("X-Autoreply",)), Kind.AUTOREPLY),
    "precedence": (letter(precedence="auto_reply"), Kind.AUTOREPLY),
    "out of office subject": (
        letter("I am away.", subject="Out of Office: Re: Your proposal"),
        Kind.AUTOREPLY,
    ),
    "automatic reply subject": (letter("Back soon.", subject="Automatic reply: your talk"), Kind.AUTOREPLY),
    "réponse automatique": (letter("Bonjour", subject="Réponse automatique : journée"), Kind.AUTOREPLY),
    "absence du bureau": (letter("Bonjour", subject="Absence du bureau"), Kind.AUTOREPLY),
    "tagged absent": (letter("Bonjour", subject="[absente] Re: votre proposition"), Kind.AUTOREPLY),
    "absent and a date": (letter("Bonjour", subject="Absent du 3 au 9 mai"), Kind.AUTOREPLY),
    "german": (
        letter("Ich bin bis Montag nicht im Haus.", subject="Automatische Antwort: Ihr Vortrag"),
        Kind.AUTOREPLY,
    ),
    "abwesenheit": (letter("Guten Tag", subject="Abwesenheitsnotiz: Re: Vortrag"), Kind.AUTOREPLY),
    "spanish": (letter("Estoy fuera.", subject="Respuesta automática: charla"), Kind.AUTOREPLY),
    "italian": (letter("Sono in ferie.", subject="Risposta automatica: intervento"), Kind.AUTOREPLY),
    "says so in French": (
        letter("Ceci est un message automatique, merci de ne pas y répondre.", subject="Votre demande"),
        Kind.AUTOREPLY,
    ),
    "says so in English": (
        letter("This is an automated message. We have received your mail.", subject="Your mail"),
        Kind.AUTOREPLY,
    ),
    "address out of use": (letter("Cette adresse n’est plus utilisée.", subject="Info"), Kind.AUTOREPLY),
    "ticket": (
        letter("Your request has been received and a ticket number was given.", subject="[#12] x"),
        Kind.AUTOREPLY,
    ),
    "absence note without any header, French": (
        letter(
            "Bonjour,\nje suis en congés jusqu'au 12 mai. En cas d'urgence, écrivez à Zoé.",
            subject="Re: votre proposition P-3",
            in_reply_to=("<a@example.org>",),
        ),
        Kind.AUTOREPLY,
    ),
    "absence note without any header, English": (
        letter(
            "Hello, I am out of the office until May 12. For urgent matters please contact Zoé.",
            subject="Re: your proposal P-3",
        ),
        Kind.AUTOREPLY,
    ),
    "absence note that thanks first": (
        letter("Merci pour votre message. Je suis en mission jusqu'au 3 mai.", subject="Bien reçu"),
        Kind.AUTOREPLY,
    ),
    "away, said twice": (
        letter(
            "Je suis en déplacement du 3 au 7 mai, avec un accès limité à ma messagerie.", subject="Re: x"
        ),
        Kind.AUTOREPLY,
    ),
    "no longer there": (
        letter("I no longer work at the Hive. Please write to zoe@example.org.", subject="Re: x"),
        Kind.AUTOREPLY,
    ),
    "receipt for having been read": (
        letter("Your message\nTo: Ada\nwas read on Monday", subject="Read: your proposal"),
        Kind.AUTOREPLY,
    ),
    "no-reply sender": (letter(sender=Address("", "no-reply@example.org")), Kind.BULK),
    "ne pas répondre": (letter(sender=Address("", "ne-pas-repondre@example.org")), Kind.BULK),
    "notifications": (letter(sender=Address("Zoé (forge)", "notifications@forge.example")), Kind.BULK),
    "newsletter sender": (letter(sender=Address("", "newsletter@example.org")), Kind.BULK),
    "bulk sender's header": (letter(bulk_headers=("X-SG-EID",)), Kind.BULK),
    "feedback and a way to leave": (
        letter(bulk_headers=("Feedback-ID", "List-Unsubscribe")),
        Kind.BULK,
    ),
    "a campaign through a list": (
        letter(bulk_headers=("List-Unsubscribe", "X-Campaign"), list_id="news.example.org"),
        Kind.BULK,
    ),
    "domain report": (
        letter("", subject="Report domain: example.org Submitter: example.com Report-ID: <7>"),
        Kind.BULK,
    ),
    "newsletter": (
        letter("Lisez nos articles : https://example.org/7", subject="Lettre d’information n° 7"),
        Kind.BULK,
    ),
    "offers to unsubscribe": (
        letter(
            "Nos vélos : https://example.org/velos\n\nPour vous désabonner, suivez ce lien.", subject="Vélos"
        ),
        Kind.BULK,
    ),
    "phishing": (
        letter(
            "Cher utilisateur, veuillez valider votre compte sinon il sera suspendu : http://x.example/",
            subject="Messagerie",
        ),
        Kind.BULK,
    ),
    "list of attendees for sale": (
        letter(
            "Dear friend, would you like the attendees list? Reply for details on pricing and counts.",
            subject="Attendees",
        ),
        Kind.BULK,
    ),
    "another call": (
        letter(
            "Chers collègues,\n\nla date limite de soumission est le 3 mai. Le comité scientifique",
            subject="Appel à communications : Abeilles 2027",
        ),
        Kind.BULK,
    ),
    "parcel": (
        letter("Votre colis attend. Cliquez ici : http://x.example/", subject="Livraison"),
        Kind.BULK,
    ),
    "manuscripts wanted": (
        letter("Dear Researcher, our open access journal has a high impact factor.", subject="Invitation"),
        Kind.BULK,
    ),
}


@pytest.mark.parametrize(("mail", "kind"), MACHINES.values(), ids=MACHINES.keys())
def test_a_machine_is_known_by_what_machines_do(mail: IncomingMail, kind: Kind) -> None:
    verdict = screening.screen(mail)

    assert verdict is not None
    assert verdict.kind is kind


PEOPLE = {
    "plain": letter(),
    "a summer school, to pass on": letter(
        "L'école d'été se tiendra à Brest. Merci de faire suivre.", subject="Abeilles 2027"
    ),
    "a vacancy, to pass on": letter(
        "Chers collègues,\nnous recrutons : poste de maître de conférences. Merci de diffuser.",
        subject="Offre d’emploi à Brest",
    ),
    "from Proton": letter(bulk_headers=("Feedback-ID",)),
    "auto-submitted: no": letter(auto_submitted="no"),
    "through a list": letter(
        list_id="talks.example.org", precedence="list", bulk_headers=("List-Unsubscribe",)
    ),
    "through an old list": letter(
        "Je propose un exposé.\n\nTo unsubscribe: talks-unsubscribe@example.org http://x.example",
        precedence="bulk",
    ),
    "via a list": letter(
        "I would like to give a talk.",
        sender=Address("Ada Moreau via talks", "talks@lists.example.org"),
        list_id="talks.example.org",
        precedence="list",
    ),
    "answers a bounce by hand": letter("Bonjour, mon adresse était fausse.", subject="Re: Undelivered mail"),
    "forwards a bounce": letter(
        "Regarde ceci.", subject="Fwd: Delivery Status Notification", returned=(Returned("z@x.fr", True, ""),)
    ),
    "postmaster by hand": letter(
        "Bonjour Ben", subject="Re: serveur", sender=Address("", "postmaster@example.org")
    ),
    "on leave, yet proposes": letter(
        "Je suis absent jusqu'au 3 mai mais je propose un exposé sur les abeilles. Vous pouvez me joindre après.",
        subject="Re: Appel à exposés",
    ),
    "on leave, yet changes the title": letter(
        "Merci de votre message. Je suis en mission jusqu'au 3 mai. Le titre devient « Le vol ».",
        subject="Re: Bien reçu (P-7)",
    ),
    "on leave, yet asks": letter(
        "I am on leave until May 3. Please contact Zoé for the slides. Is there a projector?",
        subject="Re: Received (P-7)",
    ),
    "absent in a sentence": letter("Je serai absent du 3 au 5, le 6 me convient.", subject="Disponibilités"),
    "absent-minded subject": letter("Bonjour", subject="Absent-minded robots: a talk"),
    "talk about vacations": letter("We study tourists.", subject="On leave policies in Europe"),
    "says unsubscribe": letter("Please unsubscribe me from nothing, I love this.", subject="Re: talks"),
    "answers the call": letter(
        "Je propose un exposé.", subject="Re: Appel à communications, date limite repoussée"
    ),
    "writes under the call's subject": letter(
        "Je propose un exposé ; la date limite de soumission est-elle passée ?",
        subject="Appel à communications",
    ),
    "dear all": letter("Dear all, I would like to propose a talk about hiring.", subject="Talk proposal"),
    "no sender": letter(sender=None),
    "one loud word": letter("Profitez de cet exposé.", subject="Proposition"),
}


@pytest.mark.parametrize("mail", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_not_taken_for_a_machine(mail: IncomingMail) -> None:
    assert screening.screen(mail) is None


@pytest.mark.parametrize(
    "text",
    [
        "unsubscribe http://x " * 5_000,
        "je suis absent " * 7_000,
        "a" * 100_000,
        "> " * 50_000,
        "\n" * 100_000,
    ],
)
def test_a_hostile_text_costs_time_in_proportion_to_its_length(text: str) -> None:
    assert grows_with_size_only(lambda text: screening.screen(letter(text, subject=text[:2000])), text)
