"""The index of speakers: its order, and people who share a name."""

from __future__ import annotations

import pytest

from callboard.programme.formats.parts import Entry, SpeakerLine
from callboard.programme.formats.people import index, sort_key
from callboard.proposals import SpeakerCard
from programme_days import card


def talk(number: int, *speakers: tuple[str, str | None]) -> Entry:
    return Entry(
        "talk", f"Talk {number}", number=number, speakers=tuple(SpeakerLine(*one) for one in speakers)
    )


def lines(
    *talks: Entry, addresses: dict[int, str] | None = None
) -> list[tuple[str, str | None, list[int | None]]]:
    cards = {
        number: card(number, speakers=(SpeakerCard("Jean Martin", None, address),))
        for number, address in (addresses or {}).items()
    }
    found = index(talks, cards)
    return [(one.name, one.affiliation, [entry.number for entry in one.entries]) for one in found]


def test_the_index_is_in_the_order_of_last_names_whatever_their_accents():
    names = ["Zoé Élias", "Ada Zumthor", "Côme d’Ornano", "Ana Petrović", "Éric Eliot"]

    found = lines(*(talk(n, (name, None)) for n, name in enumerate(names)))

    assert [name for name, _, _ in found] == [
        "Zoé Élias",
        "Éric Eliot",
        "Côme d’Ornano",
        "Ana Petrović",
        "Ada Zumthor",
    ]


def test_one_person_with_two_talks_is_one_line():
    assert lines(talk(1, ("Ada Sample", None)), talk(2, ("Ada Sample", "Labo"))) == [
        ("Ada Sample", "Labo", [1, 2])
    ]


def test_two_people_of_one_name_are_told_apart_by_affiliation():
    assert lines(talk(1, ("Jean Martin", "Liège")), talk(2, ("Jean Martin", "CNRS"))) == [
        ("Jean Martin", "CNRS", [2]),
        ("Jean Martin", "Liège", [1]),
    ]


def test_two_people_of_one_name_are_told_apart_by_address():
    found = lines(
        talk(1, ("Jean Martin", None)),
        talk(2, ("Jean Martin", None)),
        talk(3, ("Jean Martin", None)),
        addresses={1: "one@example.org", 2: "two@example.org", 3: "ONE@example.org"},
    )

    assert found == [("Jean Martin", None, [1, 3]), ("Jean Martin", None, [2])]


def test_two_people_of_one_name_in_one_talk_are_two_lines():
    assert lines(talk(1, ("Jean Martin", None), ("Jean Martin", None))) == [
        ("Jean Martin", None, [1]),
        ("Jean Martin", None, [1]),
    ]


@pytest.mark.parametrize(
    ("name", "first"), [("Siobhán Ní Dhomhnaill", "dhomhnaill"), ("Gaëtan Le Floc’h", "floc'h"), ("", "")]
)
def test_a_name_is_sorted_by_its_last_word(name, first):
    assert sort_key(name)[0] == first
