"""Languages beside French and English, read as those are: the proof that a language is one file.

The messages are in `languages/<language>.toml`, so a new language brings its own.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call
from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import Kind, availability, quoting, read, vocabulary
from callboard.reading.subject import is_forward

FOLDER = Path(__file__).parent / "languages"
LETTERS = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
HELEN = Address("Helen Marsh", "helen@organisers.example")
PARIS = ZoneInfo("Europe/Paris")
# Tuesday 1 to Thursday 3 June 2027.
EVENT = Call(
    title="Brest",
    timezone="Europe/Paris",
    starts=datetime(2027, 6, 1, 9, 0, tzinfo=PARIS),
    ends=datetime(2027, 6, 3, 17, 30, tzinfo=PARIS),
)
each_language = pytest.mark.parametrize("language", LETTERS)


def cases(*path):
    """The entries of a list in every language's file, each with its language."""
    found = []
    for language, letters in LETTERS.items():
        entries = letters
        for key in path:
            entries = entries[key]
        pairs = entries.items() if isinstance(entries, dict) else enumerate(entries)
        found += [pytest.param(language, entry, id=f"{language}-{name}") for name, entry in pairs]
    return found


def filled(language, text):
    """The text with the language's title and matter where it says so."""
    letters = LETTERS[language]
    return text.replace("{title}", letters["title"]).replace("{matter}", letters["matter"])


def writer(language):
    return Address(LETTERS[language]["writer"]["name"], LETTERS[language]["writer"]["address"])


def mail(language, text, subject="", **more):
    return IncomingMail(subject=subject, sender=writer(language), text=filled(language, text), **more)


def follow_up(language, text):
    return read(mail(language, text, "Re: P-12", in_reply_to=("<letter@organisers.example>",)))


def understood(message):
    """The one proposal in a mail, and the language that its sender is answered in."""
    reading = read(message)
    assert (reading.kind, len(reading.proposals)) == (Kind.PROPOSAL, 1)
    return reading.proposals[0], reading.language


def test_every_language_but_the_first_two_brings_letters():
    assert {*LETTERS, "en", "fr"} == set(vocabulary.languages())


@each_language
def test_a_labelled_proposal_is_read_field_by_field(language):
    letters = LETTERS[language]
    expected = letters["labelled"]

    found, answer = understood(mail(language, expected["text"]))

    assert (found.title, found.abstract) == (letters["title"], letters["matter"])
    assert [[speaker.name, speaker.affiliation] for speaker in found.speakers] == expected["speakers"]
    assert found.speakers[0].email == writer(language).address
    assert (found.duration_minutes, found.format) == (20, "talk")
    assert [*found.keywords] == expected["keywords"]
    assert found.availability == expected["availability"]
    assert (found.language, answer) == (language, language)


@each_language
def test_a_proposal_in_prose_is_read(language):
    letters = LETTERS[language]

    found, answer = understood(mail(language, letters["prose"]["text"]))

    assert (found.title, found.abstract) == (letters["title"], letters["matter"])
    assert found.availability == letters["prose"]["availability"]
    assert [(speaker.name, speaker.affiliation, speaker.email) for speaker in found.speakers] == [
        (writer(language).name, letters["writer"]["affiliation"], writer(language).address)
    ]
    assert (found.language, answer) == (language, language)


@each_language
def test_neither_capitals_nor_accents_are_needed(language):
    letters = LETTERS[language]["careless"]

    found, answer = understood(mail(language, letters["text"]))

    assert (found.title, found.duration_minutes, answer) == (letters["title"], 20, language)
    assert [speaker.name for speaker in found.speakers] == [writer(language).name]


@pytest.mark.parametrize(("language", "text"), cases("later", "texts"))
def test_a_named_talk_whose_abstract_follows_is_a_proposal(language, text):
    found, answer = understood(mail(language, text, "Brest"))

    assert (found.title, found.abstract) == (LETTERS[language]["later"]["title"], None)
    assert answer == language


@each_language
def test_an_answer_to_the_call_is_a_proposal_without_the_call(language):
    letters = LETTERS[language]
    call = letters["call"]
    quoted = "\n".join(f"> {line}" for line in call["text"].split("\n"))
    text = f"{call['answer']}\n{call['attribution']}\n{quoted}"

    found, answer = understood(
        mail(language, text, call["subject"], in_reply_to=("<call@organisers.example>",))
    )

    assert (found.title, found.abstract, answer) == (letters["title"], letters["matter"], language)
    assert [speaker.name for speaker in found.speakers] == [writer(language).name]


@each_language
def test_the_proposer_of_a_forward_is_its_inner_sender(language):
    letters = LETTERS[language]
    text = filled(language, letters["forwarded"]["above"] + letters["labelled"]["text"])

    reading = read(IncomingMail(subject="Fwd: Brest", sender=HELEN, text=text))

    assert (reading.kind, reading.acknowledge_to, reading.forwarded_by, reading.language) == (
        Kind.PROPOSAL, writer(language), HELEN, language,
    )  # fmt: skip
    assert [one.title for one in reading.proposals] == [letters["title"]]


