"""People answer what lies before them: the mail that they sent themselves, or what somebody wrote below it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.model import Outcome
from callboard.worker import Worker
from conversing import Sent, Talk, say
from deliver import deliver
from letters_in import ABSTRACT, forwarded, mail, proposal
from servers import Account, SmtpSink
from workplace import outcomes, titles

FIRST = "<first@rivieres.example>"
SUBJECT = "Re: Proposition d'exposé"
PAUL, ODILE = "Paul Durand <paul@vannes.example>", "Odile Brac <odile@callboard.test>"
MAELLE = "maelle.fontanel@rivieres.example"
QUOTE = (
    "\n\nLe 1 févr. 2027 à 10:00, Maëlle Fontanel <maelle.fontanel@rivieres.example> a écrit :\n> Bonjour,\n"
    "> Je souhaite proposer un exposé de 20 minutes pour la journée.\n"
    "> Titre : Mesurer les crues quand les capteurs se taisent\n"
)
FERRIES = (
    "A short history of the ferries that crossed the river before there were bridges, told by the tolls they "
    "took and by the names they left on the map."
)


@pytest.fixture
def begun(engine: sa.Engine) -> Talk:
    """Maëlle has proposed; what is said next answers her own mail."""
    talk = Talk(engine)
    talk.hear(proposal(message_id=FIRST))
    return talk


def below(talk: Talk, words: str, *, to: str | None = None, **options: str) -> list[Sent]:
    """An answer to Maëlle's own mail."""
    options = {"subject": SUBJECT, "answers": FIRST} | options
    raw = mail(f"{words}{QUOTE}", **options)
    if to:
        raw = raw.replace(
            b"To: journee@callboard.test", f"To: {to}\r\nCc: journee@callboard.test".encode(), 1
        )
    return talk.hear(raw)


# --- The speaker ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("Le titre devient « Les crues sans capteurs ».", "title", "Les crues sans capteurs"),
        ("Sorry, I forgot to say: 30 minutes would be better.", "duration_minutes", 30),
        ("Je préférerais le matin, si possible.", "availability", "Je préférerais le matin, si possible."),
        (
            "Petite correction du titre ci-dessous, pardon.\n\n"
            "Titre : Mesurer les crues quand les capteurs se taisent la nuit",
            "title",
            "Mesurer les crues quand les capteurs se taisent la nuit",
        ),
    ],
)
def test_a_speaker_who_answers_their_own_mail_corrects_it(
    begun: Talk, words: str, field: str, value: object
) -> None:
    (letter,) = below(begun, words)

    assert (letter.kind, letter.to) == ("transcript", MAELLE)
    assert getattr(begun.proposal(), field) == value
    assert begun.proposal().abstract == ABSTRACT
    assert len(begun.states) == 1


def test_a_co_author_who_was_forgotten_joins(begun: Talk) -> None:
    below(begun, "J'ai oublié d'ajouter mon co-auteur, Paul Durand (CNRS).\n\nMerci\nMaëlle")

    assert [s.name for s in begun.proposal().speakers] == ["Maëlle Fontanel", "Paul Durand"]


def test_the_abstract_may_come_in_a_second_mail(engine: sa.Engine) -> None:
    talk = Talk(engine)
    talk.hear(
        mail("Je propose un exposé intitulé « Les moulins oubliés ». Le résumé suit.", message_id=FIRST)
    )

    below(talk, f"Voici le résumé :\n\n{ABSTRACT}\n\nMaëlle")

    assert [p.abstract for p in [talk.proposal()]] == [ABSTRACT]
    assert len(talk.states) == 1


@pytest.mark.parametrize("words", ["Avez-vous bien reçu ma proposition ?", "Did you get this?"])
def test_whether_it_arrived_is_answered(begun: Talk, words: str) -> None:
    (letter,) = below(begun, words)

    assert "P-1" in letter
    assert (begun.outcomes[-1], len(begun.states)) == (Outcome.FOLLOW_UP, 1)


