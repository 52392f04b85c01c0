"""What is kept about a person is shown whole, and erased from the database's own files."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from callboard import privacy, store
from callboard.config import Config
from callboard.desk import orders, tokens
from callboard.desk.orders import Voice
from callboard.model import (
    Base,
    Erasure,
    InboxEntry,
    LetterState,
    OutboxEntry,
    Outcome,
    Proposal,
    RawMessage,
    ReviewOrder,
    Version,
    Vote,
)
from callboard.passreport import PassReport
from callboard.proposals import Opinion, State
from callboard.reading.orders import Order, Verb
from callboard.worker import Worker
from servers import SmtpSink
from workplace import Clock

ADDRESS = "Zephyrine.Quill@riverlab.example"
SECRETS = ("zephyrine.quill", "Zephyrine", "Quillfeather", "whirligig", "Tumbledown Institute")
ABSTRACT = (
    "The whirligig beetle turns on the water of slow rivers, and its turning can be filmed from a bridge. "
    "I show ten years of such films and what they say about the water, its oxygen and its temperature."
)


def mail(number: int, sender: str, name: str, subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"{name} <{sender}>"
    message["To"] = "journee@callboard.test"
    message["Subject"] = subject
    message["Message-ID"] = f"<m{number}@{sender.partition('@')[2]}>"
    message["Date"] = "Mon, 01 Feb 2027 09:00:00 +0100"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text, cte="base64" if number % 2 else "quoted-printable")
    return message.as_bytes()


PROPOSAL = mail(
    1, ADDRESS, "Zephyrine Quillfeather", "Proposal: Beetles of slow rivers",
    f"Hello,\n\nI would like to propose a talk.\n\nTitle: Beetles of slow rivers, a whirligig film\n"
    f"Speaker: Zephyrine Quillfeather, Tumbledown Institute\nAbstract: {ABSTRACT}\n\nKind regards,\nZephyrine",
)  # fmt: skip
OTHERS = mail(
    2, "ben@lake.example", "Ben Tarn", "Proposal: Counting fish",
    "Hello,\n\nTitle: Counting fish at a ladder\nSpeaker: Ben Tarn (Institute of Lakes)\nAbstract: We count the "
    "fish that pass a ladder with a camera and compare three rivers over ten years of work.\n\nBen",
)  # fmt: skip
SHARED = mail(
    3, "ben@lake.example", "Ben Tarn", "Proposal: Two rivers",
    "Hello,\n\nTitle: Two rivers and their oxygen\nSpeakers: Ben Tarn (Institute of Lakes) <ben@lake.example>, "
    f"Zephyrine Quillfeather (Tumbledown Institute) <{ADDRESS}>\nAbstract: Two rivers with "
    "the same spring differ in what lives in them, and we compare their oxygen by day and by night all summer.\n\nBen",
)  # fmt: skip


def arrive(db: Session, raws: Iterable[bytes], now: datetime) -> None:
    """These messages are in the mailbox, in this order."""
    for uid, raw in enumerate(raws, 1):
        store.add_message(
            db, mailbox="a", uidvalidity=1, uid=uid, raw=raw, size=len(raw), truncated=False, now=now
        )


@pytest.fixture
def kept(worker: Worker, clock: Clock) -> Iterator[Worker]:
    """A worker whose database knows three proposals: hers, another's, and one of both."""
    with worker.sessions.begin() as db:
        arrive(db, (PROPOSAL, OTHERS, SHARED), clock.now)
    worker.read_waiting(PassReport())
    worker.publish(PassReport())
    worker.write_digest(PassReport(), force=True)
    with worker.sessions() as db:
        assert [p.title for p in store.proposals(db)][1:] == [
            "Counting fish at a ladder",
            "Two rivers and their oxygen",
        ]
    yield worker


