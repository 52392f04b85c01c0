"""Who asks about the event, invites the reader, or sells something proposes nothing, whatever words they use for it."""

from __future__ import annotations

import pytest

from callboard.reading import inquiry, occasions, title
from callboard.reading.reader import read
from callboard.reading.result import Kind
from callboard.reading.speech import sentences
from growth import grows_with_size_only
from handwritten import letter

EN = (
    "Old tide gauges were read by hand, twice a day, by whoever lived next to them. The notebooks survive in eleven "
    "harbours, and where they overlap with the first machines they disagree by a hand. We show which of them was right."
)
FR = (
    "Les premiers marégraphes étaient relevés à la main, deux fois par jour, par qui habitait à côté. Les carnets ont "
    "survécu dans onze ports ; là où ils recouvrent les premières machines, l'écart est grand. Nous disons lequel."
)


def kind(subject: str, text: str, **facts: object) -> Kind:
    return read(letter(f"{text}\n\nAda Moreau", subject=subject, **facts)).kind


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Deadline for the Harbour Days",
            "Dear organisers,\n\nyour website gives 1 March as the deadline, but the circular says 8 March. Which of "
            "the two is right? I would like to submit a talk, but cannot manage it before the 3rd of March.",
        ),
        (
            "Date limite des Journées du port",
            "Bonjour,\n\nVotre site indique le 1er mars comme date limite, alors que le courriel parle du 8 mars. "
            "Quelle est la bonne date ? J'aimerais soumettre un exposé, mais je ne pourrai pas avant le 3 mars.",
        ),
        (
            "Frist",
            "Guten Tag,\n\nauf Ihrer Webseite steht als Einreichungsfrist der 1. März, in der Rundmail dagegen der 8. "
            "März. Welches Datum gilt denn nun? Ich würde gerne einen Vortrag einreichen, schaffe es aber vor dem 3. "
            "März nicht.",
        ),
    ],
)
def test_who_asks_for_the_deadline_proposes_no_talk_yet(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.QUESTION


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Tides by hand",
            f"I would like to give a talk of 20 minutes.\n\n{EN}\n\nIs there parking at the venue?",
        ),
        ("Les marées à la main", f"Je propose cet exposé.\n\n{FR}\n\nY a-t-il un hôtel près du site ?"),
        ("Talk proposal: tides by hand", f"{EN} Could I give it remotely?"),
    ],
)
def test_a_talk_may_come_with_a_question_about_the_event(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "My talk in May",
            "Dear all,\n\nThank you for accepting my talk about tides. Unfortunately I will not be able to come to the "
            "conference after all, as our review was moved to that week. I hope to propose something next year.",
        ),
        (
            "Mon exposé de mai",
            "Bonjour,\n\nMerci d'avoir retenu mon exposé sur les marées. Malheureusement, je ne pourrai finalement pas "
            "venir : notre revue tombe la même semaine. J'espère pouvoir proposer quelque chose l'an prochain.",
        ),
        (
            "Mein Vortrag im Mai",
            "Liebes Orgateam,\n\nvielen Dank für die Annahme meines Vortrags. Leider kann ich nun doch nicht kommen, "
            "weil unsere Prüfung in dieselbe Woche gelegt wurde.",
        ),
    ],
)
def test_an_accepted_talk_is_withdrawn_without_its_thread_too_but_never_surely(
    subject: str, text: str
) -> None:
    reading = read(letter(f"{text}\n\nAda Moreau", subject=subject))

    assert reading.kind is Kind.WITHDRAWAL
    assert reading.confidence == 0.8


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Tides by hand",
            "Last year you accepted my talk on mills and I could not come. This year I would like to give a talk of 20 "
            f"minutes.\n\n{EN}",
        ),
        ("Next week", "Hi all,\n\nI can't come to the meeting on Thursday, my train was cancelled."),
    ],
)
def test_who_stays_away_from_something_else_withdraws_nothing(subject: str, text: str) -> None:
    assert kind(subject, text) is not Kind.WITHDRAWAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Proposition de partenariat",
            "Bonjour,\n\nNotre société filme les événements scientifiques. Nous serions heureux de vous présenter "
            "notre offre et de vous proposer un partenariat pour vos journées. Seriez-vous libre pour un échange ?",
        ),
        (
            "Proposition commerciale - cocktail",
            "Bonjour,\n\nVoici notre proposition pour votre cocktail : douze pièces salées, 24 € HT par personne. La "
            "présentation et le service (trois heures) sont compris. Je reste à votre disposition pour en parler.",
        ),
        (
            "Proposition de stage",
            "Madame,\n\nJe suis à la recherche d'un stage de dix semaines. J'aimerais beaucoup participer à "
            "l'organisation de vos journées, et vous présenter mon projet de planning en ligne fait cette année.",
        ),
        (
            "Partnership proposal",
            "Dear team,\n\nWe film scientific events. I'd like to present our services and propose a partnership for "
            "your conference. Would you have fifteen minutes for a call this week?",
        ),
    ],
)
def test_other_things_are_proposed_as_well(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.OTHER


@pytest.mark.parametrize(
    "subject", ["Proposition d'exposé", "Proposition de communication : les marées", "Proposals"]
)
def test_a_proposal_of_a_talk_is_one(subject: str) -> None:
    assert kind(subject, f"Bonjour,\n\nTitre : Les marées\n\nRésumé : {FR}") is Kind.PROPOSAL


@pytest.mark.parametrize(
    "text",
    [
        "Would you be willing to give a talk in our seminar in June? We can cover your travel.",
        "Accepterais-tu de venir présenter tes travaux à notre séminaire en juin ? L'exposé dure une heure environ.",
        "Hätten Sie Lust, in unserem Kolloquium im Juni einen Vortrag zu halten? Die Reisekosten übernehmen wir.",
        "¿Le gustaría dar una charla en nuestro seminario de junio? Pagamos el viaje.",
        "Le piacerebbe tenere una relazione nel nostro seminario di giugno? Paghiamo il viaggio.",
        "How are you? And how is the conference going?",
        "Comment vas-tu ? Et ton colloque, ça avance ?",
    ],
)
def test_an_invitation_and_small_talk_ask_the_organisers_nothing(text: str) -> None:
    assert kind("Bonjour", text) is Kind.OTHER


@pytest.mark.parametrize(
    "text",
    ["How is the length of a talk counted?", "Comment va se passer l'inscription à la journée ?"],
)
def test_a_question_that_begins_like_small_talk_is_one(text: str) -> None:
    assert kind("Bonjour", text) is Kind.QUESTION


SEMINAR = (
    f"Speaker: Mina Rao\nTitle: Tides by hand\nDate: 25 February, 15:00\nRoom: Turing 2.14\n\nAbstract: {EN}"
)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "[seminars] Wed 25 Feb, 15:00: Mina Rao",
            f"Speaker: Mina Rao\nTitle: Tides by hand\n\nAbstract: {EN}",
        ),
        ("Talk by Mina Rao", SEMINAR),
        (
            "Talk by Mina Rao",
            f"Dear all,\n\non Wednesday at 3 pm in room 2.14, Mina Rao will speak about:\n\n{EN}",
        ),
        (
            "Exposé de Mina Rao mardi",
            f"Mina Rao nous parlera mardi à 14h en salle 112 :\n\nTitre : Les marées\n\nRésumé : {FR}",
        ),
    ],
)
def test_an_hour_and_a_room_announce_what_somebody_else_will_say(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.OTHER


@pytest.mark.parametrize(
    "wish",
    [
        "I can only speak on Wednesday after 15:00.",
        "Je peux venir mardi à partir de 14h ; il me faut une salle avec des tables.",
        "It takes 1h30 and a room for twenty people.",
    ],
)
def test_who_says_when_they_can_come_announces_nothing(wish: str) -> None:
    assert kind("Talk proposal", f"Title: Tides by hand\n\nAbstract: {EN}\n\n{wish}") is Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("Presentation slot for the metrics WG: counting retries twice", "counting retries twice"),
        ("Proposed session: who maintains the installer?", "who maintains the installer?"),
        ("Session pour le BarCamp : redonner vie à un routeur", "redonner vie à un routeur"),
        ("Conférence éclair pour les Journées du Sud : tout sauvegarder", "tout sauvegarder"),
        ("Workshop-Vorschlag: Platinen selbst ätzen", "Platinen selbst ätzen"),
        ("Workshop for the blind: reading maps by touch", "Workshop for the blind: reading maps by touch"),
    ],
)
def test_for_whom_a_talk_is_stands_before_its_title(subject: str, named: str) -> None:
    assert title.from_subject(subject) == named


