"""When a speaker can come, from their mail to the tables and back: a proposal, and an answer that changes it."""

from __future__ import annotations

import pytest

from callboard import store
from callboard.proposals import ProposalCard
from callboard.worker import Worker
from deliver import deliver
from letters_in import mail, proposal
from servers import Account, SmtpSink
from workplace import letters, outcomes


def card(worker: Worker) -> ProposalCard:
    with worker.sessions() as db:
        return store.cards(db, "P")[0]


def shown(worker: Worker) -> list[str]:
    return [
        f"{half.half} {half.not_before or ''}-{half.not_after or ''}" for half in card(worker).half_days or ()
    ]


def test_a_sentence_in_a_proposal_is_kept_as_words_and_half_days(worker: Worker, dovecot: Account) -> None:
    raw = proposal().replace(b"pour la journ=C3=A9e.", b"pour la journ=C3=A9e. Pas avant 11h, train de Lyon.")
    deliver(dovecot, raw)

    worker.run_once()

    assert card(worker).availability == "Pas avant 11h, train de Lyon."
    assert shown(worker) == ["morning 11:00:00-", "afternoon -"]


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("Bonjour,\n\nFinalement, seulement l'après-midi !\n\nMaëlle", ["afternoon -"]),
        ("Merci ! Ok pour la date, mais je devrai partir avant 15 h.", ["morning -", "afternoon -15:00:00"]),
        ("Hello,\n\nI can only stay until noon.", ["morning -"]),
    ],
)
def test_an_answer_changes_when_a_speaker_can_come(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink, text: str, halves: list[str]
) -> None:
    deliver(dovecot, proposal())
    worker.run_once()
    ours = letters(smtp_sink)[0]
    deliver(dovecot, mail(text, subject=f"Re: {ours['Subject']}", answers=ours["Message-ID"]))

    worker.run_once()

    assert (outcomes(worker)[1], shown(worker)) == ("follow_up", halves)
    assert "Créneaux" in letters(smtp_sink)[1].get_body(("plain",)).get_content()


def test_words_that_are_not_understood_take_back_what_was(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """What the speaker said last counts, even where only an organiser can read it."""
    raw = proposal().replace(b"pour la journ=C3=A9e.", b"pour la journ=C3=A9e. Pas avant 11h, train de Lyon.")
    deliver(dovecot, raw)
    worker.run_once()
    ours = letters(smtp_sink)[0]
    deliver(
        dovecot,
        mail(
            "Finalement, je serais plutôt disponible en fin de matinée.",
            subject=f"Re: {ours['Subject']}",
            answers=ours["Message-ID"],
        ),
    )

    worker.run_once()

    assert (card(worker).availability, card(worker).half_days) == (
        "Finalement, je serais plutôt disponible en fin de matinée.",
        None,
    )
