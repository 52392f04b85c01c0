"""What is taken from a call's public page: our own pages, and the first call's when it is at hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callboard.announcement import Announcement, Taken, read_page
from callboard.call import InvitedTalk, Organiser, Topic
from callboard.errors import AnnouncementError
from growth import grows_with_size_only

PAGES = Path(__file__).parent / "announcements"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "announcement.md"
PARIS = ZoneInfo("Europe/Paris")


def page(name: str) -> Announcement:
    return read_page((PAGES / f"{name}.md").read_text(encoding="utf-8"))


def lines(announcement: Announcement, field: str) -> list[int]:
    return [taken.line for taken in announcement.found if taken.field == field]


@pytest.fixture
def seed() -> Announcement:
    if not SEED.exists():
        pytest.skip(f"{SEED} is absent: the first call's own page is not tested")
    return read_page(SEED.read_text(encoding="utf-8"))


class TestTheFirstCall:
    def test_event_place_and_url_are_taken(self, seed: Announcement) -> None:
        call = seed.call

        assert call.title.startswith(
            "Explication des modèles des réseaux profonds en problèmes de classification"
        )
        assert call.title.endswith("(GdR ISIS, GdR IG-RV)")
        assert call.event == (
            "Explication des modèles des réseaux profonds en problèmes de classification, d'amélioration et "
            "d'interprétation des images et des signaux/données"
        )
        assert call.url == "http://www.gdr-isis.fr/index.php/reunion/460/"
        assert (call.place, call.country, call.language) == ("Salle CNRS VilleJuif", "France", "fr")

    def test_hours_are_in_the_countrys_zone(self, seed: Announcement) -> None:
        assert seed.call.timezone == "Europe/Paris"
        assert seed.call.starts == datetime(2021, 10, 11, 10, 0, tzinfo=PARIS)
        assert seed.call.ends == datetime(2021, 10, 11, 17, 0, tzinfo=PARIS)
        assert seed.call.published == date(2021, 9, 20)

    def test_the_eight_topics_are_taken_without_their_punctuation(self, seed: Announcement) -> None:
        words = [topic.text.split() for topic in seed.call.topics]

        assert [(first, last) for first, *_, last in words] == [
            ("explication", "convolutionnels"),
            ("les", "explication"),
            ("pour", "importante"),
            ("comment", "légères"),
            ("lors", "elles"),
            ("la", "systèmes"),
            ("visualisation", "utilisateurs"),
            ("évaluation", "d'IA"),
        ]

    def test_both_invited_talks_are_taken(self, seed: Announcement) -> None:
        assert seed.call.invited == (
            InvitedTalk(
                "Une analyse théorique de la méthode LIME",
                "Damien Garreau",
                "Laboratoire J.A. Dieudonné UMR CNRS 7351 Université de Nice Côte d’Azur",
            ),
            InvitedTalk(
                "Reasoning vs. bias exploitation: X-raying high-capacity deep networks",
                "Chrisian Wolf",
                "LIRIS UMR 5205, INSA Lyon",
            ),
        )

    def test_five_organisers_stand_in_two_groups(self, seed: Announcement) -> None:
        assert [(o.name, o.group) for o in seed.call.organisers] == [
            ("Nicolas Thome", "GDR-ISIS"),
            ("Jenny Benois-Pineau", "GDR-ISIS"),
            ("Alexandre Benoit", "GDR-ISIS"),
            ("Romain Vuillemot", "GDR-IGRV"),
            ("Romain Bourqui", "GDR-IGRV"),
        ]
        assert [(o.address or "").partition("@")[2] for o in seed.call.organisers] == [
            "cnam.fr",
            "u-bordeaux.fr",
            "univ-smb.fr",
            "ec-lyon.fr",
            "u-bordeaux.fr",
        ]

    def test_proposals_go_to_the_organisers_and_only_the_deadline_is_missing(
        self, seed: Announcement
    ) -> None:
        assert seed.call.proposals_to == "organisers"
        assert seed.call.deadline is None
        assert seed.missing == ("deadline",)

    def test_everything_carries_its_line(self, seed: Announcement) -> None:
        assert lines(seed, "title") == [2]
        assert lines(seed, "starts") == [15]
        assert lines(seed, "topics") == [53, 54, 55, 56, 57, 58, 59, 60]
        assert lines(seed, "invited") == [64, 65]
        assert lines(seed, "organisers") == [71, 72, 73, 77, 78]
        assert lines(seed, "proposals_to") == [80]


def test_a_page_with_the_old_keys_is_read_whole() -> None:
    announcement = page("like_the_first_call")
    call = announcement.call

    assert announcement.missing == ()
    assert announcement.notes == ()
    assert call.title == "Appel à exposés\u202f: journée «\u202fÉcouter les machines\u202f»"
    assert call.tags == ("acoustique", "maintenance", "apprentissage")
    assert call.deadline == datetime(2027, 1, 31, 23, 59, 59, tzinfo=PARIS)
    assert call.invited[0] == InvitedTalk(
        "Ce que disent les roulements", "Béatrice Modèle", "Laboratoire d’acoustique d’Exemple"
    )
    assert [(o.name, o.group, o.affiliation) for o in call.organisers] == [
        ("Ada Exemple", "Acoustique", "Université d’Exemple"),
        ("Denis Témoin", "Acoustique", "Laboratoire d’acoustique d’Exemple"),
        ("Émilie Essai", "Apprentissage", "Institut d’Exemple"),
    ]
    assert call.description is not None
    assert call.description.startswith("Une machine qui tourne")
    assert call.description.endswith("comme au laboratoire.")


def test_the_new_hugoblox_keys_are_read() -> None:
    announcement = page("hugoblox_new_keys")
    call = announcement.call

    assert (call.title, call.event) == ("Frugal Learning Day", "Frugal Learning Day 2027")
    assert (call.place, call.country, call.language) == ("Example Hall", "Portugal", "en")
    assert call.starts == datetime(2027, 3, 11, 9, 30, tzinfo=UTC)
    assert call.published == date(2026, 12, 1)
    assert call.topics == (
        Topic("learning from few examples"),
        Topic("compact models and their deployment", ("quantisation", "pruning")),
        Topic("the cost of training"),
    )
    assert call.invited == (
        InvitedTalk("Counting joules before counting stars", "Ada Example", "University of Example"),
        InvitedTalk("Small is honest", "Bob Sample", "Sample Labs"),
        InvitedTalk("", "Carla Muster"),
    )
    assert call.organisers == (
        Organiser("Dana Demo", "dana@example.org", affiliation="University of Example"),
        Organiser("Emil Probe", "emil@example.org", affiliation="Sample Labs"),
        Organiser("Fay Trial", "fay.trial@example.org"),
    )
    assert call.proposals_to == "frugal@example.org"


def test_a_country_of_several_zones_is_asked_about_and_not_guessed() -> None:
    announcement = page("hugoblox_new_keys")

    assert announcement.missing == ("timezone",)
    assert announcement.notes[0] == "line 12: Portugal has several time zones; say which one the event is in"


def test_a_deadline_anywhere_on_earth_lasts_twelve_hours_longer_than_in_utc() -> None:
    assert page("hugoblox_new_keys").call.deadline == datetime(
        2027, 1, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12))
    )


def test_toml_front_matter_is_read() -> None:
    announcement = page("toml_front_matter")
    call = announcement.call
    brussels = ZoneInfo("Europe/Brussels")

    assert announcement.missing == ("url", "summary")
    assert (call.starts, call.ends) == (
        datetime(2027, 5, 4, 9, 0, tzinfo=brussels),
        datetime(2027, 5, 4, 16, 30, tzinfo=brussels),
    )
    assert [t.text for t in call.topics] == ["sonification", "bases de sons", "écoute collective"]
    assert call.invited == (InvitedTalk("Écouter un tableau", "Gaëlle Essai", "Conservatoire d’Exemple"),)
    assert call.organisers == (
        Organiser("Hugo Témoin", "hugo@example.org", affiliation="Université d’Exemple"),
        Organiser("Inès Modèle", "ines@example.org"),
    )
    assert call.proposals_to == "organisers"
    assert lines(announcement, "title") == [2]


def test_a_deadline_without_its_year_is_the_last_such_day_before_the_event() -> None:
    announcement = page("toml_front_matter")

    assert announcement.call.deadline == datetime(2027, 3, 15, 23, 59, 59, tzinfo=ZoneInfo("Europe/Brussels"))
    assert announcement.notes == (
        "line 30: the deadline has no year; 2027-03-15 is the last one before the event",
    )


def test_a_page_without_front_matter_is_read_from_its_labels() -> None:
    announcement = page("no_front_matter")
    call = announcement.call
    zurich = ZoneInfo("Europe/Zurich")

    assert announcement.missing == ("event", "published", "summary", "invited")
    assert call.title == "Appel à exposés : journée « Cartes sensibles »"
    assert (call.place, call.country) == ("Salle des Cartes, Genève, Suisse", "Suisse")
    assert (call.starts, call.ends, call.deadline) == (
        datetime(2027, 10, 14, 9, 30, tzinfo=zurich),
        datetime(2027, 10, 14, 17, 0, tzinfo=zurich),
        datetime(2027, 9, 12, 18, 0, tzinfo=zurich),
    )
    assert [t.text for t in call.topics] == ["récits cartographiés", "cartes participatives", "archives"]
    assert [o.name for o in call.organisers] == ["Jeanne Exemple", "Karim Essai", "Lou Modèle"]
    assert call.proposals_to == "cartes@example.org"


def test_several_whole_days_have_no_hours() -> None:
    announcement = page("several_days")
    call = announcement.call
    chicago = ZoneInfo("America/Chicago")

    assert announcement.missing == ("event", "url", "hours", "summary")
    assert call.timezone == "America/Chicago"
    assert (call.starts, call.ends) == (
        datetime(2027, 6, 2, tzinfo=chicago),
        datetime(2027, 6, 4, tzinfo=chicago),
    )
    assert call.deadline == datetime(2027, 3, 1, 17, 0, tzinfo=chicago)


def test_sub_headings_name_speakers_and_groups() -> None:
    call = page("several_days").call

    assert call.invited == (
        InvitedTalk("Examples all the way down", "Ada Example", "University of Example"),
        InvitedTalk("What a sample owes its population", "Bob Sample", "Sample Labs"),
    )
    assert [(o.name, o.group) for o in call.organisers] == [
        ("Dana Demo", "Programme"),
        ("Emil Probe", "Local"),
    ]
    assert call.proposals_to == "organisers"


def test_plain_text_is_read_as_far_as_it_goes() -> None:
    announcement = page("plain_text")
    call = announcement.call

    assert call.title == "Workshop on Paper Instruments"
    assert (call.place, call.country, call.timezone) == ("Lisbon, Portugal", "Portugal", "Europe/Lisbon")
    assert [o.address for o in call.organisers] == ["dana@example.org", "emil@example.org"]
    assert call.invited == (InvitedTalk("Folding a clarinet", "Ada Example", "University of Example"),)
    assert "topics" in announcement.missing
    assert "hours" in announcement.missing


def test_a_page_copied_out_of_a_browser_has_headings_without_marks() -> None:
    announcement = page("copied_from_a_browser")
    call = announcement.call

    assert announcement.missing == ("event", "url", "published", "summary")
    assert call.title == "Journée thématique « Jardins numériques »"
    assert (call.starts, call.ends) == (
        datetime(2027, 6, 12, 9, 0, tzinfo=PARIS),
        datetime(2027, 6, 13, 18, 0, tzinfo=PARIS),
    )
    assert [t.text for t in call.topics] == ["semis, boutures et greffes", "herbiers numériques"]
    assert call.invited == (
        InvitedTalk("", "Ada Exemple", "École, Paris"),
        InvitedTalk("", "Bob Modèle", "Institut d’Exemple"),
        InvitedTalk("", "Carla Témoin"),
    )
    assert call.organisers == (
        Organiser("Denise Essai", affiliation="Université d’Exemple, Tours"),
        Organiser("Émile Probe", affiliation="Laboratoire X"),
    )
    assert call.proposals_to == "denise@example.org"


def test_tables_and_numbered_headings_are_read() -> None:
    call = page("tables").call
    berlin = ZoneInfo("Europe/Berlin")

    assert (call.starts, call.deadline) == (
        datetime(2027, 9, 10, 9, 0, tzinfo=berlin),
        datetime(2027, 6, 1, 23, 59, 59, tzinfo=berlin),
    )
    assert [t.text for t in call.topics] == ["Soil", "Seeds", "Sun"]
    assert call.organisers == (
        Organiser("Ada Example", "ada@example.org", "Workshop Chairs", affiliation="University of Example"),
        Organiser("Bob Sample", "bob@example.org", "Workshop Chairs", affiliation="Sample Labs"),
    )
    assert call.proposals_to is None


@pytest.mark.parametrize(
    ("written", "language"),
    [("fr", "fr"), ("fr-CA", "fr"), ("English", "en"), ("Klingon", "fr"), ("de", "de")],
)
def test_the_language_is_read_from_its_code_or_name(written: str, language: str) -> None:
    assert read_page(f"---\ntitle: T\nlanguage: {written}\n---\n").call.language == language


def test_a_page_with_nothing_useful_gives_nothing() -> None:
    announcement = page("nothing_useful")

    assert announcement.found == ()
    assert announcement.call.title == ""
    assert announcement.missing[:3] == ("title", "event", "url")
    assert len(announcement.missing) == 17


def test_an_empty_page_gives_nothing() -> None:
    assert read_page("").found == ()
    assert read_page("---\n---\n").found == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "---\ntitle: a\nevent: b: c\n---\n",
            "line 3: the front matter is not YAML (mapping values are not allowed here); "
            "put a value that holds a colon between quotes",
        ),
        ("---\ntitle: a\n", "line 1: the front matter is never closed; end it with a line ---"),
        (
            "---\n- a\n---\n",
            "line 2: the front matter is not YAML (it is not a list of keys); write each as `key: value`",
        ),
        (
            "---\ntags: " + "[" * 5000 + "\n---\n",
            "line 2: the front matter is not YAML (it is nested too deeply); keep lists flat",
        ),
        (
            '+++\ntitle = "a"\nevent = b\n+++\n',
            "line 3: the front matter is not TOML (Invalid value); put text between quotes",
        ),
    ],
)
def test_broken_front_matter_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(AnnouncementError) as problem:
        read_page(text)

    assert str(problem.value) == message


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = (PAGES / "like_the_first_call.md").read_text(encoding="utf-8")

    assert read_page("\ufeff" + text.replace("\n", "\r\n")) == read_page(text)


def test_comments_code_and_struck_words_are_not_read() -> None:
    call = read_page(
        "# Day of Examples\n\n<!-- ## Topics\n- hidden -->\n\n```\n## Topics\n- code\n```\n\n"
        "## Topics\n- ~~old~~ shown\n"
    ).call

    assert call.topics == (Topic("shown"),)


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Merci d’envoyer vos résumés avant le 15 septembre 2026.", "2026-09-15 23:59"),
        ("Deadline: 15 September 2026", "2026-09-15 23:59"),
        ("Deadline for submissions: September 15th, 2026, 5 pm.", "2026-09-15 17:00"),
        ("Date limite : 15/09/2026 à 12h.", "2026-09-15 12:00"),
        ("Les propositions sont attendues au plus tard le 1er septembre 2026 à minuit.", "2026-09-01 23:59"),
        ("Abstracts are due 2026-09-15.", "2026-09-15 23:59"),
        ("Submit your abstract by 15 Sept. 2026.", "2026-09-15 23:59"),
        (
            "Date limite de soumission : 15 septembre 2026 ; notification : 1er octobre 2026.",
            "2026-09-15 23:59",
        ),
        ("Clôture de l’appel : 15 septembre 2026.", "2026-09-15 23:59"),
        ("Vos résumés sont attendus d’ici le 15 septembre 2026, 18h.", "2026-09-15 18:00"),
        ("Submission deadline: ~~1 September 2026~~ 15 September 2026 (extended)", "2026-09-15 23:59"),
    ],
)
def test_a_deadline_is_read(sentence: str, deadline: str) -> None:
    announcement = read_page(f"---\ntitle: T\ncountry: France\nlanguage: fr\n---\n\n{sentence}\n")

    assert announcement.call.deadline is not None
    assert f"{announcement.call.deadline:%Y-%m-%d %H:%M}" == deadline


@pytest.mark.parametrize(
    "sentence",
    [
        "Inscription avant le 15 septembre 2026.",
        "Notification to authors: 15 September 2026.",
        "The day takes place on 15 September 2026.",
        "Talks given before 15 September will be remembered.",  # neither a year nor an event
        "Submission deadline: 04/05/2026",  # in an English page: April or May?
    ],
)
def test_a_day_that_is_no_deadline_is_not_taken(sentence: str) -> None:
    announcement = read_page(f"---\ntitle: T\nlanguage: en\n---\n\n{sentence}\n")

    assert announcement.call.deadline is None
    assert "deadline" in announcement.missing


def test_the_29th_of_february_without_its_year_is_in_a_leap_year() -> None:
    call = read_page("---\ntitle: T\ndate: 2027-05-03\n---\n\nSubmission deadline: 29 February\n").call

    assert call.deadline == datetime(2024, 2, 29, 23, 59, 59, tzinfo=ZoneInfo("UTC"))


def test_two_deadlines_are_left_to_a_person() -> None:
    announcement = read_page(
        "# Day\n\nSubmission deadline: 1 May 2026\n\nDeadline for poster submissions: 1 June 2026\n"
    )

    assert announcement.call.deadline is None
    assert announcement.notes == ("lines 3, 5: several deadlines; say which one is that of the proposals",)


def test_an_hour_with_another_offset_is_converted_and_noted() -> None:
    announcement = read_page('---\ntitle: T\ncountry: France\ndate: "2027-03-11T09:30:00Z"\n---\n')

    assert announcement.call.starts == datetime(2027, 3, 11, 10, 30, tzinfo=PARIS)
    assert announcement.notes == (
        "line 4: 09:30 has the offset +0000, so call.starts becomes 10:30 in Europe/Paris; "
        "put 09:30 without offset there if the page means local time",
    )


@pytest.mark.parametrize(
    ("line", "organiser"),
    [
        (
            "Ada Example (Lab X) <ada@example.org>",
            Organiser("Ada Example", "ada@example.org", affiliation="Lab X"),
        ),
        ("[Ada Example](mailto:ada@example.org)", Organiser("Ada Example", "ada@example.org")),
        ("Ada Example : ada@example.org", Organiser("Ada Example", "ada@example.org")),
        (
            "**Ada Example**, Lab X, ada@example.org",
            Organiser("Ada Example", "ada@example.org", affiliation="Lab X"),
        ),
        ("Dr. Ada Example – ada [at] example [dot] org", Organiser("Ada Example", "ada@example.org")),
        ("Ada Example, ada at example.org", Organiser("Ada Example", "ada@example.org")),
        ("EXAMPLE Ada <ada@example.org>", Organiser("EXAMPLE Ada", "ada@example.org")),
        ("Ada d’Example-Sample (Lab X)", Organiser("Ada d’Example-Sample", affiliation="Lab X")),
        ('<a href="mailto:ada@example.org">Ada Example</a>', Organiser("Ada Example", "ada@example.org")),
    ],
)
def test_an_organiser_is_read(line: str, organiser: Organiser) -> None:
    assert read_page(f"# T\n\n## Organisers\n\n- {line}\n").call.organisers == (organiser,)


@pytest.mark.parametrize(
    "line",
    [
        "Write to ada@example.org for any question.",
        "Contact : workshop@example.org",
        "The University of Example",
    ],
)
def test_a_line_that_names_nobody_makes_no_organiser(line: str) -> None:
    assert read_page(f"# T\n\n## Organisers\n\n{line}\n").call.organisers == ()


@pytest.mark.parametrize(
    ("line", "talk"),
    [
        ("“On X”, Ada Example, Lab X", InvitedTalk("On X", "Ada Example", "Lab X")),
        ('"On X" Ada Example (Lab X)', InvitedTalk("On X", "Ada Example", "Lab X")),
        ("« Sur X » par Ada Example", InvitedTalk("Sur X", "Ada Example")),
        ("Ada Example (Lab X): On X and Y", InvitedTalk("On X and Y", "Ada Example", "Lab X")),
        ("Ada Example, Lab X – “On X: a view”", InvitedTalk("On X: a view", "Ada Example", "Lab X")),
        ("Ada Example (Lab X), *On X again*", InvitedTalk("On X again", "Ada Example", "Lab X")),
        ("**Ada Example** (Lab X)", InvitedTalk("", "Ada Example", "Lab X")),
        ("Ada Example, University of X, titre à venir", InvitedTalk("", "Ada Example", "University of X")),
    ],
)
def test_an_invited_talk_is_read(line: str, talk: InvitedTalk) -> None:
    assert read_page(f"# T\n\n## Invited talks\n\n- {line}\n").call.invited == (talk,)


@pytest.mark.parametrize(
    ("sentence", "recipient"),
    [
        ("Please send your abstract to ada@example.org.", "ada@example.org"),
        ("Please send your abstract to ada@example.org or bob@example.org.", "organisers"),
        ("Please send your abstract to the organisers.", "organisers"),
        ("Submissions: talks@example.org", "talks@example.org"),
        ("Envoyez vos propositions à talks [at] example [dot] org.", "talks@example.org"),
        ("Submit your abstracts at example.org/submit.", None),
        ("For hotels, write to rooms@example.org.", None),
    ],
)
def test_where_proposals_go_is_read(sentence: str, recipient: str | None) -> None:
    organisers = "## Organisers\n\n- Ada Example <ada@example.org>\n- Bob Sample <bob@example.org>\n"

    assert read_page(f"# T\n\n{organisers}\n## Talks\n\n{sentence}\n").call.proposals_to == recipient


def test_the_time_zone_follows_from_country_names_of_both_languages() -> None:
    zones = {
        country: read_page(f"---\ntitle: T\ncountry: {country}\n---\n").call.timezone
        for country in ("Allemagne", "Belgium", "FR", "Royaume-Uni", "England", "Wonderland")
    }

    assert zones == {
        "Allemagne": "UTC",  # two zones, and no day to compare them on
        "Belgium": "Europe/Brussels",
        "FR": "Europe/Paris",
        "Royaume-Uni": "Europe/London",
        "England": "Europe/London",
        "Wonderland": "UTC",
    }


def test_zones_that_agree_on_the_day_are_one() -> None:
    call = read_page('---\ntitle: T\ncountry: Germany\ndate: "2027-03-11T09:30:00"\n---\n').call

    assert call.timezone == "Europe/Berlin"


def test_what_is_taken_says_where_it_stood() -> None:
    assert read_page("---\ntitle: T\nlocation: Lyon\n---\n").found == (
        Taken("title", "T", 2),
        Taken("place", "Lyon", 3),
    )


HOSTILE = (
    "(",
    "[a](",
    "*",
    "“",
    "a at ",
    "1 ",
    "<a ",
    "Ada Example, ",
    "- x\n",
    "mai 3 - ",
    "a@b.c ",
    ". A",
    "_a ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_page_is_read_in_linear_time(piece: str) -> None:
    def work(text: str) -> None:
        read_page("# T\n\nOrganisers:\n\n" + text)

    assert grows_with_size_only(work, (piece * 20_000)[:20_000])
