"""The programme page: what it shows, what it never shows, and that no text breaks it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from callboard.call import Call, InvitedTalk, Organiser
from callboard.programme.formats import page
from callboard.programme.formats.printable import clean, paragraphs
from callboard.programme.formats.view import Audience, Language
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_conference import ROOMS, three_days
from programme_days import CALL, MADE_AT, PARIS, card, full_cards, overfull_cards, programme

TEMPLATES = Templates()

HOSTILE = (
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "Sur $\\sum_{i<n} x_i$ et \\(a & b\\)",
    "مقدمة في تعلم الآلة",
    "🦫 Beavers & 🌊 floods 👩🏽‍🔬",
    '" onmouseover="alert(1)',
    "<!-- no comment",
    "x" * 400,
)


FILES = "programme.ics", "abstracts.pdf"


def html(
    cards: tuple[ProposalCard, ...],
    call: Call = CALL,
    language: Language = "fr",
    audience: Audience = "organisers",
) -> str:
    return page.render(
        call,
        programme(cards, call),
        cards,
        number=3,
        made_at=MADE_AT,
        language=language,
        templates=TEMPLATES,
        beside=page.Beside("programme.en.html", *(FILES if audience == "public" else ())),
        audience=audience,
    )


def parsed(
    cards: tuple[ProposalCard, ...],
    call: Call = CALL,
    language: Language = "fr",
    audience: Audience = "organisers",
) -> LexborHTMLParser:
    return LexborHTMLParser(html(cards, call, language, audience))


def conference(language: Language = "fr", audience: Audience = "public") -> LexborHTMLParser:
    """The page of three days in four rooms."""
    call, of_days, cards = three_days()
    return LexborHTMLParser(
        page.render(
            call,
            of_days,
            cards,
            number=4,
            made_at=MADE_AT,
            language=language,
            templates=TEMPLATES,
            audience=audience,
        )
    )


def texts(tree: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    """The words of each such element, blanks collapsed."""
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def test_the_header_says_what_when_where_and_that_it_is_a_draft():
    tree = parsed(full_cards())

    assert texts(tree, "h1") == [" ".join(clean(CALL.event or "").split())]
    assert texts(tree, ".subtitle") == ["Troisième rencontre du réseau Eaux courantes"]
    assert texts(tree, ".facts dd") == [
        "Jeudi 1er avril 2027, de 10 h à 17 h",
        "Amphithéâtre Élisée-Reclus, Besançon, France",
        "Site de l’événement",
    ]
    assert tree.css_first(".facts a").attributes["href"] == CALL.url
    assert texts(tree, ".draft p")[0] == (
        "Brouillon n° 3 établi le mardi 2 mars 2027 à 9 h 15. Réservé à l’organisation : les propositions à "
        "l’étude y figurent."
    )


def test_the_public_page_is_a_version_and_may_be_found():
    public, own = parsed((card(1),), audience="public"), parsed((card(1),))

    assert texts(public, ".draft p")[0] == (
        "Version 3 du mardi 2 mars 2027. Ce programme peut encore changer."
    )
    assert texts(public, "title") == ["Programme – " + " ".join(clean(CALL.event or "").split())]
    assert [len(tree.css("meta[name=robots]")) for tree in (public, own)] == [0, 1]


def test_the_public_page_has_no_word_of_what_is_undecided():
    waiting = card(2, State.SUBMITTED, title="Encore secret", speakers=(SpeakerCard("Personne Secrète"),))
    poster = card(3, State.SUBMITTED, title="Affiche secrète", format="poster")
    long_one = card(4, State.ACCEPTED, title="Trop long", duration_minutes=240)

    tree = parsed((card(1), waiting, poster, long_one), audience="public")

    assert "secr" not in (tree.html or "").lower()
    assert sorted(texts(tree, ".card.talk .title")) == ["Exposé 1", "Trop long"]
    assert tree.css(".legend, .undecided, .reason") == []
    assert "Exposés à venir" in texts(tree, ".pause")
    assert "Temps encore libre" not in texts(tree, ".pause")


def test_the_organisers_page_has_all_of_the_draft():
    waiting = card(2, State.SUBMITTED, title="Encore secret")

    assert texts(parsed((card(1), waiting)), ".card.talk .title") == ["Exposé 1", "Encore secret"]


def test_the_day_is_in_order_with_its_times():
    tree = parsed(full_cards()[:3])

    slots = [
        (texts(slot, ".time > time")[0], texts(slot, ".title, .pause")[0])
        for slot in tree.css(".timeline .slot")
    ]
    assert slots == [
        ("10 h", "Ouverture"),
        ("10 h 10", "Ce que les moulins disent des étiages"),
        ("10 h 55", "Pause"),
        ("11 h 10", "Trente ans de températures dans la Loue : ce que voit un thermomètre à douze euros"),
        ("11 h 30", " ".join(clean(full_cards()[1].title or "").split())),
        ("11 h 50", "Low-cost stage sensors: what fails first"),
        ("12 h 10", "Temps encore libre"),
        ("12 h 30", "Déjeuner"),
        ("14 h", "Listening to gravel: seismic monitoring of bedload"),
        ("14 h 45", "Temps encore libre"),
        ("15 h 30", "Pause"),
        ("15 h 45", "Temps encore libre"),
        ("16 h 50", "Clôture"),
    ]


def test_times_are_machine_readable_with_their_offset():
    first = parsed(()).css_first(".timeline time")

    assert first.attributes["datetime"] == "2027-04-01T10:00:00+02:00"


def test_invited_talks_stand_out_with_speaker_and_affiliation():
    first = parsed(()).css(".card.invited")[0]

    assert texts(first, ".mark") == ["Conférence invitée"]
    assert texts(first, ".speakers") == ["Maëlle Kerbrat (Université de Bretagne occidentale, Brest)"]


def test_undecided_talks_are_marked_by_a_word():
    tree = parsed((card(1), card(2, State.SUBMITTED)))

    assert texts(tree, "#talk-1 .mark") == []
    assert texts(tree, "#talk-2 .mark") == ["à l’étude"]
    assert "undecided" in (tree.css_first("#talk-2").attributes["class"] or "").split()
    assert len(tree.css(".legend")) == 1


def test_a_decided_day_needs_no_legend():
    assert parsed((card(1),)).css(".legend") == []


def test_a_glance_links_to_every_part_of_the_day():
    tree = parsed(full_cards())
    targets = [link.attributes["href"] for link in tree.css(".glance a")]

    assert texts(tree, ".glance .what")[:4] == ["Ouverture", "Conférence invitée", "Pause", "4 exposés"]
    assert len(targets) == 10
    assert [len(tree.css(str(target))) for target in targets] == [1] * 10


def test_an_invited_talk_without_a_speaker_is_known_by_its_title_at_a_glance():
    table = InvitedTalk("Table ronde : à qui appartiennent les mesures que des bénévoles ont faites ?", None)

    tree = parsed((), replace(CALL, invited=(*CALL.invited[:1], table)))

    who = texts(tree, ".glance .who")
    assert who[0] == "Maëlle Kerbrat"
    assert who[1].startswith("Table ronde")
    assert who[1].endswith("…")
    assert len(who[1]) <= 44


def test_the_abstract_is_in_details_with_its_paragraphs():
    tree = parsed((card(1, abstract="Un <b>début</b>.\r\nSuite.\n\n \nFin.", keywords=("crue", "débit")),))

    assert [node.text() for node in tree.css("#talk-1 details p")] == [
        "Un <b>début</b>.\nSuite.",
        "Fin.",
        "Mots-clés\u202f: crue, débit",
    ]


def test_a_talk_without_a_title_says_so():
    assert texts(parsed((card(1, title=None),)), "#talk-1 .title") == ["Titre à venir"]


def test_a_talk_in_another_language_says_which():
    tree = parsed((card(1, language="en"), card(2, language="fr"), card(3, language='x" y')))

    titles = [tree.css_first(f"#talk-{number} .title").attributes.get("lang") for number in (1, 2, 3)]
    assert titles == ["en", None, None]


def test_the_english_page_words_everything_in_english():
    tree = parsed((card(1, State.SUBMITTED), card(2, format="poster")), language="en")

    assert tree.css_first("html").attributes["lang"] == "en"
    assert tree.css_first("h1").attributes["lang"] == "fr"
    assert texts(tree, ".facts dd")[0] == "Thursday 1 April 2027, 10:00 to 17:00"
    assert texts(tree, ".pause") == [
        "Opening",
        "Break",
        "Still free",
        "Lunch",
        "Still free",
        "Break",
        "Still free",
        "Closing",
    ]
    assert texts(tree, "#talk-1 .mark") == ["under review"]
    assert texts(tree, "h2") == ["Thursday 1 April 2027", "Posters and demonstrations", "Organisers"]
    assert tree.css(".bar li a") != []
    assert texts(tree, "title") == ["Programme (draft no. 3) – " + " ".join(clean(CALL.event or "").split())]


def test_what_has_no_place_is_listed_with_the_reason():
    tree = parsed(overfull_cards())
    section = next(node for node in tree.css("main > section") if texts(node, "h2") == ["Pas encore placés"])

    assert set(texts(section, ".reason")) == {"Il ne reste pas assez de temps libre."}
    assert len(section.css("li")) == len(programme(overfull_cards()).left_out)


def test_an_empty_programme_says_so_and_shows_the_day():
    tree = parsed(())

    assert texts(tree, ".empty") == [
        "Aucun exposé n’est encore inscrit au programme. Les exposés retenus apparaîtront ici."
    ]
    assert len(tree.css(".timeline .slot")) == 10


def test_without_hours_talks_are_listed_without_times():
    tree = parsed((card(1), card(2)), replace(CALL, ends=None))

    assert texts(tree, ".facts dd")[0] == "Jeudi 1er avril 2027, horaires à préciser"
    assert texts(tree, "main h2") == ["Exposés"]
    assert texts(tree, "main .title") == [
        "Ce que les moulins disent des étiages",
        "Listening to gravel: seismic monitoring of bedload",
        "Exposé 1",
        "Exposé 2",
    ]
    assert tree.css("main time") == []


def test_a_bare_call_makes_a_page():
    tree = parsed((), Call(title="Colloque"))

    assert texts(tree, "h1") == ["Colloque"]
    assert texts(tree, ".facts dd") == ["Dates à préciser"]
    assert tree.css("footer h2") == []


def test_organisers_are_at_the_end_by_group():
    tree = parsed(())

    groups = [(texts(group, "dt"), texts(group, "dd")) for group in tree.css("footer .organisers > div")]
    assert groups == [
        (["Laboratoire Chrono-eaux"], ["Zoé Çelik", "Jean-Noël Übersfeld"]),
        (["Syndicat de la Loue"], ["Inès Ramírez de la Peña"]),
    ]


def test_no_private_text_is_on_the_page():
    secret = "geheim-7141"
    private = card(
        1,
        contact=f"{secret}@example.org",
        availability=f"{secret} le matin",
        speakers=(SpeakerCard("Ada Sample", f"Labo, {secret}@example.org", f"{secret}@example.org"),),
        abstract=f"Écrivez à {secret}@example.org.",
        title=f"Un titre {secret}.x+y@sub.example.co.uk",
    )
    hidden = [
        card(n, s, title=secret, abstract=secret) for n, s in ((2, State.DECLINED), (3, State.WITHDRAWN))
    ]
    waiting = card(4, State.WAITLISTED, title=secret, abstract=secret)
    call = replace(
        CALL,
        organisers=(Organiser("Zoé", f"{secret}@example.org"), Organiser(f"{secret}@example.org")),
        proposals_to=f"{secret}@example.org",
        description=secret,
    )

    pages = (html((private, *hidden), call), html((private, *hidden, waiting), call, "fr", "public"))

    assert [secret in text for text in pages] == [False, False]
    assert [re.findall(r"[\w.]+@[\w.]+", text) for text in pages] == [[], []]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_and_never_run(words):
    tree = parsed(
        (card(1, title=words, speakers=(SpeakerCard(words, words),), abstract=words, keywords=(words,)),)
    )

    shown = tree.css_first("#talk-1")
    assert texts(shown, ".title") == [words]
    assert texts(shown, ".speaker") == [words[:199] + "…" if len(words) > 200 else words]
    assert texts(shown, ".abstract > p:first-child") == [words]
    assert shown.css_first(".title").attributes["dir"] == "auto"
    assert [script.text() for script in tree.css("script:not([type])")] == [TEMPLATES.text(page.SCRIPT)]
    assert tree.css("[onmouseover]") == []
    assert len(tree.css("main")) == len(tree.css("footer")) == 1


def test_nothing_on_the_page_asks_for_another_file():
    text = html(full_cards())
    tree = LexborHTMLParser(text)

    assert tree.css("script[src], img, iframe, link[rel=stylesheet], object, embed, form, video, audio") == []
    assert re.findall(r"url\(|@import", text) == []
    assert [link.attributes["href"] for link in tree.css("link")] == ["data:,", "programme.en.html"]
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] or ""
    allowed = b64encode(sha256(tree.css_first("script:not([type])").text().encode()).digest()).decode()
    assert policy.split("; ")[0] == "default-src 'none'"
    assert f"script-src 'sha256-{allowed}'" in policy.split("; ")


def test_no_time_has_more_of_a_second_than_html_allows() -> None:
    made_at = MADE_AT.replace(microsecond=167230)

    tree = LexborHTMLParser(
        page.render(
            CALL,
            programme((card(1),)),
            (card(1),),
            number=1,
            made_at=made_at,
            language="fr",
            templates=Templates(),
        )
    )

    times = [node.attributes["datetime"] or "" for node in tree.css("time")]
    assert [one for one in times if "." in one] == []
    assert "2027-03-02T09:15:00+01:00" in times


@pytest.mark.parametrize(
    ("month", "day", "french", "english"),
    [
        (4, 3, "Du jeudi 1er au samedi 3 avril 2027", "Thursday 1 to Saturday 3 April 2027"),
        (5, 1, "Du jeudi 1er avril au samedi 1er mai 2027", "Thursday 1 April to Saturday 1 May 2027"),
    ],
)
def test_the_dates_repeat_no_month_and_no_year(month: int, day: int, french: str, english: str) -> None:
    call = replace(CALL, ends=CALL.ends.replace(month=month, day=day))  # type: ignore[union-attr]

    said = [texts(parsed((), call, language), ".facts dd")[0] for language in ("fr", "en")]

    assert [one.partition(",")[0] for one in said] == [french, english]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example", "https://a b"])
def test_only_a_web_address_becomes_a_link(url):
    assert parsed((), replace(CALL, url=url)).css(".facts a") == []


def test_several_days_have_a_heading_each():
    tree = parsed(full_cards(), replace(CALL, ends=CALL.ends.replace(day=2)))  # type: ignore[union-attr]

    assert texts(tree, ".day h2") == ["Jeudi 1er avril 2027", "Vendredi 2 avril 2027"]
    assert texts(tree, ".facts dd")[0] == "Du jeudi 1er au vendredi 2 avril 2027"
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("tree", [parsed(full_cards()), conference()], ids=["one day", "conference"])
def test_headings_follow_each_other(tree):
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]

    assert levels[0] == 1
    assert [two - one for one, two in pairwise(levels) if two - one > 1] == []


def test_sessions_stand_side_by_side_with_room_title_and_chair():
    band = conference().css(".band.beside")[0]

    assert texts(band, ".head .room") == list(ROOMS)
    assert [head.css_first("h3").text(deep=False) for head in band.css(".head")] == [
        "Associer les riverains à l’observation des cours d’eau, de la source à la mer",
        "Restaurer et rendre compte",
        "Mesurer le débit et la température",
        "Cartographier les crues anciennes",
    ]
    assert texts(band, ".chair") == [
        "Présidence : Zoé Çelik",
        "Présidence : Jean-Noël Übersfeld",
        "Présidence : Zoé Çelik",
    ]
    assert [len(session.css(".slot")) for session in band.css(".session")] == [3, 4, 4, 3]


def test_what_everybody_attends_is_as_wide_as_the_day():
    day = conference().css(".day.parallel")[0]

    wide = [texts(slot, ".title, .pause")[0] for slot in day.css(".timeline > .slot")]
    assert wide == [
        "Ouverture",
        "Ce que les moulins disent des étiages",
        "Pause",
        "Déjeuner",
        "Pause",
        "Posters · 6 posters Hall",
    ]


def test_a_session_heading_is_in_the_language_of_the_call():
    heads = conference("en").css(".head h3")

    assert {head.attributes.get("lang") for head in heads} == {"fr"}


def test_the_bar_leads_to_the_days_the_posters_and_the_speakers():
    tree = conference()

    assert texts(tree, ".bar a") == ["Mar. 1er juin", "Mer. 2 juin", "Jeu. 3 juin", "Posters", "Intervenants"]
    assert [len(tree.css(link.attributes["href"] or "")) for link in tree.css(".bar a")] == [1] * 5


def test_every_link_within_the_page_arrives_once():
    tree = conference("fr", "organisers")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    targets = [(link.attributes["href"] or "")[1:] for link in tree.css("a[href^='#']")]

    assert len(ids) == len(set(ids))
    assert len(targets) > 100
    assert set(targets) - set(ids) == set()


def test_two_speakers_of_one_name_are_two_lines_of_the_index():
    lines = texts(conference(), ".people li")

    assert [line for line in lines if line.startswith("Jean Martin")] == [
        "Jean Martin CNRS, Chrono-environnement Mar. 11 h – Radar at the bridge: two years of surface velocity, "
        "and what the wind does to them Jeu. 13 h 50 – Open rating curves",
        "Jean Martin Université de Liège Mar. 10 h 30 – Sonder une rivière sans y entrer",
    ]


def test_a_few_speakers_need_no_index():
    assert parsed((card(1),)).css(".people") == []


DEADLINE = datetime(2027, 3, 15, 23, 59, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        (
            DEADLINE,
            "L’appel à communications est ouvert jusqu’au lundi 15 mars 2027. Les exposés retenus apparaîtront ici.",
        ),
        (
            DEADLINE.replace(day=1),
            "L’appel à communications est clos et les propositions sont à l’étude. Les exposés retenus "
            "apparaîtront ici.",
        ),
    ],
)
def test_an_empty_programme_says_where_the_call_stands(deadline, said):
    tree = parsed((), replace(CALL, deadline=deadline), audience="public")

    assert texts(tree, ".empty p")[0] == said
    assert len(tree.css(".empty a")) == (deadline == DEADLINE)


def test_without_a_programme_the_announced_hours_are_shown():
    text = page.render(
        CALL, Programme("Europe/Paris"), (), number=1, made_at=MADE_AT, language="fr", templates=TEMPLATES
    )

    assert texts(LexborHTMLParser(text), ".facts dd")[0] == "Jeudi 1er avril 2027, de 10 h à 17 h"


def test_a_sites_own_stylesheet_replaces_ours(tmp_path: Path):
    own = tmp_path / "own.css"
    # "{#" begins a comment in a template, and "</style>" would end the element.
    own.write_text('@media print{#tools{display:none}} p::before{content:"</style><b>"}', encoding="utf-8")

    text = page.render(
        CALL,
        Programme("Europe/Paris"),
        (),
        number=1,
        made_at=MADE_AT,
        language="fr",
        templates=Templates(css=own),
    )

    tree = LexborHTMLParser(text)
    assert [style.text().strip() for style in tree.css("style")] == [
        '@media print{#tools{display:none}} p::before{content:"<\\/style><b>"}'
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two \n lines\t ", "two lines"),
        ("a\x00b\x1b[31mc\ud800", "ab[31mc"),
        ("\u202eevil\u202c", "evil"),
        ("Vraiment ?", "Vraiment\u202f?"),
        ("![a](b) : c", "![a](b)\u202f: c"),
        ("« Oui »", "«\u202fOui\u202f»"),
        ("y" * 700, "y" * 599 + "…"),
        ("write to a.b@c.example now", "write to […] now"),
    ],
)
def test_a_line_is_made_fit_to_print(text, shown):
    assert clean(text) == shown


def test_a_huge_abstract_is_cut():
    (only,) = paragraphs("z" * 1_000_000)

    assert only == "z" * 8_000 + "…"
