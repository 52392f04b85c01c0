"""Letters to speakers: what they say, in whose language, and that no stranger's word does anything in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from callboard import resources, store
from callboard.call import Call, Organiser
from callboard.desk import letters, replies
from callboard.desk.letters import Letter
from callboard.desk.replies import Deed, Did, Transcript
from callboard.mailroom.htmltext import html_to_text
from callboard.mailroom.incoming import Address
from callboard.proposals import ProposalCard, SpeakerCard
from callboard.templating import Templates
from rendered import Words
from weaving import ADA, BARE, CALL, CARD, HOSTILE, HOSTILE_CARD, US

TEMPLATES = Templates()
WHEN = datetime(2027, 1, 9, 9, 30, tzinfo=UTC)
KINDS = (
    "acknowledgement", "updated", "withdrawn", "restored", "left_withdrawn", "confirmed", "standing", "passed_on",
    "which", "question", "receipt", "accepted", "declined", "too_large", "readdressed",
)  # fmt: skip
CHANGED = replace(CARD, title="Un langage pour les étoffes", duration_minutes=30, speakers=CARD.speakers[:1])


def write(kind: str, card: ProposalCard = CARD, to: Address = ADA, call: Call = CALL) -> Letter:
    """The letter of that kind about the card."""
    other = replace(card, title=HOSTILE if card.title == HOSTILE else "Un autre titre", abstract=card.title)
    organiser = Organiser(to.name, to.address, language=card.letter_language)
    makers: dict[str, Callable[[], Letter]] = {
        "acknowledgement": lambda: letters.acknowledgement(TEMPLATES, call, card, to, US),
        "updated": lambda: told(Transcript((Deed(Did.CHANGED, other, card),), **rest(card)), card, to, call),
        "standing": lambda: told(Transcript(standing=(card, other), **rest(card)), card, to, call),
        "passed_on": lambda: told(Transcript(about=card, passed_on=True), card, to, call),
        "which": lambda: replies.which(
            TEMPLATES, call, (card, other), to, card.title or "", card.letter_language
        ),
        "question": lambda: replies.question(TEMPLATES, call, organiser, US, card.abstract or "", card),
        "receipt": lambda: replies.receipt(TEMPLATES, call, (card, other), to, to, card.letter_language),
        **{
            kind: partial(letters.decision, TEMPLATES, call, kind, card, to, card.abstract)
            for kind in store.DECISIONS
        },
        "readdressed": lambda: replies.readdressed(
            TEMPLATES, call, (card,), to, to.address, US.address, card.letter_language
        ),
        "too_large": lambda: letters.too_large(TEMPLATES, call, card, to, limit_megabytes=25),
    }
    if kind in tuple(Did):
        return told(Transcript((Deed(Did(kind), card, card, WHEN),), **rest(card)), card, to, call)
    return makers[kind]()


def rest(card: ProposalCard) -> dict[str, Any]:
    """What else may stand in a transcript: a stranger's words that nobody understood."""
    return {"unread": (card.title or "", "Et le train ?"), "passed_on": True}


def told(said: Transcript, card: ProposalCard = CARD, to: Address = ADA, call: Call = CALL) -> Letter:
    """The transcript in the card's language."""
    return replies.transcript(TEMPLATES, call, said, to, US, card.letter_language)


def change(before: ProposalCard, after: ProposalCard) -> Letter:
    """The transcript of one change."""
    return told(Transcript((Deed(Did.CHANGED, before, after),)))


