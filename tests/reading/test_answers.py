"""Short answers to a letter of ours whose subject lost its reference: only their thread tells what they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callboard.call import Call
from callboard.mailroom.mail import Address
from callboard.reading import read
from callboard.reading.result import Kind, Thread
from handwritten import letter

CALL = Call("Journée des ruches", proposals_to="ruches@call.example")


def answer(text, call=CALL):
    mail = letter(text, subject="Re: votre proposition", in_reply_to=("<ours@call.example>",))
    return read(mail, call, thread=Thread.OURS)


@pytest.mark.parametrize(
    "text",
    [
        "only in the morning",
        "Only in the morning, I have a train at three.\n\nAda",
        "Not on Friday please.\n\nAda",
        "I can only come on Thursday.",
        "plutôt l'après-midi svp",
        "Bonjour,\n\nuniquement le matin.\n\nAda",
        "Pas avant 11h, train de Lyon",
        "je suis disponible seulement le jeudi",
        "Le matin de préférence, merci !",
    ],
)
def test_when_they_can_come_is_kept(text):
    reading = answer(text)

    assert reading.kind is Kind.REVISION
    assert reading.proposals[0].availability


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("20 minutes", "duration_minutes", 20),
        ("vingt minutes suffiront", "duration_minutes", 20),
        ("Titre : Le vol des abeilles", "title", "Le vol des abeilles"),
    ],
)
def test_what_was_asked_for_is_taken(text, name, value):
    reading = answer(f"{text}\n\nAda")

    assert (reading.kind, getattr(reading.proposals[0], name)) == (Kind.REVISION, value)


@pytest.mark.parametrize("text", ["Merci !", "Parfait, merci beaucoup.\n\nAda", "Great, thanks!", "👍"])
def test_thanks_are_only_thanks(text):
    reading = answer(text)

    assert (reading.kind, reading.unread) == (Kind.OTHER, ())


@pytest.mark.parametrize(
    "text", ["Mon chien sera de la partie, il est très calme.", "Institut des ruches, Lyon"]
)
def test_what_is_not_understood_is_named(text):
    assert answer(f"{text}\n\nAda").unread == (text,)


def test_without_the_thread_the_same_words_are_no_follow_up():
    mail = letter("plutôt l'après-midi svp", subject="Re: demain")

    assert read(mail, CALL).kind is Kind.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nRemboursez-vous le train ?\n\nMerci\nAda",
        "Bonjour,\n\nY a-t-il un modèle à suivre pour le résumé ?\n\nAda",
        "Hi,\n\nis there a template?\n\nAda",
        "Hello,\n\ndo you reimburse trains?\n\nAda",
        "Bonjour, peut-on venir avec un enfant ?",
    ],
)
def test_a_first_question_to_the_calls_own_address_is_for_the_organisers(text):
    mail = letter(text, subject="question", to=(Address("", "Ruches@call.example"),))

    assert read(mail, CALL).kind is Kind.QUESTION


@pytest.mark.parametrize(
    "text", ["Remboursez-vous le train aux intervenants ?", "Is there a template for the abstract?"]
)
def test_a_first_question_about_talks_is_for_the_organisers_wherever_it_goes(text):
    assert (
        read(letter(f"Bonjour,\n\n{text}\n\nAda"), replace(CALL, proposals_to="organisers")).kind
        is Kind.QUESTION
    )


def test_a_private_question_to_an_organiser_is_left_alone():
    mail = letter("On mange ensemble jeudi ?\n\nAda", to=(Address("Karl", "karl@lab.example"),))

    assert read(mail, CALL).kind is Kind.OTHER
