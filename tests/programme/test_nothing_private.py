"""Nothing private is in any public output: marked strings are planted wherever it is kept, and all files searched."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from callboard.call import Half, HalfDay, Organiser, TopicMatch
from callboard.config import ProgrammeConfig
from callboard.programme.formats import book
from callboard.programme.publish import announce, outputs, publish
from callboard.programme.revisions import Release
from callboard.programme.timetable import Item, Kind, Listed, Programme, Reason
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card
from programme_rooms import at, of_items, talk

# Each stands in one place where it must not leave; all are searched for without regard to case.
SECRET = {
    "speaker's address": "zq-speaker@secret.example",
    "contact's address": "zq-contact@secret.example",
    "organiser's address": "zq-organiser@secret.example",
    "address in an abstract": "zq-abstract@secret.example",
    "address in a title": "zq-title@secret.example",
    "availability": "zqavailability",
    "biography": "zqbiography",
    "link": "zqlink",
    "score of a topic": "0.987654",
    "undecided title": "zqsubmitted",
    "waitlisted title": "zqwaitlisted",
    "declined title": "zqdeclined",
    "withdrawn title": "zqwithdrawn",
    "undecided speaker": "zqsubmittedspeaker",
    "title in the draft of a talk that changed since": "zqoldtitle",
    "undecided talk left out": "zqleftout",
    "undecided poster": "zqposter",
    "undecided without a time": "zqunscheduled",
    "in an earlier release": "zqearlier",
}


def private_card(number: int, state: State, title: str, **changes: object) -> ProposalCard:
    fields: dict[str, object] = {
        "title": title,
        "speakers": (SpeakerCard(f"Speaker {number}", "Institut", SECRET["speaker's address"]),),
        "contact": SECRET["contact's address"],
        "availability": SECRET["availability"],
        "bio": SECRET["biography"],
        "links": (f"https://x.example/{SECRET['link']}",),
        "half_days": (HalfDay(CALL.days[0], Half.MORNING),),
    }
    made = card(number, state, **{**fields, **changes})
    return replace(made, topics=(TopicMatch(0, float(SECRET["score of a topic"])),))


def planted() -> tuple[Programme, tuple[ProposalCard, ...], tuple[Release, ...]]:
    """A draft as organisers see it, with everything that the public must not."""
    hidden = {
        2: (State.SUBMITTED, "undecided title"),
        3: (State.WAITLISTED, "waitlisted title"),
        4: (State.DECLINED, "declined title"),
        5: (State.WITHDRAWN, "withdrawn title"),
        6: (State.SUBMITTED, "undecided talk left out"),
        7: (State.SUBMITTED, "undecided poster"),
        8: (State.SUBMITTED, "undecided without a time"),
    }
    abstract = f"Écrire à {SECRET['address in an abstract']}, merci."
    title = f"Ouvert {SECRET['address in a title']}"
    cards = [private_card(1, State.CONFIRMED, title, abstract=abstract)]
    cards += [
        private_card(
            number,
            state,
            SECRET[mark],
            abstract=SECRET[mark],
            keywords=(SECRET[mark],),
            speakers=(SpeakerCard(SECRET["undecided speaker"], SECRET[mark], SECRET["speaker's address"]),),
        )
        for number, (state, mark) in hidden.items()
    ]
    items = [talk(1, at(1, 9), "Amphi", title=SECRET["title in the draft of a talk that changed since"])]
    items += [
        # Decided or not: the draft's own mark is not what counts.
        talk(
            n,
            at(1, 10 + n),
            "Amphi",
            title=SECRET[hidden[n][1]],
            speakers=(SECRET["undecided speaker"],),
            undecided=n == 2,
        )
        for n in (2, 3, 4, 5)
    ]
    items.append(Item(at(1, 12), at(1, 13), Kind.LUNCH))
    listed = {
        n: Listed(SECRET[hidden[n][1]], (SECRET["undecided speaker"],), number=n, undecided=True)
        for n in (6, 7, 8)
    }
    draft = replace(
        of_items(*items, rooms=("Amphi", "Salle 2")),
        left_out=(replace(listed[6], reason=Reason.NO_ROOM),),
        posters=(listed[7],),
        unscheduled=(listed[8],),
    )
    earlier = of_items(*(replace(i, title=SECRET["in an earlier release"]) for i in items if i.number))
    return draft, tuple(cards), (Release(MADE_AT.replace(day=1), earlier),)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Every public file as it lies in the folder, all options on."""
    programme, cards, releases = planted()
    organiser = Organiser("Zoé Çelik", SECRET["organiser's address"], "Laboratoire")
    call = replace(CALL, organisers=(organiser,), proposals_to=SECRET["organiser's address"])
    settings = ProgrammeConfig(hugo_talks=True, book=book.installed())
    page = tmp_path / "announcement.md"
    page.write_text("---\ntitle: x\n---\n")
    folder = tmp_path / "public"
    publish(
        outputs(call, programme, cards, 3, MADE_AT, Templates(), settings=settings, releases=releases), folder
    )
    announce(page, call, programme, cards, MADE_AT, folder)
    return {path.relative_to(folder).as_posix(): words(path) for path in folder.rglob("*") if path.is_file()}


def words(path: Path) -> str:
    """What a file says, without the folds that calendars and books make in the middle of words."""
    if path.suffix != ".pdf":
        return path.read_bytes().decode().replace("\r\n ", "")
    pdf = PdfReader(path)
    said = [page.extract_text() for page in pdf.pages]
    links = [str(one.get_object()) for page in pdf.pages for one in page.get("/Annots", ())]
    around = [
        str(dict(pdf.metadata or {})),
        pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data().decode(),
    ]
    text = "\n".join(map(str, (*said, *links, *around, pdf.outline)))
    return "\n".join((text, re.sub(r"[-‐\xad]?\n", "", text)))


@pytest.mark.skipif(not book.installed(), reason=f"typst is not installed: pip install '{book.EXTRA}'")
def test_the_book_is_searched_as_it_is_read(files: dict[str, str]):
    books = {name for name in files if name.endswith(".pdf")}

    assert books == {"abstracts.pdf", "abstracts.en.pdf"}
    assert all("Écrire à […]" in files[name] and "Speaker 1" in files[name] for name in books)


@pytest.mark.parametrize("what", SECRET)
def test_it_is_in_no_public_file_nor_in_its_name(files: dict[str, str], what: str):
    mark = SECRET[what].casefold()

    assert [name for name, text in files.items() if mark in text.casefold() or mark in name] == []


def test_no_address_of_any_kind_is_in_a_public_file(files: dict[str, str]):
    # "@" stands in JSON-LD's "@type" and in style sheets' "@media".
    assert [name for name, text in files.items() if "secret.example" in text or "@example" in text] == []


def test_what_is_public_is_in_every_format(files: dict[str, str]):
    """So that an empty file would not pass for a discreet one."""
    without = {".callboard.json", "announcement.md"}

    told = {name for name, text in files.items() if "Ouvert […]" in text or "Ouvert &#91;…&#93;" in text}

    assert {name for name in files if name not in without and not name.endswith("salle-2.ics")} == told
    assert len(told) > 10


def test_a_withdrawn_talk_is_cancelled_and_no_other(files: dict[str, str]):
    assert files["programme.ics"].count("STATUS:CANCELLED") == 1
