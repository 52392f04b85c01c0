"""What only the layout of a PDF tells: paragraphs, headings, marks, running heads, columns."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from callboard.mailroom.attachments import DocumentReader

TEXT = 11.0

Piece = tuple[float, float, float, str]  # x, y, size, words


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


def pdf(*pages: list[Piece]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for page in pages:
        for x, y, size, words in page:
            canvas.setFont("Times-Roman", size)
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def column(x: float, y: float, *lines: str, size: float = TEXT, leading: float = 14.0) -> list[Piece]:
    return [(x, y - leading * at, size, words) for at, words in enumerate(lines)]


def test_more_space_between_two_lines_begins_a_paragraph(reader):
    page = column(72, 700, "One line of the first,", "another of the first.") + column(72, 664, "The second.")

    assert (
        reader.read("pdf", pdf(page)).text == "One line of the first,\nanother of the first.\n\nThe second."
    )


def test_double_spacing_makes_no_paragraphs(reader):
    lines = ["One line of the text,", "set as a thesis is,", "with room to write."]

    assert reader.read("pdf", pdf(column(72, 700, *lines, leading=26))).text == "\n".join(lines)


def test_a_heading_in_larger_letters_stands_alone_in_as_many_lines_as_it_has(reader):
    title = column(72, 760, "A title that is set", "in two lines", size=17, leading=20)
    page = title + column(72, 725, "Text of some length below it,", "and a second line.")

    assert reader.read("pdf", pdf(page)).text == (
        "A title that is set\nin two lines\n\nText of some length below it,\nand a second line."
    )


def test_small_print_ends_where_the_text_begins(reader):
    page = column(72, 700, "Institute of Maps", size=9) + column(
        72, 686, "The text begins here,", "and goes on."
    )

    assert reader.read("pdf", pdf(page)).text == "Institute of Maps\n\nThe text begins here,\nand goes on."


@pytest.mark.parametrize(("mark", "raised"), [("1", "¹"), ("a", "ᵃ"), ("1,2", "¹,²"), ("nd", "nd")])
def test_a_small_mark_behind_a_word_is_raised(reader, mark, raised):
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    words = canvas.beginText(72, 700)
    words.setFont("Times-Roman", TEXT)
    words.textOut("Ada Moreau")
    words.setFont("Times-Roman", 7)
    words.setRise(4)
    words.textOut(mark)
    canvas.drawText(words)
    canvas.save()

    assert reader.read("pdf", target.getvalue()).text == f"Ada Moreau{raised}"


def test_running_heads_and_page_numbers_are_no_text(reader):
    head, foot = (72, 812, 8, "Proceedings of a day, 2026"), (297, 28, TEXT, "3")
    page = [head, *column(72, 700, "The text of the page,", "which has two lines."), foot]

    assert reader.read("pdf", pdf(page)).text == "The text of the page,\nwhich has two lines."


def test_a_page_that_is_nothing_but_margin_is_read(reader):
    assert reader.read("pdf", pdf([(72, 812, 8, "A remark")], [(297, 28, TEXT, "3")])).text == "A remark\n\n3"


def test_a_second_column_goes_on_with_the_first(reader):
    page = column(72, 700, "A sentence that goes", "on at the top of") + column(320, 700, "the other column.")

    assert reader.read("pdf", pdf(page)).text == "A sentence that goes\non at the top of\nthe other column."
