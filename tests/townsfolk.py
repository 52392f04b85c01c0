"""People who write to a call and answer its letters, as their mail programs do: forty speakers, three organisers.

`Post` takes the letters out of the SMTP sink and lays each into its reader's box; `Person.answer` makes the bytes of
an answer, with the quote that a mail program puts below it. Whoever answers needs nothing but the letter.
"""

from __future__ import annotations

import email
import email.policy
import io
import textwrap
import tomllib
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from html import escape
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from callboard.mailroom.htmltext import html_to_text
from servers import SmtpSink

FOLDER = Path(__file__).parent / "wholecall"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


# --- Letters that arrive at people -----------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """A letter in somebody's box."""

    to: str
    kind: str
    message: EmailMessage = field(repr=False)

    @property
    def subject(self) -> str:
        """With plain blanks."""
        return " ".join(str(self.message["Subject"]).split())

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, subtype: str) -> str:
        body = self.message.get_body((subtype,))
        assert body is not None
        return str(body.get_content())


class Post:
    """Carries letters from the sink to people."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink
        self.carried = 0
        self.boxes: dict[str, list[Received]] = defaultdict(list)

    def carry(self) -> list[Received]:
        """What has left since the last time."""
        new = []
        for mail in self.sink.mails[self.carried :]:
            message = email.message_from_bytes(mail.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            kind = str(message["Message-ID"]).strip("<").split(".")[0]
            (to,) = mail.recipients
            new.append(Received(to, kind, message))
            self.boxes[to].append(new[-1])
        self.carried = len(self.sink.mails)
        return new

    def last(self, to: str, kind: str) -> Received:
        """The last letter of that kind in a box."""
        return next(letter for letter in reversed(self.boxes[to]) if letter.kind == kind)

    def kinds(self, to: str) -> list[str]:
        return [letter.kind for letter in self.boxes[to]]


# --- Answers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Who writes, with which mail program: "thunderbird", "gmail", "outlook", "phone"."""

    name: str
    address: str
    program: str = "thunderbird"
    language: str = "fr"

    def answer(self, letter: Received, words: str, at: datetime) -> bytes:
        """An answer as their mail program sends it: above the quoted letter, or, on the phone, without one."""
        message = EmailMessage()
        message["From"] = formataddr((self.name, self.address))
        message["To"] = str(letter.message["Reply-To"])
        message["Subject"] = f"Re: {letter.subject}"
        message["Date"] = format_datetime(at)
        message["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        message["In-Reply-To"] = str(letter.message["Message-ID"])
        if self.program != "phone":
            earlier = str(letter.message["References"] or "")
            message["References"] = f"{earlier} {letter.message['Message-ID']}".strip()
        getattr(self, f"_{self.program}")(message, letter, words)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=None))

    def _said(self, letter: Received) -> str:
        sender = letter.message["From"].addresses[0].display_name
        when = letter.message["Date"].datetime
        if self.language == "fr":
            return f"Le {when:%d/%m/%Y à %H:%M}, {sender} a écrit :"
        return f"On {when:%d %b %Y at %H:%M}, {sender} wrote:"

    def _thunderbird(self, message: EmailMessage, letter: Received, words: str) -> None:
        quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
        message.set_content(f"{words}\n\n{self.name}\n\n{self._said(letter)}\n{quoted}\n")

    def _gmail(self, message: EmailMessage, letter: Received, words: str) -> None:
        self._thunderbird(message, letter, words)
        above = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in words.split("\n"))
        message.add_alternative(
            f'<div dir="ltr">{above}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
            f'{escape(self._said(letter))}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">'
            f"{letter.html}</blockquote></div>",
            subtype="html",
        )

    def _outlook(self, message: EmailMessage, letter: Received, words: str) -> None:
        """Outlook marks no quote: a header block, then our letter's lines as its HTML part reads."""
        names = ("De", "Envoyé", "À", "Objet") if self.language == "fr" else ("From", "Sent", "To", "Subject")
        separator = " :" if self.language == "fr" else ":"
        sender, when = letter.message["From"].addresses[0], letter.message["Date"].datetime
        values = (
            f"{sender.display_name} <{sender.addr_spec}>",
            f"{when:%A, %d %B %Y %H:%M}",
            f"{self.name} <{self.address}>",
            letter.subject,
        )
        block = "\n".join(f"{n}{separator} {v}" for n, v in zip(names, values, strict=True))
        said = html_to_text(letter.html)
        message.set_content(f"{words}\n\n{self.name}\n\n{'_' * 32}\n{block}\n\n{said}\n")

    def _phone(self, message: EmailMessage, letter: Received, words: str) -> None:
        foot = "Envoyé de mon iPhone" if self.language == "fr" else "Sent from my iPhone"
        message.set_content(f"{words}\n\n{foot}\n")


# --- Proposals ---------------------------------------------------------------------------------------------

