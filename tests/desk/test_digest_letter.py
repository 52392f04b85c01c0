"""The digest: when there is news, what it says and in which order, and that the account always sums."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.call import Organiser
from callboard.desk.conflicts import Conflict, Reason
from callboard.desk.digest import (
    TERMS,
    Account,
    ChangedLine,
    DigestContent,
    FailedLine,
    HeldLine,
    MailboxLine,
    ProgrammeLine,
    QuestionLine,
    digest,
    has_news,
)
from callboard.desk.standing import Standing, VoteLine, alike
from callboard.model import Outcome
from callboard.programme.moves import Move
from callboard.reading.orders import Order, read_orders
from callboard.templating import Templates
from digest_content import CONTENT, NOON, QUIET, TODAY, YESTERDAY
from rendered import Words
from weaving import BARE, CALL, CARD, ENGLISH, HOSTILE, HOSTILE_CARD, OLDER

TEMPLATES = Templates()
LEA, KARIM, INES = CALL.organisers


def text(content: DigestContent, organiser: Organiser = LEA) -> str:
    return digest(TEMPLATES, CALL, organiser, content).text


def section(written: str, heading: str) -> str:
    """What stands under a heading, up to the next one at the margin."""
    body = re.split(rf"^{re.escape(heading)}[^\n]*\n", written, flags=re.MULTILINE)[1]
    return re.split(r"^\S", body, flags=re.MULTILINE)[0].strip("\n")


def account_line(content: DigestContent, organiser: Organiser = LEA) -> str:
    """The account, on one line and with plain blanks."""
    last = text(content, organiser).split("\n\n")[-2].replace("\n", " ").replace("\u00a0", " ")
    return last.partition(": ")[2]


def test_what_needs_a_person_comes_first_then_what_changed_then_the_state() -> None:
    lines = text(CONTENT).splitlines()

    assert [lines[i - 1] for i, line in enumerate(lines) if line.startswith("===")] == [
        "Ce qui vous attend",
        "Ce qui a changé",
        "Où en sont les choses",
    ]
    assert [line for line in lines if re.search(r" \(\d+\)$", line)] == [
        "À décider par vous (4)",
        "Boîtes aux lettres que nous n’arrivons pas à lire (1)",
        "Messages à regarder (1)",
        "Questions (1)",
        "Lettres qui ne sont pas arrivées (1)",
        "Propositions modifiées (2)",
        "Propositions incomplètes (1)",
    ]


WITH_KARIM = Standing((), 1, {"karim@example.org": KARIM.name})


def test_what_waits_for_others_stands_below_what_needs_this_organiser() -> None:
    numbers = [card.number for card in CONTENT.undecided]
    content = replace(CONTENT, standings={numbers[0]: WITH_KARIM, numbers[1]: WITH_KARIM})

    headings = re.findall(r"^([^\n]+)\n===", text(content), flags=re.MULTILINE)

    assert headings == [
        "Ce qui vous attend",
        "Ce qui a changé",
        "Attendent d’autres que vous (2)",
        "Où en sont les choses",
    ]
    assert "À décider par vous (2)" in text(content)
    assert digest(TEMPLATES, CALL, LEA, content).subject.endswith(", 2 à décider, 2\u00a0messages à voir")


def test_the_subject_leaves_the_event_its_own_quotation_marks() -> None:
    call = replace(CALL, event="Journée « Tissage »")

    assert digest(TEMPLATES, call, LEA, CONTENT).subject.startswith("Journée « Tissage »\u202f: ")


def test_nothing_needs_an_organiser_whom_nothing_waits_for() -> None:
    standings = {card.number: WITH_KARIM for card in CONTENT.undecided}
    written = text(replace(QUIET, undecided=CONTENT.undecided, standings=standings))

    assert "Ce qui vous attend" not in written
    assert "Pour décider" in written.partition("Attendent d’autres que vous (4)")[2]


def test_a_new_proposal_has_five_lines_at_most() -> None:
    content = replace(CONTENT, undecided=CONTENT.new)

    assert section(text(content), "À décider par vous").partition("\n\n  Pour décider")[0] == (
        "  P-7     Des cartes perforées aux motifs vivants\n"
        "          Ada Lemoine (Université de Lille), Bruno Castel (Musée du\n"
        "          tissage, Roubaix)\n"
        "          20\u00a0minutes · exposé · français · motifs et algorithmes de\n"
        "          tissage · conservation des textiles anciens, de l’atelier au\n"
        "          musée…\n"
        "          Les métiers à tisser ont inspiré les premières machines\n"
        "          programmables.\n"
        "          Nouvelle.\n"
        "\n"
        "  P-8     Weaving as a notation: what a loom can teach a compiler\n"
        "          Noor Hale (University of Leeds)\n"
        "          20\u00a0minutes · anglais · motifs et algorithmes de tissage\n"
        "          A loom is a machine that reads its programme.\n"
        "          Nouvelle.\n"
        "\n"
        "  P-9     (sans titre pour l’instant)\n"
        "          Jean Roc\n"
        "          Nouvelle. Reçue après la date limite. Il manque le titre et le\n"
        "          résumé."
    )
    shown = digest(TEMPLATES, CALL, LEA, content).html
    cards = re.findall(r'<div class="card".*?</div>', shown, flags=re.DOTALL)
    assert [card.count("<p ") for card in cards] == [5, 5, 3]


def test_what_waits_for_a_person_says_what_to_do() -> None:
    written = text(CONTENT)

    assert section(written, "Messages à regarder") == (
        "  - Message 12, de g.roy@example.net, «\u202fUn exposé ?\u202f», reçu le mardi 1er\n"
        "    décembre 2026 à\u00a012\u00a0h\u00a005\u202f: ce message a été transmis par un inconnu\n"
        "\n"
        "  Pour les régler, répondez par exemple «\u202fm12 oui\u202f» si le message est\n"
        "  une proposition, «\u202fm12 non\u202f» s’il n’y a rien à en faire."
    )
    assert section(written, "À décider par vous").split("\n\n")[-1] == (
        "  Pour décider, répondez à ce message, une ligne par proposition\u202f: par\n"
        "  exemple «\u202f2 oui\u202f», «\u202f2 non, trop long\u202f», «\u202f2 liste d’attente\u202f» ou «\u202f2\n"
        "  peut-être 3/5\u202f». Votre commentaire reste entre organisateurs\u202f; ce qui\n"
        "  suit «\u202fpour l’orateur\u202f:\u202f» figurera dans sa lettre, si la décision est\n"
        "  celle-là. Écrivez «\u202f?2\u202f» pour lire une proposition en entier, et\n"
        "  «\u202fannuler\u202f» pour revenir sur votre dernière réponse."
    )


def test_what_cannot_be_read_as_a_proposal_is_not_offered_as_one() -> None:
    noise = HeldLine(5, None, None, "no mail", NOON, "no_mail", acceptable=False)
    fine = HeldLine(7, None, None, "raison", NOON)

    alone = " ".join(section(text(replace(QUIET, held=(noise,))), "Messages à regarder").split())
    beside = " ".join(section(text(replace(QUIET, held=(noise, fine))), "Messages à regarder").split())

    assert alone.endswith("Pour classer un message, répondez par exemple « m5 non ».")
    assert " oui " not in alone
    assert "répondez par exemple « m7 oui » si le message est une proposition, « m7 non »" in beside


def test_several_lines_of_one_kind_stay_apart() -> None:
    held = tuple(HeldLine(n, None, None, f"raison {n}", NOON) for n in (1, 2))

    assert section(text(replace(QUIET, held=held)), "Messages à regarder").splitlines()[:4] == [
        "  - Message 1, reçu le mardi 1er décembre 2026 à\u00a012\u00a0h\u00a005\u202f: raison 1",
        "  - Message 2, reçu le mardi 1er décembre 2026 à\u00a012\u00a0h\u00a005\u202f: raison 2",
        "",
        "  Pour les régler, répondez par exemple «\u202fm1 oui\u202f» si le message est une",
    ]


def test_a_new_proposal_is_not_listed_again_as_undecided_or_incomplete() -> None:
    only_new = replace(QUIET, new=(BARE,), undecided=(BARE,), incomplete=(BARE,))

    written = text(only_new)

    assert written.count("P-7") == 1
    assert [heading for heading in ("Nouvelles", "incomplètes") if heading in written] == []


def test_what_is_not_there_is_not_mentioned() -> None:
    assert text(replace(QUIET, programme=ProgrammeLine(1, 0, 0))) == (
        "Bonjour Léa Marchand,\n"
        "\n"
        "Voici les nouvelles de l’appel «\u202fJournée Tissage et calcul\u202f» depuis le\n"
        "mardi 1er décembre 2026 à\u00a07\u00a0h\u00a030.\n"
        "\n"
        "Où en sont les choses\n"
        "=====================\n"
        "\n"
        "  Aucune proposition à décider.\n"
        "  Programme, brouillon nº\u00a01\u202f: 0\u00a0exposé placé.\n"
        "\n"
        "Le compte de tous les messages reçus\u202f: 3\u00a0messages = 2\u00a0propositions +\n"
        "1\u00a0ignoré\n"
        "\n"
        "Bonne journée,\n"
        "Callboard, pour les organisateurs\n"
    )


@pytest.mark.parametrize(
    ("public", "by_mail", "said"),
    [
        (None, True, "No draft is public yet; to release this one, answer “release the programme”."),
        (3, True, "The public still sees draft 3; to release this one, answer “release the programme”."),
        (None, False, "No draft is public yet; to release this one, run callboard programme release on the server."),
        (4, True, "This draft is public."),
    ],
)  # fmt: skip
def test_which_draft_is_public_is_said(public: int | None, by_mail: bool, said: str) -> None:
    content = replace(QUIET, accepted=2, by_mail=by_mail, programme=ProgrammeLine(4, 2, 0, public=public))

    written = digest(TEMPLATES, CALL, INES, content).text

    assert " ".join(written.partition("talks placed.")[2].partition("\n\n")[0].split()) == said


def test_what_moved_is_said_in_the_organisers_language() -> None:
    programme = ProgrammeLine(
        4, 2, 0, places=3, moved=(Move("gone", 7, "Dix « mètres »"), Move("new", 8, None, NOON))
    )
    content = replace(QUIET, programme=programme)

    french, english = text(content), digest(TEMPLATES, CALL, INES, content).text

    assert "  - P-7 «\u202fDix “mètres”\u202f»\u202f: n’a plus d’horaire\n  - P-8\u202f: placée" in french
    assert "  - P-7, “Dix « mètres »”: has no place any more\n  - P-8: placed on" in english
    assert "place" not in french.partition("Depuis")[0].partition("placés.")[2]  # nothing to decide needs one


def test_which_draft_is_public_is_said_in_french() -> None:
    written = text(replace(QUIET, accepted=2, programme=ProgrammeLine(4, 2, 0, public=3)))

    assert (
        "  Le public voit encore le brouillon nº\u00a03\u202f; pour publier celui-ci,\n"
        "  répondez «\u202fpublier le programme\u202f».\n"
    ) in written


def test_an_organiser_is_written_to_in_their_own_language() -> None:
    letter = digest(TEMPLATES, CALL, INES, CONTENT)

    assert (letter.language, letter.recipient.address) == ("en", "ines@example.org")
    assert (
        letter.subject
        == "Journée Tissage et calcul: 3\u00a0new proposals, 4 to decide, 2\u00a0messages to look at"
    )
    assert letter.text.splitlines()[0] == "Hello Inès Prévôt,"


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        (CONTENT, "3\u00a0nouvelles propositions, 4 à décider, 2\u00a0messages à voir"),
        (replace(QUIET, new=(CARD,)), "1\u00a0nouvelle proposition"),
        (replace(QUIET, changed=(ChangedLine(CARD),), undecided=(CARD,)), "1\u00a0changement, 1 à décider"),
        (replace(QUIET, questions=CONTENT.questions), "des nouvelles, 1\u00a0message à voir"),
    ],
)
def test_the_subject_says_what_is_inside(content: DigestContent, subject: str) -> None:
    assert digest(TEMPLATES, CALL, LEA, content).subject == f"Journée Tissage et calcul\u202f: {subject}"


def test_text_and_html_give_the_same_facts() -> None:
    letter = digest(TEMPLATES, CALL, LEA, CONTENT)

    told = re.sub(r"^(?:=+|\s*-(?= ))", "", letter.text, flags=re.MULTILINE)
    assert sorted(Words(letter.html).words.split()) == sorted(told.split())


def test_an_organiser_without_an_address_gets_none() -> None:
    with pytest.raises(ValueError, match="Bo Lind has no address that a digest could go to"):
        digest(TEMPLATES, CALL, Organiser("Bo Lind"), CONTENT)


def test_a_flood_of_proposals_is_cut_and_says_where_the_rest_is() -> None:
    many = tuple(replace(CARD, number=n, reference=f"P-{n}") for n in range(1, 201))

    letter = digest(TEMPLATES, CALL, LEA, replace(QUIET, new=many, undecided=many))

    assert "  - et 110\u00a0autres" in section(letter.text, "À décider par vous").splitlines()
    # Gmail cuts a message at 102 kB.
    assert len(letter.html.encode()) < 100_000


def test_more_than_fit_are_all_named_and_the_new_ones_shown_whole() -> None:
    many = tuple(replace(CARD, number=n, reference=f"P-{n}") for n in range(1, 46))

    letter = digest(TEMPLATES, CALL, LEA, replace(QUIET, new=many[40:], undecided=many))

    heads = re.findall(r"^  (P-\d+) +(.*)$", section(letter.text, "À décider par vous"), re.MULTILINE)
    whole = [*range(1, 26), *range(41, 46)]  # a line without the speaker: that one follows
    assert [reference for reference, title in heads if title == CARD.title] == [f"P-{n}" for n in whole]
    assert [reference for reference, title in heads if title != CARD.title] == [
        f"P-{n}" for n in range(26, 41)
    ]
    assert Counter(re.findall(r"P-\d+", Words(letter.html).words)) == Counter(card.reference for card in many)


@pytest.mark.parametrize("organiser", [LEA, INES])
def test_a_strangers_words_do_nothing_in_a_digest(organiser: Organiser) -> None:
    content = replace(
        CONTENT,
        new=(HOSTILE_CARD,),
        changed=(ChangedLine(HOSTILE_CARD, ("title",)),),
        incomplete=(replace(HOSTILE_CARD, number=11, missing=("abstract",)),),
        undecided=(replace(HOSTILE_CARD, number=12, missing=("abstract",)),),
        held=(HeldLine(1, HOSTILE, HOSTILE, HOSTILE, NOON),),
        questions=(QuestionLine(HOSTILE, HOSTILE, HOSTILE, NOON, HOSTILE_CARD),),
        failed_letters=(FailedLine(HOSTILE, HOSTILE, HOSTILE, NOON),),
        mailboxes_down=(MailboxLine("karim", HOSTILE, NOON),),
    )

    letter = digest(TEMPLATES, CALL, organiser, content)

    page = Words(letter.html)
    assert page.elements == {
        *("html", "head", "meta", "title", "style", "body", "div", "h2", "h3", "p", "br", "ul", "li"),
        *("a", "strong", "span", "em"),
    }
    assert (page.scripted, page.addresses) == ([], ["https://tissage.example.org/programme/"])
    for part in (letter.subject, letter.text, letter.html):
        assert [c for c in part if c in "\x00\u202e\ud800\r"] == []


@pytest.mark.parametrize(
    ("content", "news"),
    [
        (QUIET, False),
        (CONTENT, True),
        (replace(QUIET, new=(CARD,)), True),
        (replace(QUIET, changed=(ChangedLine(OLDER),)), True),
        (
            replace(QUIET, undecided=(CARD,), incomplete=(BARE,), accepted=3, programme=CONTENT.programme),
            False,
        ),
        (replace(QUIET, held=CONTENT.held), True),
        (replace(QUIET, held=(HeldLine(1, None, None, "?", YESTERDAY - timedelta(hours=1)),)), False),
        (replace(QUIET, questions=CONTENT.questions), True),
        (replace(QUIET, failed_letters=CONTENT.failed_letters), True),
        (replace(QUIET, mailboxes_down=CONTENT.mailboxes_down), True),
        (DigestContent(None, TODAY, Account.of({"ignored": 4})), False),
        (DigestContent(None, TODAY, Account(), held=(HeldLine(1, None, None, "?", YESTERDAY),)), True),
    ],
)
def test_a_digest_needs_something_that_happened(content: DigestContent, news: bool) -> None:
    assert has_news(content) is news


@pytest.mark.parametrize(
    ("outcomes", "french", "english"),
    [
        ({}, "0 message", "0 messages"),
        ({"ignored": 1}, "1 message = 1 ignoré", "1 message = 1 ignored"),
        (
            {"proposal": 21, "follow_up": 9, "copy": 3, "ignored": 13, "held": 1},
            "47 messages = 21 propositions + 9 suites + 3 copies + 13 ignorés + 1 à regarder",
            "47 messages = 21 proposals + 9 follow-ups + 3 copies + 13 ignored + 1 held",
        ),
        (
            {"proposal": 1, "follow_up": 1, "question": 1, "copy": 1, "dismissed": 1, "waiting": 2},
            "7 messages = 1 proposition + 1 suite + 1 question + 1 copie + 1 classé + 2 à lire",
            "7 messages = 1 proposal + 1 follow-up + 1 question + 1 copy + 1 dismissed + 2 still to read",
        ),
    ],
)
def test_the_account_reads_as_people_count(outcomes: dict[str, int], french: str, english: str) -> None:
    content = replace(QUIET, account=Account.of(outcomes))

    assert (account_line(content), account_line(content, INES)) == (french, english)


def test_a_message_that_was_lost_shows_in_the_account() -> None:
    content = replace(QUIET, account=Account.of({"proposal": 2}, messages=3))

    assert account_line(content) == "3 messages = 2 propositions + 1 inexpliqué"


@given(
    st.dictionaries(st.sampled_from([o.value for o in Outcome]), st.integers(0, 10_000)), st.integers(0, 50)
)
def test_the_accounts_terms_always_sum_to_the_messages(outcomes: dict[str, int], lost: int) -> None:
    account = Account.of(outcomes, messages=sum(outcomes.values()) + lost)

    assert sum(count for _, count in account.terms) == account.messages
    assert all(count for _, count in account.terms)


def test_every_outcome_has_a_word_in_every_language() -> None:
    content = replace(QUIET, account=Account.of({o.value: 2 for o in Outcome}, messages=2 * len(Outcome) + 2))

    for organiser in (LEA, INES):
        terms = account_line(content, organiser).partition(" = ")[2].split(" + ")
        assert [int(t.partition(" ")[0]) for t in terms] == [2] * len(TERMS)
        assert len({t.partition(" ")[2] for t in terms}) == len(TERMS)


def test_an_english_digest_shows_an_english_proposal_as_such() -> None:
    written = text(replace(QUIET, undecided=(ENGLISH,)), INES)

    assert section(written, "For you to decide").splitlines()[2] == (
        "          20\u00a0minutes · English · motifs et algorithmes de tissage"
    )


# --- For the one who reads it ----------------------------------------------------------------------------


KARIMS = {
    7: Standing((VoteLine("Karim Ould", "accept", 4.0),), 1, {"lea@example.org": LEA.name}, alike=("P-8",)),
    2: Standing(
        (),
        1,
        {"karim@example.org": KARIM.name},
        recused={"lea@example.org": Conflict(Reason.DOMAIN, "Rémi Sol")},
    ),
}
BOTH = replace(QUIET, undecided=(OLDER, CARD), standings=KARIMS)


def test_what_waits_for_this_organisers_vote_comes_first() -> None:
    assert [
        [line.split()[0] for line in text(BOTH, who).splitlines() if line.startswith("  P-")]
        for who in (LEA, KARIM)
    ] == [["P-7", "P-2"], ["P-2", "P-7"]]
    plain = " ".join(text(BOTH).split())
    assert (
        "Il manque un avis : Karim Ould. Vous ne la jugez pas (même institution que Rémi Sol, d’après l’adresse) ; "
        "« 2 pas de conflit » y remédie." in plain
    )


def test_a_digest_sent_back_without_marks_orders_nothing() -> None:
    """Some mail programs quote without any mark, and fold anew: the examples must not come back as orders."""
    content = replace(CONTENT, standings=KARIMS, everything=(CARD, OLDER))
    for organiser in (LEA, INES):
        letter = digest(TEMPLATES, CALL, organiser, content, "cb-270311-abcdefghijklmnopqrst")
        for lines in (letter.text.split("\n"), [" ".join(p.split()) for p in letter.text.split("\n\n")]):
            read = read_orders(lines, CALL.prefix, letter.language, organiser.name)
            assert [one for one in read if isinstance(one, Order)] == []


def test_charts_survive_as_text() -> None:
    written = text(replace(QUIET, everything=(CARD, ENGLISH, OLDER)))

    assert section(written, "Propositions par thème").splitlines()[0] == (
        "  motifs et algorithmes de tissage          ▇▇▇ 3"
    )
    assert (
        section(written, "Propositions reçues par jour")
        == "  mardi 1er décembre                        ▇▇▇ 3"
    )


def test_the_same_talk_twice_is_noticed_and_two_parts_are_not() -> None:
    again = replace(CARD, number=10, reference="P-10", title="Des cartes perforées aux motifs vivants !")
    parts = [replace(CARD, number=n, reference=f"P-{n}", title=f"Des cartes, partie {n}") for n in (11, 12)]

    assert alike((CARD, again, OLDER, ENGLISH)) == {
        7: ("P-10", "P-2"),
        10: ("P-7", "P-2"),
        2: ("P-7", "P-10"),
    }
    assert alike(parts) == {}
