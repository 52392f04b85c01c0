"""The HTML letters in Chromium: they fit a phone, stay readable in the dark, ask for nothing from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from answered import CODE, transcript, whole
from callboard.desk import letters, replies
from callboard.desk.conflicts import Conflict, Reason
from callboard.desk.digest import digest
from callboard.desk.letters import Letter
from callboard.desk.replies import Deed, Did, Transcript
from callboard.desk.standing import Standing, VoteLine
from callboard.proposals import State
from callboard.templating import Templates
from digest_content import CONTENT
from weaving import ADA, BARE, CALL, CARD, HOSTILE_CARD, UNFINISHED, US

pytestmark = pytest.mark.browser

TEMPLATES = Templates()
CHROMIUM = Path("/usr/bin/chromium")
LONG = replace(CARD, title="https://tissage.example.org/" + "métier" * 40, keywords=("x" * 60,))
REST: dict[str, Any] = {
    "unread": ("Y a-t-il une prise ?", "https://tissage.example.org/" * 9),
    "passed_on": True,
}


def told(said: Transcript, language: str | None = "fr") -> Letter:
    """A transcript for Ada."""
    return replies.transcript(TEMPLATES, CALL, said, ADA, US, language)


MANY = tuple(
    replace(card, number=n, reference=f"P-{n}") for n in range(20, 36) for card in (CARD, LONG, HOSTILE_CARD)
)
VOTED = replace(
    CONTENT,
    everything=(CARD, UNFINISHED, LONG),
    standings={
        7: Standing(
            (VoteLine("Karim Ould", "maybe", 3.5),),
            1,
            {"lea@example.org": "Léa Marchand"},
            3.5,
            alike=("P-8",),
        ),
        8: Standing(missing=1),
        9: Standing(recused={"lea@example.org": Conflict(Reason.DOMAIN, "Bruno Castel")}, missing=2),
    },
    pending=(replace(CARD, state=State.ACCEPTED), replace(LONG, state=State.DECLINED)),
)
LETTERS = {
    "acknowledgement": letters.acknowledgement(TEMPLATES, CALL, CARD, ADA, US),
    "incomplete": letters.acknowledgement(TEMPLATES, CALL, replace(BARE, letter_language="en"), ADA, US),
    "hostile": letters.acknowledgement(TEMPLATES, CALL, HOSTILE_CARD, ADA, US),
    "long": letters.acknowledgement(TEMPLATES, CALL, LONG, ADA, US),
    "updated": told(Transcript((Deed(Did.CHANGED, BARE, CARD),), **REST)),
    "confirmed": told(Transcript((Deed(Did.CONFIRMED, CARD, CARD), Deed(Did.CHANGED, BARE, CARD)), **REST)),
    "withdrawn": told(Transcript((Deed(Did.WITHDRAWN, CARD, CARD, CALL.starts),))),
    "standing": told(Transcript(standing=(CARD, UNFINISHED, LONG), **REST), "en"),
    "which": replies.which(
        TEMPLATES, CALL, (CARD, LONG, HOSTILE_CARD), ADA, "Je retire ma proposition.", "fr"
    ),
    "question": replies.question(
        TEMPLATES, CALL, CALL.organisers[2], ADA, "One.\n\n" + "Two. " * 90, HOSTILE_CARD
    ),
    "receipt": replies.receipt(TEMPLATES, CALL, (LONG, HOSTILE_CARD), ADA, ADA, "fr"),
    "accepted": letters.decision(TEMPLATES, CALL, "accepted", CARD, ADA, "Venez tôt.\n\nMerci."),
    "both": told(Transcript(passed_on=True), None),
    "digest": digest(
        TEMPLATES,
        CALL,
        CALL.organisers[0],
        replace(
            CONTENT, everything=(CARD, UNFINISHED, LONG), standings={7: Standing(alike=("P-8",), missing=2)}
        ),
        "cb-270311-abcdefghijklmnopqrst",
    ),
    "digest-en": digest(TEMPLATES, CALL, CALL.organisers[2], CONTENT),
    "digest-votes": digest(TEMPLATES, CALL, CALL.organisers[0], VOTED, CODE),
    "digest-flood": digest(TEMPLATES, CALL, CALL.organisers[2], replace(CONTENT, undecided=MANY), CODE),
    "review": transcript(),
    "review-en": transcript(english=True),
    "review-long": transcript(card=LONG),
    "full": whole(),
    "full-en": whole(english=True),
    "full-hostile": whole(card=replace(HOSTILE_CARD, contact="x" * 200 + "@example.org")),
}
CONTRASTED = [
    "incomplete",
    "updated",
    "standing",
    "which",
    "question",
    "both",
    "digest",
    "digest-votes",
    "review",
    "full",
]
LOOKS = [(700, "light"), (700, "dark"), (360, "light"), (360, "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing; install it with apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else []
        )
        yield started
        started.close()


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def show(page: Page, letter: Letter, folder: Path) -> tuple[list[str], list[str]]:
    """Open the letter from a file. Returns the requests that left it and what the console said."""
    file = folder / "letter.html"
    file.write_text(letter.html, encoding="utf-8")
    requests: list[str] = []
    console: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: console.append(m.text))
    page.on("pageerror", lambda e: console.append(str(e)))
    page.on("dialog", lambda d: (console.append(d.message), d.dismiss()))
    page.goto(file.as_uri())
    return [url for url in requests if url != file.as_uri()], console


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_fits_and_asks_for_nothing(page: Page, name: str, tmp_path: Path) -> None:
    requests, console = show(page, LETTERS[name], tmp_path)

    assert (requests, console) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.images.length + document.scripts.length") == 0


@pytest.mark.parametrize("page", [(360, "light"), (360, "dark")], ids=["light", "dark"], indirect=True)
@pytest.mark.parametrize("name", CONTRASTED)
def test_axe_finds_nothing(page: Page, name: str, tmp_path: Path) -> None:
    """Among the rules: enough contrast, in the light and in the dark."""
    show(page, LETTERS[name], tmp_path)

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})

    assert [(v["id"], n["html"]) for v in found.response["violations"] for n in v["nodes"]] == []


def test_the_dark_letter_is_dark(browser: Browser, tmp_path: Path) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # both are schemes
        show(page, LETTERS["acknowledgement"], tmp_path)
        colours[scheme] = page.evaluate("getComputedStyle(document.querySelector('.letter')).color")
        page.close()

    assert colours == {"light": "rgb(31, 35, 40)", "dark": "rgb(228, 230, 232)"}


@pytest.mark.parametrize("page", [(360, "light")], ids=["light"], indirect=True)
@pytest.mark.parametrize("name", ["digest-votes", "digest-flood", "review", "review-en", "full", "full-en"])
def test_the_code_stays_on_one_line(page: Page, name: str, tmp_path: Path) -> None:
    """Or an answer quotes half of it."""
    show(page, LETTERS[name], tmp_path)

    assert page.get_by_text(CODE, exact=True).evaluate("e => e.getClientRects().length") == 1
