"""What a text proposes, by the ways in which people lay it out."""

from __future__ import annotations

import pytest

from callboard.reading.document import Document
from callboard.reading.proposal import extract
from callboard.reading.result import SpeakerFound
from growth import grows_with_size_only
from handwritten import proposed as one

TITLE = "Lire les brouillons d’un poète avec des réseaux de neurones"
BODY = (
    "Les brouillons gardent la trace des hésitations d’un auteur. Nous montrons comment un modèle entraîné sur "
    "des fac-similés retrouve l’ordre des ratures, et où il se trompe encore. Des exemples seront lus en séance."
)
ENGLISH = (
    "Drafts keep the traces of an author's doubts. We show how a model trained on facsimiles finds the order of "
    "the corrections again, and where it still fails. Some examples will be read aloud during the session."
)
ADA = SpeakerFound("Ada Moreau", None, "ada@brenne.example")


@pytest.mark.parametrize(
    "text",
    [
        f"Titre : {TITLE}\nRésumé : {BODY}",
        f"TITRE :{TITLE}\n\nRESUME\n{BODY}",
        f"**Titre :** {TITLE}\n\n**Résumé :**\n{BODY}",
        f"# {TITLE}\n\n## Résumé\n\n{BODY}\n\n## Niveau\nDébutant",
        f"- Titre de l'exposé : {TITLE}\n- Résumé (200 mots maximum) : {BODY}\n- Niveau : tous",
        f"Titre\t{TITLE}\nRésumé\t{BODY}",
        f"Tirte : {TITLE}\nResumé ; {BODY}",
        f"Titre / Title: {TITLE}\nRésumé / Abstract: {BODY}",
        f"{TITLE}\nAda Moreau\n\n{BODY}",
        f"{TITLE}\n\n{BODY}",
        f"« {TITLE} »\n\n{BODY}",
        f"**{TITLE}**\n\n{BODY}",
        f"Bonjour,\n\nVoici ma proposition d'exposé.\n\n{TITLE}\n\n{BODY}\n\nBien cordialement,\nAda Moreau",
        f"Chers collègues,\n\nje souhaiterais présenter un exposé intitulé « {TITLE} ».\n\n{BODY}\n\nMerci !\nAda",
        f"bonjour\n\nje vous propose un expose pour la journee :\n{TITLE}\n\n{BODY}\n\ncdt\nada",
        f"Ada Moreau, LIRE\n\n« {TITLE} »\n\n{BODY}",
    ],
)
def test_title_and_abstract_are_the_authors_words(text):
    found = one(text)

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_the_parts_of_an_abstract_stand_in_it_once():
    body = f"{BODY} {BODY}\n\nIntroduction : on relit les ratures."

    assert one(f"{TITLE}\n\nAda Moreau\n\n{body}").abstract == body


def test_the_subject_gives_the_title_when_the_text_gives_none():
    found = one(f"Bonjour,\n\n{BODY}\n\nAda Moreau", subject=f"Re: [atelier] Proposition : {TITLE}")

    assert (found.title, found.sources["title"].part, found.abstract) == (TITLE, "subject", BODY)


@pytest.mark.parametrize(
    "subject",
    ["Proposition d'exposé", "Re: appel à contributions", "proposition", "Talk proposal", "Exposé Ada Moreau", "",
     "Soumission pour la journée du 4 mai", "Journée LIRE - proposition d'exposé", "(untitled)", "Titre à venir"],
)  # fmt: skip
def test_generic_subjects_are_no_titles(subject):
    assert one(f"Bonjour,\n\n{BODY}\n\nAda Moreau", subject=subject).title is None


def test_a_title_to_come_is_no_title():
    assert one(f"Titre : à venir\nRésumé : {BODY}", subject="proposition").title is None


