"""When a speaker can come: which sentences say so, and what they leave of the event's half-days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call, HalfDay
from callboard.reading import availability
from callboard.reading.layout import lines_of
from growth import grows_with_size_only

PARIS = ZoneInfo("Europe/Paris")
# Tuesday 1 to Thursday 3 June 2027, and a single day.
EVENT = Call(
    title="Rencontres",
    timezone="Europe/Paris",
    starts=datetime(2027, 6, 1, 9, 0, tzinfo=PARIS),
    ends=datetime(2027, 6, 3, 17, 30, tzinfo=PARIS),
)
DAY = replace(
    EVENT, starts=datetime(2027, 6, 2, 9, 0, tzinfo=PARIS), ends=datetime(2027, 6, 2, 17, 30, tzinfo=PARIS)
)

ALL = "1m 1a 2m 2a 3m 3a"


def plain(half: HalfDay) -> str:
    """Short: "2a", "2a[14:00-16:00]"."""
    begins, ends = (f"{at:%H:%M}" if at else "" for at in (half.not_before, half.not_after))
    return f"{half.day.day}{half.half[0]}" + (f"[{begins}-{ends}]" if begins or ends else "")


ONE_DAY = [
    # French
    ("Pas avant 11h, train de Lyon.", "2m[11:00-] 2a"),
    ("pas avant 11 h 30", "2m[11:30-] 2a"),
    ("Je ne peux pas arriver avant 10h15.", "2m[10:15-] 2a"),
    ("seulement l'après-midi", "2a"),
    ("Je ne serai disponible que l’après-midi (train de Nantes).", "2a"),
    ("Uniquement le matin", "2m"),
    ("le matin", "2m"),
    ("Disponible en matinée", "2m"),
    ("apres midi seulement", "2a"),
    ("toute la journée", "2m 2a"),
    ("matin ou après-midi", "2m 2a"),
    ("pas le matin", "2a"),
    ("pas trop de contraintes", "2m 2a"),
    ("Je n'ai aucune contrainte d'horaire.", "2m 2a"),
    ("Je dois partir à 16h.", "2m 2a[-16:00]"),
    ("Je repars à 16 h, mon train est à 16h40.", "2m 2a[-16:00]"),
    ("Je dois repartir vers midi", "2m"),
    ("J'arrive à 10h40 et je repars à 17h.", "2m[10:40-] 2a[-17:00]"),
    ("Je dois quitter la salle à 12h30.", "2m[-12:30]"),
    ("Je suis libre entre 10h et 15h", "2m[10:00-] 2a[-15:00]"),
    ("de 14h à 16h", "2a[14:00-16:00]"),
    ("14h-16h", "2a[14:00-16:00]"),
    ("à partir de 14h", "2a[14:00-]"),
    ("jusqu'à 15h30", "2m 2a[-15:30]"),
    ("J'ai cours jusqu'à 10h, ensuite je suis disponible.", "2m[10:00-] 2a"),
    ("J'ai cours jusqu'à 10h", "2m[10:00-] 2a"),
    ("plutôt le matin", None),
    ("Je préférerais passer l'après-midi si possible", None),
    ("plutôt le matin mais pas avant 10h", "2m[10:00-] 2a"),
    ("dès que possible", None),
    ("en fin de matinée", None),
    ("Si c'est possible, pas en premier le matin", None),
    ("Je dois absolument partir à 17h au plus tard", "2m 2a[-17:00]"),
    ("Je suis dispo toute la journée sauf entre midi et 14h", "2m 2a[14:00-]"),
    ("à 14h", None),
    ("Matinal de nature", None),
    ("", None),
    # English
    ("Not before 11, train from Lyon", "2m[11:00-] 2a"),
    ("I can only come in the morning.", "2m"),
    ("I can come in the afternoon only", "2a"),
    ("We could come in the morning.", "2m"),
    ("I can come in from 11 on.", "2m[11:00-] 2a"),
    ("I can't be there before 11am.", "2m[11:00-] 2a"),
    ("I must leave at 4pm.", "2m 2a[-16:00]"),
    ("I have to catch a train at 5:30 pm", "2m 2a[-17:30]"),
    ("only in the AFTERNOON", "2a"),
    ("mornings only", "2m"),
    ("I am only available in the morning.", "2m"),
    ("I cannot come in the morning", "2a"),
    ("I prefer mornings", None),
    ("Any time is fine", "2m 2a"),
    ("all day", "2m 2a"),
    ("between 10 and 4", "2m[10:00-] 2a[-16:00]"),
    ("after 10am and before 4pm", "2m[10:00-] 2a[-16:00]"),
    ("I can stay until 3.", "2m 2a[-15:00]"),
    ("I have no constraints, except that I must leave at 4 pm", "2m 2a[-16:00]"),
    ("I teach until 2pm", "2a[14:00-]"),
    ("as early as possible", None),
    ("Please not first thing in the morning", None),
    ("I'm only free in the morning because I teach in the afternoon", "2m"),
    ("I need to be gone by 3:30pm", "2m 2a[-15:30]"),
    ("The 20 min version, please", None),
]

THREE_DAYS = [
    # French
    ("uniquement le 3 juin au matin", "3m"),
    ("pas le mardi", "2m 2a 3m 3a"),
    ("Indisponibilités : mardi", "2m 2a 3m 3a"),
    ("Contraintes : mercredi matin", "1m 1a 2a 3m 3a"),
    ("Je ne suis pas disponible le mercredi après-midi.", "1m 1a 2m 3m 3a"),
    ("Indisponible mardi et mercredi matin", "1a 2a 3m 3a"),
    ("seulement l'après-midi", "1a 2a 3a"),
    ("J'arrive mercredi midi.", "2a 3m 3a"),
    ("J'arrive le mardi soir", "2m 2a 3m 3a"),
    ("J'arrive la veille.", ALL),
    ("Je repars le jeudi à 11h", "1m 1a 2m 2a 3m[-11:00]"),
    ("Je repars mercredi soir", "1m 1a 2m 2a[-18:00]"),
    ("mardi matin ou mercredi après-midi", "1m 2a"),
    ("mardi ou mercredi après-midi", "1a 2a"),
    ("mardi matin, mercredi toute la journée", "1m 2m 2a"),
    ("les deux premiers jours, pas le jeudi", None),
    ("tous les jours sauf le mercredi", "1m 1a 3m 3a"),
    ("tous les jours, mais seulement le matin", "1m 2m 3m"),
    ("à partir de mercredi", "2m 2a 3m 3a"),
    ("pas avant mercredi midi", "2a 3m 3a"),
    ("jusqu'à mercredi midi", "1m 1a 2m"),
    ("les 2 et 3 juin", "2m 2a 3m 3a"),
    ("du 1er au 2 juin", "1m 1a 2m 2a"),
    ("le mercredi 2", "2m 2a"),
    ("mercredi 2 juin, de 10h à 12h", "2m[10:00-]"),
    ("3/06 uniquement", "3m 3a"),
    ("le premier jour uniquement", "1m 1a"),
    ("le dernier jour après 14h", "3a[14:00-]"),
    ("Lundi : non, mardi : oui", "1m 1a"),
    ("le 7 juin", None),
    ("N'importe quel jour", ALL),
    ("présent du mardi midi au jeudi midi", "1a 2m 2a 3m"),
    ("mardi impossible, mercredi ok, jeudi matin seulement", "2m 2a 3m"),
    ("Je n'arrive que mardi soir et repars jeudi midi", "2m 2a 3m"),
    ("mardi de préférence, sinon jeudi", None),
    ("pas le mardi, de préférence le jeudi", "2m 2a 3m 3a"),
    # English
    ("not on Tuesday", "2m 2a 3m 3a"),
    ("I can't do Tuesday, Wednesday is fine", "2m 2a"),
    ("I arrive Wednesday noon", "2a 3m 3a"),
    ("I arrive on Tuesday.", "2m 2a 3m 3a"),
    ("I leave on Thursday at 11am", "1m 1a 2m 2a 3m[-11:00]"),
    ("either day is fine", ALL),
    ("any day works for me", ALL),
    ("Available on June 2 and 3", "2m 2a 3m 3a"),
    ("Wednesday, June 2nd in the afternoon", "2a"),
    ("only on the 3rd", "3m 3a"),
    ("Tuesday morning or afternoon", "1m 1a"),
    ("from Wednesday on", "2m 2a 3m 3a"),
    ("not before Wednesday", "2m 2a 3m 3a"),
    ("I won't be there until Wednesday", "2m 2a 3m 3a"),
    ("Tuesday to Wednesday", "1m 1a 2m 2a"),
    ("I'm flying in on Tuesday evening and out on Thursday at noon", "2m 2a 3m"),
    ("I teach on Tuesday and Thursday mornings", "1a 2m 2a 3a"),
    ("I am only around on the first two days", None),
    ("Tuesday morning, Wednesday afternoon, or any time on Thursday", "1m 2a 3m 3a"),
    ("Tuesday: morning only; Thursday: all day", "1m 3m 3a"),
    ("2027-06-03 from 2pm", "3a[14:00-]"),
    ("not available on 2 June between 10:00 and 11:00", "1m 1a 2m[-10:00] 2m[11:00-] 2a 3m 3a"),
    ("I will not be available on Friday", ALL),
    ("I am available on Friday only", None),
    ("I may have to leave early", None),
    # A weekday that the event does not have: before it, or after?
    ("Je suis absent jusqu'à lundi.", None),
    ("I am free until Friday.", None),
    ("I cannot come after Monday at 10.", None),
    ("Not on Wednesday, and rather before Friday", "1m 1a 3m 3a"),
    ("Only on Wednesday, or rather after Friday", "2m 2a"),
]


@pytest.mark.parametrize(("said", "left"), ONE_DAY)
def test_words_leave_parts_of_a_day(said: str, left: str | None) -> None:
    found = availability.half_days(said, DAY)

    assert (" ".join(map(plain, found)) if found is not None else None) == left


@pytest.mark.parametrize(("said", "left"), THREE_DAYS)
def test_words_leave_half_days_of_an_event(said: str, left: str | None) -> None:
    found = availability.half_days(said, EVENT)

    assert (" ".join(map(plain, found)) if found is not None else None) == left


# --- Which sentences -----------------------------------------------------------------------------------

SPEAK = [
    # French
    "Je ne serai disponible que l'après-midi.",
    "Pas avant 11h, train de Lyon.",
    "Finalement, seulement l'après-midi !",
    "Je ne peux pas venir le mardi matin car j'enseigne.",
    "Je serai présente les deux jours.",
    "Je dois malheureusement repartir dès 16h pour prendre mon train.",
    "Mon train arrive à 10h40.",
    "Nous serions plutôt libres le jeudi.",
    "Si possible, je préférerais passer le matin.",
    "Côté contraintes horaires : rien avant 10h30.",
    "J'arriverai de Bruxelles mercredi vers midi.",
    "N'importe quel créneau le 2 juin me convient.",
    "Je pourrai être parmi vous le 2 juin seulement.",
    "Je m'adapterai au programme, les deux jours me vont.",
    "L'orateur sera absent le mardi.",
    "Ma collègue ne pourra être là que le matin.",
    "Je ne pourrai intervenir qu'à distance.",
    "Merci de m'éviter le mardi matin : j'ai cours jusqu'à midi.",
    "Uniquement le 3 juin au matin.",
    # English
    "I am only available in the afternoon.",
    "I can't be there before 11 on the first day because of my train.",
    "I must leave at 4pm to catch a flight.",
    "Not on Tuesday, please.",
    "I arrive Wednesday noon and stay until the end.",
    "Either day is fine with me.",
    "We would prefer the morning, if possible.",
    "Only Thursday morning works for me.",
    "My flight lands at 10:30.",
    "I teach on Tuesday mornings, so any other slot is fine.",
    "I will not be able to attend on the second day.",
    "No scheduling constraints except Wednesday morning.",
    "The speaker is available on June 2 only.",
    "I can only present remotely.",
    # More of both
    "Petite contrainte : je donne un cours jusqu'à 10h.",
    "Je serai en déplacement le mardi.",
    "Pour l'horaire, le matin m'arrange.",
    "Côté agenda, je suis bloqué mercredi matin.",
    "Je ne pourrai être parmi vous que l'après-midi.",
    "Je prends un train à 17h05, il faudrait donc que je passe avant.",
    "Merci de noter que je ne suis présent que le 3 juin.",
    "Je viens de Bordeaux et n'arriverai pas avant 11h.",
    "Si vous pouviez me placer plutôt l'après-midi, ce serait parfait.",
    "Pourriez-vous éviter le mercredi matin ?",
    "Les deux dates me conviennent.",
    "Je dispose de la journée du 2 juin.",
    "Je suis libre les deux jours.",
    "Note : indisponible le 2 après-midi.",
    "Je pourrai venir les deux jours.",
    "Note that I can't make the first day.",
    "As for scheduling, mornings are better for me.",
    "Could you avoid Wednesday morning?",
    "My co-author can only attend on Tuesday.",
    "I'm happy with any slot on June 2 or 3.",
    "I'd need to be done by 3pm as I have a flight.",
    "I will be travelling back on Thursday afternoon.",
    "Both days work.",
    "I have teaching duties on Wednesday until noon.",
    "Preferred slot: Tuesday afternoon.",
    "I'd appreciate a slot in the afternoon since I come from Lille that morning.",
    "Please schedule me on day 2 if possible.",
    "I'm around all day on the 3rd.",
]

SILENT = [
    "Le code est disponible depuis mardi.",
    "Je reste disponible pour toute question, même l'après-midi.",
    "Je suis joignable par téléphone le mardi matin.",
    "Vous pouvez me joindre le matin au 01 23 45 67 89.",
    "J'enverrai le résumé complet avant lundi.",
    "Les données ont été recueillies le 3 juin 2019 à midi.",
    "Nous avons travaillé toute la journée sur ce prototype.",
    "Merci d'avance et bonne journée !",
    "À mardi !",
    "La date limite est le 3 juin.",
    "Cet exposé dure 20 minutes, questions comprises.",
    "J'ai présenté ce travail le 12 mars à Rennes.",
    "Avant 1850, les registres ne sont pas conservés.",
    "The data set is freely available.",
    "I am available for any questions, by phone in the morning.",
    "Feel free to call me on Tuesday afternoon.",
    "I will send the slides before Monday.",
    "We measured traffic every day between 8:00 and 10:00.",
    "Looking forward to seeing you on Tuesday!",
    "Have a nice day!",
    "The software will be available on June 3.",
    "I gave a similar talk on 12 March in Ghent.",
    "Not before 1850 did the registers mention them.",
    "This talk takes 20 minutes.",
    "We only consider the first day after sowing.",
    "I saw your call this morning and would like to propose a talk.",
    "Je vous écris ce matin pour proposer un exposé.",
    "Suite à notre échange de mardi, voici ma proposition.",
    "As discussed on Tuesday, here is my proposal.",
    "Nous avons interrogé trente élèves le mardi matin.",
    "Rendez-vous à 14h au laboratoire.",
    "La session du mardi est consacrée aux haies.",
    "Depuis 2015, je travaille le matin aux archives.",
    "Our code runs all day on a laptop.",
    "The first day of the trial was the hardest.",
    "Participants were free to leave at any time.",
    "I met you on Tuesday in Ghent.",
    "The store is only open in the morning.",
    "I am a free software developer since 2010.",
    "We present results from 3 June to 5 July.",
    "I can present this work in French or English.",
    "Nous pouvons observer la marée avant midi.",
    "On ne peut pas mesurer le débit avant le 3 juin.",
    "The train was late that morning.",
    "You can only see the comet before noon.",
    "Le formulaire n'est disponible que jusqu'au 3 juin.",
    "Can I still submit until Monday?",
    "When will you decide? I need to book before June 2.",
    "Je voudrais savoir si je peux soumettre jusqu'à lundi.",
    "L'appel ferme lundi à midi.",
    "Nous mesurons le débit les deux jours précédant la crue.",
    "Le capteur enregistre tous les jours à 8h.",
    "La disponibilité des données au 3 juin reste partielle.",
    "We have a meeting room for 12 people.",
    "The samples were taken both days before noon.",
    "We make the first day of sowing our reference.",
    "We present on June 3 data what others claimed.",
    "I put my talk online on Monday.",
]


@pytest.mark.parametrize("sentence", SPEAK)
def test_a_sentence_says_when_its_author_can_come(sentence: str) -> None:
    assert availability.speaks(sentence)


@pytest.mark.parametrize("sentence", SILENT)
def test_a_sentence_says_nothing_of_when_its_author_can_come(sentence: str) -> None:
    assert not availability.speaks(sentence)


LETTERS = [
    (
        "Bonjour,\n\nvoici un exposé sur les digues. Attention, je dois\nrepartir à 16h. Merci beaucoup !\n\nLéo",
        "Attention, je dois repartir à 16h.",
    ),
    (
        "Dear all, I can only come on Tuesday. My train gets in at 11 a.m. and I stay the night.\n\nBest,\nMia",
        "I can only come on Tuesday. My train gets in at 11 a.m. and I stay the night.",
    ),
    ("Le titre suit.\nPas le mardi, s'il vous plaît.\nMerci", "Pas le mardi, s'il vous plaît."),
    ("Nothing here is about when.", None),
]


@pytest.mark.parametrize(("letter", "said"), LETTERS)
def test_the_sentences_are_found_anywhere_in_a_letter(letter: str, said: str | None) -> None:
    assert availability.sentences(lines_of(letter)) == said


# --- Hostile -------------------------------------------------------------------------------------------

HOSTILE = {
    "numbers": "1 " * 25_000,
    "hours": "11h " * 12_500,
    "days": "mardi " * 8_000,
    "wrapped days": "mardi\n" * 8_000,
    "dates": "3 juin et " * 5_000,
    "not before": "not before " * 4_500,
    "ne que": "je ne peux pas que " * 2_600,
    "brackets": "(20 " * 12_500,
    "stops": ". " * 25_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_costs_time_in_proportion_to_its_size(text: str) -> None:
    def work(text: str) -> None:
        availability.sentences(lines_of(text))
        availability.half_days(text, EVENT)

    assert grows_with_size_only(work, text)
