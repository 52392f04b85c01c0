"""iCalendar files, read back by a strict library and by a small reader with the rules of a conference app."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from icalendar import Event as Entry

from callboard.call import Call
from callboard.programme.formats import events, ical
from callboard.programme.formats.names import names
from callboard.programme.revisions import Release, revisions, withdrawn
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, State
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card
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
LATER = MADE_AT + timedelta(days=1)


def made(
    programme: Programme, cards: Sequence[ProposalCard], *before: Programme, call: Call = CALL
) -> dict[str, str]:
    """The files of a programme, with what was public before, a day apart."""
    first = MADE_AT - timedelta(days=len(before))
    releases = [Release(first + timedelta(days=day), one) for day, one in enumerate((*before, programme))]
    known = revisions(releases)
    shown = events.schedule(call, programme, cards, NAMES, earlier=before)
    return ical.files(shown, NAMES, ical.Changes(known, withdrawn(known, cards)))


def read(text: str) -> list[Entry]:
    """Its events, if a strict reader finds nothing to complain of."""
    calendar = Calendar.from_ical(text, multiple=False)
    assert isinstance(calendar, Calendar)
    assert [error for part in calendar.walk() for error in part.errors] == []
    return [part for part in calendar.walk("VEVENT") if isinstance(part, Entry)]


def fields(text: str, number: int = 0) -> dict[str, str]:
    return {name: str(value) for name, value in read(text)[number].items()}


def test_the_whole_each_room_and_each_speaker_have_a_file():
    programme, cards = two_days()

    files = made(programme, cards)

    assert {name: len(read(text)) for name, text in files.items()} == {
        "programme.ics": 11,
        "rooms/amphi.ics": 9,  # three of its own, and what is for everybody
        "rooms/salle-2.ics": 8,
        "speakers/owen-prytherch.ics": 1,
        "speakers/ada-sample.ics": 2,
        "speakers/ben-sample.ics": 2,
        "speakers/chloe-unal.ics": 1,
    }


def test_a_talk_is_written_whole():
    programme, cards = two_days()

    entry = next(one for one in read(made(programme, cards)["programme.ics"]) if one["summary"] == "Exposé 1")

    assert {name: value for name, value in entry.items() if name not in ("DTSTAMP", "LAST-MODIFIED")} == {
        "UID": str(events.guid(CALL.url or "", "talk-1")),
        "SEQUENCE": 0,
        "DTSTART": entry["DTSTART"],
        "DTEND": entry["DTEND"],
        "SUMMARY": "Exposé 1",
        "STATUS": "CONFIRMED",
        "LOCATION": "Amphi, Amphithéâtre Élisée-Reclus, Besançon",
        "DESCRIPTION": f"Ada Sample (Institut d’exemple)\n\n{cards[0].abstract}".replace(" ;", "\u202f;"),
        "CATEGORIES": entry["CATEGORIES"],
        "URL": "https://rivieres.example.org/journee-2027/#talk-1",
        "TRANSP": "OPAQUE",
    }
    assert entry["CATEGORIES"].cats == ["Cartographier les crues anciennes", "débit", "a, b; c"]
    assert (entry.start, entry.end) == (at(1, 10), at(1, 10, 20))
    assert entry["DTSTART"].params["TZID"] == "Europe/Paris"
    assert entry["DTSTAMP"].dt == MADE_AT


def test_breaks_leave_their_hearers_free():
    programme, cards = two_days()

    free = {one["SUMMARY"]: one["TRANSP"] for one in read(made(programme, cards)["programme.ics"])}

    assert (free["Pause"], free["Déjeuner"], free["Exposé 1"]) == ("TRANSPARENT", "TRANSPARENT", "OPAQUE")


def test_a_move_keeps_the_uid_and_raises_the_sequence_and_the_stamp():
    before, after = of_items(talk(7, at(1, 9))), of_items(talk(7, at(1, 15)))
    old = read(made(before, (card(7),))["programme.ics"])[0]
    moved = card(7, updated_at=MADE_AT)

    new = read(made(after, (moved,), before)["programme.ics"])[0]

    assert (old["UID"], old["SEQUENCE"], new["SEQUENCE"]) == (new["UID"], 0, 1)
    assert new["DTSTAMP"].dt >= old["DTSTAMP"].dt


def test_a_withdrawn_talk_is_cancelled_without_its_words():
    before = of_items(talk(7, at(1, 9), title="Un secret"), talk(8, at(1, 10), speakers=("Ben Sample",)))
    after = of_items(talk(8, at(1, 10), speakers=("Ben Sample",)))
    gone = card(7, State.WITHDRAWN, title="Un secret", updated_at=LATER, versions=2)

    files = made(after, (gone, card(8)), before)

    entry = read(files["programme.ics"])[1]
    assert {name: str(value) for name, value in entry.items() if not name.startswith("DT")} == {
        "UID": str(events.guid(CALL.url or "", "talk-7")),
        "LAST-MODIFIED": str(entry["LAST-MODIFIED"]),
        "SEQUENCE": "3",
        "SUMMARY": "Exposé annulé",
        "STATUS": "CANCELLED",
        "LOCATION": "Amphithéâtre Élisée-Reclus, Besançon",
        "TRANSP": "TRANSPARENT",
    }
    assert entry["DTSTAMP"].dt == LATER
    assert entry.start == at(1, 9)
    assert not any("Un secret" in text for text in files.values())
    assert "speakers/ada-sample.ics" not in files


def test_a_talk_that_is_back_outranks_its_cancellation():
    there = of_items(talk(7, at(1, 9)), talk(8, at(1, 10)))
    without = of_items(talk(8, at(1, 10)))
    gone = card(7, State.WITHDRAWN, versions=3, updated_at=MADE_AT)
    back = card(7, versions=4, updated_at=LATER)

    cancelled = read(made(without, (gone, card(8)), there)["programme.ics"])[1]
    again = read(made(there, (back, card(8)), there)["programme.ics"])[0]

    assert cancelled["UID"] == again["UID"]
    assert (cancelled["STATUS"], again["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert again["SEQUENCE"] > cancelled["SEQUENCE"]


def test_a_cancelled_talk_stays_in_its_room_and_with_its_speakers_other_talks():
    before = of_items(talk(7, at(1, 9), "Amphi"), talk(8, at(1, 10), "Salle 2"), rooms=("Amphi", "Salle 2"))
    after = of_items(talk(8, at(1, 10), "Salle 2"), rooms=("Amphi", "Salle 2"))

    files = made(after, (card(7, State.WITHDRAWN), card(8)), before)

    assert {name: [one["STATUS"] for one in read(text)] for name, text in files.items()} == {
        "programme.ics": ["CONFIRMED", "CANCELLED"],
        "rooms/amphi.ics": ["CANCELLED"],
        "rooms/salle-2.ics": ["CONFIRMED"],
        "speakers/ada-sample.ics": ["CONFIRMED", "CANCELLED"],
    }


def test_the_zones_rules_are_in_the_file():
    text = made(over_the_clock_change(), (card(1),))["programme.ics"]

    entry = read(text)[0]

    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200" in text
    assert entry.start.astimezone(UTC) == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert entry.end.astimezone(UTC) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_utc_needs_no_rules():
    start = datetime(2027, 4, 1, 9, tzinfo=ZoneInfo("UTC"))

    text = made(of_items(talk(1, start), zone="UTC"), (card(1),), call=replace(CALL, timezone="UTC"))[
        "programme.ics"
    ]

    assert "DTSTART:20270401T090000Z\r\n" in text
    assert "VTIMEZONE" not in text


def test_lines_are_folded_at_75_octets_with_crlf():
    programme, cards = hostile()

    for text in made(programme, cards, call=HOSTILE_CALL).values():
        lines = text.encode().split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_a_strangers_words_stay_words():
    programme, cards = hostile()

    files = made(programme, cards, call=HOSTILE_CALL)

    found = read(files["programme.ics"])
    assert [one["UID"] for one in found] == [
        str(events.guid(HOSTILE_CALL.url or "", f"talk-{number}")) for number in range(1, len(HOSTILE) + 1)
    ]
    assert found[6]["SUMMARY"] == "Bell, null, escape[31m, and end"
    assert found[8]["SUMMARY"] == "BEGIN:VEVENT SUMMARY:injected END:VEVENT"
    assert all(one["STATUS"] == "CONFIRMED" for one in found)


def giggity(text: str) -> tuple[str, list[dict[str, str]]]:
    """What Giggity's reader makes of a file: title and events; it drops an event that lacks one of four things."""
    assert "begin:vcalendar" in text[:1024].lower()
    lines = text.replace("\r\n", "\n").replace("\n ", "").split("\n")
    title, found, entry = "", list[dict[str, str]](), dict[str, str]()
    for line in lines:
        name, _, value = line.partition(":")
        name, _, parameters = name.partition(";")
        if name == "X-WR-CALNAME":
            title = value
        elif line == "BEGIN:VEVENT":
            entry = {}
        elif line == "END:VEVENT":
            if {"UID", "SUMMARY", "LOCATION", "DTSTART"} <= entry.keys() and entry.keys() & {
                "DTEND",
                "DURATION",
            }:
                found.append(entry)
        else:
            entry[name] = value
            if name == "DTSTART" and parameters.startswith("TZID="):
                entry["TZID"] = parameters.removeprefix("TZID=")
    return title, found