def test_the_french_acknowledgement_says_what_was_understood() -> None:
    letter = write("acknowledgement")

    assert letter.subject == "Proposition reçue\u202f: Des cartes perforées aux motifs vivants [P-7]"
    assert letter.text == (
        "Bonjour Ada Lemoine,\n"
        "\n"
        "Merci de votre proposition pour «\u202fJournée Tissage et calcul\u202f». Nous\n"
        "l’avons bien reçue\u202f; elle porte la référence P-7. Voici ce que nous en\n"
        "avons compris\u202f:\n"
        "\n"
        "    Titre           Des cartes perforées aux motifs vivants\n"
        "    Intervenants    Ada Lemoine (Université de Lille)\n"
        "                    Bruno Castel (Musée du tissage, Roubaix)\n"
        "    Durée           20\u00a0minutes\n"
        "    Format          exposé\n"
        "    Langue          français\n"
        "    Mots-clés       tissage, langages\n"
        "    Disponibilité   plutôt le matin\n"
        "    Résumé\n"
        "\n"
        "        Les métiers à tisser ont inspiré les premières machines\n"
        "        programmables. Nous montrons comment un langage de motifs permet\n"
        "        de décrire, de vérifier et de tisser des étoffes complexes.\n"
        "\n"
        "        La démonstration se fait sur un petit métier apporté pour\n"
        "        l’occasion.\n"
        "\n"
        "Si quelque chose est inexact ou vient à changer, répondez simplement à\n"
        "ce message, avec vos mots\u202f: votre réponse corrigera la proposition, ou\n"
        "la retirera si vous nous le demandez.\n"
        "\n"
        "L’appel reste ouvert jusqu’au vendredi 15 janvier 2027 à\u00a023\u00a0h\u00a059.\n"
        "\n"
        "Cet accusé de réception est parti automatiquement\u202f; votre proposition,\n"
        "elle, sera lue par Léa Marchand, Karim Ould et Inès Prévôt, qui vous\n"
        "écriront à cette adresse.\n"
        "\n"
        "Bien cordialement,\n"
        "Léa Marchand, Karim Ould et Inès Prévôt\n"
        "«\u202fJournée Tissage et calcul\u202f»\n"
        "https://tissage.example.org/\n"
    )


def test_text_and_html_say_the_same() -> None:
    letter = write("acknowledgement")

    told = " ".join(letter.text.replace("https://tissage.example.org/", "").split(" "))
    shown = Words(letter.html).words.replace("Corriger \u00a0·\u00a0 Retirer ", "")
    told = re.sub(r"[ \n]+", " ", told).strip()
    assert sorted(shown.split(" ")) == sorted(told.split(" "))


def test_an_english_speaker_is_answered_in_english() -> None:
    letter = write("acknowledgement", replace(CARD, letter_language="en"))

    assert letter.language == "en"
    assert letter.subject == "Proposal received: Des cartes perforées aux motifs vivants [P-7]"
    assert letter.text.splitlines()[0] == "Dear Ada Lemoine,"
    assert '<html lang="en">' in letter.html


@pytest.mark.parametrize(
    ("missing", "question"),
    [
        (
            ("title",),
            "Il nous manque encore le titre\u202f: pourriez-vous nous l’envoyer en répondant à ce message\u202f?",
        ),
        (
            ("abstract", "speakers"),
            "Il nous manque encore le résumé et le nom des intervenants\u202f: pourriez-vous nous les envoyer "
            "en répondant à ce message\u202f?",
        ),
        (
            ("title", "abstract", "speakers"),
            "Il nous manque encore le titre, le résumé et le nom des intervenants\u202f: pourriez-vous nous les "
            "envoyer en répondant à ce message\u202f?",
        ),
    ],
)
def test_only_what_is_missing_is_asked_for(missing: tuple[str, ...], question: str) -> None:
    letter = write("acknowledgement", replace(BARE, missing=missing))

    asked = [p.replace("\n", " ") for p in letter.text.split("\n\n") if "Il nous manque" in p]
    assert asked == [question]
    assert letter.subject == "Proposition reçue [P-7]"


def test_nothing_is_asked_when_nothing_is_missing() -> None:
    assert "manque" not in write("acknowledgement").text


def test_a_late_proposal_is_told_so_instead_of_the_deadline() -> None:
    letter = write("acknowledgement", replace(CARD, late=True))

    told = [
        p.replace("\n", " ") for p in letter.text.split("\n\n") if "date limite" in p or "reste ouvert" in p
    ]
    assert told == [
        "Votre proposition nous est parvenue après la date limite (vendredi 15 janvier 2027 à\u00a023\u00a0h\u00a059). "
        "Nous la gardons, avec la mention «\u202freçue en retard\u202f», et les organisateurs verront s’il est encore "
        "possible d’en tenir compte."
    ]


