"""The organisers' guides fit on one page each."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
STYLE = """
body { font: 10pt/1.35 sans-serif } table { border-collapse: collapse; font-size: 9.5pt }
td, th { border: 1px solid #ccc; padding: 2px 6px }
"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_guide_fits_on_one_page(language: str) -> None:
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing; install it with apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    guide = (ROOT / f"docs/organiser-guide.{language}.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark").enable("table").render(guide)

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page()
        page.set_content(f"<style>{STYLE}</style>{html}")
        margin = {"top": "15mm", "bottom": "15mm", "left": "18mm", "right": "18mm"}
        printed = page.pdf(format="A4", margin=margin)
        browser.close()

    assert len(PdfReader(io.BytesIO(printed)).pages) == 1
