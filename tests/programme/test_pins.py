"""What organisers fix in the programme, in English and French: read, kept, and explained where it cannot be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from callboard.call import Call, Half, HalfDay
from callboard.config import ProgrammeConfig
from callboard.programme.arrange import arrange
from callboard.programme.makingway import making_way
from callboard.programme.pins import Pin, PinError, PinKind, read_pin
from callboard.programme.timetable import Clash, Item, Kind, Programme, Reason
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_days import CALL, PARIS, card

APRIL_1 = date(2027, 4, 1)
MORNING = HalfDay(APRIL_1, Half.MORNING)


def by(number: int, **fields: object) -> ProposalCard:
    """A talk by somebody of their own."""
    return card(number, speakers=(SpeakerCard(f"Speaker {number}"),), **fields)


def made(cards: tuple[ProposalCard, ...], *lines: str, call: Call = CALL, **settings: object) -> Programme:
    pins = tuple(read_pin(line) for line in lines)
    day = making_way(call, ProgrammeConfig(**settings), cards, pins)  # type: ignore[arg-type]
    return arrange(day, cards, None, pins, CALL.organisers)


def fixed(programme: Programme) -> dict[str, str]:
    """When what is no proposal begins: of the breaks the first."""
    items = [item for item in programme.items if item.number is None]
    return {(*item.speakers, item.kind.value)[0]: f"{item.start:%H:%M}" for item in reversed(items)}


def places(programme: Programme) -> dict[int | None, tuple[str, str | None]]:
    return {talk.number: (f"{talk.start:%H:%M}", talk.room) for talk in programme.talks}


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("12 at 14:00", Pin(PinKind.AT, (12,), "", at=time(14))),
        ("12 at 12am", Pin(PinKind.AT, (12,), "", at=time(0))),
        ("12 at 12pm", Pin(PinKind.AT, (12,), "", at=time(12))),
        ("12 at 2pm", Pin(PinKind.AT, (12,), "", at=time(14))),
        ("P-12 à 14h30", Pin(PinKind.AT, (12,), "", at=time(14, 30))),
        ("12 à 14 h", Pin(PinKind.AT, (12,), "", at=time(14))),
        ("12 on Tuesday at 9.30", Pin(PinKind.AT, (12,), "", at=time(9, 30), day=1)),
        ("12 before 15", Pin(PinKind.BEFORE, (12, 15), "")),
        ("#12 après 15", Pin(PinKind.BEFORE, (15, 12), "")),
        ("3 and 8 together", Pin(PinKind.TOGETHER, (3, 8), "")),
        ("8, 3 et 5 ensemble", Pin(PinKind.TOGETHER, (8, 3, 5), "")),
        ("5 not first", Pin(PinKind.NOT_FIRST, (5,), "")),
        ("pas 5 en premier", Pin(PinKind.NOT_FIRST, (5,), "")),
        ("7 le mardi", Pin(PinKind.ON, (7,), "", day=1)),
        ("7 on 2027-04-01", Pin(PinKind.ON, (7,), "", day=APRIL_1)),
        ("4 in B12", Pin(PinKind.ROOM, (4,), "", room="B12")),
        ("mets la 4 salle B12", Pin(PinKind.ROOM, (4,), "", room="B12")),
        ("12 should be on Friday", Pin(PinKind.ON, (12,), "", day=4)),
        ("12 in the morning", Pin(PinKind.ON, (12,), "", half=Half.MORNING)),
        ("12 before lunch", Pin(PinKind.ON, (12,), "", half=Half.MORNING)),
        ("12 on Tuesday afternoon", Pin(PinKind.ON, (12,), "", day=1, half=Half.AFTERNOON)),
        ("12 on Tuesday in the morning", Pin(PinKind.ON, (12,), "", day=1, half=Half.MORNING)),
        ("12 le matin", Pin(PinKind.ON, (12,), "", half=Half.MORNING)),
        ("12 dans la matinée", Pin(PinKind.ON, (12,), "", half=Half.MORNING)),
        ("12 l’après-midi", Pin(PinKind.ON, (12,), "", half=Half.AFTERNOON)),
        ("12 mardi matin", Pin(PinKind.ON, (12,), "", day=1, half=Half.MORNING)),
        ("12 le 2027-04-01 après-midi", Pin(PinKind.ON, (12,), "", day=APRIL_1, half=Half.AFTERNOON)),
    ],
)
def test_a_line_is_read(line: str, pin: Pin) -> None:
    read = read_pin(line)

    assert replace(read, text="") == pin
    assert read.text == line


@pytest.mark.parametrize(
    "line",
    [
        "12 at 25:00",
        "12 at 13am",
        "12 at 0pm",
        "12 à 14h75",
        "3 and 3 together",
        "5 before 5",
        "12",
        "",
        "1 " * 9999,
        "accept 12",
    ],
)
def test_what_is_no_pin_is_refused_with_its_words(line: str) -> None:
    with pytest.raises(PinError, match='"'):
        read_pin(line)


@pytest.mark.parametrize("room", ["Salle B", "Hall", "Amphi, ouest", "B12"])
@pytest.mark.parametrize("said", ["1 in {}", "1 dans {}", "1 en {}"])
def test_a_room_is_known_with_and_without_a_word_for_it(room: str, said: str) -> None:
    programme = made((by(1),), said.format(room), rooms=("A", room))

    assert programme.clashes == ()
    assert [talk.room for talk in programme.talks] == [room]


def test_a_letter_is_enough_for_a_room() -> None:
    assert [talk.room for talk in made((by(1),), "1 salle b", rooms=("Salle A", "Salle B")).talks] == [
        "Salle B"
    ]


@pytest.mark.parametrize("said", ["1 in Amphi 1", "1 dans amphi 1", "1 en amphi 1"])
def test_two_rooms_of_one_number_are_told_apart(said: str) -> None:
    for rooms in (("Salle 1", "Amphi 1"), ("Amphi 1", "Salle 1")):
        assert [talk.room for talk in made((by(1),), said, rooms=rooms).talks] == ["Amphi 1"]
        # The number alone means neither.
        assert len(made((by(1),), "1 in 1", rooms=rooms).clashes) == 1


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [("2 in the morning", "10:00", "12:29"), ("2 l’après-midi", "14:00", "17:00")],
)
def test_a_talk_is_in_the_half_of_the_day_that_it_is_pinned_to(line: str, first: str, last: str) -> None:
    for others in ((), tuple(by(n) for n in range(3, 9))):
        programme = made((by(1), by(2), *others), line)

        assert first <= places(programme)[2][0] <= last
        assert programme.clashes == ()


def test_without_lunch_the_afternoon_begins_at_noon() -> None:
    afternoon = (HalfDay(APRIL_1, Half.AFTERNOON),)

    for cards, lines in (((by(2, half_days=afternoon),), ()), ((by(2),), ("2 in the afternoon",))):
        programme = made(cards, *lines, lunch="", breaks=(), invited_at=("10:10", "11:00"))

        assert (places(programme), programme.clashes) == ({2: ("12:00", None)}, ())


def test_a_half_of_the_day_that_the_speaker_cannot_have_is_told() -> None:
    programme = made((by(2, half_days=(MORNING,)),), "2 in the afternoon")

    assert programme.clashes == (Clash("pins", (2,), pins=("2 in the afternoon",)),)


def test_a_talk_begins_when_it_is_pinned() -> None:
    assert places(made((by(1), by(2)), "2 at 15:00"))[2] == ("15:00", None)


def test_a_movable_invited_talk_gives_way_to_a_pin() -> None:
    usual = fixed(made((by(1),)))

    # The second invited talk opens the afternoon otherwise.
    at_once, meanwhile = made((by(1),), "1 at 14:00"), made((by(1),), "1 at 14:30")

    assert usual["Owen Prytherch"] == "14:00"
    for programme, at in ((at_once, "14:00"), (meanwhile, "14:30")):
        assert places(programme)[1] == (at, None)
        assert programme.clashes == ()
        assert fixed(programme) == usual | {"Owen Prytherch": "14:20" if at == "14:00" else "14:50"}
        assert programme.left_out == ()


def test_an_invited_talk_moves_for_no_talk_that_is_not_accepted() -> None:
    programme = made((by(1, state=State.SUBMITTED),), "1 at 14:00")

    assert fixed(programme) == fixed(made((by(1),)))
    (clash,) = programme.clashes
    assert clash.behind is not None
    assert (clash.behind.speakers, clash.until_accepted) == (("Owen Prytherch",), True)
    assert Programme.from_json(programme.as_json()) == programme


def test_the_sentence_says_that_an_accepted_talk_could_have_the_time() -> None:
    waiting = by(1, state=State.SUBMITTED)
    movable, timed = made((waiting,), "1 at 14:00"), made((waiting,), "1 at 14:45", invited_at=("", "14:30"))
    lunch = made((waiting,), "1 at 12:20")

    said = Templates().render(
        "pages/moves.txt",
        moves=(),
        clashes=(*movable.clashes, *timed.clashes, *lunch.clashes),
        prefix="P",
    )

    assert said.splitlines() == [
        "“1 at 14:00” cannot be yet: the invited talk by Owen Prytherch is from 14:00 to 14:45 on Thursday 1 April, "
        "and makes way once P-1 is accepted.",
        "“1 at 14:45” cannot be: the invited talk by Owen Prytherch is from 14:30 to 15:15 on Thursday 1 April.",
        "“1 at 12:20” cannot be: lunch is from 12:30 to 14:00 on Thursday 1 April.",
    ]


def test_an_invited_talk_goes_no_further_than_a_pin_asks() -> None:
    # At that time nothing is in the way, so nothing moves.
    assert fixed(made((by(1),), "1 at 15:00")) == fixed(made((by(1),)))


def test_a_talk_that_is_pinned_to_a_time_needs_only_one_day_of_several() -> None:
    two_days = replace(CALL, ends=CALL.ends + timedelta(days=1))  # type: ignore[operator]
    friday = (HalfDay(APRIL_1 + timedelta(days=1), Half.MORNING),)

    # On Thursday the first invited talk is then, on Friday the second.
    bound = made((by(1, half_days=friday),), "1 at 10:15", call=two_days)
    free = made((by(1),), "1 at 10:15", call=replace(two_days, invited=CALL.invited[:1]))

    assert (bound.clashes, free.clashes) == ((), ())
    assert {f"{talk.start:%d %H:%M}" for talk in (*bound.talks, *free.talks)} == {"02 10:15"}
    assert fixed(bound)["Maëlle Kerbrat"] == fixed(free)["Maëlle Kerbrat"] == "10:10"


def test_a_break_that_waits_for_an_invited_talk_waits_for_a_pinned_one_too() -> None:
    programme = made((by(1),), "1 at 11:00")

    assert places(programme)[1] == ("11:00", None)
    assert fixed(programme)["break"] == "11:20"
    assert programme.clashes == ()


@pytest.mark.parametrize(
    ("line", "settings", "kind", "who"),
    [
        ("1 at 14:45", {"invited_at": ("", "14:30")}, Kind.INVITED, ("Owen Prytherch",)),
        ("1 at 12:20", {}, Kind.LUNCH, ()),
        ("1 at 10:00", {}, Kind.OPENING, ()),
        ("1 at 15:35", {}, Kind.BREAK, ()),
        ("1 at 16:05", {"posters": "16:00-16:30"}, Kind.POSTERS, ()),
        ("1 at 16:45", {}, Kind.CLOSING, ()),
    ],
)
def test_what_is_in_the_way_of_a_pin_is_named(
    line: str, settings: dict[str, object], kind: Kind, who: tuple[str, ...]
) -> None:
    programme = made((by(1),), line, **settings)

    (clash,) = programme.clashes
    assert clash.pins == (line,)
    assert clash.behind is not None
    assert (clash.behind.kind, clash.behind.speakers) == (kind, who)
    assert Programme.from_json(programme.as_json()) == programme


def test_the_sentence_about_a_pin_names_what_is_in_its_way() -> None:
    invited = made((by(1),), "1 at 14:45", invited_at=("", "14:30"))
    lunch = made((by(1),), "1 at 12:20")

    said = Templates().render(
        "pages/moves.txt", moves=(), clashes=(*invited.clashes, *lunch.clashes), prefix="P"
    )

    assert said.splitlines() == [
        "“1 at 14:45” cannot be: the invited talk by Owen Prytherch is from 14:30 to 15:15 on Thursday 1 April.",
        "“1 at 12:20” cannot be: lunch is from 12:30 to 14:00 on Thursday 1 April.",
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.TALK}))
def test_there_are_words_for_everything_that_may_be_in_the_way(language: str, kind: Kind) -> None:
    behind = Item(datetime(2027, 4, 1, 10, tzinfo=PARIS), datetime(2027, 4, 1, 11, tzinfo=PARIS), kind)
    clash = Clash("pins", (1,), pins=("1 at 10:00",), behind=behind)
    template = f'{{% import "letters/{language}/_digest.txt" as say %}}{{{{ say.clash(one, "P", none) }}}}'

    said = Templates().environment.from_string(template).render(one=clash)

    assert re.search(
        r"\w+ (is|are|are shown) from 10:00|\w+ (a lieu|sont présentés) de 10\sh à 11\sh, le jeudi", said
    )


def test_where_the_speaker_cannot_come_nothing_is_in_the_way() -> None:
    # Lunch is then too, but without it the talk could not be there either.
    afternoon = (HalfDay(APRIL_1, Half.AFTERNOON),)

    (clash,) = made((by(1, half_days=afternoon),), "1 at 11:00").clashes

    assert clash.behind is None


def test_an_invited_talk_that_has_no_other_place_keeps_its_own() -> None:
    short = replace(CALL, ends=CALL.starts + timedelta(hours=1), invited=CALL.invited[:1])  # type: ignore[operator]

    programme = made((by(1),), "1 at 10:20", call=short)

    assert fixed(programme)["Maëlle Kerbrat"] == "10:00"
    (clash,) = programme.clashes
    assert clash.behind is not None
    assert clash.behind.speakers == ("Maëlle Kerbrat",)


def test_one_talk_comes_before_another_and_two_are_together() -> None:
    cards = tuple(by(n, topics=(n % 3,)) for n in range(1, 7))

    programme = made(cards, "6 before 1", "2 et 3 ensemble")

    found = places(programme)
    session = {
        n: next(
            i for i, s in enumerate(programme.days[0].sessions) if f"{s.start:%H:%M}" <= at < f"{s.end:%H:%M}"
        )
        for n, (at, _) in found.items()
    }
    assert found[6] < found[1]
    assert session[2] == session[3]


def test_rooms_run_side_by_side_and_nobody_is_in_two() -> None:
    both = (SpeakerCard("Ada Sample", email="ada@example.org"),)
    cards = (*(by(n) for n in range(1, 13)), card(20, speakers=both), card(21, speakers=both))

    programme = made(cards, "4 in B12", rooms=("Amphi", "B12"))

    found = places(programme)
    assert len(found) == 14
    assert found[4][1] == "B12"
    assert found[20][0] != found[21][0]
    for room in ("Amphi", "B12"):
        talks = sorted((t.start, t.end) for t in programme.talks if t.room == room)
        assert all(one[1] <= other[0] for one, other in pairwise(talks))


def test_the_fewest_pins_that_clash_are_named_and_the_rest_is_kept() -> None:
    programme = made((by(1), by(2), by(3)), "3 at 15:00", "1 before 2", "2 before 1")

    assert programme.clashes == (Clash("pins", (1, 2), pins=("1 before 2", "2 before 1")),)
    assert places(programme)[3] == ("15:00", None)
    assert len(places(programme)) == 3


def test_each_set_of_pins_that_clash_is_named() -> None:
    lines = ("1 before 2", "2 before 1", "3 at 12:45", "4 at 15:00", "4 at 14:45")

    programme = made((by(1), by(2), by(3), by(4)), *lines)

    told = {clash.pins for clash in programme.clashes}
    assert told == {lines[:2], lines[2:3], lines[3:]}


def test_of_many_pins_that_clash_only_some_are_named() -> None:
    cards = tuple(by(n) for n in range(1, 10))

    programme = made(cards, *(f"{n} at 15:00" for n in range(1, 10)))

    told = [clash.pins for clash in programme.clashes if clash.kind == "pins"]
    (kept,) = {talk.number for talk in programme.talks if f"{talk.start:%H:%M}" == "15:00"}
    assert len(told) == 5
    assert all(len(pins) == 2 and f"{kept} at 15:00" in pins for pins in told)


def test_too_many_talks_for_the_morning_say_how_much_is_free() -> None:
    cards = tuple(by(n, duration_minutes=40, half_days=(MORNING,)) for n in (1, 2, 3))

    programme = made(cards)

    (clash,) = programme.clashes
    assert (clash.kind, clash.numbers, clash.when) == ("times", (1, 2, 3), (MORNING,))
    assert clash.minutes == 120
    assert 0 < clash.free < 120
    assert len(places(programme)) == clash.free // 40


def test_sessions_have_the_topic_of_most_and_a_chair_who_has_no_part_in_it() -> None:
    own = SpeakerCard(CALL.organisers[0].name)
    cards = (card(1, topics=(1,), speakers=(own,)), by(2, topics=(1,)), by(3, topics=(1,)))

    (session,) = made(cards).days[0].sessions

    assert session.topic == 1
    assert session.chair == CALL.organisers[1].name  # the first speaks in it


def test_the_same_input_gives_the_same_bytes() -> None:
    cards = tuple(by(n, topics=(n % 3,)) for n in range(1, 12))

    assert made(cards, "2 at 15:00").as_json() == made(tuple(reversed(cards)), "2 at 15:00").as_json()


def test_invited_talks_keep_their_time_and_posters_theirs() -> None:
    programme = made((by(1),), invited_at=("14:30", ""), posters="16:00-16:30")

    fixed = {(item.kind.value, f"{item.start:%H:%M}") for item in programme.items if item.number is None}
    assert ("invited", "14:30") in fixed
    assert ("posters", "16:00") in fixed


def test_where_no_speaker_can_come_the_day_stands_and_every_talk_says_why() -> None:
    elsewhere = HalfDay(date(2027, 4, 9), Half.MORNING)

    programme = made((by(1, half_days=(elsewhere,)), by(2, half_days=(elsewhere,))), "1 at 15:00")

    assert programme.talks == ()
    assert [(entry.number, entry.reason) for entry in programme.left_out] == [
        (1, Reason.HALF_DAY),
        (2, Reason.HALF_DAY),
    ]
    assert [clash.kind for clash in programme.clashes] == ["pins"]


def test_a_pin_that_cannot_be_costs_its_talk_no_place() -> None:
    alone = made((by(1, half_days=(MORNING,)), by(2)), "1 at 15:00")
    both = made((by(1), by(2)), "1 at 15:00", "2 at 15:00")

    assert sorted(n for n in places(alone) if n) == [1, 2]
    assert alone.clashes == (Clash("pins", (1,), pins=("1 at 15:00",)),)
    assert sorted(n for n in places(both) if n) == [1, 2]
    assert both.clashes == (Clash("pins", (1, 2), pins=("1 at 15:00", "2 at 15:00")),)
    assert ("15:00", None) in places(both).values()  # the other pin is kept


def test_pins_are_kept_in_a_conference_that_is_solved_part_by_part() -> None:
    cards = tuple(by(n, topics=(n % 3,)) for n in range(1, 51))
    rooms = ("A", "B", "C", "D")

    programme = made(cards, "7 at 15:00", "9 in C", "11 before 12", "3 and 8 together", rooms=rooms)

    found = places(programme)
    assert programme.clashes == () or [c.kind for c in programme.clashes] == ["room"]
    assert (found[7][0], found[9][1]) == ("15:00", "C")
    assert found[11][0] < found[12][0]
    assert found[3][1] == found[8][1]


def test_a_talk_that_is_not_first_has_another_before_it() -> None:
    programme = made((by(1, topics=(0,)), by(2, topics=(1,)), by(3, topics=(2,))), "2 not first")

    (session,) = [s for s in programme.days[0].sessions if s.start <= _start(programme, 2) < s.end]
    assert _start(programme, 2) > min(t.start for t in programme.talks if t.start >= session.start)
    assert programme.clashes == ()


def test_a_talk_that_is_not_first_and_is_the_only_one_says_so() -> None:
    programme = made((by(2),), "2 not first", "9 at 15:00")

    assert list(places(programme)) == [2]
    assert programme.clashes == (Clash("pins", (2,), pins=("2 not first",)),)


def test_one_talk_is_before_another_in_the_next_room() -> None:
    lines = ("1 at 14:45", "1 in Amphi", "2 at 15:10", "2 in B12", "1 before 2")

    programme = made((by(1), by(2)), *lines, rooms=("Amphi", "B12"))

    assert places(programme) == {1: ("14:45", "Amphi"), 2: ("15:10", "B12")}
    assert programme.clashes == ()


def test_in_two_rooms_at_once_one_talk_is_not_before_the_other() -> None:
    lines = ("1 at 14:45", "2 at 15:00", "1 before 2")

    programme = made((by(1), by(2)), *lines, rooms=("Amphi", "B12"))

    assert programme.clashes == (Clash("pins", (1, 2), pins=lines),)


def test_the_pins_that_clash_are_found_behind_many_others() -> None:
    cards = tuple(by(n) for n in range(1, 13))
    fine = [f"{n} before {n + 1}" for n in range(1, 6)] + [f"{n} not first" for n in range(7, 10)]
    fine += [f"{n} on 2027-04-01" for n in range(1, 13)] + ["1 in A"]

    programme = made(cards, *fine, "12 at 15:00", "12 at 14:45", rooms=("A", "B"))

    assert programme.clashes == (Clash("pins", (12,), pins=("12 at 15:00", "12 at 14:45")),)


def test_pins_hold_in_a_conference_where_a_talk_is_not_first() -> None:
    cards = tuple(by(n, topics=(n % 3,)) for n in range(1, 51))

    programme = made(cards, "7 not first", "8 not first", rooms=("A", "B", "C", "D"))

    for number in (7, 8):
        mine = next(t for t in programme.talks if t.number == number)
        (session,) = [
            s for s in programme.days[0].sessions if s.room == mine.room and s.start <= mine.start < s.end
        ]
        assert any(session.start <= t.start < mine.start for t in programme.talks if t.room == mine.room)


def _start(programme: Programme, number: int) -> datetime:
    return next(talk.start for talk in programme.talks if talk.number == number)
