"""Publishing: every file at once, whole or not at all, and only what changed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from callboard.config import ProgrammeConfig
from callboard.errors import ConfigError
from callboard.programme import manifest
from callboard.programme.publish import announce, outputs, publish
from callboard.programme.revisions import Release
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card, full_cards, programme


def test_files_are_written_for_a_web_server_to_read(tmp_path: Path):
    folder = tmp_path / "new" / "public"

    written = publish({"index.html": "é", "programme.md": "x"}, folder)

    assert written == (folder / "index.html", folder / "programme.md")
    assert (folder / "index.html").read_bytes() == "é".encode()
    assert [stat.S_IMODE(path.stat().st_mode) for path in written] == [0o644, 0o644]
    assert sorted(path.name for path in folder.iterdir()) == [manifest.NAME, "index.html", "programme.md"]


def test_a_web_server_enters_the_folders_that_are_made_and_no_private_one(tmp_path: Path):
    """The unit for systemd has UMask=0077."""
    before = os.umask(0o077)
    try:
        publish({"talks/1.html": "x"}, tmp_path / "new" / "public")
        publish({"index.html": "x"}, tmp_path / "draft", private=True)
    finally:
        os.umask(before)

    modes = {
        name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "new/public/talks", "draft")
    }
    assert modes == {"new": 0o755, "new/public/talks": 0o755, "draft": 0o700}


def test_only_what_changed_is_written(tmp_path: Path):
    publish({"a": "1", "b": "1"}, tmp_path)
    before = (tmp_path / "a").stat()

    written = publish({"a": "1", "b": "2"}, tmp_path)

    assert written == (tmp_path / "b",)
    after = (tmp_path / "a").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_reader_with_the_old_file_open_keeps_it_whole(tmp_path: Path):
    publish({"a": "old"}, tmp_path)

    with (tmp_path / "a").open() as reader:
        publish({"a": "new and longer"}, tmp_path)
        seen = reader.read()

    assert (seen, (tmp_path / "a").read_text()) == ("old", "new and longer")


def test_a_folder_that_is_a_file_is_named_with_the_cure(tmp_path: Path):
    (tmp_path / "public").write_text("x")

    with pytest.raises(ConfigError) as caught:
        publish({"a": "1"}, tmp_path / "public")

    assert str(caught.value) == (
        f"{tmp_path}/public: the programme cannot be written there (File exists); "
        "make the folder writable for Callboard or name another one in [programme] folder"
    )


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path):
    # A folder of the file's name cannot be replaced by a file.
    (tmp_path / "b").mkdir()
    publish({"a": "old"}, tmp_path)

    with pytest.raises(ConfigError):
        publish({"b": "new"}, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [manifest.NAME, "a", "b"]
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere: run as a user to test refusals")
def test_a_folder_without_permission_is_named(tmp_path: Path):
    tmp_path.chmod(0o500)

    with pytest.raises(ConfigError) as caught:
        publish({"a": "1"}, tmp_path)

    assert str(caught.value).startswith(
        f"{tmp_path}: the programme cannot be written there (Permission denied)"
    )


@pytest.mark.parametrize(
    ("language", "first", "second"), [("fr", "fr", "en"), ("en", "en", "fr"), ("de", "en", "fr")]
)
def test_the_page_is_in_the_calls_language_and_in_the_other(language, first, second):
    call = replace(CALL, language=language)

    files = outputs(call, programme(full_cards()), full_cards(), 3, MADE_AT, Templates())

    assert [name for name in files if name.endswith(".html")] == ["index.html", f"programme.{second}.html"]
    assert f"programme.{second}.txt" in files
    assert f'<html lang="{first}">' in files["index.html"]
    assert f'<html lang="{second}">' in files[f"programme.{second}.html"]
    assert f'href="programme.{second}.html"' in files["index.html"]
    assert 'href="index.html"' in files[f"programme.{second}.html"]


@pytest.mark.parametrize("book", [False, True])
def test_what_the_page_links_to_is_published_beside_it(book: bool):
    if book:
        pytest.importorskip("typst", reason="for the book: pip install 'callboard[book]'")
    cards = tuple(replace(one, state=State.ACCEPTED) for one in full_cards())

    files = outputs(
        CALL, programme(cards), cards, 3, MADE_AT, Templates(), settings=ProgrammeConfig(book=book)
    )

    linked = {
        anchor.attributes["href"]
        for name in ("index.html", "programme.en.html")
        for anchor in LexborHTMLParser(str(files[name])).css("a[href]:not([href^='#']):not([href^='http'])")
    }
    assert linked - set(files) == set()
    own = {name for name in linked if name and name.startswith("speakers/")}
    assert own == {name for name in files if name.startswith("speakers/")}
    assert linked - own == {"index.html", "programme.en.html", "programme.ics"} | (
        {"abstracts.pdf", "abstracts.en.pdf"} if book else set()
    )


def test_the_same_draft_gives_the_same_bytes():
    first = outputs(CALL, programme(full_cards()), full_cards(), 3, MADE_AT, Templates())

    assert outputs(CALL, programme(full_cards()), full_cards(), 3, MADE_AT, Templates()) == first


def test_every_format_is_there():
    call_with_rooms = replace(programme(full_cards()), rooms=("Amphi", "Salle 2"))
    settings = ProgrammeConfig(hugo_talks=True)

    files = outputs(CALL, call_with_rooms, full_cards(), 3, MADE_AT, Templates(), settings=settings)

    assert sorted(name for name in files if not name.startswith(("speakers/", "talks/"))) == [
        "index.html",
        "programme.csv",
        "programme.en.html",
        "programme.en.txt",
        "programme.ics",
        "programme.json",
        "programme.md",
        "programme.txt",
        "rooms/amphi.ics",
        "rooms/salle-2.ics",
        "schedule.json",
        "schedule.xml",
    ]
    assert "speakers/eloise-thevenard.ics" in files
    assert sorted(name for name in files if name.startswith("talks/")) == [
        "talks/invited-maelle-kerbrat.md",
        "talks/invited-owen-prytherch.md",
        *(f"talks/talk-{number}.md" for number in (1, 11, 2, 3, 4, 5, 7)),
    ]


def test_a_day_without_hours_has_no_schedule_and_no_calendar():
    call = replace(CALL, ends=None)

    files = outputs(call, programme(full_cards(), call), full_cards(), 3, MADE_AT, Templates())

    assert sorted(files) == [
        "index.html",
        "programme.csv",
        "programme.en.html",
        "programme.en.txt",
        "programme.json",
        "programme.md",
        "programme.txt",
    ]


def test_what_is_no_output_any_more_is_removed_and_nothing_else(tmp_path: Path):
    publish({"index.html": "1", "programme.en.html": "1", "speakers/ada.ics": "1", "kept.txt": "1"}, tmp_path)
    (tmp_path / "photo.jpg").write_text("not ours")
    (tmp_path / "kept.txt").write_text("changed by somebody")

    publish({"index.html": "1", "programme.fr.html": "1"}, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        manifest.NAME,
        "index.html",
        "kept.txt",
        "photo.jpg",
        "programme.fr.html",
    ]


def test_a_folder_that_holds_somebody_elses_file_stays(tmp_path: Path):
    publish({"speakers/ada.ics": "1"}, tmp_path)
    (tmp_path / "speakers" / "notes.txt").write_text("not ours")

    publish({}, tmp_path)

    assert [path.name for path in (tmp_path / "speakers").iterdir()] == ["notes.txt"]


def test_a_forged_manifest_removes_nothing_elsewhere(tmp_path: Path):
    outside, folder = tmp_path / "outside.txt", tmp_path / "public"
    outside.write_text("x")
    folder.mkdir()
    mark = manifest.digest(b"x")
    (folder / manifest.NAME).write_text(json.dumps({"../outside.txt": mark, str(outside): mark, "": mark}))

    publish({"a": "1"}, folder)

    assert outside.read_text() == "x"


def test_a_linked_file_is_not_removed_through_the_manifest(tmp_path: Path):
    publish({"a": "x"}, tmp_path)
    (tmp_path / "theirs").write_text("x")
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to(tmp_path / "theirs")

    publish({}, tmp_path)

    assert (tmp_path / "theirs").read_text() == "x"


@pytest.mark.parametrize("broken", ["", "[1]", "{", "null", '{"a": 1}', "[" * 100_000])
def test_a_broken_manifest_costs_nothing(tmp_path: Path, broken: str):
    (tmp_path / manifest.NAME).write_text(broken)

    publish({"a": "1"}, tmp_path)

    assert manifest.read(tmp_path) == {"a": manifest.digest(b"1")}


def test_publishing_again_touches_nothing(tmp_path: Path):
    files = outputs(CALL, programme(full_cards()), full_cards(), 3, MADE_AT, Templates())
    publish(files, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    written = publish(files, tmp_path)

    assert written == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_withdrawn_speakers_calendar_is_removed(tmp_path: Path):
    cards = full_cards()
    withdrawn = tuple(replace(one, state=State.WITHDRAWN) if one.number == 1 else one for one in cards)
    publish(outputs(CALL, programme(cards), cards, 3, MADE_AT, Templates()), tmp_path)
    had = (tmp_path / "speakers" / "eloise-thevenard.ics").exists()

    publish(outputs(CALL, programme(withdrawn), withdrawn, 4, MADE_AT, Templates()), tmp_path)

    assert (had, (tmp_path / "speakers" / "eloise-thevenard.ics").exists()) == (True, False)


ANNOUNCEMENT = (
    b"---\r\ntitle: 'Une journ\xc3\xa9e'  # ours\r\ndate: 2027-04-01T10:00:00\r\n---\r\n\r\nBonjour\r\n"
)


def test_the_announcement_is_brought_to_the_hours_of_the_programme(tmp_path: Path):
    page = tmp_path / "index.md"
    page.write_bytes(ANNOUNCEMENT)
    page.chmod(0o640)

    written = announce(page, CALL, programme(full_cards()), full_cards(), MADE_AT)

    assert written == (page,)
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert page.read_bytes().decode() == (
        "---\r\ntitle: 'Une journée'  # ours\r\ndate: 2027-04-01T10:00:00\r\n"
        'event_start: "2027-04-01T10:00:00+02:00"\r\n'
        'date_end: "2027-04-01T17:00:00+02:00"\r\nevent_end: "2027-04-01T17:00:00+02:00"\r\n'
        "all_day: false\r\nevent_all_day: false\r\n"
        f'event_name: "{CALL.event}"\r\npublishDate: "2027-03-02"\r\n---\r\n\r\nBonjour\r\n'
    )
    assert announce(page, CALL, programme(full_cards()), full_cards(), MADE_AT) == ()


def test_the_announcement_stays_as_it_is_when_another_folder_is_named(tmp_path: Path):
    page = tmp_path / "index.md"
    page.write_bytes(ANNOUNCEMENT)

    written = announce(page, CALL, programme(full_cards()), full_cards(), MADE_AT, tmp_path / "out")

    assert written == (tmp_path / "out" / "index.md",)
    assert page.read_bytes() == ANNOUNCEMENT


def test_an_announcement_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        announce(tmp_path / "index.md", CALL, programme(full_cards()), full_cards(), MADE_AT)

    assert str(caught.value) == (
        f"{tmp_path}/index.md cannot be read (No such file or directory); "
        "name the announcement's page in [programme] hugo_page"
    )


def uids(files: Mapping[str, str | bytes], name: str) -> set[str]:
    return {line for line in str(files[name]).split("\r\n") if line.startswith("UID:")}


def test_a_namesake_who_comes_later_leaves_the_first_ones_files_as_they_are():
    def ada(number: int, address: str, state: State = State.ACCEPTED) -> ProposalCard:
        return card(number, state, speakers=(SpeakerCard("Ada Sample", None, address),))

    def published(*cards: ProposalCard, before: tuple[Programme, ...] = ()) -> Mapping[str, str | bytes]:
        releases = tuple(Release(MADE_AT + timedelta(days=day), one) for day, one in enumerate(before))
        made = programme(cards)
        files = outputs(CALL, made, cards, 1, MADE_AT + timedelta(days=9), Templates(), releases=releases)
        return {name: content for name, content in files.items() if "ada" in name} | {
            "page": files["index.html"],
            "frab": files["schedule.json"],
        }

    first, second = ada(9, "one@example.org"), ada(5, "two@example.org")
    one, both = programme((first,)), programme((first, second))

    alone = published(first)
    joined = published(first, second, before=(one,))
    left = published(ada(9, "one@example.org", State.WITHDRAWN), second, before=(one, both))

    assert {name for name in alone if "ics" in name} == {"speakers/ada-sample.ics"}
    assert {name for name in joined if "ics" in name} == {
        "speakers/ada-sample.ics",
        "speakers/ada-sample-5.ics",
    }
    assert uids(joined, "speakers/ada-sample.ics") == uids(alone, "speakers/ada-sample.ics")
    # Who is left keeps the file, and hears nothing of the other's cancellation.
    assert {name for name in left if "ics" in name} == {"speakers/ada-sample-5.ics"}
    assert uids(left, "speakers/ada-sample-5.ics") == uids(joined, "speakers/ada-sample-5.ics")
    assert "speakers/ada-sample-5.ics" not in str(alone["page"])


def test_the_page_links_to_each_namesakes_calendar():
    others = tuple(
        card(n, speakers=(SpeakerCard(f"Ben Sample {'abcdef'[n]}", None, f"{n}@example.org"),))
        for n in range(1, 6)
    )
    first = card(9, speakers=(SpeakerCard("Ada Sample", None, "one@example.org"),))
    second = card(8, speakers=(SpeakerCard("Ada Sample", None, "two@example.org"),))
    cards = (*others, first, second)
    releases = (Release(MADE_AT, programme((*others, first))),)

    files = outputs(
        CALL, programme(cards), cards, 2, MADE_AT + timedelta(days=1), Templates(), releases=releases
    )

    calendars = {name for name in files if name.startswith("speakers/")}
    tree = LexborHTMLParser(str(files["index.html"]))
    linked = {a.attributes["href"] for a in tree.css("a[href^='speakers/']")}
    assert {"speakers/ada-sample.ics", "speakers/ada-sample-8.ics"} <= linked <= calendars