def test_a_call_that_says_little_still_makes_a_letter() -> None:
    letter = write("acknowledgement", BARE, Address("", "x@example.net"), Call(title="Journée"))

    assert letter.text.startswith("Bonjour,\n\nMerci de votre proposition pour «\u202fJournée\u202f».")
    assert letter.text.endswith("Bien cordialement,\nLes organisateurs\n«\u202fJournée\u202f»\n")


@pytest.mark.parametrize(
    ("language", "organisers", "words"),
    [
        ("fr", CALL.organisers[:1], "sera lue par Léa Marchand, qui vous écrira à cette adresse."),
        ("fr", (), "sera lue par les organisateurs, qui vous écriront à cette adresse."),
        (
            "en",
            CALL.organisers[:1],
            "itself will be read by Léa Marchand, who will write to you at this address.",
        ),
        ("en", (), "itself will be read by the organisers, who will write to you at this address."),
    ],
)
def test_who_reads_the_proposal_is_said(language: str, organisers: tuple[Organiser, ...], words: str) -> None:
    letter = write(
        "acknowledgement", replace(CARD, letter_language=language), call=replace(CALL, organisers=organisers)
    )

    said = next(p for p in letter.text.replace("-\n", "-").split("\n\n") if "automati" in p)
    assert said.replace("\n", " ").endswith(words)


def test_a_call_with_a_long_name_is_named_in_full_once() -> None:
    name = "Journée d’étude sur " + "le tissage, le calcul et " * 6 + "les machines"

    letter = write("acknowledgement", call=replace(CALL, event=name))

    assert letter.text.replace("\n", " ").count(name) == 1
    assert Words(letter.html).words.count(name) == 1


def test_an_organisers_own_template_replaces_ours(tmp_path: Path) -> None:
    own = tmp_path / "letters" / "fr" / "declined.subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("C’est noté\n\n[{{ card.reference }}]\n", encoding="utf-8")

    letter = letters.decision(Templates(tmp_path), CALL, "declined", CARD, ADA, CARD.abstract)

    assert letter.subject == "C’est noté [P-7]"
    assert letter.text == write("declined").text


def test_an_update_shows_old_and_new_of_what_changed_and_only_that() -> None:
    letter = change(CARD, CHANGED)

    assert letter.text.partition("Bien cordialement")[0] == (
        "Bonjour Ada Lemoine,\n"
        "\n"
        "Merci de votre message.\n"
        "\n"
        "Votre proposition P-7 «\u202fUn langage pour les étoffes\u202f» est à jour. Voici\n"
        "ce qui a changé\u202f:\n"
        "\n"
        "Titre\n"
        "\n"
        "    avant           Des cartes perforées aux motifs vivants\n"
        "    maintenant      Un langage pour les étoffes\n"
        "\n"
        "Intervenants\n"
        "\n"
        "    avant           Ada Lemoine (Université de Lille), Bruno Castel\n"
        "                    (Musée du tissage, Roubaix)\n"
        "    maintenant      Ada Lemoine (Université de Lille)\n"
        "\n"
        "Durée\n"
        "\n"
        "    avant           20\u00a0minutes\n"
        "    maintenant      30\u00a0minutes\n"
        "\n"
        "Si ce n’est pas ce que vous vouliez dire, répondez simplement à ce\n"
        "message.\n"
        "\n"
    )


def test_an_update_of_something_that_letters_do_not_show_is_confirmed() -> None:
    letter = change(CARD, replace(CARD, versions=2))

    assert letter.text.split("\n\n")[2].startswith("Votre proposition P-7")
    assert "ce qui a changé" not in letter.text


