"""The benchmark of the reader: how it splits, judges and remembers. The figures are `make accuracy`'s."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import accuracy  # noqa: E402 (benchmarks/ is put on the path first)
import tables  # noqa: E402
from labelled import Case, Score, client, judged, labelled_mail, layout  # noqa: E402

LABEL = {
    "kind": "proposal",
    "title": "Tides in a bucket",
    "speakers": [{"name": "Ida Fern", "email": "ida@fern.example"}],
    "abstract": "We measure tides in a bucket.",
    "language": "en",
    "mail_language": "en",
    "acknowledge_to": "ida@fern.example",
}
MAIL = """\
From: Ida Fern <ida@fern.example>
Subject: {subject}
X-Mailer: iPhone Mail (18G82)
{headers}
Dear all,

Title: Tides in a bucket

Abstract: We measure tides in a bucket.

Ida Fern
"""


def case(folder: Path, subject: str = "A talk", headers: str = "", **label: object) -> Case:
    file = folder / "bucket.eml"
    file.write_text(MAIL.format(subject=subject, headers=headers), encoding="utf-8")
    file.with_suffix(".json").write_text(json.dumps({**LABEL, **label}), encoding="utf-8")
    [found] = labelled_mail(folder)
    return found


def score(**figures: float) -> Score:
    return Score(1, 0, {name: (value, 1) for name, value in figures.items()}, "none", [])


def test_the_copy_of_the_judge_is_the_judge(shared: Path) -> None:
    judge = shared / "tools" / "score_reading.py"

    assert (BENCHMARKS / "score_reading.py").read_bytes() == judge.read_bytes()


def test_a_letter_that_is_read_as_labelled_has_full_marks(tmp_path: Path) -> None:
    [read] = accuracy.answered([case(tmp_path)])

    found = judged([read])

    assert (found.messages, found.misses, found.confusion) == (1, [], "none")
    assert {value for value, _ in found.figures.values()} == {1.0}


def test_what_was_misread_is_a_miss(tmp_path: Path) -> None:
    [read] = accuracy.answered([case(tmp_path, title="Tides in a bath")])

    found = judged([read])

    assert found.misses == ["bucket.eml: title 'Tides in a bucket' for 'Tides in a bath'"]
    assert found.figures["title exact"] == (0.0, 1)


@pytest.mark.parametrize(
    ("subject", "headers", "label", "expected"),
    [
        ("A talk", "", {}, "direct"),
        ("Re: Call for talks", "In-Reply-To: <call@fern.example>\n", {}, "reply to the call"),
        ("Fwd: a talk", "", {}, "forward"),
        ("A talk", "List-Id: <all.fern.example>\n", {}, "post to a list"),
        ("A talk", 'Content-Type: application/pdf; name="talk.pdf"\n', {}, "attachment"),
        ("Where?", "", {"kind": "question"}, "no proposal"),
        ("A talk", "", {"wrapper": "attachment-odt"}, "attachment"),
        ("A talk", "", {"wrapper": "something else"}, "odd letter"),
    ],
)
def test_the_layout_is_the_label_s_or_the_message_s(
    tmp_path: Path, subject: str, headers: str, label: dict[str, object], expected: str
) -> None:
    assert layout(case(tmp_path, subject, headers, **label)) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ({}, "iPhone"),
        ({"client": "outlookplain"}, "Outlook"),
        ({"client": "Mozilla/5.0 Gecko/20100101"}, "Thunderbird"),
        ({"client": None}, "other programs"),
    ],
)
def test_the_mail_program_is_the_label_s_or_the_headers(
    tmp_path: Path, label: dict[str, object], expected: str
) -> None:
    assert client(case(tmp_path, **label)) == expected


def test_a_figure_below_its_floor_and_one_that_is_gone_are_named() -> None:
    now = {"all": score(title=0.9, names=0.8, spare=0.1)}
    floor = {"all": {"title": 0.95, "names": 0.8004, "kind": 1.0}}

    assert list(accuracy.fallen(now, floor)) == [
        "all: 'title' fell from 0.95 to 0.9",
        "all: 'kind' is no longer measured; its floor is 1.0",
    ]


def test_without_the_corpus_only_our_own_letters_have_a_floor() -> None:
    floor = {"all": {"title": 0.95}, "kept aside": {"title": 0.9}, "own letters": {"title": 0.99}}

    found = list(accuracy.fallen({"own letters": score(title=0.98)}, floor))

    assert found == ["own letters: 'title' fell from 0.99 to 0.98"]


def test_the_floor_only_rises() -> None:
    now = {"all": score(title=0.9, names=0.8), "worked on": score(title=1.0)}
    floor = {"all": {"title": 0.95, "names": 0.7}, "own letters": {"title": 0.5}}

    assert accuracy.raised(now, floor) == {
        "all": {"title": 0.95, "names": 0.8},
        "own letters": {"title": 0.5},
    }


def test_figures_stand_between_their_markers_and_nothing_else_changes() -> None:
    page = "Before.\n<!-- begin: a -->\nold\n<!-- end: a -->\nAfter.\n<!-- begin: b -->\n<!-- end: b -->\n"

    new = tables.with_section(page, "a", "1 \\1 figures\n")

    assert new == page.replace("old\n", "1 \\1 figures\n")
    assert (tables.section(new, "a"), tables.section(new, "b")) == ("1 \\1 figures\n", "")
    assert list(accuracy.stale(new, {"a": "1 \\1 figures\n"})) == []
    assert len(list(accuracy.stale(new, {"b": "more\n"}))) == 1


def test_a_table_marks_what_is_below_its_goal() -> None:
    rows = (("kind", "kind accuracy", 0.98), ("title", "title exact", 0.95), ("format", "format found", None))
    columns = {"all": score(**{"kind accuracy": 0.98, "title exact": 0.9})}

    assert tables.table(rows, columns).splitlines() == [
        "|       |  goal |         all |",
        "|-------|------:|------------:|",
        "| kind  | 0.980 |   0.980 (1) |",
        "| title | 0.950 | ↓ 0.900 (1) |",
    ]


def test_gaps_name_the_widest_first() -> None:
    worked_on = score(**{"title exact": 1.0, "kind accuracy": 1.0, "keywords F1": 0.9})
    aside = score(**{"title exact": 0.95, "kind accuracy": 0.98, "keywords F1": 0.5})

    assert tables.gaps(worked_on, aside) == (
        "More than three points lower kept aside than worked on, in points: keywords (F1): 40; title exact: 5."
    )
