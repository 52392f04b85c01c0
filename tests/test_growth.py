"""The measure of growth tells linear work from quadratic work."""

from __future__ import annotations

from growth import grows_with_size_only


def test_work_in_proportion_to_the_text_passes() -> None:
    assert grows_with_size_only(lambda text: sum(map(ord, text)), "a" * 500_000)


def test_work_that_grows_faster_than_the_text_does_not() -> None:
    def cubic(text: str) -> int:  # eight times the work for twice the text: no noise hides that
        return sum(1 for _ in range(len(text) ** 3))

    assert not grows_with_size_only(cubic, "a" * 120)
