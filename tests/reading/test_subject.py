"""What stands before a subject: Re:, Fwd:, AW:, tags of lists."""

from __future__ import annotations

import pytest

from callboard.reading import subject


@pytest.mark.parametrize(
    ("written", "answers", "forwards", "left"),
    [
        ("Re: x", True, False, "x"),
        ("RE : x", True, False, "x"),
        ("Rép : x", True, False, "x"),
        ("AW: x", True, False, "x"),
        ("R: x", True, False, "x"),
        ("Re[2]: x", True, False, "x"),
        ("[list] Re: [list] x", True, False, "[list] x"),
        ("Re: AW: WG: x", True, False, "x"),
        ("Fwd: x", False, True, "x"),
        ("TR : x", False, True, "x"),
        ("FW: x", False, True, "x"),
        ("[liste] Fwd: x", False, True, "x"),
        ("WG: x", False, True, "x"),
        ("RV: x", False, True, "x"),
        ("I: x", False, True, "x"),
        ("Fwd: Re: x", False, True, "x"),
        ("Re: Fwd: x", True, True, "x"),
        ("[tag] x", False, False, "[tag] x"),
        ("R : un langage pour les cartes", False, False, "R : un langage pour les cartes"),
        ("Transport : x", False, False, "Transport : x"),
        ("Introduction : x", False, False, "Introduction : x"),
        ("Research", False, False, "Research"),
        ("", False, False, ""),
    ],
)
def test_the_marks_of_mail_programs_are_known(written: str, answers: bool, forwards: bool, left: str) -> None:
    assert (subject.answers(written), subject.is_forward(written), subject.without_marks(written)) == (
        answers, forwards, left,
    )  # fmt: skip


def test_a_bare_subject_has_no_tags() -> None:
    assert subject.bare("Re: [list] [talks] Maps") == "Maps"
