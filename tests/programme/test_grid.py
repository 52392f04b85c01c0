"""The empty day: what is announced is kept, what is not announced has sensible defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from callboard.call import Call, InvitedTalk
from callboard.config import ProgrammeConfig
from callboard.programme.grid import Grid, build
from programme_days import PARIS


def grid(starts: str | None, ends: str | None, invited: int = 2, **settings: object) -> Grid:
    call = Call(
        title="Journée",
        timezone="Europe/Paris",
        starts=datetime.fromisoformat(starts).replace(tzinfo=PARIS) if starts else None,
        ends=datetime.fromisoformat(ends).replace(tzinfo=PARIS) if ends else None,
        invited=tuple(InvitedTalk(f"I{number}") for number in range(1, invited + 1)),
    )
    return build(call, ProgrammeConfig(**settings))  # type: ignore[arg-type]


def shape(grid: Grid, day: int = 0) -> list[str]:
    """Fixed items and free sessions in the order of time."""
    fixed = [(i.start, i.end, i.title or i.kind.value) for i in grid.days[day].fixed]
    free = [(s.start, s.end, "...") for s in grid.days[day].sessions]
    return [f"{start:%H:%M}-{end:%H:%M} {what}" for start, end, what in sorted(fixed + free)]


def test_hours_and_two_invited_talks_make_a_day():
    assert shape(grid("2027-04-01T10:00", "2027-04-01T17:00")) == [
        "10:00-10:10 opening",
        "10:10-10:55 I1",
        "10:55-11:10 break",
        "11:10-12:30 ...",
        "12:30-14:00 lunch",
        "14:00-14:45 I2",
        "14:45-15:30 ...",
        "15:30-15:45 break",
        "15:45-16:50 ...",
        "16:50-17:00 closing",
    ]


def test_without_invited_talks_the_day_is_for_proposals():
    assert shape(grid("2027-04-01T10:00", "2027-04-01T17:00", invited=0)) == [
        "10:00-10:10 opening",
        "10:10-10:45 ...",
        "10:45-11:00 break",
        "11:00-12:30 ...",
        "12:30-14:00 lunch",
        "14:00-15:30 ...",
        "15:30-15:45 break",
        "15:45-16:50 ...",
        "16:50-17:00 closing",
    ]


def test_a_third_invited_talk_follows_a_break():
    assert shape(grid("2027-04-01T10:00", "2027-04-01T17:00", invited=3))[:6] == [
        "10:00-10:10 opening",
        "10:10-10:55 I1",
        "10:55-11:10 break",
        "11:10-11:55 I2",
        "11:55-12:30 ...",
        "12:30-14:00 lunch",
    ]


def test_invited_talks_that_fit_nowhere_are_named():
    crowded = grid("2027-04-01T14:00", "2027-04-01T16:00", invited=3)

    assert [i.title for i in crowded.days[0].fixed if i.title] == ["I1", "I2"]
    assert [talk.title for talk in crowded.unplaced] == ["I3"]


def test_an_afternoon_has_no_lunch():
    assert shape(grid("2027-04-01T14:00", "2027-04-01T17:00", invited=1)) == [
        "14:00-14:10 opening",
        "14:10-14:55 I1",
        "14:55-15:30 ...",
        "15:30-15:45 break",
        "15:45-16:50 ...",
        "16:50-17:00 closing",
    ]


def test_a_morning_that_ends_within_lunch_time_has_no_lunch():
    assert shape(grid("2027-04-01T09:00", "2027-04-01T13:00", invited=0)) == [
        "09:00-09:10 opening",
        "09:10-10:45 ...",
        "10:45-11:00 break",
        "11:00-12:50 ...",
        "12:50-13:00 closing",
    ]


def test_a_short_meeting_has_no_ceremony():
    assert shape(grid("2027-04-01T16:00", "2027-04-01T17:00", invited=0)) == ["16:00-17:00 ..."]


def test_a_break_that_nothing_could_follow_is_dropped():
    assert shape(grid("2027-04-01T14:00", "2027-04-01T16:00", invited=0)) == [
        "14:00-14:10 opening",
        "14:10-15:50 ...",
        "15:50-16:00 closing",
    ]


def test_settings_shape_the_day():
    day = grid(
        "2027-04-01T09:00",
        "2027-04-01T12:00",
        invited=1,
        lunch="",
        breaks=("10:30-10:40", "10:00-10:20"),
        invited_minutes=60,
        opening_minutes=0,
        closing_minutes=20,
    )

    assert shape(day) == [
        "09:00-10:00 I1",
        "10:00-10:20 break",
        "10:20-10:30 ...",
        "10:30-10:40 break",
        "10:40-11:40 ...",
        "11:40-12:00 closing",
    ]


def test_several_days_have_the_same_hours_one_opening_and_one_closing():
    days = grid("2027-04-01T09:30", "2027-04-02T12:30", invited=2)

    assert shape(days, 0) == [
        "09:30-09:40 opening",
        "09:40-10:25 I1",
        "10:25-10:45 ...",
        "10:45-11:00 break",
        "11:00-12:30 ...",
    ]
    assert shape(days, 1) == [
        "09:30-10:15 I2",
        "10:15-10:45 ...",
        "10:45-11:00 break",
        "11:00-12:20 ...",
        "12:20-12:30 closing",
    ]


def test_from_an_afternoon_to_a_morning_includes_the_evening_and_the_morning():
    days = grid("2027-04-01T14:00", "2027-04-02T12:00", invited=0, breaks=())

    assert shape(days, 0) == ["14:00-14:10 opening", "14:10-18:00 ..."]
    assert shape(days, 1) == ["09:00-11:50 ...", "11:50-12:00 closing"]


def test_a_clock_change_between_two_days_keeps_the_wall_times():
    # In 2027 the clocks of Paris go forward in the night to 28 March.
    days = grid("2027-03-27T09:00", "2027-03-28T17:00", invited=0)
    starts = [day.sessions[0].start for day in days.days]

    assert [start.isoformat() for start in starts] == [
        "2027-03-27T09:10:00+01:00",
        "2027-03-28T09:00:00+02:00",
    ]


def test_hours_announced_in_another_zone_are_told_in_the_calls():
    call = Call(
        title="x",
        timezone="Europe/Paris",
        starts=datetime.fromisoformat("2027-04-01T08:00:00+00:00"),
        ends=datetime.fromisoformat("2027-04-01T09:00:00+00:00"),
    )

    assert shape(build(call, ProgrammeConfig())) == ["10:00-11:00 ..."]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (None, None),
        ("2027-04-01T10:00", None),
        (None, "2027-04-01T17:00"),
        ("2027-04-01T00:00", "2027-04-01T23:59"),
        ("2027-04-01T00:00", "2027-04-02T00:00"),
        ("2027-04-01T17:00", "2027-04-01T10:00"),
        ("2027-04-01T10:00", "2037-04-01T17:00"),
    ],
)
def test_hours_that_are_not_known_give_no_days(starts, ends):
    unknown = grid(starts, ends)

    assert unknown.days == ()
    assert [talk.title for talk in unknown.unplaced] == ["I1", "I2"]


@pytest.mark.parametrize("invited", range(9))
@pytest.mark.parametrize("hours", [1, 2, 3, 5, 8, 11])
def test_every_minute_is_used_once_and_every_invited_talk_is_accounted_for(invited, hours):
    start = datetime(2027, 4, 1, 8, 30)
    made = grid(start.isoformat(), (start + timedelta(hours=hours)).isoformat(), invited)

    day = made.days[0]
    spans = sorted([(i.start, i.end) for i in day.fixed] + [(s.start, s.end) for s in day.sessions])
    assert spans[0][0] == start.replace(tzinfo=PARIS)
    assert spans[-1][1] == (start + timedelta(hours=hours)).replace(tzinfo=PARIS)
    assert [end for _, end in spans[:-1]] == [begin for begin, _ in spans[1:]]
    shown = [i.title for i in day.fixed if i.title] + [talk.title for talk in made.unplaced]
    assert sorted(shown) == [f"I{number}" for number in range(1, invited + 1)]


def test_the_same_call_gives_the_same_grid():
    first = grid("2027-04-01T10:00", "2027-04-03T17:00", 5)

    assert grid("2027-04-01T10:00", "2027-04-03T17:00", 5) == first
    assert replace(first, talk_minutes=25) != first


def test_a_day_may_have_hours_of_its_own_or_none():
    made = grid(
        "2027-04-01T09:00",
        "2027-04-03T18:00",
        invited=0,
        hours={"2027-04-01": "14:00-17:00", "2027-04-02": ""},
    )

    assert [(str(day.date), day.sessions[0].start.hour, day.sessions[-1].end.hour) for day in made.days] == [
        ("2027-04-01", 14, 17),
        ("2027-04-03", 9, 17),
    ]
    assert [item.kind for item in made.days[1].fixed][-1] == "closing"


def test_hours_of_days_are_enough_where_the_announcement_says_none():
    made = grid("2027-04-01T00:00", "2027-04-02T00:00", invited=0, hours={"2027-04-01": "09:00-12:00"})

    assert shape(made) == [
        "09:00-09:10 opening",
        "09:10-10:45 ...",
        "10:45-11:00 break",
        "11:00-11:50 ...",
        "11:50-12:00 closing",
    ]


def test_hours_hold_on_the_day_that_the_clocks_change():
    made = grid(
        "2027-03-27T09:00", "2027-03-28T18:00", invited=0, hours={"2027-03-28": "01:00-06:00"}, lunch=""
    )

    assert [s.minutes for s in made.days[1].sessions] == [290 - 60]


# In 2027 the clocks of Paris go forward from 2:00 to 3:00 on 28 March, and back from 3:00 to 2:00 on 31 October.
@pytest.mark.parametrize(("night", "hours"), [("2027-03-28", 4), ("2027-10-31", 6)])
@pytest.mark.parametrize("invited", range(5))
def test_what_is_fixed_lasts_as_long_while_the_clocks_change(night: str, hours: int, invited: int):
    made = grid(
        f"{night}T01:00",
        f"{night}T06:00",
        invited,
        lunch="",
        breaks=("01:50-02:05", "02:50-03:05", "04:00-04:15"),
    )

    day, lengths = made.days[0], {"invited": 45, "break": 15, "opening": 10, "closing": 10}
    spans = [(i.start.astimezone(UTC), i.end.astimezone(UTC)) for i in (*day.fixed, *day.sessions)]
    assert all(
        (i.end.astimezone(UTC) - i.start.astimezone(UTC)).seconds == 60 * lengths[i.kind] for i in day.fixed
    )
    assert all(one[1] == other[0] for one, other in pairwise(sorted(spans)))
    assert max(end for _, end in spans) - min(start for start, _ in spans) == timedelta(hours=hours)
    assert len([i for i in day.fixed if i.kind == "invited"]) + len(made.unplaced) == invited


@pytest.mark.parametrize(("night", "begins"), [("2027-03-28", "03:30+02:00"), ("2027-10-31", "02:30+02:00")])
def test_a_time_that_the_clocks_skip_or_repeat_is_one_moment(night: str, begins: str):
    made = grid(f"{night}T01:00", f"{night}T06:00", 1, invited_at=("02:30",), lunch="", breaks=())

    (item,) = [i for i in made.days[0].fixed if i.kind == "invited"]
    assert item.start.isoformat() == f"{night}T{begins[:5]}:00{begins[5:]}"
    assert item.minutes == 45