def test_a_wrapped_text_is_joined_and_its_paragraphs_are_kept():
    wrapped = (
        "Les brouillons gardent la trace des hésitations d’un auteur, et chacune\n"
        "d’elles se lit encore.\n\nNous lisons :\n- les ratures,\n- les marges."
    )

    assert one(f"Titre : {TITLE}\nRésumé :\n{wrapped}").abstract == (
        "Les brouillons gardent la trace des hésitations d’un auteur, et chacune d’elles se lit encore.\n\n"
        "Nous lisons :\n- les ratures,\n- les marges."
    )


def test_what_stands_around_the_text_is_left_out():
    text = (
        f"Titre : {TITLE}\n\n{BODY}\n\nRéférences\n[1] A. Moreau, Lire, 2019.\n\nBio : Ada Moreau lit.\n\n"
        "Je ne serai disponible que le matin.\n\nCordialement,\nAda Moreau"
    )
    found = one(text)

    assert (found.abstract, found.bio) == (BODY, "Ada Moreau lit.")


def test_availability_is_in_the_speakers_words_and_not_in_the_text():
    found = one(f"Titre : {TITLE}\nRésumé :\n{BODY}\n\nJe ne serai disponible que l’après-midi.\n\nAda")

    assert (found.availability, found.abstract) == ("Je ne serai disponible que l’après-midi.", BODY)


def test_a_form_is_read_without_its_hints():
    text = (
        "### Title\n\nReading drafts\n\n### Abstract (900 characters)\n\n<!-- no markdown please -->\n\n"
        f"{ENGLISH}\n\n* Length (max 45 min):\n  - [ ] Lightning (10 minutes)\n  - [x] Regular (20 minutes)\n\n"
        "* Keywords: drafts, reading; poets\n* Level:\n  - [ ] Beginner\n\n## About you\n* Name: Karl Oder\n"
        "* Company: Novatis\n* Email: karl@novatis.example\n"
    )
    found = one(text, sender=None, address=None)

    assert (found.title, found.abstract, found.duration_minutes, found.keywords, found.speakers) == (
        "Reading drafts", ENGLISH, 20, ("drafts", "reading", "poets"),
        (SpeakerFound("Karl Oder", "Novatis", "karl@novatis.example"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("Durée : 20 minutes", 20), ("Duree souhaité : 15 mn", 15), ("Durée : 1h30", 90), ("Length: ~45 min", 45),
        ("Durée : 20' + 5' de questions", 20), ("Durée : 20-30 min", None), ("Durée (max 45 min) :", None),
        ("Length: - [ ] 10 minutes", None), ("Durée : à voir", None), ("Durée : 25", 25),
    ],
)  # fmt: skip
def test_only_a_value_is_a_length(line, minutes):
    assert one(f"Titre : {TITLE}\n{line}\nRésumé : {BODY}").duration_minutes == minutes


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("Voici une proposition d’exposé de 20 minutes.", 20),
        ("Please find below a proposal for a 25-minute talk.", 25),
        ("Voici une proposition (les exposés durent 20 à 30 min).", None),
        ("Voici ma proposition d’exposé.", None),
    ],
)
def test_a_sentence_may_say_the_length(sentence, minutes):
    assert one(f"Bonjour,\n\n{sentence}\n\n{TITLE}\n\n{BODY}").duration_minutes == minutes


@pytest.mark.parametrize(
    ("words", "format_"),
    [("Format : poster", "poster"), ("Type: lightning talk", "lightning"), ("Format : exposé long", "talk"),
     ("Format : atelier", "workshop"), ("Format : table ronde", "panel"), ("Format :", None)],
)  # fmt: skip
def test_the_format_is_named_by_its_label(words, format_):
    text = f"Titre : Lire\n{words}\nRésumé : Les brouillons gardent la trace des hésitations de chacun."

    assert one(text).format == format_


def test_the_sender_speaks_when_nobody_else_is_named():
    assert one(f"Titre : {TITLE}\nRésumé : {BODY}").speakers == (ADA,)


