"""Tables of labels above values."""

from __future__ import annotations

import time

from callboard.reading.layout import lines_of
from callboard.reading.tables import turned


def texts(text):
    return [line.text for line in turned(lines_of(text))]


def test_a_row_of_labels_stands_before_its_values():
    table = "Hello\n| Title | Length |\n|---|:-:|\n| Maps | 20 min |\nBye"

    assert texts(table) == ["Hello", "| Title | Maps", "| Length | 20 min", "Bye"]


def test_a_turned_cell_keeps_its_place():
    table = "Hello\n| Title | Length |\n|---|---|\n| Maps | 20 min |"

    cells = turned(lines_of(table))[1:]

    assert [table[cell.start : cell.end] for cell in cells] == ["Maps", "20 min"]


def test_a_table_of_anything_else_stays_as_it_is():
    table = "| Apples | Pears |\n|---|---|\n| 3 | 4 |"

    assert texts(table) == table.split("\n")


def test_tabs_part_a_table_where_every_cell_of_its_first_row_is_a_label():
    table = "Name\tAffiliation\nAda Moreau\tLIRE\nKarl Oder\tTU"
    form = "Name\tAda Moreau\nAffiliation\tLIRE"

    assert texts(table) == [
        "| Name | Ada Moreau",
        "| Affiliation | LIRE",
        "| Name | Karl Oder",
        "| Affiliation | TU",
    ]
    assert texts(form) == form.split("\n")


def test_a_row_with_other_cells_ends_the_table():
    table = "| Title | Length |\n|---|---|\n| Maps | 20 min |\n| only one |"

    assert texts(table) == ["| Title | Maps", "| Length | 20 min", "| only one |"]


def test_a_wall_of_bars_is_passed_in_time():
    wall = "\n".join(["|" * 5_000, "|" + "-|" * 5_000, "| Title | Length |"] * 40)
    began = time.process_time()

    assert texts(wall) == wall.split("\n")
    assert time.process_time() - began < 5
