"""The index of speakers: its order, and people who share a name."""

from __future__ import annotations

import pytest

from callboard.call import Call
from callboard.programme.formats import view
from callboard.programme.formats.people import index, sort_key
from callboard.programme.timetable import Listed, Programme
from callboard.proposals import SpeakerCard
from programme_days import card

Named = tuple[str, str | None, str | None]  # name, affiliation, address


def lines(*talks: tuple[Named, ...]) -> list[tuple[str, str | None, list[int | None]]]:
    """The index of a programme of these talks, whose numbers count from 1."""
    cards = [
        card(number, speakers=tuple(SpeakerCard(*one) for one in speakers))
        for number, speakers in enumerate(talks, 1)
    ]
    listed = tuple(Listed(one.title, tuple(s.name for s in one.speakers), number=one.number) for one in cards)
    shown = view.build(Call(title="A day"), Programme("UTC", unscheduled=listed), cards, "en")
    found = index(shown.contributions)
    return [(one.name, one.affiliation, [entry.number for entry in one.entries]) for one in found]


def test_the_index_is_in_the_order_of_last_names_whatever_their_accents():
    names = ["Zoé Élias", "Ada Zumthor", "Côme d’Ornano", "Ana Petrović", "Éric Eliot"]

    found = lines(*(((name, None, None),) for name in names))

    assert [name for name, _, _ in found] == [
        "Zoé Élias",
        "Éric Eliot",
        "Côme d’Ornano",
        "Ana Petrović",
        "Ada Zumthor",
    ]


def test_one_person_with_two_talks_is_one_line():
    assert lines((("Ada Sample", None, None),), (("Ada Sample", "Labo", None),)) == [
        ("Ada Sample", "Labo", [1, 2])
    ]


def test_two_people_of_one_name_are_told_apart_by_affiliation():
    assert lines((("Jean Martin", "Liège", None),), (("Jean Martin", "CNRS", None),)) == [
        ("Jean Martin", "CNRS", [2]),
        ("Jean Martin", "Liège", [1]),
    ]


def test_two_people_of_one_name_are_told_apart_by_address():
    addresses = "one@example.org", "two@example.org", "ONE@example.org"

    found = lines(*((("Jean Martin", None, address),) for address in addresses))

    assert found == [("Jean Martin", None, [1, 3]), ("Jean Martin", None, [2])]


def test_an_address_tells_more_than_an_affiliation():
    found = lines(
        (("Jean Martin", "Liège", "jean@example.org"),), (("Jean Martin", "CNRS", "jean@example.org"),)
    )

    assert found == [("Jean Martin", "Liège", [1, 2])]


def test_of_two_namesakes_nobody_guesses_which_one_is_meant():
    found = lines(
        (("Jean Martin", None, "one@example.org"),),
        (("Jean Martin", None, "two@example.org"),),
        (("Jean Martin", None, None),),
    )

    assert [numbers for _, _, numbers in found] == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("name", "first"), [("Siobhán Ní Dhomhnaill", "dhomhnaill"), ("Gaëtan Le Floc’h", "floc'h"), ("", "")]
)
def test_a_name_is_sorted_by_its_last_word(name, first):
    assert sort_key(name)[0] == first
