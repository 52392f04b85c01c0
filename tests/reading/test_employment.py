"""Institutions in running text."""

from __future__ import annotations

import pytest

from callboard.reading.employment import place_at


@pytest.mark.parametrize("text", ["Institut d'histoire", "Laboratoire d'écologie"])
def test_an_institution_may_end_the_text(text: str) -> None:
    """Its last words once led behind the end of the text."""
    assert place_at(text, 0) == (text, len(text))
