"""Templates: the user's file wins, strangers' text is escaped, mistakes are named with file and line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from callboard.errors import TemplateError
from callboard.templating import Templates, date_long, date_time, time_short


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def error_of(own: Path, name: str, **values: object) -> str:
    with pytest.raises(TemplateError) as caught:
        Templates(own).render(name, **values)
    return str(caught.value)


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        (date(2021, 10, 11), "fr", "lundi 11 octobre 2021"),
        (date(2022, 4, 1), "fr", "vendredi 1er avril 2022"),
        (date(2021, 10, 11), "en", "Monday 11 October 2021"),
        (datetime(2022, 8, 1, 23, 30, tzinfo=UTC), "fr", "lundi 1er août 2022"),
    ],
)
def test_a_day_is_written_in_words(day, language, words):
    assert date_long(day, language) == words


@pytest.mark.parametrize(
    ("clock", "language", "words"),
    [
        (time(10, 30), "fr", "10\u00a0h\u00a030"),
        (time(14, 0), "fr", "14\u00a0h"),
        (time(9, 5), "fr", "9\u00a0h\u00a005"),
        (time(10, 30), "en", "10:30"),
        (time(9, 5), "en", "9:05"),
    ],
)
def test_a_time_follows_the_habits_of_the_language(clock, language, words):
    assert time_short(clock, language) == words


def test_a_moment_names_day_and_time():
    moment = datetime(2021, 10, 11, 10, 30, tzinfo=UTC)

    assert date_time(moment, "fr") == "lundi 11 octobre 2021 à\u00a010\u00a0h\u00a030"
    assert date_time(moment, "en") == "Monday 11 October 2021 at\u00a010:30"


def test_the_filters_are_there_in_templates(own):
    (own / "a.txt").write_text("{{ d|date_long('en') }}, {{ d|time_short('en') }}; {{ d|date_time('en') }}")

    text = Templates(own).render("a.txt", d=datetime(2021, 10, 11, 9, 0, tzinfo=UTC))

    assert text == "Monday 11 October 2021, 9:00; Monday 11 October 2021 at\u00a09:00"


def test_only_html_escapes(own):
    (own / "a.txt").write_text("{{ x }}")
    (own / "a.html").write_text("{{ x }}")
    templates = Templates(own)

    assert templates.render("a.txt", x="<b> & co") == "<b> & co"
    assert templates.render("a.html", x="<b> & co") == "&lt;b&gt; &amp; co"


def test_blocks_leave_no_blank_lines(own):
    (own / "a.txt").write_text("one\n  {% if yes %}\ntwo\n  {% endif %}\nthree\n")

    assert Templates(own).render("a.txt", yes=True) == "one\ntwo\nthree\n"


def test_the_users_file_replaces_ours(own):
    shipped = Templates().names()[0]
    (own / shipped).parent.mkdir(parents=True, exist_ok=True)
    (own / shipped).write_text("mine")

    assert Templates(own).render(shipped) == "mine"


def test_every_shipped_template_compiles():
    assert Templates().names() != ()
    assert Templates().check() == []


def test_check_names_file_line_and_fault_of_each_broken_template(own):
    (own / "bad.txt").write_text("fine\n{% if x %}\nnever closed\n")
    (own / "good.txt").write_text("{{ x }}")
    (own / "odd.html").write_text("{{ x|no_such_filter }}")
    (own / "latin.txt").write_bytes("é".encode("latin-1"))
    (own / "notes.bak").write_text("{% broken")
    (own / ".hidden.txt").write_text("{% broken")

    lines = Templates(own).check()

    assert [line.split(": ")[0] for line in lines] == [
        f"{own}/bad.txt:3",
        f"{own}/latin.txt",
        f"{own}/odd.html:1",
    ]
    assert lines[1] == f"{own}/latin.txt: it is not UTF-8; save it in that encoding"
    assert lines[2] == f"{own}/odd.html:1: No filter named 'no_such_filter'."


def test_a_name_that_is_not_there_is_an_error_with_its_line(own):
    (own / "a.txt").write_text("one\n{{ speker }}\n")

    assert error_of(own, "a.txt", speaker="Ada") == f"{own}/a.txt:2: 'speker' is undefined"


def test_a_mistake_in_an_included_file_is_placed_there(own):
    (own / "a.txt").write_text("one\n{% include 'b.txt' %}\n")
    (own / "b.txt").write_text("\n\n{{ 1 / zero }}\n")

    assert error_of(own, "a.txt", zero=0) == f"{own}/b.txt:3: division by zero"


def test_a_missing_template_is_named(own):
    assert error_of(own, "nowhere.txt") == f"{own}/nowhere.txt: the template nowhere.txt is missing"


def test_the_sandbox_keeps_templates_from_python(own):
    (own / "a.txt").write_text("{{ ''.__class__.__mro__ }}")
    (own / "b.txt").write_text("{{ items.append(1) }}")

    assert error_of(own, "a.txt").startswith(f"{own}/a.txt:1: access to attribute '__class__'")
    assert error_of(own, "b.txt", items=[]).startswith(f"{own}/b.txt:1: ")


def test_a_missing_folder_is_named_with_the_cure(tmp_path):
    with pytest.raises(TemplateError) as caught:
        Templates(tmp_path / "none")

    assert (
        str(caught.value)
        == f"{tmp_path}/none: the folder of templates is missing; create it or remove the key"
    )
