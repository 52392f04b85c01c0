"""HTML with very many tags costs no more than its size and keeps its text."""

from __future__ import annotations

from time import process_time

import pytest

from callboard.mailroom.htmltame import HARMLESS, tamed
from callboard.mailroom.htmltext import html_and_emphasis

MANY = "<p>mot</p>" * HARMLESS  # enough for every tag to be written anew


def test_ordinary_html_is_left_alone():
    html = "<p class=x onclick='y'>Titre</p>" * 100

    assert tamed(html) == html


@pytest.mark.parametrize(
    ("html", "text", "emphasised"),
    [
        ("<p>Titre&nbsp;: <B>Cartes</B></p>", "Titre : Cartes", ("Cartes",)),
        ("<!DOCTYPE html><!-- <p>non --><title>non</title><style>p{}</style ><p>oui</p>", "oui", ()),
        ("<div style='display:none'>non</div><p hidden>non</p>oui", "oui", ()),
        ('<div style="display:none">non</div>oui', "oui", ()),
        ("<table><tr><td>a<td>b</table>", "a\tb", ()),
        ("<blockquote>a</blockquote>", "> a", ()),
        ("a < b, x<y", "a < b, x<y", ()),
        ("</div></b>x", "x", ()),
        ("<svg width=1 />x<svg><p>non</p></svg>", "x", ()),
    ],
)
def test_html_of_many_tags_reads_the_same(html, text, emphasised):
    found, runs = html_and_emphasis(f"{html}<hr>{MANY}")

    assert (found.split("\n\nmot")[0], runs) == (text, emphasised)


def test_too_deep_elements_are_left_out_and_their_text_stays():
    assert tamed("<div>" * 2000 + "x" + "</div>" * 2000) == "<div>" * 256 + "x" + "</div>" * 256


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "".join(f"<font a={number}>" for number in range(20_000)) + "<p>x" * 100_000,
        "<span>" * 100_000 + "<p>x</p>" * 100_000,
        "<div a='></div>'>" * 60_000,
        "<div><!--</div>-->" * 50_000,
        "<div><style></div></style>" * 40_000,
        "<!--" * 200_000,
        "<" * 500_000,
        "<p style=" * 100_000,
        "<p " + "style='" * 150_000 + ">",
    ],
)
def test_html_made_to_explode_is_read_in_time(html):
    start = process_time()

    html_and_emphasis(html)

    assert process_time() - start < 5
