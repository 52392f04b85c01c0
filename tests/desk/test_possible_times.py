"""When a speaker can speak, as letters say it back to them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

import pytest

from callboard.call import Call, Half, HalfDay
from callboard.desk import letters
from callboard.desk.replies import Deed, Did, Transcript, transcript
from callboard.mailroom.incoming import Address
from callboard.proposals import ProposalCard
from callboard.templating import Templates
from weaving import CARD

TUESDAY, WEDNESDAY = date(2027, 6, 1), date(2027, 6, 2)
TO = Address("Ada Example", "ada@example.org")
CALL = Call("Rencontres")
HALVES = (
    HalfDay(TUESDAY, Half.MORNING),
    HalfDay(TUESDAY, Half.AFTERNOON, not_after=time(16)),
    HalfDay(WEDNESDAY, Half.AFTERNOON, not_before=time(14), not_after=time(15, 30)),
)


def card(language: str, half_days: tuple[HalfDay, ...] | None) -> ProposalCard:
    return replace(CARD, letter_language=language, availability="mercredi après-midi", half_days=half_days)


def one_line(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "Créneaux mardi 1er juin jusqu’à\u00a016\u00a0h\u202f; mercredi 2 juin l’après-midi, "
            "de\u00a014\u00a0h à\u00a015\u00a0h\u00a030",
        ),
        (
            "en",
            "Possible times Tuesday 1 June until\u00a016:00; Wednesday 2 June in the afternoon, "
            "from\u00a014:00 to\u00a015:30",
        ),
    ],
)
def test_an_acknowledgement_says_the_times_that_were_understood(language: str, said: str) -> None:
    letter = letters.acknowledgement(Templates(), CALL, card(language, HALVES), TO, TO)

    assert said in one_line(letter.text)
    assert said in one_line(re.sub(r"<[^>]+>", " ", letter.html))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_times_that_were_not_understood_are_not_mentioned(language: str) -> None:
    letter = letters.acknowledgement(Templates(), CALL, card(language, None), TO, TO)

    assert "Créneaux" not in letter.text
    assert "Possible times" not in letter.text


def test_a_change_of_times_is_shown_as_before_and_after() -> None:
    said = Transcript((Deed(Did.CHANGED, card("en", HALVES[:1]), card("en", HALVES[2:])),))
    letter = transcript(Templates(), CALL, said, TO, TO, "en")

    assert "before Tuesday 1 June in the morning now Wednesday 2 June in the afternoon" in one_line(
        letter.text
    )
