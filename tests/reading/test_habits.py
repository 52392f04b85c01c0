"""Habits of people who propose talks: posts to lists, boxes, lines that are paragraphs, labels with dashes."""

from __future__ import annotations

import pytest

from callboard.reading import fields, lengths, prose
from callboard.reading.clues import names_organisation
from callboard.reading.document import Document
from callboard.reading.people import parse
from callboard.reading.proposal import extract
from callboard.reading.reader import read
from callboard.reading.texnames import accented
from growth import grows_with_size_only
from handwritten import letter
from handwritten import proposed as one

TEXT = (
    "Old tide gauges were read by hand, twice a day, by whoever lived next to them. The notebooks survive in "
    "eleven harbours, and where they overlap with the first machines they disagree by a hand's breadth."
)
LONG = f"{TEXT} We compare both and explain which of them was right, and why it mattered to the pilots."


@pytest.mark.parametrize(
    "last",
    [
        "I would like to hear what others do, and to leave with one interface that we can all live with.",
        "I'd like to have those who keep the old gauges in one room for this.",
    ],
)
def test_a_post_to_a_list_asks_its_readers_what_it_proposes_to_discuss(last: str) -> None:
    assert (
        one(f"{TEXT}\n\n{last}", subject="[TOPIC] Tides by hand", posted=True).abstract == f"{TEXT}\n\n{last}"
    )


@pytest.mark.parametrize(
    ("line", "title", "people"),
    [
        ("“Tides by hand” by Ada Moreau (Harbour Trust)", "Tides by hand", [("Ada Moreau", "Harbour Trust")]),
        ("« Marées à la main » – Ada Moreau (CNRS)", "Marées à la main", [("Ada Moreau", "CNRS")]),
        (
            "“Tides by hand”, Ada Moreau and Karl Oder",
            "Tides by hand",
            [("Ada Moreau", None), ("Karl Oder", None)],
        ),
        ("“Tides” by the numbers", "“Tides” by the numbers", [("Ada Moreau", None)]),
    ],
)
def test_people_behind_a_title_in_quotation_marks(
    line: str, title: str, people: list[tuple[str, str | None]]
) -> None:
    found = one(f"{line}\n\n{LONG}")

    assert (found.title, [(each.name, each.affiliation) for each in found.speakers]) == (title, people)


@pytest.mark.parametrize(
    ("subject", "title", "minutes"),
    [
        ("Talk proposal: Tides by hand (20 min)", "Tides by hand", 20),
        ("Proposition d'exposé : Marées à la main (une demi-heure)", "Marées à la main", 30),
        ("Talk proposal: Tides by hand (again)", "Tides by hand (again)", None),
        ("Talk proposal: Boil an egg in (exactly 3 minutes)", "Boil an egg in (exactly 3 minutes)", 3),
    ],
)
def test_a_length_in_brackets_is_no_part_of_a_title_in_the_subject(
    subject: str, title: str, minutes: int | None
) -> None:
    found = one(LONG, subject=subject)

    assert (found.title, found.duration_minutes) == (title, minutes)


@pytest.mark.parametrize(
    "said",
    [
        "Je n'ai pas encore de résumé, il suivra avant la fin du mois.",
        "I have not written the abstract yet, sorry.",
    ],
)
def test_what_says_that_there_is_no_abstract_yet_is_none(said: str) -> None:
    assert one(f"Title: Tides by hand\n{said}\nAda Moreau").abstract is None


def titles(text: str) -> list[str | None]:
    return [
        found.title for found in extract(Document(text=text, sender="Ada Moreau", address="", subject=""))
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"Hello,\n\nFirst talk: Tides by hand\n{TEXT}\n\nSecond talk: Old ponds\n{TEXT}\n\nAda Moreau",
        f"I offer two talks; choose either.\n\n**Tides by hand**\n\n{TEXT}\n\n**Old ponds**\n\n{TEXT}\n\nAda Moreau",
        f"I offer two talks.\n\n“Tides by hand”\n{TEXT}\n\n“Old ponds”\n{TEXT}\n\nAda Moreau",
        f"I offer two talks.\n\n**Tides by hand**\n\n{TEXT}\n\n**Who it is for**\n\nAll.\n\n**Old ponds**\n\n{TEXT}\n\n"
        "**Who it is for**\n\nAll.\n\n**About the speaker**\n\nAda Moreau has read gauges for ten years.\n",
    ],
)
def test_talks_that_are_told_apart_by_turn_or_by_their_titles(text: str) -> None:
    assert titles(text) == ["Tides by hand", "Old ponds"]


