"""Every field says where it came from: a source for each value, in bounds, around the value's own words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import test_messages
import test_reader

from callboard.call import Call, Topic
from callboard.errors import UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import read_mail
from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, read, shown
from sourced import at, check

CALL = Call(
    title="Journée Bocage", topics=(Topic("haies, bocage et paysages"), Topic("toits, eau et gouttières"))
)
NADIA = Address("Nadia Ferrand", "nadia@ferrand.example")
HEDGES = (
    "Les haies d’un bocage se lisent sur les photographies aériennes depuis 1950. Nous avons\n"
    "mesuré ce qui a disparu commune par commune, et ce que les replantations ont rendu :\n"
    "https://bocage.example/chiffres."
)
FORM = (
    f"Titre : Compter les haies vues du ciel\nOrateurs : FERRAND Nadia (Bocage vivant), Tom Hadley\nDurée : 20 min\n"
    f"Format : poster\nRésumé :\n{HEDGES}\n\nMots-clés : haies, bocage, photographies\n\n"
    "Disponibilités : le matin seulement\n\nBiographie :\nNadia Ferrand compte les haies depuis dix ans."
)
COVERED = (
    "Bonjour,\n\nvoici ma proposition d’exposé de\n20 minutes, avec Tom Hadley, sur les haies. "
    "Je ne suis disponible que le matin.\n\n"
    f"**Compter les haies vues du ciel**\n\n{HEDGES}\n\nCordialement,\nNadia"
)
QUOTED = (
    "Le 30 août 2027 à 09:12, Lise <lise@journee.example> a écrit :\n> Titre : l’appel\n> Résumé : venez\n"
)
LATEX = (
    "\\title{Compter\nles haies}\n\\author{Nadia Ferrand \\and Tom Hadley}\n"
    f"\\begin{{abstract}}\n{HEDGES}\n\\end{{abstract}}\n\\keywords{{haies, bocage}}"
)
TABLE = f"| Titre | Durée | Résumé |\n|---|---|---|\n| Compter les haies | 20 min | {' '.join(HEDGES.split())} |\n"
FORWARD = (
    "Pour toi.\n\n---------- Forwarded message ---------\nFrom: Nadia Ferrand <nadia@ferrand.example>\n"
    "Date: Mon, 6 Sep 2027 09:12:00\nSubject: Proposition d’exposé\nTo: lise@journee.example\n\n"
)
PROPOSAL = IncomingMail(subject="Proposition d’exposé", sender=NADIA, text=FORM)
LISE = Address("Lise Nguyen", "lise@journee.example")
MADE = {
    "form": PROPOSAL,
    "covered": replace(PROPOSAL, text=COVERED),
    "times right below": replace(
        PROPOSAL, text=f"Compter les haies\nRésumé :\n{HEDGES}\nje ne serai là que l’après-midi.\n\nNadia"
    ),
    "times in two places": replace(
        PROPOSAL, text=f"{FORM.partition('Disponibilités')[0]}Je ne serai là que le matin\n\nJ’apporte mes cartes\n\n"
        "Je ne peux pas venir le mardi\n\nNadia",
    ),
    "quote above": replace(PROPOSAL, text=f"{QUOTED}\n{FORM}"),
    "quote below": replace(PROPOSAL, text=f"{COVERED}\n\n-- \nNadia Ferrand\n\n{QUOTED}"),
    "quote in the middle": replace(PROPOSAL, text=FORM.replace("mesuré", f"{QUOTED}mesuré", 1)),
    "latex": replace(PROPOSAL, text=LATEX),
    "table": replace(PROPOSAL, text=f"Voici ma proposition d’exposé.\n\n{TABLE}"),
    "forward": IncomingMail(subject="Fwd: Proposition d’exposé", sender=LISE, text=FORWARD + FORM),
    "forward with arrows": IncomingMail(
        subject="Fwd: Proposition d’exposé", sender=LISE,
        text=FORWARD + "\n".join(f"> {line}" for line in FORM.split("\n")),
    ),
    "attached forward": IncomingMail(
        subject="Fwd: Proposition d’exposé", sender=LISE, text="Pour toi.", forwarded=(PROPOSAL,)
    ),
    "document": replace(
        PROPOSAL,
        text="Bonjour,\n\nci-joint ma proposition d’exposé ; mon site : https://nadia.example\n\nNadia Ferrand",
        attachments=(Attachment("haies.pdf", "application/pdf", 1, None, FORM),),
    ),
    "subject alone": replace(PROPOSAL, subject="Proposition d’exposé : Compter les haies vues du ciel", text=""),
    "two talks": replace(
        PROPOSAL,
        text=f"Voici deux propositions.\n\nTitre : Compter les haies\nRésumé : {HEDGES}\n\n"
        f"Titre : Planter des haies\nRésumé : {HEDGES}\n",
    ),
    "signed by another": replace(
        PROPOSAL, sender=Address("", "contact@bocage.example"), text=f"{COVERED}\n\n-- \nNadia Ferrand\nBocage vivant"
    ),
    "revision": replace(
        PROPOSAL, subject="Re: Bien reçu (P-3)", in_reply_to=("<1@journee.example>",),
        text="Bonjour,\n\nLe titre devient « Planter des haies » et je parlerai\n15 minutes.\n\nNadia",
    ),
    "replaced": replace(
        PROPOSAL, subject="Re: Bien reçu (P-3)", in_reply_to=("<1@journee.example>",),
        text="Bonjour,\n\nJe ne pourrai pas venir ; Tom Hadley présentera l’exposé à ma place.\n\nNadia",
    ),
    "far below": replace(
        PROPOSAL, text=f"{HEDGES}\n" * 120 + "\nJe propose une démonstration de dix minutes.\n\nNadia"
    ),
    "keywords alone": replace(
        PROPOSAL, subject="Re: Bien reçu (P-3)", in_reply_to=("<1@journee.example>",), text="Mots-clés : haies, bocage"
    ),
    "times in the letter and in its document": replace(
        PROPOSAL,
        text="Bonjour,\n\nci-joint ma proposition d’exposé. Je ne suis disponible que jeudi matin.\n\nNadia Ferrand",
        attachments=(
            Attachment("haies.pdf", "application/pdf", 1, None, f"{COVERED}\n\nJe ne peux pas venir le mardi.\n"),
        ),
    ),
    "signs for words": replace(PROPOSAL, text=". ma proposition ™* \na.\n*"),
    "removed": replace(
        PROPOSAL, subject="Re: Bien reçu (P-3)", in_reply_to=("<1@journee.example>",),
        text="Bonjour,\n\nMerci d’enlever Tom Hadley de la liste des auteurs.\n\nNadia",
    ),
}  # fmt: skip


def written() -> Iterator[object]:
    """Whole messages that the tests of the reader hold, and those made for this one."""
    for module in (test_messages, test_reader):
        yield from (
            pytest.param(value, id=f"{module.__name__} {name}")
            for name, value in vars(module).items()
            if isinstance(value, IncomingMail)
        )
    for path in sorted((Path(__file__).parents[1] / "mail").glob("*.eml")):
        with suppress(UnreadableMail):
            yield pytest.param(read_mail(path.read_bytes()), id=path.name)
    yield from (pytest.param(message, id=name) for name, message in MADE.items())


@pytest.mark.parametrize("message", list(written()))
def test_every_value_has_a_source_around_its_words(message: IncomingMail) -> None:
    check(read(message, CALL))


@pytest.mark.parametrize(
    "message",
    [
        replace(PROPOSAL, subject="", text="> Titre :\nP-9 .", forwarded=(IncomingMail("", None, ""),)),
        replace(PROPOSAL, text='Yu f r t\nTtulo:.\n", Prr Mg, Bl'),
    ],
)
def test_texts_that_are_not_one_are_not_read_as_one(message: IncomingMail) -> None:
    check(read(message, CALL))


@pytest.mark.corpus
def test_so_it_is_in_the_corpus(shared: Path) -> None:
    """Of the messages that rules are worked on with; the others are kept aside."""
    folder = shared / "corpus" / "mail"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: this test needs the shared corpus beside the checkout")
    with DocumentReader() as documents:
        for path in sorted(folder.glob("*.eml")):
            if int(hashlib.sha1(path.name.encode()).hexdigest(), 16) % 4:
                check(read(read_documents(read_mail(path.read_bytes()), documents), CALL))


@pytest.mark.parametrize("message", MADE.values(), ids=MADE)
def test_the_messages_made_for_this_propose_something(message: IncomingMail) -> None:
    reading = read(message, CALL)

    assert reading.kind in (Kind.PROPOSAL, Kind.REVISION)
    assert reading.proposals


@pytest.mark.parametrize(
    ("name", "field", "part", "place"),
    [
        ("form", "title", "text", "Compter les haies vues du ciel"),
        ("form", "speakers", "text", "FERRAND Nadia (Bocage vivant), Tom Hadley"),
        ("form", "duration_minutes", "text", "20 min"),
        ("form", "format", "text", "poster"),
        ("form", "abstract", "text", HEDGES),
        ("form", "language", "text", HEDGES),
        ("form", "topics", "text", HEDGES),
        ("form", "keywords", "text", "haies, bocage, photographies"),
        ("form", "availability", "text", "le matin seulement"),
        ("form", "bio", "text", "Nadia Ferrand compte les haies depuis dix ans."),
        ("form", "links", "text", "https://bocage.example/chiffres"),
        ("covered", "speakers", "sender", "Nadia Ferrand"),
        ("covered", "format", "text", "voici ma proposition d’exposé de"),
        ("covered", "availability", "text", "Je ne suis disponible que le matin."),
        ("times right below", "availability", "text", "je ne serai là que l’après-midi."),
        ("times in two places", "availability", "text",
         "Je ne serai là que le matin\n\nJ’apporte mes cartes\n\nJe ne peux pas venir le mardi"),
        ("latex", "title", "text", "Compter\nles haies"),
        ("latex", "keywords", "text", "haies, bocage"),
        ("table", "title", "text", "Compter les haies"),
        ("table", "duration_minutes", "text", "20 min"),
        ("forward with arrows", "title", "text", "Compter les haies vues du ciel"),
        ("attached forward", "title", "text", "Compter les haies vues du ciel"),
        ("document", "title", "attachment haies.pdf", "Compter les haies vues du ciel"),
        ("subject alone", "title", "subject", "Compter les haies vues du ciel"),
        ("subject alone", "format", "subject", "Proposition d’exposé : Compter les haies vues du ciel"),
        ("signed by another", "speakers", "text", "Nadia Ferrand"),
        ("revision", "title", "text", "Planter des haies"),
        ("replaced", "speakers", "text", "Tom Hadley"),
    ],
)  # fmt: skip
def test_a_source_is_as_narrow_as_the_words(name: str, field: str, part: str, place: str) -> None:
    reading = read(MADE[name], CALL)
    source = reading.proposals[0].sources[field]

    assert (source.part, at(reading, source)) == (part, place)


def test_a_speaker_named_elsewhere_has_a_place_of_their_own() -> None:
    reading = read(MADE["covered"], CALL)
    source = reading.proposals[0].sources["speakers"]

    assert [(one.part, at(reading, one)) for one in source.also] == [("text", "Tom Hadley")]


def test_each_link_has_its_place() -> None:
    reading = read(MADE["document"], CALL)
    source = reading.proposals[0].sources["links"]

    assert [(one.part, at(reading, one)) for one in (source, *source.also)] == [
        ("attachment haies.pdf", "https://bocage.example/chiffres"),
        ("text", "https://nadia.example"),
    ]


def test_what_is_not_the_senders_is_marked() -> None:
    reading = shown(MADE["quote below"], CALL)

    assert [(one.what, reading.parts["text"][one.start : one.end]) for one in reading.left_out] == [
        ("signature", "-- \nNadia Ferrand"),
        ("quoted", QUOTED.strip()),
    ]


def test_what_stands_around_a_forwarded_mail_is_marked() -> None:
    reading = shown(MADE["forward"], CALL)

    assert [(one.what, reading.parts["text"][one.start : one.end]) for one in reading.left_out] == [
        ("forwarding", FORWARD.strip())
    ]