def test_a_second_talk_below_the_first_is_a_second_talk(begun: Talk) -> None:
    (letter,) = below(begun, f"Encore un :\n\nTitle: Ferries before bridges\n\nAbstract: {FERRIES}\n\nMaëlle")

    assert letter.kind == "acknowledgement"
    assert begun.proposal(2).title == "Ferries before bridges"


@pytest.mark.parametrize(
    "subject",
    ["Ferries before bridges", "Ferries before bridges (was: Proposition d'exposé)"],
)
@pytest.mark.parametrize("named", ["", "Abstract: "])
def test_a_second_talk_under_a_subject_of_its_own_is_a_second_talk(
    begun: Talk, subject: str, named: str
) -> None:
    """Who presses "reply" finds the address there, and types another subject."""
    words = f"Hello,\n\nI would like to propose a second talk.\n\n{named}{FERRIES}\n\nMaëlle"
    (letter,) = begun.hear(mail(words, subject=subject, answers=FIRST))

    assert letter.kind == "acknowledgement"
    assert (begun.proposal().abstract, begun.proposal(2).title) == (ABSTRACT, "Ferries before bridges")


def test_in_answer_to_a_letter_of_ours_too(proposed: Talk) -> None:
    assert proposed.last is not None
    words = f"Hello,\n\nI would like to propose a second talk.\n\n{FERRIES}\n\nMaëlle"
    words += (
        "\n\nLe 1 févr. 2027 à 10:00, Journée rivières a écrit :\n> Votre proposition P-1 est bien arrivée.\n"
    )
    (letter,) = proposed.hear(mail(words, subject="Ferries before bridges", answers=proposed.last.message_id))

    assert letter.kind == "acknowledgement"
    assert (proposed.proposal().abstract, proposed.proposal(2).title) == (ABSTRACT, "Ferries before bridges")


@pytest.mark.parametrize(
    "subject", ["Correction du résumé", "Proposition d'exposé", "Résumé corrigé : les crues"]
)
def test_a_correction_under_another_subject_is_a_correction(begun: Talk, subject: str) -> None:
    words = f"Bonjour,\n\nVoici le nouveau résumé :\n\n{FERRIES}\n\nMaëlle"
    (letter,) = begun.hear(mail(words, subject=subject, answers=FIRST))

    assert letter.kind == "transcript"
    assert (begun.proposal().abstract, len(begun.states)) == (FERRIES, 1)
    assert begun.proposal().title == "Mesurer les crues quand les capteurs se taisent"


SECOND = [
    "And a second talk:\n\nTitle: Ferries before bridges\nSpeaker: Maëlle Fontanel\nDuration: 20 minutes",
    "J'ai aussi une autre proposition :\n\nTitre : Les bacs avant les ponts\n\nDurée : 30 minutes",
    'I would also like to propose a second talk, "Ferries before bridges". The abstract will follow.',
]


@pytest.mark.parametrize("words", SECOND)
def test_a_second_talk_of_which_little_is_said_waits_for_a_person(begun: Talk, words: str) -> None:
    assert below(begun, f"{words}\n\nMaëlle") == []
    assert (begun.outcomes[-1], begun.actions()) == (Outcome.HELD, ["proposed"])


@pytest.mark.parametrize("words", SECOND)
def test_in_answer_to_our_letter_too(proposed: Talk, words: str) -> None:
    assert say(proposed, words) == []
    assert (proposed.outcomes[-1], proposed.actions()) == (Outcome.HELD, ["proposed"])


def test_a_second_talk_in_answer_to_our_letter_is_a_second_talk(proposed: Talk) -> None:
    words = f"Voici une autre proposition :\n\nTitre : Ferries before bridges\n\nRésumé : {FERRIES}"
    (letter,) = say(proposed, words)

    assert (letter.kind, proposed.actions()) == ("acknowledgement", ["proposed"])
    assert proposed.proposal(2).title == "Ferries before bridges"