def test_more_talks_than_anybody_proposes_are_not_told_apart() -> None:
    assert len(titles("\n\n".join(f"Title: Tides by hand {at}\nAbstract: {TEXT}" for at in range(40)))) == 20


def test_a_second_author_whose_name_no_list_has_stays_one() -> None:
    found = one(
        f"Tides by hand\nAda Moreau, Kwame Boateng\n\n{TEXT}\n\nI can come on both days.\n\nAda Moreau"
    )

    assert [each.name for each in found.speakers] == ["Ada Moreau", "Kwame Boateng"]


@pytest.mark.parametrize(
    "text",
    [
        f"Title: Tides by hand\n\nIn two parts.\n\nFirst session: {TEXT}\n\nSecond session: {TEXT}\n\nAda Moreau",
        f"Tides by hand\n\nThere are several topics:\n\n- gauges and who read them\n{TEXT}\n\n- clerks\n{TEXT}\n",
        f"Hello,\n\n**Tides by hand**\n\n{TEXT}\n\n**What to bring**\n\n{TEXT}\n\nAda Moreau",
        f"Tides by hand\n\nFirst: {TEXT}\n\nSecond: {TEXT}\n\nAda Moreau",
    ],
)
def test_the_parts_of_one_talk_are_no_talks(text: str) -> None:
    assert titles(text) == ["Tides by hand"]


def test_each_label_of_an_institution_belongs_to_the_person_above() -> None:
    found = one(
        "Title: Tides by hand\nAuthor: Ada Moreau\nAffiliation: University of Brenne\nEmail: ada@brenne.example\n"
        f"Co-author: Karl Oder\nAffiliation: Harbour Trust\n\nAbstract: {LONG}"
    )

    assert [(each.name, each.affiliation) for each in found.speakers] == [
        ("Ada Moreau", "University of Brenne"),
        ("Karl Oder", "Harbour Trust"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "I would need a socket and a table near the window.",
        "Keep up the great work!",
        "Bravo pour l'organisation !",
        "Si ce créneau ne convient pas, un poster m'irait aussi.",
    ],
)
def test_a_letter_to_the_organisers_ends_with_words_to_them(said: str) -> None:
    assert one(f"Tides by hand\n\n{TEXT}\n\n{said}").abstract == TEXT


def test_whom_a_topic_should_bring_together_is_no_part_of_it() -> None:
    found = one(f"{TEXT}\n\nSuggested participants:\n\n  Tom Pelling\n  Mina Rao\n", posted=True)

    assert found.abstract == TEXT


def test_a_line_that_leads_to_a_link_goes_with_it() -> None:
    assert one(f"{TEXT}\n\nThe notebooks are here:\n\nhttps://tides.example/books\n").abstract == TEXT


@pytest.mark.parametrize(
    ("last", "minutes"),
    [
        ("I would prefer a 30 minute slot.", 30),
        ("Je suis professeure des écoles à Vernoux.", None),
    ],
)
def test_where_lines_are_paragraphs_the_last_one_may_be_the_letters(last: str, minutes: int | None) -> None:
    found = one(f"Title: Tides by hand\nAbstract: {LONG}\n{last}\n")

    assert (found.abstract, found.duration_minutes) == (LONG, minutes)