def test_the_sender_among_the_speakers_keeps_their_address():
    found = one(f"Titre : {TITLE}\nAuteurs : A. Moreau (LIRE), K. Oder (Novatis)\nRésumé : {BODY}")

    assert found.speakers == (
        SpeakerFound("A. Moreau", "LIRE", "ada@brenne.example"),
        SpeakerFound("K. Oder", "Novatis"),
    )


def test_a_sender_who_speaks_alone_keeps_their_full_name():
    found = one(f"Titre : {TITLE}\nAutrice : A. Moreau (LIRE)\nRésumé : {BODY}")

    assert found.speakers == (SpeakerFound("Ada Moreau", "LIRE", "ada@brenne.example"),)


def test_a_sender_who_is_no_speaker_is_none():
    found = one(f"Titre : {TITLE}\nIntervenant : Karl Oder\nRésumé : {BODY}\n\nCordialement,\nAda Moreau")

    assert found.speakers == (SpeakerFound("Karl Oder"),)


def test_an_office_is_no_speaker():
    assert one(f"Titre : {TITLE}\nRésumé : {BODY}", sender="Secrétariat du laboratoire").speakers == ()


def test_footnotes_below_the_authors_are_their_institutions():
    found = one(f"{TITLE}\n\nAda Moreau¹, Karl Oder²\n\n¹ LIRE, Brenneville\n² Novatis\n\n{BODY}")

    assert [(s.name, s.affiliation) for s in found.speakers] == [
        ("Ada Moreau", "LIRE, Brenneville"), ("Karl Oder", "Novatis"),
    ]  # fmt: skip
    assert found.abstract == BODY


def test_links_are_kept_without_the_punctuation_around_them():
    text = f"Titre : {TITLE}\nRésumé : {BODY} (voir https://brenne.example/a_(b)).\nPage web : https://ada.example."

    assert one(text).links == ("https://brenne.example/a_(b)", "https://ada.example")


def test_the_language_is_the_proposals():
    assert (
        one(f"Bonjour,\n\nVoici ma proposition.\n\nTitle: Reading drafts\nAbstract: {ENGLISH}").language
        == "en"
    )


def test_two_titles_are_two_proposals():
    text = (
        f"Bonjour,\n\nTitre : Lire un\nRésumé : {BODY}\n\nTitre : Lire deux\nRésumé : {ENGLISH}\n\nAda Moreau"
    )
    found = extract(Document(text=text, sender="Ada Moreau"))

    assert [(p.title, p.abstract) for p in found] == [("Lire un", BODY), ("Lire deux", ENGLISH)]


def test_two_numbered_talks_are_two_proposals():
    text = f"Bonjour,\n\nje propose deux exposés :\n\n1) Lire un\n{BODY}\n\n2) Lire deux\n{ENGLISH}\n\nAda Moreau"
    found = extract(Document(text=text, sender="Ada Moreau", subject="Deux propositions"))

    assert [(p.title, p.abstract) for p in found] == [("Lire un", BODY), ("Lire deux", ENGLISH)]


def test_a_numbered_outline_is_one_proposal():
    text = f"Titre : {TITLE}\nRésumé : {BODY}\n\n1) Les ratures et leur ordre\n2) Les marges et leur sens\n"

    assert len(extract(Document(text=text))) == 1


def test_every_field_says_where_it_came_from():
    text = f"Titre : {TITLE}\nRésumé : {BODY}"
    source = one(text).sources["title"]

    assert (source.part, source.rule, text[source.start : source.end]) == ("text", "label", TITLE)


@pytest.mark.parametrize("text", ["", "\n\n", "Merci !", "-- \n", "???"])
def test_nothing_is_made_of_nothing(text):
    assert extract(Document(text=text, sender="Ada Moreau")) == ()


