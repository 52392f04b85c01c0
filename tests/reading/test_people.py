"""Names in the ways people write them."""

from __future__ import annotations

import time

import pytest

from callboard.reading import mentions
from callboard.reading.bylines import beside, line_of_people
from callboard.reading.clues import Around, leaning
from callboard.reading.names import (
    addresses_in,
    initials_of,
    looks_like_name,
    owns,
    same_person,
    tidy_name,
)
from callboard.reading.people import parse
from callboard.reading.result import SpeakerFound
from growth import grows_with_size_only

ADA = SpeakerFound("Ada Moreau", "LIRE, Université de Brenne")
KARL = SpeakerFound("Karl Oder", "TU Hallstadt")


def some(*names: str) -> tuple[SpeakerFound, ...]:
    return tuple(map(SpeakerFound, names))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Moreau (LIRE, Université de Brenne), Karl Oder (TU Hallstadt)", (ADA, KARL)),
        ("Ada Moreau (LIRE, Université de Brenne) et Karl Oder (TU Hallstadt)", (ADA, KARL)),
        ("Ada Moreau (LIRE, Université de Brenne)\nKarl Oder (TU Hallstadt)", (ADA, KARL)),
        ("- Ada Moreau, LIRE, Université de Brenne\n- Karl Oder, TU Hallstadt", (ADA, KARL)),
        ("1. Ada Moreau, LIRE, Université de Brenne\n2. Karl Oder, TU Hallstadt", (ADA, KARL)),
        ("• Ada Moreau – LIRE, Université de Brenne\n• Karl Oder – TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau, LIRE, Université de Brenne; Karl Oder, TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau, LIRE, Université de Brenne / Karl Oder, TU Hallstadt", (ADA, KARL)),
        ("Ada Moreau\nLIRE, Université de Brenne\n\nKarl Oder\nTU Hallstadt", (ADA, KARL)),
        ("Ada Moreau (LIRE, Université de Brenne), joint work with Karl Oder (TU Hallstadt)", (ADA, KARL)),
        ("Ada Moreau et Karl Oder (INSA)", (SpeakerFound("Ada Moreau", "INSA"), SpeakerFound("Karl Oder", "INSA"))),
        ("Ada Moreau (LIRE), Karl Oder, Lise Van Damme, Tom Hill (INSA)",
         (SpeakerFound("Ada Moreau", "LIRE"), *some("Karl Oder", "Lise Van Damme"), SpeakerFound("Tom Hill", "INSA"))),
        ("Ada Moreau, Karl Oder\nINSA", (SpeakerFound("Ada Moreau", "INSA"), SpeakerFound("Karl Oder", "INSA"))),
        ("Ada Moreau, Novatis / Karl Oder, Novatis",
         (SpeakerFound("Ada Moreau", "Novatis"), SpeakerFound("Karl Oder", "Novatis"))),
        ("Ada Moreau, Karl Oder et Lise Van Damme", some("Ada Moreau", "Karl Oder", "Lise Van Damme")),
        ("Ada Moreau, Karl Oder, Lise Van\nDamme", some("Ada Moreau", "Karl Oder", "Lise Van Damme")),
        ("A. Moreau et al. (LIRE)", (SpeakerFound("A. Moreau", "LIRE"),)),
        ("Salomon B., Viala-Courtès M.", some("B. Salomon", "M. Viala-Courtès")),
        ("J.-P. Durand and A.-M. van der Berg", some("J.-P. Durand", "A.-M. van der Berg")),
        ("John E Smith, Omar bin Farouk, Ana de la Torre", some("John E Smith", "Omar bin Farouk", "Ana de la Torre")),
        ("claire launay et paul noir", some("claire launay", "paul noir")),
        ("Lise Noir\nPaul Noir\nAda Moreau (LIRE, Université de Brenne)\nKarl Oder (TU Hallstadt)",
         (*some("Lise Noir", "Paul Noir"), ADA, KARL)),
    ],
)  # fmt: skip
def test_people_are_read_with_their_institutions(text, people):
    assert parse(text, trusted=True) == people


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("MOREAU Ada, Université de Brenne", "Université de Brenne"),
        ("Ada Moreau - Développeuse @ Novatis", "Novatis"),
        ("Ada Moreau - Dev Web & Cloud @ Novatis", "Novatis"),
        ("Ada Moreau, ingénieure chez Novatis", "Novatis"),
        ("Ada Moreau, Professor of History, University of Hull", "University of Hull"),
        ("Ada Moreau, head of maps at the Harbour Library", "Harbour Library"),
        ("Ada Moreau (PhD student, LIRE)", "LIRE"),
        ("Ada Moreau (doctorante au LIRE)", "LIRE"),
        ("Ada Moreau (société Novatis)", "Novatis"),
        ("Ada Moreau at Novatis", "Novatis"),
        ("Ada Moreau, PhD, LIRE", "LIRE"),
        ("Dr. Ada Moreau PhD (she/her), Novatis", "Novatis"),
        ("Ada Moreau (she/her, @adamo) — Clever Cloud", "Clever Cloud"),
        ("Ada Moreau, Laboratoire de Lecture (LIRE, UMR 1234), Université de Brenne",
         "Laboratoire de Lecture (LIRE, UMR 1234), Université de Brenne"),
        ("Ada Moreau (Laboratoire de Lecture (LIRE), Université de Brenne)",
         "Laboratoire de Lecture (LIRE), Université de Brenne"),
        ("Ada Moreau, Department of History and Political Science, University of Hull",
         "Department of History and Political Science, University of Hull"),
        ("Ada Moreau, Cabinet Colonna & Vidal", "Cabinet Colonna & Vidal"),
        ("Ada Moreau, Payslip Cooperative", "Payslip Cooperative"),
        ("Ada Moreau (Faculty of Law, Norðurháskóli)", "Faculty of Law, Norðurháskóli"),
        ("Ada Moreau (ada@brenne.example), LIRE", "LIRE"),
        ("Ada Moreau - 20 min", None),
        ("Ada Moreau (chair)", None),
        ("Ada Moreau, PhD student", None),
        ("Ada Moreau (elle)", None),
        ("Ada Moreau (could also be somebody else from another team)", None),
    ],
)  # fmt: skip
def test_what_stands_beside_a_name_is_a_place_or_left_out(text, place):
    assert [person.affiliation for person in parse(text, trusted=True)] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Moreau¹, Karl Oder²\n¹ LIRE, Université de Brenne\n² TU Hallstadt",
        "Ada Moreau^1, Karl Oder^2\n^1 LIRE, Université de Brenne\n^2 TU Hallstadt",
        "Ada Moreau^{1}, Karl Oder^{2}\n1 LIRE, Université de Brenne\n2 TU Hallstadt",
        "Ada Moreau$^1$ and Karl Oder$^2$\n$^1$LIRE, Université de Brenne\n$^2$TU Hallstadt",
        "Ada Moreau (1), Karl Oder (2)\n(1) LIRE, Université de Brenne\n(2) TU Hallstadt",
        "Ada Moreau [1], Karl Oder [2]\n[1] LIRE, Université de Brenne\n[2] TU Hallstadt",
        "Ada Moreau1, Karl Oder2\n1 LIRE, Université de Brenne\n2 TU Hallstadt",
        "Ada Moreaua, Karl Oderb\na LIRE, Université de Brenne\nb TU Hallstadt",
        "Ada Moreau*, Karl Oder†\n* LIRE, Université de Brenne\n† TU Hallstadt",
        "Ada Moreau¹, Karl Oder²\n¹ LIRE, Université de Brenne, ² TU Hallstadt",
        r"Ada Moreau\thanks{LIRE, Universit\'e de Brenne} \and Karl Oder\thanks{TU Hallstadt}",
        r"Ada Moreau\inst{1} \and Karl Oder\inst{2}" "\n1 LIRE, Université de Brenne\n2 TU Hallstadt",
    ],
)  # fmt: skip
def test_marks_lead_to_their_legend(text):
    assert parse(text, trusted=True) == (ADA, KARL)


