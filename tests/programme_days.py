"""Days of our own invention for the programme's tests: a full one, an empty one, an overfull one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callboard.call import Call, InvitedTalk, Organiser, Topic, TopicMatch
from callboard.config import ProgrammeConfig
from callboard.programme import grid
from callboard.programme.arrange import arrange
from callboard.programme.pins import read_pin
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State

PARIS = ZoneInfo("Europe/Paris")
MADE_AT = datetime(2027, 3, 2, 8, 15, tzinfo=UTC)

CALL = Call(
    title="Cartes, capteurs et mémoire des rivières : journée d’étude sur l’observation des cours d’eau",
    event="Cartes, capteurs et mémoire des rivières : journée d’étude sur l’observation des cours d’eau",
    url="https://rivieres.example.org/journee-2027/",
    language="fr",
    place="Amphithéâtre Élisée-Reclus, Besançon",
    country="France",
    timezone="Europe/Paris",
    starts=datetime(2027, 4, 1, 10, 0, tzinfo=PARIS),
    ends=datetime(2027, 4, 1, 17, 0, tzinfo=PARIS),
    summary="Troisième rencontre du réseau Eaux courantes",
    topics=(
        Topic("mesurer le débit et la température"),
        Topic("cartographier les crues anciennes"),
        Topic("associer les riverains"),
    ),
    invited=(
        InvitedTalk(
            "Ce que les moulins disent des étiages",
            "Maëlle Kerbrat",
            "Université de Bretagne occidentale, Brest",
        ),
        InvitedTalk(
            "Listening to gravel: seismic monitoring of bedload", "Owen Prytherch", "Aberystwyth University"
        ),
    ),
    organisers=(
        Organiser("Zoé Çelik", "zoe.celik@example.org", "Laboratoire Chrono-eaux"),
        Organiser("Jean-Noël Übersfeld", "jnu@example.org", "Laboratoire Chrono-eaux"),
        Organiser("Inès Ramírez de la Peña", "ines@example.net", "Syndicat de la Loue"),
    ),
)

DEBITS = (
    "Débits par caméra : retour d’expérience sur onze ponts, deux crues et un chantier de réfection qui n’était "
    "pas prévu au calendrier de l’instrumentation"
)

# Title, language, topics, state, speakers with affiliation, minutes.
Row = tuple[str | None, str, tuple[int, ...], State, tuple[tuple[str, str | None], ...], int | None]

TALKS: tuple[Row, ...] = (
    (
        "Trente ans de températures dans la Loue : ce que voit un thermomètre à douze euros",
        "fr",
        (0,),
        State.CONFIRMED,
        (("Éloïse Thévenard", "Syndicat de la Loue"),),
        None,
    ),
    (
        DEBITS,
        "fr",
        (0,),
        State.ACCEPTED,
        (("Gaëtan Le Floc’h", "INRAE Lyon"), ("Ana Petrović", "Univerzitet u Novom Sadu")),
        20,
    ),
    (
        "Low-cost stage sensors: what fails first",
        "en",
        (0,),
        State.ACCEPTED,
        (("Siobhán Ní Dhomhnaill", "University of Galway"),),
        20,
    ),
    (
        "Relire les procès-verbaux d’inondation du XVIIIᵉ siècle",
        "fr",
        (1,),
        State.CONFIRMED,
        (("Côme d’Ornano", "Archives départementales du Doubs"),),
        None,
    ),
    (
        "Ancient floods in modern tiles: an open map of marks on walls",
        "en",
        (1,),
        State.ACCEPTED,
        (("Wojciech Żółkowski", "AGH Kraków"),),
        20,
    ),
    ("Crues et toponymie", "fr", (1, 2), State.SUBMITTED, (("Maïwenn Le Goff", None),), 15),
    (
        "Les sentinelles de l’Ognon : quand les pêcheurs tiennent le carnet",
        "fr",
        (2,),
        State.ACCEPTED,
        (("Bérengère Faÿ", "Fédération de pêche de la Haute-Saône"),),
        20,
    ),
    (
        "Apps riverains, données pérennes ?",
        "fr",
        (2,),
        State.SUBMITTED,
        (("Loïc Brâncuși", "Métropole de Dijon"),),
        20,
    ),
    (None, "fr", (2,), State.SUBMITTED, (("Noé Aït-Ahmed", "Collège Victor-Hugo"),), None),
    (
        "Une rivière sans nom : atlas sonore",
        "fr",
        (),
        State.SUBMITTED,
        (("Anaïs Zumthor", "Haute école d’art de Berne"),),
        20,
    ),
)

ABSTRACT_FR = (
    "Nous présentons une campagne de mesures menée avec des moyens modestes, ce qu’elle a coûté et ce qu’elle "
    "a appris à celles et ceux qui l’ont tenue.\n\nLes données et le code sont ouverts ; l’exposé montre "
    "surtout ce qui n’a pas marché."
)
ABSTRACT_EN = (
    "We report on a field campaign that was run on a small budget: what it cost, what it taught, and what "
    "failed.\n\nData and code are open."
)


def card(number: int, state: State = State.ACCEPTED, **changes: object) -> ProposalCard:
    """A proposal with these fields."""
    # Rows name topics by their number.
    if "topics" in changes:
        changes["topics"] = tuple(TopicMatch(index, 0.5) for index in changes["topics"])  # type: ignore[attr-defined]
    fields: dict[str, object] = {
        "title": f"Exposé {number}",
        "speakers": (SpeakerCard("Ada Sample", "Institut d’exemple", "ada@example.org"),),
        "abstract": ABSTRACT_FR,
        "language": "fr",
        "format": None,
        "duration_minutes": None,
        "keywords": (),
        "availability": None,
        "topics": (),
        "contact": "ada@example.org",
        "letter_language": "fr",
        "submitted_at": MADE_AT,
        "updated_at": MADE_AT,
    }
    return ProposalCard(number=number, reference=f"P-{number}", state=state, **{**fields, **changes})  # type: ignore[arg-type]


def full_cards() -> tuple[ProposalCard, ...]:
    """Ten talks and two posters."""
    talks = [
        card(
            number,
            state,
            title=title,
            language=language,
            topics=topics,
            speakers=tuple(SpeakerCard(name, at, f"s{number}@example.org") for name, at in people),
            duration_minutes=minutes,
            abstract=ABSTRACT_EN if language == "en" else ABSTRACT_FR,
            keywords=("débit", "données ouvertes") if number % 2 else (),
        )
        for number, (title, language, topics, state, people, minutes) in enumerate(TALKS, 1)
    ]
    return (
        *talks,
        card(11, title="Un bac à sable de poche pour expliquer les méandres", format="demo"),
        card(12, State.SUBMITTED, title="Mapping beavers", language="en", format="poster", abstract=None),
    )


def overfull_cards() -> tuple[ProposalCard, ...]:
    """More than a day can hold."""
    more = [card(number, State.SUBMITTED, topics=(number % 3,)) for number in range(13, 19)]
    return (*full_cards(), card(20, duration_minutes=45, title="Un très long exposé"), *more)


def programme(
    cards: tuple[ProposalCard, ...],
    call: Call = CALL,
    previous: Programme | None = None,
    pins: tuple[str, ...] = (),
    **settings: object,
) -> Programme:
    """The programme of these proposals on the call's day."""
    config = ProgrammeConfig(**settings)  # type: ignore[arg-type]
    return arrange(grid.build(call, config), cards, previous, tuple(map(read_pin, pins)))
