"""The small fields: what is a length or a format, and what only looks like one."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from callboard.mailroom.incoming import read_mail
from callboard.reading import ProposalFound, fields, lengths, read

ABSTRACT = (
    "Les haies bocagères reculent depuis cinquante ans, et les relevés aériens permettent de dater leur disparition "
    "parcelle par parcelle. Nous comparons trois communes et montrons que le remembrement n'explique que la moitié "
    "des pertes."
)


def proposed(body: str) -> ProposalFound:
    """The one proposal of a letter."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Léa Roy <lea@bocage.example>",
        "o@y.example",
        "Proposition",
    )
    message["Message-ID"] = "<1@bocage.example>"
    message.set_content(body)
    (found,) = read(read_mail(message.as_bytes())).proposals
    return found


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("20 min", 20),
        ("20mn", 20),
        ("25'", 25),
        ("45", 45),
        ("~ 20 minutes", 20),
        ("1h", 60),
        ("1h30", 90),
        ("30+ minutes environ", 30),
        ("half an hour", 30),
        ("trois quarts d'heure", 45),
        # The talk's own length: its questions are none of it.
        ("10 min + 5 questions", 10),
        ("15 + 5 min", 15),
        ("20 minutes (plus 10 for questions)", 20),
        ("20 min + 5 min de questions", 20),
        ("20 minutes et 5 minutes de discussion", 20),
        ("20 minutes, questions comprises", 20),
        ("20 min (max 45 min)", 20),
        ("20+10", 20),
        ("45m", 45),
        ("1,5 heure", 90),
        # No lengths
        ("20-30 min", None),
        ("20 à 30 minutes", None),
        ("15 min or 20 min", None),
        ("max 45 min", None),
        ("(max 45 min)", None),
        ("à définir", None),
        ("2027", None),
        ("9" * 5_000, None),
        ("²", None),
        ("[ ] 20 min\n[ ] 40 min", None),
        ("[x] 20 min\n[ ] 40 min", 20),
        ("[x] 20 min\n[x] 40 min", None),
        ("( ) 20 min (x) 40 min", 40),
        ("f(x) in 20 min", 20),
        ("1/2 heure", 30),
        ("3/4 d'heure", 45),
    ],
)
def test_the_value_of_a_length_field(value: str, minutes: int | None) -> None:
    assert lengths.minutes_of(value) == minutes


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("long talk (40 minutes)", 40),
        ("Exposé - 20 min", 20),
        ("[x] Talk (20 min)\n[ ] Lightning (5 min)", 20),
        ("[ ] Talk (20 min)\n[ ] Lightning (5 min)", None),
        ("talk (20 min) / lightning (5 min)", None),
        ("talk (max 20 min)", None),
        ("talk", None),
    ],
)
def test_the_length_in_the_value_of_a_format_field(value: str, minutes: int | None) -> None:
    assert lengths.minutes_in_format(value) == minutes


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("Je propose un exposé de 20 minutes sur les haies.", 20),
        ("I would like to give a 20-minute talk on hedges.", 20),
        ("Je propose un exposé court (20 min).", 20),
        ("Il me faudrait une demi-heure.", 30),
        ("20 minutes would be enough.", 20),
        ("L'exposé durerait 25 minutes environ.", 25),
        ("Un exposé de 20 minutes + 10 minutes de questions.", 20),
        ("I can speak for 25 minutes.", 25),
        ("25 min please, and no recording.", 25),
        ("Seven minutes is plenty, I bring the ladder.", 7),
        ("Cinq minutes montre en main, promis.", 5),
        ("Vingt minutes questions comprises nous iraient bien.", 20),
        ("Up to ten people, two and a half hours, weather permitting.", 150),
        ("Half an hour would be great, but I can cut it to 20 minutes.", 30),
        ("Nous aimerions animer un atelier d'une heure trente.", 90),
        ("Ce serait un quickie d'une\nquinzaine de minutes.", 15),
        ("Je parlerai en anglais (25 min).", 25),
        ("Please find my abstract for the Hedge Days (20-minute paper).", 20),
        ("Un exposé de 20 à 30 minutes.", None),
        ("Two hours by train, so not before ten please.", None),
        ("I need 15 minutes to set up the ladder.", None),
        ("Prévoir une petite heure.", None),
        ("We would like 10 minutes for questions.", None),
        ("Votre appel prévoit des exposés (20 min) et des posters.", None),
        ("Je vous rappelle dans 20 minutes.", None),
        ("Le film de 90 minutes date de 1974.", None),
        ("Nous venons en car, il nous faut 45 minutes depuis Valcroix.", None),
        ("J'habite à 45 minutes de Brenne.", None),
        ("We live 40 minutes from the station.", None),
        ("I attended last year's two-hour workshop on alarms.", None),
        ("Une heure serait trop long, trente minutes me semblent bien.", 30),
        ("An hour would be too long, I'd say 30 minutes.", 30),
        ("45 minutes feels right.", 45),
        ("Format long (45 minutes) de préférence.", 45),
        ("Full-length slot please (50 minutes).", 50),
        ("Temps de parole : 30'", 30),
        ("Si possible, j'aimerais disposer de 45 minutes.", 45),
        ("Could I have 25 minutes?", 25),
        ("We would like a 1.5 hour session.", 90),
        ("La démo prend 10 minutes.", 10),
        ("It takes 25 minutes.", 25),
        ("I have given this as a 45 minute talk, but would like 30 minutes with you.", 30),
        ("Je peux être joint dans les 30 minutes.", None),
        ("The battery lasts 8 hours.", None),
        ("The build now takes 15 minutes instead of 40.", None),
        ("La traversée prend 20 minutes.", None),
    ],
)
def test_a_length_in_a_letter(sentence: str, minutes: int | None) -> None:
    assert lengths.minutes_in_prose(sentence) == minutes


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("In this 20-minute talk we follow one hedge.", 20),
        ("Cet atelier de deux heures commence dehors.", 120),
        ("Hedges are old. In seven minutes I show how old.", 7),
        ("En un quart d'heure, je raconte trois haies.", 15),
        ("In ten minutes the fire had reached the hedge.", None),
        ("We measured for 20 minutes in each field.", None),
    ],
)
def test_a_length_in_an_abstract(sentence: str, minutes: int | None) -> None:
    assert lengths.minutes_of_own(sentence) == minutes


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Exposé", "talk"),
        ("talk (20 min)", "talk"),
        ("long talk (40 minutes)", "talk"),
        ("Lightning talk", "lightning"),
        ("présentation éclair", "lightning"),
        ("Tutorial", "tutorial"),
        ("atelier pratique", "workshop"),
        ("Poster", "poster"),
        ("[x] Talk (20 min)\n[ ] Lightning (5 min)", "talk"),
        ("[ ] Talk\n[ ] Poster", None),
        ("poster ou exposé court", None),
        ("talk / workshop", None),
        ("slides", None),
        ("", None),
    ],
)
def test_the_value_of_a_format_field_(value: str, name: str | None) -> None:
    assert fields.format_of(value) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Je propose un poster.", "poster"),
        ("I would like to give this as a lightning talk.", "lightning"),
        ("Voici ma proposition d'exposé.", "talk"),
        ("Nous proposons un atelier pratique d'une heure.", "workshop"),
        ("We propose a hands-on session.", "workshop"),
        ("My abstract is below. Talk, in English.", "talk"),
        ("I would like to bring a demonstration rather than a talk.", "demo"),
        ("J'ai aimé les posters de l'an dernier.", None),
        ("Thanks for organising the workshop.", None),
        ("Merci pour l'appel.", None),
    ],
)
def test_a_format_that_covering_words_offer(words: str, name: str | None) -> None:
    assert fields.format_in_prose(words) == name


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Proposition d'atelier pour les journées Haies", "workshop"),
        ("Poster: Hedges from above", "poster"),
        ("Contribution to the workshop in May", None),
        ("Re: Call for talks: workshop on hedges", None),
    ],
)
def test_a_format_in_a_subject(subject: str, name: str | None) -> None:
    assert fields.format_in_subject(subject) == name