def test_a_length_behind_the_text_is_seen_though_it_begins_within_a_line() -> None:
    found = one("Tides by hand\n\n" + TEXT.replace(" The", "\nThe") + " 30 minutes\nshould be enough.\n")

    assert (" ".join((found.abstract or "").split()), found.duration_minutes) == (TEXT, 30)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("I can do it in 30 min or less.", 30),
        ("I can present it in 10 minutes.", 10),
        ("Je peux le raconter en 15 minutes.", 15),
        ("I am leaving in 30 minutes.", None),
        ("Somebody will tell you in 20 minutes.", None),
    ],
)
def test_what_somebody_does_in_a_time_takes_so_long(said: str, minutes: int | None) -> None:
    assert lengths.minutes_in_prose(said) == minutes


@pytest.mark.parametrize(
    ("lines", "ticked"),
    [
        (["☐ Talk ☒ Demo ☐ Poster"], ["Demo"]),
        (["☒ communication orale   ☐ poster"], ["communication orale"]),
        (["☐ Talk", "☑ Poster"], ["Poster"]),
        (["[ ] Talk [x] Demo"], ["Demo"]),
        (["Talk ☐  Demo ☒"], ["Demo"]),
        (["☐ Talk ☐ Demo"], []),
        (["Talk, demo or poster"], None),
        (["see [x](https://brenne.example)"], None),
        (["a chessboard ☐ of squares"], None),
    ],
)
def test_boxes_are_drawn_in_many_ways(lines: list[str], ticked: list[str] | None) -> None:
    assert fields.ticked(lines) == ticked


def test_a_ticked_box_is_the_format() -> None:
    assert fields.format_of("☐ Talk ☒ Demo ☐ Poster") == "demo"


@pytest.mark.parametrize(
    "label", ["Proposed title – Tides by hand", "Title - Tides by hand", "Talk title — Tides by hand"]
)
def test_a_dash_may_stand_behind_a_label(label: str) -> None:
    assert one(f"{label}\n\nSynopsis – {TEXT}").title == "Tides by hand"


def test_a_heading_with_the_events_name_behind_a_dash_is_no_label() -> None:
    assert one(f"# Talk proposal - Brenne Days\n\n**Tides by hand**\n\n{TEXT}").title == "Tides by hand"


def test_a_title_that_ends_with_a_colon_goes_on_in_the_next_line() -> None:
    found = one(f"Titre : Le pas et la montre :\nmesurer avant le mètre\n\nRésumé : {TEXT}")

    assert found.title == "Le pas et la montre : mesurer avant le mètre"


@pytest.mark.parametrize(("label", "format_"), [("Atelier : ", "workshop"), ("Poster: ", "poster")])
def test_what_it_is_may_stand_before_the_title(label: str, format_: str) -> None:
    found = one(f"Bonjour,\n\n{label}Relier un carnet avec presque rien\n\n{TEXT}\n\nAda Moreau")

    assert (found.title, found.format, found.abstract) == (
        "Relier un carnet avec presque rien",
        format_,
        TEXT,
    )


@pytest.mark.parametrize("said", ["I would call it “Tides by hand”.", "Je l'appellerais « Tides by hand »."])
def test_a_sentence_says_what_a_talk_would_be_called(said: str) -> None:
    assert one(f"Hello,\n\nA colleague told me of your day. {said}\n\n{TEXT}\n\nAda").title == "Tides by hand"


def test_a_text_goes_on_behind_its_title_and_a_dash() -> None:
    text = (
        "you pluck the spokes, a phone listens, and it tells you which one to turn. works on bikes, wheelchairs and "
        "one ferris wheel so far."
    )

    found = one(f'hey\n\nroom for a lightning talk? mine would be "truing a wheel" - {text}\n\nada')

    assert (found.title, found.abstract) == ("truing a wheel", text)


def test_beside_a_label_for_institutions_names_are_people() -> None:
    found = one(
        f"Title: Tides\nPresenter(s): Ada Moreau, Kit Nakagawa\nAffiliation: Brenne Library\nAbstract: {TEXT}"
    )

    assert [(who.name, who.affiliation) for who in found.speakers] == [
        ("Ada Moreau", "Brenne Library"),
        ("Kit Nakagawa", "Brenne Library"),
    ]


