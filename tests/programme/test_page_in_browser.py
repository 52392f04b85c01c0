"""The programme page in a real Chromium: it loads alone, is accessible, and fits a phone and a sheet of paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from callboard.call import Call
from callboard.programme.publish import outputs, publish
from callboard.proposals import ProposalCard, State
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card, full_cards, overfull_cards, programme

CHROMIUM = Path("/usr/bin/chromium")
DAYS: dict[str, tuple[Call, tuple[ProposalCard, ...]]] = {
    "full": (CALL, full_cards()),
    "empty": (CALL, ()),
    "overfull": (CALL, overfull_cards()),
    "three days": (replace(CALL, ends=CALL.ends and CALL.ends.replace(day=3)), overfull_cards()),
    "no hours": (replace(CALL, ends=None), full_cards()),
    "bare": (Call(title="Colloque"), ()),
    "long words": (CALL, (card(1, title="Ω" * 400, abstract="x" * 3000), card(2, title="مقدمة " * 60))),
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

    def __init__(self, browser: Browser, file: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
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


def written(folder: Path, day: str = "full") -> Path:
    """The page of that day in the call's language, on disk."""
    call, cards = DAYS[day]
    publish(outputs(call, programme(cards, call), cards, 3, MADE_AT, Templates()), folder)
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


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1200, "dark"), (1200, "light")])
def test_axe_finds_nothing_on_a_full_day(browser, tmp_path, width, scheme):
    size = {"width": width, "height": 900}

    with Visit(browser, written(tmp_path), viewport=size, color_scheme=scheme) as visit:
        visit.page.eval_on_selector_all("details", "all => all.slice(0, 2).forEach(one => one.open = true)")

        assert violations(visit.page) == []


@pytest.mark.parametrize("day", sorted(DAYS.keys() - {"full"}))
def test_axe_finds_nothing_on_an_unusual_day(browser, tmp_path, day):
    with Visit(browser, written(tmp_path, day), color_scheme="dark") as visit:
        assert violations(visit.page) == []


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_wider_than_the_screen(browser, tmp_path, day):
    widths = [1200, 740, 735, 390, 320]

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


def test_hostile_titles_run_nothing(browser, tmp_path):
    words = "</h3><img src=x onerror=alert(1)><script>alert(1)</script>"
    cards = (card(1, State.SUBMITTED, title=words, abstract=words),)
    publish(outputs(CALL, programme(cards), cards, 3, MADE_AT, Templates()), tmp_path)

    with Visit(browser, tmp_path / "index.html") as visit:
        dialogs: list[str] = []
        visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        visit.page.reload()
        visit.page.wait_for_load_state("networkidle")

        assert dialogs == []
        assert visit.page.locator("#talk-1 .title").inner_text() == words
        assert visit.page.locator("img").count() == 0