@pytest.mark.parametrize(
    "words",
    [
        "I give another talk in Leeds that morning, so only the afternoon is possible.\n\nTitre : Crues muettes",
        "Titre : Crues muettes\n\nDésolée pour le dérangement, c'est un peu plus clair ainsi pour le public.",
        "Pardon, nous préférerions l'appeler un peu autrement, si cela est encore possible pour vous :\n\n"
        "Titre : Crues muettes",
        "I'd prefer another title for my talk: « Crues muettes ».",
    ],
)
def test_a_remark_beside_a_new_title_is_no_second_talk(begun: Talk, words: str) -> None:
    (letter,) = below(begun, f"{words}\n\nMaëlle")

    assert letter.kind == "transcript"
    assert [(begun.proposal().title, begun.proposal().abstract)] == [("Crues muettes", ABSTRACT)]
    assert len(begun.states) == 1


def test_the_same_text_under_another_title_is_the_same_talk(begun: Talk) -> None:
    (letter,) = below(begun, f"Titre : Crues muettes\n\nRésumé : {ABSTRACT} Et trois autres.\n\nMaëlle")

    assert letter.kind == "transcript"
    assert (begun.proposal().title, len(begun.states)) == ("Crues muettes", 1)


def test_where_the_program_names_no_mail_the_subject_tells(begun: Talk) -> None:
    below(begun, "Le titre devient « Les crues sans capteurs ».", answers="")

    assert [p.title for p in [begun.proposal()]] == ["Les crues sans capteurs"]
    assert len(begun.states) == 1


def test_but_not_that_of_a_call_which_was_answered_before(engine: sa.Engine) -> None:
    talk = Talk(engine)
    talk.hear(proposal(subject="Re: Appel à exposés"))

    talk.hear(
        mail(f"Title: Ferries before bridges\n\nAbstract: {FERRIES}\n\nMaëlle", subject="Re: Appel à exposés")
    )

    assert len(talk.states) == 2


def test_a_proposal_that_its_speaker_sends_on_is_the_same(begun: Talk) -> None:
    """Some people answer by forwarding what they sent."""
    letters = begun.hear(forwarded(by=f"Maëlle Fontanel <{MAELLE}>"))

    assert (letters, begun.outcomes[-1], len(begun.states)) == ([], Outcome.COPY, 1)


# --- Others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["Super idée, Maëlle, bravo !", "Tu peux compter sur moi pour les données.\n\nPaul"]
)
def test_a_colleague_who_cheers_proposes_nothing(begun: Talk, words: str) -> None:
    assert below(begun, words, sender=PAUL) == []
    assert len(begun.states) == 1
    assert begun.outcomes[-1] in (Outcome.QUESTION, Outcome.FOLLOW_UP)


def test_one_who_would_speak_too_waits_for_a_person(begun: Talk) -> None:
    assert (
        below(begun, "Je propose aussi un exposé sur les moulins, titre à venir.\n\nPaul", sender=PAUL) == []
    )
    assert begun.outcomes[-1] is Outcome.HELD


def test_one_who_proposes_a_whole_talk_there_has_proposed_it(begun: Talk) -> None:
    words = f"Me too.\n\nTitle: Ferries before bridges\n\nAbstract: {FERRIES}\n\nPaul"
    (letter,) = below(begun, words, sender=PAUL)

    assert (letter.kind, letter.to) == ("acknowledgement", "paul@vannes.example")
    assert begun.proposal().title != begun.proposal(2).title


def test_also_under_a_subject_of_its_own(begun: Talk) -> None:
    words = f"Dear organisers,\n\nI would like to propose a talk.\n\n{FERRIES}\n\nPaul Durand"
    (letter,) = begun.hear(
        mail(words, subject="Proposal: Ferries before bridges", answers=FIRST, sender=PAUL)
    )

    assert (letter.kind, letter.to) == ("acknowledgement", "paul@vannes.example")
    assert begun.proposal(2).title == "Ferries before bridges"


