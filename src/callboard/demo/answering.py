"""An organiser of the demo, who decides by answering her digest: what she writes, and what she sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from callboard.cli.context import out, print_table, printable

# Two decisions, one that is to wait, an opinion, and a line that nobody can be sure of.
WORDS = """Bonjour,

1, 4 oui
2 liste d'attente
5 peut-être 3/5 beau sujet, mais trop long
6 plutôt le matin ?

Solène"""

Taken = Sequence[tuple[str, bytes]]  # letters: recipient, bytes


def read(raw: bytes) -> EmailMessage:
    """A letter as its reader's mail program has it."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def kind(letter: EmailMessage) -> str:
    """What the letter is: the first word of its Message-ID."""
    return str(letter["Message-ID"]).strip("<").split(".")[0]


def digest_of(taken: Taken) -> EmailMessage | None:
    """The first organiser's digest among the letters."""
    return next((letter for letter in (read(raw) for _, raw in taken) if kind(letter) == "digest"), None)


def answer(digest: EmailMessage, at: datetime) -> bytes:
    """Her answer, as a mail program makes it: the digest quoted below."""
    quoted = "\n".join(f"> {line}".rstrip() for line in _text(digest).splitlines())
    mail = EmailMessage()
    mail["From"], mail["To"] = str(digest["To"]), str(digest["Reply-To"])
    mail["Subject"], mail["Date"] = f"Re: {digest['Subject']}", format_datetime(at)
    mail["Message-ID"] = "<answer@demo.example>"
    mail["In-Reply-To"] = mail["References"] = str(digest["Message-ID"])
    mail.set_content(f"{WORDS}\n\nLe {at:%d/%m/%Y}, Callboard a écrit :\n{quoted}\n")
    return mail.as_bytes(policy=policy.SMTP)


def tell(before: int, taken: Taken) -> None:
    """Her answer, the letter that came back, and what left when the time to undo it was over."""
    letters = [(to, read(raw)) for to, raw in taken[before:]]
    out.print("\nSolène Marchetti answers her digest:\n")
    out.print(printable(_indented(WORDS)))
    for _, letter in letters:
        if kind(letter) == "review":
            out.print("\nand this comes back at once:\n")
            out.print(printable(_indented(_text(letter).rpartition("\n\nBonne journée")[0])))
    rows = [(kind(letter), to, str(letter["Subject"])) for to, letter in letters if kind(letter) != "review"]
    print_table(
        "\nWhen this can no longer be undone, the speakers hear of it", ("Letter", "To", "Subject"), rows
    )


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return "\n".join(str(body.get_content()).splitlines()) if body is not None else ""


def _indented(words: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in words.splitlines())
