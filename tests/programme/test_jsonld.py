"""schema.org JSON-LD, extracted from a page as a crawler does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from extruct import JsonLdExtractor

from callboard.call import Call
from callboard.programme.formats import jsonld, page
from callboard.programme.formats.view import Audience
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card
from programme_rooms import HOSTILE, HOSTILE_CALL, at, hostile, of_items, talk, two_days


def extracted(programme: Programme, cards: Sequence[ProposalCard], call: Call = CALL) -> list[dict[str, Any]]:
    """What a crawler finds in a page that holds it, and words of strangers beside it."""
    script = f'<script type="application/ld+json">{jsonld.render(call, programme, cards)}</script>'
    text = f"<!doctype html><html><head>{script}</head><body><p>after</p></body></html>"
    return list(JsonLdExtractor().extract(text))


def test_the_event_is_told():
    [found] = extracted(*two_days())

    assert {name: value for name, value in found.items() if name != "subEvent"} == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": (CALL.event or "").replace(" :", "\u202f:"),
        "startDate": "2027-04-01T09:00:00+02:00",
        "endDate": "2027-04-02T11:10:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "description": "Troisième rencontre du réseau Eaux courantes",
        "url": "https://rivieres.example.org/journee-2027/",
        "location": {
            "@type": "Place",
            "name": "Amphithéâtre Élisée-Reclus, Besançon",
            "address": "Amphithéâtre Élisée-Reclus, Besançon, France",
        },
        "organizer": [
            {"@type": "Person", "name": "Zoé Çelik"},
            {"@type": "Person", "name": "Jean-Noël Übersfeld"},
            {"@type": "Person", "name": "Inès Ramírez de la Peña"},
        ],
    }


def test_each_talk_is_an_event_within_it():
    [found] = extracted(*two_days())

    talks = found["subEvent"]
    assert [one["name"] for one in talks] == ["Listening to gravel", *(f"Exposé {n}" for n in (1, 2, 3, 4))]
    assert talks[3]["startDate"] == "2027-04-01T10:40:00+02:00"
    assert talks[3]["location"]["name"] == "Amphi, Amphithéâtre Élisée-Reclus, Besançon"
    assert talks[3]["performer"] == [
        {"@type": "Person", "name": "Ben Sample"},
        {"@type": "Person", "name": "Chloé Ünal", "affiliation": {"@type": "Organization", "name": "CNRS"}},
    ]


def test_what_google_requires_is_in_every_event():
    [found] = extracted(*two_days())

    for one in (found, *found["subEvent"]):
        assert one["name"]
        assert datetime.fromisoformat(one["startDate"]).tzinfo is not None
        assert one["location"]["address"]


def test_what_is_not_known_is_left_out():
    [found] = extracted(
        of_items(talk(1, at(1, 9), title=None)), (card(1, title=None),), Call(title="Journée")
    )

    assert found == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Journée",
        "startDate": "2027-04-01T09:00:00+02:00",
        "endDate": "2027-04-01T09:20:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
    }


def test_without_hours_the_days_are_told_and_without_days_nothing():
    [found] = extracted(Programme(), (), replace(CALL, ends=None))

    assert (found["startDate"], found["endDate"]) == ("2027-04-01", "2027-04-01")
    assert jsonld.render(Call(title="Journée"), Programme(), ()) == ""


def test_a_strangers_words_do_not_end_the_element():
    programme, cards = hostile()

    text = jsonld.render(HOSTILE_CALL, programme, cards)

    assert not set("<>&\u2028\u2029") & set(text)
    [found] = extracted(programme, cards, HOSTILE_CALL)
    assert found["name"] == HOSTILE[0]
    assert [one["name"] for one in found["subEvent"]][:3] == list(HOSTILE[:3])
    assert len(found["subEvent"]) == len(HOSTILE)


@pytest.mark.parametrize("words", ["</script>", "<!--<script>", "a\u2028b", "& \\u003c"])
def test_embedding_changes_no_value(words: str):
    assert json.loads(jsonld.embeddable(json.dumps(words, ensure_ascii=False))) == words


def test_the_public_page_carries_it_and_the_organisers_page_does_not():
    programme, cards = two_days()

    def found(audience: Audience) -> list[str]:
        text = page.render(
            CALL,
            programme,
            cards,
            number=3,
            made_at=MADE_AT,
            language="fr",
            templates=Templates(),
            audience=audience,
        )
        return [one["url"] for one in JsonLdExtractor().extract(text)]

    assert (found("public"), found("organisers")) == ([CALL.url], [])
