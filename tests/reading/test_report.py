"""A reading as data and as lines for people."""

from __future__ import annotations

import json

from callboard.mailroom.mail import Address
from callboard.reading import Kind, ProposalFound, Reading, Source, SpeakerFound
from callboard.reading.report import as_json, as_text

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
                "abstract": None,
                "language": None,
                "format": None,
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


def test_people_see_each_field_with_its_source_and_what_is_missing():
    assert as_text(READING) == (
        "proposal (95 %): offers a talk\n"
        "  answer to: ada@brenne.example, in fr\n"
        "  forwarded by: lise@organisers.example\n"
        "\n"
        "  title: Lire   [text: label, 97 %]\n"
        "  speakers: Ada Moreau (LIRE) <ada@brenne.example>, presents; Karl Oder\n"
        "  abstract: not found\n"
        "  duration minutes: 20\n"
        "  keywords: ratures, lecture"
    )


def test_a_machine_is_reported_in_two_lines():
    assert as_text(Reading(Kind.AUTOREPLY, "an absence", 1.0, None)) == (
        "autoreply (100 %): an absence\n  answer to: nobody"
    )
