"""Several talks of which a letter says little more than their titles."""

from __future__ import annotations

import pytest

from callboard.reading.reader import read
from callboard.reading.result import Reading
from handwritten import letter

DUCKS, BOARDS = "Counting ducks in winter", "Reading the minutes of water boards"
TWO = "I would like to propose two talks:"


def proposed(text: str) -> Reading:
    return read(letter(f"Dear organisers,\n\n{text}\n\nBest wishes,\nAda Moreau", subject="Talk proposals"))


@pytest.mark.parametrize(
    "text",
    [
        f"{TWO}\n\n{DUCKS}\n{BOARDS}",
        f"{TWO}\n{DUCKS}\n{BOARDS}",
        f"{TWO}\n\n- {DUCKS}\n- {BOARDS}",
        f"{TWO}\n\n1. {DUCKS}\n\n2. {BOARDS}",
        f"{TWO}\n\n1) “{DUCKS}”\n2) “{BOARDS}”",
        f"I can offer several talks.\n\n- {DUCKS}\n- {BOARDS}",
        f"I have 2 talks for you, “{DUCKS}” and “{BOARDS}”.",
        f"J'ai deux propositions : « {DUCKS} » et « {BOARDS} ».",
        f"Je vous propose deux exposés :\n\n{DUCKS}\n{BOARDS}",
        f"{TWO}\n\n{DUCKS}\n{BOARDS}\n\nI can come all day. Both would fit into twenty minutes.",
    ],
)
def test_each_title_is_a_talk(text: str) -> None:
    assert [one.title for one in proposed(text).proposals] == [DUCKS, BOARDS]


def test_each_has_its_length_and_what_is_said_of_all() -> None:
    found = proposed(
        f"{TWO}\n\n- {DUCKS} (20 min)\n- {BOARDS} (30 min)\n\nI am free in the afternoon."
    ).proposals

    assert [(one.title, one.duration_minutes) for one in found] == [(DUCKS, 20), (BOARDS, 30)]
    assert [one.availability for one in found] == ["I am free in the afternoon."] * 2
    assert [[one.name for one in talk.speakers] for talk in found] == [["Ada Moreau"]] * 2


def test_a_line_above_each_text_is_its_title() -> None:
    texts = (
        "We count ducks every winter, and show what came out over ten years at the ponds of Kent.",
        "Water boards keep minutes. We read four hundred of them and found out who decided what and when.",
    )
    found = proposed(f"{TWO}\n\n{DUCKS}\n\n{texts[0]}\n\n{BOARDS}\n\n{texts[1]}").proposals

    assert [(one.title, one.abstract) for one in found] == [(DUCKS, texts[0]), (BOARDS, texts[1])]


@pytest.mark.parametrize(
    "text",
    [
        f"I propose a talk:\n\n{DUCKS}\n{BOARDS}",
        f"{TWO}\n\n{DUCKS}\n{BOARDS}\nThe dykes of Romney",
        f"{TWO}\n\n{DUCKS}\n{BOARDS}\n\n" + "We count ducks every winter and show what came out of it. " * 5,
        f"I gave two talks last year, “{DUCKS}” and “{BOARDS}”.\n\nNow I propose “The dykes of Romney”.",
        f"I propose “{DUCKS}”. It grew out of two talks:\n\nAda Moreau, in Ghent last May.\nPaul Noir, in Lille.",
    ],
)
def test_other_lines_are_none(text: str) -> None:
    assert len(proposed(text).proposals) <= 1
