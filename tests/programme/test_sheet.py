"""The public table: CSV that Excel opens as text, and JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from callboard.programme.formats import events, sheet
from callboard.programme.formats.names import names
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates
from programme_days import CALL, card
from programme_rooms import at, hostile, of_items, talk, two_days

NAMES = names(Templates(), "fr")


def made(programme: Programme, cards: Sequence[ProposalCard]) -> dict[str, str]:
    return sheet.files(events.schedule(CALL, programme, cards, NAMES), NAMES)


def rows(programme: Programme, cards: Sequence[ProposalCard]) -> list[dict[str, str]]:
    content = made(programme, cards)["programme.csv"].encode()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def from_json(programme: Programme, cards: Sequence[ProposalCard]) -> list[dict[str, Any]]:
    return list(json.loads(made(programme, cards)["programme.json"]))


def test_the_table_has_everything_with_a_time_then_the_rest():
    found = rows(*two_days())

    assert [(row["day"], row["start"], row["room"], row["kind"], row["title"]) for row in found] == [
        ("2027-04-01", "09:00", "", "opening", "Ouverture"),
        ("2027-04-01", "09:10", "", "invited", "Listening to gravel"),
        ("2027-04-01", "10:00", "Amphi", "talk", "Exposé 1"),
        ("2027-04-01", "10:00", "Salle 2", "talk", "Exposé 2"),
        ("2027-04-01", "10:20", "", "break", "Pause"),
        ("2027-04-01", "10:40", "Amphi", "talk", "Exposé 3"),
        ("2027-04-01", "12:00", "", "lunch", "Déjeuner"),
        ("2027-04-02", "09:00", "Salle 2", "posters", "Posters et démonstrations"),
        ("2027-04-02", "10:00", "Amphi", "talk", "Exposé 4"),
        ("2027-04-02", "10:40", "", "break", "Pause"),
        ("2027-04-02", "11:00", "", "closing", "Clôture"),
        ("", "", "", "talk", "Sans horaire"),
        ("", "", "", "poster", "Une affiche"),
    ]


def test_both_say_the_same():
    programme, cards = two_days()

    [talk_1] = [row for row in from_json(programme, cards) if row["title"] == "Exposé 1"]

    assert talk_1 == {
        "day": "2027-04-01",
        "start": "10:00",
        "end": "10:20",
        "minutes": 20,
        "room": "Amphi",
        "kind": "talk",
        "title": "Exposé 1",
        "speakers": ["Ada Sample"],
        "affiliations": ["Institut d’exemple"],
        "track": "Cartographier les crues anciennes",
        "language": "fr",
        "keywords": ["débit", "a, b; c"],
        "reference": "P-1",
        "abstract": (cards[0].abstract or "").replace(" ;", "\u202f;"),
    }


def test_no_cell_is_a_formula():
    found = rows(*hostile())

    cells = [cell for row in found for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert found[7]["title"] == '\'=HYPERLINK("http://evil.example";"x")'


def test_a_title_that_is_not_known_is_empty():
    found = from_json(of_items(talk(1, at(1, 9), title=None)), (card(1, title=None),))

    assert [row["title"] for row in found] == [None]