def test_a_subject_whose_mark_we_do_not_know_is_no_title_of_theirs(begun: Talk) -> None:
    assert below(begun, f"{FERRIES}\n\nPaul", sender=PAUL, subject="Vá: Proposition d'exposé") == []
    assert len(begun.states) == 1


ON_LIST = {"List_Id": "<talks.lists.example>", "Precedence": "list"}


@pytest.mark.parametrize("headers", [{}, ON_LIST])
@pytest.mark.parametrize(
    "words", ["I'd like to talk about ferries in that session too.", f"Ferries before bridges\n\n{FERRIES}"]
)
def test_what_waits_there_is_filed_when_a_person_says_so(
    begun: Talk, words: str, headers: dict[str, str]
) -> None:
    assert below(begun, f"{words}\n\nPaul", sender=PAUL, **headers) == []
    assert begun.outcomes[-1] is Outcome.HELD

    (letter,) = begun.approve(2)

    assert (letter.kind, letter.to) == ("acknowledgement", "paul@vannes.example")
    assert len(begun.states) == 2


def test_a_whole_talk_of_theirs_without_a_word_around_it_is_not_passed_over(begun: Talk) -> None:
    text = f"Title: Ferries before bridges\n\nAbstract: {FERRIES}\n\nPaul Durand"

    assert begun.hear(mail(text, subject=SUBJECT, answers=FIRST, sender=PAUL)) == []
    assert begun.outcomes[-1] is Outcome.HELD


def test_a_subject_typed_below_a_mail_without_one_is_its_own(engine: sa.Engine) -> None:
    talk = Talk(engine)
    talk.hear(proposal(subject="[talks]", message_id=FIRST))

    (letter,) = talk.hear(
        mail(
            f"I would like to give a talk.\n\n{FERRIES}\n\nPaul",
            sender=PAUL,
            answers=FIRST,
            subject="Talk proposal: Ferries before bridges",
        )
    )

    assert letter.kind == "acknowledgement"
    assert talk.proposal(2).title == "Ferries before bridges"


@pytest.mark.parametrize("sender", [PAUL, f"Maëlle Fontanel <{MAELLE}>"])
@pytest.mark.parametrize(
    "words", ["I agree, that would be worth half an hour.", "Thanks. 30 minutes would do, I think."]
)
def test_what_a_list_discusses_changes_nothing(begun: Talk, sender: str, words: str) -> None:
    assert below(begun, words, sender=sender, **ON_LIST) == []
    assert (len(begun.states), begun.actions()) == (1, ["proposed"])
    assert begun.outcomes[-1] is Outcome.FOLLOW_UP


@pytest.mark.parametrize(
    "words",
    [
        "Paul, tu penses qu'on devrait changer le titre en « Crues muettes » ?",
        "Paul, do you think we should change the title to « Crues muettes »?",
        "Paul, on dit 30 minutes ?",
        "Paul, je retire ma proposition.",
        "Paul, can you bring the projector?",
        "Any news, Paul?",
    ],
)
def test_what_a_speaker_writes_to_a_co_author_is_only_shown_to_people(begun: Talk, words: str) -> None:
    assert below(begun, f"{words}\n\nMaëlle", to="paul@vannes.example") == []
    assert (begun.outcomes[-1], begun.actions()) == (Outcome.QUESTION, ["proposed"])


def test_what_a_speaker_writes_to_an_organiser_counts(begun: Talk) -> None:
    (letter,) = below(begun, "Le titre devient « Crues muettes ».", to="odile@callboard.test")

    assert (letter.kind, begun.proposal().title) == ("transcript", "Crues muettes")


# --- Organisers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [None, MAELLE])
@pytest.mark.parametrize(
    "words",
    [
        "Merci Maëlle, très beau sujet ! On revient vers toi fin février.\n\nOdile",
        "Je suis plutôt pour, on n'a encore rien sur les capteurs.\n\nOdile",
        "Unfortunately we can't fit this in this year, sorry.\n\nOdile",
        "We'd be delighted to have you! Please book your train.\n\nOdile",
    ],
)
def test_what_an_organiser_writes_by_hand_is_no_proposal(begun: Talk, words: str, to: str | None) -> None:
    assert below(begun, words, sender=ODILE, to=to) == []
    assert (len(begun.states), begun.actions()) == (1, ["proposed"])
    assert begun.outcomes[-1] is Outcome.FOLLOW_UP