@pytest.mark.parametrize(
    ("words", "place"), [("KIT", True), ("KIT Karlsruhe", True), ("Kit Nakagawa", False)]
)
def test_an_institution_in_capitals_is_one_in_capitals_only(words: str, place: bool) -> None:
    assert names_organisation(words) is place


def test_emphasis_around_a_line_marks_nobody_in_it() -> None:
    (who,) = parse("*Ada Moreau, Cartwheel Games*", trusted=True)

    assert (who.name, who.affiliation) == ("Ada Moreau", "Cartwheel Games")


def test_a_moderator_speaks() -> None:
    found = one(
        f"Title: Tides\nModerator: Ada Moreau (LIRE)\nPanellists: Tom Pelling (Pelling Ltd)\nAbstract: {TEXT}"
    )

    assert [who.name for who in found.speakers] == ["Ada Moreau", "Tom Pelling"]


def test_a_sender_with_a_degree_is_presented_by_name() -> None:
    assert prose.about_author("Ada Moreau leads the archive of Brenne.", ["Dr. Ada Moreau"])
    assert not prose.about_author("Ada is a language that few people write.", ["Dr. Tom Pelling"])


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"m\'etiers \`a tisser, d\`es $n=5$", "métiers à tisser, dès $n=5$"),
        (r"\c{c}a, \^{\i}le, M\"uller, \v{S}imek", "ça, île, Müller, Šimek"),
        (
            r"$\vec{v} \cdot \hat{x}$ in \cite{a} and \ref{u}",
            r"$\vec{v} \cdot \hat{x}$ in \cite{a} and \ref{u}",
        ),
    ],
)
def test_latex_accents_are_letters_and_commands_stay(written: str, read_as: str) -> None:
    assert accented(written) == read_as


def test_somebody_signs_the_paragraph_that_is_their_whole_letter() -> None:
    said = "I work as a carpenter in Leeds. Let me know what you think. Ada"

    found = one(f'Hi! I\'d like to offer a 20 minute talk titled "Tides by hand". {LONG} {said}')

    assert (found.title, found.abstract, found.duration_minutes) == ("Tides by hand", LONG, 20)


def test_several_talks_may_be_items_of_a_list() -> None:
    text = (
        "three ideas, pick whichever you like:\n\n"
        '* "Maps that lie" - how every map of a tramway moves your station, and who decides how far it goes.\n'
        '* "Drawing a river" - a hundred ways of drawing one, from the first atlas to pixels on a screen.\n'
    )

    found = extract(Document(text=text, sender="Ada Moreau", subject="ideas"))

    assert [talk.title for talk in found] == ["Maps that lie", "Drawing a river"]


def test_quotations_in_a_list_are_no_talks() -> None:
    text = (
        f'Title: Tides\n\nAbstract: {TEXT}\n\n* "high water" means two things here\n* "low water" only one\n'
    )

    assert len(extract(Document(text=text, sender="Ada Moreau"))) == 1


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Proposition de communication : colloque Eaux mêlées", None),
        ("Proposition de conf : Écrire un pilote en un après-midi", "Écrire un pilote en un après-midi"),
        ("Proposal: Conferences nobody went to in twelve posters", "Conferences nobody went to in twelve posters"),
    ],
)  # fmt: skip
def test_an_event_behind_generic_words_is_no_title(subject: str, title: str | None) -> None:
    found = extract(
        Document(text=f"Bonjour,\n\nvoici mon texte.\n\n{LONG}", subject=subject, sender="Ada Moreau")
    )

    assert [talk.title for talk in found] == [title]


def test_people_in_a_numbered_form_stand_one_to_a_line() -> None:
    people = "   Ada Moreau, archiviste, Archives de Brenne\n   Idriss Ben Salem, photographe\n"
    text = f"1. Titre\n   Tides\n\n2. Intervenant(s)\n{people}\n3. Résumé\n   {TEXT}\n"

    assert [who.name for who in one(text).speakers] == ["Ada Moreau", "Idriss Ben Salem"]


