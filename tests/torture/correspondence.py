"""What people write during a series, and what must have become of it at the end."""

from __future__ import annotations

import email
import email.policy
import random
from collections import Counter
from dataclasses import dataclass, field

from letters_in import ABSTRACT, mail, proposal

MAILBOXES = ("organisers", "programme")
THEMES = ("digues", "vannes", "sources", "marais", "puits", "berges", "écluses", "nappes", "étangs", "ponts")


@dataclass(frozen=True)
class Sending:
    """A mail on its way into these mailboxes."""

    raw: bytes
    mailboxes: tuple[str, ...]


@dataclass
class Talk:
    """What a speaker believes to have proposed."""

    sender: str
    title: str
    versions: int = 1
    withdrawn: bool = False


@dataclass
class Correspondence:
    """Writes mails and remembers what they ask for."""

    rng: random.Random
    talks: dict[str, Talk] = field(default_factory=dict)  # by the sender's address
    outcomes: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)  # by mailbox
    answered: set[str] = field(
        default_factory=set
    )  # since the last audit: one answer at a time has one order
    made_anew: Counter[str] = field(
        default_factory=Counter
    )  # mailboxes: how often their messages got new UIDs
    expunged: Counter[str] = field(default_factory=Counter)  # by mailbox: mails that somebody deleted
    _written: int = 0

    def propose_to(self, mailbox: str) -> Sending:
        """A proposal that arrives there."""
        self._written += 1
        return self._propose("proposal", (mailbox,))

    def unread(self, sending: Sending, outcome: str | None) -> None:
        """This proposal makes none: nobody can read it (`held`), or it was deleted in time (None)."""
        del self.talks[next(t.sender for t in self.talks.values() if t.sender.encode() in sending.raw)]
        self.outcomes["proposal"] -= 1
        if outcome:
            self.outcomes[outcome] += 1
        else:
            self.delivered.subtract(sending.mailboxes)

    def write(self, answerable: list[bytes]) -> Sending:
        """One mail; `answerable`: letters of ours that speakers have."""
        self._written += 1
        kind = self.rng.choices(
            ("proposal", "twice", "large", "revise", "withdraw", "question", "private", "robot"),
            (30, 6, 4, 20, 5, 8, 10, 5),
        )[0]
        if kind in ("revise", "withdraw"):
            return self._answer(answerable, kind) or self._propose("proposal")
        if kind in ("question", "private", "robot"):
            return self._other(kind)
        return self._propose(kind)

    def _propose(self, kind: str, mailboxes: tuple[str, ...] | None = None) -> Sending:
        number = self._written
        theme = self.rng.choice(THEMES)
        talk = Talk(f"speaker{number}@rivieres.example", f"Une histoire des {theme}, cas numéro {number}")
        abstract = f"Nous parlons des {theme} du cas numéro {number}. {ABSTRACT}"
        raw = proposal(
            title=talk.title,
            abstract=abstract,
            sender=f"Maëlle Fontanel <{talk.sender}>",
            message_id=f"<mail-{number}@rivieres.example>",
        )
        if kind == "large":
            message = email.message_from_bytes(raw, policy=email.policy.default)
            message.add_attachment(
                self.rng.randbytes(200_000), maintype="image", subtype="jpeg", filename="a.jpg"
            )
            raw = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        self.talks[talk.sender] = talk
        self.outcomes["proposal"] += 1
        if kind == "twice":
            self.outcomes["copy"] += 1
            return self._sent(raw, MAILBOXES)
        return self._sent(raw, mailboxes)

    def _answer(self, answerable: list[bytes], kind: str) -> Sending | None:
        """To our latest letter to somebody whose talk still stands."""
        letters = [email.message_from_bytes(raw, policy=email.policy.default) for raw in answerable[-40:]]
        open_ = [
            m
            for m in letters
            if (talk := self.talks.get(str(m["To"].addresses[0].addr_spec)))
            and not talk.withdrawn
            and talk.versions < 4
            and talk.sender not in self.answered
        ]
        if not open_:
            return None
        letter = self.rng.choice(open_)
        talk = self.talks[str(letter["To"].addresses[0].addr_spec)]
        talk.versions += 1
        self.answered.add(talk.sender)
        if kind == "withdraw":
            talk.withdrawn = True
            text = "Bonjour,\n\nJe dois retirer ma proposition.\n\nMaëlle Fontanel\n"
        else:
            talk.title = f"{talk.title.partition(',')[0]}, cas revu {self._written}"
            text = f"Bonjour,\n\nLe titre devient « {talk.title} ».\n\nMaëlle Fontanel\n"
        self.outcomes["follow_up"] += 1
        return self._sent(
            mail(
                text,
                sender=f"Maëlle Fontanel <{talk.sender}>",
                subject=f"Re: {letter['Subject']}",
                answers=str(letter["Message-ID"]),
                message_id=f"<mail-{self._written}@rivieres.example>",
            )
        )

    def _other(self, kind: str) -> Sending:
        number, headers = self._written, {}
        text, subject = f"On déjeune dimanche {number} ?\n\nPaul\n", "Dimanche"
        if kind == "question":
            text = (
                f"Bonjour,\n\nY a-t-il un modèle pour le résumé des exposés (question {number}) ?\n\nPaul\n"
            )
            subject = "Question sur l'appel à exposés"
        elif kind == "robot":
            text, subject, headers = (
                f"Absent jusqu'au {number}.",
                "Absence",
                {"Auto_Submitted": "auto-replied"},
            )
        self.outcomes["question" if kind == "question" else "ignored"] += 1
        raw = mail(
            text,
            subject=subject,
            sender=f"Paul Quentin <paul{number}@famille.example>",
            message_id=f"<mail-{number}@famille.example>",
            **headers,
        )
        return self._sent(raw)

    def _sent(self, raw: bytes, mailboxes: tuple[str, ...] | None = None) -> Sending:
        to = mailboxes or (self.rng.choice(MAILBOXES),)
        self.delivered.update(to)
        return Sending(raw, to)