def test_two_footnotes_give_both_institutions():
    found = parse("Ada Moreau¹'², Karl Oder¹\n¹ LIRE\n² CNRS", trusted=True)

    assert [person.affiliation for person in found] == ["LIRE ; CNRS", "LIRE"]


def test_a_figure_in_the_name_of_a_laboratory_is_no_mark():
    assert parse("Ada Moreau, MAP5, Karl Oder, TU Hallstadt", trusted=True) == (
        SpeakerFound("Ada Moreau", "MAP5"), KARL,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "presenting"),
    [
        ("Ada Moreau*, Karl Oder\n* presenting author", [True, False]),
        ("Ada Moreau, Karl Oder*\nLIRE\n* orateur", [False, True]),
        ("Ada Moreau, Karl Oder (speaker)", [False, True]),
        ("*Ada Moreau*, Karl Oder", [True, False]),
        ("Ada Moreau*, Karl Oder\n* LIRE", [False, False]),
        ("Ada Moreau, Karl Oder", [False, False]),
    ],
)
def test_a_mark_or_a_word_says_who_presents(text, presenting):
    assert [person.presenter for person in parse(text, trusted=True)] == presenting


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("Ada Moreau <ada@brenne.example>, Karl Oder <karl@hall.example>", ["ada@brenne.example", "karl@hall.example"]),
        ("Ada Moreau, Karl Oder\nLIRE\nada@lire.example, karl@lire.example", ["ada@lire.example", "karl@lire.example"]),
        ("Ada Moreau, Karl Oder\n{oder,moreau}@lire.example", ["moreau@lire.example", "oder@lire.example"]),
        ("Ada Moreau (LIRE), ada@lire.example\nKarl Oder", ["ada@lire.example", None]),
        ("Ada Moreau\nada@lire.example\nLIRE\nKarl Oder\nk@hall.example", ["ada@lire.example", "k@hall.example"]),
        ("Ada Moreau, Karl Oder (k.oder@hall.example)", [None, "k.oder@hall.example"]),
        ("Ada Moreau¹, Karl Oder²\n¹ LIRE, ada@lire.example\n² TU Hallstadt", ["ada@lire.example", None]),
    ],
)  # fmt: skip
def test_addresses_go_to_whom_they_belong(text, emails):
    assert [person.email for person in parse(text, trusted=True)] == emails