def test_below_a_letter_of_ours_too(proposed: Talk) -> None:
    assert proposed.last is not None
    raw = mail(
        "Could you do 40 minutes? The title should be shorter.\n\nOdile",
        sender=ODILE,
        subject=f"Re: {proposed.last.subject}",
        answers=proposed.last.message_id,
    ).replace(b"To: journee@callboard.test", f"To: {MAELLE}\r\nCc: journee@callboard.test".encode(), 1)

    assert proposed.hear(raw) == []
    assert (proposed.outcomes[-1], proposed.actions()) == (Outcome.FOLLOW_UP, ["proposed"])


def test_a_text_that_an_organiser_sends_to_the_speaker_is_between_them(begun: Talk) -> None:
    text = f"Je verrais bien ceci :\n\nTitre : Crues muettes\n\nRésumé : {ABSTRACT}\n\nOdile"

    assert below(begun, text, sender=ODILE, to=MAELLE) == []
    assert begun.outcomes[-1] is Outcome.FOLLOW_UP
    assert below(begun, text, sender=ODILE) == []
    assert begun.outcomes[-1] is Outcome.HELD
    assert (len(begun.states), begun.actions()) == (1, ["proposed"])


def test_a_speaker_who_answers_an_organiser_gets_no_letter_about_it(begun: Talk) -> None:
    asked = "<asked@callboard.test>"
    below(begun, "Quel matériel te faut-il ?\n\nOdile", sender=ODILE, to=MAELLE, message_id=asked)

    letters = below(begun, "Un projecteur suffira, et une prise.\n\nMaëlle", answers=asked)

    assert letters == []
    assert len(begun.states) == 1
    assert begun.outcomes[-1] in (Outcome.QUESTION, Outcome.HELD)


def test_but_what_they_change_by_it_is_changed_and_said(begun: Talk) -> None:
    asked = "<asked@callboard.test>"
    below(begun, "Pourrais-tu faire 30 minutes ?\n\nOdile", sender=ODILE, to=MAELLE, message_id=asked)

    (letter,) = below(begun, "Oui, 30 minutes me conviennent.\n\nMaëlle", answers=asked)

    assert begun.proposal().duration_minutes == 30
    assert (letter.kind, letter.to) == ("transcript", MAELLE)


def test_thanks_for_a_proposal_that_we_never_had_wait_for_a_person(engine: sa.Engine) -> None:
    talk = Talk(engine)

    assert below(talk, "Merci Maëlle, très beau sujet !\n\nOdile", sender=ODILE) == []
    assert (talk.states, talk.outcomes) == ([], [Outcome.HELD])


def test_an_organiser_proposes_as_anybody_does(begun: Talk) -> None:
    (letter,) = begun.hear(proposal("Les moulins oubliés", FERRIES, sender=ODILE))

    assert letter.kind == "acknowledgement"


# --- In one pass ---------------------------------------------------------------------------------------


def test_an_answer_that_arrived_with_the_mail_that_it_answers_is_read_after_it(
    worker: Worker, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    """As in a mailbox that Callboard sees for the first time."""
    deliver(dovecot, proposal(message_id=FIRST))
    deliver(dovecot, mail(f"Le titre devient « Crues muettes ».{QUOTE}", subject=SUBJECT, answers=FIRST))
    deliver(
        dovecot, mail(f"Merci Maëlle, très beau sujet !{QUOTE}", subject=SUBJECT, answers=FIRST, sender=ODILE)
    )

    worker.run_once()

    assert outcomes(worker) == ["proposal", "follow_up", "follow_up"]
    assert titles(worker) == ["Crues muettes"]
    assert len(smtp_sink.mails) == 2
