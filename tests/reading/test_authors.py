"""Whole mails that name their speakers in the ways people do: `people.toml` says who is meant."""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest

from callboard.mailroom.incoming import read_mail
from callboard.reading import read
from callboard.reading.layout import fold

MAILS = tomllib.loads((Path(__file__).parent / "people.toml").read_text("utf-8"))["mail"]
WORDS = {
    "<<fr>>": "Ce que la marée laisse dans les petits ports",
    "<<FR>>": (
        "Dans douze petits ports nous avons mesuré, pendant deux ans, ce que chaque marée dépose et ce qu'elle "
        "reprend. La vase suit des chemins que personne n'avait cartographiés. L'exposé montre comment un quai "
        "déplacé de dix mètres change le fond d'un bassin, et ce que les pêcheurs savaient déjà."
    ),
    "<<en>>": "What the tide leaves behind in small harbours",
    "<<EN>>": (
        "For two years we measured in twelve small harbours what each tide leaves behind and what it takes away. "
        "The mud follows paths that nobody had mapped. The talk shows how a quay moved by ten metres changes the "
        "floor of a basin, and what the fishermen knew already."
    ),
}


def written(text):
    for sign, words in WORDS.items():
        text = text.replace(sign, words)
    return text.lstrip()


def sent(mail):
    message = EmailMessage()
    name, address = parseaddr(mail["from"])
    message["From"] = mail["from"] if address else name
    message["To"] = "talks@own.example"
    message["Subject"] = mail.get("subject", "Proposition / Proposal")
    if "reply_to" in mail:
        message["Reply-To"] = mail["reply_to"]
    if "list_id" in mail:
        message["List-Id"] = f"<{mail['list_id']}>"
    message.set_content(written(mail["text"]), subtype="html" if mail.get("html") else "plain")
    return read_mail(message.as_bytes())


def meant(person):
    name, place, address, *flags = person
    return name, fold(place), address, bool(flags)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail["is"])
def test_the_speakers_are_those_whom_the_mail_names(mail):
    found = [one for proposal in read(sent(mail)).proposals for one in proposal.speakers]

    flagged = any(len(person) > 3 for person in mail["people"])
    assert [
        (one.name, fold(one.affiliation or ""), one.email or "", one.presenter and flagged) for one in found
    ] == [meant(person) for person in mail["people"]]
