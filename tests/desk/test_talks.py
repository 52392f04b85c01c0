"""Whole conversations, from the bytes of each mail to the words of each letter and the rows that are left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from callboard import privacy
from callboard.config import ReviewConfig
from callboard.model import InboxEntry, OutboxEntry, Outcome, Proposal
from callboard.proposals import State
from conversing import CALL, OURS, Talk, say
from letters_in import ABSTRACT, forwarded, mail, proposal

FOLLOW_UP, HELD, QUESTION = Outcome.FOLLOW_UP, Outcome.HELD, Outcome.QUESTION
TITLE = "Mesurer les crues quand les capteurs se taisent"
SECOND = "Les vannes de la Loire"
ENGLISH = (
    "Gauges fail when rivers rise, which is when their readings matter most. We rebuild the missing levels from "
    "neighbouring stations and from the terrain, with an uncertainty that rescue services understand. The method "
    "is tested on twelve floods in three basins."
)
OTHER_ABSTRACT = "Les vannes de la Loire ont leur histoire, que nous racontons à partir des archives. " * 4


@pytest.fixture
def talk(engine: sa.Engine) -> Talk:
    return Talk(engine)


@pytest.fixture
def proposed(talk: Talk) -> Talk:
    """Maëlle has proposed, and has her acknowledgement."""
    talk.hear(proposal())
    return talk


@pytest.fixture
def two(proposed: Talk) -> Talk:
    """She has proposed a second talk."""
    proposed.hear(proposal(title=SECOND, abstract=OTHER_ABSTRACT))
    return proposed


def reply(talk: Talk, body: str, **options: str) -> bytes:
    """An answer to the last letter."""
    assert talk.last is not None
    return mail(body, subject=f"Re: {talk.last.subject}", answers=talk.last.message_id, **options)


def english() -> bytes:
    sender = "Ned Ford <ned.ford@rivers.example>"
    body = (
        "Dear organisers,\n\nI would like to propose a 20 minute talk.\n\nTitle: Floods without gauges\n\n"
        f"Speaker: Ned Ford (River Institute)\n\nAbstract:\n{ENGLISH}\n\nBest regards,\nNed Ford\n"
    )
    return mail(body, sender=sender, subject="Talk proposal")


NED = "Ned Ford <ned.ford@rivers.example>"


# --- Revising ------------------------------------------------------------------------------------------


def test_a_change_is_answered_with_old_and_new_of_what_changed_and_only_that(proposed: Talk) -> None:
    (letter,) = proposed.hear(
        reply(proposed, "Bonjour,\n\nLe titre devient « Les crues sans capteurs ».\n\nMaëlle")
    )

    assert letter.subject == "Proposition mise à jour : Les crues sans capteurs [P-1]"
    assert letter.text.startswith(
        "Bonjour Maëlle Fontanel, Merci de votre message. Votre proposition P-1 « Les crues sans capteurs » est à "
        f"jour. Voici ce qui a changé : Titre avant {TITLE} maintenant Les crues sans capteurs "
        "Si ce n'est pas ce que vous vouliez dire, répondez simplement à ce message. Bien cordialement,"
    )
    assert proposed.actions() == ["proposed", "revised"]


def test_an_english_speaker_reads_the_same_in_english(talk: Talk) -> None:
    talk.hear(english())

    (letter,) = talk.hear(
        reply(talk, "Hello,\n\nPlease change the title to “Levels without gauges”.\n\nNed", sender=NED)
    )

    assert letter.subject == "Proposal updated: Levels without gauges [P-1]"
    assert (
        "Thank you for your message. Your proposal P-1, “Levels without gauges”, is up to date. This is what changed: "
        "Title before Floods without gauges now Levels without gauges If this is not what you meant, simply answer "
        "this message." in letter
    )


def test_a_change_and_a_question_are_answered_by_one_letter(proposed: Talk) -> None:
    body = (
        "Bonjour,\n\nLe titre devient « Les crues sans capteurs ».\n\n"
        "Par ailleurs, remboursez-vous le train ?\n\nMaëlle"
    )

    (letter,) = proposed.hear(reply(proposed, body))

    assert "est à jour. Voici ce qui a changé : Titre" in letter
    assert (
        "Le reste de votre message a été transmis à Odile Brac et Tom Reed : une réponse vous parviendra."
        in letter
    )
    assert "remboursez-vous le train ? »" in letter
    assert proposed.outcomes[-1] is QUESTION
    assert proposed.proposal().title == "Les crues sans capteurs"


def test_availability_by_answer_is_noted_and_shown(proposed: Talk) -> None:
    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe ne peux parler que l'après-midi.\n\nMaëlle"))

    assert "Disponibilité avant (rien) maintenant Je ne peux parler que l'après-midi" in letter
    assert proposed.outcomes[-1] is FOLLOW_UP


def test_an_answer_between_the_lines_of_the_acknowledgement(proposed: Talk) -> None:
    body = (
        "Bonjour,\n\n> Titre           Mesurer les crues quand les capteurs se taisent\n\n"
        "Titre : Les crues sans capteurs\n\n> Durée           20 minutes\n\nMaëlle\n"
    )

    (letter,) = proposed.hear(reply(proposed, body))

    assert f"Titre avant {TITLE} maintenant Les crues sans capteurs" in letter


def test_a_whole_new_text_is_answered_with_the_place_where_it_differs(proposed: Talk) -> None:
    text = ABSTRACT.replace("trois bassins", "trois bassins, dont un de montagne")

    (letter,) = proposed.hear(proposal(abstract=text, subject="Version corrigée de ma proposition"))

    assert "Résumé avant" in letter
    assert "dont un de montagne" in letter
    assert "Titre avant" not in letter
    assert proposed.proposal().abstract == text


def test_a_co_author_may_change_it_and_a_stranger_may_not(proposed: Talk) -> None:
    joining = "Merci d'ajouter Paul Noir (paul.noir@eaux.example) comme co-auteur."
    proposed.hear(reply(proposed, f"Bonjour,\n\n{joining}\n\nMaëlle"))
    theirs = reply(
        proposed, "Bonjour,\n\nLe titre devient « Eaux ».\n\nJo", sender="Jo <jo@ailleurs.example>"
    )
    nothing = proposed.hear(theirs)

    (letter,) = proposed.hear(
        reply(
            proposed,
            "Le titre devient « Les crues de Paul ».\n\nPaul",
            sender="Paul Noir <paul.noir@eaux.example>",
        )
    )

    assert (nothing, proposed.outcomes[-2], proposed.outcomes[-1]) == ([], HELD, FOLLOW_UP)
    assert letter.to == "paul.noir@eaux.example"
    assert proposed.proposal().title == "Les crues de Paul"


# --- Withdrawing, and undoing it -----------------------------------------------------------------------


def test_a_withdrawal_is_confirmed_and_undone_by_answering(proposed: Talk) -> None:
    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))
    withdrawn = proposed.states
    proposed.pass_days(3)

    (undone,) = proposed.hear(reply(proposed, "Annuler\n\nMaëlle"))

    assert withdrawn == [State.WITHDRAWN]
    assert letter.subject == f"Proposition retirée : {TITLE} [P-1]"
    assert (
        f"Comme vous nous l'avez demandé, votre proposition P-1 « {TITLE} » est retirée. Si vous changez d'avis "
        "d'ici au lundi 8 février 2027 à 10 h 02, répondez simplement « annuler » à ce message : elle sera rétablie "
        "telle quelle." in letter
    )
    assert undone.subject == f"Proposition rétablie : {TITLE} [P-1]"
    assert "est rétablie, telle qu'elle était : elle attend la décision des organisateurs." in undone
    assert (proposed.states, proposed.outcomes[-1]) == ([State.SUBMITTED], FOLLOW_UP)
    assert proposed.actions() == ["proposed", "withdrawn", "restored"]


def test_the_same_in_english(talk: Talk) -> None:
    talk.hear(english())
    (letter,) = talk.hear(reply(talk, "Hello,\n\nI have to withdraw my proposal.\n\nNed", sender=NED))

    (undone,) = talk.hear(reply(talk, "Undo\n\nNed", sender=NED))

    assert "simply answer “undo” to this message, and it will be restored just as it was." in letter
    assert "has been restored just as it was: it waits for the organisers' decision." in undone
    assert talk.states == [State.SUBMITTED]


def test_whoever_proposed_it_learns_that_a_co_author_withdrew_it_and_can_undo_that(proposed: Talk) -> None:
    proposed.hear(
        reply(proposed, "Merci d'ajouter Paul Noir (paul.noir@eaux.example) comme co-auteur.\n\nMaëlle")
    )
    wish = reply(proposed, "Je retire ma proposition.\n\nPaul", sender="Paul Noir <paul.noir@eaux.example>")

    paul, maelle = proposed.hear(wish)

    assert (paul.to, maelle.to) == ("paul.noir@eaux.example", "maelle.fontanel@rivieres.example")
    assert f"Paul Noir nous l'a demandé : votre proposition P-1 « {TITLE} » est retirée." in maelle
    proposed.hear(reply(proposed, "annuler"))
    assert proposed.states == [State.SUBMITTED]


def test_an_accepted_talk_comes_back_as_accepted(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)
    proposed.hear(reply(proposed, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))

    (undone,) = proposed.hear(reply(proposed, "annuler"))

    assert "elle est acceptée, et nous nous en réjouissons." in undone
    assert proposed.states == [State.ACCEPTED]


@pytest.mark.parametrize("days", [8, 40])
def test_too_late_the_organisers_decide(proposed: Talk, days: int) -> None:
    proposed.hear(reply(proposed, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))
    proposed.pass_days(days)

    (letter,) = proposed.hear(reply(proposed, "annuler"))

    assert (proposed.states, proposed.outcomes[-1]) == ([State.WITHDRAWN], QUESTION)
    assert (
        "est retirée depuis le lundi 1er février 2027, et une simple réponse ne suffit plus à la rétablir."
        in letter
    )
    assert (
        "transmis à Odile Brac et Tom Reed, qui verront ce qui est encore possible et vous répondront."
        in letter
    )


def test_a_place_that_was_given_to_somebody_else_is_not_taken_back(two: Talk) -> None:
    two.decide(1, State.ACCEPTED)
    two.hear(reply(two, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))
    answer = two.last
    two.decide(2, State.ACCEPTED)
    two.last = answer

    two.hear(reply(two, "annuler"))

    assert two.states == [State.WITHDRAWN, State.ACCEPTED]
    assert two.outcomes[-1] is QUESTION


def test_without_days_to_undo_the_letter_promises_none(engine: sa.Engine) -> None:
    talk = Talk(engine, undo_days=0)
    talk.hear(proposal())

    (letter,) = talk.hear(reply(talk, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))

    assert "Si vous changez d'avis, répondez simplement à ce message : les organisateurs verront" in letter


def test_a_stranger_undoes_nothing(proposed: Talk) -> None:
    proposed.hear(reply(proposed, "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle"))

    letters = proposed.hear(reply(proposed, "annuler", sender="Jo <jo@ailleurs.example>"))

    assert (letters, proposed.states) == ([], [State.WITHDRAWN])


@pytest.mark.parametrize(
    "words",
    [
        "Si je ne trouve pas de train, je devrai retirer ma proposition.",
        "Si ma mission n'est pas acceptée, je retirerai la proposition.",
        "Mon collègue Paul retire sa proposition, pas moi.",
        "Je ne souhaite pas retirer ma proposition.",
        "If I cannot find a train, I will have to withdraw my proposal.",
        "Faut-il que je retire ma proposition ?",
    ],
)
def test_conditions_others_and_doubts_withdraw_nothing(proposed: Talk, words: str) -> None:
    proposed.hear(reply(proposed, f"Bonjour,\n\n{words}\n\nMaëlle"))

    assert proposed.states == [State.SUBMITTED]
    assert proposed.outcomes[-1] in (QUESTION, HELD)


# --- Accepted: confirming and declining ----------------------------------------------------------------


def test_an_accepted_speaker_confirms(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)

    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe confirme ma venue.\n\nMaëlle"))

    assert (proposed.states, proposed.outcomes[-1]) == ([State.CONFIRMED], FOLLOW_UP)
    assert letter.subject == f"Votre venue est notée : {TITLE} [P-1]"
    assert (
        f"C'est noté pour P-1 « {TITLE} » : nous nous réjouissons de vous accueillir le jeudi 11 mars 2027 (Tours). "
        "Nous vous donnerons l'heure de votre intervention dès que le programme sera arrêté." in letter
    )


@pytest.mark.parametrize(
    "words",
    [
        "Oui.",
        "Oui, avec plaisir !",
        "Yes, of course.",
        "Bonjour,\n\nOui, merci.\n\nMaëlle",
        "Thank you, I will come.",
        "Merci beaucoup, je viendrai.",
        "We'll gladly come!",
    ],
)
def test_a_bare_yes_to_our_question_confirms(proposed: Talk, words: str) -> None:
    proposed.decide(1, State.ACCEPTED)

    proposed.hear(reply(proposed, words))

    assert proposed.states == [State.CONFIRMED]


@pytest.mark.parametrize(
    "words",
    [
        "Merci !",
        "Oui, si mon train le permet.",
        "Oui et non.",
        "I hope I will come.",
        "Je viendrai peut-être.",
    ],
)
def test_less_than_yes_confirms_nothing(proposed: Talk, words: str) -> None:
    proposed.decide(1, State.ACCEPTED)

    proposed.hear(reply(proposed, words))

    assert proposed.states == [State.ACCEPTED]


def test_a_yes_to_nothing_confirms_nothing(proposed: Talk) -> None:
    ours = proposed.last
    proposed.decide(1, State.ACCEPTED)
    proposed.last = ours

    proposed.hear(reply(proposed, "Oui."))

    assert proposed.states == [State.ACCEPTED]


def test_who_cannot_come_on_the_one_day_of_the_event_will_not_give_the_talk(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)

    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe ne pourrai pas venir le 11 mars.\n\nMaëlle"))

    # They were asked whether they will come, and can undo it by answering.
    assert proposed.states == [State.WITHDRAWN]
    assert letter.subject.startswith("Proposition retirée")


def test_a_confirmation_and_an_availability_are_both_dealt_with(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)

    (letter,) = proposed.hear(
        reply(proposed, "Bonjour,\n\nJe confirme ma venue. Je ne peux parler que l'après-midi.\n\nMaëlle")
    )

    assert proposed.states == [State.CONFIRMED]
    assert "nous nous réjouissons de vous accueillir" in letter
    assert "Disponibilité avant (rien) maintenant Je ne peux parler que l'après-midi" in letter


def test_confirming_twice_is_answered_once_a_day(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)
    asked = proposed.last
    counts = []
    for _ in range(4):
        proposed.last = asked
        counts.append(len(proposed.hear(reply(proposed, "Bonjour,\n\nJe confirme ma venue.\n\nMaëlle"))))

    assert counts == [1, 1, 0, 0]
    assert proposed.actions() == ["proposed", "accepted", "confirmed"]


def test_who_confirms_while_the_organisers_change_their_mind_is_left_to_them(proposed: Talk) -> None:
    proposed.decide(1, State.ACCEPTED)
    proposed.desk = replace(proposed.desk, review=ReviewConfig(decision_delay_minutes=30))
    proposed.decide(1, State.DECLINED)

    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe confirme ma venue.\n\nMaëlle"))

    assert (proposed.states, proposed.outcomes[-1]) == ([State.DECLINED], QUESTION)
    assert "Il a été transmis à Odile Brac et Tom Reed" in letter


def test_who_confirms_before_the_decision_learns_how_things_stand(proposed: Talk) -> None:
    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nJe confirme ma venue.\n\nMaëlle"))

    assert proposed.states == [State.SUBMITTED]
    assert "bien reçue, les organisateurs ne se sont pas encore prononcés." in letter


@pytest.mark.parametrize(
    "words", ["Je ne pourrai finalement pas venir.", "Je dois malheureusement retirer ma proposition."]
)
def test_an_accepted_talk_is_declined_by_its_speaker(proposed: Talk, words: str) -> None:
    proposed.decide(1, State.ACCEPTED)

    (letter,) = proposed.hear(reply(proposed, f"Bonjour,\n\n{words}\n\nMaëlle"))

    assert (proposed.states, proposed.outcomes[-1]) == ([State.WITHDRAWN], FOLLOW_UP)
    assert "est retirée." in letter


# --- How things stand ----------------------------------------------------------------------------------


def test_who_asks_how_things_stand_is_told(two: Talk) -> None:
    two.decide(2, State.ACCEPTED)

    (letter,) = two.hear(mail("Bonjour,\n\nOù en sont mes propositions ?\n\nMaëlle", subject="Des nouvelles"))

    assert letter.subject == "Où en sont vos propositions"
    assert (
        f"Voici où en sont vos propositions : - P-1 « {TITLE} » : bien reçue, les organisateurs ne se sont pas encore "
        f"prononcés. - P-2 « {SECOND} » : acceptée. Pourriez-vous nous confirmer que vous viendrez ?"
        in letter
    )
    assert two.outcomes[-1] is FOLLOW_UP


def test_a_decision_that_was_not_told_is_not_given_away(proposed: Talk) -> None:
    proposed.decide(1, State.DECLINED, tell=False)

    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nOù en est ma proposition ?\n\nMaëlle"))

    assert proposed.outcomes[-1] is QUESTION
    assert "Il a été transmis à Odile Brac et Tom Reed : une réponse vous parviendra." in letter
    assert "retenue" not in letter


def test_a_stranger_learns_nothing_of_others(proposed: Talk) -> None:
    body = "Bonjour,\n\nOù en est la proposition P-1 ?\n\nJo"

    assert proposed.hear(mail(body, subject="P-1", sender="Jo <jo@ailleurs.example>")) == []


# --- Which one? ----------------------------------------------------------------------------------------


def withdraw_one(two: Talk) -> None:
    (letter,) = two.hear(mail("Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle", subject="Retrait"))
    assert letter.subject == "De quelle proposition s'agit-il ?"
    assert (
        "Merci de votre message (« Bonjour, Je dois retirer ma proposition. Maëlle »). Il peut concerner plusieurs "
        f"de vos propositions, et nous ne voulons pas nous tromper : 1. P-1 – {TITLE} 2. P-2 – {SECOND} De laquelle "
        "s'agit-il ?" in letter
    )
    assert (two.states, two.outcomes[-1]) == ([State.SUBMITTED] * 2, HELD)


@pytest.mark.parametrize(
    ("words", "states"),
    [
        ("P-2", [State.SUBMITTED, State.WITHDRAWN]),
        ("Bonjour,\n\nIl s'agit de P-1, merci.\n\nMaëlle", [State.WITHDRAWN, State.SUBMITTED]),
        ("La deuxième.", [State.SUBMITTED, State.WITHDRAWN]),
        ("Je parlais de « Les vannes de la Loire ».", [State.SUBMITTED, State.WITHDRAWN]),
        ("The first one, please.", [State.WITHDRAWN, State.SUBMITTED]),
    ],
)
def test_their_answer_settles_the_message_that_waited(two: Talk, words: str, states: list[State]) -> None:
    withdraw_one(two)

    (letter,) = two.hear(reply(two, words))

    assert two.states == states
    assert two.outcomes[-2:] == [FOLLOW_UP, FOLLOW_UP]
    assert "Comme vous nous l'avez demandé" in letter


@pytest.mark.parametrize(
    "words", ["Les deux.", "P-1 et P-2", "Pas la première.", "Celle dont nous avons parlé.", "P-9"]
)
def test_an_answer_that_does_not_say_which_settles_nothing(two: Talk, words: str) -> None:
    withdraw_one(two)

    two.hear(reply(two, words))

    assert two.states == [State.SUBMITTED] * 2
    assert two.outcomes[2] is HELD
    assert two.outcomes[-1] in (QUESTION, HELD)


def test_nobody_else_says_which(two: Talk) -> None:
    withdraw_one(two)

    two.hear(reply(two, "P-2", sender="Jo <jo@ailleurs.example>"))

    assert two.states == [State.SUBMITTED] * 2


def test_an_answer_that_repeats_the_wish_does_it_once(two: Talk) -> None:
    withdraw_one(two)

    letters = two.hear(reply(two, "Bonjour,\n\nJe retire ma proposition P-2.\n\nMaëlle"))

    assert two.states == [State.SUBMITTED, State.WITHDRAWN]
    assert [letter.kind for letter in letters] == ["transcript"]
    assert two.outcomes[-2:] == [FOLLOW_UP, FOLLOW_UP]


def test_what_an_answer_adds_comes_after_what_waited(two: Talk) -> None:
    two.hear(mail("Bonjour,\n\nLe titre devient « Un ».\n\nMaëlle", subject="Correction de ma proposition"))

    two.hear(reply(two, "Bonjour,\n\nC'est pour P-2, et le titre devient « Deux ».\n\nMaëlle"))

    assert [two.proposal(1).title, two.proposal(2).title] == [TITLE, "Deux"]
    assert two.actions(2) == ["proposed", "revised", "revised"]


def test_another_reference_in_the_answer_is_asked_about(two: Talk) -> None:
    """The thread says P-2, the words say P-1."""
    (letter,) = two.hear(reply(two, "Bonjour,\n\nJe retire ma proposition P-1.\n\nMaëlle"))

    assert letter.kind == "which"
    assert two.states == [State.SUBMITTED] * 2


def test_a_title_in_the_subject_says_which(two: Talk) -> None:
    two.hear(mail("Bonjour,\n\nJe retire ma proposition.\n\nMaëlle", subject=f"Retrait : {SECOND}"))

    assert two.states == [State.SUBMITTED, State.WITHDRAWN]


# --- Questions -----------------------------------------------------------------------------------------


def test_a_question_stands_in_the_digest_and_its_sender_is_told(proposed: Talk) -> None:
    (letter,) = proposed.hear(reply(proposed, "Bonjour,\n\nY a-t-il un modèle de diapositives ?\n\nMaëlle"))

    assert (letter.to, proposed.outcomes[-1]) == ("maelle.fontanel@rivieres.example", QUESTION)
    assert (
        f"Merci de votre message à propos de la proposition P-1 « {TITLE} ». Il a été transmis à Odile Brac et Tom "
        "Reed : une réponse vous parviendra. Vous n'avez rien d'autre à faire." in letter
    )


def test_organisers_who_wish_it_get_it_at_once_and_answer_the_speaker(engine: sa.Engine) -> None:
    talk = Talk(engine, questions="at once")
    talk.hear(proposal())

    letters = talk.hear(reply(talk, "Bonjour,\n\nY a-t-il un modèle de diapositives ?\n\nMaëlle"))

    odile, tom, maelle = letters
    assert [x.to for x in letters] == [
        "odile@callboard.test",
        "tom@callboard.test",
        "maelle.fontanel@rivieres.example",
    ]
    assert [x.reply_to for x in letters] == ["maelle.fontanel@rivieres.example"] * 2 + [OURS]
    assert odile.subject == "Maëlle Fontanel vous écrit [P-1]"
    assert "Y a-t-il un modèle de diapositives ?" in odile
    assert "If you answer this message, you write to them directly." in tom
    assert odile.bytes["From"].addresses[0].addr_spec == OURS
    assert odile.bytes["Auto-Submitted"] == "auto-generated"
    assert maelle.subject == "Votre message a été transmis aux organisateurs [P-1]"


def test_a_robot_that_asks_does_not_fill_the_organisers_mailboxes(engine: sa.Engine) -> None:
    talk = Talk(engine, questions="at once", max_per_address_per_day=5)
    talk.hear(proposal())
    ours = talk.last

    sent = []
    for number in range(12):
        talk.last = ours
        sent += talk.hear(
            reply(talk, f"Votre demande n° {number} est enregistrée. Pouvez-vous préciser l'horaire ?")
        )

    assert sum(x.to == "odile@callboard.test" for x in sent) == 5
    assert talk.outcomes[1:] == [QUESTION] * 12


def test_thanks_are_not_answered(proposed: Talk) -> None:
    letters = proposed.hear(reply(proposed, "Merci beaucoup !\n\nMaëlle"))

    assert (letters, proposed.outcomes[-1]) == ([], FOLLOW_UP)


def test_what_only_a_person_understands_is_read_by_people_and_said_to_be(proposed: Talk) -> None:
    words = "Bonjour,\n\nVotre affiche est magnifique, mes élèves l'ont accrochée au mur.\n\nMaëlle"

    (letter,) = proposed.hear(reply(proposed, words))

    assert proposed.outcomes[-1] is QUESTION
    assert "Il a été transmis à Odile Brac et Tom Reed, qui le liront." in letter


# --- Forwards ------------------------------------------------------------------------------------------


def test_an_organiser_who_passes_a_mail_on_gets_one_line(talk: Talk) -> None:
    author, organiser = talk.hear(forwarded("Odile Brac <odile@callboard.test>"))

    assert (author.to, author.kind) == ("maelle.fontanel@rivieres.example", "acknowledgement")
    assert (organiser.to, organiser.subject) == ("odile@callboard.test", f"Classé : {TITLE} [P-1]")
    assert organiser.text == (
        f"Bonjour Odile Brac, Le message que vous avez transmis est classé sous P-1 « {TITLE} », et Maëlle Fontanel "
        "reçoit un accusé de réception. Bonne journée, Callboard, pour les organisateurs"
    )


def test_one_that_is_known_already_is_said_to_be(proposed: Talk) -> None:
    (letter,) = proposed.hear(forwarded("Tom Reed <tom@callboard.test>"))

    assert letter.subject == f"Already filed: {TITLE} [P-1]"
    assert "The message that you passed on had already been filed as P-1" in letter


def test_a_stranger_who_passes_it_on_gets_nothing(talk: Talk) -> None:
    assert talk.hear(forwarded("Luc Autre <luc@ailleurs.example>")) == []
    assert talk.outcomes == [HELD]


def test_an_organiser_is_not_taken_for_an_author_whose_address_is_missing(talk: Talk) -> None:
    raw = forwarded("Odile Brac <odile@callboard.test>").replace(b" <maelle.fontanel@rivieres.example>", b"")

    letters = talk.hear(raw)

    assert [letter.to for letter in letters] == ["odile@callboard.test"]
    assert "son auteur n'a pas reçu de lettre" in letters[0]
    assert talk.proposal().contact is None


def test_a_change_that_a_person_has_approved_is_told_to_the_speaker_without_thanking_them(
    proposed: Talk,
) -> None:
    proposed.hear(mail("Merci de retirer la proposition P-1.", sender="Odile Brac <odile@callboard.test>"))

    (letter,) = proposed.approve(2)

    assert letter.to == "maelle.fontanel@rivieres.example"
    assert letter.text.startswith(
        f"Bonjour Maëlle Fontanel, Votre proposition P-1 « {TITLE} » est retirée. Si vous changez"
    )


def test_a_late_proposal_is_told_so(engine: sa.Engine) -> None:
    talk = Talk(engine, replace(CALL, deadline=CALL.deadline and CALL.deadline - timedelta(days=30)))

    (letter,) = talk.hear(proposal())

    assert "Votre proposition nous est parvenue après la date limite" in letter
    assert talk.proposal().late


# --- One long thread -----------------------------------------------------------------------------------


def test_a_thread_of_eight_mails_in_order(talk: Talk) -> None:
    subjects = [talk.hear(proposal())[0].subject]
    steps = (
        "Bonjour,\n\nLe titre devient « Les crues sans capteurs ».\n\nMaëlle",
        "Bonjour,\n\nMerci d'ajouter Paul Noir (paul.noir@eaux.example) comme co-auteur.\n\nMaëlle",
        "Bonjour,\n\nOù en est ma proposition ?\n\nMaëlle",
        "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle",
        "annuler",
    )
    for body in steps:
        subjects += [letter.subject for letter in talk.hear(reply(talk, body))]
    subjects += [letter.subject for letter in talk.decide(1, State.ACCEPTED)]
    for body in ("Bonjour,\n\nJe confirme ma venue.\n\nMaëlle", "Merci beaucoup !\n\nMaëlle"):
        subjects += [letter.subject for letter in talk.hear(reply(talk, body))]

    assert subjects == [
        f"Proposition reçue : {TITLE} [P-1]",
        "Proposition mise à jour : Les crues sans capteurs [P-1]",
        "Proposition mise à jour : Les crues sans capteurs [P-1]",
        "Où en est votre proposition : Les crues sans capteurs [P-1]",
        "Proposition retirée : Les crues sans capteurs [P-1]",
        "Proposition rétablie : Les crues sans capteurs [P-1]",
        "Proposition acceptée : Les crues sans capteurs [P-1]",
        "Votre venue est notée : Les crues sans capteurs [P-1]",
    ]
    assert talk.actions() == [
        "proposed", "revised", "revised", "withdrawn", "restored", "accepted", "confirmed",
    ]  # fmt: skip
    assert [s.name for s in talk.proposal().speakers] == ["Maëlle Fontanel", "Paul Noir"]
    with talk.sessions() as db:
        about = db.scalars(sa.select(InboxEntry.proposal_id)).all()
    assert about == [1] * 8


def test_who_is_forgotten_is_forgotten_in_letters_to_organisers_too(engine: sa.Engine) -> None:
    talk = Talk(engine, questions="at once")
    talk.hear(forwarded("Odile Brac <odile@callboard.test>"))
    talk.hear(mail("Bonjour,\n\nY a-t-il un modèle de diapositives ?\n\nMaëlle", subject="P-1"))

    with talk.sessions.begin() as db:
        privacy.forget(db, "maelle.fontanel@rivieres.example", talk.now)

    with talk.sessions() as db:
        letters = db.scalars(sa.select(OutboxEntry)).all()
        assert [letter.kind for letter in letters] == [
            "acknowledgement", "receipt", "question", "question", "transcript",
        ]  # fmt: skip
        assert {(letter.raw, letter.subject) for letter in letters} == {(b"", "")}


# --- What is not understood ------------------------------------------------------------------------------


def test_what_may_be_a_proposal_waits_for_a_person_and_is_filed_when_they_say_so(talk: Talk) -> None:
    text = "Trente ans de relevés des repères de crue de ma vallée, 20 minutes.\n\nLéon Barrat\n"

    sent = talk.hear(mail(text, sender="Léon Barrat <leon@barrat.example>", subject="exposé"))

    assert (sent, talk.outcomes, talk.states) == ([], [HELD], [])
    (letter,) = talk.approve(1)
    assert (letter.to, letter.kind, talk.states) == (
        "leon@barrat.example",
        "acknowledgement",
        [State.SUBMITTED],
    )


# --- A subject without our reference -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "availability"),
    [
        ("Seulement le matin, merci.", "Seulement le matin, merci."),
        ("Only in the morning.\n\nMaëlle", "Only in the morning."),
        ("Je ne peux parler que l'après-midi.", "Je ne peux parler que l'après-midi."),
    ],
)
def test_the_thread_alone_makes_a_short_answer_one_about_the_proposal(
    proposed: Talk, words: str, availability: str
) -> None:
    assert proposed.last is not None
    (letter,) = proposed.hear(mail(words, subject="Re: votre message", answers=proposed.last.message_id))

    assert (letter.kind, proposed.outcomes[-1]) == ("transcript", FOLLOW_UP)
    assert proposed.proposal().availability == availability


def test_a_wish_that_binds_nobody_reaches_the_organisers(proposed: Talk) -> None:
    assert proposed.last is not None
    letters = proposed.hear(
        mail("plutôt l'après-midi svp", subject="Re: horaire", answers=proposed.last.message_id)
    )

    assert [letter.kind for letter in letters] == ["transcript"]


def test_another_talk_in_answer_to_a_letter_of_ours_is_another_proposal(proposed: Talk) -> None:
    assert proposed.last is not None
    proposed.hear(
        proposal(
            title=SECOND,
            abstract=OTHER_ABSTRACT,
            subject="Encore un exposé",
            answers=proposed.last.message_id,
        )
    )

    assert [proposed.proposal(n).title for n in (1, 2)] == [TITLE, SECOND]


@pytest.mark.parametrize(
    "first",
    [
        proposal(title=TITLE, abstract=""),
        mail(
            "Bonjour,\n\nJe propose un exposé de 20 minutes ; titre et résumé suivront.\n\nMaëlle Fontanel\n"
        ),
    ],
    ids=["abstract", "title and abstract"],
)
def test_what_an_unfinished_proposal_lacked_completes_it_under_any_subject(talk: Talk, first: bytes) -> None:
    """We asked for it, and the thread says that this is the answer: no second proposal."""
    talk.hear(first)
    assert talk.last is not None
    talk.hear(
        proposal(title=TITLE, abstract=OTHER_ABSTRACT, subject="Le résumé", answers=talk.last.message_id)
    )

    with talk.sessions() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1
    assert (talk.proposal().title, talk.proposal().abstract) == (TITLE, OTHER_ABSTRACT.strip())


# --- Copies -------------------------------------------------------------------------------------------


def test_a_copy_that_comes_late_brings_back_nothing_that_was_withdrawn(talk: Talk) -> None:
    """Sent twice, and withdrawn before another organiser's mailbox was read."""
    again = proposal()
    talk.hear(proposal())
    talk.hear(again)
    say(talk, "Je retire ma proposition.")

    letters = talk.hear(again)

    assert (letters, talk.states) == ([], [State.WITHDRAWN])
    assert talk.outcomes == [Outcome.PROPOSAL, Outcome.COPY, FOLLOW_UP, Outcome.COPY]


def test_what_was_held_is_no_copy_of_its_own_copy(talk: Talk) -> None:
    passed_on = forwarded(by="Paul Durand <paul@vannes.example>")
    talk.hear(passed_on)
    talk.hear(passed_on)

    talk.approve(1)

    assert talk.outcomes == [Outcome.PROPOSAL, Outcome.COPY]
