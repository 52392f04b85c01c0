"""The measure of growth tells linear work from quadratic work."""

from __future__ import annotations

import re

from growth import grows_with_size_only


def test_work_in_proportion_to_the_text_passes() -> None:
    assert grows_with_size_only(lambda text: sum(map(ord, text)), "a" * 500_000)


def test_work_that_grows_with_the_square_of_the_text_does_not() -> None:
    ends_in_b = re.compile("a+b")

    assert not grows_with_size_only(ends_in_b.search, "a" * 10_000)