@pytest.mark.parametrize(
    "subject",
    [
        "Agenda slot request",
        "Topic for the hackfest",
        "Proposed session: tides by hand",
        "Sujet pour le BarCamp",
    ],
)
def test_a_post_to_a_list_asks_for_a_slot(subject: str) -> None:
    text = f"Hi,\n\nI'd like to talk about this.\n\n{EN}\n\nAda"

    assert kind(subject, text, list_id="harbours.example") is Kind.PROPOSAL


def test_looking_takes_no_longer_than_the_text_is_long() -> None:
    asked, placed = "Is it 3 pm in room 2? " * 2000, "at 15:00 in room 2.14. " * 2000

    assert grows_with_size_only(lambda text: inquiry.only("deadline", sentences(text, len(text))), asked)
    assert grows_with_size_only(lambda text: occasions.placed(sentences(text, len(text))), placed)


def answer(text: str) -> Kind:
    return kind("Re: [P-7] Tides by hand", text, in_reply_to=("<7@a.example>",))


@pytest.mark.parametrize(
    "text",
    [
        "I had to withdraw from the other conference, so I have all the time in the world for yours.",
        "J'ai retiré ma proposition de l'autre colloque, je suis donc tout à vous.",
        "Leider musste ich meinen Vortrag bei einer anderen Tagung absagen, zu Ihnen komme ich aber gerne.",
    ],
)
def test_a_talk_that_is_withdrawn_from_another_event_is_not_ours(text: str) -> None:
    assert answer(text) is not Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "text",
    [
        "I have to withdraw my talk because I was invited to another conference that week.",
        "As another conference takes place in the same week, I must withdraw my talk.",
        "Je dois retirer mon exposé car je suis retenu par un autre colloque.",
        "Je suis au regret de devoir renoncer à ma communication, car un autre colloque tombe la même semaine.",
    ],
)
def test_another_event_may_be_why_a_talk_is_withdrawn(text: str) -> None:
    assert answer(text) is Kind.WITHDRAWAL


