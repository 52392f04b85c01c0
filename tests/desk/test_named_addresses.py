"""An address that somebody names for a speaker: from when on its mails may change the proposal."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard.model import Outcome
from callboard.proposals import State
from conversing import Sent, Talk, say
from letters_in import ABSTRACT, mail

PROPOSER, PAUL = "maelle.fontanel@rivieres.example", "paul@noir.example"
NAMED = f"Merci d'ajouter Paul Noir (LIRE) <{PAUL}> comme co-auteur."
ADDED = "Please add Paul Noir (LIRE) <paul@noir.example> as a co-author."
HELD = Outcome.HELD


def by_paul(talk: Talk, words: str) -> list[Sent]:
    """Paul writes of P-1, without a letter of ours."""
    return talk.hear(mail(f"{words}\n\nPaul Noir\n", sender=f"Paul Noir <{PAUL}>", subject="P-1"))


@pytest.mark.parametrize("words", [NAMED, ADDED])
def test_who_is_named_in_an_answer_to_our_letter_may_write(proposed: Talk, words: str) -> None:
    say(proposed, words)

    by_paul(proposed, "La durée est de 30 minutes.")

    assert proposed.proposal().duration_minutes == 30


def test_who_is_named_by_the_proposal_itself_may_write(engine: sa.Engine) -> None:
    talk = Talk(engine)
    speakers = f"Maëlle Fontanel <{PROPOSER}>, Paul Noir <{PAUL}>"
    talk.hear(
        mail(
            f"Je propose un exposé.\n\nTitre : Les crues\n\nIntervenants : {speakers}\n\nRésumé :\n{ABSTRACT}\n"
        )
    )

    by_paul(talk, "La durée est de 30 minutes.")

    assert talk.proposal().duration_minutes == 30


@pytest.mark.parametrize(
    "words", ["La durée est de 30 minutes.", "Je retire ma proposition.", "Please withdraw my talk."]
)
def test_who_is_named_by_a_mail_that_proves_nothing_waits_for_a_person(proposed: Talk, words: str) -> None:
    say(
        proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1"
    )  # anybody can write her address into From
    assert [one.name for one in proposed.proposal().speakers] == ["Maëlle Fontanel", "Paul Noir"]

    told = by_paul(proposed, words)

    assert (proposed.states, proposed.proposal().duration_minutes) == ([State.SUBMITTED], 20)
    assert (proposed.outcomes[-1], told) == (HELD, [])


def test_nor_where_our_server_does_not_vouch_for_it(proposed: Talk) -> None:
    proposed.desk = replace(proposed.desk, servers={"a": "mx.callboard.test"})
    say(proposed, NAMED, Authentication_Results="mx.callboard.test; dkim=none")

    by_paul(proposed, "La durée est de 30 minutes.")

    assert (proposed.outcomes[-1], proposed.proposal().duration_minutes) == (HELD, 20)


def test_another_address_of_a_speaker_is_no_way_in(proposed: Talk) -> None:
    words = f"Intervenants : Maëlle Fontanel <{PAUL}> (Observatoire des rivières)"
    say(proposed, words, answers="<invented@elsewhere.example>", subject="P-1")

    told = by_paul(proposed, "Je retire ma proposition.")

    assert (proposed.states, proposed.outcomes[-1], told) == ([State.SUBMITTED], HELD, [])


def test_it_is_told_nothing_either(proposed: Talk) -> None:
    say(proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1")

    assert by_paul(proposed, "Où en est ma proposition ?") == []


@pytest.mark.parametrize(
    "words", ["Je confirme que je viendrai.", "Je serai en fauteuil roulant, prévoyez une rampe."]
)
def test_nothing_of_it_is_passed_over(proposed: Talk, words: str) -> None:
    say(proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1")

    told = by_paul(proposed, words)

    assert (proposed.outcomes[-1], told) == (Outcome.QUESTION, [])


def test_a_later_change_by_the_speaker_gives_it_no_power(proposed: Talk) -> None:
    say(proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1")
    say(proposed, "Merci d'ajouter Anna Berg (CNRS) comme co-autrice.")

    by_paul(proposed, "La durée est de 30 minutes.")

    assert (len(proposed.proposal().speakers), proposed.proposal().duration_minutes) == (3, 20)


def test_naming_it_again_in_an_answer_to_our_letter_does(proposed: Talk) -> None:
    say(proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1")
    say(proposed, NAMED)

    by_paul(proposed, "La durée est de 30 minutes.")

    assert proposed.proposal().duration_minutes == 30


def test_once_a_person_has_let_one_of_its_mails_through_it_may_write(proposed: Talk) -> None:
    say(proposed, NAMED, answers="<invented@elsewhere.example>", subject="P-1")
    by_paul(proposed, "La durée est de 30 minutes.")
    proposed.approve(3)

    by_paul(proposed, "La durée est de 25 minutes.")

    assert proposed.proposal().duration_minutes == 25


def by_both(engine: sa.Engine) -> Talk:
    """Maëlle and Paul have proposed together, with both addresses."""
    talk = Talk(engine)
    speakers = f"Maëlle Fontanel <{PROPOSER}>, Paul Noir <{PAUL}>"
    talk.hear(
        mail(
            f"Je propose un exposé.\n\nTitre : Les crues\n\nIntervenants : {speakers}\n\nRésumé :\n{ABSTRACT}\n"
        )
    )
    return talk


def test_who_is_taken_off_and_put_back_may_write_as_before(engine: sa.Engine) -> None:
    talk = by_both(engine)
    say(talk, "Merci de retirer Paul Noir de la liste des auteurs.")
    say(talk, NAMED, answers="<invented@elsewhere.example>", subject="P-1")

    by_paul(talk, "La durée est de 30 minutes.")

    assert talk.proposal().duration_minutes == 30


def test_not_where_an_address_has_become_another_since(engine: sa.Engine) -> None:
    talk = by_both(engine)
    say(talk, "Merci de retirer Paul Noir de la liste des auteurs.")
    say(talk, "Désormais, écrivez-moi à maelle@lacs.example.")
    here = "Maëlle Fontanel <maelle@lacs.example>"
    say(talk, NAMED, answers="<invented@elsewhere.example>", subject="P-1", sender=here)

    by_paul(talk, "La durée est de 30 minutes.")

    assert (talk.outcomes[-1], talk.proposal().duration_minutes) == (HELD, None)
