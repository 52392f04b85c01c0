"""A draft is the organisers' own until it is released; each speaker is told their place once, and when it changes."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from icalendar import Calendar, Event

from callboard import store
from callboard.call import Half, HalfDay
from callboard.config import Config
from callboard.desk import letters, releases
from callboard.desk.letters import Place
from callboard.errors import ConfigError
from callboard.mailroom.incoming import Address
from callboard.model import Draft, OutboxEntry, Proposal
from callboard.programme import drafts
from callboard.programme.timetable import Programme
from callboard.proposals import State
from callboard.templating import Templates
from conversing import Sent
from digest_content import NOON
from letters_in import mail, proposal
from reviewing import BOARD, INES, ODILE, TOM, Board
from weaving import CARD

ADA, BAO, CHLOE = "ada@ada.example", "bao@bao.example", "chloe@chloe.example"


class Programmes(Board):
    """A board whose programme is drafted, released and published."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        super().__init__(engine)
        self.config = Config(call=BOARD, folder=folder)

    def draft(self) -> int | None:
        with self.sessions.begin() as db:
            return drafts.make_draft(db, self.config, self.now)

    def release(self, number: int | None = None) -> list[Sent]:
        with self.sessions.begin() as db:
            releases.release(db, self.desk, number, self.now)
        return self.work()

    def later(self) -> list[Sent]:
        """The next pass."""
        with self.sessions.begin() as db:
            releases.tell(db, self.desk, self.now)
        return self.work()

    def public(self) -> dict[str, str]:
        """The public files' text."""
        with self.sessions() as db:
            return {name: str(text) for name, text in drafts.outputs(db, self.config, Templates()).items()}

    def start(self, number: int, of: int) -> str:
        """When a talk begins in a draft, in words of the clock."""
        with self.sessions() as db:
            draft = db.get_one(Draft, of)
            talks = Programme.from_json(draft.content).talks
        return next(f"{talk.start:%H:%M}" for talk in talks if talk.number == number)

    def only_in_the(self, half: Half, number: int) -> None:
        """A speaker can come in that half of the day alone."""
        assert BOARD.starts is not None
        with self.sessions.begin() as db:
            db.get_one(Proposal, number).half_days = [HalfDay(BOARD.starts.date(), half).as_json()]


@pytest.fixture
def board(engine: sa.Engine, tmp_path: Path) -> Programmes:
    """Ada and Bao are accepted and know it; Chloé's proposal waits."""
    board = Programmes(engine, tmp_path)
    board.propose(3)
    board.tell()
    board.answer(ODILE, "1 oui\n2 oui")
    board.wait(70)
    board.draft()
    return board


def about_places(sent: list[Sent]) -> list[tuple[str, str]]:
    return [(letter.to, letter.kind) for letter in sent if letter.kind == "slot"]


def told(sent: list[Sent]) -> str:
    """What the transcript says of the one order."""
    (transcript,) = [letter for letter in sent if letter.kind == "review"]
    return re.split(r"(?:donné :|led to:) - | (?:Pour lire|To read) ", transcript.text)[1]


def test_nothing_of_a_draft_is_public_before_it_is_released(board: Programmes) -> None:
    before = board.public()

    board.release()

    after = board.public()
    assert not any("Mesurer les crues" in text for text in before.values())
    shown = [name for name, text in after.items() if "Mesurer les crues" in text]
    assert {"index.html", "programme.en.html", "programme.md", "programme.ics"} <= set(shown)
    assert not any("Écouter les galets" in text for text in after.values())  # it waits for a decision


def test_the_organisers_own_page_has_what_waits(board: Programmes) -> None:
    with board.sessions() as db:
        draft = db.get_one(Draft, 1)
        page = drafts.draft_outputs(db, draft, board.config, Templates())["index.html"]

    assert "Mesurer les crues" in page
    assert "Écouter les galets" in page


def test_each_accepted_speaker_is_told_their_place_once(board: Programmes) -> None:
    sent = board.release()

    assert about_places(sent) == [(ADA, "slot"), (BAO, "slot")]
    assert board.release() == []
    assert board.later() == []
    clock = board.start(1, 1).lstrip("0").replace(":", " h ")
    assert clock in sent[0].text


def test_the_letter_carries_the_talks_entry_of_the_public_calendar(board: Programmes) -> None:
    board.release()
    board.only_in_the(Half.AFTERNOON if board.start(1, 1) < "12:00" else Half.MORNING, 1)
    board.draft()
    board.release()

    with board.sessions() as db:
        raws = db.scalars(
            sa.select(OutboxEntry.raw).where(OutboxEntry.kind == "slot").order_by(OutboxEntry.id)
        )
        entries = [attached_entry(raw) for raw in raws]
    public = Calendar.from_ical(board.public()["programme.ics"])
    ada, bao = "Mesurer les crues", "Les vannes de la Loire"
    of_ada, of_bao = (next(e for e in public.events if e["summary"] == title) for title in (ada, bao))

    assert [str(entry["summary"]) for entry in entries] == [
        "Mesurer les crues",
        "Les vannes de la Loire",
        "Mesurer les crues",
    ]
    assert [entry["sequence"] - entries[0]["sequence"] for entry in entries] == [0, 0, 1]
    assert entries[2].to_ical() == of_ada.to_ical()
    assert entries[1]["uid"] == of_bao["uid"]


