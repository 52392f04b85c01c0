"""The front matter of somebody's own page: what says the same stays, byte for byte, and the rest changes alone."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from callboard.errors import ConfigError
from callboard.programme.formats.frontmatter import Changes, Value, merge

PARIS = ZoneInfo("Europe/Paris")
NOTHING = Changes({}, {})
HOURS: dict[str, Value] = {
    "date": "2027-04-01T10:00:00+02:00",
    "event_start": "2027-04-01T10:00:00+02:00",
    "date_end": "2027-04-01T17:00:00+02:00",
    "event_end": "2027-04-01T17:00:00+02:00",
    "all_day": False,
    "event_all_day": False,
}


def merged(
    page: str, always: dict[str, Value] | None = None, if_missing: dict[str, Value] | None = None
) -> str:
    return merge(page.encode(), Changes(always or {}, if_missing or {}), PARIS, "index.md").decode()


@pytest.fixture
def seed(shared: Path) -> bytes:
    return (shared / "seed" / "announcement.md").read_bytes()


def seed_hours(seed: bytes) -> dict[str, Value]:
    """The seed's own hours, as Callboard writes them: with their offset."""
    front = YAML(typ="safe").load(seed.decode().split("---\n")[1])
    return {
        "date": f"{front['date']}+02:00",
        "date_end": f"{front['date_end']}+02:00",
        "all_day": front["all_day"],
    }


def test_the_seed_comes_back_byte_for_byte(seed: bytes):
    assert merge(seed, NOTHING, PARIS, "seed") == seed
    assert merge(seed, Changes(seed_hours(seed), {"publishDate": "2000-01-01"}), PARIS, "seed") == seed


def test_new_keys_are_lines_of_their_own_and_no_other_line_of_the_seed_changes(seed: bytes):
    hours = seed_hours(seed)
    added = {
        "event_start": hours["date"],
        "event_end": hours["date_end"],
        "event_all_day": hours["all_day"],
    }

    after = merge(seed, Changes(hours | added, {"event_name": "Une journée"}), PARIS, "seed")

    new = {"event_name", "event_start", "event_end", "event_all_day"}
    left = [line for line in after.splitlines(True) if line.partition(b":")[0].decode() not in new]
    assert b"".join(left) == seed
    assert len(after.splitlines()) == len(seed.splitlines()) + 4
    assert merge(after, Changes(hours | added, {"event_name": "Autre"}), PARIS, "seed") == after


def test_a_changed_hour_is_written_anew_and_its_comment_stays():
    page = "---\n# When\ndate: 2027-04-01 09:30  # sharp\ntags: [a,   b]\n---\nText\n"

    assert merged(page, {"date": HOURS["date"]}) == (
        '---\n# When\ndate: "2027-04-01T10:00:00+02:00"  # sharp\ntags: [a,   b]\n---\nText\n'
    )


@pytest.mark.parametrize(
    "written",
    [
        "2027-04-01T10:00:00",
        "'2027-04-01T10:00'",
        '"2027-04-01 10:00:00"',
        "2027-04-01T08:00:00Z",
        "2027-04-01T10:00:00+02:00",
        "2027-04-01T04:00:00-04:00",
    ],
)
def test_the_same_moment_is_left_as_it_is_written(written: str):
    page = f"---\ndate: {written}\n---\n"

    assert merged(page, {"date": HOURS["date"]}) == page


@pytest.mark.parametrize("written", ["2027-04-01", "2027-04-01T10:00:00Z", "soon"])
def test_another_moment_is_not(written: str):
    page = f"---\ndate: {written}\n---\n"

    assert merged(page, {"date": HOURS["date"]}) == f'---\ndate: "{HOURS["date"]}"\n---\n'


@pytest.mark.parametrize("written", ["false", "False", "no", "off"])
def test_no_is_no(written: str):
    page = f"---\nall_day: {written}\n---\n"

    assert merged(page, {"all_day": False}) == page


@pytest.mark.parametrize("empty", ["", " ", " ''", ' ""', " # none yet", " ~", " null"])
def test_an_empty_value_is_filled_in(empty: str):
    after = merged(f"---\nevent_name:{empty}\nlast: 1\n---\n", None, {"event_name": "Une journée: deux"})

    front = YAML(typ="safe").load(after.split("---\n")[1])
    assert front == {"event_name": "Une journée: deux", "last": 1}
    assert ("# none yet" in after) == ("# none yet" in empty)