@pytest.mark.parametrize("place", [CALL.place, None])
def test_giggity_drops_no_event(place: str | None):
    programme, cards = two_days()
    call = replace(CALL, place=place, event="Deux jours")

    title, found = giggity(made(programme, cards, call=call)["programme.ics"])

    assert (title, len(found)) == ("Deux jours", 11)
    assert {one["TZID"] for one in found} == {"Europe/Paris"}
    assert all(one["LOCATION"] for one in found)


READER = """
const ICAL = require("ical.js");
let text = "";
process.stdin.on("data", chunk => text += chunk).on("end", () => {
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(text));
  calendar.getAllSubcomponents("vtimezone").forEach(zone => ICAL.TimezoneService.register(zone));
  const found = calendar.getAllSubcomponents("vevent").map(part => {
    const one = new ICAL.Event(part);
    return [one.uid, one.summary, one.sequence, one.startDate.toJSDate().toISOString()];
  });
  console.log(JSON.stringify(found));
});
"""


def test_ical_js_reads_the_same(tmp_path: Path):
    node = shutil.which("node")
    modules = os.environ.get("NODE_PATH", "")
    if node is None or not any(
        (Path(place) / "ical.js").is_dir() for place in modules.split(os.pathsep) if place
    ):
        pytest.skip(
            "ical.js is not installed: npm install ical.js@2 somewhere and name its node_modules in NODE_PATH"
        )
    programme, cards = hostile()
    text = made(programme, cards, call=HOSTILE_CALL)["programme.ics"]

    run = subprocess.run(
        [node, "-e", READER], input=text.encode(), capture_output=True, timeout=60, check=True
    )

    assert json.loads(run.stdout) == [
        [
            one["UID"],
            one["SUMMARY"],
            one["SEQUENCE"],
            f"{one.start.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        ]
        for one in read(text)
    ]


def test_five_hundred_talks_are_written_in_seconds():
    items = [talk(n, at(1 + n % 5, 8 + n % 10, n % 60), speakers=(f"Person {n}",)) for n in range(1, 501)]
    cards = [card(n) for n in range(1, 501)]
    begun = datetime.now(UTC)

    files = made(of_items(*items), cards)

    assert len(files) == 501
    assert datetime.now(UTC) - begun < timedelta(seconds=15)