@pytest.mark.parametrize(
    "text",
    [
        "Merci pour ce message automatique, tout est clair !",
        "Thanks for your automated message, all clear.",
        "Vielen Dank für die automatische Bestätigung.",
    ],
)
def test_who_thanks_for_an_automatic_message_is_a_person(text: str) -> None:
    assert answer(text) is Kind.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Ceci est une réponse automatique à votre message.",
        "Merci pour votre message. Ceci est un message automatique, merci de ne pas y répondre.",
        "Thanks for your mail! This is an automated response: the mailbox is no longer read.",
        "Danke für Ihre Nachricht. Diese automatische Antwort wird jedem geschickt.",
    ],
)
def test_an_automatic_answer_is_one_though_it_thanks(text: str) -> None:
    assert answer(text) is Kind.AUTOREPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Talk proposal",
            "Greetings of the day,\n\nI am submitting my talk below. Is early bird registration open to "
            f"speakers?\n\nTides by hand\n\n{EN}",
        ),
        (
            "Keynote offer",
            "Greetings of the day. My papers are indexed in Scopus. My talk for your conference:\n\nTitle: Tides by "
            f"hand\n\nAbstract: {EN}",
        ),
    ],
)
def test_a_polite_author_is_no_advert(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.PROPOSAL


def test_a_question_about_the_proceedings_is_no_advert() -> None:
    assert kind("Question", "Hello,\n\nare the proceedings indexed in Scopus?") is not Kind.BULK


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Exposé",
            "Je propose un exposé : « Les marées à la main ». Est-il possible de le donner à distance ?",
        ),
        ("Talk", 'I\'d like to give a talk called "Tides by hand". Will it be recorded?'),
        ("Your call", "I wish to submit a talk, “The last lunch”. Could you send me the template?"),
    ],
)
def test_who_names_their_talk_proposes_it_whatever_they_ask_besides(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.PROPOSAL


@pytest.mark.parametrize(
    "text",
    [
        f"Title: Building Bridges\nAvailability: Tuesday after 2pm\nAbstract: {EN}",
        f"Title: Room Temperature Magnets\nAvailability: Tuesday after 2pm\nAbstract: {EN}",
        f"Titre : Salle Pleyel, une histoire sonore\nDisponibilités : mardi après 14h\nRésumé : {FR}",
    ],
)
def test_the_hour_from_which_somebody_can_come_announces_nothing(text: str) -> None:
    assert kind("Proposal", text) is Kind.PROPOSAL


@pytest.mark.parametrize(
    "text",
    [
        "My talk has been accepted, thank you. I can't come by train because of the strike, I will drive.",
        "My talk was accepted. I cannot come without my assistance dog, I hope that is fine.",
        "Suite à l'acceptation de ma proposition, je ne peux pas venir avec mon propre ordinateur. En prêtez-vous ?",
    ],
)
def test_how_somebody_does_not_come_withdraws_nothing(text: str) -> None:
    assert kind("My talk", text) is not Kind.WITHDRAWAL
    assert answer(text) is not Kind.WITHDRAWAL


@pytest.mark.parametrize("text", ["Am Dienstag kann ich leider nicht.", "Gracias, el martes no puedo."])
def test_a_statement_with_its_verb_first_asks_nothing(text: str) -> None:
    assert answer(text) is not Kind.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, noted. I have booked my train for Thursday morning.",
        "C'est noté. J'ai réservé mon train pour le jeudi matin.",
    ],
)
def test_a_ticket_says_nothing_of_when_somebody_can_speak(text: str) -> None:
    assert answer(text) is Kind.OTHER


