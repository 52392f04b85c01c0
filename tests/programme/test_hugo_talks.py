"""A Hugo page for each talk, and the announcement in the same site: built by Debian's hugo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from selectolax.lexbor import LexborHTMLParser

from callboard.call import Call
from callboard.programme.formats import events, hugotalks, plain
from callboard.programme.formats.names import names
from callboard.programme.publish import announce
from callboard.programme.timetable import Programme
from callboard.templating import Templates
from hugosite import build, installed_hugo
from programme_days import CALL, MADE_AT, card
from programme_rooms import HOSTILE, at, hostile, of_items, talk, two_days

NAMES = names(Templates(), "fr")


def made(programme: Programme, cards: Any, call: Call = CALL) -> dict[str, str]:
    return hugotalks.pages(call, events.schedule(CALL, programme, cards, NAMES), MADE_AT)


def split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    _, front, body = text.split("---\n", 2)
    return dict(YAML(typ="safe").load(front)), body


def test_each_talk_with_a_title_has_a_page():
    assert sorted(made(*two_days())) == [
        "talks/invited-owen-prytherch.md",
        *(f"talks/talk-{number}.md" for number in (1, 2, 3, 4, 5, 6)),
    ]
    assert made(of_items(talk(1, at(1, 9), title=None)), (card(1, title=None),)) == {}


def test_a_page_has_the_keys_of_both_families():
    programme, cards = two_days()

    front, body = split(made(programme, cards)["talks/talk-1.md"])

    event = (CALL.event or "").replace(" :", "\u202f:")
    assert front == {
        "title": "Exposé 1",
        "event": event,
        "event_name": event,
        "event_url": CALL.url,
        "location": "Amphi, Amphithéâtre Élisée-Reclus, Besançon",
        "date": "2027-04-01T10:00:00+02:00",
        "date_end": "2027-04-01T10:20:00+02:00",
        "all_day": False,
        "event_start": "2027-04-01T10:00:00+02:00",
        "event_end": "2027-04-01T10:20:00+02:00",
        "event_all_day": False,
        "publishDate": "2027-03-02",
        "authors": ["Ada Sample"],
        "tags": ["débit", "a, b; c"],
    }
    assert body.startswith("\n*Ada Sample &#40;Institut d’exemple&#41;*\n\nNous présentons ")


def test_a_talk_without_a_time_has_no_date():
    programme, cards = two_days()

    front, _ = split(made(programme, cards)["talks/talk-6.md"])

    assert not {"date", "date_end", "all_day", "event_start"} & front.keys()


@pytest.fixture
def hugo_program() -> str:
    return installed_hugo()


LAYOUT = (
    "<h1>{{ .Title }}</h1><p id=start>{{ .Params.event_start }}</p><p id=name>{{ .Params.event_name }}</p>"
    '<p id=day>{{ .Date.Format "2006-01-02 15:04" }}</p><main>{{ .Content }}</main>'
)


def test_debians_hugo_builds_the_pages_and_strangers_words_stay_words(hugo_program: str, tmp_path: Path):
    programme, cards = hostile()
    programme = replace(
        programme,
        days=tuple(
            replace(
                day,
                items=tuple(
                    replace(i, start=i.start.replace(year=2999), end=i.end.replace(year=2999))
                    for i in day.items
                ),
            )
            for day in programme.days
        ),
    )
    # Drafts are made today, whatever day that is; the event is in the future of every run.
    for name, text in made(programme, cards, replace(CALL, published=date(2020, 1, 1))).items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    build(hugo_program, tmp_path, LAYOUT)

    for number, words in enumerate(HOSTILE, 1):
        page = LexborHTMLParser(
            (tmp_path / "public" / "talks" / f"talk-{number}" / "index.html").read_text("utf-8")
        )
        assert page.css_first("h1").text() == plain.line(words)
        assert page.css("main script, main a, main img, main code, main h1, main hr, main li") == []
        assert page.css_first("#day").text().startswith("2999-04-01 ")


def test_debians_hugo_reads_the_announcement_after_the_merge(hugo_program: str, tmp_path: Path, shared: Path):
    page = tmp_path / "content" / "announcement.md"
    page.parent.mkdir(parents=True)
    page.write_bytes((shared / "seed" / "announcement.md").read_bytes())
    programme, cards = two_days()

    announce(page, CALL, programme, cards, MADE_AT)
    build(hugo_program, tmp_path, LAYOUT)

    shown = LexborHTMLParser((tmp_path / "public" / "announcement" / "index.html").read_text("utf-8"))
    assert shown.css_first("#start").text() == "2027-04-01T09:00:00+02:00"
    assert shown.css_first("#day").text() == "2027-04-01 09:00"
    assert shown.css_first("#name").text() == CALL.event
