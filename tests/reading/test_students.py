"""Who is a student, in words about one person."""

from __future__ import annotations

import pytest

from callboard.reading.students import is_student


@pytest.mark.parametrize(
    "about",
    [
        "PhD student, Institute of Examples",
        "Ada is a doctoral candidate in hydrology at Exampleton.",
        "Doctorante au laboratoire d’exemples",
        "Je suis étudiante en master d'histoire.",
        "Doktorandin am Institut für Beispiele",
        "Estudiante de doctorado, Universidad de Ejemplo",
        "Dottoranda in idrologia",
        "Doctoranda en la Universidad de Ejemplo",
    ],
)
def test_a_student_is_known_by_the_word(about: str) -> None:
    assert is_student(about)


@pytest.mark.parametrize(
    "about",
    [
        "",
        "Professor of hydrology; supervises PhD students and one PhD student in Lyon",
        "Ada was a PhD student at Exampleton and is now an engineer.",
        "Directrice de recherche, elle encadre une doctorante.",
        "Student Services, University of Exampleton",
        "Ancienne doctorante du laboratoire, aujourd'hui ingénieure",
        "École doctorale des exemples",
        "x " * 100_000 + "PhD student",
    ],
)
def test_others_are_none(about: str) -> None:
    assert not is_student(about)
