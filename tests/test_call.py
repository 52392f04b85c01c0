"""The call's days and half-days, and half-days as people say them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call, Half, HalfDay, stretches

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2027, 6, 2)
MORNING, AFTERNOON = HalfDay(DAY, Half.MORNING), HalfDay(DAY, Half.AFTERNOON)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 6, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("starts", "ends", "halves"),
    [
        (None, None, ""),
        (at(2, 9), None, "2m 2a"),
        (at(2, 9), at(2, 17), "2m 2a"),
        (at(2, 9), at(2, 12, 30), "2m"),
        (at(2, 14), at(2, 17), "2a"),
        (at(2, 12), at(2, 13), "2a"),
        (at(1, 14), at(3, 12), "1a 2m 2a 3m"),
        (at(1, 0), at(2, 0), "1m 1a 2m 2a"),
        (at(1, 9), at(1, 9).replace(year=2028), ""),
    ],
)
def test_an_event_has_half_days_from_its_start_to_its_end(
    starts: datetime | None, ends: datetime | None, halves: str
) -> None:
    call = Call("Rencontres", timezone="Europe/Paris", starts=starts, ends=ends)

    assert " ".join(f"{half.day.day}{half.half[0]}" for half in call.half_days) == halves


def test_days_are_those_of_the_events_own_zone() -> None:
    tokyo = datetime(2027, 6, 2, 1, 0, tzinfo=ZoneInfo("UTC"))

    assert Call("c", timezone="Pacific/Auckland", starts=tokyo).days == (DAY,)
    assert Call("c", timezone="America/Lima", starts=tokyo).days == (date(2027, 6, 1),)


@pytest.mark.parametrize(
    "half", [MORNING, HalfDay(DAY, Half.AFTERNOON, not_before=time(14), not_after=time(16, 30))]
)
def test_json_keeps_a_half_day(half: HalfDay) -> None:
    assert HalfDay.from_json(half.as_json()) == half


@pytest.mark.parametrize(
    ("half", "starts", "ends", "held"),
    [
        (MORNING, at(2, 9), at(2, 9, 20), True),
        (MORNING, at(2, 11, 50), at(2, 12, 10), True),
        (MORNING, at(2, 14), at(2, 14, 20), False),
        (MORNING, at(3, 9), at(3, 9, 20), False),
        (HalfDay(DAY, Half.MORNING, not_before=time(11)), at(2, 10, 50), at(2, 11, 10), False),
        (HalfDay(DAY, Half.MORNING, not_before=time(11)), at(2, 11), at(2, 11, 20), True),
        (HalfDay(DAY, Half.AFTERNOON, not_after=time(16)), at(2, 15, 40), at(2, 16), True),
        (HalfDay(DAY, Half.AFTERNOON, not_after=time(16)), at(2, 15, 50), at(2, 16, 10), False),
    ],
)
def test_a_talk_lies_within_a_half_day(half: HalfDay, starts: datetime, ends: datetime, held: bool) -> None:
    assert half.holds(starts, ends) is held


@pytest.mark.parametrize(
    ("halves", "said"),
    [
        ((MORNING, AFTERNOON), ["all day"]),
        ((MORNING,), ["morning"]),
        ((HalfDay(DAY, Half.MORNING, not_before=time(11)), AFTERNOON), ["from 11:00"]),
        ((MORNING, HalfDay(DAY, Half.AFTERNOON, not_after=time(16))), ["until 16:00"]),
        ((HalfDay(DAY, Half.MORNING, not_after=time(10)), AFTERNOON), ["morning until 10:00", "afternoon"]),
        ((MORNING, HalfDay(DAY, Half.AFTERNOON, not_before=time(15))), ["morning", "afternoon from 15:00"]),
    ],
)
def test_what_noon_divides_is_said_in_one_piece(halves: tuple[HalfDay, ...], said: list[str]) -> None:
    assert [str(part) for part in stretches(halves)[DAY]] == said