def test_labels_may_end_with_a_full_stop() -> None:
    found = one(f"Titre. Tides by hand\n\nAuteurs. Ada Moreau, Lise Vuong (LIRE)\n\nRésumé. {TEXT}")

    assert (found.title, found.abstract) == ("Tides by hand", TEXT)
    assert [who.name for who in found.speakers] == ["Ada Moreau", "Lise Vuong"]


def test_below_a_heading_and_a_title_names_are_no_abstract() -> None:
    found = one(
        f"PROPOSAL\n\nTitle: Tides by hand\n\nAda Moreau\nFaculty of Law, University of Brenne\n\n{LONG}"
    )

    assert (found.title, found.abstract) == ("Tides by hand", LONG)


def test_a_list_belongs_to_the_sentence_that_leads_to_it() -> None:
    text = (
        "I would like to suggest a session on tide gauges. We would discuss:\n\n"
        " - how the old notebooks were kept, and who still has them\n - what the first machines measured\n"
        " - whether both can be compared at all\n"
    )

    assert (one(text, subject="[TOPIC] Tides by hand", posted=True).abstract or "").startswith("I would like")


def test_the_letter_names_with_whom_a_proposal_is_made() -> None:
    text = f"Hello,\n\nJoint proposal with Piers Oakley and Sunniva Dahl.\n\n{LONG}\n\nAda Moreau"

    reading = read(letter(text, subject="[TOPIC] Tides by hand", list_id="harbours.example"))

    assert [who.name for who in reading.proposals[0].speakers] == [
        "Ada Moreau",
        "Piers Oakley",
        "Sunniva Dahl",
    ]


def test_labels_may_stand_in_one_line() -> None:
    found = one(f"Title: Tides by hand. Speaker: Ada Moreau, Bogland Trust. Abstract: {TEXT}")

    assert (found.title, found.abstract) == ("Tides by hand", TEXT)
    assert [(who.name, who.affiliation) for who in found.speakers] == [("Ada Moreau", "Bogland Trust")]


def test_a_word_before_a_colon_within_a_text_is_no_label() -> None:
    text = f"{TEXT} Title: that is what the keepers called the high water. Speaker: nobody knew."

    assert one(f"Abstract: {text}\n\nTitle: Tides by hand").abstract == text


def test_authors_may_stand_behind_a_title_in_quotation_marks() -> None:
    found = one(f'Bonjour,\n\n"Tides by hand", C. Lothon & A.\nMercadal, Observatoire du Sommet\n\n{TEXT}')

    assert found.title == "Tides by hand"
    assert [who.name for who in found.speakers] == ["C. Lothon", "A. Mercadal"]


def test_more_behind_a_title_in_quotation_marks_is_no_author() -> None:
    assert (
        one(f'"Tides", a study of notebooks in harbours\n\n{TEXT}').title
        == '"Tides", a study of notebooks in harbours'
    )


@pytest.mark.parametrize(
    "said",
    [
        "L'orateur est indiqué en gras.",
        "(The speaker is in bold)",
        "C'est un travail commun avec Bastien Rieu (LIRE).",
    ],
)
def test_a_remark_on_the_authors_is_no_part_of_the_text(said: str) -> None:
    assert (
        one(f"Titre : Tides\n\nAuteurs : Ada Moreau, Tom Pelling\n\nRésumé :\n\n{TEXT}\n\n{said}").abstract
        == TEXT
    )


@pytest.mark.parametrize(
    "piece",
    [
        "Title: a. Speaker: Bo Li. ",
        "☐ Talk ☒ Demo ",
        "* “A title” - a text. ",
        "Title: A: ",
        "**A title**\n\n",
        "First talk: A title\n\nSecond talk: A title\n\n",
    ],
)
def test_time_grows_with_the_size_only_in_these_ways(piece: str) -> None:
    said = "I offer two talks.\n\n"

    assert grows_with_size_only(lambda text: extract(Document(text=said + text)), (piece * 50_000)[:50_000])