def test_a_ticket_system_of_few_words_is_a_machine() -> None:
    text = (
        "Nous avons bien reçu votre demande et lui avons attribué le numéro 4812. Merci d'indiquer ce numéro dans vos "
        "échanges.\n\nLe support"
    )

    assert (
        kind("[Ticket#4812] [P-7] Votre proposition", text, in_reply_to=("<7@a.example>",)) is Kind.AUTOREPLY
    )


@pytest.mark.parametrize(
    "text",
    [
        "I run a small bakery and have been measuring my oven for six years, with a curve for every loaf. Would a "
        "short talk about it be of any use to you? I would bring the curves and some bread.",
        "Cela fait dix ans que nous prêtons des outils en plus des livres, et j'ai pensé que cette histoire pourrait "
        "trouver sa place dans vos journées. Vingt minutes suffiraient. Qu'en dites-vous ?",
        "Nous aimerions vous soumettre le travail de nos élèves sur le recyclage des serveurs du lycée. Ils sont cinq, "
        "ils ont dix-sept ans, et ils en parleraient eux-mêmes dans un exposé. Est-ce envisageable ?",
        "I teach dyeing, and I saw your call at the library. I'd offer a two-hour workshop for up to ten people: we "
        "dye a scarf with walnut shells. I need running water and a hob.",
    ],
)
def test_a_talk_may_be_offered_in_a_question(text: str) -> None:
    assert kind("Une idée pour vous", f"Dear organisers,\n\n{text}") is Kind.PROPOSAL


