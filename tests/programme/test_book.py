"""The book of abstracts: what it holds, that screen readers can read it, and that no text breaks it."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from callboard.call import Call
from callboard.config import ProgrammeConfig
from callboard.errors import ConfigError, TemplateError
from callboard.programme import publish
from callboard.programme.formats import book
from callboard.programme.formats.view import Audience, Language
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_conference import three_days
from programme_days import CALL, MADE_AT, card, full_cards, programme

pytest.importorskip(
    "typst", reason="typst is not installed: the book was not made; pip install 'callboard[book]'"
)


# A clock knows microseconds; a PDF does not.
AT = MADE_AT.replace(microsecond=123456)
CALL_WITHOUT_INVITED = replace(CALL, invited=())


def made(
    cards: tuple[ProposalCard, ...],
    call: Call = CALL,
    of_day: Programme | None = None,
    *,
    language: Language = "fr",
    audience: Audience = "public",
    templates: Templates | None = None,
) -> bytes:
    return book.render(
        call,
        of_day or programme(cards, call),
        cards,
        number=3,
        made_at=AT,
        language=language,
        templates=templates or Templates(),
        audience=audience,
    )


def words(content: bytes, first: int = 0) -> str:
    """The words from that page on, blanks collapsed and broken words joined."""
    pages = PdfReader(BytesIO(content)).pages[first:]
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00ad", "").replace("-\n", "").split())


def test_screen_readers_are_told_structure_language_and_title():
    reader = PdfReader(BytesIO(made(full_cards())))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert str(reader.metadata.title).endswith("Recueil des résumés")
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_the_same_programme_gives_the_same_bytes():
    assert made(full_cards()) == made(full_cards())


def test_the_book_has_contents_programme_abstracts_and_index():
    call, of_days, cards = three_days()

    content = made(cards, call, of_days)

    text = words(content)
    headings = (
        "Sommaire",
        "Programme",
        "Mardi 1er juin 2027",
        "Posters et démonstrations",
        "Index des intervenants",
    )
    assert [heading for heading in headings if heading not in text] == []
    assert "Jean Martin (CNRS, Chronoenvironnement)" in text
    outline = PdfReader(BytesIO(content)).outline
    assert [entry.title for entry in outline if not isinstance(entry, list)][:2] == [
        "Programme",
        "Mardi 1er juin 2027",
    ]


@pytest.mark.parametrize("posters", [0, 6])
@pytest.mark.parametrize("talks", [30, 36, 38, 40])
def test_no_line_of_the_contents_is_alone_on_its_page(talks: int, posters: int) -> None:
    # A page of contents holds some forty lines.
    cards = tuple(
        card(
            n,
            title=f"Exposé {n}",
            speakers=(SpeakerCard(f"Orateur {n}"),),
            abstract=None,
            format="poster" if n > talks else None,
        )
        for n in range(1, talks + posters + 1)
    )

    pages = PdfReader(BytesIO(made(cards, CALL, programme(cards, replace(CALL, starts=None))))).pages

    lines = [[one for one in page.extract_text().splitlines() if ". ." in one] for page in pages]
    contents = [there for there in lines if there]
    assert sum(map(len, contents)) == talks + posters + 4 + (posters > 0)
    assert min(map(len, contents)) >= 3
    for there in contents:
        assert not there[-1].startswith(("Exposés", "Posters")), "a part begins at the foot of a page"


def test_no_line_of_an_abstract_is_alone_on_its_page() -> None:
    # Of many lengths, so that pages end at many places.
    texts = ["Nous présentons une campagne de mesures. " * (1 + n % 7) + "\n\nFin." for n in range(60)]
    cards = tuple(
        card(
            n,
            speakers=(SpeakerCard(f"Orateur {n}"),),
            abstract=text,
            keywords=("crues",) if n % 2 else (),
        )
        for n, text in enumerate(texts, 1)
    )

    pages = PdfReader(BytesIO(made(cards, CALL, programme(cards, replace(CALL, starts=None))))).pages

    tops = [page.extract_text().strip().splitlines()[0] for page in pages]
    assert [top for top in tops if top.startswith(("Fin", "Mots-clés"))] == []


def test_the_english_book_has_english_words_and_says_so():
    content = made(full_cards(), language="en")

    assert PdfReader(BytesIO(content)).trailer["/Root"]["/Lang"] == "en"
    assert "Thursday 1 April 2027" in words(content)
    assert "Book of abstracts".upper() in words(content)


def test_the_public_book_has_no_word_of_what_is_undecided():
    cards = (card(1), card(2, State.SUBMITTED, title="Encore secret", abstract="Secret aussi."))

    assert "ecret" not in words(made(cards))
    assert "Encore secret" in words(made(cards, audience="organisers"))


def test_no_address_is_in_the_book():
    speaker = SpeakerCard("Ada Sample", "Labo, ada@example.org", "ada@example.org")

    content = made((card(1, speakers=(speaker,), abstract="Écrivez à ada@example.org."),))

    assert "@" not in words(content)


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "{{ 7 * 7 }} {% raw %}",
        "Sur $\\sum_{i<n} x_i$ et \\(a & b\\)",
        '#read("/etc/passwd") #panic("x") *gras* _italique_ @ref <label> ] } = titre',
        "x" * 400,
    ],
)
def test_strangers_words_are_set_as_they_are(text):
    content = made(
        (card(1, title=text, abstract=text, keywords=(text,), speakers=(SpeakerCard(text, text),)),)
    )

    assert "".join(text.split())[:60] in "".join(words(content).split())


@pytest.mark.parametrize(
    "text",
    ["مقدمة في تعلم الآلة", "🦫 Castors & 🌊 crues 👩🏽‍🔬", "漢字 Zhang", "\u0b95\u0bbf \U00013000 fin"],
)
def test_what_no_font_has_does_not_stop_the_book(text):
    content = made((card(1, title=f"Avant {text} après", abstract=text, speakers=(SpeakerCard(text),)),))

    assert "Avant" in words(content)
    assert "après" in words(content)


def test_a_page_of_unknown_letters_does_not_stop_the_book():
    letters = "".join(chr(n) for n in range(0x4E00, 0x4E00 + 2000)) + "".join(
        f"a{chr(0x1200 + n)}" for n in range(80)
    )

    assert "Avant" in words(made((card(1, title="Avant", abstract=letters),)))


@pytest.mark.parametrize(
    ("call", "of_day"),
    [(CALL, None), (Call(title="Colloque"), None), (replace(CALL, title="T" * 600, event=None), None)],
    ids=["no talks", "bare", "long title"],
)
def test_an_event_without_talks_makes_a_book(call, of_day):
    assert made((), call, of_day).startswith(b"%PDF")


def test_the_public_files_are_one_for_each_language():
    files = book.files(
        CALL,
        programme(()),
        (),
        number=1,
        made_at=MADE_AT,
        languages=("fr", "en"),
        templates=Templates(),
    )

    assert {
        name: PdfReader(BytesIO(content)).trailer["/Root"]["/Lang"] for name, content in files.items()
    } == {
        "abstracts.pdf": "fr",
        "abstracts.en.pdf": "en",
    }


def test_a_layout_of_ones_own_takes_the_place_of_ours(tmp_path: Path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.typ").write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n= Notre mise en page\n",
        encoding="utf-8",
    )

    assert words(made((card(1),), templates=Templates(tmp_path))) == "Notre mise en page"


@pytest.mark.parametrize(
    ("layout", "wrong"),
    [
        ("#nothing-of-the-kind", "unknown variable"),
        ('#read("../secret.txt")', "escape"),
        ('#read("/../secret.txt")', "escape"),
    ],
)
def test_a_broken_layout_is_named(tmp_path: Path, layout: str, wrong: str):
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.typ").write_text(layout, encoding="utf-8")

    with pytest.raises(TemplateError) as raised:
        made((), templates=Templates(tmp_path))

    assert str(raised.value).startswith(f"{tmp_path / 'book' / 'book.typ'}: ")
    assert wrong in str(raised.value)


def test_without_typst_the_cure_is_named(monkeypatch):
    # What Python itself keeps for a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(ConfigError) as raised:
        made(())

    assert str(raised.value) == "the book of abstracts needs Typst; install it: pip install 'callboard[book]'"


@pytest.mark.parametrize("call", [CALL_WITHOUT_INVITED, Call(title="Colloque")], ids=["day", "no hours"])
def test_an_event_without_talks_publishes_no_book_and_links_to_none(call: Call) -> None:
    waiting = (card(1, State.SUBMITTED),)
    settings = ProgrammeConfig(book=True)

    files = publish.outputs(
        call, programme(waiting, call), waiting, 1, MADE_AT, Templates(), settings=settings
    )

    assert [name for name in files if name.endswith(".pdf")] == []
    assert "abstracts" not in str(files["index.html"])


@pytest.mark.parametrize(
    ("call", "cards"),
    [(CALL, ()), (CALL_WITHOUT_INVITED, (card(1),)), (CALL_WITHOUT_INVITED, (card(1, format="poster"),))],
    ids=["invited", "talk", "poster"],
)
def test_one_contribution_makes_a_book(call: Call, cards: tuple[ProposalCard, ...]) -> None:
    settings = ProgrammeConfig(book=True)

    files = publish.outputs(call, programme(cards, call), cards, 1, MADE_AT, Templates(), settings=settings)

    assert "abstracts.pdf" in files
    assert 'href="abstracts.pdf"' in str(files["index.html"])


def test_the_book_is_published_with_the_rest_when_it_is_wished() -> None:
    settings, cards = ProgrammeConfig(book=True), full_cards()

    files = publish.outputs(CALL, programme(cards), cards, 1, MADE_AT, Templates(), settings=settings)

    books = {name: content for name, content in files.items() if name.endswith(".pdf")}
    assert sorted(books) == ["abstracts.en.pdf", "abstracts.pdf"]
    assert [content[:5] for content in books.values()] == [b"%PDF-", b"%PDF-"]
