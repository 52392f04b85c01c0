"""Looking for phrases by their words finds what one regular expression of all of them finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callboard.reading import vocabulary
from callboard.reading.lookup import Keyed, Phrases, expressions

LETTERS = sorted((Path(__file__).parents[1] / "mail" / "read").rglob("*.eml"))[::9]
KEYS = sorted((section, key) for section in ("machine", "changes") for key in vocabulary.keys(section))


def phrases(*written: str) -> Phrases:
    return Phrases(one for phrase in written for one in expressions(phrase))


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("would like to talk", "i would like to talk", ["would like to talk"]),
        ("would like to talk", "i would like to walk", []),
        ("(i|we) would", "we would, i would", ["we would", "i would"]),
        ("propos(e|ons)", "nous proposons, il proposa", ["proposons"]),
        ("(the )?talks?", "the talk of talks", ["the talk", "talks"]),
        ("e-mail", "e-mail, email, e mail, emails", ["e-mail", "email", "e mail"]),
        ("# ?(minutes|min)", "20 min or 30minutes or 5 mins", ["20 min", "30minutes"]),
        ("#h#", "at 9h30", ["9h30"]),
        ("give * talk", "give a short talk", ["give a short talk"]),
        ("give * talk", "give a b c d e talk", []),
        ("mon avis sur l'", "mon avis sur l'exposé", ["mon avis sur l'"]),
        (", not", "a poster , not a talk", [", not"]),
        ("'d like", "i 'd like", ["'d like"]),
        ("'d like", "i'd like", []),
        ("ici", "voici l'ici", ["ici"]),
    ],
)
def test_a_phrase_is_found_as_whole_words(written: str, text: str, found: list[str]) -> None:
    assert [one[0] for one in phrases(written).finditer(text)] == found


def test_of_two_phrases_the_first_in_the_text_counts_and_then_the_first_in_the_file() -> None:
    known = phrases("talk", "a talk", "a talk by", "paper")

    assert [one[0] for one in known.finditer("paper: a talk by me")] == ["paper", "a talk"]


def test_a_search_starts_where_it_is_told_to() -> None:
    known = phrases("a talk")

    found = known.search("a talk, a talk", 1)

    assert found is not None
    assert found.start() == 8
    assert known.search("a talk", 1) is None


def test_what_is_found_can_be_replaced() -> None:
    known = phrases("a talk")

    assert known.sub("x", "a talk, a talk.") == "x, x."
    assert known.sub(lambda said: said[0].upper(), "a talk, a talk.", count=1) == "A TALK, a talk."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("For Half An Hour, then", ["Half An Hour"]),
        ("half-an-hour", ["half-an-hour"]),
        ("an hour and a half", []),
        ("halfway an hour", []),
    ],
)
def test_an_expression_holds_only_in_texts_with_its_words(text: str, found: list[str]) -> None:
    hours = Keyed(["half an hour"], r"(?<!\w)half[\s-]an[\s-]hour")
    seen: list[str] = []

    left = hours.sub(lambda said: seen.append(said[0]) or "x", text)  # type: ignore[func-returns-value]

    assert seen == found
    assert (hours.search(text) is not None) == bool(found) == (left != text)


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_no_part_of_a_text_holds_what_may_not_be_in_the_text(section: str, key: str) -> None:
    known = vocabulary.pattern(section, key)
    texts = [vocabulary.fold(file.read_text("utf-8", "replace")) for file in LETTERS]
    texts += [phrase.replace("?", "") for phrase in vocabulary.phrases(section, key)[:20]]

    for text in texts:
        if known.search(text):
            assert known.may_be_in(f"before, {text} ; and behind")


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_whole_letters_hold_what_one_regular_expression_finds(section: str, key: str) -> None:
    known = vocabulary.pattern(section, key)
    expected = re.compile(known.pattern)
    texts = [vocabulary.fold(file.read_text("utf-8", "replace")) for file in LETTERS]
    texts += [phrase.replace("?", "") for phrase in vocabulary.phrases(section, key)[:20]]

    for text in texts:
        assert [one.span() for one in known.finditer(text)] == [one.span() for one in expected.finditer(text)]
        for said in (text, text[:40]):
            assert bool(known.match(said)) == bool(expected.match(said))
            assert bool(known.fullmatch(said)) == bool(expected.fullmatch(said))
