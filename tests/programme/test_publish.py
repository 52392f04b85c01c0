"""Publishing: every file at once, whole or not at all, and only what changed."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from callboard.errors import ConfigError
from callboard.programme.publish import outputs, publish
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, full_cards, programme


def test_files_are_written_for_a_web_server_to_read(tmp_path: Path):
    folder = tmp_path / "new" / "public"

    written = publish({"index.html": "é", "programme.md": "x"}, folder)

    assert written == (folder / "index.html", folder / "programme.md")
    assert (folder / "index.html").read_bytes() == "é".encode()
    assert [stat.S_IMODE(path.stat().st_mode) for path in written] == [0o644, 0o644]
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "programme.md"]


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

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
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

    assert list(files) == ["index.html", f"programme.{second}.html", "programme.md"]
    assert f'<html lang="{first}">' in files["index.html"]
    assert f'<html lang="{second}">' in files[f"programme.{second}.html"]
    assert f'href="programme.{second}.html"' in files["index.html"]
    assert 'href="index.html"' in files[f"programme.{second}.html"]


def test_the_same_draft_gives_the_same_bytes():
    first = outputs(CALL, programme(full_cards()), full_cards(), 3, MADE_AT, Templates())

    assert outputs(CALL, programme(full_cards()), full_cards(), 3, MADE_AT, Templates()) == first
