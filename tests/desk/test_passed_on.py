"""What organisers, and others, pass on of a conversation: a speaker's answer with the reference in its subject."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Talk
from letters_in import mail

ODILE, ZED = "Odile Brac <odile@callboard.test>", "Zed Roux <zed@ailleurs.example>"
SUBJECT = "Re: Proposition reçue [P-1]"


def passed_on(talk: Talk, words: str, *, by: str, above: str = "Pour info.\nOdile\n\n") -> None:
    body = (
        f"{above}---------- Forwarded message ---------\nDe : Maëlle Fontanel <maelle.fontanel@rivieres.example>\n"
        f"Date: lun. 1 févr. 2027 à 11:00\nSubject: {SUBJECT}\nTo: Odile Brac <odile@callboard.test>\n\n{words}\n"
    )
    talk.hear(mail(body, sender=by, subject=f"Fwd: {SUBJECT}"))


@pytest.mark.parametrize("above", ["", "Pour info.\n\n", "Vu avec elle, à traiter svp.\nOdile\n\n"])
@pytest.mark.parametrize("words", ["Je retire ma proposition.", "Le titre devient « Crues muettes »."])
def test_an_organiser_who_passes_on_a_speakers_wish_with_a_line_is_asked(
    proposed: Talk, words: str, above: str
) -> None:
    passed_on(proposed, f"{words}\n\nMaëlle", by=ODILE, above=above)

    assert (proposed.outcomes[-1], proposed.states) == (Outcome.HELD, [State.SUBMITTED])


def test_what_was_asked_is_done_once_a_person_has_said_so(proposed: Talk) -> None:
    passed_on(proposed, "Le titre devient « Crues muettes ».\n\nMaëlle", by=ODILE)

    proposed.approve(2)

    assert proposed.proposal().title == "Crues muettes"


def test_a_question_that_is_passed_on_stands_in_the_digest(proposed: Talk) -> None:
    passed_on(proposed, "Y a-t-il un vidéoprojecteur dans la salle ?\n\nMaëlle", by=ODILE)

    assert proposed.outcomes[-1] is Outcome.QUESTION


def test_what_somebody_else_passes_on_is_shown_and_answered_to_nobody(proposed: Talk) -> None:
    passed_on(proposed, "Je retire ma proposition.\n\nMaëlle", by=ZED)

    assert (proposed.outcomes[-1], proposed.states) == (Outcome.QUESTION, [State.SUBMITTED])


def test_anybody_elses_mail_about_a_proposal_is_shown(proposed: Talk) -> None:
    sent = proposed.hear(mail("Elle est à l'hôpital depuis hier.\n", sender=ZED, subject=SUBJECT))

    assert (proposed.outcomes[-1], sent) == (Outcome.QUESTION, [])


def test_our_own_letter_sent_back_with_forward_instead_of_reply_is_answered(proposed: Talk) -> None:
    assert proposed.last is not None
    body = (
        "Le titre devient « Crues muettes ».\n\nMaëlle\n\n---------- Forwarded message ---------\n"
        "De : Journée rivières <journee@callboard.test>\nDate: lun. 1 févr. 2027 à 10:03\n"
        f"Subject: {proposed.last.subject}\nTo: Maëlle Fontanel <maelle.fontanel@rivieres.example>\n\n"
        f"{proposed.last.bytes.get_body(('plain',)).get_content()}"  # type: ignore[union-attr]  # it has one
    )

    proposed.hear(mail(body, subject=f"Fwd: {proposed.last.subject}"))

    assert proposed.proposal().title == "Crues muettes"
