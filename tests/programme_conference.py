"""A conference of our own invention: three days, four rooms, posters, and two people of one name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, cycle

from callboard.call import Call, Topic
from callboard.programme.timetable import (
    Item,
    Kind,
    Listed,
    Programme,
    ProgrammeDay,
    ProgrammeSession,
)
from callboard.proposals import ProposalCard, SpeakerCard, State
from programme_days import ABSTRACT_EN, ABSTRACT_FR, CALL, PARIS, card

ROOMS = ("Amphi Élisée-Reclus", "Salle Doubs", "Salle Loue", "Atelier")

TOPICS = (
    "mesurer le débit et la température",
    "cartographier les crues anciennes",
    "associer les riverains à l’observation des cours d’eau, de la source à la mer",
    "restaurer et rendre compte",
)

CONFERENCE = replace(
    CALL,
    title="Rivières de demain : colloque international sur l’observation, la mémoire et le partage des cours d’eau",
    event="Rivières de demain : colloque international sur l’observation, la mémoire et le partage des cours d’eau",
    summary="Quatrième rencontre du réseau Eaux courantes",
    place="Maison de l’Université, Besançon",
    starts=datetime(2027, 6, 1, 9, 0, tzinfo=PARIS),
    ends=datetime(2027, 6, 3, 17, 0, tzinfo=PARIS),
    topics=tuple(Topic(text) for text in TOPICS),
)

TITLES = (
    ("Sonder une rivière sans y entrer", "fr"),
    ("Radar at the bridge: two years of surface velocity, and what the wind does to them", "en"),
    ("Ce que les archives notariales disent des digues", "fr"),
    ("Un thermomètre par kilomètre : retour sur un réseau de bénévoles, ses pannes et ses trouvailles", "fr"),
    ("Sediment budgets from citizen photographs", "en"),
    ("Barrages effacés, dix ans après", "fr"),
    ("Open rating curves", "en"),
    (
        "L’étiage vu par les moulins : quatre siècles de registres de chômage des usines hydrauliques du Doubs",
        "fr",
    ),
    ("Oral histories of floods: how to ask, what to keep", "en"),
    ("Quand la nappe répond", "fr"),
    ("Modéliser l’incertitude des jaugeages par ADCP en régime non permanent", "fr"),
    ("Beavers as hydrologists", "en"),
)

FIRST = (
    "Éloïse",
    "Siobhán",
    "Côme",
    "Gaëtan",
    "Ana",
    "Wojciech",
    "Bérengère",
    "Loïc",
    "Anaïs",
    "Øystein",
    "Maïwenn",
)
LAST = (
    "Thévenard",
    "Ní Dhomhnaill",
    "d’Ornano",
    "Le Floc’h",
    "Petrović",
    "Żółkowski",
    "Faÿ",
    "Brâncuși",
    "Kårstad",
)
PLACES = (
    "Syndicat de la Loue",
    "University of Galway",
    "Archives départementales du Doubs",
    "INRAE Lyon",
    "Univerzitet u Novom Sadu",
    "AGH Kraków",
    None,
)

# Two people of one name, each with a talk of their own.
PEOPLE = (
    ("Jean Martin", "Université de Liège"),
    ("Jean Martin", "CNRS, Chrono-environnement"),
    *(
        (f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]}", PLACES[n % len(PLACES)])
        for n in range(len(FIRST) * len(LAST))
    ),
)


def three_days() -> tuple[Call, Programme, tuple[ProposalCard, ...]]:
    """The call, its programme and the proposals that it names."""
    numbers, titles, people = count(1), cycle(TITLES), cycle(PEOPLE)
    cards: list[ProposalCard] = []

    def talk(start: datetime, minutes: int, room: str) -> Item:
        number, (title, language), (name, at) = next(numbers), next(titles), next(people)
        state = State.SUBMITTED if number % 17 == 0 else State.ACCEPTED
        french = language == "fr"
        cards.append(
            card(
                number,
                state,
                title=title,
                language=language,
                speakers=(SpeakerCard(name, at),),
                abstract=ABSTRACT_FR if french else ABSTRACT_EN,
                keywords=("débit", "données ouvertes") if french else (),
            )
        )
        end = start + timedelta(minutes=minutes)
        return Item(
            start,
            end,
            Kind.TALK,
            title,
            (name,),
            number=number,
            undecided=state is State.SUBMITTED,
            room=room,
        )

    days = tuple(_day(n, talk) for n in range(3))
    posters = tuple(
        Listed(f"Affiche {n} : bassin versant et mesures", ("Noé Aït-Ahmed",), number=900 + n)
        for n in range(6)
    )
    cards += [
        card(
            900 + n,
            title=poster.title,
            format="poster",
            speakers=(SpeakerCard("Noé Aït-Ahmed", "Collège Victor-Hugo"),),
        )
        for n, poster in enumerate(posters)
    ]
    return CONFERENCE, Programme("Europe/Paris", days, ROOMS, posters=posters), tuple(cards)


def _day(n: int, talk) -> ProgrammeDay:  # type: ignore[no-untyped-def]
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2027, 6, 1 + n, hour, minute, tzinfo=PARIS)

    def fixed(start: datetime, end: datetime, kind: Kind, **more: object) -> Item:
        return Item(start, end, kind, **more)  # type: ignore[arg-type]

    items = [
        fixed(
            at(9, 15) if n == 0 else at(9),
            at(10),
            Kind.INVITED,
            title=(
                "Ce que les moulins disent des étiages",
                "Listening to gravel: seismic monitoring of bedload, from the first geophone to the last flood",
                "Le fleuve comme personne : droit, science et récit",
            )[n],
            speakers=(("Maëlle Kerbrat", "Owen Prytherch", "Inês Guimarães")[n],),
            affiliation=(
                "Université de Bretagne occidentale, Brest",
                "Aberystwyth University",
                "Universidade do Minho",
            )[n],
            room=ROOMS[0],
        ),
        fixed(at(10), at(10, 30), Kind.BREAK),
        fixed(at(12), at(13, 30), Kind.LUNCH),
        fixed(at(15), at(15, 30), Kind.BREAK),
    ]
    if n == 0:
        items.append(fixed(at(9), at(9, 15), Kind.OPENING))
        items.append(fixed(at(17), at(18), Kind.POSTERS, room="Hall"))
    if n == 2:
        items.append(fixed(at(17), at(17, 15), Kind.CLOSING))
    sessions = []
    chairs = cycle(("Zoé Çelik", "Jean-Noël Übersfeld", None))
    for start, end in ((at(10, 30), at(12)), (at(13, 30), at(15)), (at(15, 30), at(17))):
        for place, room in enumerate(ROOMS):
            if (n, start.hour, place) in ((2, 15, 3), (2, 15, 2)):
                continue
            minutes = 30 if place in (0, 3) else 20
            sessions.append(ProgrammeSession(start, end, room, (place + start.hour) % 4, None, next(chairs)))
            begins = start
            while begins + timedelta(minutes=minutes) <= end:
                items.append(talk(begins, minutes, room))
                begins += timedelta(minutes=minutes)
    items.sort(key=lambda item: (item.start, ROOMS.index(item.room) if item.room in ROOMS else -1))
    return ProgrammeDay(at(9).date(), tuple(items), tuple(sessions))
