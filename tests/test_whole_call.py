"""A whole call by mail: three organisers, forty proposals, real IMAP and SMTP, from announcement to confirmed talks.

Nobody touches the command line but to release the programme. Speakers and organisers know nothing but the letters in
their boxes, and answer them as their mail programs do. The call lies in the past, since a mail server takes no mail
from the future.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from callboard import database, migrations, store
from callboard.announcement import read_page
from callboard.config import Config, load
from callboard.desk import releases
from callboard.init import render_config
from callboard.mailroom.htmltext import html_to_text
from callboard.model import InboxEntry
from callboard.proposals import State
from callboard.worker import Worker
from deliver import deliver
from letters_in import mail
from servers import Account, SmtpSink
from townsfolk import FOLDER, Person, Post, Received, forty

OURS = "journee@callboard.test"
PARIS = ZoneInfo("Europe/Paris")
ODILE = Person("Odile Brac", "odile@maison-jardins.example", "thunderbird")
TOM = Person("Tom Reed", "tom@reed.example", "outlook", "en")
INES = Person("Inès Vidal", "ines@lacs.example", "phone")
TALKS = {talk.number: talk for talk in forty()}
SPEAKERS = {number: talk.person for number, talk in TALKS.items()}
ODILES = """Bonjour,

1, 3, 5, 7, 9, 12, 14, 27 oui
15 oui, à l'auteur : merci d'apporter une ruche vide
16 oui
2 liste d'attente
8 et 10 liste d'attente
?19
les autres non

Merci"""
TOMS = """Here you are:

1, 3, 5, 7, 9, 14, 15, 21 yes
12 yes
2, 8, 10: waiting list
11 maybe 3/5 nice but off topic

16 is it possible on another day?
the others no

Best,"""


class Story:
    """The call, its mailbox, and everybody's letters."""

    def __init__(self, config: Config, account: Account, sink: SmtpSink) -> None:
        self.account, self.post = account, Post(sink)
        self.engine = database.open_engine(config.database, config.folder)
        migrations.upgrade(self.engine)
        self.now = datetime(2021, 2, 1, 7, 35, tzinfo=PARIS)
        self.delivered = 0
        variable = config.mailboxes[0].password_variable
        self.worker = Worker(config, self.engine, {variable: account.password}, lambda: self.now)
        self.page = config.folder / "programme" / "index.html"

    def at(self, day: int, hour: int, minute: int = 0, month: int = 2) -> list[Received]:
        """The clock goes on, and a pass is made; the letters that leave."""
        self.now = datetime(2021, month, day, hour, minute, tzinfo=PARIS)
        report = self.worker.run_once()
        assert report.problems == []
        return self.post.carry()

    def write(self, *raws: bytes) -> None:
        """Mails arrive."""
        deliver(self.account, *raws, when=self.now)
        self.delivered += len(raws)

    def answer(self, who: Person, letter: Received, words: str) -> None:
        self.write(who.answer(letter, words, self.now))

    def speaker_answers(self, number: int, words: str) -> None:
        """A speaker answers the last letter about their proposal."""
        who = SPEAKERS[number]
        about = (x for x in reversed(self.post.boxes[who.address]) if re.search(rf"\bP-{number}\b", x.text))
        self.answer(who, next(about), words)

    def organiser_answers(self, who: Person, kind: str, words: str) -> None:
        self.answer(who, self.post.last(who.address, kind), words)

    @property
    def states(self) -> dict[State, list[int]]:
        """Numbers of proposals by state."""
        found: dict[State, list[int]] = {}
        with self.worker.sessions() as db:
            for proposal in store.proposals(db):
                found.setdefault(State(proposal.state), []).append(proposal.id)
        return found

    def page_text(self) -> str:
        """The public page."""
        return html_to_text(self.page.read_text(encoding="utf-8"))

    def published(self) -> list[int]:
        """Which of the forty the public page names."""
        titles = {n: talk.title for n, talk in TALKS.items()} | {3: "Arroser la nuit, récolter à midi"}
        return [n for n, title in titles.items() if title in self.page_text()]

    @property
    def outcomes(self) -> Counter[str]:
        with self.worker.sessions() as db:
            return Counter(db.scalars(sa.select(InboxEntry.outcome)))


@pytest.fixture
def story(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Story]:
    """A call configured from its announcement, as `callboard init` and an operator do."""
    announcement = read_page((FOLDER / "announcement.md").read_text(encoding="utf-8"))
    mailbox = dovecot.config()
    text = render_config(
        announcement,
        {
            "top": {"database": "sqlite:///callboard.db"},
            "mailbox": mailbox.model_dump(include={"name", "host", "port", "user", "tls", "ca_file"}),
            "smtp": smtp_sink.config(address=OURS).model_dump(include={"host", "port", "tls", "address"}),
            "review": {"rule": "votes", "votes": 2, "send": "together"},
            "programme": {"folder": Path("programme")},
        },
    )
    toms = f'address = "{TOM.address}"'
    file = tmp_path / "config" / "callboard.toml"
    file.parent.mkdir()
    file.write_text(text.replace(toms, f'{toms}\nlanguage = "en"'), encoding="utf-8")
    story = Story(load(file, {}), dovecot, smtp_sink)
    yield story
    story.engine.dispose()


