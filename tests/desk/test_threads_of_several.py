"""Threads below a mail that holds several talks: nothing that people write there chooses one of them by accident."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.model import Outcome
from callboard.proposals import State
from conversing import Sent, Talk
from letters_in import ABSTRACT, mail

THREE, ASKED, SUBJECT = "<three@rivieres.example>", "<asked@callboard.test>", "Trois exposés"
PAUL, ODILE = "Paul Durand <paul@vannes.example>", "Odile Brac <odile@callboard.test>"
MAELLE = "Maëlle Fontanel <maelle.fontanel@rivieres.example>"
FERRIES = (
    "A short history of the ferries that crossed the river before there were bridges, told by the tolls they "
    "took and by the names they left on the map."
)
EELS = (
    "Eels climb ladders that engineers once built for salmon; we count them at night with cameras that any "
    "school can afford, and show what three years of counting say."
)
WITHDRAWN = "Je retire ma proposition.\n\nMaëlle"


def several(message_id: str = THREE) -> bytes:
    return mail(
        "Bonjour,\n\nJe propose trois exposés.\n\n"
        f"Titre : Crues muettes\nRésumé : {ABSTRACT}\n\n"
        f"Titre : Ferries before bridges\nRésumé : {FERRIES}\n\n"
        f"Titre : Eels on ladders\nRésumé : {EELS}\n\nMaëlle Fontanel\n",
        subject=SUBJECT,
        message_id=message_id,
    )


@pytest.fixture
def three(engine: sa.Engine) -> Talk:
    """Maëlle has proposed three talks in one mail."""
    talk = Talk(engine)
    talk.hear(several())
    assert talk.states == [State.SUBMITTED] * 3
    return talk


def below(talk: Talk, words: str, *, answers: str = THREE, **options: str) -> list[Sent]:
    return talk.hear(mail(words, subject=f"Re: {SUBJECT}", answers=answers, **options))


def again(talk: Talk, raw: bytes) -> None:
    """The same mail lies in another mailbox, too."""
    with talk.sessions.begin() as db:
        store.add_message(
            db, mailbox="b", uidvalidity=1, uid=1, raw=raw, size=len(raw), truncated=False, now=talk.now
        )
    talk.work()


def test_whoever_withdraws_one_of_them_is_asked_which(three: Talk) -> None:
    (letter,) = below(three, WITHDRAWN)

    assert (letter.kind, three.states) == ("which", [State.SUBMITTED] * 3)


def test_a_copy_in_another_mailbox_does_not_make_it_the_first(three: Talk) -> None:
    again(three, b"Received: from elsewhere\r\n" + several())

    (letter,) = below(three, WITHDRAWN)

    assert (letter.kind, three.states) == ("which", [State.SUBMITTED] * 3)


def test_nor_does_the_mail_sent_again(three: Talk) -> None:
    three.hear(several("<again@rivieres.example>"))
    assert three.outcomes[-1] is Outcome.COPY

    (letter,) = below(three, WITHDRAWN, answers="<again@rivieres.example>")

    assert (letter.kind, three.states) == ("which", [State.SUBMITTED] * 3)


@pytest.mark.parametrize(
    ("words", "sender"),
    [("De combien de temps auriez-vous besoin ?", ODILE), ("Merci !", MAELLE), ("Super, Maëlle !", PAUL)],
)
def test_nor_what_somebody_said_of_all_of_them(three: Talk, words: str, sender: str) -> None:
    below(three, words, sender=sender, message_id=ASKED)

    (letter,) = below(three, WITHDRAWN, answers=ASKED)

    assert (letter.kind, three.states) == ("which", [State.SUBMITTED] * 3)


def test_the_title_tells_which(three: Talk) -> None:
    below(three, "De combien de temps auriez-vous besoin ?", sender=ODILE, message_id=ASKED)

    (letter,) = below(three, 'Le titre de « Eels on ladders » devient "Eels on stairs".', answers=ASKED)

    assert (letter.kind, three.proposal(3).title) == ("transcript", "Eels on stairs")


def test_what_changed_one_of_them_is_about_that_one(three: Talk) -> None:
    below(three, 'Le titre de « Eels on ladders » devient "Eels on stairs".', message_id=ASKED)

    (letter,) = below(three, WITHDRAWN, answers=ASKED)

    assert letter.kind == "transcript"
    assert three.states == [State.SUBMITTED, State.SUBMITTED, State.WITHDRAWN]
