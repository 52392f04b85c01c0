"""`schedule.xml` and `schedule.json`: the c3voc schemas, and what the apps read beyond them.

The two readers below follow the rules of Giggity (Schedule.java) and EventFahrplan (ParserTask.java).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from callboard.call import Call
from callboard.programme.formats import events, frab
from callboard.programme.formats.names import names
from callboard.programme.timetable import Item, Kind, Programme
from callboard.proposals import ProposalCard, SpeakerCard
from callboard.templating import Templates
from programme_days import CALL, PARIS, card
from programme_rooms import (
    HOSTILE,
    HOSTILE_CALL,
    at,
    hostile,
    of_items,
    over_the_clock_change,
    talk,
    two_days,
)

NAMES = names(Templates(), "fr")


def made(programme: Programme, cards: Sequence[ProposalCard], call: Call = CALL) -> dict[str, str]:
    return frab.files(events.schedule(call, programme, cards, NAMES), NAMES, 3)


def programmes() -> dict[str, tuple[Programme, Sequence[ProposalCard], Call]]:
    """Everything that a schedule may have to hold."""
    long_night = talk(1, datetime(2027, 4, 1, 22, tzinfo=PARIS), minutes=25 * 60)
    fixed_zone = replace(CALL, timezone="Etc/GMT-1")
    return {
        "two days": (*two_days(), CALL),
        "hostile": (*hostile(), HOSTILE_CALL),
        "clock change": (over_the_clock_change(), (card(1),), CALL),
        "longer than a day": (of_items(long_night), (card(1),), CALL),
        "without talks": (of_items(Item(at(1, 9), at(1, 10), Kind.OPENING)), (), CALL),
        "no address": (of_items(talk(1, at(1, 9))), (card(1),), replace(CALL, url=None, place=None)),
        "no letters": (
            of_items(talk(1, at(1, 9))),
            (card(1),),
            replace(CALL, event="研究会", title="研究会"),
        ),
        "odd zone": (
            of_items(talk(1, at(1, 9, zone=ZoneInfo("Etc/GMT-1"))), zone="Etc/GMT-1"),
            (card(1),),
            fixed_zone,
        ),
        "long address": (
            of_items(talk(1, at(1, 9))),
            (card(1),),
            replace(CALL, url="https://x.example/" + "a" * 1500),
        ),
    }


CASES = pytest.mark.parametrize("case", programmes())


@pytest.fixture(scope="session")
def schemas(shared: Path) -> Path:
    folder = shared / "schemas"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the c3voc schemas are not ours to copy")
    return folder


@CASES
def test_the_xml_is_valid(case: str, schemas: Path):
    schema = etree.XMLSchema(etree.parse(schemas / "schedule.xml.xsd"))
    document = etree.fromstring(made(*programmes()[case])["schedule.xml"].encode())

    schema.assertValid(document)


@CASES
def test_the_json_is_valid(case: str, schemas: Path, tmp_path: Path):
    program = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    assert program is not None  # a library of the tests
    (tmp_path / "schedule.json").write_text(made(*programmes()[case])["schedule.json"], encoding="utf-8")

    run = subprocess.run(
        [program, "--schemafile", str(schemas / "schema.json"), str(tmp_path / "schedule.json")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (run.returncode, run.stdout.strip()) == (0, "ok -- validation done")


def giggity(text: str) -> tuple[str, str | None, list[tuple[str, str, datetime, timedelta]]]:
    """Title, zone and events: title, room, start, length. Raises where the app would give up."""
    head = text[:1024]
    assert "<schedule" in head
    assert "<conference" in head
    root = etree.fromstring(text.encode())
    found = []
    for day in root.iter("day"):
        on = date.fromisoformat(day.attrib["date"])
        for room in day.iter("room"):
            if room.getparent() is not day:
                continue
            for event in room.iter("event"):
                assert event.attrib["id"]
                start = datetime.combine(on, time.fromisoformat(_text(event, "start")))
                # The app reads a duration as a time of day.
                lasts = time.fromisoformat(_text(event, "duration"))
                length = timedelta(hours=lasts.hour, minutes=lasts.minute)
                found.append((_text(event, "title"), room.attrib["name"], start, length))
    zone = root.findtext("conference/time_zone_name")
    return root.findtext("conference/title") or "", zone, found


def fahrplan(text: str) -> tuple[str, dict[int, list[str]]]:
    """Version, and titles by day. Raises where the app would give up."""
    assert text.rstrip().endswith("</schedule>")
    root = etree.fromstring(text.encode())
    days: dict[int, list[str]] = {}
    dates = set()
    for day in root.iter("day"):
        index = int(day.attrib["index"])
        assert datetime.fromisoformat(day.attrib["end"]).tzinfo is not None
        dates.add(date.fromisoformat(day.attrib["date"]))
        days[index] = []
        for event in day.iter("event"):
            hour, minute = _text(event, "start").split(":")
            assert 0 <= int(hour) < 24
            assert 0 <= int(minute) < 60
            assert datetime.fromisoformat(_text(event, "date")).tzinfo is not None
            days[index].append(_text(event, "title"))
    assert len(dates) == max(days)
    return root.findtext("version") or "", days


def _text(event: Any, name: str) -> str:
    return str(event.findtext(name) or "")


@CASES
def test_the_apps_read_every_event(case: str):
    programme, cards, call = programmes()[case]

    text = made(programme, cards, call)["schedule.xml"]

    title, zone, found = giggity(text)
    version, days = fahrplan(text)
    shown = events.schedule(call, programme, cards, NAMES)
    assert (title, zone, version) == (shown.title, programme.timezone, "3")
    assert sorted(one[0] for one in found) == sorted(event.title for event in shown.events)
    assert sorted(title for titles in days.values() for title in titles) == sorted(
        event.title for event in shown.events
    )
    assert all(room for _, room, _, _ in found)


def test_the_apps_read_times_rooms_and_lengths():
    _, _, found = giggity(made(*two_days())["schedule.xml"])

    assert sorted(one[1:] for one in found if one[0].startswith("Exposé")) == [
        ("Amphi", datetime(2027, 4, 1, 10), timedelta(minutes=20)),
        ("Amphi", datetime(2027, 4, 1, 10, 40), timedelta(minutes=20)),
        ("Amphi", datetime(2027, 4, 2, 10), timedelta(minutes=40)),
        ("Salle 2", datetime(2027, 4, 1, 10), timedelta(minutes=20)),
    ]
    assert {one[1] for one in found if one[0] in ("Pause", "Déjeuner", "Ouverture")} == {"Toutes les salles"}


def test_a_duration_never_reaches_a_whole_day():
    programme, cards, call = programmes()["longer than a day"]

    _, _, found = giggity(made(programme, cards, call)["schedule.xml"])

    assert [length for *_, length in found] == [timedelta(hours=23, minutes=59)]


def test_breaks_are_events_of_their_own_type():
    root = etree.fromstring(made(*two_days())["schedule.xml"].encode())

    assert [
        (_text(e, "title"), _text(e, "type")) for e in root.iter("event") if not _text(e, "abstract")
    ] == [
        ("Ouverture", "ceremony"),
        ("Listening to gravel", "invited"),
        ("Pause", "break"),
        ("Déjeuner", "break"),
        ("Pause", "break"),
        ("Clôture", "ceremony"),
        ("Posters et démonstrations", "poster"),
    ]


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Cartes, capteurs et mémoire des rivières", "cartescapteurs2027"),
        ("GdR", "gdr2027"),
        ("ISIS 2027", "isis2027"),
        ("研究会", "event2027"),
        ("", "event2027"),
        ("A" * 100, f"{'a' * 24}2027"),
        ("Workshop on Machine-Readable Programmes", "workshopmachine2027"),
    ],
)
def test_the_acronym_is_one_that_both_schemas_take(title: str, short: str):
    shown = events.schedule(
        replace(CALL, event=None, title=title), of_items(talk(1, at(1, 9))), (card(1),), NAMES
    )

    found = frab.acronym(shown)

    assert found == short
    assert re.fullmatch(r"[a-z0-9_]{4,}", found)


def test_both_files_name_the_same_events_by_the_same_ids():
    files = made(*two_days())

    xml = {
        (e.attrib["guid"], int(e.attrib["id"]), _text(e, "slug"), _text(e, "date"), _text(e, "room"))
        for e in etree.fromstring(files["schedule.xml"].encode()).iter("event")
    }
    days = json.loads(files["schedule.json"])["schedule"]["conference"]["days"]
    from_json = {
        (e["guid"], e["id"], e["slug"], e["date"], e["room"])
        for day in days
        for room in day["rooms"].values()
        for e in room
    }

    assert xml == from_json
    assert len({one[1] for one in xml}) == len(xml) == 11


def test_guids_stay_when_talks_move_and_speakers_change_their_address():
    def guids(programme: Programme, address: str) -> set[str]:
        speaker = SpeakerCard("Ada Sample", "Institut", address)
        root = etree.fromstring(made(programme, (card(7, speakers=(speaker,)),))["schedule.xml"].encode())
        return {one.attrib["guid"] for tag in ("event", "person") for one in root.iter(tag)}

    before = guids(of_items(talk(7, at(1, 9))), "ada@example.org")
    after = guids(of_items(talk(7, at(2, 15), title="Autre")), "ada@elsewhere.example")

    assert before == after


def test_a_person_matches_one_branch_of_the_schema():
    days = json.loads(made(*two_days())["schedule.json"])["schedule"]["conference"]["days"]

    people = [p for day in days for room in day["rooms"].values() for e in room for p in e["persons"]]

    assert {tuple(person) for person in people} == {("guid", "name")}


def test_two_people_of_one_name_have_two_ids():
    cards = (
        card(3, speakers=(SpeakerCard("Ada Sample", None, "a@one.example"),)),
        card(5, speakers=(SpeakerCard("Ada Sample", None, "b@two.example"),)),
    )
    root = etree.fromstring(
        made(of_items(talk(3, at(1, 9)), talk(5, at(1, 10))), cards)["schedule.xml"].encode()
    )

    assert len({one.attrib["id"] for one in root.iter("person")}) == 2


def test_without_hours_there_is_no_schedule():
    assert made(Programme("Europe/Paris"), ()) == {}


def test_a_strangers_words_are_words():
    programme, cards = hostile()

    titles = [one[0] for one in giggity(made(programme, cards, HOSTILE_CALL)["schedule.xml"])[2]]

    assert "</script><script>alert(1)</script>" in titles
    assert "Sur $\\sum_{i<n} x_i$ & \\(a\\) ]]> <!-- no" in titles
    assert len(titles) == len(HOSTILE)
