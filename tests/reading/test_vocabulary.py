"""The words of the languages: every phrase is a pattern, and no pattern can blow up."""

from __future__ import annotations

import pytest

from callboard.reading import vocabulary
from growth import grows_with_size_only

KEYS = sorted(
    {
        (section, key)
        for language in vocabulary.languages()
        for section in ("quoting", "machine", "intent")
        for key in vocabulary.table(language).get(section, {})
    }
)
HOSTILE = {
    "spaces": "x " * 20_000,
    "one word": "x" * 40_000,
    "je": "je " * 13_000,
    "i would like to": "i would like to " * 2_500,
    "ne pourrai pas": "ne pourrai pas " * 2_600,
    "the": "the a my " * 4_400,
}


def test_the_languages_are_the_files() -> None:
    assert vocabulary.languages() == ("de", "en", "es", "fr", "it")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Œuvre  d’Été\n", "oeuvre d'ete"),
        ("STRASSE, Straße", "strasse, strasse"),
        ("a\xa0b\u202fc", "a b c"),
        ("multi‑agent", "multi-agent"),
        ("", ""),
    ],
)
def test_folding_leaves_letters_without_accents_or_capitals(written: str, folded: str) -> None:
    assert vocabulary.fold(written) == folded


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_phrase_can_be_found_and_none_is_empty(section: str, key: str) -> None:
    found = vocabulary.pattern(section, key)

    assert vocabulary.phrases(section, key) != ()
    assert found.search("") is None
    assert found.search(" zzz ") is None


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_no_phrase_has_a_sign_that_means_nothing_here(section: str, key: str) -> None:
    """Square brackets are looked for as they stand: "defen[cs]e" never found a defence."""
    assert [phrase for phrase in vocabulary.phrases(section, key) if "[" in phrase] == []


@pytest.mark.parametrize("language", vocabulary.languages())
def test_every_language_has_words_for_each_thing_the_reader_looks_for(language: str) -> None:
    needed = {
        "language": {"stop"},
        "quoting": {"wrote", "attribution", "forward", "original", "from", "to", "date", "subject"},
        "machine": {"subject_certain", "certain", "absence", "handling", "bounce_subject", "unsubscribe"},
        "intent": {"offer", "subject", "voice", "withdraw", "conditional", "change", "question", "grateful"},
    }
    table = vocabulary.table(language)

    missing = {
        f"{section}.{key}" for section, keys in needed.items() for key in keys - set(table.get(section, {}))
    }

    assert missing == set()


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_pattern_costs_time_in_proportion_to_the_text(section: str, key: str) -> None:
    found = vocabulary.pattern(section, key)
    for text in HOSTILE.values():
        assert grows_with_size_only(lambda text: sum(1 for _ in found.finditer(text)), text)
