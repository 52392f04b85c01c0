"""Letters as people chat: what is the title, what the text, and how long the talk is."""

from __future__ import annotations

import pytest

from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import lengths, letter, mentions, prose, title
from callboard.reading.names import looks_like_name
from callboard.reading.reader import read

BODY = (
    "Les ruches de la ville donnent plus de miel que celles des champs. Nous avons pesé douze ruches pendant deux étés "
    "et comparé les fleurs que leurs abeilles visitent."
)
ADA = Address("Ada Moreau", "ada@brenne.example")


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("We would run a workshop, two slots of 45 min.", 90),
        ("Un atelier en 2 séances de 30 minutes.", 60),
        ("Il me faudrait 3/4 d'heure.", 45),
        ("On pense tenir en dix minutes.", 10),
        ("Je parlerais vingt-cinq minutes.", 25),
        ("There are sessions of 30 or 60 minutes.", None),
    ],
)
def test_a_length_is_read_as_people_say_it(said: str, minutes: int | None) -> None:
    assert lengths.minutes_in_prose(said) == minutes


@pytest.mark.parametrize("ending", [". ", " : "])
def test_a_text_may_follow_its_title_in_one_paragraph(ending: str) -> None:
    text = f"Bonjour,\n\nje pourrais venir raconter « Le miel des villes »{ending}{BODY}\n\nAda"

    (found,) = read(IncomingMail(subject="une idée", sender=ADA, text=text)).proposals

    assert (found.title, found.abstract) == ("Le miel des villes", BODY)


def test_a_title_may_hold_quotation_marks() -> None:
    offer = "Je prendrais bien 20 minutes pour un exposé sous le titre Le mot « miel » ne dit rien."
    text = f"Bonjour,\n\n{offer}\n\n{BODY}\n\nAda"

    (found,) = read(IncomingMail(subject="Bonjour", sender=ADA, text=text)).proposals

    assert (found.title, found.abstract) == ("Le mot « miel » ne dit rien", BODY)


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("I'd like to do a 45 minute tutorial called Honey for beginners", "Honey for beginners"),
        ("The theme of my report: Where do bees sleep? A census", "Where do bees sleep? A census"),
        ("Notre présentation s'appelle Le miel des villes.", "Le miel des villes"),
        ("We watched a film called Honey for beginners", None),
        ("The theme of the meeting: Honey and wax", None),
    ],
)
def test_a_title_is_introduced_without_marks(sentence: str, named: str | None) -> None:
    assert title.introduced_plainly(sentence) == named


@pytest.mark.parametrize(
    ("before", "count"),
    [("I should like to call it ", 1), ("Here is my proposal for your call ", 0)],
)
def test_a_call_before_quotation_marks_may_be_a_verb(before: str, count: int) -> None:
    assert len(title.quoted(f"{before}“The honey of towns”")) == count


@pytest.mark.parametrize(
    ("line", "said"),
    [("hello, a short one from the train.", True), ("Hello world in forty languages", False)],
)
def test_a_sentence_behind_a_greeting_is_the_letters(line: str, said: bool) -> None:
    assert prose.addressed(line) is said


@pytest.mark.parametrize(("line", "signs"), [("A x", True), ("Ada xx", True), ("Vitamin x", False)])
def test_a_kiss_stands_behind_a_name(line: str, signs: bool) -> None:
    assert letter.signs(line, "Ada Moreau") is signs


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (
            "Nous serions trois : moi-même (LIRE), Karl Oder (Novatis) et Lise Noir (LIRE).",
            ["Karl Oder", "Lise Noir"],
        ),
        ("We'd be two: myself and my colleague Karl Oder.", ["Karl Oder"]),
        ("Between you and me, the weather is fine.", []),
    ],
)
def test_who_takes_part_may_stand_behind_the_writer(said: str, names: list[str]) -> None:
    assert [one.name for one in mentions.beside_writer(said)] == names


@pytest.mark.parametrize(("text", "known"), [("Lourenço Sá", True), ("Novatis SA", False)])
def test_a_family_of_two_letters_is_no_company(text: str, known: bool) -> None:
    assert looks_like_name(text) is known
