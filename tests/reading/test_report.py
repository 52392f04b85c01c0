"""A reading as data and as lines for people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time

from callboard.call import Call, Half, HalfDay, Topic, TopicMatch
from callboard.mailroom.mail import Address
from callboard.reading import Kind, ProposalFound, Reading, Source, SpeakerFound
from callboard.reading.report import Row, as_json, rows, summary

READING = Reading(
    kind=Kind.PROPOSAL,
    reason="offers a talk",
    confidence=0.95,
    acknowledge_to=Address("Ada Moreau", "ada@brenne.example"),
    forwarded_by=Address("Lise Nguyen", "lise@organisers.example"),
    language="fr",
    proposals=(
        ProposalFound(
            title="Lire",
            speakers=(
                SpeakerFound("Ada Moreau", "LIRE", "ada@brenne.example", presenter=True),
                SpeakerFound("Karl Oder"),
            ),
            duration_minutes=20,
            keywords=("ratures", "lecture"),
            sources={"title": Source("text", "label", 0.97, 8, 12)},
        ),
    ),
)


def test_a_reading_is_one_json_object():
    assert json.loads(json.dumps(as_json("a.eml", READING))) == {
        "file": "a.eml",
        "kind": "proposal",
        "reason": "offers a talk",
        "confidence": 0.95,
        "acknowledge_to": "ada@brenne.example",
        "forwarded_by": "lise@organisers.example",
        "language": "fr",
        "references": [],
        "wishes": [],
        "unread": [],
        "proposals": [
            {
                "title": "Lire",
                "speakers": [
                    {
                        "name": "Ada Moreau",
                        "affiliation": "LIRE",
                        "email": "ada@brenne.example",
                        "presenter": True,
                    },
                    {"name": "Karl Oder", "affiliation": None, "email": None, "presenter": False},
                ],
                "adds_speakers": False,
                "removes_speakers": [],
                "abstract": None,
                "language": None,
                "format": None,
                "level": None,
                "duration_minutes": 20,
                "keywords": ["ratures", "lecture"],
                "availability": None,
                "half_days": None,
                "topics": [],
                "bio": None,
                "links": [],
                "sources": {
                    "title": {"part": "text", "rule": "label", "confidence": 0.97, "start": 8, "end": 12}
                },
            }
        ],
    }


def test_nobody_answered_is_null():
    assert as_json("a.eml", Reading(Kind.BULK, "a newsletter", 0.9, None))["acknowledge_to"] is None


def test_further_places_stand_beside_the_first():
    also = Source("sender", "sender", 0.85, 0, 10)
    speakers = Source("text", "label", 0.98, 20, 31, (also,))
    found = ProposalFound(speakers=(SpeakerFound("Ada Moreau"),), sources={"speakers": speakers})

    source = as_json("a.eml", replace(READING, proposals=(found,)))["proposals"][0]["sources"]["speakers"]

    assert source["also"] == [{"part": "sender", "rule": "sender", "confidence": 0.85, "start": 0, "end": 10}]
    assert rows(found)[1].places == "text 20-31; sender 0-10"


def test_people_see_what_the_message_is_and_who_is_answered():
    assert list(summary(READING)) == [
        "proposal (95 %): offers a talk",
        "answer to: ada@brenne.example, in fr",
        "forwarded by: lise@organisers.example",
    ]


def test_a_machine_is_told_in_two_lines():
    assert list(summary(Reading(Kind.AUTOREPLY, "an absence", 1.0, None))) == [
        "autoreply (100 %): an absence",
        "answer to: nobody",
    ]


def test_people_see_each_field_with_its_source_and_what_is_missing():
    assert rows(READING.proposals[0]) == [
        Row("title", "Lire", "label", "text 8-12", 0.97),
        Row("speakers", "Ada Moreau (LIRE) <ada@brenne.example>, presents; Karl Oder"),
        Row("abstract", "not found"),
        Row("duration minutes", "20"),
        Row("keywords", "ratures, lecture"),
    ]


def test_a_revision_lacks_nothing_that_it_does_not_name():
    assert [row.name for row in rows(ProposalFound(title="Relire"), Kind.REVISION)] == ["title"]


def test_topics_and_half_days_are_said_in_words():
    found = ProposalFound(
        topics=(TopicMatch(1, 0.31),),
        half_days=(
            HalfDay(date(2027, 3, 11), Half.MORNING),
            HalfDay(date(2027, 3, 11), Half.AFTERNOON, time(15)),
        ),
    )
    call = Call(title="Journée", topics=(Topic("lire"), Topic("relire " * 20)))

    shown = {row.name: row.value for row in rows(found, Kind.PROPOSAL, call)}

    assert shown["topics"] == f"{('relire ' * 20)[:60].rstrip()}… (0.31)"
    assert shown["half days"] == "2027-03-11 morning; 2027-03-11 afternoon from 15:00"
    assert rows(found)[-1].value == "number 2 of the call (0.31)"


def test_a_long_text_is_shortened():
    (abstract,) = [row for row in rows(ProposalFound(abstract="mot " * 200)) if row.name == "abstract"]

    assert len(abstract.value) < 310
    assert abstract.value.endswith("mot…")
