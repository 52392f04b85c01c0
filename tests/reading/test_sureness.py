"""How sure the reader is: what a rule is worth, and what speaks against the value it found."""

from __future__ import annotations

import pytest

from callboard.reading.result import ProposalFound, Source, SpeakerFound
from callboard.reading.sureness import weighed

ADA = SpeakerFound("Ada Moreau")
TEXT = "Les brouillons gardent la trace des hésitations d’un auteur."


def confidence(name, rule, part="text", also=(), **values):
    """How sure the reader is of that field, found by that rule, besides a title by a label."""
    sources = {"title": Source("text", "label"), name: Source(part, rule, also=also)}
    found = ProposalFound(**{"title": "Lire les ratures", **values}, sources=sources)
    return weighed(found, "Ada Moreau").sources[name].confidence


@pytest.mark.parametrize(
    ("name", "rule", "values"),
    [
        ("title", "label", {}),
        ("title", "first line", {}),
        ("abstract", "label", {"abstract": TEXT}),
        ("abstract", "text", {"abstract": TEXT}),
        ("speakers", "line of names", {"speakers": (ADA,)}),
        ("keywords", "label", {"keywords": ("ratures", "lecture")}),
    ],
)
def test_what_nothing_speaks_against_is_sure(name, rule, values):
    assert confidence(name, rule, **values) >= 0.9


@pytest.mark.parametrize(
    ("name", "rule", "values"),
    [
        ("title", "first line", {"title": "je voudrais parler de « Lire les ratures » samedi"}),
        ("title", "first line", {"title": "Lire " + "et relire " * 10 + "les ratures"}),
        ("abstract", "text", {"abstract": TEXT.rstrip(".")}),
        ("abstract", "text", {"abstract": f"Je propose un exposé que voici. {TEXT}"}),
        ("abstract", "text", {"abstract": f"Ada Moreau\n\n{TEXT}", "speakers": (ADA,)}),
        ("abstract", "text", {"abstract": f"{TEXT} ada@brenne.example."}),
        ("abstract", "text", {"abstract": TEXT, "title": None}),
        ("speakers", "sender", {"speakers": (ADA,)}),
        ("speakers", "label", {"speakers": (SpeakerFound("better sensors"),)}),
        ("speakers", "line of names", {"speakers": (ADA, SpeakerFound("Karl Oder"))}),
        ("speakers", "line of names", {"speakers": (SpeakerFound("Karl Oder"),)}),
        ("keywords", "label", {"keywords": ("la trace des hésitations d’un auteur",)}),
        ("keywords", "a rule that nobody measured", {"keywords": ("ratures",)}),
    ],
)
def test_what_something_speaks_against_is_less_sure(name, rule, values):
    assert confidence(name, rule, **values) < 0.9


def test_a_text_is_less_sure_when_its_title_stands_in_the_subject():
    sources = {"title": Source("subject", "subject"), "abstract": Source("text", "text")}
    found = ProposalFound(title="Lire les ratures", abstract=TEXT, sources=sources)

    assert weighed(found, "Ada Moreau").sources["abstract"].confidence < 0.9


def test_further_places_are_as_sure_as_the_first():
    also = (Source("sender", "sender"),)
    sources = {"speakers": Source("text", "label", also=also)}
    found = weighed(ProposalFound(speakers=(ADA,), sources=sources), "Ada Moreau").sources["speakers"]

    assert found.also[0].confidence == found.confidence > 0.9
