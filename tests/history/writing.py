"""The words of those who write: one plain wording or two for each deed, for what is tried here is not the reader."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from itertools import count

from letters_in import ABSTRACT, mail

PEOPLE = {
    "maelle@rivieres.example": "Maëlle Fontanel",
    "tom@bridges.example": "Tom Hadley",
    "ines@digues.example": "Inès Prévost",
}
JOINING = (("Zoé Carrel", "zoe@nantes.example"), ("Jonas Weber", "jonas@ulm.example"))
STRANGER = "paul@famille.example"
TITLES = (
    "Mesurer les crues quand les capteurs se taisent", "La mémoire des digues", "Où dorment les anguilles",
    "Cartographier les nappes phréatiques", "Le castor, ingénieur des marais", "Vannes, écluses et droit coutumier",
    "Entendre la glace qui se brise", "Des moulins sans meuniers", "Trois siècles de ponts emportés",
    "Sédiments et colère des plages", "Quand le fleuve change de lit", "Boire l'eau du toit",
    "Les noyés du canal, 1830-1914", "Un jumeau numérique pour la Vienne", "Pêcheurs contre barrages",
    "Salinité des puits insulaires", "Apprendre à nager en eau vive", "Plastiques : ce que charrie la Seine",
    "Assurer l'inassurable", "Sourciers, géologues et hasard", "Ragondins et berges fragiles",
    "Dessiner une carte d'inondation lisible", "Le prix d'un mètre cube", "Brumes, rosées et filets",
    "Radeaux de bois flotté", "Hydrophones sous la banquise", "La guerre des fontaines",
    "Tourbières : l'archive lente", "Prévoir l'étiage en mars", "Algues bleues, alertes rouges",
)  # fmt: skip
MINUTES = (15, 25, 30, 40, 45)
_numbers = count(1)


def abstract(number: int) -> str:
    first = (
        "Nous partons d'un relevé de {n} stations.",
        "Tout commence par {n} plaintes déposées en mairie.",
    )
    return f"{first[number % 2].format(n=number + 20)} {ABSTRACT}"


def name_of(address: str) -> str:
    joining = {a: n for n, a in JOINING}
    return {**PEOPLE, **joining, STRANGER: "Paul Quentin"}.get(address, "Odile Brac")


def proposal_text(title: str, text: str, name: str) -> str:
    return (
        f"Bonjour,\n\nJe souhaite proposer un exposé de 20 minutes pour la journée.\n\nTitre : {title}\n\n"
        f"Intervenante : {name}\n\nRésumé :\n{text}\n\nBien cordialement,\n{name}\n"
    )


def propose(sender: str, title: str, text: str) -> bytes:
    return _mail(sender, proposal_text(title, text, name_of(sender)), "Proposition d'exposé")


def forward(by: str, author: str, title: str, text: str) -> bytes:
    name = name_of(author)
    body = (
        f"Arrivé chez moi.\n\n---------- Forwarded message ---------\nDe : {name} <{author}>\n"
        "Date: lun. 1 févr. 2027 à 10:00\nSubject: Proposition d'exposé\nTo: <odile@callboard.test>\n\n\n"
        f"{proposal_text(title, text, name)}"
    )
    return _mail(by, body, "Fwd: Proposition d'exposé")


def answer(sender: str, letter: bytes, text: str, *, quoting: bool = False, **headers: str) -> bytes:
    """To a letter of ours; `quoting` it whole, above."""
    message = email.message_from_bytes(letter, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = f"Bonjour,\n\n{text}\n\n{name_of(sender)}\n"
    if quoting:
        part = message.get_body(("plain",))
        assert part is not None
        quoted = "\n".join(f"> {line}".rstrip() for line in part.get_content().splitlines())
        said = "Le lun. 1 févr. 2027 à 10:00, Journée rivières <journee@callboard.test> a écrit :"
        body = f"{said}\n{quoted}\n\n{text}\n"
    return _mail(sender, body, f"Re: {message['Subject']}", str(message["Message-ID"]), **headers)


def write(sender: str, subject: str, text: str) -> bytes:
    return _mail(sender, f"Bonjour,\n\n{text}\n\n{name_of(sender)}\n", subject)


def bounce(letter: bytes) -> bytes:
    message = email.message_from_bytes(letter, policy=email.policy.default)
    to = message["To"].addresses[0].addr_spec
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: journee@callboard.test\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce-{next(_numbers)}@mx.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n'
        "--R\r\nContent-Type: text/plain\r\n\r\nI could not deliver your letter.\r\n\r\n"
        "--R\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "--R\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message['Message-ID']}\r\nTo: {to}\r\n\r\n--R--\r\n"
    ).encode()


def _mail(sender: str, body: str, subject: str, answers: str | None = None, **headers: str) -> bytes:
    return mail(
        body, sender=f"{name_of(sender)} <{sender}>", subject=subject, answers=answers,
        message_id=f"<h{next(_numbers)}@people.example>", **headers,
    )  # fmt: skip