@pytest.mark.parametrize(
    ("text", "number", "people"),
    [
        # The label announces one, and no word says that the second is a place.
        ("Fenwick Ottery, Rising Tide", -1, (SpeakerFound("Fenwick Ottery", "Rising Tide"),)),
        ("Fenwick Ottery, Rising tide, Hull", -1, (SpeakerFound("Fenwick Ottery", "Rising tide, Hull"),)),
        ("Fenwick Ottery, Wendel Rask", 1, some("Fenwick Ottery", "Wendel Rask")),
        ("Fenwick Ottery, Maria Rask", -1, some("Fenwick Ottery", "Maria Rask")),
        ("Fenwick Ottery and Wendel Rask", -1, some("Fenwick Ottery", "Wendel Rask")),
        ("Fenwick Ottery, Dr Wendel Rask", -1, some("Fenwick Ottery", "Wendel Rask")),
        ("Fenwick Ottery, W. Rask", -1, some("Fenwick Ottery", "W. Rask")),
        ("Fenwick Ottery, Wendel Rask (Hull)", -1,
         (SpeakerFound("Fenwick Ottery", "Hull"), SpeakerFound("Wendel Rask", "Hull"))),
        ("Fenwick Ottery, Rising Tide\nWendel Rask, Blue Oak", 0,
         (SpeakerFound("Fenwick Ottery", "Rising Tide"), SpeakerFound("Wendel Rask", "Blue Oak"))),
    ],
)  # fmt: skip
def test_the_label_and_the_pattern_tell_a_second_person_from_a_place(text, number, people):
    assert parse(text, trusted=True, number=number) == people


