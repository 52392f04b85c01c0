"""German, Spanish and Italian mail, read as French mail is: the proof that a language is one file."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call
from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, availability, quoting, read
from callboard.reading.subject import is_forward

WRITERS = {
    "de": Address("Katrin Vogelsang", "katrin@vogelsang.example"),
    "es": Address("Lucía Berrocal", "lucia@berrocal.example"),
    "it": Address("Chiara Montaldi", "chiara@montaldi.example"),
}
HELEN = Address("Helen Marsh", "helen@organisers.example")
LETTERS = "Re: Reçu : P-12"

MATTER = {
    "de": "Alte Stadtpläne zeigen Gassen, die es nie gab. Wir haben dreihundert Blätter mit den Grundbüchern "
    "verglichen und zeigen, wo die Zeichner geschummelt haben. Besonders häufig sind erfundene Brunnen, und für "
    "manche davon gibt es sogar Rechnungen.",
    "es": "Los planos antiguos muestran callejones que nunca existieron. Comparamos trescientas hojas con los "
    "registros de la propiedad y mostramos dónde hicieron trampa los dibujantes. Abundan sobre todo las fuentes "
    "inventadas, y de algunas se conservan incluso las facturas.",
    "it": "Le vecchie piante della città mostrano vicoli che non sono mai esistiti. Abbiamo confrontato trecento "
    "fogli con i registri catastali e mostriamo dove i disegnatori hanno barato. Abbondano soprattutto le fontane "
    "inventate, e di alcune esistono perfino le fatture.",
}
TITLES = {
    "de": "Erfundene Brunnen auf alten Stadtplänen",
    "es": "Fuentes inventadas en los planos antiguos",
    "it": "Fontane inventate nelle vecchie piante",
}


def mail(language, text, subject="", **more):
    return IncomingMail(subject=subject, sender=WRITERS[language], text=text, **more)


def understood(language, text, subject="", **more):
    """The one proposal in a mail, and the language that its sender is answered in."""
    reading = read(mail(language, text, subject, **more))
    assert (reading.kind, len(reading.proposals)) == (Kind.PROPOSAL, 1)
    return reading.proposals[0], reading.language


LABELLED = {
    "de": (
        "Sehr geehrte Frau Marsh,\n\nhiermit möchte ich einen Vortrag für Ihre Tagung vorschlagen.\n\n"
        f"Titel: {TITLES['de']}\nVortragende: Katrin Vogelsang (Stadtarchiv Lübeck), Jonas Thalbach (Kartenwerk GmbH)\n"
        f"Zusammenfassung: {MATTER['de']}\nSchlagwörter: Stadtpläne, Fälschung, Brunnen\nDauer: 20 Minuten\n"
        "Format: Vortrag\nSprache: Deutsch\nVerfügbarkeit: nur am Vormittag\n\n"
        "Mit freundlichen Grüßen\nKatrin Vogelsang\n"
    ),
    "es": (
        "Estimada Helen:\n\nMe gustaría proponer una charla para su jornada.\n\n"
        f"Título: {TITLES['es']}\nPonentes: Lucía Berrocal (Archivo Municipal de Soria), Marcos Iriarte (Mapas Vivos)\n"
        f"Resumen: {MATTER['es']}\nPalabras clave: planos, falsificación, fuentes\nDuración: 20 minutos\n"
        "Formato: charla\nIdioma: español\nDisponibilidad: solo por la mañana\n\nUn cordial saludo,\nLucía Berrocal\n"
    ),
    "it": (
        "Gentile Helen,\n\nvorrei proporre un intervento per la vostra giornata.\n\n"
        f"Titolo: {TITLES['it']}\nRelatori: Chiara Montaldi (Archivio storico di Alba), Fausto Rinaldi (Mappe Vive)\n"
        f"Riassunto: {MATTER['it']}\nParole chiave: piante, falsi, fontane\nDurata: 20 minuti\nFormato: intervento\n"
        "Lingua: italiano\nDisponibilità: solo la mattina\n\nCordiali saluti,\nChiara Montaldi\n"
    ),
}
PEOPLE = {
    "de": [("Katrin Vogelsang", "Stadtarchiv Lübeck"), ("Jonas Thalbach", "Kartenwerk GmbH")],
    "es": [("Lucía Berrocal", "Archivo Municipal de Soria"), ("Marcos Iriarte", "Mapas Vivos")],
    "it": [("Chiara Montaldi", "Archivio storico di Alba"), ("Fausto Rinaldi", "Mappe Vive")],
}
SMALL = {
    "de": (("Stadtpläne", "Fälschung", "Brunnen"), "nur am Vormittag"),
    "es": (("planos", "falsificación", "fuentes"), "solo por la mañana"),
    "it": (("piante", "falsi", "fontane"), "solo la mattina"),
}


@pytest.mark.parametrize("language", WRITERS)
def test_a_labelled_proposal_is_read_field_by_field(language):
    found, answer = understood(language, LABELLED[language])

    assert (found.title, found.abstract) == (TITLES[language], MATTER[language])
    assert [(speaker.name, speaker.affiliation) for speaker in found.speakers] == PEOPLE[language]
    assert found.speakers[0].email == WRITERS[language].address
    assert (found.duration_minutes, found.format) == (20, "talk")
    assert (found.keywords, found.availability) == SMALL[language]
    assert (found.language, answer) == (language, language)


PROSE = {
    "de": (
        "Liebe Helen,\n\nanbei mein Vorschlag für die Tagung im Juni.\n\nErfundene Brunnen auf alten Stadtplänen\n\n"
        f"{MATTER['de']}\n\nIch kann nur am 3. Juni kommen.\n\nViele Grüße\nKatrin\n\n-- \nDr. Katrin Vogelsang\n"
        "Stadtarchiv Lübeck\nMühlendamm 1-3, 23552 Lübeck\n"
    ),
    "es": (
        "Querida Helen:\n\nA continuación mi propuesta para la jornada de junio.\n\nFuentes inventadas en los planos "
        f"antiguos\n\n{MATTER['es']}\n\nSolo puedo asistir el 3 de junio.\n\nUn saludo,\nLucía\n\n-- \nLucía Berrocal\n"
        "Archivo Municipal de Soria\nCalle Mayor 3, 42002 Soria\n"
    ),
    "it": (
        "Cara Helen,\n\ndi seguito la mia proposta per la giornata di giugno.\n\nFontane inventate nelle vecchie "
        f"piante\n\n{MATTER['it']}\n\nPosso venire solo il 3 giugno.\n\nUn caro saluto,\nChiara\n\n-- \n"
        "Chiara Montaldi\nArchivio storico di Alba\nVia Maestra 3, 12051 Alba\n"
    ),
}
PLACES = {"de": "Stadtarchiv Lübeck", "es": "Archivo Municipal de Soria", "it": "Archivio storico di Alba"}
ON_THE_THIRD = {
    "de": "Ich kann nur am 3. Juni kommen.",
    "es": "Solo puedo asistir el 3 de junio.",
    "it": "Posso venire solo il 3 giugno.",
}


@pytest.mark.parametrize("language", WRITERS)
def test_a_proposal_in_prose_is_read(language):
    found, answer = understood(language, PROSE[language])

    assert (found.title, found.abstract, found.availability) == (
        TITLES[language], MATTER[language], ON_THE_THIRD[language],
    )  # fmt: skip
    assert [(s.name, s.affiliation, s.email) for s in found.speakers] == [
        (WRITERS[language].name, PLACES[language], WRITERS[language].address)
    ]
    assert (found.language, answer) == (language, language)


CARELESS = {
    "de": (
        "hallo, ich wuerde gerne einen vortrag halten, 20 minuten.\n\ntitel: erfundene brunnen\n"
        "zusammenfassung: wir zeigen, dass auf vielen alten stadtplaenen brunnen stehen, die es nie gab, und fuer wen "
        "sie erfunden wurden\n\ngruesse\nkatrin",
        "erfundene brunnen",
    ),
    "es": (
        "hola, me gustaria dar una charla de 20 minutos.\n\ntitulo: fuentes inventadas\n"
        "resumen: mostramos que en muchos planos antiguos hay fuentes que nunca existieron, y para quien las "
        "inventaron\n\nsaludos\nlucia",
        "fuentes inventadas",
    ),
    "it": (
        "ciao, vorrei tenere un intervento di 20 minuti.\n\ntitolo: fontane inventate\n"
        "riassunto: mostriamo che in molte vecchie piante ci sono fontane che non sono mai esistite, e per chi sono "
        "state inventate\n\nsaluti\nchiara",
        "fontane inventate",
    ),
}


@pytest.mark.parametrize("language", WRITERS)
def test_neither_capitals_nor_accents_are_needed(language):
    text, title = CARELESS[language]
    found, answer = understood(language, text)

    assert (found.title, found.duration_minutes, answer) == (title, 20, language)
    assert [speaker.name for speaker in found.speakers] == [WRITERS[language].name]


LATER = {
    "de": [
        "Guten Tag, unser Verein möchte einen Vortrag halten: „Erfundene Brunnen“. Die Zusammenfassung folgt nächste "
        "Woche. Katrin Vogelsang",
        "Hallo zusammen,\n\ngern würde ich den Vortrag „Erfundene Brunnen“ anbieten, das Abstract schicke ich später.\n\n"
        "Katrin",
    ],
    "es": [
        "Buenos días, quisiera proponer una charla: «Fuentes inventadas». El resumen lo enviaré la próxima semana. "
        "Lucía Berrocal",
        "Hola:\n\nnos gustaría dar una charla titulada «Fuentes inventadas»; el resumen llegará en breve.\n\nLucía",
    ],
    "it": [
        "Buongiorno, vorrei proporre un intervento: «Fontane inventate». Il riassunto seguirà la prossima settimana. "
        "Chiara Montaldi",
        "Salve,\n\nci piacerebbe tenere un intervento intitolato «Fontane inventate»; invierò l'abstract a breve.\n\n"
        "Chiara",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(one, text) for one in LATER for text in LATER[one]])
def test_a_named_talk_whose_abstract_follows_is_a_proposal(language, text):
    found, answer = understood(language, text, "Juni")

    assert (found.title, found.abstract) == (" ".join(TITLES[language].split()[:2]), None)
    assert answer == language


CALL = {
    "de": "Liebe Kolleginnen und Kollegen,\n\nfür unsere Tagung suchen wir Beiträge. Bitte schicken Sie Titel und "
    "Zusammenfassung bis zum 1. März.\nHelen",
    "es": "Estimados colegas:\n\npara nuestra jornada buscamos ponencias. Envíen título y resumen antes del 1 de marzo.\n"
    "Helen",
    "it": "Cari colleghi,\n\nper la nostra giornata cerchiamo interventi. Inviate titolo e riassunto entro il 1° marzo.\n"
    "Helen",
}
ANSWERS = {
    "de": (
        f"Liebe Helen,\n\ngerne! Hier mein Vorschlag:\n\nTitel: {TITLES['de']}\n\n{MATTER['de']}\n\nKatrin\n\n",
        "Am Mo., 1. Feb. 2027 um 15:31 Uhr schrieb Helen Marsh <helen@organisers.example>:\n",
        "AW: Aufruf zur Einreichung von Vorträgen",
    ),
    "es": (
        f"Hola, Helen:\n\n¡con mucho gusto! Aquí va mi propuesta:\n\nTítulo: {TITLES['es']}\n\n{MATTER['es']}\n\nLucía\n\n",
        "El lun, 1 feb 2027 a las 15:31, Helen Marsh (<helen@organisers.example>) escribió:\n",
        "RE: Convocatoria de ponencias",
    ),
    "it": (
        f"Cara Helen,\n\nvolentieri! Ecco la mia proposta:\n\nTitolo: {TITLES['it']}\n\n{MATTER['it']}\n\nChiara\n\n",
        "Il giorno lun 1 feb 2027 alle ore 15:31 Helen Marsh <helen@organisers.example> ha scritto:\n",
        "R: Invito a presentare interventi",
    ),
}


@pytest.mark.parametrize("language", WRITERS)
def test_an_answer_to_the_call_is_a_proposal_without_the_call(language):
    text, attribution, subject = ANSWERS[language]
    quoted = "\n".join(f"> {line}" for line in CALL[language].split("\n"))
    found, answer = understood(
        language, text + attribution + quoted, subject, in_reply_to=("<call@organisers.example>",)
    )

    assert (found.title, found.abstract, answer) == (TITLES[language], MATTER[language], language)
    assert [speaker.name for speaker in found.speakers] == [WRITERS[language].name]


FORWARDED = {
    "de": "Zur Kenntnis.\nHelen\n\n-------- Weitergeleitete Nachricht --------\nBetreff: \tVortragsvorschlag\n"
    "Datum: \tMon, 1 Feb 2027 15:31:12 +0100\nVon: \tKatrin Vogelsang <katrin@vogelsang.example>\n"
    "An: \thelen@organisers.example\n\n\n",
    "es": "Para vosotros.\nHelen\n\n---------- Forwarded message ---------\nDe: Lucía Berrocal "
    "<lucia@berrocal.example>\nDate: lun, 1 feb 2027 a las 15:31\nSubject: Propuesta de charla\n"
    "To: <helen@organisers.example>\n\n\n",
    "it": "Per voi.\nHelen\n\nInizio messaggio inoltrato:\n\nDa: Chiara Montaldi <chiara@montaldi.example>\n"
    "Oggetto: Proposta di intervento\nData: 1 febbraio 2027 alle ore 15:31:12 CET\nA: helen@organisers.example\n\n",
}


@pytest.mark.parametrize("language", WRITERS)
def test_the_proposer_of_a_forward_is_its_inner_sender(language):
    reading = read(IncomingMail(subject="WG: x", sender=HELEN, text=FORWARDED[language] + LABELLED[language]))

    assert (reading.kind, reading.acknowledge_to, reading.forwarded_by, reading.language) == (
        Kind.PROPOSAL, WRITERS[language], HELEN, language,
    )  # fmt: skip
    assert [one.title for one in reading.proposals] == [TITLES[language]]


COVERS = {
    "de": "Sehr geehrte Damen und Herren,\n\nim Anhang finden Sie meinen Vortragsvorschlag für die Tagung.\n\n"
    "Mit freundlichen Grüßen\nKatrin Vogelsang",
    "es": "Estimados organizadores:\n\nadjunto envío mi propuesta de charla para la jornada.\n\nAtentamente,\nLucía Berrocal",
    "it": "Gentili organizzatori,\n\nin allegato trovate la mia proposta di intervento per la giornata.\n\nCordialmente,\n"
    "Chiara Montaldi",
}


@pytest.mark.parametrize("language", WRITERS)
def test_the_document_is_read_when_the_letter_only_covers_it(language):
    document = Attachment(
        "abstract.pdf", "application/pdf", 1000, None, f"{TITLES[language]}\n\n{MATTER[language]}"
    )
    found, answer = understood(language, COVERS[language], attachments=(document,))

    assert (found.title, found.abstract, answer) == (TITLES[language], MATTER[language], language)


FOLLOW_UPS = {
    "de": [
        ("Liebe Helen, der Titel lautet jetzt „Brunnen, die es nie gab“.\n\nKatrin", "title", "Brunnen, die es nie gab"),
        ("Guten Tag,\n\nbitte ändern Sie den Titel in „Brunnen, die es nie gab“.\n\nKatrin", "title", "Brunnen, die es nie gab"),
        ("Neuer Titel: Brunnen, die es nie gab\n\nViele Grüße", "title", "Brunnen, die es nie gab"),
        (f"Guten Tag,\n\nhier die überarbeitete Fassung der Zusammenfassung:\n\n{MATTER['de']}\n\nViele Grüße\nKatrin", "abstract", MATTER["de"]),
        ("Hallo,\n\nich bräuchte doch nur 15 Minuten für den Vortrag.\n\nKatrin", "duration_minutes", 15),
    ],
    "es": [
        ("Hola, Helen: el título pasa a ser «Fuentes que nunca existieron».\n\nLucía", "title", "Fuentes que nunca existieron"),
        ("Buenos días:\n\n¿podrían cambiar el título por «Fuentes que nunca existieron»?\n\nLucía", "title", "Fuentes que nunca existieron"),
        ("Nuevo título: Fuentes que nunca existieron\n\nSaludos", "title", "Fuentes que nunca existieron"),
        (f"Hola:\n\na continuación la nueva versión del resumen:\n\n{MATTER['es']}\n\nSaludos,\nLucía", "abstract", MATTER["es"]),
        ("Hola:\n\nal final solo necesito 15 minutos para la charla.\n\nLucía", "duration_minutes", 15),
    ],
    "it": [
        ("Cara Helen, il titolo diventa «Fontane mai esistite».\n\nChiara", "title", "Fontane mai esistite"),
        ("Buongiorno,\n\npotreste cambiare il titolo in «Fontane mai esistite»?\n\nChiara", "title", "Fontane mai esistite"),
        ("Nuovo titolo: Fontane mai esistite\n\nSaluti", "title", "Fontane mai esistite"),
        (f"Salve,\n\necco la nuova versione del riassunto:\n\n{MATTER['it']}\n\nSaluti,\nChiara", "abstract", MATTER["it"]),
        ("Salve,\n\nalla fine mi bastano 15 minuti per l'intervento.\n\nChiara", "duration_minutes", 15),
    ],
}  # fmt: skip


def follow_up(language, text):
    return read(mail(language, text, LETTERS, in_reply_to=("<ack@organisers.example>",)))


@pytest.mark.parametrize(
    ("language", "text", "field", "value"), [(one, *case) for one in FOLLOW_UPS for case in FOLLOW_UPS[one]]
)
def test_a_revision_holds_what_changes(language, text, field, value):
    reading = follow_up(language, text)

    assert (reading.kind, len(reading.proposals)) == (Kind.REVISION, 1)
    assert getattr(reading.proposals[0], field) == value
    assert reading.language == language


KINDS = {
    "de": [
        ("Guten Tag,\n\nleider muss ich meinen Vortrag zurückziehen.\n\nKatrin", Kind.WITHDRAWAL),
        ("Liebe Helen, hiermit ziehe ich meinen Vorschlag zurück. Viele Grüße, Katrin", Kind.WITHDRAWAL),
        ("Hallo, ich kann leider nicht kommen und muss absagen. Katrin", Kind.WITHDRAWAL),
        ("Wenn das Programm schon voll ist, würde ich meinen Vortrag zurückziehen.\n\nKatrin", Kind.OTHER),
        ("Ich ziehe meinen Vortrag nicht zurück, keine Sorge.\n\nKatrin", Kind.OTHER),
        ("Guten Tag,\n\nbis wann können wir die Folien schicken?\n\nKatrin", Kind.QUESTION),
        ("Hallo Helen, wird die Veranstaltung aufgezeichnet? Danke, Katrin", Kind.QUESTION),
        ("Vielen Dank für die schnelle Antwort, bis bald in Brest!\n\nKatrin", Kind.OTHER),
        ("Danke, ist notiert.", Kind.OTHER),
    ],
    "es": [
        ("Buenos días:\n\nlamentablemente tengo que retirar mi charla.\n\nLucía", Kind.WITHDRAWAL),
        ("Hola, Helen: retiro mi propuesta. Un saludo, Lucía", Kind.WITHDRAWAL),
        ("Hola, por desgracia no podré asistir y debo cancelar mi ponencia. Lucía", Kind.WITHDRAWAL),
        ("Si el programa ya está completo, retiraría mi charla.\n\nLucía", Kind.OTHER),
        ("No quiero retirar mi charla, no se preocupen.\n\nLucía", Kind.OTHER),
        ("Buenos días:\n\n¿hasta cuándo podemos enviar las diapositivas?\n\nLucía", Kind.QUESTION),
        ("Hola, Helen: ¿se grabarán las charlas? Gracias, Lucía", Kind.QUESTION),
        ("Muchas gracias por la rápida respuesta, ¡nos vemos en Brest!\n\nLucía", Kind.OTHER),
        ("Gracias, queda anotado.", Kind.OTHER),
    ],
    "it": [
        ("Buongiorno,\n\npurtroppo devo ritirare il mio intervento.\n\nChiara", Kind.WITHDRAWAL),
        ("Cara Helen, ritiro la mia proposta. Cordiali saluti, Chiara", Kind.WITHDRAWAL),
        ("Salve, purtroppo non potrò partecipare e devo annullare il mio intervento. Chiara", Kind.WITHDRAWAL),
        ("Se il programma fosse già pieno, ritirerei la mia proposta.\n\nChiara", Kind.OTHER),
        ("Non voglio ritirare il mio intervento, state tranquilli.\n\nChiara", Kind.OTHER),
        ("Buongiorno,\n\nentro quando possiamo inviare le diapositive?\n\nChiara", Kind.QUESTION),
        ("Ciao Helen, gli interventi saranno registrati? Grazie, Chiara", Kind.QUESTION),
        ("Grazie mille per la risposta veloce, a presto a Brest!\n\nChiara", Kind.OTHER),
        ("Grazie, prendo nota.", Kind.OTHER),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text", "kind"), [(one, *case) for one in KINDS for case in KINDS[one]])
def test_a_follow_up_is_what_it_says(language, text, kind):
    assert follow_up(language, text).kind is kind


WITHOUT_A_THREAD = {
    "de": [
        ("Guten Tag, kann man noch einen Vortrag einreichen, und bis wann?\n\nKatrin", Kind.QUESTION),
        ("Hallo Helen, gehen wir am Donnerstag Mittag essen?\n\nKatrin", Kind.OTHER),
        ("Liebe Helen, ich möchte meinen Vortrag zurückziehen.\n\nKatrin", Kind.WITHDRAWAL),
    ],
    "es": [
        ("Buenos días, ¿todavía se puede enviar una propuesta, y hasta cuándo?\n\nLucía", Kind.QUESTION),
        ("Hola, Helen: ¿comemos juntas el jueves?\n\nLucía", Kind.OTHER),
        ("Querida Helen: quisiera retirar mi charla.\n\nLucía", Kind.WITHDRAWAL),
    ],
    "it": [
        ("Buongiorno, si può ancora inviare una proposta, ed entro quando?\n\nChiara", Kind.QUESTION),
        ("Ciao Helen, pranziamo insieme giovedì?\n\nChiara", Kind.OTHER),
        ("Cara Helen, vorrei ritirare il mio intervento.\n\nChiara", Kind.WITHDRAWAL),
    ],
}


@pytest.mark.parametrize(
    ("language", "text", "kind"), [(one, *case) for one in WITHOUT_A_THREAD for case in WITHOUT_A_THREAD[one]]
)
def test_a_short_letter_is_what_it_says(language, text, kind):
    assert read(mail(language, text, "Brest")).kind is kind


MACHINES = {
    "de": [
        ("Automatische Antwort: Ihr Vortrag", "Ich bin bis zum 14. Juni nicht im Büro.", Kind.AUTOREPLY),
        ("AW: Ihr Vortrag", "Guten Tag, ich bin derzeit im Urlaub. In dringenden Fällen wenden Sie sich bitte an Herrn Kohl.", Kind.AUTOREPLY),
        ("Unzustellbar: Ihr Vortrag", "Ihre Nachricht konnte nicht zugestellt werden: Postfach voll.", Kind.BOUNCE),
        ("Rundbrief im Mai", "Liebe Mitglieder, alles Neue: https://verein.example\nHier abmelden: https://verein.example/x", Kind.BULK),
    ],
    "es": [
        ("Respuesta automática: su charla", "Estoy fuera de la oficina hasta el 14 de junio.", Kind.AUTOREPLY),
        ("RE: su charla", "Buenos días, estoy de vacaciones. En caso de urgencia pueden escribir a mi compañera.", Kind.AUTOREPLY),
        ("No entregado: su charla", "Su mensaje no se pudo entregar: buzón lleno.", Kind.BOUNCE),
        ("Boletín de mayo", "Estimados socios, novedades en https://red.example\nDarse de baja: https://red.example/x", Kind.BULK),
    ],
    "it": [
        ("Risposta automatica: il Suo intervento", "Sono fuori ufficio fino al 14 giugno.", Kind.AUTOREPLY),
        ("R: il Suo intervento", "Buongiorno, sono in ferie. In caso di urgenza potete contattare il mio collega.", Kind.AUTOREPLY),
        ("Mancata consegna: il Suo intervento", "Non è stato possibile recapitare il messaggio: casella piena.", Kind.BOUNCE),
        ("Notiziario di maggio", "Cari soci, tutte le novità: https://rete.example\nCancellati qui: https://rete.example/x", Kind.BULK),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "subject", "text", "kind"), [(one, *case) for one in MACHINES for case in MACHINES[one]]
)
def test_a_machine_is_never_answered(language, subject, text, kind):
    reading = read(mail(language, text, subject))

    assert (reading.kind, reading.acknowledge_to) == (kind, None)


ATTRIBUTIONS = {
    "de": [
        "Am Mo., 1. Feb. 2027 um 15:31 Uhr schrieb Helen Marsh <helen@organisers.example>:",
        "Am Mo., 1. Feb. 2027 um 15:31 Uhr schrieb Helen Marsh <\nhelen@organisers.example>:",
        "Am 01.02.27 um 15:31 schrieb Helen Marsh:",
        "Am 01.02.2027 um 15:31 schrieb Helen Marsh <helen@organisers.example>:",
        "Am 1. Februar 2027 15:31:12 MEZ schrieb Helen Marsh <helen@organisers.example>:",
        "Am 2027-02-01 15:31, schrieb Helen Marsh:",
        "Helen Marsh schrieb am 01.02.27 um 15:31:",
        "Zitat von Helen Marsh <helen@organisers.example>:",
    ],
    "es": [
        "El lun, 1 feb 2027 a las 15:31, Helen Marsh (<helen@organisers.example>) escribió:",
        "El lun, 1 feb 2027 a las 15:31, Helen Marsh\n(<helen@organisers.example>) escribió:",
        "El 1/2/27 a las 15:31, Helen Marsh escribió:",
        "El 1 feb 2027, a las 15:31, Helen Marsh <helen@organisers.example> escribió:",
        "El lunes, 1 de febrero de 2027, 15:31:12 CET, Helen Marsh <helen@organisers.example> escribió:",
        "El 2027-02-01 15:31, Helen Marsh escribió:",
        "Helen Marsh <helen@organisers.example> escribió:",
        "Citando a Helen Marsh <helen@organisers.example>:",
    ],
    "it": [
        "Il giorno lun 1 feb 2027 alle ore 15:31 Helen Marsh <helen@organisers.example> ha scritto:",
        "Il giorno lun 1 feb 2027 alle ore 15:31 Helen Marsh <\nhelen@organisers.example> ha scritto:",
        "Il 01/02/27 15:31, Helen Marsh ha scritto:",
        "Il giorno 1 feb 2027, alle ore 15:31, Helen Marsh <helen@organisers.example> ha scritto:",
        "Il 1 febbraio 2027 15:31:12 CET, Helen Marsh <helen@organisers.example> ha scritto:",
        "Il 2027-02-01 15:31 Helen Marsh ha scritto:",
        "In data lunedì 1 febbraio 2027 15:31:12 CET, Helen Marsh ha scritto:",
        "Citando Helen Marsh <helen@organisers.example>:",
    ],
}


@pytest.mark.parametrize(
    ("language", "line"), [(one, line) for one in ATTRIBUTIONS for line in ATTRIBUTIONS[one]]
)
def test_what_is_quoted_below_an_attribution_is_not_the_senders(language, line):
    quoted = "\n".join(f"> {one}" for one in CALL[language].split("\n"))
    parts = quoting.split(f"OK.\n\n{line}\n\n{quoted}")

    assert parts.own == "OK."


HEADERS = {
    "de": ("-----Ursprüngliche Nachricht-----\n", "Von: {}\nGesendet: Montag, 1. Februar 2027 15:31\nAn: x@y.example\nBetreff: Tagung\n"),
    "es": ("-----Mensaje original-----\n", "De: {}\nEnviado el: lunes, 1 de febrero de 2027 15:31\nPara: x@y.example\nAsunto: Jornada\n"),
    "it": ("-----Messaggio originale-----\n", "Da: {}\nInviato: lunedì 1 febbraio 2027 15:31\nA: x@y.example\nOggetto: Giornata\n"),
}  # fmt: skip


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("ruled", [True, False])
def test_what_stands_below_copied_headers_is_not_the_senders(language, ruled):
    rule, headers = HEADERS[language]
    block = headers.format("Helen Marsh <helen@organisers.example>")
    parts = quoting.split(f"OK.\n\n{rule if ruled else ''}{block}\n{CALL[language]}")

    assert (parts.own, parts.forward) == ("OK.", None)


FORWARD_SUBJECTS = {"de": "WG: Vortrag", "es": "RV: Charla", "it": "I: Intervento"}


@pytest.mark.parametrize("language", HEADERS)
def test_copied_headers_below_a_forwards_subject_name_the_proposer(language):
    block = HEADERS[language][1].format("Ada Moreau <ada@moreau.example>")
    parts = quoting.split(f"OK.\n\n{block}\nAda", is_forward(FORWARD_SUBJECTS[language]))

    assert parts.forward is not None
    assert parts.forward.sender == Address("Ada Moreau", "ada@moreau.example")


FOOTERS = {
    "de": [
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt.",
    ],
    "es": [
        "Enviado desde mi iPhone",
        "Obtener Outlook para Android",
        "Este mensaje y sus anexos son confidenciales. Si no es el destinatario, bórrelo.",
    ],
    "it": [
        "Inviato da iPhone",
        "Ottieni Outlook per Android",
        "Questo messaggio è riservato al destinatario. Se non siete il destinatario, cancellatelo.",
    ],
}


@pytest.mark.parametrize(("language", "line"), [(one, line) for one in FOOTERS for line in FOOTERS[one]])
def test_what_a_telephone_or_an_employer_adds_is_not_the_senders(language, line):
    assert quoting.split(f"OK, 20.\n\n{line}\n").own == "OK, 20."


PARIS = ZoneInfo("Europe/Paris")
# Tuesday 1 to Thursday 3 June 2027.
EVENT = Call(
    title="Brest",
    timezone="Europe/Paris",
    starts=datetime(2027, 6, 1, 9, 0, tzinfo=PARIS),
    ends=datetime(2027, 6, 3, 17, 30, tzinfo=PARIS),
)
WHEN = {
    "de": [
        ("Nur am Nachmittag.", "1a 2a 3a"),
        ("nicht am Dienstag", "2m 2a 3m 3a"),
        ("Ich kann erst ab Mittwoch.", "2m 2a 3m 3a"),
        ("nur am 3. Juni vormittags", "3m"),
        ("Ich muss am Donnerstag um 15 Uhr zum Zug.", "1m 1a 2m 2a 3m 3a[-15:00]"),
        ("jederzeit", "1m 1a 2m 2a 3m 3a"),
        ("lieber vormittags", None),
    ],
    "es": [
        ("Solo por la tarde.", "1a 2a 3a"),
        ("el martes no", "2m 2a 3m 3a"),
        ("No puedo hasta el miércoles.", "2m 2a 3m 3a"),
        ("solo el 3 de junio por la mañana", "3m"),
        ("Tengo que salir el jueves a las 15 h.", "1m 1a 2m 2a 3m 3a[-15:00]"),
        ("en cualquier momento", "1m 1a 2m 2a 3m 3a"),
        ("preferiblemente por la mañana", None),
    ],
    "it": [
        ("Solo il pomeriggio.", "1a 2a 3a"),
        ("non il martedì", "2m 2a 3m 3a"),
        ("Arrivo martedì sera.", "2m 2a 3m 3a"),
        ("solo il 3 giugno di mattina", "3m"),
        ("Devo partire giovedì alle ore 15.", "1m 1a 2m 2a 3m 3a[-15:00]"),
        ("in qualsiasi momento", "1m 1a 2m 2a 3m 3a"),
        ("preferibilmente la mattina", None),
    ],
}


def plain(half):
    times = "-".join(f"{at:%H:%M}" if at else "" for at in (half.not_before, half.not_after))
    return f"{half.day.day}{half.half[0]}" + (f"[{times}]" if times != "-" else "")


@pytest.mark.parametrize(("said", "left"), [case for one in WHEN for case in WHEN[one]])
def test_words_leave_half_days_of_an_event(said, left):
    found = availability.half_days(said, EVENT)

    assert (found and " ".join(map(plain, found))) == left
