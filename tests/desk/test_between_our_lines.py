"""Answers between the lines of our own letter, as mail programs quote its text and its HTML."""

from __future__ import annotations

import pytest

from callboard.mailroom.htmltext import html_to_text
from callboard.model import Outcome
from conversing import Talk
from letters_in import mail

ADA, PAUL, PLACE = "Maëlle Fontanel", "Paul Vernier", "Observatoire des rivières"
TITLE = "Mesurer les crues quand les capteurs se taisent"
LABELS = {
    "title": "Titre",
    "people": "Intervenants",
    "length": "Durée",
    "format": "Format",
    "language": "Langue",
}
VALUES = {
    "title": "Mesurer les",
    "people": ADA,
    "length": "20 min",
    "format": "exposé",
    "language": "français",
}


@pytest.fixture(params=["plain", "html"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def answer(talk: Talk, form: str, **below: str) -> None:
    """What is written below the lines of the letter that the mail quotes."""
    assert talk.last is not None
    part = talk.last.bytes.get_body((form,))
    assert part is not None
    letter = part.get_content() if form == "plain" else html_to_text(part.get_content())
    begins = LABELS if form == "plain" else VALUES
    lines = ["Le lun. 1 févr. 2027 à 10:03, Journée rivières <journee@callboard.test> a écrit :", ""]
    for line in letter.rstrip().splitlines():
        lines.append(f"> {line}".rstrip())
        lines += [f"\n{words}\n" for key, words in below.items() if line.strip().startswith(begins[key])]
    body = "\n".join([*lines, "", ADA, ""])
    talk.hear(mail(body, subject=f"Re: {talk.last.subject}", answers=talk.last.message_id))


def speakers(talk: Talk) -> list[tuple[str, str | None]]:
    return [(one.name, one.affiliation) for one in talk.proposal().speakers]


def test_every_line_can_be_answered(proposed: Talk, form: str) -> None:
    answer(
        proposed,
        form,
        title="plutôt « Crues muettes »",
        people="+ Paul Vernier (INRAE)",
        length="plutôt 30",
        format="poster",
        language="anglais",
    )

    talk = proposed.proposal()
    assert (talk.title, talk.duration_minutes, talk.format, talk.language) == (
        "Crues muettes",
        30,
        "poster",
        "en",
    )
    assert speakers(proposed) == [(ADA, PLACE), (PAUL, "INRAE")]
    assert talk.availability is None
    assert proposed.outcomes[-1] is Outcome.FOLLOW_UP


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Crues muettes, capteurs bavards", "Crues muettes, capteurs bavards"),
        ("plutôt : Crues muettes", "Crues muettes"),
        ("je ne suis pas sûre de ce titre", TITLE),
        ("À changer, je vous dirai quoi lundi", TITLE),
        ("Looks good", TITLE),
        ("Not sure about this one", TITLE),
        ("Please see my other mail", TITLE),
        ("trop long ?", TITLE),
        ("le mot « crues muettes » ne va pas du tout", TITLE),
        ("« Crues muettes » ne va pas du tout", TITLE),
        ("surtout pas « Crues muettes »", TITLE),
        ("non, plutôt : « Crues muettes »", "Crues muettes"),
    ],
)
def test_a_remark_is_no_title(proposed: Talk, form: str, words: str, title: str) -> None:
    answer(proposed, form, title=words)

    assert proposed.proposal().title == title


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("Add Paul Vernier, University of Lyon", [(ADA, PLACE), (PAUL, "University of Lyon")]),
        ("Paul Vernier (INRAE) aussi", [(ADA, PLACE), (PAUL, "INRAE")]),
        ("Maëlle Fontanel (CNRS), Paul Vernier (INRAE)", [(ADA, "CNRS"), (PAUL, "INRAE")]),
        ("Université de Tours", [(ADA, "Université de Tours")]),
        ("Paul Vernier (INRAE)", [(ADA, PLACE)]),
        ("Maëlle n'a qu'un l", [(ADA, PLACE)]),
        ("OK, mais Paul Vernier viendra peut-être", [(ADA, PLACE)]),
    ],
)
def test_who_is_named_below_the_speakers(
    proposed: Talk, form: str, words: str, then: list[tuple[str, str | None]]
) -> None:
    answer(proposed, form, people=words)

    assert speakers(proposed) == then


def test_thanks_below_the_abstract_are_no_abstract(proposed: Talk) -> None:
    before = proposed.proposal().abstract
    assert proposed.last is not None
    part = proposed.last.bytes.get_body(("plain",))
    assert part is not None
    quoted = "\n".join(f"> {line}".rstrip() for line in part.get_content().splitlines())
    above, _, below = quoted.partition("douze crues de trois bassins.")
    words = "Merci, c'est très bien résumé, je n'ai rien à ajouter à ce texte pour le moment."
    body = f"{above}douze crues de trois bassins.\n\n{words}\n{below}\n\n{ADA}\n"

    proposed.hear(mail(body, subject=f"Re: {proposed.last.subject}", answers=proposed.last.message_id))

    assert proposed.proposal().abstract == before
