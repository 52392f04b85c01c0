"""What is taken back: the talk, or something else that one can withdraw, cancel and remove as well."""

from __future__ import annotations

import pytest

from callboard.reading.reader import read
from callboard.reading.result import Kind, Reading
from handwritten import letter

SURE = 0.95


def answer(words: str) -> Reading:
    return read(
        letter(f"Bonjour,\n\n{words}\n\nAda Moreau", subject="Re: [P-7] Les marées", in_reply_to=("<7@a>",))
    )


@pytest.mark.parametrize(
    "verb", ["Please remove {}.", "We have to cancel {}.", "Please take {} off the programme."]
)
@pytest.mark.parametrize(
    "what",
    [
        "my phone number",
        "our exhibition stand",
        "my earlier remark",
        "the comma in the title",
        "my train ticket",
    ],
)
def test_something_else_is_no_withdrawal(verb: str, what: str) -> None:
    assert answer(verb.format(what)).kind is not Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "verb",
    [
        "Nous retirons {}.",
        "Considérez {} comme annulé.",
        "Il faut retirer {} du programme.",
    ],
)
@pytest.mark.parametrize(
    "what", ["mon adresse", "notre stand", "ma remarque sur le créneau", "la virgule du titre"]
)
def test_autre_chose_ne_retire_rien(verb: str, what: str) -> None:
    assert answer(verb.format(what)).kind is not Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "words",
    [
        "I had to cancel my talk in Delft because of yours!",
        "Please remove my other talk.",
        "I withdraw the poster which I also sent.",
        "We have to cancel the demo at the end of the talk.",
        "J'ai dû annuler mon exposé de Nantes.",
        "Je retire l'exposé que je devais donner à Lille.",
        "Merci de retirer la démonstration en fin d'exposé.",
        "Merci de ne plus tenir compte de mon adresse.",
    ],
)
def test_what_may_be_another_talk_or_a_part_is_not_sure(words: str) -> None:
    reading = answer(words)

    assert reading.kind is not Kind.WITHDRAWAL or reading.confidence < SURE


@pytest.mark.parametrize(
    "words",
    [
        "I withdraw our talk on flood maps.",
        "Please take my talk off the programme.",
        "I have a conflict and must withdraw.",
        "Please consider our submission withdrawn.",
        "We are forced by the strike to cancel our presentation.",
        "Je retire ma proposition de communication.",
        "Merci de retirer notre exposé du programme.",
        "Nous retirons notre proposition.",
        "Merci de ne plus tenir compte de ma proposition.",
        "Je renonce à mon exposé.",
        "Je jette l'éponge.",
        "Hiermit ziehe ich meinen Vortrag zurück.",
        "Debo cancelar mi charla.",
        "Devo ritirare la mia proposta.",
    ],
)
def test_the_talk_itself_is_withdrawn(words: str) -> None:
    reading = answer(words)

    assert (reading.kind, reading.confidence) == (Kind.WITHDRAWAL, SURE)


@pytest.mark.parametrize(
    "words",
    [
        "My director wonders whether we should withdraw. I would rather not.",
        "Mon directeur se demande s'il faut retirer l'exposé. J'aimerais mieux ne pas le faire.",
    ],
)
def test_who_would_rather_not_withdraw_does_not(words: str) -> None:
    assert answer(words).kind is not Kind.WITHDRAWAL


def test_who_would_rather_not_speak_does() -> None:
    assert answer("I would rather not give the talk.").kind is Kind.WITHDRAWAL


ANOTHER = [
    "I can't come after all. Could Maria Lopez give it instead?",
    "I cannot come. Is it ok if my co-author presents?",
    "I'm ill and can't come. May my PhD student present it?",
    "Sadly I cannot attend. Could I speak online?",
    "I cannot travel. Would a video be fine?",
    "Je ne pourrai pas venir. Ma doctorante peut-elle le faire ?",
    "Ich kann nicht kommen. Wäre ein Vortrag per Zoom möglich?",
    "Je ne pourrai pas venir. Paul Durand pourrait-il le présenter à ma place ?",
    "Ich kann leider nicht kommen. Könnte meine Kollegin Maria Lopez den Vortrag halten?",
    "Lamentablemente no puedo ir. ¿Podría dar la charla mi colega?",
    "Purtroppo non posso venire. Potrebbe presentare Maria Lopez?",
]


@pytest.mark.parametrize("words", ANOTHER)
def test_who_asks_for_another_speaker_withdraws_nothing(words: str) -> None:
    assert answer(words).kind in (Kind.QUESTION, Kind.REVISION)


@pytest.mark.parametrize(
    "words",
    [
        "Je dois annuler ma venue. Mon doctorant peut-il faire l'exposé ?",
        "I have to cancel. Could my student present it?",
    ],
)
def test_who_cancels_and_asks_for_another_speaker_is_asked(words: str) -> None:
    reading = answer(words)

    assert reading.kind is not Kind.WITHDRAWAL or reading.confidence < SURE


@pytest.mark.parametrize(
    "words",
    [
        "I have to cancel my talk. Could you confirm?",
        "I must withdraw my proposal. Can I still attend as a listener?",
        "Je dois retirer ma proposition. Pourrez-vous me le confirmer ?",
        "I withdraw my talk. Could you give it to somebody else?",
        "I must cancel my talk. Who will speak instead?",
        "Please cancel my talk. Will the recordings be online?",
        "Je retire ma proposition. Les exposés seront-ils en visio ?",
        "Debo retirar mi charla. ¿Se podrá ver online?",
        "I withdraw my talk. May I present it next year?",
        "Je dois annuler ma venue. Dois-je présenter un certificat médical ?",
        "Je dois annuler. Pourriez-vous présenter mes excuses aux organisateurs ?",
        "Debo cancelar mi charla. ¿Hay que presentar algún justificante?",
        "Ich muss meinen Vortrag absagen. Könnten Sie das bestätigen?",
    ],
)
def test_another_question_leaves_a_withdrawal_sure(words: str) -> None:
    assert (answer(words).kind, answer(words).confidence) == (Kind.WITHDRAWAL, SURE)


@pytest.mark.parametrize(
    "words",
    [
        "I can't come, sorry. Can I present next year instead?",
        "I can't come. Could you find somebody else to fill in?",
        "I can't come. Someone else may take it instead.",
        "I can't come after all. Is there a way to watch online?",
        "Ich kann nicht kommen. Wird die Tagung online übertragen?",
        "Je ne peux pas venir. Pouvez-vous présenter mes excuses au comité ?",
        "Ich kann leider nicht kommen. Wer wird mich vertreten?",
    ],
)
def test_who_cannot_come_and_asks_for_nothing_of_the_kind_withdraws(words: str) -> None:
    assert answer(words).kind is Kind.WITHDRAWAL
