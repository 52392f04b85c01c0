"""What a heading, a label or an announcing sentence is about: the vocabulary of announcements."""

from __future__ import annotations

import re
from enum import StrEnum

from callboard.announcement.text import fold, plain


class Subject(StrEnum):
    """What a part of the page tells."""

    TOPICS = "topics"
    INVITED = "invited"
    ORGANISERS = "organisers"
    DEADLINE = "deadline"
    DATES = "dates"
    PLACE = "place"
    COUNTRY = "country"
    EVENT = "event"
    URL = "url"
    ABOUT = "about"
    OTHER = "other"


# Patterns see small letters without accents. The first that matches decides.
_RULES = (
    (
        Subject.OTHER,
        r"\b(comite (de programme|de lecture|scientifique)|(program(me)?|scientific) committee)\b",
    ),
    (Subject.OTHER, r"\b(inscriptions?|registration|sponsors?|partenaires?|accepted|acceptes?)\b"),
    (
        Subject.INVITED,
        r"\b(conferenc\w*|exposes?|orat\w+|intervenant\w*|presentations?|talks?|speakers?)\b.{0,25}\binvite\w*"
        r"|\binvited\b|\bkeynotes?\b|\bplenar(y|ies)\b|\bplenieres?\b"
        r"|^(confirmed )?speakers$|^(orat\w+|intervenant\w*)( confirmes?)?$",
    ),
    (
        Subject.TOPICS,
        r"\b(topics?|themes?|thematiques?|sujets?|axes?|areas of interest|subjects?)\b"
        r"|\b(not )?limited to\b|\bcontributions? (on|about|in|concerning|portant|sur)\b"
        r"|\b(portant|porter|porteront) sur\b|\bquestions suivantes\b",
    ),
    (
        Subject.ORGANISERS,
        r"\b(co-?)?organi[sz](at(eu|ri)\S*|ers?|ing|ation|ed by)(?!\w)|\bcomite d.organisation\b|\bchairs?\b"
        r"|\bresponsables\b|\borganisee? par\b",
    ),
    (
        Subject.DEADLINE,
        r"\bdeadlines?\b|\bdates? limites?\b|\becheances?\b|\bdates? importantes?\b|\bkey dates\b",
    ),
    (Subject.DEADLINE, r"\bimportant dates?\b|\bcalendrier\b"),
    (Subject.EVENT, r"^(event|evenement|manifestation)$"),
    (Subject.URL, r"^(site|site web|web( ?site)?|url|page web|lien|link)$"),
    (Subject.COUNTRY, r"^(pays|country)$"),
    (
        Subject.DATES,
        r"^(dates?\b.*|(event|workshop|conference) dates?|when|quand|horaires?|hours?|time|jour|day|when and where)$",
    ),
    (Subject.PLACE, r"^(lieu\b.*|place|venue|location|where|ou|adresse|address|salle|room)$"),
    (
        Subject.ABOUT,
        r"^(presentation|about\b.*|overview|description|context\w*|objecti\w+|aims?( and scope)?|scope"
        r"|motivations?|introduction|resume|abstract|argumentaire|en bref|a propos\b.*)$",
    ),
)
_COMPILED = tuple((subject, re.compile(pattern)) for subject, pattern in _RULES)
_LABEL = re.compile(r"([^:：.!?]{2,45}?)\s*[:：]\s*(.*)$")


def subject_of(words: str) -> Subject | None:
    """What a heading or label is about; None when it says nothing that is known."""
    # "## 2. 📅 Dates" is about dates.
    folded = re.sub(r"^[\W\d_]+|[\W_]+$", "", fold(plain(words)))
    return next((subject for subject, pattern in _COMPILED if pattern.search(folded)), None)


def labelled(text: str) -> tuple[Subject, str] | None:
    """`Lieu : Lyon` as (PLACE, "Lyon"); None when the line does not begin with a label that is known."""
    match = _LABEL.match(plain(text))
    if match is None or not match[2].strip():
        return None
    subject = subject_of(match[1])
    return (subject, match[2].strip()) if subject not in (None, Subject.ABOUT) and subject else None