@pytest.mark.parametrize(
    ("words", "around", "person"),
    [
        ("Wendel Rask", Around(("Wendel Rask",)), True),
        ("Wendel Rask", Around((), ("w.rask@hull.example",)), True),
        ("Rising Tide", Around((), ("fenwick@risingtide.example",)), False),
        ("Rising Tide Ltd", Around(), False),
        ("Blue Oak Films", Around(), False),
        ("JetBrains Prague", Around(), False),
        ("Mme Rask", Around(), True),
        ("W. Rask", Around(), True),
        ("Wendel van der Rask", Around(), True),
        ("University of Hull", Around(("Wendel Rask",)), False),
    ],
)
def test_what_the_rest_of_the_mail_says_counts(words, around, person):
    assert (leaning(words, around) > 0, leaning(words, around) < 0) == (person, not person)


def test_the_writer_may_say_me():
    found = parse("me and Karl Oder (TU Hallstadt)", trusted=True, around=Around(("Ada Moreau",)))

    assert [person.name for person in found] == ["Ada Moreau", "Karl Oder"]


def test_an_address_wrapped_over_lines_stays_one_institution():
    text = (
        "Ada Moreau <ada@brenne.example>, Laboratoire de Lecture, Campus des\n"
        "Étangs, bâtiment 12, 36000 Brenneville\nKarl Oder <karl@hall.example>, Atelier du Nord"
    )

    assert parse(text, trusted=True) == (
        SpeakerFound(
            "Ada Moreau",
            "Laboratoire de Lecture, Campus des Étangs, bâtiment 12, 36000 Brenneville",
            "ada@brenne.example",
        ),
        SpeakerFound("Karl Oder", "Atelier du Nord", "karl@hall.example"),
    )


@pytest.mark.parametrize(
    ("listed", "lines", "count"),
    [
        ("Ada Moreau¹, Karl Oder²", ["¹ LIRE", "² TU Hallstadt"], 2),
        ("Ada Moreaua, Karl Oderb", ["a LIRE", "b TU Hallstadt", "We show that names are read."], 2),
        ("Ada Moreau, Karl Oder", ["LIRE, Université de Brenne", "ada@brenne.example"], 2),
        ("Ada Moreau, Karl Oder", ["ada@brenne.example, karl@hall.example"], 1),
        ("Ada Moreau*, Karl Oder", ["* presenting author"], 1),
        ("Ada Moreau, Karl Oder", ["1 of 3 letters is read by a machine."], 0),
        (
            "Ada Moreau, Karl Oder",
            ["Since 2012 the university library has kept letters that", "nobody reads."],
            0,
        ),
    ],
)
def test_lines_below_a_list_are_taken_only_where_they_speak_of_it(listed, lines, count):
    assert beside(listed, lines, placed=False) == count


@pytest.mark.parametrize(
    "text",
    ["Ada Moreau", "J. Van den Berg", "Marie-Lou O’Brien", "Ada MOREAU", "J.-P. Durand", "Guillaume Membré",
     "Omar bin Farouk", "Nguyễn Thị Hồng Loan", "Guðrún Ásta Þorvaldsdóttir"],
)  # fmt: skip
def test_names_look_like_names(text):
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Université de Brenne",
        "bonjour à tous",
        "Version 2",
        "CNRS",
        "a title of a talk",
        "Responsable technique",
        "The Library",
        "Software Engineer",
        "",
    ],
)
def test_other_words_do_not_look_like_names(text):
    assert not looks_like_name(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A. Moreau", "Ada Moreau", True),
        ("MOREAU Ada", "Ada Moreau", True),
        ("Ada", "Ada Moreau", True),
        ("Ada Moreau", "Ada Moret", False),
        ("Karl Moreau", "Ada Moreau", False),
        ("", "Ada Moreau", False),
        (None, None, False),
    ],
)
def test_names_of_one_person_are_recognised(one, other, same):
    assert same_person(one, other) is same


