"""HTML mails as the text a person would have typed."""

from __future__ import annotations

import pytest

from callboard.mailroom.htmltext import html_and_emphasis, html_to_text
from growth import grows_with_size_only


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Titre</p><p>Résumé</p>", "Titre\n\nRésumé"),
        ("<div>Bonjour,</div><div><br></div><div>Ada</div>", "Bonjour,\n\nAda"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<p class=MsoNormal>Titre&nbsp;: Cartes</p><p class=MsoNormal>Durée</p>", "Titre : Cartes\nDurée"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ('<p style="margin: 0 0 0 0">a</p><p style="margin:0">b</p>', "a\nb"),
        ("<b>Titre</b> : un\n   <i>mot</i>", "Titre : un mot"),
        ("un <b>mot</b>, <span> deux</span>", "un mot, deux"),
        ("<h1>Titre</h1>Résumé", "Titre\n\nRésumé"),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ("<ol><li>un</li><li><p>deux</p></li></ol>", "1. un\n2. deux"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<div style="white-space: pre-wrap">a\nb</div>', "a\nb"),
        ("<ul><li><p>un</p></li><li><p>deux</p></li></ul>trois", "- un\n- deux\n\ntrois"),
        ("<ul><li></li><li>deux</li></ul>", "- deux"),
        ("x<hr>y", "x\n\ny"),
        ("Merci.<blockquote>Bonjour,<br>Titre ?</blockquote>", "Merci.\n\n> Bonjour,\n> Titre ?"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        (
            "<table><tr><td>Titre</td><td>Cartes</td></tr><tr><th>Durée</th><td>20</td></tr></table>",
            "Titre\tCartes\nDurée\t20",
        ),
        ("<table><tr><td><p>Titre</p></td><td><p>un</p><p>deux</p></td></tr></table>", "Titre\tun\n\ndeux"),
        ("<table><tr><td> </td><td><table><tr><td>dedans</td></tr></table></td></tr></table>", "dedans"),
        ("Dupont<sup>1,2</sup> et Li<sup>e</sup>", "Dupont¹,² et Lie"),
        ("a&shy;b\u200bc", "abc"),
        ("<!-- non --><script>non()</script><style>p{}</style><title>non</title>oui", "oui"),
        ("", ""),
        ("du texte seul", "du texte seul"),
        ("a < b et c > d", "a < b et c > d"),
    ],
)
def test_html_reads_as_typed(html, text):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display: none'>{}</div>",
        "<div style='display:none !important; max-height:0px'>{}</div>",
        "<span style='mso-hide:all'>{}</span>",
        "<span style='font-size:0'>{}</span>",
        "<p hidden>{}</p>",
        "<div style='max-height:0;overflow:hidden'>{}</div>",
        "<span style='visibility:hidden'>{}</span>",
    ],
)
def test_a_hidden_preheader_is_dropped(hidden):
    assert html_to_text(hidden.format("caché") + "<p>visible</p>") == "visible"


@pytest.mark.parametrize("style", ["font-size:0.9em", "max-height:0.5cm", "font-size:10px", "display:block"])
def test_what_is_only_small_is_kept(style):
    assert html_to_text(f"<p style='{style}'>visible</p>") == "visible"


def test_underlined_runs_come_before_bold_ones():
    html = (
        "<b>Titre</b> <u>Ada  Martin</u> <span style='font-weight:700'>Durée</span>"
        "<span style='text-decoration: underline'>Bo Li</span> <b>Titre</b>"
        "<b>:</b><strong style='display:none'>non</strong>"
    )

    assert html_and_emphasis(html)[1] == ("Ada Martin", "Bo Li", "Titre", "Durée")


def test_text_and_emphasis_come_from_one_pass():
    assert html_and_emphasis("<p><u>Ada Martin</u>, Bo Li</p>") == ("Ada Martin, Bo Li", ("Ada Martin",))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5000 + "x" + "</div>" * 5000,
        "<blockquote>" * 3000 + "x",
        "<table><tr><td>" * 2000 + "x",
        "<ul><li>" * 2000 + "x",
        "<b>" * 5000 + "x",
    ],
)
def test_deep_nesting_ends(html):
    assert html_to_text(html).strip("> -\n") == "x"


@pytest.mark.parametrize(
    "unit",
    [
        "<p>mot</p>",
        "mot ",
        "<td>mot",
        "<b>mot</b>",
        "<br>",
        "<blockquote>mot</blockquote>",
        "&nbsp;",
        "<li>mot",
    ],
)
def test_the_time_grows_with_the_size_only(unit):
    assert grows_with_size_only(html_and_emphasis, (unit * 100_000)[:100_000])
