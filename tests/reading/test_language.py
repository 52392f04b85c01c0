"""The language of a text, from its small words."""

from __future__ import annotations

import pytest

from callboard.reading import language

TEXTS = [
    ("fr", "Disponible uniquement le matin."),
    ("fr", "Bonjour, je vous propose un exposé sur les abeilles."),
    ("fr", "bonjour\nje voudrais presenter nos travaux sur la mesure\nmerci"),
    ("fr", "Merci, c'est noté pour l'exposé."),
    ("fr", "Ci-joint ma proposition.\n\nCordialement"),
    ("fr", "Nous montrons que la mesure du vol d'une abeille dépend de la lumière."),
    ("en", "Available only in the morning."),
    ("en", "Please find my abstract below."),
    ("en", "We show that the flight of a bee depends on the light."),
    ("en", "I would like to withdraw my talk."),
    ("en", "Thanks a lot, see you in Brest!"),
    ("en", "Deep learning for bees: what we know and how we measure it"),
    ("de", "Ich möchte einen Vortrag über Bienen halten."),
    ("de", "Guten Tag, anbei finden Sie die Zusammenfassung für den Vortrag."),
    ("es", "Hola, me gustaría proponer una charla sobre las abejas."),
    ("es", "Adjunto el resumen de nuestra ponencia para el taller, gracias."),
    ("it", "Buongiorno, vorrei proporre un intervento sulle api."),
    ("it", "In allegato il riassunto della mia presentazione, grazie."),
]


@pytest.mark.parametrize(("expected", "text"), TEXTS, ids=[text[:30] for _, text in TEXTS])
def test_one_sentence_is_enough(expected: str, text: str) -> None:
    assert language.detect(text) == expected


@pytest.mark.parametrize(
    "text", ["", "   \n", "ok", "42", "Grad-CAM", "ada@example.org https://example.org/le/la/les", "会議"]
)
def test_what_the_small_words_do_not_decide_is_undecided(text: str) -> None:
    assert language.detect(text) is None


@pytest.mark.parametrize(
    ("cover", "spoken"),
    [
        ("Hello,", None),  # half of Europe writes so
        ("Hello tout le monde,\n\nvoici mon sujet :", "fr"),
        ("Bonsoir à toute l'équipe,", "fr"),
        ("Le prochain séminaire d'algèbre aura lieu jeudi à 11h, salle 318.", "fr"),
    ],
)
def test_a_greeting_tells_the_language_only_where_no_other_has_it(cover, spoken):
    assert language.detect(cover) == spoken
