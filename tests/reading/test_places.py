"""Where the words of a field stand: in a line, in a longer text, in the mail around the sender's own words."""

from __future__ import annotations

import pytest

from callboard.reading.embedding import embed
from callboard.reading.places import Text, complete
from callboard.reading.result import ProposalFound, Source, SpeakerFound


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Titre : Les haies", "Les haies", "Les haies"),
        ("Titre : LES\n**haies**", "Les haies", "LES\n**haies"),
        ("Hai, haies", "haies", "haies"),
        ("de _Hélène Marin_¹", "Hélène Marin", "Hélène Marin"),
        ("Marin1,2 et Noir²", "Noir", "Noir"),
        ("Marin1,2 et Noir²", "marin", "Marin"),
        ("le paquet a_b-c", "paquet A_B C", "paquet a_b-c"),
        ("l’été à Évreux", "ete a evreux", "été à Évreux"),
        ("e\u0301te\u0301 sec", "été sec", "e\u0301te\u0301 sec"),
        ("haiesdubocage", "haies", None),
        ("", "haies", None),
        ("haies", "…", None),
    ],
)
def test_words_are_found_whatever_their_case_accents_and_signs(text, words, found):
    span = Text(text).find(words)

    assert (text[slice(*span)] if span else None) == found


def test_words_are_looked_for_within_a_range():
    text = "haies, haies, haies"

    assert Text(text).find("Haies", (6, 13)) == (7, 12)
    assert Text(text).find("haies", (1, 5)) is None


def test_a_length_stands_on_the_fewest_lines_that_say_it():
    text = "Bonjour,\nje propose un exposé de 20\nminutes sur les haies.\nMerci"

    span = Text(text).saying("duration_minutes", 20)

    assert span
    assert text[slice(*span)] == "je propose un exposé de 20\nminutes sur les haies."


@pytest.mark.parametrize(
    ("inner", "outer", "spans"),
    [
        ("Oui.\n\nVingt minutes.", "> Bonjour\nOui.\n> Combien ?\n\nVingt minutes.\n", None),
        ("Bonjour\nAda", "Pour info\n\n> Bonjour\n> Ada\n", None),
        ("Bonjour", "Bonjour\n---\nBonjour\n", ((0, 8),)),
        ("a  \nb", "  a  \nb\n\n", None),
    ],
)
def test_each_line_is_found_again_in_the_longer_text(inner, outer, spans):
    places = embed(inner, outer, spans)

    for start, line in zip(places.starts, inner.split("\n"), strict=True):
        at = places.outer(start)
        assert at is not None
        assert outer[at : at + len(line.rstrip())] == line.rstrip()


def test_of_equal_lines_a_stretch_says_which():
    assert embed("Bonjour", "Bonjour\n---\nBonjour\n", ((0, 8),)).outer(3) == 3
    assert embed("Bonjour", "Bonjour\n---\nBonjour\n").outer(3) == 15


def test_a_text_in_a_text_in_a_text_is_followed_outwards():
    own, body, mail = (
        "Vingt minutes.",
        "> Combien ?\nVingt minutes.",
        "FYI\n> > Combien ?\n> Vingt minutes.\n",
    )

    place = embed(own, body).within(embed(body, mail)).outer(6)

    assert place
    assert mail[place : place + 8] == "minutes."


def test_a_line_that_is_not_there_has_no_place():
    assert embed("Adieu", "Bonjour").outer(0) is None


def test_a_field_put_together_ends_with_the_last_of_its_last_words():
    text = "je reste deux jours\n\n20 minutes sufficed on Thursday morning\nOnly on Thursday morning"
    value = "je reste deux jours Only on Thursday morning"
    found = ProposalFound(availability=value, sources={"availability": Source("text", "sentence")})

    source = complete(found, {"text": Text(text)}).sources["availability"]

    assert (source.start, source.end) == (0, len(text))


def test_words_that_do_not_stand_where_a_rule_says_are_looked_for_in_all_of_the_text():
    """Found by fuzzing: the rule's place began behind the label, the value before it."""
    said = ProposalFound(
        availability="Contraintes : le matin :",
        sources={"availability": Source("text", "label", start=14, end=24)},
    )

    place = complete(said, {"text": Text("Contraintes : le matin :\nMerci")}).sources["availability"]

    assert (place.start, place.end) == (0, 24)


def test_a_name_that_stands_nowhere_as_it_is_has_the_whole_of_its_text():
    """Found by fuzzing: "o,Dr U", of whom the name is "U o"."""
    said = ProposalFound(speakers=(SpeakerFound("U o"),), sources={"speakers": Source("sender", "sender")})

    place = complete(said, {"sender": Text("o,Dr U <r@t>")}).sources["speakers"]

    assert (place.start, place.end) == (0, 12)