def told(letters: list[Received]) -> list[tuple[str, str]]:
    return sorted((letter.to, letter.kind) for letter in letters)


def to(*numbers: int, kind: str) -> list[tuple[str, str]]:
    return sorted((SPEAKERS[number].address, kind) for number in numbers)


def plain(letter: Received) -> str:
    return " ".join(letter.text.split())


BOARD = (ODILE, TOM, INES)
DIGESTS = sorted((person.address, "digest") for person in BOARD)
ACCEPTED = [1, 3, 5, 7, 9, 12, 14, 15, 16, 21, 27]
WAITLISTED = [2, 8, 10, 19]
DECLINED = [4, 6, 11, 13, 17, 18, *range(22, 27), *range(28, 41)]


@pytest.mark.timeout(300)  # half a minute on a quiet machine, and much more where every core is taken
def test_a_whole_call_from_the_announcement_to_confirmed_talks(story: Story) -> None:
    proposals_arrive(story)
    speakers_correct(story)
    organisers_vote(story)
    organisers_change_their_minds(story)
    decisions_are_told(story)
    speakers_confirm(story)
    a_place_is_offered(story)
    everything_adds_up(story)
    the_programme_is_released(story)


def proposals_arrive(story: Story) -> None:
    for day, numbers in ((1, range(1, 21)), (8, range(21, 41))):
        story.now = datetime(2021, 2, day, 9, 0, tzinfo=PARIS)
        story.write(*(TALKS[n].mail(OURS, story.now, ODILE) for n in numbers))
        letters = story.at(day, 10)

        receipt = [(ODILE.address, "receipt")] if 39 in numbers else []  # she passed that one on
        assert told(letters) == sorted(to(*numbers, kind="acknowledgement") + receipt + DIGESTS)
    with story.worker.sessions() as db:
        found = [(p.title, " ".join((p.abstract or "").split())) for p in store.proposals(db)]
    assert found == [(talk.title, talk.abstract) for talk in TALKS.values()]


def speakers_correct(story: Story) -> None:
    """A title, a time, a withdrawal, a question; the same mail again, and a machine's."""
    story.speaker_answers(3, "Bonjour,\n\nLe titre devient « Arroser la nuit, récolter à midi ».\n\nMerci !")
    story.speaker_answers(11, "Bonjour,\n\nJe ne suis disponible que l'après-midi.")
    story.speaker_answers(20, "Bonjour,\n\nJe dois malheureusement retirer ma proposition.")
    story.speaker_answers(5, "Hello,\n\nWill there be a loudspeaker in the room?")
    story.write(
        TALKS[7].mail(OURS, story.now, ODILE),
        mail(
            "Je suis absente.", sender="Ève <eve@y.example>", subject="Absence", Auto_Submitted="auto-replied"
        ),
    )
    letters = story.at(12, 11)

    assert told(letters) == sorted(to(3, 11, 20, kind="transcript") + to(5, kind="passed-on") + DIGESTS)
    assert story.states[State.WITHDRAWN] == [20]
    assert told(story.at(13, 0, 30)) == DIGESTS  # the deadline has passed
    assert story.post.last(TOM.address, "digest").subject == "Jardins et mesures: news, 37 to decide"


def organisers_vote(story: Story) -> None:
    """Two votes are needed. Odile quotes, Tom's program marks no quotes."""
    story.now = datetime(2021, 2, 15, 9, 0, tzinfo=PARIS)
    story.organiser_answers(ODILE, "digest", ODILES)
    letters = story.at(15, 10)

    assert told(letters) == [(ODILE.address, "full"), (ODILE.address, "review")]
    assert letters[0].subject == "P-19 : Sécheresse : lire la terre qui se fend"
    assert story.states == {State.SUBMITTED: [n for n in TALKS if n != 20], State.WITHDRAWN: [20]}

    story.organiser_answers(TOM, "digest", TOMS)
    (letter,) = story.at(15, 11)

    assert (letter.to, letter.kind, letter.subject) == (TOM.address, "review", "Your answer: 39 orders")
    assert "P-12, “Soil colour charts for the colour-blind”: “yes” is noted but does not count" in plain(
        letter
    )
    assert "“no” is noted but does not count (you propose a talk with Nora Quist)" in plain(letter)
    assert "> 16 is it possible on another day? perhaps: 16 yes" in plain(letter)
    assert story.states == {
        State.ACCEPTED: [1, 3, 5, 7, 9, 14, 15],
        State.WAITLISTED: [2, 8, 10],
        State.DECLINED: sorted({*DECLINED} - {11}),
        State.SUBMITTED: [11, 12, 16, 19, 21, 27],
        State.WITHDRAWN: [20],
    }


