"""Several talks of which a letter says little more than their titles."""

from __future__ import annotations

import pytest

from callboard.reading.reader import read
from callboard.reading.result import Kind, Reading
from handwritten import letter

DUCKS, BOARDS = "Counting ducks in winter", "Reading the minutes of water boards"
TWO = "I would like to propose two talks:"
EN = "Every winter for ten years we have counted ducks on forty mill ponds, from the air and from the bank."
OTHER = "Water boards keep minutes. We read four hundred of them and found out who decided what and when."


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
    found = proposed(f"{TWO}\n\n{DUCKS}\n\n{EN}\n\n{BOARDS}\n\n{OTHER}").proposals

    assert [(one.title, one.abstract) for one in found] == [(DUCKS, EN), (BOARDS, OTHER)]


def test_what_the_letter_says_of_all_is_said_of_each() -> None:
    around = "both of 20 minutes, with Paul Noir (ENS). We are free on Monday."
    below = "Both take 20 minutes. Paul Noir (ENS) would present both with me. We are free on Monday."
    letters = (
        f"I would like to propose two talks, “{DUCKS}” and “{BOARDS}”, {around}",
        f"I would like to propose two talks, {around}\n\n{DUCKS}\n\n{EN}\n\n{BOARDS}\n\n{OTHER}",
        f"{TWO}\n\n{DUCKS}\n\n{EN}\n\n{BOARDS}\n\n{OTHER}\n\n{below}",
        f"{TWO}\n\n- {DUCKS}\n- {BOARDS}\n\n{below}",
    )
    found = [talk for text in letters for talk in proposed(text).proposals]

    assert [(one.title, one.duration_minutes, one.availability) for one in found] == [
        (DUCKS, 20, "We are free on Monday."),
        (BOARDS, 20, "We are free on Monday."),
    ] * len(letters)
    assert {tuple(one.name for one in talk.speakers) for talk in found} == {("Ada Moreau", "Paul Noir")}


@pytest.mark.parametrize(
    "text",
    [
        f"{TWO}\n\n{DUCKS} (20 min)\n\n{EN}\n\n{BOARDS} (90 min)\n\n{OTHER}",
        f"{TWO}\n\n- {DUCKS}, 20 min\n- {BOARDS} - 90 min",
        f"We'd like to run two workshops, “{DUCKS}” (20 min) and “{BOARDS}” (90 minutes), with Paul Noir.",
    ],
)
def test_a_length_beside_a_title_is_that_talks(text: str) -> None:
    reading = proposed(text)

    assert [(one.title, one.duration_minutes) for one in reading.proposals] == [(DUCKS, 20), (BOARDS, 90)]
    assert reading.kind is Kind.PROPOSAL


ONE = {
    "two ideas": f"Title: {DUCKS}\nAbstract: {EN}\n\nIt has two ideas:\n\n- from the air\n- by asking",
    "two earlier talks": f"Title: {DUCKS}\n\n{EN}\n\nBio: Ada gave two talks, “The dykes” and “The frogs”.",
    "what it covers": f"I propose a talk, “{DUCKS}”.\n\nTwo topics:\n- Sampling from the air\n- Asking anglers",
    "days": f"I propose “{DUCKS}”. I am free on two presentation days:\n\n- Monday morning\n- Tuesday all day",
    "in the text": f"I'd propose “{DUCKS}”.\n\n{EN} The two ideas are “adaptive sampling” and “citizen science”.",
    "headings": f"Title: {DUCKS}\nAbstract:\n\n{EN} It has two talks.\n\nIn the air\n\n{EN}\n\nIn the mud\n\n{OTHER}",
    "attended": f"Last year I attended two talks here.\n\n{DUCKS}\n\n{EN}\n\nWhat I would need\n\n{OTHER}",
    "extends": f"I propose a talk, “The frogs”. It extends two talks:\n\n{DUCKS}\n\n{EN}\n\n{BOARDS}\n\n{OTHER}",
    "run before": f"I would like to propose a talk on mills. I have run two workshops:\n\n- {DUCKS}\n- {BOARDS}",
    "déjà animés": f"Je propose un exposé. J'ai animé deux ateliers :\n\n- {DUCKS}\n- {BOARDS}",
    "yours": f"You have two workshops, “{DUCKS}” and “{BOARDS}”, which my talk would complement.",
    "what I need": f"I'd like to offer two workshops. I need:\n\n- a large table\n- some paper\n\nTitle: {DUCKS}",
    "a heading": f"I'd like to offer two workshops.\n\n{DUCKS}\n\n{EN}\n\nWhat I need\n\nA projector. {OTHER}",
    "speakers beside": f"I propose two talks: “{DUCKS}” with Paul Noir (Ghent), and “{BOARDS}” on my own.",
    "texts below": f"I propose two talks: “{DUCKS}” and “{BOARDS}”.\n\nThe first asks farmers, the second lawyers.",
    "two titles": f"I have two options for the title of my talk: “{DUCKS}” or “Ducks, counted”.",
    "deux titres": "Voici deux propositions de titre pour mon exposé : « Les canards » ou « Compter les canards ».",
    "either": f"I have two talks for you, “{DUCKS}” or “{BOARDS}”.",
    "two formats": f"I propose a talk, {DUCKS}, in two presentations:\n\n- Slides with a demo\n- Live coding",
}


@pytest.mark.parametrize(
    "title",
    ["Ducks (and friends)", "R, Python: which one?", "Who owns the dyke?", "Groundwater - a short story"],
)
def test_signs_in_a_title_are_its_own(title: str) -> None:
    assert [one.title for one in proposed(f"{TWO}\n\n- {title}\n- {BOARDS}").proposals] == [title, BOARDS]


@pytest.mark.parametrize(
    "beside",
    [", Paul Noir", " - Paul Noir", ", by Paul Noir (Ghent)", " (20 min, beginners)", " (with Paul Noir)"],
)
def test_what_is_more_than_a_title_is_left_to_a_person(beside: str) -> None:
    found = proposed(f"{TWO}\n\n- {DUCKS}{beside}\n- {BOARDS}{beside}").proposals

    assert [one.title for one in found if one.title] == []


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_two_of_something_else_are_one_talk(text: str) -> None:
    assert len(proposed(text).proposals) == 1


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
