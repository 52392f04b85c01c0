"""Who is too near to judge a proposal, and who is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard.call import Organiser
from callboard.desk.conflicts import Conflict, Reason, circles, conflict, conflicts
from callboard.proposals import ProposalCard, SpeakerCard, State
from letters_in import proposal
from reviewing import INES, ODILE, Board
from weaving import CARD

OWN, DOMAIN, PLACE, TOGETHER = Reason.OWN, Reason.DOMAIN, Reason.AFFILIATION, Reason.CO_AUTHOR


def card(*speakers: tuple[str, str | None, str | None], contact: str | None = None) -> ProposalCard:
    return replace(CARD, speakers=tuple(SpeakerCard(*s) for s in speakers), contact=contact)


@pytest.mark.parametrize(
    ("organiser", "speaker", "reason"),
    [
        (("Léa Marchand", "lea@univ.example", None), ("Zoé Roc", None, "zoe@univ.example"), DOMAIN),
        (("Léa Marchand", "lea@lab.univ.example", None), ("Zoé Roc", None, "zoe@UNIV.example"), DOMAIN),
        (("Léa Marchand", "lea@bath.ac.uk", None), ("Zoé Roc", None, "zoe@leeds.ac.uk"), None),
        (("Léa Marchand", "lea@cs.bath.ac.uk", None), ("Zoé Roc", None, "zoe@bath.ac.uk"), DOMAIN),
        (("Léa Marchand", "lea@gmail.com", None), ("Zoé Roc", None, "zoe@gmail.com"), None),
        (("Léa Marchand", "lea@orange.fr", None), ("Zoé Roc", None, "zoe@orange.fr"), None),
        (("Léa Marchand", "lea@univ.example", None), ("Zoé Roc", None, "zoe@other.example"), None),
        (("Léa Marchand", "lea@gmail.com", "Institut des lacs"), ("Zoé", "INSTITUT des Lacs", None), PLACE),
        (("Léa Marchand", "lea@gmail.com", "Institut des lacs"), ("Zoé", "Équipe 3, Institut des lacs", None), PLACE),
        (("Léa Marchand", "lea@gmail.com", "Institut des lacs"), ("Zoé", "Institut des lacs salés", None), None),
        (("Léa Marchand", "lea@gmail.com", "CNR"), ("Zoé", "CNR", None), None),
        (("Léa Marchand", "lea@gmail.com", None), ("Zoé", None, None), None),
        (("Léa Marchand", "lea@gmail.com", None), ("lea marchand", None, None), OWN),
        (("Léa Marchand", "lea@gmail.com", None), ("L. M.", None, "LEA@gmail.com"), OWN),
    ],
)  # fmt: skip
def test_nearness_is_inferred(
    organiser: tuple[str, str, str | None],
    speaker: tuple[str, str | None, str | None],
    reason: Reason | None,
) -> None:
    name, address, place = organiser

    found = conflict(Organiser(name, address, affiliation=place), card(("Bo Lind", None, None), speaker))

    assert (found.reason if found else None) == reason
    if found and reason is not OWN:
        assert found.with_whom == speaker[0]


@pytest.mark.parametrize(
    ("contact", "reason"),
    [("lea@univ.example", OWN), ("paul@univ.example", DOMAIN), ("paul@gmail.com", None), (None, None)],
)
def test_the_address_that_a_proposal_came_from_counts_too(contact: str | None, reason: Reason | None) -> None:
    found = conflict(
        Organiser("Léa Marchand", "lea@univ.example"), card(("Bo Lind", None, None), contact=contact)
    )

    assert (found.reason if found else None) == reason


def test_who_proposes_a_talk_with_an_organiser_is_not_judged_by_them_elsewhere() -> None:
    lea, karim = Organiser("Léa Marchand", "lea@lea.example"), Organiser("Karim Ould", "karim@karim.example")
    joint = replace(card(("LÉA Marchand", None, None), ("Zoé Roc", None, None)), number=1)
    alone = replace(card(("zoe roc", None, None)), number=2)
    other = replace(card(("Bo Lind", None, None)), number=3)
    near = circles((lea, karim), (joint, alone, other))

    found = [conflicts((lea, karim), one, near) for one in (joint, alone, other)]

    assert found == [
        {"lea@lea.example": Conflict(OWN, "LÉA Marchand")},
        {"lea@lea.example": Conflict(TOGETHER, "zoe roc")},
        {},
    ]


# --- By mail ---------------------------------------------------------------------------------------------


NEAR = "Luc Noir <luc@lacs.example>"


def test_a_conflict_is_overruled_in_one_line_and_taken_back_in_another(engine: sa.Engine) -> None:
    board = Board(engine)
    board.hear(proposal(sender=NEAR))
    board.tell()
    asked = next(x for x in board.digests.values() if x.to == INES)

    board.answer(INES, "1 oui")
    recused = board.states
    board.answer(INES, "1 pas de conflit")
    overruled = board.states
    board.answer(INES, "1 conflit")

    assert "Vous ne la jugez pas (même institution que Luc Noir, d'après l'adresse)" in asked.text
    assert "« 1 pas de conflit » y remédie" in asked.text
    assert [*recused, *overruled, *board.states] == [State.SUBMITTED, State.ACCEPTED, State.SUBMITTED]


def test_who_may_not_judge_is_not_waited_for(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=3)
    board.hear(proposal(sender=NEAR))
    board.tell()

    (letter,) = board.answer(ODILE, "1 oui")

    assert "Il manque encore un avis (Tom Reed)." in letter.text


def test_no_conflict_is_inferred_where_the_organisers_do_not_wish_it(engine: sa.Engine) -> None:
    board = Board(engine, conflicts=False)
    board.hear(proposal(sender=NEAR))
    board.tell()

    board.answer(INES, "1 oui")

    assert board.states == [State.ACCEPTED]