@pytest.mark.parametrize(
    ("name", "address", "own"),
    [
        ("Ada Moreau", "ada.moreau@brenne.example", True),
        ("Ada Moreau", "amoreau@brenne.example", True),
        ("Ada Moreau", "moreau@brenne.example", True),
        ("Ada Moreau", "ada@brenne.example", True),
        ("Ada Moreau", "am@brenne.example", True),
        ("Ada Moreau", "contact@moreau.example", False),
        ("Ada Moreau", "karl.oder@brenne.example", False),
    ],
)
def test_an_address_is_spelt_after_its_owner(name, address, own):
    assert owns(name, address) is own


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("**Ada Moreau**", "Ada Moreau"),
        ("Mme Ada Moreau,", "Ada Moreau"),
        ("M. Karl Oder", "Karl Oder"),
        ("_Lise Nguyen_", "Lise Nguyen"),
        ("Prof. Dr. Karl Oder", "Karl Oder"),
        ("Ada Moreau PhD", "Ada Moreau"),
        ("DUPONT Jean", "Jean DUPONT"),
        ("M. Oder", "M. Oder"),
    ],
)
def test_a_name_is_tidied_without_being_changed(text, name):
    assert tidy_name(text) == name


def test_initials_sign_for_a_name():
    assert initials_of("A.M.", "Ada Moreau")


@pytest.mark.parametrize(
    "text",
    [
        "Ada Moreau a montré que les textes longs sont lus.",
        "Hi Helen, could I have",
        "Reading letters, writing answers",
    ],
)
def test_a_sentence_is_no_line_of_people(text):
    assert line_of_people(text, "Ada Moreau") == ()


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("ada at lire dot example", ["ada@lire.example"]),
        ("ada.moreau (at) lire.example", ["ada.moreau@lire.example"]),
        ("ada.moreau[arobase]lire[point]example", ["ada.moreau@lire.example"]),
        ("{ada, karl.oder}@lire.example", ["ada@lire.example", "karl.oder@lire.example"]),
        ("see you at lire.example", []),
        ("Ada Moreau (a), LIRE.Example", []),
    ],
)
def test_addresses_are_read_however_they_are_spelt(text, addresses):
    assert addresses_in(text) == addresses


@pytest.mark.parametrize(
    ("name", "is_name"),
    [
        ("Ada d'Alès", True),
        ("Omar al-Rahman", True),
        ("Jan van 't Hoff", True),
        ("Ada l'été", False),
        ("United Kingdom", False),
    ],
)
def test_a_particle_may_be_joined_to_its_name(name, is_name):
    assert looks_like_name(name) == is_name


def test_a_hyphenated_name_owns_an_address_without_the_hyphen():
    assert owns("Ada Moreau-Oder", "a.moreauoder@lire.example")


@pytest.mark.parametrize(
    "unit", ["a at ", "a dot ", "(at)", "{a,", "a.", "Ada & ", "Ada. ", "Ada*(1) ", "'t ", "al-"], ids=repr
)
def test_hostile_lists_are_read_in_time(unit):
    text = unit * (100_000 // len(unit))
    began = time.process_time()

    addresses_in(text)
    parse(text, trusted=True)

    assert time.process_time() - began < 2


@pytest.mark.parametrize("marks", ["¹", "¹'", "1,", "*", "† "])
def test_the_time_to_find_marks_grows_with_the_size_only(marks):
    def work(text):
        parse(f"Ada Moreau{text}x, Karl Oder (INSA)", trusted=True)

    assert grows_with_size_only(work, marks * 2_000)


def test_a_name_that_stands_everywhere_is_looked_beside_at_some_places_only():
    """A list of eighty people of one name took a minute."""

    def work(text):
        for _ in range(80):
            mentions.place_beside(text, "Ada Lac")

    assert grows_with_size_only(work, "Ada Lac, été. " * 300)
