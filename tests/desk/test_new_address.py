"""A speaker's new address: changed by answering a letter of ours, and by nobody who only says who they are."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa

from callboard.config import ReviewConfig
from callboard.model import LetterState, OutboxEntry, Outcome
from callboard.proposals import State
from conversing import Talk, say
from letters_in import ABSTRACT, mail, proposal

OLD, NEW = "maelle.fontanel@rivieres.example", "maelle@lacs.example"
FOLLOW_UP, HELD, QUESTION = Outcome.FOLLOW_UP, Outcome.HELD, Outcome.QUESTION
WORDS = f"Merci d'utiliser désormais ma nouvelle adresse {NEW}."


def stamped(talk: Talk) -> Talk:
    """Our mail server says who wrote a mail."""
    talk.desk = replace(talk.desk, servers={"a": "mx.callboard.test"})
    return talk


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        f"Mon adresse est désormais {NEW}.",
        f"Mon adresse électronique devient {NEW}",
        f"À partir de maintenant, merci de m'écrire à {NEW}.",
        f"J'ai changé d'adresse : écrivez-moi désormais à <{NEW}>.",
        f"Please use my new address {NEW} from now on.",
        f"My e-mail address is now {NEW}.",
        f"From now on, please write to me at {NEW} instead of {OLD}.",
    ],
)
def test_the_address_changes_and_both_are_told_once(proposed: Talk, words: str) -> None:
    told = say(proposed, words)

    assert [(letter.to, letter.kind) for letter in told] == [(OLD, "readdressed"), (NEW, "readdressed")]
    assert all(OLD in letter and NEW in letter and "[P-1]" in letter.subject for letter in told)
    assert (proposed.proposal().contact, proposed.outcomes[-1]) == (NEW, FOLLOW_UP)
    assert proposed.actions() == ["proposed", "readdressed"]


def test_what_comes_next_goes_to_the_new_address_and_is_believed_from_there(proposed: Talk) -> None:
    say(proposed, WORDS)

    (accepted,) = proposed.decide(1, State.ACCEPTED)
    say(proposed, "ok", sender=f"Maëlle Fontanel <{NEW}>")

    assert (accepted.to, proposed.states) == (NEW, [State.CONFIRMED])


def test_the_old_address_can_object_and_a_person_reads_it(proposed: Talk) -> None:
    say(proposed, WORDS)

    say(proposed, "Ce n'est pas moi qui ai demandé cela, je retire ma proposition.")

    assert proposed.outcomes[-1] in (HELD, QUESTION)
    assert (proposed.states, proposed.proposal().contact) == ([State.SUBMITTED], NEW)


def test_all_their_proposals_follow(proposed: Talk) -> None:
    proposed.hear(proposal(title="Les vannes de la Loire", abstract="Les vannes ont leur histoire. " * 12))

    told = say(proposed, WORDS)

    assert [letter.to for letter in told] == [OLD, NEW]
    assert [proposed.proposal(number).contact for number in (1, 2)] == [NEW, NEW]


def test_the_speakers_own_row_follows_and_nobody_elses(engine: sa.Engine) -> None:
    talk = Talk(engine)
    body = (
        "Bonjour,\n\nJe propose un exposé de 20 minutes.\n\nTitre : Mesurer les crues\n\n"
        f"Intervenants : Maëlle Fontanel <{OLD}>, Paul Noir <paul@noir.example>\n\nRésumé :\n{ABSTRACT}\n"
    )
    talk.hear(mail(body))

    say(talk, WORDS)

    assert [one.email for one in talk.proposal().speakers] == [NEW, "paul@noir.example"]


@pytest.mark.parametrize(
    "words",
    [
        f"Parfait.\n\nMaëlle Fontanel\nNouvelle adresse : {NEW}",  # in the signature
        f"D'accord.\n\n-- \nMon adresse est désormais {NEW}.",
        f"> Mon adresse est désormais {NEW}.\n\nMerci.",
        f"L'adresse de mon coauteur est désormais {NEW}.",
        f"Faut-il utiliser désormais mon adresse {NEW} ?",
        f"Si vous préférez, utilisez désormais mon adresse {NEW}.",
        f"Mon adresse n'est plus {NEW}.",
        f"N'utilisez plus mon adresse {NEW} désormais.",
        f"Mon adresse est désormais {NEW} ou bien maelle@autre.example.",
        f"My co-author's new address is {NEW}.",
        f"Please do not use my new address {NEW} from now on.",
        f"You can also write to {NEW}.",
    ],
)
def test_what_does_not_plainly_say_so_changes_nothing(proposed: Talk, words: str) -> None:
    told = say(proposed, words)

    assert proposed.proposal().contact == OLD
    assert NEW not in [letter.to for letter in told]


def test_beside_other_wishes_it_goes_to_a_person(proposed: Talk) -> None:
    (letter,) = say(proposed, f"La durée est de 30 minutes.\n\nMon adresse est désormais {NEW}.")

    assert (proposed.proposal().contact, proposed.proposal().duration_minutes) == (OLD, 30)
    assert NEW in letter.text
    assert proposed.outcomes[-1] is QUESTION


# --- Who may ------------------------------------------------------------------------------------------


def test_a_mail_that_answers_no_letter_of_ours_waits_for_a_person(proposed: Talk) -> None:
    (letter,) = say(proposed, WORDS, answers="<invented@elsewhere.example>")

    assert (proposed.proposal().contact, proposed.outcomes[-1]) == (OLD, HELD)
    assert (letter.to, "Odile Brac" in letter) == (OLD, True)


def test_a_letter_that_went_to_somebody_else_proves_nothing(proposed: Talk) -> None:
    proposed.hear(
        proposal(title="Les vannes", abstract="Tout autre chose. " * 20, sender="Paul <paul@noir.example>")
    )

    say(proposed, WORDS)  # in answer to Paul's letter, with Maëlle's address in From

    assert (proposed.proposal().contact, proposed.outcomes[-1]) == (OLD, HELD)


@pytest.mark.parametrize("result", ["dmarc=fail", "dkim=none", "spf=pass smtp.mailfrom=evil.example"])
def test_a_mail_that_our_server_does_not_vouch_for_waits_for_a_person(proposed: Talk, result: str) -> None:
    told = say(stamped(proposed), WORDS, Authentication_Results=f"mx.callboard.test; {result}")

    assert (proposed.proposal().contact, proposed.outcomes[-1]) == (OLD, HELD)
    assert NEW not in [letter.to for letter in told]


def test_a_mail_that_our_server_vouches_for_counts(proposed: Talk) -> None:
    say(stamped(proposed), WORDS, Authentication_Results="mx.callboard.test; dmarc=pass")

    assert proposed.proposal().contact == NEW


def test_from_the_new_address_nothing_changes(proposed: Talk) -> None:
    told = say(proposed, WORDS, sender=f"Maëlle Fontanel <{NEW}>")

    assert (proposed.proposal().contact, told) == (OLD, [])
    assert proposed.outcomes[-1] is QUESTION


def test_from_any_other_address_it_waits_for_a_person(proposed: Talk) -> None:
    told = say(proposed, WORDS, sender="Maëlle Fontanel <maelle@autre.example>")

    assert (proposed.proposal().contact, told) == (OLD, [])
    assert proposed.outcomes[-1] is HELD


@pytest.mark.parametrize(
    "address", ["odile@callboard.test", "journee@callboard.test", "noreply@lacs.example", "paul@noir.example"]
)
def test_an_address_that_is_somebodys_or_nobodys_waits_for_a_person(proposed: Talk, address: str) -> None:
    ours = proposed.last
    proposed.hear(
        proposal(title="Les vannes", abstract="Tout autre chose. " * 20, sender="Paul <paul@noir.example>")
    )
    proposed.last = ours

    say(proposed, f"Mon adresse est désormais {address}.")

    assert (proposed.proposal().contact, proposed.outcomes[-1]) == (OLD, HELD)


def test_a_person_who_has_looked_can_let_it_through(proposed: Talk) -> None:
    say(proposed, WORDS, answers="<invented@elsewhere.example>")

    told = proposed.approve(2)

    assert [letter.to for letter in told] == [OLD, NEW]
    assert proposed.proposal().contact == NEW


# --- Letters that have not left -----------------------------------------------------------------------


def owed(talk: Talk) -> list[tuple[str, str, str]]:
    """Kind, envelope and header of the letters that have not left."""
    with talk.sessions() as db:
        rows = db.scalars(
            sa.select(OutboxEntry)
            .where(OutboxEntry.state.in_((LetterState.OWED, LetterState.WAITING)))
            .order_by(OutboxEntry.id)
        )
        return [
            (r.kind, r.recipient, message_from_bytes(r.raw, policy=default)["To"].addresses[0].addr_spec)
            for r in rows
        ]


def test_a_letter_that_has_not_left_follows(proposed: Talk) -> None:
    proposed.desk = replace(proposed.desk, review=ReviewConfig(decision_delay_minutes=60))
    proposed.decide(1, State.ACCEPTED)
    assert owed(proposed) == [("accepted", OLD, OLD)]

    say(proposed, WORDS)

    assert owed(proposed) == [("accepted", NEW, NEW)]
    proposed.pass_days(1)
    (letter,) = proposed.work()
    assert (letter.to, "Maëlle Fontanel" in str(letter.bytes["To"])) == (NEW, True)
    assert letter.bytes.get_body(("html",)) is not None


def test_a_letter_that_may_have_left_stays(proposed: Talk) -> None:
    proposed.desk = replace(proposed.desk, review=ReviewConfig(decision_delay_minutes=60))
    proposed.decide(1, State.ACCEPTED)
    with proposed.sessions.begin() as db:
        db.execute(sa.update(OutboxEntry).where(OutboxEntry.kind == "accepted").values(attempts=1))

    say(proposed, WORDS)

    assert owed(proposed) == [("accepted", OLD, OLD)]


def test_letters_to_others_stay(proposed: Talk) -> None:
    proposed.hear(
        proposal(title="Les vannes", abstract="Autre chose. " * 20, sender="Paul <paul@noir.example>")
    )
    proposed.desk = replace(proposed.desk, review=ReviewConfig(decision_delay_minutes=60))
    proposed.decide(2, State.ACCEPTED)
    proposed.hear(proposal(title="Les crues d'été", abstract="Encore autre chose. " * 20))

    say(proposed, WORDS)

    assert owed(proposed) == [("accepted", "paul@noir.example", "paul@noir.example")]