def test_a_decision_carries_the_organisers_comment() -> None:
    with_comment = letters.decision(
        TEMPLATES, CALL, "declined", CARD, ADA, "Sujet passionnant,\nmais déjà traité.\n\nRevenez !"
    )
    without = letters.decision(TEMPLATES, CALL, "declined", CARD, ADA)

    assert (
        "Les organisateurs ajoutent\u202f:\n\n    Sujet passionnant, mais déjà traité.\n\n    Revenez !\n\n"
        in with_comment.text
    )
    assert "ajoutent" not in without.text + without.html


def test_a_message_in_an_unknown_language_is_answered_in_both_the_calls_first() -> None:
    said = Transcript(passed_on=True)
    french = replies.transcript(TEMPLATES, CALL, said, ADA, US, "de")
    english = replies.transcript(TEMPLATES, replace(CALL, language="en"), said, ADA, US, None)

    assert french.language == "fr"
    assert (
        french.subject
        == "Votre message a été transmis aux organisateurs / Your message has been passed on to the organisers"
    )
    assert [line for line in french.text.splitlines() if "Ada" in line] == [
        "Bonjour Ada Lemoine,",
        "Dear Ada Lemoine,",
    ]
    assert [line for line in english.text.splitlines() if "Ada" in line] == [
        "Dear Ada Lemoine,",
        "Bonjour Ada Lemoine,",
    ]
    assert re.findall(r'<div lang="(..)"', french.html) == ["fr", "en"]


@pytest.mark.parametrize(
    "name", ["", "ada@example.net", "http://spam.example", "A" * 80, "<b>Ada</b>", "Ada\r\nBcc: x"]
)
def test_somebody_without_a_usable_name_is_greeted_without_it(name: str) -> None:
    assert write("passed_on", to=Address(name, "x@example.net")).text.splitlines()[0] == "Bonjour,"


@pytest.mark.parametrize(
    "name", ["Ada Lemoine", "DUPONT Jean-Paul", "Óscar d’Ors y Peña", "李小龍", "J. R. O'Neil"]
)
def test_somebody_with_a_name_is_greeted_by_it(name: str) -> None:
    assert write("passed_on", to=Address(name, "x@example.net")).text.splitlines()[0] == f"Bonjour {name},"


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_strangers_words_do_nothing_in_a_letter(kind: str, language: str) -> None:
    card = replace(HOSTILE_CARD, letter_language=language)

    letter = write(kind, card, Address(HOSTILE, "x@example.net"))

    page = Words(letter.html)
    assert page.elements <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "p",
        "br",
        "a",
        "strong",
        "span",
    }
    assert (
        page.scripted,
        [
            a
            for a in page.addresses
            if not a.startswith(("mailto:propositions@example.org?", "https://tissage"))
        ],
    ) == ([], [])
    assert "49" not in letter.text
    for part in (letter.subject, letter.text, letter.html):
        assert [c for c in part if c in "\x00\u202e\ud800\r"] == []
    assert "\n" not in letter.subject


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_our_text_stays_within_72_columns(kind: str, language: str) -> None:
    letter = write(kind, replace(CARD, letter_language=language))

    assert [line for line in letter.text.splitlines() if len(line) > 72] == []


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_link_in_a_letter_changes_anything(kind: str, language: str) -> None:
    """Field note 46: scanners open links. Ours write a mail to us or show the call's page."""
    letter = write(kind, replace(CARD, letter_language=language))

    links = Words(letter.html).addresses
    assert {re.sub(r"\?.*", "", link) for link in links} <= {"mailto:propositions@example.org", CALL.url}


def test_the_links_write_a_mail_with_the_reference() -> None:
    links = Words(write("acknowledgement").html).addresses

    assert links == [
        "mailto:propositions@example.org?subject=Correction%20de%20la%20proposition%20%5BP-7%5D",
        "mailto:propositions@example.org?subject=Retrait%20de%20la%20proposition%20%5BP-7%5D"
        "&body=Je%20retire%20ma%20proposition%20P-7.",
        "https://tissage.example.org/",
    ]


