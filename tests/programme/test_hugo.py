"""The Hugo page: front matter for both families of themes, and text that stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from selectolax.lexbor import LexborHTMLParser

from callboard.call import Call
from callboard.programme.formats import hugo
from callboard.programme.formats.view import Language
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates, as_markdown
from hugosite import build, installed_hugo
from programme_days import CALL, MADE_AT, card, full_cards, programme

TEMPLATES = Templates()

HOSTILE = (
    "{{< figure src=x >}} and {{% raw %}} and {{ .Site }}",
    "<script>alert(1)</script> &amp; <b>bold</b>",
    "[link](javascript:alert(1)) ![img](x) https://evil.example www.evil.example",
    "# not a heading *not bold* _nor this_ `code` ~~gone~~",
    "1. not a list",
    "- not a list",
    "--- not a rule",
    "Sur $x_1$ et \\(y\\) et \\[z\\]",
    ": not a definition",
    "| no | table |",
)


def rendered(cards: tuple[ProposalCard, ...], call: Call = CALL, language: Language = "fr") -> str:
    return hugo.render(
        call, programme(cards, call), cards, number=3, made_at=MADE_AT, language=language, templates=TEMPLATES
    )


def split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    _, front, body = text.split("---\n", 2)
    return dict(YAML(typ="safe").load(front)), body


def test_the_front_matter_has_the_keys_of_both_families():
    front, _ = split(rendered(full_cards()))

    assert front == {
        "title": CALL.title,
        "event": CALL.event,
        "event_name": CALL.event,
        "event_url": CALL.url,
        "location": "Amphithéâtre Élisée-Reclus, Besançon",
        "country": "France",
        "summary": "Troisième rencontre du réseau Eaux courantes",
        "date": "2027-04-01T10:00:00+02:00",
        "date_end": "2027-04-01T17:00:00+02:00",
        "all_day": False,
        "event_start": "2027-04-01T10:00:00+02:00",
        "event_end": "2027-04-01T17:00:00+02:00",
        "event_all_day": False,
        "publishDate": "2027-03-02",
        "tags": [],
    }


@pytest.mark.parametrize(
    ("published", "written"),
    [(None, "2027-03-02"), (date(2027, 1, 15), "2027-01-15"), (date(2028, 1, 1), "2027-03-02")],
)
def test_the_publish_date_is_never_in_the_future(published, written):
    front, _ = split(rendered((), replace(CALL, published=published)))

    assert front["publishDate"] == written


def test_a_title_that_yaml_would_misread_survives():
    title = 'Réseaux: l\'eau & l’air # 2 "ici" - [a] {b} %c'

    front, _ = split(rendered((), replace(CALL, title=title)))

    assert front["title"] == title


def test_without_hours_the_day_is_a_whole_day():
    front, _ = split(rendered((card(1),), replace(CALL, ends=None)))

    assert (front["date"], front["all_day"], front["event_start"]) == ("2027-04-01", True, "2027-04-01")


def test_what_is_not_known_is_left_out():
    front, _ = split(rendered((), Call(title="Colloque")))

    assert front == {
        "title": "Colloque",
        "event": "Colloque",
        "event_name": "Colloque",
        "publishDate": "2027-03-02",
        "tags": [],
    }


def test_the_body_is_the_programme_in_markdown():
    cards = (
        card(1, title="Un titre", abstract="Premier.\n\nSecond."),
        card(2, State.ACCEPTED, title=None, abstract=None),
    )

    _, body = split(rendered(cards))

    assert body.replace("\u00a0", " ") == (
        "\n> **Version 3** du mardi 2 mars 2027. Ce programme peut encore changer.\n"
        "\n## Jeudi 1er avril 2027\n\n"
        "- 10 h–10 h 10 – Ouverture\n"
        "- 10 h 10–10 h 55 – **Ce que les moulins disent des étiages** – Conférence invitée\\\n"
        "  Maëlle Kerbrat (Université de Bretagne occidentale, Brest)\n"
        "- 10 h 55–11 h 10 – Pause\n"
        "- 11 h 10–11 h 30 – **Un titre**\\\n  Ada Sample (Institut d’exemple)\n"
        "- 11 h 30–11 h 50 – *Titre à venir*\\\n  Ada Sample (Institut d’exemple)\n"
        "- 11 h 50–12 h 30 – Exposés à venir\n"
        "- 12 h 30–14 h – Déjeuner\n"
        "- 14 h–14 h 45 – **Listening to gravel: seismic monitoring of bedload** – Conférence invitée\\\n"
        "  Owen Prytherch (Aberystwyth University)\n"
        "- 14 h 45–15 h 30 – Exposés à venir\n"
        "- 15 h 30–15 h 45 – Pause\n"
        "- 15 h 45–16 h 50 – Exposés à venir\n"
        "- 16 h 50–17 h – Clôture\n"
        "\n## Résumés\n\n### Un titre\n\n*Ada Sample (Institut d’exemple)*\n\nPremier.\n\nSecond.\n"
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_a_strangers_words_are_shown_as_they_are(words):
    markdown = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])

    shown = LexborHTMLParser(markdown.render(as_markdown(words)))

    assert shown.body is not None
    assert shown.body.text().strip() == words
    assert [node.tag for node in shown.body.css("*")] == ["body", "p"]
    assert "{{" not in as_markdown(words)


def test_no_address_is_in_the_page():
    text = rendered(
        (card(1, abstract="Écrire à ada@example.org", speakers=(SpeakerCard("ada@example.org"),)),)
    )

    assert "@" not in text


def test_debians_hugo_builds_a_site_with_it(tmp_path: Path):
    program = installed_hugo()
    (tmp_path / "content").mkdir()
    layout = (
        "<h1>{{ .Title }}</h1><p id=start>{{ .Params.event_start }}</p>"
        '<p id=day>{{ .Date.Format "2006-01-02" }}</p><main>{{ .Content }}</main>'
    )
    cards = tuple(card(number, title=words, abstract=words) for number, words in enumerate(HOSTILE, 1))
    # The event is in the future of every test run, and drafts are made today.
    call = replace(CALL, starts=CALL.starts.replace(year=2999), ends=CALL.ends.replace(year=2999))  # type: ignore[union-attr]
    (tmp_path / "content" / "programme.md").write_text(
        hugo.render(
            replace(call, published=date(2020, 1, 1)),
            programme(cards, call),
            cards,
            number=3,
            made_at=MADE_AT,
            language="fr",
            templates=TEMPLATES,
        ),
        encoding="utf-8",
    )

    build(program, tmp_path, layout)

    page = LexborHTMLParser((tmp_path / "public" / "programme" / "index.html").read_text("utf-8"))
    assert page.css_first("h1").text() == CALL.title
    assert page.css_first("#day").text() == "2999-04-01"
    assert page.css("main script, main a, main img, main code, main table, main ol") == []
    assert [node.text() for node in page.css("h3")] == _in_programme(call, cards)


def _in_programme(call: Call, cards: tuple[ProposalCard, ...]) -> list[str]:
    made = programme(cards, call)
    titles = {c.number: c.title or "" for c in cards}
    return [titles[e.number] for e in (*made.talks, *made.left_out) if e.number]
