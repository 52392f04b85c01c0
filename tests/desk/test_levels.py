"""The level of a talk: kept, said back where it was given, corrected by an answer, and no part of any page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.model import Outcome
from conversing import Talk, say
from letters_in import mail

ABSTRACT = (
    "Les capteurs se taisent quand l'eau monte. Nous comparons trois rivières et montrons ce que les crues "
    "emportent des mesures, et ce qu'il en reste une fois l'eau retirée."
)


def propose(engine: sa.Engine, level: str = "") -> Talk:
    talk = Talk(engine)
    talk.hear(mail(f"Titre : Crues muettes\nOrateur : Maëlle Fontanel\n{level}Résumé : {ABSTRACT}\n"))
    return talk


def letter(talk: Talk) -> list[str]:
    """The lines of the last letter."""
    assert talk.last is not None
    part = talk.last.bytes.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).rstrip().splitlines()


@pytest.mark.parametrize(
    ("written", "kept", "said"),
    [
        ("Niveau : avancé\n", "advanced", ["Niveau          avancé"]),
        ("Niveau : débutant / avancé\n", None, []),
        ("", None, []),
    ],
)
def test_the_level_is_said_back_where_one_was_given(
    engine: sa.Engine, written: str, kept: str | None, said: list[str]
) -> None:
    talk = propose(engine, written)

    assert talk.proposal().level == kept
    assert [line.strip() for line in letter(talk) if line.strip().startswith("Niveau")] == said


def test_an_answer_changes_the_level_and_is_told_so(engine: sa.Engine) -> None:
    talk = propose(engine, "Niveau : avancé\n")

    say(talk, "Niveau : débutant")

    assert talk.outcomes[-1] is Outcome.FOLLOW_UP
    assert talk.proposal().level == "beginner"
    assert talk.actions() == ["proposed", "revised"]
    assert "débutant" in talk.last


def test_a_later_mail_without_a_level_leaves_it(engine: sa.Engine) -> None:
    talk = propose(engine, "Niveau : avancé\n")

    say(talk, "Durée : 30 minutes")

    assert (talk.proposal().level, talk.proposal().duration_minutes) == ("advanced", 30)


@pytest.mark.parametrize("words", ["débutant", "plutôt débutant", "non, débutant"])
def test_the_level_can_be_answered_below_its_line(engine: sa.Engine, words: str) -> None:
    talk = propose(engine, "Niveau : avancé\n")
    quoted = ["Le lun. 1 févr. 2027 à 10:03, Journée rivières <journee@callboard.test> a écrit :", ""]
    for line in letter(talk):
        quoted += [f"> {line}".rstrip(), *([f"\n{words}\n"] if line.strip().startswith("Niveau") else [])]

    say(talk, "\n".join(quoted))

    assert (talk.proposal().level, talk.proposal().title) == ("beginner", "Crues muettes")
