"""Mails that speakers and others write, for tests of the whole journey."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid

ABSTRACT = (
    "Les capteurs de rivière tombent souvent en panne pendant les crues, quand leurs mesures seraient les plus "
    "utiles. Nous montrons comment reconstruire les hauteurs d'eau manquantes à partir des stations voisines "
    "et du relief, avec une incertitude que les services de secours comprennent. La méthode est évaluée sur "
    "douze crues de trois bassins."
)


def mail(
    body: str,
    *,
    sender: str = "Maëlle Fontanel <maelle.fontanel@rivieres.example>",
    subject: str = "Proposition d'exposé",
    message_id: str | None = None,
    answers: str | None = None,
    date: str = "Mon, 01 Feb 2027 10:00:00 +0100",
    **headers: str,
) -> bytes:
    """A plain text mail; other headers by keyword, with _ for -."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "journee@callboard.test", subject
    message["Date"], message["Message-ID"] = date, message_id or make_msgid(domain="mail.example")
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def proposal(
    title: str = "Mesurer les crues quand les capteurs se taisent", abstract: str = ABSTRACT, **options: str
) -> bytes:
    """A proposal with labels, as many speakers write it."""
    name = options.get("sender", "Maëlle Fontanel <").partition(" <")[0]
    body = (
        f"Bonjour,\n\nJe souhaite proposer un exposé de 20 minutes pour la journée.\n\nTitre : {title}\n\n"
        f"Intervenante : {name} (Observatoire des rivières)\n\nRésumé :\n{abstract}\n\nBien cordialement,\n{name}\n"
    )
    return mail(body, **options)


def forwarded(by: str) -> bytes:
    """Maëlle's proposal, passed on inline by somebody else."""
    body = (
        "Arrivé chez moi.\n\n---------- Forwarded message ---------\n"
        "De : Maëlle Fontanel <maelle.fontanel@rivieres.example>\nDate: lun. 1 févr. 2027 à 10:00\n"
        "Subject: Proposition d'exposé\nTo: <journee@callboard.test>\n\n\n"
        "Bonjour,\n\nJe souhaite proposer un exposé de 20 minutes pour la journée.\n\n"
        f"Titre : Mesurer les crues quand les capteurs se taisent\n\nRésumé :\n{ABSTRACT}\n\nMaëlle Fontanel\n"
    )
    return mail(body, sender=by, subject="Fwd: Proposition d'exposé")
