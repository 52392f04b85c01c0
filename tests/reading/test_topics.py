"""Which topics of the call a text belongs to."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from callboard.call import Topic, TopicMatch
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
    ranked = topics.rank(TOPICS, "Le miel et la santé des ruches", most=2)

    assert len(ranked) == 2
    assert ranked[0].score >= ranked[1].score > 0


def test_what_is_like_no_topic_has_none() -> None:
    assert topics.rank(TOPICS, "Quantum error correction with surface codes") == ()


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_an_empty_text_has_no_topic(text: str) -> None:
    assert topics.rank(TOPICS, text) == ()


def test_a_call_without_topics_ranks_nothing() -> None:
    assert topics.rank((), "Le miel") == ()


# --- Measured ------------------------------------------------------------------------------------------

CALLS = tomllib.loads(Path(__file__).with_name("abstracts.toml").read_text("utf-8"))["call"]


def ranked(*, keywords: bool) -> list[tuple[list[int], tuple[TopicMatch, ...]]]:
    """For each abstract the topics that a person chose, and ours."""
    return [
        (abstract["topics"], topics.rank(of_call(call, keywords), abstract["text"]))
        for call in CALLS
        for abstract in call["abstracts"]
    ]


def of_call(call: dict, keywords: bool) -> tuple[Topic, ...]:
    return tuple(Topic(t["text"], tuple(t["keywords"]) if keywords else ()) for t in call["topics"])


def test_with_keywords_nine_abstracts_in_ten_find_their_topic_in_either_language() -> None:
    found = ranked(keywords=True)

    first = sum(bool(ours) and ours[0].index == theirs[0] for theirs, ours in found)
    among = sum(theirs[0] in [match.index for match in ours] for theirs, ours in found)
    assert (len(found), first >= 25, among >= 26) == (28, True, True)


def test_most_second_topics_are_found_and_few_are_invented() -> None:
    found = ranked(keywords=True)

    both = [ours for theirs, ours in found if len(theirs) == 2 and {m.index for m in ours} == set(theirs)]
    invented = [ours for theirs, ours in found if len(theirs) == 1 and len(ours) == 2]
    assert len(both) >= 3
    assert len(invented) <= 7


def test_without_keywords_a_topic_is_rather_left_out_than_wrong() -> None:
    found = [(theirs, ours) for theirs, ours in ranked(keywords=False) if ours]

    right = sum(ours[0].index == theirs[0] for theirs, ours in found)
    assert right >= 10
    assert right >= 0.7 * len(found)


@pytest.mark.parametrize("keywords", [True, False])
def test_a_talk_about_something_else_has_no_topic(keywords: bool) -> None:
    found = [topics.rank(of_call(call, keywords), text) for call in CALLS for text in call["none"]]

    assert found == [(), (), ()]


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("Éducation à l'environnement", "EDUCATION ET ENVIRONNEMENT"),
        ("les réseaux ferrés", "Un réseau ferré d'intérêt local"),
        ("les villes nouvelles", "Une ville nouvelle"),
        ("Railway networks", "A railway network in the Alps"),
        ("la traduction", "Traduire sans dictionnaire"),
    ],
)
def test_plurals_feminines_and_accents_make_no_difference(topic: str, text: str) -> None:
    others = (Topic("la cuisine des moines"), Topic(topic))

    assert [match.index for match in topics.rank(others, text)] == [1]
