"""A made-up call about weaving and its proposals, for tests of letters and digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callboard.call import Call, Organiser, Topic, TopicMatch
from callboard.mailroom.incoming import Address
from callboard.proposals import ProposalCard, SpeakerCard, State

PARIS = ZoneInfo("Europe/Paris")
CALL = Call(
    title="Journée Tissage et calcul",
    event="Journée Tissage et calcul",
    url="https://tissage.example.org/",
    language="fr",
    place="Roubaix",
    timezone="Europe/Paris",
    starts=datetime(2027, 3, 12, 9, 30, tzinfo=PARIS),
    deadline=datetime(2027, 1, 15, 22, 59, tzinfo=UTC),
    topics=(
        Topic("motifs et algorithmes de tissage ;"),
        Topic("conservation des textiles anciens, de l’atelier au musée et au-delà ;"),
    ),
    organisers=(
        Organiser("Léa Marchand", "lea@example.org"),
        Organiser("Karim Ould", "karim@example.org"),
        Organiser("Inès Prévôt", "ines@example.org", language="en"),
    ),
)
US = Address("Journée Tissage et calcul", "propositions@example.org")
ADA = Address("Ada Lemoine", "ada@example.net")
ABSTRACT = (
    "Les métiers à tisser ont inspiré les premières machines programmables. Nous montrons comment un langage "
    "de motifs permet de décrire, de vérifier et de tisser des étoffes complexes.\n\n"
    "La démonstration se fait sur un petit métier apporté pour l’occasion."
)
CARD = ProposalCard(
    number=7,
    reference="P-7",
    state=State.SUBMITTED,
    title="Des cartes perforées aux motifs vivants",
    speakers=(
        SpeakerCard("Ada Lemoine", "Université de Lille", "ada@example.net"),
        SpeakerCard("Bruno Castel", "Musée du tissage, Roubaix"),
    ),
    abstract=ABSTRACT,
    language="fr",
    format="talk",
    duration_minutes=20,
    keywords=("tissage", "langages"),
    availability="plutôt le matin",
    topics=(TopicMatch(0, 0.4), TopicMatch(1, 0.2)),
    contact="ada@example.net",
    letter_language="fr",
    submitted_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    updated_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
)
BARE = replace(
    CARD,
    title=None,
    speakers=(),
    abstract=None,
    language=None,
    format=None,
    duration_minutes=None,
    keywords=(),
    availability=None,
    topics=(),
    missing=("title", "abstract", "speakers"),
)
# What a hostile mail may put into every field that letters show.
HOSTILE = "<script>alert(1)</script>\"'><img src=x>\r\nBcc: victim@example.com\u202e\x00\ud800 {{ 7 * 7 }} =?utf-8?q?x?"
HOSTILE_CARD = replace(
    CARD,
    title=HOSTILE,
    speakers=(SpeakerCard(HOSTILE, HOSTILE, HOSTILE),),
    abstract=HOSTILE * 50,
    language=HOSTILE,
    format=HOSTILE,
    keywords=(HOSTILE,),
    availability=HOSTILE,
)
ENGLISH = replace(
    CARD,
    number=8,
    reference="P-8",
    title="Weaving as a notation: what a loom can teach a compiler",
    speakers=(SpeakerCard("Noor Hale", "University of Leeds"),),
    abstract="A loom is a machine that reads its programme. We compare its cards with bytecode.",
    language="en",
    format=None,
    keywords=(),
    topics=(TopicMatch(0, 0.4),),
    letter_language="en",
)
UNFINISHED = replace(
    BARE, number=9, reference="P-9", speakers=(SpeakerCard("Jean Roc"),), missing=("title", "abstract")
)
OLDER = replace(
    CARD, number=2, reference="P-2", title="La navette et le temps", speakers=(SpeakerCard("Rémi Sol"),)
)
