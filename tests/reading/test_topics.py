"""Which topics of the call a text belongs to."""

from __future__ import annotations

import pytest

from callboard.call import Topic
from callboard.reading import topics

TOPICS = (
    Topic("la mesure du vol des abeilles", ("flight", "radar", "vol", "trajectoire")),
    Topic("la santé des ruches ;", ("hive", "disease", "varroa", "maladie")),
    Topic("le miel et son commerce", ("honey", "market", "prix", "trade")),
)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Tracking flights with a harmonic radar", 0),
        ("Trajectoires de vol au-dessus d'un champ", 0),
        ("Early detection of disease in the hive", 1),
        ("Le varroa et les autres maladies", 1),
        ("Honey prices on the world market", 2),
        ("COMMERCE DU MIEL", 2),
    ],
)
def test_the_nearest_topic_comes_first(text: str, best: int) -> None:
    assert topics.rank(TOPICS, text)[0].index == best


def test_no_more_than_asked_for_are_named_best_first() -> None:
    ranked = topics.rank(TOPICS, "Miel, ruches, abeilles et leur vol", most=2)

    assert len(ranked) == 2
    assert ranked[0].score >= ranked[1].score > 0


def test_what_is_like_no_topic_has_none() -> None:
    assert topics.rank(TOPICS, "Quantum error correction with surface codes") == ()


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_an_empty_text_has_no_topic(text: str) -> None:
    assert topics.rank(TOPICS, text) == ()


def test_a_call_without_topics_ranks_nothing() -> None:
    assert topics.rank((), "Le miel") == ()
