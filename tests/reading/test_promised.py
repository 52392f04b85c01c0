"""A talk that a letter offers by its title, and the words without which no letter does."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.mailroom.incoming import read_mail
from callboard.reading import promised, quoting
from callboard.reading.layout import lines_of
from growth import grows_with_size_only
from handwritten import proposed

TITLE = "Counting ducks in winter"
LETTERS = Path(__file__).parents[1] / "mail" / "read"


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("I would like to propose a talk.", True),
        ("Je propose un exposé.", True),
        ("The title would be “Old tides”.", True),
        ("Ich würde gerne „Alte Fluten“ bei Ihnen vortragen.", True),
        ("The train to Lyon is late again.", False),
        ("My report, “Old tides”, came out last week.", False),
    ],
)
def test_some_words_are_needed_to_offer_a_talk_by_its_title(text: str, may: bool) -> None:
    assert promised.may_offer(text) is may


def test_whatever_offers_a_talk_by_its_title_has_these_words() -> None:
    own = [quoting.split(read_mail(file.read_bytes()).text).own for file in sorted(LETTERS.rglob("*.eml"))]
    offering = [text for text in own if promised.offered(lines_of(text))]

    assert len(offering) > 10
    assert all(map(promised.may_offer, offering))


def test_the_time_for_many_quotations_in_one_paragraph_grows_with_its_size_only():
    """Found by fuzzing: for each of seven thousand the words of all the paragraph were counted."""
    assert grows_with_size_only(promised.may_offer, '{"title": "Les ' * 3_000)


@pytest.mark.parametrize(
    "remark",
    [
        "I am free in the afternoon.",
        "I have given it in Ghent before.",
        "Is there still a slot free?",
        "I hope that it fits your programme.",
        "I am a PhD student in hydrology.",
        "Paul Durand would present it with me.",
        "It is joint work with Paul Durand. I could also do a poster.",
        "Je suis libre l'après-midi.",
        "Je l'ai déjà donné à Gand.",
        "Je suis doctorante en hydrologie.",
        "Paul Durand le présenterait avec moi.",
    ],
)
def test_a_remark_below_an_offer_is_no_abstract(remark: str) -> None:
    found = proposed(f"I would like to propose a talk, “{TITLE}”.\n\n{remark}")

    assert (found.title, found.abstract) == (TITLE, None)


@pytest.mark.parametrize(
    "told",
    [
        "We have data from forty ponds.",
        "It is about ducks on mill ponds.",
        "Jean Dupont and I developed a drone that counts ducks.",
        "Joint work with Paul Noir on counting ducks with drones.",
        "My talk is about eels.",
        "I work on a free tool that predicts floods.",
        "Paul Noir and I compare three flood models.",
        "Avec Paul Noir, j'ai cartographié les digues.",
        "My PhD thesis shows that ducks prefer mill ponds to lakes.",
        "Avec Paul Noir, nous avons mis au point un drone qui compte les canards.",
    ],
)
def test_a_short_text_below_an_offer_is_one(told: str) -> None:
    assert proposed(f"I would like to propose a talk, “{TITLE}”.\n\n{told}").abstract == told


def test_what_a_remark_says_is_kept() -> None:
    found = proposed(
        f"I would like to propose a talk, “{TITLE}”.\n\n"
        "I am free in the afternoon. Paul Durand (LIRE) would present it with me."
    )

    assert found.availability == "I am free in the afternoon."
    assert [(one.name, one.affiliation) for one in found.speakers] == [
        ("Ada Moreau", None),
        ("Paul Durand", "LIRE"),
    ]
