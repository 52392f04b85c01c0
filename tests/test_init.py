"""`callboard init` without its command: a page in, a commented configuration out."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.announcement import Taken, read_page
from callboard.config import load
from callboard.config.entries import toml
from callboard.config.load import TABLES, TopSection
from callboard.errors import AnnouncementError, ConfigError
from callboard.init import render_config, write_config

ROOT = Path(__file__).parents[1]
PAGES = Path(__file__).parent / "announcements"
SEED = ROOT.parent / "shared" / "seed" / "announcement.md"

ASKED_ALWAYS = (
    "mailbox[0].host: the IMAP server",
    "mailbox[0].user: the login name of the mailbox that proposals arrive in",
    "mailbox[0].password_file: its password in a file, or CALLBOARD_MAILBOX_ORGANISERS_PASSWORD in the environment",
    "smtp.host: the SMTP server",
    "smtp.address: the address that letters come from and answers go to",
    "smtp.user and smtp.password_file: the login for sending, if the server wants one",
)


def fill_in(path: Path) -> None:
    """What a person does with the blanks."""
    text = path.read_text(encoding="utf-8")
    text = text.replace('host = ""', 'host = "mail.example.org"').replace('user = ""', 'user = "workshop"')
    path.write_text(text.replace('address = ""', 'address = "workshop@example.org"'), encoding="utf-8")


def test_the_sample_is_the_template_rendered_for_the_sample_announcement() -> None:
    page = read_page((ROOT / "config" / "announcement.md").read_text(encoding="utf-8"))

    assert (ROOT / "config" / "example.toml").read_text(encoding="utf-8") == render_config(page), (
        "make it again: callboard --config config/example.toml init config/announcement.md --force"
    )


@pytest.mark.parametrize(
    "page",
    [
        ROOT / "config" / "announcement.md",
        *(PAGES / f"{n}.md" for n in ("toml_front_matter", "no_front_matter")),
    ],
)
def test_what_is_written_loads_once_the_blanks_are_filled(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "config" / "callboard.toml"
    report = write_config(page, target, force=False)
    fill_in(target)
    config = load(target, {})

    assert config.call == report.announcement.call
    assert [m.host for m in config.mailboxes] == ["mail.example.org"]
    assert config.smtp is not None
    assert config.smtp.address == "workshop@example.org"


def test_the_first_calls_page_becomes_its_configuration(tmp_path: Path) -> None:
    if not SEED.exists():
        pytest.skip(f"{SEED} is absent: the first call's own page is not tested")
    target = tmp_path / "config" / "callboard.toml"
    report = write_config(SEED, target, force=False)

    assert report.to_supply == ("call.deadline: until when proposals are in time", *ASKED_ALWAYS)
    assert load(target, {}, allow_blanks=True).call == report.announcement.call


def test_the_report_says_what_was_taken_where_and_what_is_to_supply(tmp_path: Path) -> None:
    report = write_config(PAGES / "several_days.md", tmp_path / "callboard.toml", force=False)

    assert report.taken[:2] == (Taken("title", "Days of Examples", 2), Taken("language", "en", 11))
    assert report.to_supply == (
        "call.starts and call.ends: the hours, as the page tells only the days",
        *ASKED_ALWAYS,
    )


def test_days_without_hours_are_asked_for_by_load(tmp_path: Path) -> None:
    target = tmp_path / "callboard.toml"
    write_config(PAGES / "several_days.md", target, force=False)

    with pytest.raises(ConfigError) as problem:
        load(target, {}, allow_blanks=True)

    assert str(problem.value).splitlines() == [
        f"{target}: call.starts has no hour; write it like 2027-06-02T09:00:00",
        f"{target}: call.ends has no hour; write it like 2027-06-04T09:00:00",
    ]


def test_an_unknown_time_zone_is_left_blank_and_the_offsets_stay(tmp_path: Path) -> None:
    target = tmp_path / "callboard.toml"
    report = write_config(PAGES / "hugoblox_new_keys.md", target, force=False)
    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace('timezone = ""', 'timezone = "Europe/Lisbon"'), encoding="utf-8")
    config = load(target, {}, allow_blanks=True)

    assert report.to_supply[0] == "call.timezone: the event's time zone, like Europe/Paris"
    assert config.call.starts == datetime(2027, 3, 11, 9, 30, tzinfo=UTC)
    assert config.call.deadline == datetime(2027, 2, 1, 11, 59, 59, tzinfo=UTC)


def test_a_page_with_nothing_useful_still_gives_a_file_to_fill_in(tmp_path: Path) -> None:
    target = tmp_path / "callboard.toml"
    write_config(PAGES / "nothing_useful.md", target, force=False)

    with pytest.raises(ConfigError) as problem:
        load(target, {}, allow_blanks=True)

    assert [line.split(": ", 1)[1] for line in str(problem.value).splitlines()] == [
        "call.title is missing; give it a title",
        'call.timezone is missing; name the event\'s time zone, like "Europe/Paris"',
    ]


def test_an_existing_file_is_not_touched_without_force(tmp_path: Path) -> None:
    target = tmp_path / "callboard.toml"
    target.write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError) as problem:
        write_config(PAGES / "no_front_matter.md", target, force=False)

    assert target.read_text(encoding="utf-8") == "mine"
    assert (
        str(problem.value)
        == f"{target} exists and was not touched; move it away, or add --force to replace it"
    )


def test_an_existing_file_is_replaced_with_force(tmp_path: Path) -> None:
    target = tmp_path / "callboard.toml"
    target.write_text("mine", encoding="utf-8")

    write_config(PAGES / "no_front_matter.md", target, force=True)

    assert tomllib.loads(target.read_text(encoding="utf-8"))["call"]["country"] == "Suisse"


def test_a_page_that_cannot_be_read_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    page, target = tmp_path / "page.md", tmp_path / "callboard.toml"
    page.write_text("---\ntitle: a: b\n---\n", encoding="utf-8")

    with pytest.raises(AnnouncementError) as problem:
        write_config(page, target, force=False)
    with pytest.raises(AnnouncementError) as absent:
        write_config(tmp_path / "absent.md", target, force=False)

    assert str(problem.value) == (
        f"{page}: line 2: the front matter is not YAML (mapping values are not allowed here); "
        "put a value that holds a colon between quotes"
    )
    assert (
        str(absent.value)
        == f"{tmp_path}/absent.md: cannot be read (No such file or directory); check the path"
    )
    assert not target.exists()


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be", encoding="utf-8")
    target = tmp_path / "config" / "callboard.toml"

    with pytest.raises(ConfigError) as problem:
        write_config(PAGES / "no_front_matter.md", target, force=False)

    assert str(problem.value) == (f"{target}: cannot be written (its folder is a file); check its folder")


def test_every_key_stands_in_the_file_with_its_explanation() -> None:
    lines = render_config(read_page("# T\n")).splitlines()
    keys = [name for model in (TopSection, *TABLES.values()) for name in model.model_fields]
    shown = [
        line.lstrip("#").split(" = ")[0] for line in lines if " = " in line and not line.startswith("# ")
    ]

    assert sorted(set(keys) - {"topic", "invited", "organiser"} - set(shown)) == []
    explained = [
        n for n, line in enumerate(lines) if line.startswith("#") and line[1:2].isalpha() and " = " in line
    ]
    assert [lines[n] for n in explained if not lines[n - 1].startswith("#")] == []


def test_every_key_shown_behind_a_hash_is_valid_when_set(tmp_path: Path) -> None:
    text = render_config(read_page("# T\n"), {"mailbox": {"name": "a"}})
    (tmp_path / "templates").mkdir()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "ca.pem").touch()
    (tmp_path / "config" / "programme.css").touch()
    lines = [
        line[1:] if line[:1] == "#" and line[1:2] not in ("", " ") else line for line in text.splitlines()
    ]
    target = tmp_path / "config" / "callboard.toml"
    target.write_text(
        "\n".join(lines).replace('timezone = ""', 'timezone = "Europe/Paris"'), encoding="utf-8"
    )
    fill_in(target)
    config = load(target, {})

    assert config.call.starts is not None
    assert config.call.deadline is not None
    assert config.call.published == date(2026, 12, 1)
    assert config.smtp is not None
    assert config.smtp.effective_port == 587


@pytest.mark.parametrize(
    "text",
    [
        'quotes " and \\ backslashes',
        "a\x7fdel, a\x01control, a\ttab",
        "two\nlines",
        'three """ quotes\nand one at the end"',
        '"quoted"\nnot at the end',
        "back\\slash\nat the end\\",
        "# no comment\n[no.table]",
        "\u2028 \u202f « »",
        "",
    ],
)
def test_any_text_survives_toml(text: str) -> None:
    assert tomllib.loads(f"key = {toml(text)}\n") == {"key": text}