def attached_entry(raw: bytes) -> Event:
    """The one entry of the calendar that goes with a letter."""
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    (file,) = letter.iter_attachments()
    assert (file.get_content_type(), file.get_filename(), file.get_param("method")) == (
        "text/calendar",
        "talk.ics",
        None,
    )
    calendar = Calendar.from_ical(file.get_content())
    assert "method" not in calendar
    (entry,) = calendar.events
    return entry


@pytest.mark.parametrize("language", ["fr", "en"])
def test_paragraphs_of_the_letter_stand_apart(language: str) -> None:
    card = replace(CARD, letter_language=language)
    place = Place(NOON, NOON + timedelta(minutes=20), "Salle B")

    letter = letters.slot(
        Templates(), BOARD, card, Address("", ADA), place, None, url="https://example.org/p/"
    )

    assert [len(part.split("\n\n")) for part in (letter.text, letter.text.rpartition("https")[0])] == [5, 3]


def test_who_confirms_after_the_release_is_not_told_of_a_draft(board: Programmes) -> None:
    board.release()

    (sent,) = board.hear(
        mail("Je confirme ma venue pour P-1.", sender=f"Ada Leroy <{ADA}>", subject="Re: [P-1]")
    )

    clock = board.start(1, 1).lstrip("0").replace(":", " h ").removesuffix(" 00")
    assert f"Votre exposé est prévu à {clock} ; si cet horaire change, nous vous l'écrirons." in sent


def test_only_who_moved_is_told_with_the_old_time(board: Programmes) -> None:
    board.release()
    first = board.start(1, 1)
    half = Half.AFTERNOON if first < "12:00" else Half.MORNING
    board.only_in_the(half, 1)
    assert board.draft() == 2
    assert board.later() == []  # the new draft is not public

    sent = board.release()

    assert about_places(sent) == [(ADA, "slot")]
    assert sent[0].subject.startswith("Nouvel horaire")
    assert first.lstrip("0").split(":")[0] + " h" in sent[0].text


def test_a_release_taken_back_tells_again_and_one_that_nobody_heard_of_does_not(board: Programmes) -> None:
    board.release()
    board.only_in_the(Half.AFTERNOON if board.start(1, 1) < "12:00" else Half.MORNING, 1)
    board.draft()

    with board.sessions.begin() as db:
        releases.release(db, board.desk, 2, board.now)
        board.now = board.now.replace(second=board.now.second + 1)
        releases.release(db, board.desk, 1, board.now)
    unheard = board.work()
    heard = board.release(2)
    board.wait(1)
    back = board.release(1)

    assert (about_places(unheard), about_places(heard), about_places(back)) == (
        [],
        [(ADA, "slot")],
        [(ADA, "slot")],
    )


def test_who_is_accepted_later_is_told_when_they_know_that_they_are(board: Programmes) -> None:
    board.release()
    board.tell()
    board.answer(ODILE, "3 oui")

    assert board.later() == []
    assert [x.kind for x in board.wait(70)] == ["accepted"]
    assert about_places(board.later()) == [(CHLOE, "slot")]
    assert any("Écouter les galets" in text for text in board.public().values())


def test_a_withdrawn_talk_leaves_the_public_page_at_once_and_its_letter_unsent(board: Programmes) -> None:
    with board.sessions.begin() as db:
        releases.release(db, board.desk, None, board.now)
    said = mail("Je retire ma proposition P-1.", sender=f"Ada Leroy <{ADA}>")

    sent = board.hear(said)

    assert about_places(sent) == [(BAO, "slot")]
    assert not any("Mesurer les crues" in text for text in board.public().values())


def test_a_talk_without_a_place_any_more_is_told_so(board: Programmes) -> None:
    board.release()
    with board.sessions.begin() as db:
        draft = db.get_one(Draft, 1)
        content = Programme.from_json(draft.content)
        kept = replace(
            content,
            days=tuple(
                replace(day, items=tuple(item for item in day.items if item.number != 1))
                for day in content.days
            ),
        )
        db.add(replace_draft(draft, kept))

    sent = board.release(2)

    assert about_places(sent) == [(ADA, "slot")]
    assert "reste acceptée" in sent[0].text


def replace_draft(draft: Draft, content: Programme) -> Draft:
    return Draft(
        number=draft.number + 1, made_at=draft.made_at, content=content.as_json(), fingerprint="-", inputs="-"
    )


def test_an_organiser_releases_the_newest_draft_by_mail(board: Programmes) -> None:
    board.tell()

    sent = board.answer(INES, "publier le programme")

    assert sorted(about_places(sent)) == [(ADA, "slot"), (BAO, "slot")]
    assert told(sent) == (
        "Le brouillon nº 1 du programme est désormais public. "
        "2 lettres partent aux orateurs dont l'horaire est nouveau. Cela ne s'annule pas."
    )
    assert any("Mesurer les crues" in text for text in board.public().values())
    assert board.trail[-1] == (INES, "release", None, False)


