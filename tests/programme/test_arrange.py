"""Laying proposals into the day: decided first, by topic, with the fewest moves, and nothing lost."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from callboard.call import Half, HalfDay
from callboard.programme.timetable import Clash, Kind, Programme, Reason
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_days import CALL, card, full_cards, overfull_cards, programme

# One invited talk less makes the days below easier to count: 80, 90 and 65 minutes are free.
ONE_INVITED = replace(CALL, invited=CALL.invited[:1])

APRIL_1 = date(2027, 4, 1)
MORNING, AFTERNOON = HalfDay(APRIL_1, Half.MORNING), HalfDay(APRIL_1, Half.AFTERNOON)
AFTER_ELEVEN = replace(MORNING, not_before=time(11, 20))
UNTIL_THREE = replace(AFTERNOON, not_after=time(15))


def times(made: Programme) -> dict[int | None, str]:
    """When each proposal starts."""
    return {item.number: f"{item.start:%H:%M}" for item in made.talks}


def out(made: Programme) -> list[tuple[int | None, Reason | None]]:
    return [(entry.number, entry.reason) for entry in made.left_out]


def many(
    count: int, state: State = State.ACCEPTED, first: int = 1, **fields: object
) -> tuple[ProposalCard, ...]:
    return tuple(card(number, state, **fields) for number in range(first, first + count))


def test_a_day_shows_talks_between_the_fixed_items():
    made = programme(many(2), ONE_INVITED)

    assert [f"{item.start:%H:%M}-{item.end:%H:%M} {item.kind}" for item in made.days[0].items] == [
        "10:00-10:10 opening",
        "10:10-10:55 invited",
        "10:55-11:10 break",
        "11:10-11:30 talk",
        "11:30-11:50 talk",
        "12:30-14:00 lunch",
        "15:30-15:45 break",
        "16:50-17:00 closing",
    ]


def test_an_item_carries_title_speakers_and_number():
    people = (SpeakerCard("Ada Sample", "Institut"), SpeakerCard("Bo Exemple"))

    (talk,) = programme((card(7, title="Un titre", speakers=people),)).talks

    assert (talk.title, talk.speakers, talk.number, talk.undecided) == (
        "Un titre",
        ("Ada Sample", "Bo Exemple"),
        7,
        False,
    )


def test_decided_talks_come_before_undecided_ones_when_room_is_short():
    # Nine places of 20 minutes on the usual day.
    made = programme((*many(4, State.SUBMITTED), *many(9, first=5)))

    assert sorted(times(made)) == [5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert out(made) == [(number, Reason.NO_ROOM) for number in (1, 2, 3, 4)]


def test_undecided_talks_are_marked():
    made = programme((card(1, State.SUBMITTED), card(2, State.ACCEPTED), card(3, State.CONFIRMED)))

    assert {item.number: item.undecided for item in made.talks} == {1: True, 2: False, 3: False}


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_other_states_are_not_on_the_programme(state):
    made = programme((card(1, state), card(2, state, format="poster")))

    assert (made.talks, made.left_out, made.posters) == ((), (), ())


def test_a_topic_stays_in_one_session():
    cards = tuple(card(number, topics=(number % 3,)) for number in range(1, 10))

    made = programme(cards, ONE_INVITED)

    halves = [
        sorted({number % 3 for number, start in times(made).items() if number and low <= start < high})
        for low, high in (("10", "13"), ("13", "15:30"), ("15:30", "17"))
    ]
    assert sorted(halves) == [[0], [1], [2]]


def test_the_same_proposals_give_the_same_programme_in_any_order():
    cards = list(overfull_cards())
    first = programme(tuple(cards))
    random.Random(5).shuffle(cards)

    assert programme(tuple(cards)) == first


def test_a_new_draft_without_news_moves_nothing():
    first = programme(full_cards())

    assert programme(full_cards(), previous=first) == first


def test_a_withdrawn_talk_moves_nobody():
    before = programme(many(6))

    after = programme(tuple(c for c in many(6) if c.number != 2), previous=before)

    assert times(after) == {number: start for number, start in times(before).items() if number != 2}


def test_a_newcomer_takes_the_gap_and_moves_nobody():
    before = programme(many(9))
    freed = tuple(c for c in many(9) if c.number != 4)

    after = programme((*freed, card(10)), previous=before)

    assert times(after) == {10 if number == 4 else number: start for number, start in times(before).items()}


def test_an_accepted_newcomer_prefers_a_free_place_to_one_of_an_undecided_talk():
    before = programme(many(8, State.SUBMITTED))

    after = programme((*many(8, State.SUBMITTED), card(9, State.ACCEPTED)), previous=before)

    assert {number: times(after)[number] for number in range(1, 9)} == times(before)


def test_an_accepted_newcomer_takes_the_place_of_one_undecided_talk_on_a_full_day():
    before = programme(many(9, State.SUBMITTED))

    after = programme((*many(9, State.SUBMITTED), card(10, State.ACCEPTED)), previous=before)

    gone = [number for number, _ in out(after)]
    assert len(gone) == 1
    assert times(after)[10] == times(before)[gone[0]]
    stayed = {n: start for n, start in times(before).items() if n not in gone}
    assert {n: start for n, start in times(after).items() if n != 10} == stayed


def test_two_small_gaps_are_closed_up_when_only_that_makes_room():
    # 80 minutes are free; when the first and the third go, two quarters of an hour are apart.
    morning = replace(ONE_INVITED, ends=CALL.starts.replace(hour=12, minute=40))  # type: ignore[union-attr]
    minutes = {1: 15, 2: 20, 3: 15, 4: 20}
    before = programme(tuple(card(n, duration_minutes=m) for n, m in minutes.items()), morning)
    assert times(before) == {1: "11:10", 2: "11:25", 3: "11:45", 4: "12:00"}

    after = programme((card(2), card(4), card(5, duration_minutes=40)), morning, before)

    assert times(after) == {2: "11:10", 4: "11:30", 5: "11:50"}


def test_a_talk_that_grew_stays_when_the_minutes_after_it_are_free():
    before = programme((card(1),))

    after = programme((card(1, duration_minutes=30),), previous=before)

    assert times(after) == times(before)
    assert [item.minutes for item in after.talks] == [30]


@pytest.mark.parametrize(("wished", "given"), [(None, 20), (15, 15), (30, 30), (1, 5), (0, 20), (600, 45)])
def test_a_talk_is_as_long_as_wished_within_reason(wished, given):
    (talk,) = programme((card(1, duration_minutes=wished),)).talks

    assert talk.minutes == given


def test_minutes_to_change_are_kept_between_two_talks():
    made = programme(many(3), ONE_INVITED, change_minutes=5)

    assert sorted(times(made).values()) == ["11:10", "11:35", "12:00"]


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)])
def test_talks_follow_each_other_while_the_clocks_change(night: date):
    hours = datetime.combine(night, time(0, 30), CALL.zone), datetime.combine(night, time(6), CALL.zone)
    call = replace(CALL, starts=hours[0], ends=hours[1], invited=())

    made = programme(many(20), call, lunch="", breaks=[])

    spans = [(talk.start.astimezone(UTC), talk.end.astimezone(UTC)) for talk in made.talks]
    assert {end - start for start, end in spans} == {timedelta(minutes=20)}
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)])
def test_wall_times_count_in_a_session_in_which_the_clocks_change(night: date):
    hours = datetime.combine(night, time(0, 30), CALL.zone), datetime.combine(night, time(8), CALL.zone)
    call = replace(CALL, starts=hours[0], ends=hours[1], invited=())
    late = HalfDay(night, Half.MORNING, not_before=time(5, 30), not_after=time(6, 15))

    made = programme((card(1, half_days=(late,), duration_minutes=45), card(2)), call, lunch="", breaks=[])
    pinned = programme((card(2),), call, pins=("2 at 07:00",), lunch="", breaks=[])

    assert times(made)[1] == "05:30"
    assert times(pinned)[2] == "07:00"


def test_a_talk_longer_than_every_session_says_so():
    short = replace(CALL, invited=(), ends=CALL.starts.replace(hour=10, minute=30))  # type: ignore[union-attr]

    made = programme((card(1, duration_minutes=45), card(2)), short)

    assert out(made) == [(1, Reason.TOO_LONG)]


def test_a_talk_that_asks_for_more_than_any_may_have_is_shortened_and_said_to_be():
    cards = (card(1, duration_minutes=300), card(2, State.SUBMITTED, duration_minutes=300))

    made = programme(cards)

    assert [talk.minutes for talk in made.talks] == [45, 45]
    assert made.clashes == (Clash("length", (1,), 300, 45),)
    said = Templates().render("pages/moves.txt", moves=(), clashes=made.clashes, prefix="P").strip()
    assert said.startswith("P-1 asks for 300 minutes and gets 45: ")


def test_as_many_accepted_talks_as_can_be_have_a_place():
    made = programme((*many(9), card(10, duration_minutes=45)))

    assert sorted(n for n in times(made) if n) == list(range(1, 10))
    assert out(made) == [(10, Reason.NO_ROOM)]
    assert [(c.kind, c.free) for c in made.clashes] == [("room", 190)]


def test_posters_and_demonstrations_stand_apart():
    made = programme(
        (card(1, format="poster"), card(2, State.SUBMITTED, format="demo"), card(3, format="talk"))
    )

    assert [(entry.number, entry.undecided) for entry in made.posters] == [(1, False), (2, True)]
    assert list(times(made)) == [3]


def test_a_speaker_who_can_come_only_in_one_half_gets_it():
    made = programme((card(1, half_days=(AFTERNOON,)), card(2, half_days=(MORNING,))))

    assert {number: start[:2] for number, start in times(made).items()} == {1: "14", 2: "11"}


def test_a_half_day_that_is_full_or_absent_is_the_reason():
    afternoon = replace(CALL, starts=CALL.starts.replace(hour=14))  # type: ignore[union-attr]

    made = programme((card(1, half_days=(MORNING,)), card(2)), afternoon)

    assert out(made) == [(1, Reason.HALF_DAY)]
    assert list(times(made)) == [2]


def test_a_speaker_who_comes_late_or_leaves_early_is_placed_between():
    cards = (card(1, half_days=(AFTER_ELEVEN,)), card(2), card(3, half_days=(UNTIL_THREE,)))

    made = programme(cards, ONE_INVITED)

    starts, ends = AFTER_ELEVEN.not_before, UNTIL_THREE.not_after
    placed = {talk.number: talk for talk in made.talks}
    assert sorted(placed) == [1, 2, 3]
    assert starts <= placed[1].start.time() < time(12)
    assert time(12) <= placed[3].start.time() < placed[3].end.time() <= ends


def test_without_hours_talks_are_listed_without_times():
    made = programme((card(2, State.SUBMITTED), card(1), card(3, format="poster")), replace(CALL, ends=None))

    assert made.days == ()
    assert [(e.number, e.undecided, e.reason) for e in made.unscheduled] == [
        (None, False, None),
        (None, False, None),
        (1, False, None),
        (2, True, None),
    ]
    assert [entry.number for entry in made.posters] == [3]


def test_invited_talks_without_a_place_are_left_out_first():
    short = replace(CALL, ends=CALL.starts.replace(hour=11))  # type: ignore[union-attr]

    made = programme((), short)

    assert [(e.title, e.affiliation, e.reason) for e in made.left_out] == [
        (CALL.invited[1].title, CALL.invited[1].affiliation, Reason.NO_ROOM)
    ]


def test_json_keeps_the_programme_and_its_zone():
    made = programme(overfull_cards())

    back = Programme.from_json(json.loads(json.dumps(made.as_json())))

    assert back == made
    assert back.talks[0].start.tzinfo == made.talks[0].start.tzinfo
    assert back.as_json() == made.as_json()


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_nothing_overlaps_and_a_second_look_changes_nothing(seed):
    chance = random.Random(seed)
    cards = tuple(
        card(
            number,
            chance.choice(list(State)),
            topics=tuple(chance.sample(range(3), chance.randint(0, 2))),
            duration_minutes=chance.choice([None, None, 10, 20, 30, 60]),
            half_days=chance.choice(
                [None, None, (MORNING,), (AFTERNOON,), (MORNING, UNTIL_THREE), (AFTER_ELEVEN,)]
            ),
            format=chance.choice([None, None, "poster"]),
        )
        for number in range(1, chance.randint(2, 25))
    )
    settings = {"change_minutes": chance.choice([0, 5])}
    before = programme(tuple(c for c in cards if chance.random() < 0.7), **settings)

    made = programme(cards, previous=before, **settings)

    shown = [e.number for e in (*made.talks, *made.left_out, *made.posters)]
    wanted = {State.ACCEPTED, State.CONFIRMED, State.SUBMITTED}
    waiting = {c.number for c in cards if c.state is State.WAITLISTED}
    assert sorted(n for n in shown if n and n not in waiting) == [
        c.number for c in cards if c.state in wanted
    ]
    # Who waits is in a gap or nowhere.
    assert waiting.isdisjoint(e.number for e in (*made.left_out, *made.posters))
    items = made.days[0].items
    assert all(one.end <= two.start for one, two in pairwise(items))
    assert [i for i in items if i.kind is not Kind.TALK] == [
        i for i in programme(()).days[0].items if i.kind is not Kind.TALK
    ]
    assert programme(cards, previous=made, **settings) == made


def test_talks_of_one_level_are_in_one_session():
    levels = {1: "beginner", 2: "advanced", 3: "beginner", 4: "advanced"}
    # Two sessions of two talks, a break between them.
    call = replace(CALL, invited=(), ends=CALL.starts + timedelta(hours=1, minutes=40))  # type: ignore[operator]

    def together(cards: tuple[ProposalCard, ...]) -> list[list[int | None]]:
        made = programme(cards, call, lunch="", breaks=["10:45-11:00"], opening_minutes=0, closing_minutes=0)
        items = made.days[0].items
        pause = next(item for item in items if item.kind is Kind.BREAK)
        return [[t.number for t in made.talks if (t.start < pause.start) is first] for first in (True, False)]

    assert sorted(together(tuple(card(n, level=level) for n, level in levels.items()))) == [[1, 3], [2, 4]]


def test_talks_of_one_level_follow_each_other_in_a_session():
    levels = {1: "advanced", 2: None, 3: "beginner", 4: "advanced", 5: "beginner", 6: "intermediate"}
    cards = tuple(card(n, level=level) for n, level in levels.items())
    call = replace(CALL, invited=(), ends=CALL.starts + timedelta(hours=2, minutes=20))  # type: ignore[operator]

    made = programme(cards, call, lunch="", breaks=[])

    assert [talk.number for talk in made.talks] == [3, 5, 6, 1, 4, 2]


def test_talks_of_one_language_follow_each_other_in_a_session():
    spoken = {1: (0, "fr"), 2: (0, "en"), 3: (0, "fr"), 4: (1, "fr"), 5: (1, "en"), 6: (1, "fr")}
    cards = tuple(card(n, topics=(topic,), language=language) for n, (topic, language) in spoken.items())
    # One session that takes them all.
    call = replace(CALL, invited=(), ends=CALL.starts + timedelta(hours=2, minutes=20))  # type: ignore[operator]

    made = programme(cards, call, lunch="", breaks=[])

    # Each topic in one piece, and where they meet the language goes on.
    assert [talk.number for talk in made.talks] == [1, 3, 2, 5, 4, 6]
