"""The code in a digest: whose it is, until when, and what of it survives a mail system."""

from __future__ import annotations

from datetime import date

import pytest

from callboard.desk.tokens import Seal, check, code

KEY, ODILE, TODAY = b"k" * 32, "odile@callboard.test", date(2027, 2, 1)
GOOD = code(KEY, ODILE, date(2027, 3, 1))
OLD = code(KEY, ODILE, date(2027, 1, 31))
TOMS = code(KEY, "tom@reed.example", date(2027, 3, 1))


@pytest.mark.parametrize(
    ("texts", "seal"),
    [
        ([GOOD], Seal.GOOD),
        ([f"<digest.3.0.{GOOD}@callboard.test>"], Seal.GOOD),
        ([GOOD.upper()], Seal.GOOD),
        ([f"> le code : {GOOD}."], Seal.GOOD),
        ([code(KEY, ODILE, TODAY)], Seal.GOOD),
        ([OLD], Seal.EXPIRED),
        ([OLD, GOOD], Seal.GOOD),
        ([TOMS], Seal.FOREIGN),
        ([TOMS, GOOD], Seal.GOOD),
        ([GOOD.replace("270301", "280301")], Seal.FOREIGN),
        ([GOOD[:-1]], Seal.ABSENT),
        ([code(b"other" * 8, ODILE, date(2027, 3, 1))], Seal.FOREIGN),
        ([], Seal.ABSENT),
    ],
)
def test_a_code_speaks_for_its_own_address_until_its_day(texts: list[str], seal: Seal) -> None:
    assert check(KEY, ODILE, texts, TODAY) is seal


def test_the_case_of_an_address_does_not_matter() -> None:
    assert check(KEY, ODILE.upper(), [GOOD], TODAY) is Seal.GOOD