@pytest.mark.parametrize(
    "text",
    ["Do you still need talks for May?", "Cherchez-vous encore des orateurs ?", "Braucht ihr noch Vorträge?"],
)
def test_whether_talks_are_wanted_at_all_is_a_question(text: str) -> None:
    assert kind("Bonjour", text) is Kind.QUESTION


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[BoF request] packaging games", "I'd like a 45 minute BoF slot for people who package games: engines, data "
         "files with odd licences, and what to do with the ones that no longer build. Fifteen people would come."),
        ("Devroom talk: parsing faster than the disk", "This is a proposal for the databases devroom. Our parser is "
         "faster than most disks, and I would explain the three tricks that got it there, with the mistakes."),
        ("MC topic: locking in user space", "For the realtime microconference I'd like to bring up locking in user "
         "space again. Two implementations exist now and neither handles priority inheritance across processes. I'd "
         "summarise both and collect requirements in the room."),
        ("Agenda time for draft-weiss-logs", "Could I have ten minutes in March for draft-weiss-logs? It defines a "
         "compact format for logs of small devices, and we are looking for reviewers and for interest from the working "
         "group."),
        ("atelier aux rencontres : réparer un vélo", "Je veux bien tenir un atelier vélo pendant les rencontres : "
         "crevaisons, freins, dérailleurs. Il me faut un coin à l'ombre et deux tables, toute la matinée si possible."),
    ],
)  # fmt: skip
def test_lists_ask_for_slots_in_many_words(subject: str, text: str) -> None:
    assert kind(subject, f"Hi,\n\n{text}", list_id="harbours.example") is Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("RFC: drop the old loader", "I propose to drop support for the old loader in the next release. It has been "
         "deprecated for four years and costs us a build every night. Unless somebody objects I will do it next week."),
        ("Summit topics online", "The topics for the summit are now online, and the schedule will follow next week. "
         "Thanks to everybody who sent something. If your topic is missing, please tell me by Friday."),
        ("Session for the hackfest", "Does anybody have a projector that we could use during the hackfest?"),
    ],
)  # fmt: skip
def test_lists_speak_of_sessions_without_asking_for_one(subject: str, text: str) -> None:
    assert kind(subject, f"Hi,\n\n{text}", list_id="harbours.example") is not Kind.PROPOSAL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Résumé du livre dont je te parlais", f"Coucou,\n\n{FR}\n\nPrêté quand tu veux."),
        ("Tribune", f"Bonjour,\n\nVoici le texte que je compte envoyer au journal de la commune.\n\n{FR}"),
        ("A book for you", f"Hi,\n\nthis is from the back cover:\n\n{EN}\n\nShall I keep it for you?"),
    ],
)
def test_a_text_from_a_book_or_for_a_newspaper_is_no_talk(subject: str, text: str) -> None:
    assert kind(subject, text) is not Kind.PROPOSAL


def test_who_should_come_and_what_else_interests_is_no_abstract() -> None:
    text = f"Hi,\n\n{EN}\n\nPeople who should be in the room: the pilots.\n\nOther topics I am interested in: mills."

    reading = read(letter(text, subject="[TOPIC] Tides by hand", list_id="harbours.example"))

    assert reading.proposals[0].abstract == EN


def test_a_lists_post_that_may_ask_for_a_slot_is_looked_at() -> None:
    text = "Hello,\n\ncan we talk about zoned devices on laptops? I can present what fails, for twenty minutes.\n\nAda"

    reading = read(letter(text, subject="Storage summit topic", list_id="harbours.example"))

    assert (reading.kind, reading.doubtful) == (Kind.OTHER, True)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Budget", "Hi Karl,\n\ncould I have ten minutes on Friday? I want to talk about my contract."),
        ("Topic for our next lunch", "Hi all,\n\nwhat about the new harbour?"),
    ],
)
def test_a_word_with_a_colleague_is_no_talk(subject: str, text: str) -> None:
    assert kind(subject, text) is not Kind.PROPOSAL


def test_small_talk_above_a_question_does_not_hide_it() -> None:
    text = "Hello,\n\nHow are you? I wanted to know whether posters are allowed."

    assert kind("Quick question", text) is Kind.QUESTION


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Voici la dernière version de mon résumé, qui remplace celle de lundi.", Kind.REVISION),
        ("Je propose un exposé sur la dernière version de notre logiciel.", Kind.PROPOSAL),
    ],
)
def test_the_last_version_of_ones_own_text_changes_it(text: str, said: Kind) -> None:
    letters = f"Bonjour,\n\n{text}\n\nTitre : Les marées à la main\nRésumé : {FR}"

    assert kind("Ma proposition", letters) is said


@pytest.mark.parametrize("name", ["Kwame Boateng", "Minh Tran"])
def test_a_label_of_several_people_names_no_place(name: str) -> None:
    text = (
        f"Title: Tides by hand\nAuthors: Ada Moreau, {name}\nAbstract: {EN}\n\nI can come on any day.\n\nAda"
    )
    found = read(letter(text.replace("We show", "I show"), subject="Talk")).proposals[0]

    assert [(one.name, one.affiliation) for one in found.speakers] == [("Ada Moreau", None), (name, None)]
