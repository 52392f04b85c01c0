"""`callboard check` renders every letter, so that a broken template shows before the first real mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard import resources, samples
from callboard.config import Config
from callboard.templating import Templates
from weaving import CALL

LETTERS = resources.folder("templates") / "letters"
BRANCHES = {  # a place in a template that only some answers reach
    "fr/_review.txt": "même institution que {{ conflict.whom }}, d’après l’adresse",
    "en/full.html": "it is too large for this letter",
    "fr/review.html": "peut-être",
    "en/_review.txt": "the event has no such day",
    "en/_digest.txt": "Everybody has voted or is recused",
}


def test_the_shipped_letters_render() -> None:
    assert samples.broken(Templates(), Config(call=CALL)) == []


@pytest.mark.parametrize("name", BRANCHES)
def test_a_fault_that_only_some_answers_reach_is_found(name: str, tmp_path: Path) -> None:
    words = (LETTERS / name).read_text(encoding="utf-8")
    assert BRANCHES[name] in words
    own = tmp_path / "letters" / name
    own.parent.mkdir(parents=True)
    own.write_text(words.replace(BRANCHES[name], "{{ nonsense }}"), encoding="utf-8")

    broken = samples.broken(Templates(tmp_path), Config(call=CALL))

    assert [(line.partition(f"{name}:")[1], line.rpartition(": ")[2]) for line in broken] == [
        (f"{name}:", "'nonsense' is undefined")
    ]