@each_language
def test_the_document_is_read_when_the_letter_only_covers_it(language):
    letters = LETTERS[language]
    document = Attachment(
        "abstract.pdf", "application/pdf", 1000, None, filled(language, "{title}\n\n{matter}")
    )

    found, answer = understood(mail(language, letters["covering"]["text"], attachments=(document,)))

    assert (found.title, found.abstract, answer) == (letters["title"], letters["matter"], language)


@pytest.mark.parametrize(("language", "case"), cases("proposal"))
def test_proposals_of_many_shapes_are_read(language, case):
    reading = read(mail(language, case["text"], case["subject"]))

    assert (reading.kind, reading.language) == (Kind.PROPOSAL, language)
    assert [one.title for one in reading.proposals] == case["titles"]
    found = reading.proposals[0]
    assert found.abstract == LETTERS[language]["matter"]
    assert [[speaker.name, speaker.affiliation or ""] for speaker in found.speakers] == case["speakers"]
    others = {key: case[key] for key in ("duration_minutes", "format", "availability") if key in case}
    assert {key: getattr(found, key) for key in others} == others


@pytest.mark.parametrize(("language", "case"), cases("revision"))
def test_a_revision_holds_what_changes(language, case):
    field, value = next((key, value) for key, value in case.items() if key != "text")

    reading = follow_up(language, case["text"])

    assert (reading.kind, len(reading.proposals)) == (Kind.REVISION, 1)
    changed = getattr(reading.proposals[0], field)
    assert changed == (filled(language, value) if isinstance(value, str) else value)
    assert reading.language == language


@pytest.mark.parametrize("kind", [Kind.WITHDRAWAL, Kind.QUESTION, Kind.OTHER])
@each_language
def test_a_follow_up_is_what_it_says(language, kind):
    texts = LETTERS[language]["follow_up"][kind.value]

    kinds = [follow_up(language, text).kind for text in texts]

    assert kinds == [kind] * len(texts)


@pytest.mark.parametrize("kind", [Kind.WITHDRAWAL, Kind.QUESTION, Kind.OTHER])
@each_language
def test_a_letter_out_of_the_blue_is_what_it_says(language, kind):
    texts = LETTERS[language]["letter"][kind.value]

    kinds = [read(mail(language, text, "Brest")).kind for text in texts]

    assert kinds == [kind] * len(texts)


@pytest.mark.parametrize(("language", "case"), cases("machine"))
def test_a_machine_is_never_answered(language, case):
    reading = read(mail(language, case["text"], case["subject"]))

    assert (reading.kind, reading.acknowledge_to) == (case["kind"], None)


@pytest.mark.parametrize(("language", "line"), cases("quoting", "attributions"))
def test_what_is_quoted_below_an_attribution_is_not_the_senders(language, line):
    quoted = "\n".join(f"> {one}" for one in LETTERS[language]["call"]["text"].split("\n"))

    parts = quoting.split(f"OK.\n\n{line}\n\n{quoted}")

    assert parts.own == "OK."


@pytest.mark.parametrize("ruled", [True, False])
@each_language
def test_what_stands_below_copied_headers_is_not_the_senders(language, ruled):
    letters = LETTERS[language]["quoting"]
    headers = letters["headers"].format("Helen Marsh <helen@organisers.example>")
    rule = f"{letters['original']}\n" if ruled else ""

    parts = quoting.split(f"OK.\n\n{rule}{headers}\n{LETTERS[language]['call']['text']}")

    assert (parts.own, parts.forward) == ("OK.", None)


@each_language
def test_copied_headers_below_a_forwards_subject_name_the_proposer(language):
    letters = LETTERS[language]["quoting"]
    headers = letters["headers"].format("Ada Moreau <ada@moreau.example>")

    parts = quoting.split(f"OK.\n\n{headers}\nAda", is_forward(letters["forward_subject"]))

    assert parts.forward is not None
    assert parts.forward.sender == Address("Ada Moreau", "ada@moreau.example")


@pytest.mark.parametrize(("language", "line"), cases("quoting", "footers"))
def test_what_a_telephone_or_an_employer_adds_is_not_the_senders(language, line):
    assert quoting.split(f"OK, 20.\n\n{line}\n").own == "OK, 20."


@each_language
def test_words_leave_half_days_of_an_event(language):
    expected = LETTERS[language]["availability"]

    found = {said: availability.half_days(said, EVENT) or () for said in expected}

    assert {said: " ".join(map(plain, halves)) for said, halves in found.items()} == expected


def plain(half):
    """Short: "2a", "2a[14:00-16:00]"."""
    times = "-".join(f"{at:%H:%M}" if at else "" for at in (half.not_before, half.not_after))
    return f"{half.day.day}{half.half[0]}" + (f"[{times}]" if times != "-" else "")