LABELS = {
    "fr": "Bonjour,\n\nJe souhaite proposer un exposé pour la journée.\n\nTitre : {title}\n\n"
    "Intervenants : {people}\n\n"
    "Résumé :\n{abstract}\n\nBien cordialement,\n{name}\n",
    "en": "Hello,\n\nI would like to propose a talk for the workshop.\n\nTitle: {title}\n\nSpeakers: {people}\n\n"
    "Abstract:\n{abstract}\n\nBest regards,\n{name}\n",
}
PROSE = {
    "fr": "Bonjour,\n\nJe vous propose un exposé intitulé « {title} ».\n\nRésumé :\n{abstract}\n\n"
    "Bien à vous,\n\n{name}\n{place}\n",
    "en": "Dear organisers,\n\nI propose a talk entitled “{title}”.\n\nAbstract:\n{abstract}\n\n"
    "Kind regards,\n\n{name}\n{place}\n",
}
BARE = {
    "fr": "Bonjour,\n\nVoici ma proposition d'exposé.\n\nRésumé :\n{abstract}\n\nCordialement,\n{name}\n{place}\n",
    "en": "Hello,\n\nThis is my proposal for a talk.\n\nAbstract:\n{abstract}\n\nBest wishes,\n{name}\n{place}\n",
}
ATTACHED = {
    "fr": "Bonjour,\n\nVeuillez trouver ci-joint ma proposition d'exposé.\n\nBien cordialement,\n{name}\n",
    "en": "Hello,\n\nPlease find attached my proposal for a talk.\n\nBest regards,\n{name}\n",
}
SUBJECTS = {"fr": "Proposition d'exposé", "en": "Proposal for a talk"}
MARKDOWN = (
    "Bonjour,\n\nMa proposition pour la journée :\n\n**Titre** : {title}\n**Intervenante** : {people}\n\n"
    "**Résumé** : {abstract}\n\n{name}\n"
)


@dataclass(frozen=True)
class Proposing:
    """One of the forty, and how it is written."""

    number: int
    shape: str
    language: str
    title: str
    speakers: tuple[tuple[str, str, str], ...]  # name, address or "", affiliation
    abstract: str

    @property
    def person(self) -> Person:
        """Who writes: the first speaker, each with a mail program of their own."""
        name, address, _ = self.speakers[0]
        programs = ("thunderbird", "gmail", "phone", "outlook")
        return Person(name, address, programs[self.number % 4], self.language)

    @property
    def words(self) -> dict[str, str]:
        name, _, place = self.speakers[0]
        people = ", ".join(f"{n} ({a})" for n, _, a in self.speakers)
        return {
            "title": self.title,
            "people": people,
            "abstract": self.abstract,
            "name": name,
            "place": place,
        }

    def mail(self, to: str, at: datetime, passed_on_by: Person) -> bytes:
        """The proposal as it arrives; one of shape "forward" through an organiser."""
        message = EmailMessage()
        message["From"] = formataddr((self.person.name, self.person.address))
        message["To"] = to
        message["Subject"] = self.title if self.shape == "subject" else SUBJECTS[self.language]
        message["Date"] = format_datetime(at)
        message["Message-ID"] = make_msgid(domain=self.person.address.rpartition("@")[2])
        fill = {"labels": LABELS, "prose": PROSE, "subject": BARE, "pdf": ATTACHED, "docx": ATTACHED}
        if self.shape == "html":
            lines = LABELS[self.language].format(**self.words).split("\n")
            message.set_content("".join(f"<p>{escape(x)}</p>" for x in lines if x), subtype="html")
        elif self.shape == "markdown":
            message.set_content(MARKDOWN.format(**self.words))
        elif self.shape == "forward":
            self._pass_on(message, passed_on_by)
        else:
            message.set_content(fill[self.shape][self.language].format(**self.words))
        if self.shape in ("pdf", "docx"):
            self._attach(message)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))

    def _pass_on(self, message: EmailMessage, by: Person) -> None:
        author = formataddr((self.person.name, self.person.address))
        head = f"De : {author}\nDate: lun. 8 févr. 2021 à 10:00\nSubject: {message['Subject']}\nTo: <{by.address}>"
        message.replace_header("From", formataddr((by.name, by.address)))
        message.replace_header("Subject", f"Fwd: {message['Subject']}")
        inner = LABELS[self.language].format(**self.words)
        message.set_content(
            f"Arrivé chez moi.\n\n---------- Forwarded message ---------\n{head}\n\n\n{inner}"
        )

    def _attach(self, message: EmailMessage) -> None:
        lines = LABELS[self.language].format(**self.words).split("\n")[4:-3]
        if self.shape == "pdf":
            message.add_attachment(pdf(lines), maintype="application", subtype="pdf", filename="Résumé.pdf")
        else:
            kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
            message.add_attachment(
                docx(lines), maintype="application", subtype=kind, filename="proposal.docx"
            )


def forty() -> tuple[Proposing, ...]:
    """The proposals of the whole call, numbered as they arrive."""
    table = tomllib.loads((FOLDER / "proposals.toml").read_text(encoding="utf-8"))["talk"]
    return tuple(
        Proposing(
            number,
            talk["shape"],
            talk["language"],
            talk["title"],
            tuple((name, address, place) for name, address, place in talk["speakers"]),
            talk["abstract"],
        )
        for number, talk in enumerate(table, 1)
    )


def pdf(lines: list[str]) -> bytes:
    """A page with these lines, long ones broken."""
    target = io.BytesIO()
    canvas, y = Canvas(target, pagesize=A4), 780
    for line in lines:
        for piece in textwrap.wrap(line, 90) or [""]:
            canvas.drawString(60, y, piece)
            y -= 16
    canvas.save()
    return target.getvalue()


def docx(lines: list[str]) -> bytes:
    """A Word document with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(
            "word/document.xml", f"<w:document {WORD}><w:body>{body}<w:sectPr/></w:body></w:document>"
        )
    return target.getvalue()