def test_a_text_names_its_own_format() -> None:
    far = "Les haies reculent. " * 40

    assert fields.format_pointed_at("Dans ce tutoriel, nous planterons une haie.") == "tutorial"
    assert fields.format_pointed_at(f"{far}Dans cette présentation, je compare trois communes.") == "talk"
    assert fields.format_pointed_at(f"{far}This workshop is where they belong.") is None


@pytest.mark.parametrize(
    ("letter", "minutes", "name"),
    [
        (
            "Bonjour,\n\nJe vous propose un exposé de 20 minutes intitulé « Les haies ».\n\nLéa Roy",
            20,
            "talk",
        ),
        ("Bonjour,\n\nje vous propose l'exposé « Les haies ».\nFormat court (10 min).\n\nLéa", 10, "talk"),
        ("Bonjour,\n\nje voudrais faire un exposé de 20 minutes sur les haies du bocage.\n\nLéa", 20, "talk"),
        (
            f"Titre : Les haies\nRésumé :\n\n{ABSTRACT}\n\nL'exposé durerait 25 minutes environ.\n\nLéa",
            25,
            "talk",
        ),
        (f"Titre : Les haies\nRésumé :\n\n{ABSTRACT}\n\nIl me faudrait une demi-heure.\n\nLéa", 30, None),
        (
            f"Titre : Les haies\nDurée (quickie 15-30min, exposé >1h) : 30+ minutes\nRésumé :\n{ABSTRACT}",
            30,
            None,
        ),
        (f"Titre : Les haies\nDurée (15 à 30 min) :\nRésumé :\n{ABSTRACT}", None, None),
        (f"Title: Hedges\nFormat: long talk (40 minutes)\nAbstract:\n{ABSTRACT}", 40, "talk"),
        (f"Title: Hedges\nFormat: talk (40 min)\nLength: 25 min\nAbstract:\n{ABSTRACT}", 25, "talk"),
        (f"Hello,\n\nhere is a lightning talk.\n\nTitle: Hedges\n\nAbstract:\n{ABSTRACT}", None, "lightning"),
        (f"Titre : Les haies\nRésumé :\n{ABSTRACT} Les séances filmées durent 20 minutes.", None, None),
    ],
)
def test_length_and_format_of_a_whole_letter(letter: str, minutes: int | None, name: str | None) -> None:
    found = proposed(letter)

    assert (found.duration_minutes, found.format) == (minutes, name)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Disponibilités : mardi", "mardi"),
        ("Indisponibilités : mardi", "Indisponibilités : mardi"),
        ("Contraintes : pas avant 11h", "pas avant 11h"),
        ("Contraintes horaires : mardi matin", "Contraintes horaires : mardi matin"),
        ("Unavailable: Tuesday", "Unavailable: Tuesday"),
    ],
)
def test_words_below_a_label_that_denies_keep_it(lines: str, said: str) -> None:
    assert proposed(f"Titre : Les haies\n{lines}\nRésumé :\n{ABSTRACT}").availability == said


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("beginner", "beginner"),
        ("Beginners", "beginner"),
        ("entry-level talk", "beginner"),
        ("Intermediate (some Python needed)", "intermediate"),
        ("advanced. You should have met a hedge before.", "advanced"),
        ("Advanced – bring questions", "advanced"),
        ("for experts", "advanced"),
        ("[ ] beginner [x] intermediate [ ] advanced", "intermediate"),
        ("☐ Beginner\n☐ Intermediate\n☒ Advanced", "advanced"),
        ("débutant", "beginner"),
        ("Débutant·e·s", "beginner"),
        ("débutant(e)s", "beginner"),
        ("intermédiaire", "intermediate"),
        ("public confirmé", "advanced"),
        ("Anfänger/-innen", "beginner"),
        ("Anfaenger", "beginner"),
        ("Fortgeschrittene", "advanced"),
        ("principiantes", "beginner"),
        ("nivel avanzado", "advanced"),
        ("livello base", "beginner"),
        ("intermedio", "intermediate"),
        # Several to choose from, and hints
        ("beginner / intermediate / advanced", None),
        ("beginner, intermediate or advanced", None),
        ("(beginner, intermediate, advanced)", None),
        ("beginner\n\nintermediate\n\nadvanced", None),
        ("[ ] beginner [ ] intermediate [ ] advanced", None),
        ("[x] beginner [x] intermediate", None),
        ("beginner to intermediate", None),
        ("beginner (or intermediate)", None),
        ("débutants et confirmés", None),
        ("e.g. beginner", None),
        ("<beginner>", None),
        # Not clearly one of the three
        ("beginner?", None),
        ("intermediate+", None),
        ("at least intermediate", None),
        ("not for beginners", None),
        ("non débutant", None),
        ("leicht fortgeschritten", None),
        ("advanced knowledge of hedges needed", None),
        ("experts in hydrology", None),
        ("all levels", None),
        ("tout public", None),
        ("tous niveaux", None),
        ("master students", None),
        ("B2", None),
        ("", None),
    ],
)
def test_the_value_of_a_level_field(value: str, level: str | None) -> None:
    assert fields.level_of(value) == level


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Level: beginner", "beginner"),
        ("Audience level: advanced", "advanced"),
        ("Level (beginner / intermediate / advanced): intermediate", "intermediate"),
        ("Niveau : débutant", "beginner"),
        ("Public visé : avancé", "advanced"),
        ("Zielgruppe: Fortgeschrittene", "advanced"),
        ("Nivel: intermedio", "intermediate"),
        ("Livello: principianti", "beginner"),
        ("Level: beginner / intermediate / advanced", None),
        ("Public visé : tout public", None),
        ("Durée : 20 min", None),
    ],
)
def test_the_level_of_a_proposal_is_that_of_its_labelled_line(line: str, level: str | None) -> None:
    found = proposed(f"Titre : Les haies\n{line}\nRésumé : Pour débutants et avancés. {ABSTRACT}\n")

    assert (found.title, found.level) == ("Les haies", level)
    assert ("level" in found.sources) == (level is not None)


def test_a_level_comes_from_the_words_that_say_it() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Léa Roy <lea@bocage.example>", "Proposition"
    message.set_content(f"Titre : Les haies\nNiveau : avancé\nRésumé : {ABSTRACT}\n")

    reading = read(read_mail(message.as_bytes()))

    source = reading.proposals[0].sources["level"]
    assert (reading.parts[source.part][source.start : source.end], source.rule) == ("avancé", "label")


def test_nothing_of_a_level_is_taken_from_prose() -> None:
    assert proposed(f"Titre : Les haies\nRésumé : {ABSTRACT} Niveau débutant, public averti.\n").level is None


def test_tags_are_keywords_without_their_sign() -> None:
    assert fields.keywords_of("#hedges #parish records") == ("hedges", "parish records")
