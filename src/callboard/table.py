"""The proposals as a table for those who want a spreadsheet: CSV, JSON or XLSX.

What speakers wrote stands in it, and a spreadsheet runs what looks like a formula: such a cell gets an apostrophe in
front. Pure but for the library that writes XLSX.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from callboard.errors import ConfigError

Row = Mapping[str, Any]  # column -> value; a list is joined, a time stands in the call's zone
# OWASP, "CSV Injection": what a spreadsheet takes for a formula, or skips before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
           "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own charset
LONGEST = 32_767  # characters of a cell in Excel
WIDE = {"title": 50, "speakers": 30, "abstract": 60}


def as_csv(columns: Sequence[str], rows: Sequence[Row], separator: str = ",") -> bytes:
    """A CSV file that Excel opens as what it is: UTF-8 with its mark, CRLF, every text in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows([harmless(row[name]) for name in columns] for row in rows)
    return (BOM + text.getvalue()).encode()


def as_json(rows: Sequence[Row]) -> bytes:
    """A JSON list, an object for each proposal; for programs, so nothing is put before formulas."""
    return (json.dumps(rows, ensure_ascii=False, indent=1, default=datetime.isoformat) + "\n").encode()


def as_xlsx(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """A workbook of one sheet, its first line fixed, with filters. Raises ConfigError without the library."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise ConfigError(
            "XLSX needs a library that is not installed: pip install 'callboard[xlsx]', or export csv"
        ) from error
    content = io.BytesIO()
    # Texts stay texts: no formula, link or number is made of them.
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {"in_memory": True, **never}) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"valign": "top", "text_wrap": True})
        sheet = book.add_worksheet("Proposals")
        for column, name in enumerate(columns):
            sheet.set_column(column, column, WIDE.get(name, 14))
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows, 1):
            for column, name in enumerate(columns):
                value = harmless(row[name])
                write = sheet.write_string if isinstance(value, str) else sheet.write_number
                write(line, column, value, plain)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(columns) - 1, 0))
    return content.getvalue()


def harmless(value: Any) -> str | int | float:
    """A cell: a number, or a text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        text = "; ".join(map(str, value))
    else:
        text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    # Control characters have no place in XML, nor a use in a cell.
    text = "".join(c for c in text if c.isprintable() or c in "\n\t").strip(" ")
    return (f"'{text}" if text.startswith(FORMULA) else text)[:LONGEST]
