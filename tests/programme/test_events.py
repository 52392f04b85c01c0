"""The list of public events: what they are called, and what names them in every draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from callboard.errors import TemplateError
from callboard.programme.formats import events, plain
from callboard.programme.formats.events import Schedule
from callboard.programme.formats.names import names
from callboard.programme.formats.speakers import Speaker
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard
from callboard.templating import Templates
from programme_days import CALL, card
from programme_rooms import at, of_items, over_the_clock_change, talk, two_days

NAMES = names(Templates(), "fr")


def shown(programme: Programme, *cards: ProposalCard) -> Schedule:
    return events.schedule(CALL, programme, cards, NAMES)


def test_everything_has_a_key_that_stays():
    programme, cards = two_days()

    keys = [event.key for event in shown(programme, *cards).events]

    assert keys == [
        "opening-2027-04-01-1",
        "invited-owen-prytherch",
        "talk-1",
        "talk-2",
        "break-2027-04-01-1",
        "talk-3",
        "lunch-2027-04-01-1",
        "posters-2027-04-02-1",
        "talk-4",
        "break-2027-04-02-1",
        "closing-2027-04-02-1",
    ]


def test_a_talk_keeps_its_guid_when_it_moves_and_when_its_words_or_people_change():
    before = shown(of_items(talk(7, at(1, 9))), card(7)).events[0]
    after = shown(
        of_items(talk(7, at(2, 15), "Amphi", title="Autre"), rooms=("Amphi",)),
        card(7, speakers=(SpeakerCard("Ada Sample", email="new@example.net"),)),
    ).events[0]

    assert before.guid == after.guid


def test_guids_are_the_calls_own():
    one = shown(of_items(talk(7, at(1, 9))), card(7)).events[0]
    other_call = replace(CALL, url="https://other.example/")

    other = events.schedule(other_call, of_items(talk(7, at(1, 9))), (card(7),), NAMES).events[0]

    assert one.guid != other.guid


def test_two_breaks_of_a_day_and_two_invited_talks_by_one_person_are_told_apart():
    programme, _ = two_days()
    invited = programme.days[0].items[1]
    items = (invited, replace(invited, start=at(1, 15), end=at(1, 16)), *programme.days[0].items[4:5] * 1)
    again = replace(items[-1], start=at(1, 17), end=at(1, 18))

    keys = [event.key for event in shown(of_items(*items, again)).events]

    assert keys == [
        "invited-owen-prytherch",
        "break-2027-04-01-1",
        "invited-owen-prytherch-2",
        "break-2027-04-01-2",
    ]


def test_a_track_is_the_sessions_topic_or_the_talks_own():
    programme, cards = two_days()

    tracks = [event.track for event in shown(programme, *cards).events if event.number]

    assert tracks == ["Cartographier les crues anciennes", "Mesurer le débit et la température", None, None]


def test_what_has_no_title_is_worded():
    event = shown(of_items(talk(1, at(1, 9), title=None)), card(1, title=None)).events[0]

    assert (event.title, event.titled) == ("Titre à venir", False)


def test_a_person_of_several_talks_is_one():
    programme, cards = two_days()

    people = {person for event in shown(programme, *cards).events for person in event.speakers}

    assert people == {
        Speaker("ada-sample", "Ada Sample", "Institut d’exemple"),
        Speaker("ben-sample", "Ben Sample"),
        Speaker("chloe-unal", "Chloé Ünal", "CNRS"),
        Speaker("owen-prytherch", "Owen Prytherch", "Aberystwyth"),
    }


def test_two_people_of_one_name_are_told_apart_by_their_addresses_which_are_not_shown():
    cards = (
        card(3, speakers=(SpeakerCard("Ada Sample", "Lille", "a.sample@one.example"),)),
        card(5, speakers=(SpeakerCard("Ada Sample", "Nice", "sample@two.example"),)),
    )
    programme = of_items(talk(3, at(1, 9)), talk(5, at(1, 10)))

    people = [event.speakers[0] for event in shown(programme, *cards).events]

    assert people == [
        Speaker("ada-sample-3", "Ada Sample", "Lille"),
        Speaker("ada-sample-5", "Ada Sample", "Nice"),
    ]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Wojciech Żółkowski", "wojciech-zolkowski"),
        ("Søren Ærø-Straße", "soren-aero-strasse"),
        ("李 小龍", "speaker-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_name_becomes_one_for_files(written: str, key: str):
    programme = of_items(talk(1, at(1, 9), speakers=(written,)))

    assert [one.key for one in shown(programme, card(1)).events[0].speakers] == [key]


def test_a_length_is_the_time_that_passes_not_the_clock_on_the_wall():
    event = shown(over_the_clock_change(), card(1)).events[0]

    assert event.length == timedelta(hours=1)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example", "https://x.example/a b", "", None])
def test_only_an_address_of_the_web_is_shown(url):
    made = events.schedule(replace(CALL, url=url), Programme(), (), NAMES)

    assert made.url is None


def test_a_link_leads_to_the_talk_on_the_page():
    programme = of_items(talk(7, at(1, 9)))

    made = events.schedule(CALL, programme, (card(7),), NAMES, "https://x.example/p#top")

    assert made.link(made.events[0]) == "https://x.example/p#talk-7"


def test_what_xml_and_html_forbid_is_gone():
    assert plain.line("a\ufffeb\uffffc\ufdd0d\x00e\x1ff\ud800\U0001fffe") == "abcdef"


def test_words_that_a_site_forgot_are_named(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "names.fr.txt").write_text("opening: Accueil\n", encoding="utf-8")

    with pytest.raises(TemplateError) as caught:
        names(Templates(tmp_path), "fr")

    assert str(caught.value).startswith("pages/names.fr.txt: there are no words for invited, talk, break, ")