def test_a_release_by_mail_names_the_draft_that_it_replaces_and_is_done_once(board: Programmes) -> None:
    board.release()
    board.only_in_the(Half.AFTERNOON if board.start(1, 1) < "12:00" else Half.MORNING, 1)
    board.draft()
    board.tell()

    first = board.answer(TOM, "release the programme")
    board.now += timedelta(minutes=5)
    second = board.answer(TOM, "release draft 2, please")
    third = board.answer(TOM, "release draft 7")

    assert told(first) == (
        "Draft 2 of the programme is public now, in place of draft 1. A letter leaves to the speaker whose time is "
        "new. This cannot be undone."
    )
    assert told(second) == "Draft 2 of the programme is public already: nothing has changed."
    assert told(third) == "There is no draft 7 of the programme."
    assert [about_places(sent) for sent in (first, second, third)] == [[(ADA, "slot")], [], []]
    assert [verb for _, verb, _, _ in board.trail].count("release") == 1


def test_a_release_is_not_undone(board: Programmes) -> None:
    board.tell()
    board.answer(INES, "publier le programme")

    sent = board.answer(INES, "annuler")

    assert told(sent) == (
        "Le programme est publié, et les lettres qui l'annoncent sont en route : cela ne s'annule pas. Pour publier un "
        "autre brouillon à sa place : « publier le brouillon » et son numéro."
    )
    assert any("Mesurer les crues" in text for text in board.public().values())


def test_before_there_is_a_draft_none_is_released(engine: sa.Engine, tmp_path: Path) -> None:
    board = Programmes(engine, tmp_path)
    board.propose(1)
    board.tell()

    sent = board.answer(TOM, "release the programme")

    assert told(sent) == "There is no draft of the programme yet."


def test_the_digest_says_which_draft_is_public_and_that_a_newer_one_waits(board: Programmes) -> None:
    board.hear(
        proposal(title="Les sources du Lot", abstract="Les sources. " * 30, sender="<eli@eli.example>")
    )
    board.tell()
    first = board.digests[TOM]
    board.release()
    board.only_in_the(Half.AFTERNOON if board.start(1, 1) < "12:00" else Half.MORNING, 1)
    board.draft()
    board.hear(
        proposal(title="Les sources du Doubs", abstract="Les sources. " * 30, sender="<dov@dov.example>")
    )
    board.tell()

    assert "No draft is public yet; to release this one, answer “release the programme”." in first
    assert "The public still sees draft 1; to release this one, answer" in board.digests[TOM]


def test_who_is_no_organiser_or_shows_no_code_releases_nothing(board: Programmes) -> None:
    board.tell()
    foreign = board.answer("eve@elsewhere.example", "publier le programme", to=board.digests[INES])
    stolen = board.answer(TOM, "release the programme", to=board.digests[INES])
    bare = board.hear(mail("publier le programme", sender=f"<{INES}>", subject="programme"))

    assert about_places(foreign + stolen + bare) == []
    assert not any("Mesurer les crues" in text for text in board.public().values())
    assert board.held[:2] == ["no_organiser", "code_foreign"]


def test_an_unknown_draft_is_named(board: Programmes) -> None:
    with pytest.raises(ConfigError, match="there is no draft 9"), board.sessions.begin() as db:
        releases.release(db, board.desk, 9, board.now)


def test_a_title_corrected_after_the_release_is_the_public_one(board: Programmes) -> None:
    board.release()
    with board.sessions.begin() as db:
        store.proposals(db)[0].title = "Mesurer les étiages"

    assert "Mesurer les étiages" in board.public()["index.html"]


def test_no_place_is_told_after_the_event(board: Programmes) -> None:
    assert BOARD.ends is not None
    board.now = BOARD.ends

    assert board.release() == []


def test_states_are_what_the_fixture_says(board: Programmes) -> None:
    assert board.states == [State.ACCEPTED, State.ACCEPTED, State.SUBMITTED]


def test_the_digest_brings_the_newest_draft_while_it_is_not_public(board: Programmes) -> None:
    board.propose(4)  # the first three are copies
    board.draft()

    sent = {letter.to: letter for letter in board.tell() if letter.kind == "digest"}

    (file,) = enclosed(sent[ODILE])

    assert file[0] == "programme-2.txt"
    assert "Mesurer les crues" in file[1]
    assert "? Écouter les galets" in file[1]  # it waits for a decision
    assert "joint à ce message" in sent[ODILE].text
    board.release()
    board.hear(mail("Y a-t-il un modèle de diapositives ?", sender=f"Ada Leroy <{ADA}>", subject="[P-1]"))
    assert [enclosed(letter) for letter in board.tell() if letter.kind == "digest"] == [[], [], []]


def enclosed(letter: Sent) -> list[tuple[str | None, str]]:
    """The text files that go with a letter: name, content."""
    return [(part.get_filename(), part.get_content()) for part in letter.bytes.iter_attachments()]
