"""What stands in the margin of a message, line by line."""

from __future__ import annotations

from callboard.mailroom.mail import Address, Attachment, IncomingMail
from callboard.reading import margin, shown

TOM = Address("Tom Hadley", "tom@hadley.example")
ROOFS = (
    "Flat roofs hold more water than their owners think. A camera on a kite and a patient afternoon\n"
    "are enough to map the puddles of a whole district: https://kites.example/map"
)
LETTER = (
    "Hi Helen,\n"
    "\n"
    "here is my proposal for a 20-minute talk.\n"
    "It was fun last year.\n"
    "\n"
    "Title: Puddles on flat roofs\n"
    "Abstract:\n"
    f"{ROOFS}\n"
    "\n"
    "Best,\n"
    "Tom\n"
    "\n"
    "-- \n"
    "Tom Hadley\n"
    "\n"
    "On 6 Sep 2027 at 09:12, Helen <helen@roofs.example> wrote:\n"
    "> Dear all,\n"
    "> this is the call for talks of the roof day.\n"
)


def notes(message, part="text"):
    """The lines of the part that are not blank, each with what stands beside it."""
    return [(", ".join(line.names), line.text) for line in margin.notes(shown(message), part) if line.text]


def message(text, **more):
    return IncomingMail(subject="Talk proposal", sender=TOM, text=text, **more)


def test_each_line_says_which_field_it_went_to_or_why_it_was_left_out():
    assert notes(message(LETTER)) == [
        ("greeting", "Hi Helen,"),
        ("duration_minutes, format", "here is my proposal for a 20-minute talk."),
        ("left out", "It was fun last year."),
        ("title", "Title: Puddles on flat roofs"),
        ("label", "Abstract:"),
        ("abstract", ROOFS.split("\n")[0]),
        ("abstract, links", ROOFS.split("\n")[1]),
        ("closing", "Best,"),
        ("closing", "Tom"),
        ("signature", "--"),
        ("signature", "Tom Hadley"),
        ("call", "On 6 Sep 2027 at 09:12, Helen <helen@roofs.example> wrote:"),
        ("call", "> Dear all,"),
        ("call", "> this is the call for talks of the roof day."),
    ]


def test_a_name_in_the_signature_is_a_speakers():
    unnamed = Address("", "roofs@hadley.example")
    text = f"Talk proposal\n\nTitle: Puddles on flat roofs\nAbstract: {ROOFS}\n\n-- \nTom Hadley\nKite Lab"
    beside = dict(notes(IncomingMail(subject="Talk proposal", sender=unnamed, text=text)))

    assert beside["speakers, signature"] == "Tom Hadley"
    assert beside["signature"] == "Kite Lab"


def test_of_several_proposals_each_field_has_its_number():
    talks = [f"Title: {title}\nAbstract: {ROOFS}\n\n" for title in ("Puddles on roofs", "Gutters that fail")]
    text = f"Two proposals.\n\n{''.join(talks)}"

    assert [names for names, line in notes(message(text)) if "Title" in line] == ["title 1", "title 2"]


def test_a_document_is_shown_when_a_field_came_from_it():
    attached = Attachment(
        "talk.pdf", "application/pdf", 1, None, f"Title: Puddles on roofs\nAbstract: {ROOFS}"
    )
    covered = message("Hello,\n\nmy talk proposal is attached.\n\nTom", attachments=(attached,))

    assert margin.shown(shown(covered)) == ("text", "attachment talk.pdf")
    assert notes(covered, "attachment talk.pdf")[0] == ("title", "Title: Puddles on roofs")


def test_mail_that_proposes_nothing_has_nothing_beside_its_own_words():
    asked = message(
        "Hi Helen,\n\nis there a car park?\n\nTom\n\nOn 6 Sep 2027, Helen <h@roofs.example> wrote:\n> Hi"
    )

    assert {names for names, line in notes(asked) if not line.startswith((">", "On"))} == {""}
