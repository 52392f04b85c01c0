"""What an organiser writes is understood as an order, quoted back, or left alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from callboard.reading.orders import Order, Unclear, read_orders
from growth import grows_with_size_only


def cases(name: str) -> list[tuple[str, str, str]]:
    """Language, answer and what it means, of each entry of a table."""
    table = tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
    return [
        (language, said, meant) for language, all_said in table.items() for said, meant in all_said.items()
    ]


CASES, HASTY = cases("orders.toml"), cases("hasty.toml")


def written(one: Order | Unclear) -> str:
    """The order in the table's way of writing it."""
    if isinstance(one, Unclear):
        return " ".join(filter(None, ("?", ", ".join(one.nearest))))
    parts = [one.verb.value, "but" if one.all_but else "", " ".join(map(str, one.numbers))]
    parts += [
        f"{name}={value}"
        for name in ("score", "format", "comment", "to_speaker", "arrangement")
        if (value := getattr(one, name)) is not None
    ]
    return " ".join(filter(None, parts))


@pytest.mark.parametrize(("language", "line", "meant"), CASES, ids=[line for _, line, _ in CASES])
def test_a_line_is_read_as_it_is_meant(language: str, line: str, meant: str) -> None:
    found = read_orders((line,), language=language)

    assert (" | ".join(map(written, found)) or "-") == meant
    assert all(one.line == " ".join(line.split()) for one in found)


@pytest.mark.parametrize(("language", "answer", "meant"), HASTY, ids=[answer for _, answer, _ in HASTY])
def test_a_hasty_answer_is_understood_rightly_or_quoted_back(language: str, answer: str, meant: str) -> None:
    found = read_orders(answer.split("\n"), language=language)

    assert (" | ".join(map(written, found)) or "-") == meant


def test_an_opinion_heads_the_numbers_below_it_only_where_none_stands_above() -> None:
    headed = read_orders(("Oui :", "1", "2 et 3", "", "Non", "4"))
    loose = read_orders(("1", "oui", "2", "non"))

    assert [written(one) for one in headed] == ["accept 1", "accept 2 3", "decline 4"]
    assert not any(isinstance(one, Order) for one in loose)


def test_what_stands_below_an_order_is_its_comment_until_a_blank_line() -> None:
    lines = (
        "3 oui",
        "Très bon sujet,",
        "à placer le matin.",
        "",
        "La suite demain.",
        "4 non",
        "Bonne journée",
        "Nicolas",
    )

    found = read_orders(lines, sender="Nicolas Dupont")

    assert [written(one) for one in found] == [
        "accept 3 comment=Très bon sujet,\nà placer le matin.",
        "decline 4",
    ]


def test_a_sentence_about_a_proposal_or_a_question_below_an_order_is_no_comment() -> None:
    lines = (
        "3 yes",
        "Great topic,",
        "could 16 come on another day?",
        "20 minutes are enough.",
        "Who pays?",
        "4 no",
    )

    found = read_orders(lines, language="en")

    assert [written(one) for one in found] == [
        "accept 3 comment=Great topic,\n20 minutes are enough.",
        "? 16 yes, 16 no, 3 note: could 16 come on another day?",
        "? 3 note: Who pays?",
        "decline 4",
    ]


@pytest.mark.parametrize(
    ("below", "meant"),
    [
        ("Oui, très bon sujet", ["accept 3 comment=Oui, très bon sujet"]),
        ("non, en fait", ["accept 3", "? 3 note: non, en fait"]),
    ],
)
def test_an_opinion_below_an_order_is_its_comment_unless_it_says_the_contrary(
    below: str, meant: list[str]
) -> None:
    assert [written(one) for one in read_orders(("3 oui", below), language="en")] == meant


def test_it_becomes_the_comment_when_it_is_said_to_be_one() -> None:
    (unclear,) = read_orders(("4 non", "trop proche de la 3"))[1:]
    assert isinstance(unclear, Unclear)

    (order,) = read_orders(unclear.nearest[-1:])

    assert written(order) == "note 4 comment=trop proche de la 3"


@pytest.mark.parametrize(
    "line",
    [
        "bureau 12, bâtiment 14",
        "12, rue des Lilas",
        "12 rue des Lilas, 37000 Tours",
        "Université Paris 8",
        "Tél. 02 47 00 00 03",
        "+33 (0)2 47 00 00 03",
        "Office 12, 3 Good Street",
    ],
)
def test_an_address_below_a_name_is_no_remark(line: str) -> None:
    found = read_orders(("4 oui", "", "Nicolas", line), sender="Nicolas Dupont")

    assert [written(one) for one in found] == ["accept 4"]


@pytest.mark.parametrize(
    "line",
    [
        "La 3 a-t-elle été déposée hors délai ?",
        "Ah, et 3 est hors sujet.",
        "La rue ne fait rien à la 3, à mon avis trop longue.",
        "Oh, and P-3 was given in Lyon last year.",
        "Who pays for the dinner?",
    ],
)
def test_a_remark_or_a_question_below_a_name_is_quoted_back(line: str) -> None:
    found = read_orders(("1 oui", "", "Bien à vous,", "Odile", "", line), sender="Odile Brac")

    assert [one.line for one in found] == ["1 oui", line]
    assert isinstance(found[1], Unclear)


def test_the_others_are_all_that_the_answer_does_not_name() -> None:
    found = read_orders(("les autres non", "1 et 2 oui", "5 liste d'attente"))

    assert [written(one) for one in found] == ["decline but 1 2 5", "accept 1 2", "waitlist 5"]


def test_the_others_have_nothing_to_do_with_messages_and_drafts_of_that_number() -> None:
    found = read_orders(("1 oui", "m12 oui", "publier le brouillon 4", "les autres non"))

    assert written(found[-1]) == "decline but 1"


def test_the_calls_own_prefix_is_known_and_no_other() -> None:
    assert [written(one) for one in read_orders(("XAI-3 oui",), prefix="XAI")] == ["accept 3"]
    assert [written(one) for one in read_orders(("COVID-19 oui",), prefix="XAI")] != ["accept 19"]


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "  "])
def test_a_list_is_read_like_lines(bullet: str) -> None:
    assert [written(one) for one in read_orders((f"{bullet}3 oui",))] == ["accept 3"]


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (("1) accepter 3", "2) refuser 5"), ["accept 3", "decline 5"]),
        (("1) Accept 3", "2) oui à la 5"), ["accept 3", "accept 5"]),
        (("1) 3 oui", "2) ok avec le 5"), ["accept 3", "? 5 oui, 5 non"]),
    ],
)
def test_a_lists_numbers_are_no_proposals_where_its_entries_name_some(
    lines: tuple[str, ...], meant: list[str]
) -> None:
    assert [written(one) for one in read_orders(lines)] == meant


@pytest.mark.parametrize(
    "piece",
    [
        "3 oui, ",
        "3 ",
        "tout ",
        "oui ",
        "3, ",
        "sauf 3 ",
        "? ",
        "-> ",
        "4/5 ",
        "la ",
        "3 - ",
        "publier le brouillon ",
        "12 at 14:00 ",
        "12 et ",
        "la 16 est ",
        "unpin ",
    ],
)
def test_a_hostile_answer_costs_time_in_proportion_to_its_size(piece: str) -> None:
    def work(text: str) -> None:
        read_orders(text.split("\n"))

    line = (piece * 200)[:900] + "\n"

    assert grows_with_size_only(work, line * 20)
    assert grows_with_size_only(work, piece * 2_000)