def test_quoted_words_are_marked_with_their_own_language() -> None:
    """WCAG 3.1.2: a screen reader changes its voice for an English title in a French letter."""
    english = write("acknowledgement", replace(CARD, language="en", title="Looms", abstract="They read."))
    unknown = write("acknowledgement", replace(CARD, language='x" onclick="', title="Looms"))

    assert re.findall(r'lang="en"[^>]*>([^<]*)<', english.html) == ["Looms", "They read."]
    assert re.findall(r"<(\w+)[^>]* ?lang=", unknown.html) == ["html", "div"]


def test_a_long_title_is_shortened_in_the_subject_only() -> None:
    title = "De l’art de nouer " + "des fils et " * 15 + "des idées"

    letter = write("acknowledgement", replace(CARD, title=title))

    start = "De l’art de nouer des fils et des fils et des fils et des fils et des fils et…"
    assert letter.subject == f"Proposition reçue\u202f: {start} [P-7]"
    assert title in Words(letter.html).words


def test_a_long_list_of_speakers_is_cut_and_says_so() -> None:
    card = replace(CARD, speakers=tuple(SpeakerCard(f"Personne Numéro {n}") for n in range(40)))

    assert [s.name for s in letters.tidied(card).speakers][-2:] == ["Personne Numéro 29", "…"]


@pytest.mark.parametrize(
    "path", sorted(resources.folder("templates").joinpath("letters/fr").iterdir()), ids=lambda p: p.name
)
def test_french_punctuation_never_begins_a_line(path: Path) -> None:
    """A narrow no-break space before ; : ! ? », and after «; the apostrophe is a curved one."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    quoted = "\n".join(
        re.findall(r'"([^"\n]*)"', " ".join(re.findall(r"\{[%{].*?[%}]\}", text, flags=re.DOTALL)))
    )
    prose = re.sub(
        r"<[^>]*>",
        "",
        re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{.*?\}\}", "x", text, flags=re.DOTALL), flags=re.DOTALL),
    )

    for part in (prose, quoted):
        words = re.sub(r"https?:\S+|&\w+;", "", part)
        assert re.findall(r"[^\u202f][;:!?»]|[^\u202f]»|«[^\u202f]|[^\W\d_]'[^\W\d_]", words) == []


@pytest.mark.parametrize("kind", [*store.DECISIONS, "confirmed", "question", "receipt"])
def test_quotation_marks_within_quotation_marks_are_the_inner_ones(kind: str) -> None:
    letter = write(kind, replace(CARD, title="Dix ans de « relevés » à la main", abstract="Des relevés."))

    for text in (letter.text, html_to_text(letter.html)):
        assert "«\u202fDix ans de “relevés” à la main\u202f»" in re.sub(r"[ \n]+", " ", text)


def test_a_french_letter_signs_with_the_event_between_quotation_marks_in_text_and_page() -> None:
    call = replace(CALL, event="Journée « Tissage » et calcul")
    letter = letters.decision(TEMPLATES, call, "accepted", CARD, ADA)

    for text in (letter.text, html_to_text(letter.html)):
        signed = text.replace("https://tissage.example.org/", "").strip().splitlines()[-1]
        assert signed == "«\u202fJournée “Tissage” et calcul\u202f»"


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_paragraphs_of_a_declined_proposal_stand_apart(language: str) -> None:
    letter = letters.decision(TEMPLATES, CALL, "declined", replace(CARD, letter_language=language), ADA)

    assert re.findall(r"\.\n(?=We hope|Nous espérons)", letter.text) == []


@pytest.mark.parametrize(
    "path", sorted(resources.folder("templates").joinpath("letters/en").iterdir()), ids=lambda p: p.name
)
def test_english_has_a_french_twin_and_its_own_marks(path: Path) -> None:
    # The operator's letters speak the language of the commands.
    operators = path.name.startswith(("alarm.", "recovered."))
    assert operators or path.parents[1].joinpath("fr", path.name).is_file()
    assert re.findall(r"[\u202f«»]", path.read_text(encoding="utf-8")) == []