PIECES = st.sampled_from(
    [
        *(
            "---",
            "+++",
            "title: x",
            "date: 2027-02-30",
            "date: 9999-12-31T23:59:59Z",
            "all_day: true",
            "tags: [a, ~]",
        ),
        *(
            "country: France",
            "country: Spain",
            "address: {city: Lyon}",
            "event_start: 2027-03-11",
            "a: &a [*a]",
            "- - -",
        ),
        *(
            "# T",
            "## Topics",
            "- one;",
            "  - inner",
            "## Organisers",
            "### G",
            "Ada Example <ada@example.org>",
        ),
        *(
            "Invités :",
            "“On X",
            "« Y », Ada",
            "Deadline: 29 February",
            "avant le 31 avril",
            "le 0 mai 0000 à 25h",
            "| a | b |",
        ),
        *(
            "Date : 3-2 juin 2027, 17h à 9h",
            "Organised by",
            "```",
            "<!--",
            "|",
            "**",
            ":",
            "@",
            "\x00",
            "\u202f",
            '"""',
            "\\",
        ),
    ]
)


@settings(max_examples=200)
@given(
    st.sampled_from(["", "---\ntitle: x\n", "+++\ntitle = 'x'\n"]),
    st.lists(PIECES | st.text(max_size=12), max_size=14),
)
def test_any_page_is_read_or_refused_and_what_is_written_is_toml(head: str, pieces: list[str]) -> None:
    try:
        announcement = read_page(head + "\n".join(pieces))
    except AnnouncementError as problem:
        assert str(problem).startswith("line ")
        return

    tables = tomllib.loads(render_config(announcement))

    assert len(tables["call"].get("topic", [])) == len(announcement.call.topics)


def test_a_hostile_page_cannot_add_keys(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "---\ntitle: 'x\"\\n[[mailbox]]\\nname = \"evil'\ncountry: France\n---\n\n"
        '## Organisers\n\n- Ada "{{ 7*7 }}" Example <ada@example.org>\n',
        encoding="utf-8",
    )
    target = tmp_path / "callboard.toml"
    write_config(page, target, force=False)
    tables = tomllib.loads(target.read_text(encoding="utf-8"))

    assert tables["call"]["title"] == 'x"\\n[[mailbox]]\\nname = "evil'
    assert [m["name"] for m in tables["mailbox"]] == ["organisers"]
