"""The page that `callboard read --html` writes: each message with its fields marked, and the fields beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from callboard.cli.readingpage import render
from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, Reading, shown

CHROMIUM = Path("/usr/bin/chromium")
TOM = Address("Tom Hadley", "tom@hadley.example")
ROOFS = "Flat roofs hold more water than their owners think: https://kites.example/map shows where, and for how long."
TALK = IncomingMail(
    subject="Talk proposal",
    sender=TOM,
    text=(
        f"Hi Helen,\n\nTitle: Puddles on <b>flat</b> roofs\nAbstract: {ROOFS}\n\nBest,\nTom\n\n"
        "On 6 Sep 2027, Helen <helen@roofs.example> wrote:\n> Dear all"
    ),
)
DOCUMENT = IncomingMail(
    subject="Talk proposal",
    sender=TOM,
    text="Hello,\n\nmy talk proposal is attached.\n\nTom",
    attachments=(Attachment("talk.pdf", "application/pdf", 1, None, f"Title: Gutters\nAbstract: {ROOFS}"),),
)
TWO = IncomingMail(
    subject="Two proposals",
    sender=TOM,
    text=(
        "I would like to propose two talks.\n\n"
        f"Title: Puddles on roofs\nAbstract: {ROOFS}\n\nTitle: Gutters\nAbstract: {ROOFS}"
    ),
)


def page(*messages: IncomingMail) -> str:
    return render(((f"{at}.eml", shown(one)) for at, one in enumerate(messages, 1)), None)


def marked(text: str) -> list[tuple[str, str]]:
    """The fields marked in a page, with the words that are."""
    return re.findall(r'<mark class="(\w+)"[^>]*>(.*?)</mark>', text, re.DOTALL)


def test_the_words_of_each_field_are_marked_and_nothing_is_markup() -> None:
    before, link, after = ROOFS.partition("https://kites.example/map")

    assert marked(page(TALK)) == [
        ("speakers", "Tom Hadley"),
        ("format", "Talk proposal"),
        ("title", "Puddles on &lt;b&gt;flat&lt;/b&gt; roofs"),
        ("abstract", before),
        ("links", link),
        ("abstract", after),
    ]


def test_every_field_leads_to_its_words() -> None:
    shown = page(TALK, DOCUMENT, TWO)
    targets = re.findall(r'href="#([^"]+)"', shown)

    assert {"m1-title", "m2-abstract", "m3-title-1", "m3-title-2"} <= set(targets)
    assert sorted(set(targets) - set(re.findall(r'id="([^"]+)"', shown))) == []


def test_what_was_left_out_says_why() -> None:
    assert '<span class="aside" title="quoted">On 6 Sep 2027' in page(TALK)


def test_an_unreadable_message_has_its_reason_alone() -> None:
    shown = render([("1.eml", Reading(Kind.UNREADABLE, "it is encrypted", 1.0, None))], None)

    assert "unreadable (100 %): it is encrypted" in shown


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


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_accessible_and_fits(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(TALK, DOCUMENT, TWO), encoding="utf-8")
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    shown = context.new_page()
    requests: list[str] = []
    shown.on("request", lambda request: requests.append(request.url))

    shown.goto(file.as_uri())

    assert [(found["id"], found["nodes"]) for found in Axe().run(shown).response["violations"]] == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert requests == [file.as_uri()]
    context.close()
