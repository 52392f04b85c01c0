"""Which of the authors presents: nobody is lost from a talk because another is named."""

from __future__ import annotations

import pytest

from callboard.model import Outcome
from conversing import ADA, ANNA, Talk, say, speakers

ZOE = "Zoé Lenoir"


@pytest.mark.parametrize(
    "words",
    [
        f"C'est {ANNA} qui présentera.",
        f"C'est {ANNA} qui fera l'exposé.",
        f"{ANNA} will give the talk.",
    ],
)
def test_who_presents_is_told_to_the_organisers_and_everybody_stays(team: Talk, words: str) -> None:
    (letter,) = say(team, words)

    assert speakers(team) == [ADA, ANNA]
    assert team.outcomes[-1] is Outcome.QUESTION
    assert "Tom Reed" in letter


@pytest.mark.parametrize(
    "words",
    [
        f"C'est {ZOE} (INRAE) qui présentera l'exposé, elle a fait la moitié des relevés.",
        f"{ZOE} (INRAE) will present our talk.",
    ],
)
def test_who_presents_and_is_new_joins_the_others(team: Talk, words: str) -> None:
    (letter,) = say(team, words)

    assert speakers(team) == [ADA, ANNA, ZOE]
    assert words in letter  # who of the three presents


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (f"{ZOE} présentera à ma place.", [ANNA, ZOE]),
        (f"{ZOE} will give the talk instead of me.", [ANNA, ZOE]),
        (f"I can't come, my student {ZOE} will give the talk.", [ANNA, ZOE]),
        (f"{ZOE} présentera l'exposé à la place de {ANNA}.", [ADA, ZOE]),
        (f"{ZOE} will give the talk instead of {ANNA}.", [ADA, ZOE]),
    ],
)
def test_who_gives_their_place_away_leaves_and_nobody_else(team: Talk, words: str, left: list[str]) -> None:
    say(team, words)

    assert speakers(team) == left


@pytest.mark.parametrize(
    "words",
    [
        f"{ANNA} a fini ses relevés.",
        f"Est-ce que {ZOE} présentera le même jour ?",
        f"{ZOE} will not present.",
    ],
)
def test_who_is_only_spoken_of_changes_nothing(team: Talk, words: str) -> None:
    say(team, words)

    assert speakers(team) == [ADA, ANNA]