@pytest.mark.parametrize(
    "piece",
    ["Titre : ", "# x\n", "(", "Ada Moreau (X), ", "« a b", '"a b ', "http://a)))))", "20 min ", "1) abc\n", "¹",
     "Auteurs :\n\n", "a.b.c.", "- [ ] a\n", "---\n", "[a](#", "<!-- ", "(1) a\n", "J. ", "20-30 ", " et ", "**a** ",
     "Please let me know.\n\n", "I am a postman.\n\n", "Hello,\n", "https://a.example/b\n", "Title\nabc\n\n", "a\tb\n",
     "Duration: 5\n", "“a b c” "],
)  # fmt: skip
def test_time_grows_with_the_size_only(piece):
    def work(text):
        extract(Document(text="Auteurs : " + text, sender="Ada Moreau"))

    assert grows_with_size_only(work, (piece * 50_000)[:50_000])


def names(text, **known):
    return [(speaker.name, speaker.affiliation) for speaker in one(text, **known).speakers]


def test_latex_fields_are_read():
    found = one(
        "\\documentclass{article}\n\\title{Reading $n$-grams again}\n\\author{Karl Oder \\and Lise Nguyen}\n"
        f"\\begin{{document}}\n\\maketitle\n\\begin{{abstract}}\n{ENGLISH}\n\\end{{abstract}}\n\\end{{document}}"
    )

    assert (found.title, found.abstract) == ("Reading $n$-grams again", ENGLISH)
    assert [speaker.name for speaker in found.speakers] == ["Karl Oder", "Lise Nguyen"]


def test_what_latex_says_keeps_its_place():
    text = (
        "\\documentclass{article}\n\\title[Short]{Reading\ndrafts} \\author{Karl Oder \\and Lise Nguyen}\n"
        f"\\begin{{abstract}}\n{ENGLISH}\n\\end{{abstract}}"
    )
    sources = one(text).sources

    assert [text[sources[name].start : sources[name].end] for name in ("title", "speakers", "abstract")] == [
        "Reading\ndrafts", "Karl Oder \\and Lise Nguyen", ENGLISH,
    ]  # fmt: skip


def test_a_covering_letter_may_name_who_presents():
    cover = "Bonjour,\n\nJe vous transmets, de la part de Karl Oder, la proposition suivante.\n\n"

    assert names(f"{cover}Titre : {TITLE}\nRésumé : {BODY}") == [("Karl Oder", None)]


def test_a_covering_letter_may_name_who_speaks_with_its_writer():
    cover = "Bonjour,\n\nJe propose, avec Karl Oder et Lise Nguyen, l’exposé suivant.\n\n"

    assert names(f"{cover}Titre : {TITLE}\nRésumé : {BODY}") == [
        ("Ada Moreau", None), ("Karl Oder", None), ("Lise Nguyen", None),
    ]  # fmt: skip


def test_the_authors_institution_may_stand_on_the_line_below():
    assert names(f"{TITLE}\n\nAda Moreau, Karl Oder\nLIRE, Université de Brenne\n\n{BODY}") == [
        ("Ada Moreau", "LIRE, Université de Brenne"), ("Karl Oder", "LIRE, Université de Brenne"),
    ]  # fmt: skip


def test_footnotes_may_share_a_line():
    text = (
        f"Titre : {TITLE}\nAuteurs : Karl Oder(1), Lise Nguyen(2)\n(1) LIRE, Brenne (2) CNRS\nRésumé : {BODY}"
    )

    assert names(text) == [("Karl Oder", "LIRE, Brenne"), ("Lise Nguyen", "CNRS")]


def test_numbered_labels_are_labels():
    text = (
        f"1. Titre de la communication : {TITLE}\n2. Nom, prénom : Karl Oder\n3. Laboratoire : LIRE\n"
        f"4. Résumé : {BODY}\n5. Durée souhaitée : 20 minutes\n6. Disponibilités : le 12 après-midi"
    )
    found = one(text)

    assert (found.title, found.abstract, found.duration_minutes, found.availability) == (
        TITLE, BODY, 20, "le 12 après-midi",
    )  # fmt: skip
    assert names(text) == [("Karl Oder", "LIRE")]