def found_in_files(engine: sa.Engine, tmp_path: Path, secrets: Sequence[str] = SECRETS) -> list[str]:
    """Which of the secrets the database still holds, in its file or in its rows' text."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        held = b"".join(p.read_bytes() for p in path.parent.glob(path.name + "*"))
    else:
        with engine.connect() as connection:
            folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
            connection.commit()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            base = connection.exec_driver_sql(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            )
            copy = tmp_path / "copy"
            shutil.copytree(Path(str(folder)) / "base" / str(base.scalar_one()), copy)
        held = b"".join(p.read_bytes() for p in copy.rglob("*") if p.is_file())
    return [word for word in secrets if word.lower().encode() in held.lower()]


def test_everything_about_a_person_is_shown(kept: Worker, tmp_path: Path) -> None:
    with kept.sessions() as db:
        about = privacy.kept_about(db, ADDRESS.lower())
        record = privacy.record(db, about)
        files = privacy.export(db, about, tmp_path / "out")

    assert [p["title"] for p in record["proposals"]] == [
        "Beetles of slow rivers, a whirligig film",
        "Two rivers and their oxygen",
    ]
    assert len(record["messages"]) == 2
    assert {letter["recipient"].lower() for letter in record["letters"]} == {
        ADDRESS.lower(),
        "ben@lake.example",
    }
    assert files == len(list((tmp_path / "out").iterdir())) == 1 + 2 + 2
    assert (
        json.loads((tmp_path / "out" / "record.json").read_text("utf-8"))["proposals"][0]["abstract"]
        == ABSTRACT
    )
    assert (os.stat(tmp_path / "out").st_mode & 0o777) == 0o700


def test_what_was_erased_is_in_no_file_of_the_database(
    kept: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    assert found_in_files(engine, tmp_path / "before") != []
    with engine.begin() as connection:
        # PostgreSQL does so by itself, and keeps samples of the rows for its planner.
        connection.exec_driver_sql("ANALYZE")
    with kept.sessions.begin() as db:
        erasure = privacy.forget(db, ADDRESS, clock.now)
    privacy.scrub_file(engine)
    kept.publish(PassReport())

    assert erasure is not None
    assert (erasure.proposals, erasure.messages) == (2, 2)
    assert found_in_files(engine, tmp_path / "after") == []
    page = "".join(
        p.read_text("utf-8")
        for folder in ("var/draft", "public")
        for p in (kept.config.folder / folder).glob("*")
    )
    assert [word for word in SECRETS if word in page] == []


def test_nothing_is_left_in_the_files_of_tables_that_were_emptied(
    kept: Worker, engine: sa.Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    privacy.scrub_file(engine)

    assert found_in_files(engine, tmp_path / "after") == []


def test_an_address_that_was_given_up_is_erased_too(
    kept: Worker, engine: sa.Engine, clock: Clock, tmp_path: Path
) -> None:
    """The proposal has another address by now; what was first said of it still names the old one."""
    with kept.sessions.begin() as db:
        for proposal in db.scalars(sa.select(Proposal)):
            proposal.contact = "new@example.org"
            for speaker in proposal.speakers:
                speaker.email = "new@example.org" if speaker.email == ADDRESS else speaker.email
    with kept.sessions.begin() as db:
        assert privacy.forget(db, ADDRESS, clock.now) is not None

    with kept.sessions() as db:
        said = [str((v.understood, v.changed)) for v in db.scalars(sa.select(Version))]
    assert said
    assert [text for text in said if ADDRESS.casefold() in text.casefold()] == []


def test_others_keep_what_is_theirs(kept: Worker, clock: Clock) -> None:
    with kept.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
    with kept.sessions() as db:
        first, second, shared = store.proposals(db)
        raw = db.scalars(sa.select(RawMessage.entry_id)).all()
        account = store.account(db)

    assert (first.title, first.state, first.speakers) == (None, State.WITHDRAWN, [])
    assert (second.title, [s.name for s in second.speakers]) == ("Counting fish at a ladder", ["Ben Tarn"])
    assert (shared.title, [s.name for s in shared.speakers]) == ("Two rivers and their oxygen", ["Ben Tarn"])
    assert shared.contact == "ben@lake.example"
    assert raw == [2]  # the mail that has nothing to do with her
    assert sum(account.values()) == 3  # every message is still accounted for


def test_an_erasure_leaves_a_record_without_a_name(kept: Worker, clock: Clock) -> None:
    with kept.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
    with kept.sessions() as db:
        rows = db.scalars(sa.select(Erasure)).all()
        actions = db.scalars(sa.select(Version.action).where(Version.proposal_id == 1)).all()

    assert [(r.at, r.proposals, r.messages) for r in rows] == [(clock.now, 2, 2)]
    assert actions == ["proposed", "erased"]


def test_a_held_copy_that_somebody_passed_on_is_erased_too(
    worker: Worker, clock: Clock, engine: sa.Engine, tmp_path: Path
) -> None:
    forward = EmailMessage()
    forward["From"], forward["To"] = "Someone <someone@else.example>", "journee@callboard.test"
    forward["Subject"], forward["Message-ID"] = "Fwd: a talk", "<f@else.example>"
    forward.set_content("A proposal for your day, see the mail attached.")
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Message-ID"] = (
        f"Zephyrine Quillfeather <{ADDRESS}>",
        "Proposal of a talk",
        "<i@x.example>",
    )
    inner.set_content(f"Title: A whirligig film\nSpeaker: Zephyrine Quillfeather\nAbstract: {ABSTRACT}")
    forward.add_attachment(inner)
    raw = forward.as_bytes()
    with worker.sessions.begin() as db:
        store.add_message(
            db, mailbox="a", uidvalidity=1, uid=1, raw=raw, size=len(raw), truncated=False, now=clock.now
        )
    worker.read_waiting(PassReport())
    with worker.sessions() as db:
        assert db.get_one(InboxEntry, 1).outcome == Outcome.HELD

    with worker.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
    privacy.scrub_file(engine)

    with worker.sessions() as db:
        assert db.get_one(InboxEntry, 1).outcome == Outcome.DISMISSED
    assert found_in_files(engine, tmp_path / "after") == []


def test_nothing_is_done_about_somebody_unknown(kept: Worker, clock: Clock) -> None:
    with kept.sessions.begin() as db:
        assert privacy.forget(db, "nobody@nowhere.example", clock.now) is None
        assert db.scalars(sa.select(Erasure)).all() == []


def test_a_mail_that_comes_back_after_its_erasure_is_a_copy_not_a_proposal(
    kept: Worker, clock: Clock
) -> None:
    """The server gave its messages new numbers; a forgotten proposal must not rise again."""
    with kept.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
        store.add_message(
            db,
            mailbox="a",
            uidvalidity=2,
            uid=1,
            raw=PROPOSAL,
            size=len(PROPOSAL),
            truncated=False,
            now=clock.now,
        )
    kept.read_waiting(PassReport())

    with kept.sessions() as db:
        assert len(store.proposals(db)) == 3
        assert db.get_one(InboxEntry, 4).outcome == Outcome.COPY


def test_mails_and_letters_go_some_time_after_the_event(
    kept: Worker, config: Config, clock: Clock, smtp_sink: SmtpSink
) -> None:
    after = config.call.ends
    assert after is not None
    for days, left in ((config.privacy.keep_raw_days - 1, True), (config.privacy.keep_raw_days + 1, False)):
        clock.now = after + timedelta(days=days)
        kept.run_once()
        with kept.sessions() as db:
            raws = db.scalar(sa.select(sa.func.count()).select_from(RawMessage))
            titles = [p.title for p in db.scalars(sa.select(Proposal))]
        assert bool(raws) is left
        assert titles[0] == "Beetles of slow rivers, a whirligig film"


# --- What organisers say of somebody -------------------------------------------------------------------

ODILE = "odile@callboard.test"


def reviewed(kept: Worker, clock: Clock) -> None:
    """Odile answers a digest by mail and by hand: two of her orders speak of Zephyrine, one of neither."""
    said = (
        Order(Verb.MAYBE, "1 peut-être whirligig again", (1,), comment="whirligig again"),
        Order(Verb.MAYBE, "2 4/5, better than Zephyrine", (2,), score=0.8, comment="better than Zephyrine"),
        Order(Verb.MAYBE, "3 peut-être", (3,)),
    )
    with kept.sessions.begin() as db:
        orders.carry_out(db, kept.desk, Voice(ODILE, "command/1"), said, clock.now)
        note = Order(Verb.NOTE, "2 note: good films of fish", (2,), comment="good films of fish")
        orders.carry_out(db, kept.desk, Voice("tom@callboard.test", "command/1"), [note], clock.now)
        orders.carry_out(db, kept.desk, Voice(ODILE, "command/2"), said[:1], clock.now)
        code = tokens.code(store.signing_key(db), ODILE, (clock.now + timedelta(days=30)).date())
        answer = mail(
            5, ODILE, "Odile", "Re: Callboard", "1 peut-être\n2 peut-être\n\n"
            f"> P-1 Beetles of slow rivers, a whirligig film\n> Zephyrine Quillfeather\n> {code}\n",
        )  # fmt: skip
        store.add_message(
            db,
            mailbox="a",
            uidvalidity=1,
            uid=9,
            raw=answer,
            size=len(answer),
            truncated=False,
            now=clock.now,
        )
    kept.read_waiting(PassReport())
    with kept.sessions() as db:
        assert db.get_one(InboxEntry, 4).outcome == Outcome.REVIEW


def test_what_organisers_said_of_somebody_is_erased_with_them(
    kept: Worker, clock: Clock, engine: sa.Engine, tmp_path: Path
) -> None:
    reviewed(kept, clock)
    assert "whirligig" in found_in_files(engine, tmp_path / "before")

    with kept.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
    privacy.scrub_file(engine)
    kept.publish(PassReport())

    assert found_in_files(engine, tmp_path / "after") == []
    with kept.sessions() as db:
        votes = [(v.proposal_id, v.opinion, v.score, v.comment) for v in store.votes(db)]
        lines = list(db.scalars(sa.select(ReviewOrder.line).order_by(ReviewOrder.id)))
    assert votes == [
        (1, Opinion.MAYBE, None, None),
        (2, Opinion.MAYBE, None, None),
        (2, None, None, "good films of fish"),
        (3, Opinion.MAYBE, None, None),
    ]
    assert lines == [None] * 3 + ["2 note: good films of fish"] + [None] * 3


def test_a_letter_that_carries_a_document_is_emptied_and_does_not_leave(
    worker: Worker, clock: Clock, engine: sa.Engine, tmp_path: Path
) -> None:
    proposal = message_from_bytes(PROPOSAL, policy=policy.default)
    assert isinstance(proposal, EmailMessage)
    document = b"Her own words, in no other letter: gyrinid"
    proposal.add_attachment(document, maintype="application", subtype="pdf", filename="Quillfeather.pdf")
    with worker.sessions.begin() as db:
        code = tokens.code(store.signing_key(db), ODILE, (clock.now + timedelta(days=30)).date())
        asks = mail(6, ODILE, "Odile", "Re: Callboard", f"?1\n\n> {code}\n")
        arrive(db, (proposal.as_bytes(), asks), clock.now)
    worker.read_waiting(PassReport())
    encoded = base64.b64encode(document)
    with worker.sessions() as db:
        (letter,) = db.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == "full"))
        assert (letter.state, encoded in letter.raw) == (LetterState.OWED, True)

    with worker.sessions.begin() as db:
        privacy.forget(db, ADDRESS, clock.now)
    privacy.scrub_file(engine)

    with worker.sessions() as db:
        (letter,) = db.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == "full"))
        assert (letter.state, letter.raw, letter.subject) == (LetterState.CANCELLED, b"", "")
    assert found_in_files(engine, tmp_path / "after", (*SECRETS, encoded.decode())) == []


def test_a_person_reads_what_organisers_said_of_them_and_an_organiser_what_they_said(
    kept: Worker, clock: Clock
) -> None:
    reviewed(kept, clock)
    with kept.sessions() as db:
        speaker = privacy.record(db, privacy.kept_about(db, ADDRESS))
        organiser = privacy.record(db, privacy.kept_about(db, ODILE.upper()))

    assert [(v["proposal_id"], v["comment"]) for v in speaker["votes"]] == [(1, "whirligig again"), (3, None)]
    assert sorted(v["proposal_id"] for v in organiser["votes"]) == [1, 2, 3]
    assert [o["line"] for o in organiser["orders"]][:2] == [
        "1 peut-être whirligig again",
        "2 4/5, better than Zephyrine",
    ]


def test_an_organisers_own_words_go_with_them(kept: Worker, clock: Clock) -> None:
    reviewed(kept, clock)
    with kept.sessions.begin() as db:
        privacy.forget(db, ODILE, clock.now)
    with kept.sessions() as db:
        assert [v.organiser for v in db.scalars(sa.select(Vote))] == ["tom@callboard.test"]
        rows = db.scalars(sa.select(ReviewOrder)).all()
        assert {(r.by, r.line) for r in rows} == {
            ("erased", None),
            ("tom@callboard.test", "2 note: good films of fish"),
        }
        assert privacy.kept_about(db, ODILE).orders == []
