# ruff: noqa: E501 - the letters are written on one line
"""What people mean who answer a letter of ours, and who write out of the blue: many ways to say each."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call
from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import Kind, read
from handwritten import letter

ACK = (
    "\n\nLe 4 oct. 2027 à 10:12, Les organisateurs <call@example.org> a écrit :\n> Bonjour,\n"
    "> Nous avons bien reçu votre proposition.\n> Titre : Le vol\n> (référence P-7)\n"
)
PEAT_FR = (
    "Les tourbières gardent la trace des hivers anciens. Un carottage de douze mètres, daté par ses cendr"
    "es, montre trois épisodes froids que les chroniques ignorent. Les pollens racontent la même histoire"
    " avec un retard de vingt ans."
)
PEAT_EN = (
    "Peat keeps the trace of old winters. A core of twelve metres, dated by its ashes, shows three cold s"
    "pells that the chronicles do not mention. The pollen tells the same story with a delay of twenty years."
)
DUCKS = (
    "I walked the whole canal with a microphone and a thermos. I'll play you four minutes of it and expla"
    "in why the ducks are louder than the lorries. You will learn how to build the recorder for nine euro"
    "s, and what I would do differently."
)
PARIS = ZoneInfo("Europe/Paris")
DAY = Call(
    title="Rencontres",
    timezone="Europe/Paris",
    starts=datetime(2027, 3, 11, 9, 0, tzinfo=PARIS),
    ends=datetime(2027, 3, 11, 17, 30, tzinfo=PARIS),
)
ODILE = Address("Odile Brancourt", "odile@tourbe.example")


def answered(words):
    return read(
        letter(f"Bonjour,\n\n{words}\n\nBien à vous\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)")
    ).kind


def kind(subject, text):
    return read(IncomingMail(subject=subject, sender=ODILE, text=text)).kind


@pytest.mark.parametrize(
    "words",
    [
        "Je ne retire rien, au contraire, je viens avec deux collègues.",
        "Ne retirez surtout pas mon exposé du programme, le malentendu est réglé.",
        "N'annulez pas mon intervention, tout va bien.",
        "Je n'annule pas, rassurez-vous.",
        "Nous gardons notre exposé malgré tout.",
        "I withdraw my remark about the coffee, it was excellent.",
        "I withdraw what I said yesterday about the deadline.",
        "We had to cancel the dinner on Thursday, but everything else stands.",
        "The dinner was cancelled, so I booked a table elsewhere. See you at my talk.",
        "The cancelled session last year was a pity, glad that mine is in the programme.",
        "Please do not cancel my talk, I was only joking.",
        "Don't withdraw my proposal just because the PDF was late.",
        "I have no intention of withdrawing my talk.",
        "I would hate to have to withdraw my talk.",
        "Je n'ai pas l'intention de me retirer.",
        "On m'a dit que vous aviez annulé la visite, dommage.",
        "J'ai failli annuler mon exposé mais finalement tout s'arrange.",
        "Mon co-auteur s'est retiré du projet mais l'exposé reste inchangé.",
        "If the strike goes on I might cancel my talk.",
        "J'espère ne pas devoir annuler mon intervention.",
        "Il n'est pas question d'annuler ma participation.",
        "I'd never cancel a talk of mine.",
        "Two of my students withdrew from the course, so I have time to prepare.",
        "Your talk on withdrawal symptoms was great.",
        "Le titre est bien celui-là, merci.",
        "Super programme ! Hâte d'y être.",
        "The abstract in your mail is exactly what I sent.",
        "J'ai bien reçu votre message et je n'ai rien à ajouter.",
        "Looking forward to the poster session and the wine.",
    ],
)
def test_nothing_is_withdrawn_or_changed(words):
    assert answered(words) is Kind.OTHER


@pytest.mark.parametrize(
    "words",
    [
        "Je vous informe que je me retire du programme pour raisons de santé.",
        "Pour des raisons familiales je ne pourrai pas assurer mon exposé le 12 mai.",
        "Je suis malheureusement contraint d'annuler ma présentation du 12 mai.",
        "Désolé, je dois vous faire faux bond.",
        "Je jette l'éponge pour cette année.",
        "Je vous demande de retirer ma communication, mon employeur refuse le déplacement.",
        "Nous avons le regret de vous annoncer le retrait de notre proposition.",
        "Je ne donnerai finalement pas cet exposé.",
        "Mon exposé n'aura pas lieu, veuillez m'en excuser.",
        "Merci de donner mon créneau à quelqu'un d'autre, je ne viendrai pas.",
        "Veuillez supprimer ma proposition P-7.",
        "I'm sorry but I have to back out.",
        "Unfortunately my funding fell through and I cannot attend, so please remove my talk.",
        "I will not be presenting after all.",
        "We regret to inform you that we are withdrawing our submission.",
        "Please give my slot to somebody else, I can't come.",
        "I need to drop out, my son is ill.",
        "My employer does not allow me to give this talk, so please take it off the list.",
        "I won't make it this year, sorry.",
        "Please cancel P-7.",
        "Sadly I must cancel.",
        "I have accepted another invitation for that day and therefore withdraw.",
        "Ne comptez pas sur moi finalement, je change de laboratoire.",
    ],
)
def test_the_talk_is_withdrawn(words):
    assert answered(words) is Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "words",
    [
        "Peut-on mettre « Le vol nocturne » comme titre à la place ?",
        "Est-ce que je pourrais passer à 30 minutes ?",
        "Can we switch it to a poster?",
        "Is it possible to have 40 minutes instead?",
        "Could my colleague Jane Roe present instead of me?",
        "Ma collègue Zoé Lenoir viendra à ma place.",
        "Il y a une coquille dans mon nom : Moreau et non Moraux.",
        'There is a typo in the title: it should read "The flight of bees".',
        "Une petite correction : mon laboratoire est l'Institut des ruches.",
        "I forgot my co-author Jane Roe.",
        "Notez que je suis maintenant à l'Université des ruches.",
        "Ci-joint la version corrigée de mon résumé.",
        "J'ajoute un co-auteur : Paul Noir.",
        "L'exposé sera donné par Zoé Lenoir.",
        "Je souhaiterais modifier mon résumé comme suit : Les abeilles volent mal le soir et le vent les détourne souvent.",
        "My talk will last 45 minutes.",
        "Mon exposé durera 45 minutes.",
        "I'd like the talk to be on Tuesday morning.",
        "Je préférerais passer le mardi.",
        "Possible de raccourcir à 15 minutes ?",
        "Pouvez-vous ajouter mon adresse : ada@ruches.example ?",
        "The keywords should be bees and radar.",
    ],
)
def test_something_changes(words):
    assert answered(words) is Kind.REVISION


@pytest.mark.parametrize(
    "words",
    [
        "Combien de temps ai-je exactement ?",
        "Avez-vous besoin de mes diapositives à l'avance ?",
        "What time is my talk?",
        "À quelle heure est mon exposé ?",
        "How long are the talks?",
        "Est-ce que mon résumé est assez court ?",
        "Is my abstract too long?",
        "Could you tell me which room it is?",
        "Pourriez-vous m'envoyer une attestation pour mon employeur ?",
        "Could I bring my own laptop?",
        "May I present remotely?",
        "Puis-je présenter à distance ?",
        "Can my student attend without registering?",
        "Do I have to pay if I only give a talk?",
        "Qui s'occupe de l'hébergement ?",
        "Pouvez-vous me confirmer la date ?",
        "When do you need the final version?",
        "Savez-vous si les actes seront publiés ?",
    ],
)
def test_something_is_asked(words):
    assert answered(words) is Kind.QUESTION


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ('Les hivers oubliés', f'Les hivers oubliés\n\nOdile Brancourt, Institut des tourbes\n\n{PEAT_FR}'),
        ('Votre journée sur le climat', f"Chers collègues,\n\nJ'ai lu votre annonce avec intérêt. Mon travail de thèse pourrait convenir :\n\n« Les hivers oubliés »\n\n{PEAT_FR}\n\nBien à vous\nOdile Brancourt\nDoctorante, Institut des tourbes"),
        ('inscription exposé', f'Bonjour\n\nInscrivez-moi pour un exposé court svp.\n\nLes hivers oubliés\n{PEAT_FR}\n\nO. Brancourt'),
        ('meetup de mai', f'Bonjour,\n\nNous avons quelque chose pour vous !\n\nTitre : Les hivers oubliés\nAnimé par : Odile Brancourt et Paul Noir\nPitch : {PEAT_FR}\n\nOdile'),
        ('blurb', f'Hi Paul,\n\nas discussed on the phone, my blurb for the programme:\n\nForgotten winters\n{PEAT_EN}\n\nOdile Brancourt is a palynologist.\n'),
        ('sound night', f"hey, this is what i'd talk about:\n\nducks and lorries\n\n{DUCKS}\n\nodile"),
        ('your workshop', f"Dear Dr Noir,\n\nMy name is Odile Brancourt and I am a PhD student at the Peat Institute. I saw the announcement on the mailing list and I'd be thrilled to share my results with your community.\n\nTitle: Forgotten winters\n\n{PEAT_EN}\n\nBest regards\nOdile"),
        ('Workshop in May', f'Would you have room for the following?\n\nForgotten winters\n\n{PEAT_EN}\n\nOdile'),
        ('[Peat workshop] contribution', f'For your consideration.\n\nForgotten winters\nOdile Brancourt (Peat Institute)\n{PEAT_EN}'),
        ('Colloque climat : une idée', f'Bonjour,\nEst-ce que ceci vous intéresserait ?\n\nLes hivers oubliés\n\n{PEAT_FR}\n\nO.B.'),
        ('Rencontres 2027', f"Bonjour,\n\nComme chaque année, l'équipe des tourbes participera à vos rencontres, cette fois avec :\n\nLES HIVERS OUBLIÉS\n\n{PEAT_FR}\n\nIntervenante : Odile Brancourt"),
        ('lightning talks', f'Hello all,\n\nsigning up:\n\nSpeaker: Odile Brancourt\nTopic: Forgotten winters\n{PEAT_EN}'),
        ("exposé d'une doctorante", f'Bonjour,\n\nma doctorante Odile Brancourt parlerait volontiers de ses résultats.\n\nLes hivers oubliés\n\n{PEAT_FR}\n\nPaul Noir'),
    ],
)  # fmt: skip
def test_a_talk_is_proposed_in_ordinary_words(subject, text):
    assert kind(subject, text) is Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ('article', f"Bonjour,\n\nvoici le résumé de l'article que nous soumettons à la revue, qu'en penses-tu ?\n\nLes hivers oubliés\n\n{PEAT_FR}\n\nOdile"),
        ('à lire', f"Salut,\n\nj'ai lu ça hier, c'est pour toi :\n\nLes hivers oubliés\n\n{PEAT_FR}\n\nBises"),
        ('Séminaire du jeudi', f'Chers collègues,\n\nle prochain séminaire aura lieu jeudi à 14 h, salle 3.\n\nOdile Brancourt : Les hivers oubliés\n\nRésumé : {PEAT_FR}\n\nCafé ensuite.'),
        ('Reading group', f'Dear colleagues,\n\nthe next meeting of the reading group is on Friday. Odile will present:\n\nForgotten winters\n\nAbstract: {PEAT_EN}\n\nSee you there'),
        ('Grant application', f'Dear Paul,\n\nplease find below the abstract of the grant application that we discussed.\n\nForgotten winters\n\n{PEAT_EN}\n\nI need your letter by Friday.\n\nOdile'),
        ('Soutenance', f"Bonjour,\n\nj'ai le plaisir de vous inviter à la soutenance de ma thèse intitulée « Les hivers oubliés », le 3 mai à 14 h.\n\nRésumé : {PEAT_FR}\n\nJury : Pr Noir"),
        ('Post-doc', f'Bonjour,\n\nmon laboratoire recrute un post-doctorant.\n\nTitre : Les hivers oubliés\nDurée : 24 mois\nRésumé du projet : {PEAT_FR}\n\nEnvoyez CV et lettre.'),
        ('New paper', f'Hi,\n\nour new paper is out: Forgotten winters, J. Peat 12 (2027).\n\nAbstract: {PEAT_EN}\n\nPDF on my page.\n\nOdile'),
        ('relecture', f"Bonjour Paul,\n\npourrais-tu relire ce texte pour le site de l'institut avant lundi ?\n\nLes hivers oubliés\n\n{PEAT_FR}\n\nOdile"),
        ('Application', f"Dear Sir,\n\nI would like to apply for the position of research assistant. My master's thesis is entitled Forgotten winters.\n\nAbstract: {PEAT_EN}\n\nMy CV is attached.\n\nOdile"),
        ('Exposition', f'Bonjour,\n\nnotre exposition « Les hivers oubliés » ouvre le 3 mai.\n\n{PEAT_FR}\n\nEntrée libre, vernissage à 18 h.'),
        ('project', f'Hello Paul, I would like to propose that we write the project together. Title: Forgotten winters.\n\n{PEAT_EN}\n\nWhat do you think?\n\nOdile'),
    ],
)  # fmt: skip
def test_a_title_and_a_text_for_something_else_are_no_proposal(subject, text):
    assert kind(subject, text) is not Kind.PROPOSAL


@pytest.mark.parametrize(
    "words",
    [
        "Une seule intervention par personne me paraît plus juste, donc on annule celui-ci et on garde l'autre.",
        "Je ne pourrai pas venir le 11 mars.",
        "Je serai absent le 11 mars.",
        "Je ne suis libre que le 12 mars.",
    ],
)
def test_who_cannot_come_to_an_event_of_one_day_may_withdraw(words):
    mail = letter(f"Bonjour,\n\n{words}\n\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)")
    reading = read(mail, DAY)

    assert (reading.kind, reading.proposals) == (Kind.WITHDRAWAL, ())


@pytest.mark.parametrize(
    "words",
    [
        "Je ne pourrai pas venir le 11 mars au matin.",
        "Je ne pourrai pas venir le 12 mars.",
        "Je ne pourrai pas venir le 11 mars, ma collègue Zoé Petit présentera à ma place.",
    ],
)
def test_who_comes_for_a_part_of_the_day_or_sends_somebody_does_not(words):
    mail = letter(f"Bonjour,\n\n{words}\n\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)")

    assert read(mail, DAY).kind is Kind.REVISION


@pytest.mark.parametrize(
    "words",
    [
        f"Voici un nouveau résumé :\n\n{PEAT_FR}\n\nPouvez-vous me dire si la salle a un projecteur ?",
        f"Please replace the abstract by the following:\n\n{PEAT_EN}\n\nIs there a template for the slides?",
    ],
)
def test_a_question_below_a_new_abstract_is_none_of_it(words):
    reading = read(letter(f"Bonjour,\n\n{words}\n\nAda Moreau{ACK}", subject="Re: Bien reçu (P-7)"))

    assert [one.abstract for one in reading.proposals] == [words.split("\n\n")[1]]
    assert reading.unread == (words.split("\n\n")[2],)


def test_what_an_abstract_asks_stays_in_it():
    words = f"{PEAT_FR}\n\nComment lire ces cendres ?"
    reading = read(letter(f"Voici un nouveau résumé :\n\n{words}\n\nAda{ACK}", subject="Re: reçu (P-7)"))

    assert [one.abstract for one in reading.proposals] == [words]