def organisers_change_their_minds(story: Story) -> None:
    """Inès writes from a phone: no quote, no code but the one in the Message-ID that she answers."""
    story.organiser_answers(ODILE, "full", "19 oui belle méthode")
    story.organiser_answers(INES, "digest", "11 et 21 non")
    letters = story.at(15, 14)

    assert told(letters) == sorted((person.address, "review") for person in (ODILE, INES))
    assert story.states[State.DECLINED] == sorted([*DECLINED, 21])

    story.organiser_answers(INES, "review", "annuler")
    story.at(15, 15)

    assert story.states[State.DECLINED] == sorted({*DECLINED} - {11})

    story.organiser_answers(INES, "digest", "12, 16, 21 et 27 oui\n11 non\n19 liste d'attente")
    story.organiser_answers(TOM, "review", "19 waiting list")
    letters = story.at(15, 16)

    assert told(letters) == sorted((person.address, "review") for person in (TOM, INES))
    assert story.states == {
        State.ACCEPTED: ACCEPTED,
        State.WAITLISTED: WAITLISTED,
        State.DECLINED: DECLINED,
        State.WITHDRAWN: [20],
    }


def decisions_are_told(story: Story) -> None:
    """All together, when an organiser says so; nobody has heard of anything before."""
    assert told(story.at(16, 7, 35)) == []
    story.organiser_answers(ODILE, "review", "envoyer les décisions")
    letters = story.at(16, 9)

    decided = (
        to(*ACCEPTED, kind="accepted") + to(*WAITLISTED, kind="waitlisted") + to(*DECLINED, kind="declined")
    )
    assert told(letters) == sorted([*decided, (ODILE.address, "review")])
    (ondine,) = (x for x in letters if x.to == SPEAKERS[15].address)
    assert "merci d’apporter une ruche vide" in plain(ondine).replace("'", "’")


def speakers_confirm(story: Story) -> None:
    for number in (n for n in ACCEPTED if n != 9):
        english = TALKS[number].language == "en"
        story.speaker_answers(
            number, "Thank you, I will come." if english else "Merci, je confirme ma venue."
        )
    story.speaker_answers(9, "Bonjour,\n\nJe ne pourrai malheureusement pas venir le 18 mars.\n\nDésolé")
    letters = story.at(17, 9)

    assert told(letters) == sorted(to(*ACCEPTED, kind="transcript") + DIGESTS)
    assert story.states == {
        State.CONFIRMED: [n for n in ACCEPTED if n != 9],
        State.ACCEPTED: [2],  # the first on the waiting list; the letter waits
        State.WAITLISTED: [8, 10, 19],
        State.DECLINED: DECLINED,
        State.WITHDRAWN: [9, 20],
    }


def a_place_is_offered(story: Story) -> None:
    story.organiser_answers(TOM, "digest", "send decisions")
    letters = story.at(17, 10)

    assert told(letters) == sorted([*to(2, kind="offered"), (TOM.address, "review")])
    story.speaker_answers(2, "Wonderful, I confirm that I will come.")
    assert told(story.at(17, 11)) == to(2, kind="transcript")
    assert told(story.at(18, 9)) == DIGESTS
    assert story.at(18, 10) == []


def everything_adds_up(story: Story) -> None:
    confirmed = sorted({2, *ACCEPTED} - {9})
    assert story.states == {
        State.CONFIRMED: confirmed,
        State.WAITLISTED: [8, 10, 19],
        State.DECLINED: DECLINED,
        State.WITHDRAWN: [9, 20],
    }
    # Nothing twice.
    sent = [str(letter.message["Message-ID"]) for box in story.post.boxes.values() for letter in box]
    assert len(sent) == len(set(sent))
    # Every message has an outcome, and the digest says so.
    assert story.outcomes == {
        "proposal": 40, "follow_up": 3 + 11 + 1, "question": 1, "copy": 1, "ignored": 1, "review": 9
    }  # fmt: skip
    account = re.search(
        r"(\d+) messages = (.*?) Have a good day", plain(story.post.last(TOM.address, "digest"))
    )
    assert account is not None
    assert int(account[1]) == story.delivered == sum(map(int, re.findall(r"\d+", account[2])))


def the_programme_is_released(story: Story) -> None:
    """The one thing that is done by hand. Until then the page names the invited talk alone."""
    confirmed = story.states[State.CONFIRMED]
    assert (story.published(), "Ce que pèse une tomate" in story.page_text()) == ([], True)
    with story.worker.sessions.begin() as db:
        releases.release(db, story.worker.desk, None, story.now)

    assert told(story.at(18, 11)) == to(*confirmed, kind="slot")
    assert story.published() == confirmed
    assert "@" not in story.page_text()
    assert story.at(18, 12) == []
