"""Programmes of our own invention that the arranger did not make: several days and rooms, and every awkward thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callboard.programme.timetable import Item, Kind, Listed, Programme, ProgrammeDay, ProgrammeSession
from callboard.proposals import ProposalCard, SpeakerCard
from programme_days import CALL, PARIS, card

HOSTILE: tuple[str, ...] = (
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %} {{< figure >}}",
    "Sur $\\sum_{i<n} x_i$ & \\(a\\) ]]> <!-- no",
    "مقدمة في تعلم الآلة \u202eevil\u202c",
    "🦫 Beavers & 🌊 floods 👩🏽‍🔬",
    "A long title " * 40,
    "Bell\x07, null\x00, escape\x1b[31m, \ud800 and \ufffe\uffff end",
    '=HYPERLINK("http://evil.example";"x")',
    "BEGIN:VEVENT\nSUMMARY:injected\r\nEND:VEVENT",
    "line\u2028separator; semicolon, comma\\backslash",
    "---\ntitle: other",
    "From nowhere: 100 % \"quoted\" 'single' # hash",
)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    """A moment of April 2027."""
    return datetime(2027, 4, day, hour, minute, tzinfo=zone)


def talk(number: int, start: datetime, room: str | None = None, minutes: int = 20, **changes: object) -> Item:
    """A talk whose card is `card(number)`."""
    fields: dict[str, object] = {"title": f"Exposé {number}", "speakers": ("Ada Sample",), "number": number}
    return Item(start, start + timedelta(minutes=minutes), Kind.TALK, room=room, **{**fields, **changes})  # type: ignore[arg-type]


def of_items(*items: Item, rooms: tuple[str, ...] = (), zone: str = "Europe/Paris") -> Programme:
    """A programme of these, by day."""
    days = sorted({item.start.date() for item in items})
    return Programme(
        zone,
        days=tuple(
            ProgrammeDay(
                day, tuple(sorted((i for i in items if i.start.date() == day), key=lambda i: i.start))
            )
            for day in days
        ),
        rooms=rooms,
    )


def two_days() -> tuple[Programme, tuple[ProposalCard, ...]]:
    """Two days, two rooms, what is for everybody, a poster session, a poster, and a talk without a time."""
    items = (
        Item(at(1, 9), at(1, 9, 10), Kind.OPENING),
        Item(
            at(1, 9, 10),
            at(1, 9, 55),
            Kind.INVITED,
            "Listening to gravel",
            ("Owen Prytherch",),
            "Aberystwyth",
        ),
        talk(1, at(1, 10), "Amphi"),
        talk(2, at(1, 10), "Salle 2", speakers=("Ben Sample",)),
        Item(at(1, 10, 20), at(1, 10, 40), Kind.BREAK),
        talk(3, at(1, 10, 40), "Amphi", speakers=("Ben Sample", "Chloé Ünal")),
        Item(at(1, 12), at(1, 13), Kind.LUNCH),
        Item(at(2, 9), at(2, 10), Kind.POSTERS, room="Salle 2"),
        talk(4, at(2, 10), "Amphi", minutes=40),
        Item(at(2, 10, 40), at(2, 11), Kind.BREAK),
        Item(at(2, 11), at(2, 11, 10), Kind.CLOSING),
    )
    made = of_items(*items, rooms=("Amphi", "Salle 2"))
    first = replace(
        made.days[0],
        sessions=(ProgrammeSession(at(1, 10), at(1, 10, 20), "Amphi", topic=1, chair="Zoé Çelik"),),
    )
    ada = SpeakerCard("Ada Sample", "Institut d’exemple", "ada@example.org")
    ben, chloe = SpeakerCard("Ben Sample", None, "ben@example.org"), SpeakerCard("Chloé Ünal", "CNRS", None)
    cards = (
        card(1, speakers=(ada,), keywords=("débit", "a, b; c")),
        card(2, speakers=(ben,), language="en", topics=(0,)),
        card(3, speakers=(ben, chloe)),
        card(4, speakers=(ada,)),
        card(5, format="poster", title="Une affiche"),
        card(6, title="Sans horaire"),
    )
    return (
        replace(
            made,
            days=(first, made.days[1]),
            posters=(Listed("Une affiche", ("Ada Sample",), number=5),),
            unscheduled=(Listed("Sans horaire", ("Ada Sample",), number=6),),
        ),
        cards,
    )


def hostile() -> tuple[Programme, tuple[ProposalCard, ...]]:
    """A day of titles, names, rooms, keywords and abstracts that want to be more than text."""
    start = at(1, 9)
    items, cards = [], []
    for number, words in enumerate(HOSTILE, 1):
        person = SpeakerCard(words, words, "s@example.org")
        begin = start + timedelta(minutes=20 * number)
        items.append(talk(number, begin, HOSTILE[number % 2], title=words, speakers=(words,)))
        cards.append(
            card(number, title=words, speakers=(person,), abstract=f"{words}\n\n{words}", keywords=(words,))
        )
    return of_items(*items, rooms=HOSTILE[:2]), tuple(cards)


HOSTILE_CALL = replace(CALL, title=HOSTILE[0], event=HOSTILE[0], place=HOSTILE[1], summary=HOSTILE[2])

NEW_YORK = "America/New_York"


def over_the_clock_change() -> Programme:
    """The night of 28 March 2027 in Paris: the hour from two to three is not there."""
    zone = ZoneInfo("Europe/Paris")
    begin = datetime(2027, 3, 28, 1, 30, tzinfo=zone)
    end = datetime(2027, 3, 28, 3, 30, tzinfo=zone)
    day = ProgrammeDay(
        date(2027, 3, 28), (Item(begin, end, Kind.TALK, "La nuit", ("Ada Sample",), number=1),)
    )
    return Programme("Europe/Paris", (day,))