def test_what_is_there_is_not_replaced_by_a_default():
    page = "---\nevent_name: Ours\npublishDate: 2099-01-01\n---\n"

    assert merged(page, None, {"event_name": "Theirs", "publishDate": "2027-01-01"}) == page


def test_a_value_of_another_kind_is_the_authors():
    page = "---\ndate:\n  from: Monday\n---\n"

    assert merged(page, {"date": HOURS["date"]}) == page


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_mark_of_utf8_stay(newline: str, mark: str):
    page = mark + newline.join(["---", "event: 'É'", "date: 2027-04-01", "", "---", "", "--- text ---", ""])

    after = merged(page, HOURS, {"event_name": "É"})

    assert after.startswith(mark + newline.join(["---", "event: 'É'", 'event_name: "É"', 'date: "2027-']))
    assert after.endswith(newline.join(["", "", "---", "", "--- text ---", ""]))
    assert after.replace("\r\n", "").count("\n") == (0 if newline == "\r\n" else after.count("\n"))
    assert "\r" not in after.replace("\r\n", "")
    assert merged(after, HOURS, {"event_name": "É"}) == after


def test_the_text_below_is_never_looked_at():
    page = "---\ntitle: x\n---\ndate: 1999-01-01\n---\nall_day: true\n---\n"

    assert merged(page, HOURS).endswith("---\ndate: 1999-01-01\n---\nall_day: true\n---\n")


def test_a_value_over_several_lines_keeps_its_new_neighbour_below():
    page = "---\nevent: >-\n  Une\n  journée\n# date\ndate: 2027-04-01\n---\n"

    assert merged(page, None, {"event_name": "N"}) == (
        '---\nevent: >-\n  Une\n  journée\nevent_name: "N"\n# date\ndate: 2027-04-01\n---\n'
    )


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"---\ntitle: \xe9\n---\n", "is not UTF-8; save it in that encoding"),
        (b"no front matter\n", "has no front matter in YAML; begin it with lines between --- and ---"),
        (b"+++\ntitle = 'x'\n+++\n", "has no front matter in YAML; begin it with lines between --- and ---"),
        (b"---\ntitle: x\n", "has no front matter in YAML; begin it with lines between --- and ---"),
        (b"---\n- a\n---\n", "the front matter is no list of keys; write each as `key: value`"),
        (
            b"---\n{date: 2027-04-01}\n---\n",
            "the front matter is no list of keys; write each as `key: value`",
        ),
        (b"---\ndate: a: b\n---\n", "put a value that holds a colon between quotes"),
        (b"---\nx: &a 2026-01-01\ndate: *a\n---\n", "write it without & and *"),
    ],
)
def test_a_page_that_cannot_be_changed_without_harm_is_named(page: bytes, words: str):
    with pytest.raises(ConfigError) as caught:
        merge(page, Changes(HOURS, {}), PARIS, "index.md")

    assert str(caught.value).startswith("index.md")
    assert str(caught.value).endswith(words)


KEYS = st.sampled_from([*HOURS, "event", "title", "tags", "event_name", "publishDate", "x"])
SCALARS = st.one_of(
    st.text(max_size=30),
    st.booleans(),
    st.none(),
    st.integers(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=5), max_size=2),
    st.sampled_from(["2027-04-01", "2027-04-01T10:00:00", "a: b # c", "- x", "'", '"', "é\n\nè\n"]),
)


@given(st.dictionaries(KEYS, SCALARS, min_size=1), st.text(max_size=20))
def test_whatever_stands_there_the_rest_stays(fields: dict[str, object], body: str):
    import io

    written = io.StringIO()
    YAML().dump(fields, written)
    page = f"---\n{written.getvalue()}---\n{body}"

    after = merged(page, HOURS, {"event_name": "É: # '"})

    assert after.endswith(f"---\n{body}".replace("\r\n", "\r\n"))
    loaded = YAML(typ="safe").load(after[4 : len(after) - len(body) - 4])
    before = YAML(typ="safe").load(written.getvalue())
    assert {k: v for k, v in loaded.items() if k not in {*HOURS, "event_name"}} == {
        k: v for k, v in before.items() if k not in {*HOURS, "event_name"}
    }
    assert merged(after, HOURS, {"event_name": "É: # '"}) == after