def test_one_line_under_a_label_of_texts_is_the_title_of_the_text_below():
    found = one(f"Proposition : {TITLE}\n\n{BODY}")

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_a_length_in_brackets_is_no_part_of_the_title():
    found = one(f"Bonjour,\n\nJe propose :\n\n{TITLE} (20 min)\n\n{BODY}\n\nA+\nAda Moreau\nLIRE")

    assert (found.title, found.duration_minutes, found.abstract) == (TITLE, 20, BODY)


def test_a_line_set_in_bold_is_the_title_although_the_subject_says_something_else():
    text = f"Bonjour,\n\n{TITLE}\n\n{BODY}\n\nAda Moreau"
    found = one(text, subject="Une autre affaire importante", emphasised=(TITLE,))

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_a_title_may_be_introduced_without_quotation_marks():
    found = one(
        f"Bonjour,\n\nje souhaite proposer un exposé intitulé Lire les ratures.\n\n{BODY}\n\nAda Moreau"
    )

    assert (found.title, found.abstract) == ("Lire les ratures", BODY)


def test_a_papers_introduction_is_no_part_of_its_abstract():
    found = one(
        f"{TITLE}\nAda Moreau\nRésumé\n{BODY}\n1 Introduction\nNous commençons par lire.\n",
        part="attachment a.pdf",
    )

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_a_signature_with_a_mail_without_name_gives_the_speaker():
    found = one(f"Titre : {TITLE}\nRésumé : {BODY}\n\nCordialement,\n\nAda Moreau\nLIRE", sender=None)

    assert found.speakers == (SpeakerFound("Ada Moreau", "LIRE", "ada@brenne.example"),)


def test_authors_above_a_short_text_are_no_signature():
    text = (
        "Dear all,\n\nI would like to submit the following talk.\n\nReading drafts\n"
        "Ada Moreau (LIRE) and Karl Oder (CNRS)\n\n"
        "Drafts keep the traces of doubts, and we show how a model finds them.\n\nKind regards,\nAda"
    )
    found = one(text, subject="Talk: Reading drafts")

    assert (found.title, found.abstract) == (
        "Reading drafts", "Drafts keep the traces of doubts, and we show how a model finds them.",
    )  # fmt: skip
    assert names(text) == [("Ada Moreau", "LIRE"), ("Karl Oder", "CNRS")]


def test_a_friendly_letter_is_no_part_of_the_text():
    letter = (
        "Bonjour Lise,\n\nJ’espère que tu vas bien. Comme convenu lors de notre dernière réunion, je t’envoie ma "
        "proposition pour la journée de mai. N’hésite pas à me dire si le format te convient.\n\n"
    )
    found = one(f"{letter}{TITLE}\n\n{BODY}\n\nBises,\nAda")

    assert (found.title, found.abstract) == (TITLE, BODY)


def test_an_institution_below_the_authors_is_everybodys():
    text = f"{TITLE}\n\nA. Moreau*, K. Oder\n\nLIRE, Université de Brenne\n\n{BODY}\n\n* oratrice"

    assert names(text) == [
        ("A. Moreau", "LIRE, Université de Brenne"),
        ("K. Oder", "LIRE, Université de Brenne"),
    ]
    assert one(text).abstract == BODY


def test_a_proposed_talk_is_a_title():
    found = one(f"Proposed talk: Reading drafts\nSpeaker: Karl Oder\nAbstract: {ENGLISH}")

    assert (found.title, found.abstract) == ("Reading drafts", ENGLISH)


def test_time_grows_with_the_size_only_below_many_headings():
    def work(text):
        extract(Document(text=f"{BODY}\n\n{BODY}\n\n{text}"))

    assert grows_with_size_only(work, "# a b\n\nabc\n\n\n" * 2_000)
