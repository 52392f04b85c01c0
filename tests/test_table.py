"""The table of proposals: what a spreadsheet opens, and what it must not run."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime

import pytest

from callboard import table

COLUMNS = ("number", "title", "speakers", "submitted")
WHEN = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def rows(title: str | None) -> list[dict[str, object]]:
    return [{"number": 3, "title": title, "speakers": ["Ada Noé", "Bao"], "submitted": WHEN}]


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'=1"),
        ("  =1", "'=1"),
        ("\x00=1", "'=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("Crues = danger", "Crues = danger"),
        ("a\x1b[31mb", "a[31mb"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(written: str | None, cell: str) -> None:
    assert table.harmless(written) == cell


def test_numbers_and_lists_keep_their_sense() -> None:
    assert [table.harmless(v) for v in (-3, 2.5, True, ["=a", "b"], WHEN)] == [
        -3, 2.5, "yes", "'=a; b", "2027-02-01 09:00",
    ]  # fmt: skip


def test_csv_is_utf8_with_its_mark_and_survives_quotes_and_line_breaks() -> None:
    content = table.as_csv(COLUMNS, rows('L\'eau, "la" crue;\nété'), ";")

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")) == [
        list(COLUMNS),
        ["3", 'L\'eau, "la" crue;\nété', "Ada Noé; Bao", "2027-02-01 09:00"],
    ]


def test_json_is_what_the_tables_hold() -> None:
    assert json.loads(table.as_json(rows("=1"))) == [
        {"number": 3, "title": "=1", "speakers": ["Ada Noé", "Bao"], "submitted": "2027-02-01T09:00:00+00:00"}
    ]


def test_a_workbook_holds_texts_and_no_formula() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    content = table.as_xlsx(COLUMNS, rows("=HYPERLINK(1)"))

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet, texts = book.read("xl/worksheets/sheet1.xml"), book.read("xl/sharedStrings.xml")
    assert b"<f>" not in sheet
    shown = [node.text for node in ET.fromstring(texts).iter() if node.tag.endswith("}t")]
    assert shown == [*COLUMNS, "'=HYPERLINK(1)", "Ada Noé; Bao", "2027-02-01 09:00"]
