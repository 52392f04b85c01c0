"""The programme page in a real Chromium: it loads alone, is accessible, and fits a phone and a sheet of paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from callboard.call import Call
from callboard.programme.formats.page import Beside
from callboard.programme.formats.page import render as page_of
from callboard.programme.formats.view import Audience, Language
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_conference import three_days
from programme_days import CALL, MADE_AT, card, full_cards, overfull_cards, programme

CHROMIUM = Path("/usr/bin/chromium")
LONG = (
    card(1, title="Ω" * 400, abstract="x" * 3000, speakers=(SpeakerCard("N" * 200, "A" * 200),)),
    card(2, title="مقدمة " * 60),
    card(3, title="🦫🌊" * 100),
    card(4, title="$\\sum_{i<n}" * 40),
)


def arranged(
    cards: tuple[ProposalCard, ...], call: Call = CALL
) -> tuple[Call, Programme, tuple[ProposalCard, ...]]:
    """The call, its programme and the proposals."""
    return call, programme(cards, call), cards


def crowded() -> tuple[Call, Programme, tuple[ProposalCard, ...]]:
    """Three days in four rooms whose titles, names and rooms are as long as they may be."""
    call, of_days, cards = three_days()
    days = tuple(
        replace(
            day,
            items=tuple(
                replace(item, title="Ω" * 400, speakers=("N" * 200,), room=item.room and "R" * 80 + item.room)
                for item in day.items
            ),
            sessions=tuple(
                replace(one, title="S" * 300, room=one.room and "R" * 80 + one.room) for one in day.sessions
            ),
        )
        for day in of_days.days
    )
    return call, replace(of_days, days=days, rooms=tuple("R" * 80 + room for room in of_days.rooms)), cards


def many(count: int) -> tuple[ProposalCard, ...]:
    """More talks than one room has place for."""
    return tuple(
        card(n, speakers=(SpeakerCard(f"Speaker {n}", "Institut"),), topics=(n % 3,))
        for n in range(1, count + 1)
    )


DAYS: dict[str, tuple[Call, Programme, tuple[ProposalCard, ...]]] = {
    "full": arranged(full_cards()),
    "empty": arranged(()),
    "overfull": arranged(overfull_cards()),
    "two days": arranged(overfull_cards(), replace(CALL, ends=CALL.ends and CALL.ends.replace(day=2))),
    "three days in four rooms": three_days(),
    "crowded": crowded(),
    "three rooms": (CALL, programme(many(24), rooms=("Amphi", "B12", "C3")), many(24)),
    "no hours": arranged(full_cards(), replace(CALL, ends=None)),
    "bare": arranged((), Call(title="Colloque")),
    "long words": arranged(LONG),
}

DURING = {
    "full": datetime(2027, 4, 1, 9, 15, tzinfo=UTC),
    "three days in four rooms": datetime(2027, 6, 1, 9, 5, tzinfo=UTC),
}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is absent: the page was not looked at in a browser; apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()


class Visit:
    """A page open in the browser, with all it asked for and complained about."""

    def __init__(self, browser: Browser, file: Path, moment: datetime | None = None, **options: Any) -> None:
        self.context = browser.new_context(**{"timezone_id": "Europe/Paris", **options})
        self.page: Page = self.context.new_page()
        if moment:
            self.page.clock.set_fixed_time(moment)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


FILES = "programme.ics", "abstracts.pdf"


def written(folder: Path, day: str = "full", audience: Audience = "organisers") -> Path:
    """The page of that day in French, on disk, with the English one beside it."""
    call, of_day, cards = DAYS[day]
    names: dict[Language, str] = {"fr": "index.html", "en": "programme.en.html"}
    for language, other in (("fr", "en"), ("en", "fr")):
        text = page_of(
            call,
            of_day,
            cards,
            number=3,
            made_at=MADE_AT,
            language=language,
            templates=Templates(),
            beside=Beside(names[other], *(FILES if audience == "public" else ())),
            audience=audience,
        )
        (folder / names[language]).write_text(text, encoding="utf-8")
    return folder / "index.html"


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: the rule, and the elements."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_the_page_asks_for_nothing_and_complains_of_nothing(browser, tmp_path):
    file = written(tmp_path)

    with Visit(browser, file) as visit:
        visit.page.wait_for_load_state("networkidle")

        asked = [url for url in visit.requests if not url.startswith("data:")]
        assert asked == [file.as_uri()]
        assert visit.complaints == []


def test_axe_finds_a_planted_fault(browser, tmp_path):
    with Visit(browser, written(tmp_path)) as visit:
        visit.page.locator("main").evaluate("main => main.append(document.createElement('img'))")

        assert violations(visit.page) == [("image-alt", ["<img>"])]


@pytest.mark.parametrize("day", ["full", "three days in four rooms"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1200, "dark"), (1200, "light")])
def test_axe_finds_nothing_on_a_full_day(browser, tmp_path, day, width, scheme):
    options: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}

    # Somewhere else, while something happens, so that all that the script adds is there too.
    with Visit(
        browser, written(tmp_path, day), moment=DURING[day], timezone_id="Asia/Tokyo", **options
    ) as visit:
        assert visit.page.locator(".mark.now").count() > 0
        visit.page.eval_on_selector_all("details", "all => all.slice(0, 2).forEach(one => one.open = true)")

        assert violations(visit.page) == []


@pytest.mark.parametrize("day", sorted(DAYS.keys() - {"full"}))
def test_axe_finds_nothing_on_an_unusual_day(browser, tmp_path, day):
    with Visit(browser, written(tmp_path, day), color_scheme="dark") as visit:
        assert violations(visit.page) == []


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_wider_than_the_screen(browser, tmp_path, day):
    widths = [1200, 990, 740, 735, 390, 360, 320]

    with Visit(browser, written(tmp_path, day)) as visit:
        visit.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        found = []
        for width in widths:
            visit.page.set_viewport_size({"width": width, "height": 900})
            found.append(visit.page.evaluate("document.documentElement.scrollWidth"))

        assert found == widths


def test_an_abstract_opens_without_scripts(browser, tmp_path):
    with Visit(browser, written(tmp_path), java_script_enabled=False) as visit:
        details = visit.page.locator("#talk-4 details")
        assert details.locator(".abstract").is_visible() is False

        details.locator("summary").click()

        assert details.locator(".abstract").is_visible() is True


def test_the_keyboard_reaches_the_programme_first(browser, tmp_path):
    with Visit(browser, written(tmp_path)) as visit:
        visit.page.keyboard.press("Tab")
        assert visit.page.locator(".skip").bounding_box()["x"] >= 0

        visit.page.keyboard.press("Enter")

        assert visit.page.url.endswith("#programme")


def test_the_other_language_is_one_click_away_and_back(browser, tmp_path):
    with Visit(browser, written(tmp_path)) as visit:
        visit.page.get_by_role("link", name="English version").click()
        assert visit.page.locator("html").get_attribute("lang") == "en"

        visit.page.get_by_role("link", name="Version française").click()

        assert visit.page.locator("html").get_attribute("lang") == "fr"


def test_breaks_are_lighter_than_talks_and_invited_talks_are_larger(browser, tmp_path):
    with Visit(browser, written(tmp_path), viewport={"width": 1200, "height": 900}) as visit:
        sizes = [
            visit.page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{where}')).fontSize)")
            for where in (".pause", ".card.talk .title", ".card.invited .title")
        ]

        assert sizes == sorted(sizes)
        assert len(set(sizes)) == 3


def test_undecided_talks_have_a_dashed_border(browser, tmp_path):
    with Visit(browser, written(tmp_path)) as visit:
        styles = {
            talk: visit.page.evaluate(
                f"getComputedStyle(document.querySelector('#talk-{talk}')).borderTopStyle"
            )
            for talk in (1, 6)
        }

        assert styles == {1: "solid", 6: "dashed"}


def test_the_day_fits_one_sheet_of_paper(browser, tmp_path):
    with Visit(browser, written(tmp_path)) as visit:
        sheets = PdfReader(BytesIO(visit.page.pdf(prefer_css_page_size=True))).pages

        first = " ".join(sheets[0].extract_text().split())
        assert len(sheets) == 2
        assert [round(float(side) / 72 * 25.4) for side in sheets[0].mediabox[2:]] == [210, 297]
        assert [word in first for word in ("10 h", "Ce que les moulins", "Clôture")] == [True, True, True]
        # Abstracts stay closed on paper, and the glance is for screens.
        assert "Résumé" not in first
        assert "4 exposés" not in first


def test_what_happens_now_is_marked_and_one_click_away(browser, tmp_path):
    file = written(tmp_path, "three days in four rooms")

    with Visit(browser, file, moment=DURING["three days in four rooms"]) as visit:
        running = visit.page.locator(".slot.now .time > time:first-child").all_inner_texts()
        marks = visit.page.locator(".slot.now .mark.now").all_inner_texts()
        visit.page.get_by_role("link", name="En ce moment").click()

        assert running == ["11\u00a0h", "10\u00a0h\u00a050", "10\u00a0h\u00a050", "11\u00a0h"]
        assert marks == ["En ce moment"] * 4
        assert visit.page.url.endswith("#talk-2")


def test_the_mark_stays_in_the_column_of_times(browser, tmp_path):
    with Visit(browser, written(tmp_path), moment=DURING["full"]) as visit:
        card, mark = (visit.page.locator(f".slot.now {which}").bounding_box() for which in (".card", ".mark"))

        assert card and mark
        assert mark["x"] + mark["width"] <= card["x"]


def test_no_word_of_the_glance_is_cut(browser, tmp_path):
    short = replace(CALL, starts=CALL.starts and CALL.starts.replace(hour=9, minute=30))
    file = tmp_path / "index.html"
    content = page_of(
        *arranged((), short),
        number=3,
        made_at=MADE_AT,
        language="fr",
        templates=Templates(),
        beside=Beside("o"),
    )
    file.write_text(content)
    cut = (
        "all => all.filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
    )

    for width in (1280, 700, 390):
        with Visit(browser, file, viewport={"width": width, "height": 800}) as visit:
            assert visit.page.locator(".glance a").evaluate_all(cut) == []
            assert visit.page.locator(".glance .invited .what").count() == 2


def test_the_mark_moves_on(browser, tmp_path):
    with Visit(browser, written(tmp_path), moment=datetime(2027, 4, 1, 8, 5, tzinfo=UTC)) as visit:
        before = visit.page.locator(".slot.now .pause").all_inner_texts()
        visit.page.clock.set_fixed_time(datetime(2027, 4, 1, 10, 35, tzinfo=UTC))
        visit.page.clock.run_for(31_000)
        after = visit.page.locator(".slot.now .pause").all_inner_texts()

        assert (before, after) == (["Ouverture"], ["Déjeuner"])


def test_before_the_event_nothing_is_marked_and_at_home_no_zone_is_offered(browser, tmp_path):
    with Visit(browser, written(tmp_path), moment=MADE_AT) as visit:
        assert visit.page.locator(".now, .now-link").count() == 0
        assert visit.page.locator("#tools").is_visible() is False


def test_the_times_of_another_zone_are_shown_on_demand_and_back(browser, tmp_path):
    first = ".timeline .slot .time > time:first-child"

    with Visit(browser, written(tmp_path), timezone_id="Asia/Tokyo", moment=MADE_AT) as visit:
        choice = visit.page.get_by_label("Heures")
        at_event = visit.page.locator(first).all_inner_texts()
        choice.select_option(index=1)
        away = visit.page.locator(first).all_inner_texts()
        choice.select_option(index=0)

        assert at_event[:2] == ["10\u00a0h", "10\u00a0h\u00a010"]
        assert away[:2] == ["17\u00a0h", "17\u00a0h\u00a010"]
        assert away[-1] == "23\u00a0h\u00a050"
        assert visit.page.locator(first).all_inner_texts() == at_event


def test_a_time_on_another_day_says_which(browser, tmp_path):
    file = written(tmp_path)

    with Visit(
        browser, file.with_name("programme.en.html"), timezone_id="Pacific/Auckland", moment=MADE_AT
    ) as visit:
        visit.page.get_by_label("Times").select_option(index=1)

        assert visit.page.locator(".timeline .slot .time > time").nth(-1).inner_text() == "3:50\u00a0(Fri)"


def test_talks_that_begin_together_are_on_one_line_across_the_rooms(browser, tmp_path):
    file = written(tmp_path, "three days in four rooms")

    with Visit(browser, file, viewport={"width": 1280, "height": 900}) as visit:
        tops = visit.page.eval_on_selector_all(
            "#day1-1030 .slot",
            """all => all.map(one => [one.querySelector("time").dateTime.slice(11, 16),
                                      Math.round(one.getBoundingClientRect().top)])""",
        )

        by_time: dict[str, set[int]] = {}
        for begins, top in tops:
            by_time.setdefault(begins, set()).add(top)
        assert {begins: len(found) for begins, found in by_time.items()} == dict.fromkeys(by_time, 1)
        assert sorted(by_time, key=lambda begins: min(by_time[begins])) == [
            "10:30",
            "10:50",
            "11:00",
            "11:10",
            "11:30",
        ]


def test_on_paper_three_rooms_are_side_by_side(browser, tmp_path):
    # As wide as a sheet of A4, which is narrow on a screen.
    with Visit(browser, written(tmp_path, "three rooms"), viewport={"width": 794, "height": 1123}) as visit:
        visit.page.emulate_media(media="print")
        places = visit.page.evaluate(
            """() => [...document.querySelectorAll('.beside')].map(
                band => [...band.querySelectorAll(':scope > .session')].map(one => one.getBoundingClientRect().top))"""
        )

    three = [tops for tops in places if len(tops) == 3]
    assert three
    assert all(len(set(tops)) == 1 for tops in three)


def test_on_a_phone_the_rooms_follow_each_other(browser, tmp_path):
    file = written(tmp_path, "three days in four rooms")

    with Visit(browser, file, viewport={"width": 360, "height": 800}) as visit:
        lefts = visit.page.eval_on_selector_all(
            "#day1-1030 .session", "all => all.map(one => Math.round(one.getBoundingClientRect().left))"
        )

        assert lefts == [16, 16, 16, 16]


def test_hostile_titles_run_nothing(browser, tmp_path):
    words = "</h3><img src=x onerror=alert(1)><script>alert(1)</script>"
    cards = (card(1, State.SUBMITTED, title=words, abstract=words),)
    DAYS["hostile"] = arranged(cards)

    with Visit(browser, written(tmp_path, "hostile")) as visit:
        dialogs: list[str] = []
        visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        visit.page.reload()
        visit.page.wait_for_load_state("networkidle")

        assert dialogs == []
        assert visit.page.locator("#talk-1 .title").inner_text() == words
        assert visit.page.locator("img").count() == 0
