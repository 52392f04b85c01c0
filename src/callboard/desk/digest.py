"""The organisers' digest as a value, and the letter made of it.

What is in it comes from the tables (`desk.news` gathers it); the order is: what needs a person, what changed,
how things stand, and one line that accounts for every message seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from callboard.call import Call, Organiser
from callboard.desk.letters import Letter, tidied, write
from callboard.desk.wording import first_sentence, one_line
from callboard.mailroom.incoming import Address
from callboard.proposals import ProposalCard
from callboard.templating import Templates

SENTENCE = 160  # characters of an abstract's first sentence
TOPIC = 60
MOST = 30  # lines of one kind, so that the letter stays under the 102 kB at which Gmail cuts
TERMS = (
    "proposals",
    "follow_ups",
    "questions",
    "copies",
    "ignored",
    "dismissed",
    "held",
    "waiting",
    "unexplained",
)


@dataclass(frozen=True)
class HeldLine:
    """A message that waits for a person."""

    id: int
    sender: str | None
    subject: str | None
    reason: str  # in English, where `code` has no words in the organiser's language
    received: datetime
    code: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionLine:
    """A question for a person to answer, about a proposal where one is known."""

    sender: str
    subject: str | None
    excerpt: str | None
    received: datetime
    card: ProposalCard | None = None


@dataclass(frozen=True)
class FailedLine:
    """A letter that could not be delivered."""

    recipient: str
    subject: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class ChangedLine:
    """A proposal that changed since the last digest, and how: names of fields, or "withdrawn"."""

    card: ProposalCard
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class MailboxLine:
    """A mailbox that cannot be read, since when and why."""

    name: str
    error: str
    since: datetime | None = None


@dataclass(frozen=True)
class ProgrammeLine:
    """How the draft programme stands. `where` is the page's address or file; `free` is in minutes."""

    number: int
    placed: int
    left_out: int
    where: str | None = None
    free: int | None = None


@dataclass(frozen=True)
class Account:
    """Every message seen, by what became of it. `messages` is counted apart, so that a loss would show."""

    messages: int = 0
    proposals: int = 0
    follow_ups: int = 0
    questions: int = 0
    copies: int = 0
    ignored: int = 0
    dismissed: int = 0
    held: int = 0
    waiting: int = 0

    @classmethod
    def of(cls, outcomes: Mapping[str, int], messages: int | None = None) -> Account:
        """From counts by `model.Outcome`; `messages` is their sum unless counted apart."""
        names = {
            "proposal": "proposals",
            "follow_up": "follow_ups",
            "question": "questions",
            "copy": "copies",
        }
        counts = {names.get(str(outcome), str(outcome)): count for outcome, count in outcomes.items()}
        return cls(messages=sum(outcomes.values()) if messages is None else messages, **counts)

    @property
    def unexplained(self) -> int:
        """Messages without an outcome: zero, or something is wrong and is shown."""
        return self.messages - sum(int(getattr(self, name)) for name in TERMS[:-1])

    @property
    def terms(self) -> tuple[tuple[str, int], ...]:
        """The summands that are not zero; they always sum to `messages`."""
        return tuple((name, count) for name in TERMS if (count := getattr(self, name)))


@dataclass(frozen=True)
class DigestContent:
    """Everything a digest may tell. Cards are whole; the letter shortens them."""

    since: datetime | None  # of the last digest; None: this is the first
    now: datetime
    account: Account
    new: tuple[ProposalCard, ...] = ()
    changed: tuple[ChangedLine, ...] = ()
    incomplete: tuple[ProposalCard, ...] = ()
    undecided: tuple[ProposalCard, ...] = ()
    held: tuple[HeldLine, ...] = ()
    questions: tuple[QuestionLine, ...] = ()
    failed_letters: tuple[FailedLine, ...] = ()
    mailboxes_down: tuple[MailboxLine, ...] = ()
    accepted: int = 0
    declined: int = 0
    withdrawn: int = 0
    waitlisted: int = 0
    programme: ProgrammeLine | None = None


def has_news(content: DigestContent) -> bool:
    """Whether anything happened since the last digest. What merely still waits is no news."""

    def fresh(moment: datetime) -> bool:
        return content.since is None or moment > content.since

    return bool(
        content.new
        or content.changed
        or content.mailboxes_down
        or any(fresh(line.received) for line in content.held)
        or any(fresh(line.received) for line in content.questions)
        or any(fresh(line.at) for line in content.failed_letters)
    )


def digest(templates: Templates, call: Call, organiser: Organiser, content: DigestContent) -> Letter:
    """The digest for one organiser, in their language. Raises ValueError for one without an address."""
    if not organiser.address:
        raise ValueError(f"{organiser.name} has no address that a digest could go to")
    to = Address(organiser.name, organiser.address)
    language = organiser.language or call.language
    return write(templates, "digest", (language,), call, to, **_values(call, content))


def _values(call: Call, content: DigestContent) -> dict[str, object]:
    zone = call.zone
    shown = {card.number for card in content.new}
    older = tuple(card for card in content.undecided if card.number not in shown)
    # What a new proposal lacks stands beside it already.
    incomplete = tuple(card for card in content.incomplete if card.number not in shown)
    counts = {
        "new": len(content.new),
        "changed": len(content.changed),
        "incomplete": len(incomplete),
        "older": len(older),
        "held": len(content.held),
        "questions": len(content.questions),
        "failed_letters": len(content.failed_letters),
        "undecided": len(content.undecided),
        "mailboxes_down": len(content.mailboxes_down),
    }
    return {
        "new": tuple(tidied(c) for c in content.new[:MOST]),
        "changed": tuple(replace(line, card=tidied(line.card)) for line in content.changed[:MOST]),
        "incomplete": tuple(tidied(c) for c in incomplete[:MOST]),
        "older": tuple(tidied(c) for c in older[:MOST]),
        "held": tuple(_held(line, zone) for line in content.held[:MOST]),
        "questions": tuple(_question(line, zone) for line in content.questions[:MOST]),
        "failed_letters": tuple(_failed(line, zone) for line in content.failed_letters[:MOST]),
        "mailboxes_down": tuple(_mailbox(line, zone) for line in content.mailboxes_down),
        "counts": counts,
        "more": {name: max(count - MOST, 0) for name, count in counts.items()},
        "content": content,
        "account": content.account,
        "since": content.since.astimezone(zone) if content.since else None,
        "example": content.undecided[0].number if content.undecided else None,
        "sentence": lambda abstract: first_sentence(abstract, SENTENCE),
        "topics": lambda card: [_topic(call, t.index) for t in card.topics if t.index < len(call.topics)],
    }


def _topic(call: Call, index: int) -> str:
    return one_line(call.topics[index].text, TOPIC).rstrip(" ;.,:")


def _held(line: HeldLine, zone: tzinfo) -> HeldLine:
    return replace(
        line,
        sender=one_line(line.sender, 120) if line.sender else None,
        subject=one_line(line.subject, 120) if line.subject else None,
        reason=one_line(line.reason, 300),
        received=line.received.astimezone(zone),
        values={name: one_line(value, 120) for name, value in line.values.items()},
    )


def _question(line: QuestionLine, zone: tzinfo) -> QuestionLine:
    return replace(
        line,
        sender=one_line(line.sender, 120),
        subject=one_line(line.subject, 120) if line.subject else None,
        excerpt=one_line(line.excerpt, 300) if line.excerpt else None,
        received=line.received.astimezone(zone),
        card=tidied(line.card) if line.card else None,
    )


def _failed(line: FailedLine, zone: tzinfo) -> FailedLine:
    return replace(
        line,
        recipient=one_line(line.recipient, 120),
        subject=one_line(line.subject, 120),
        reason=one_line(line.reason, 300) if line.reason else None,
        at=line.at.astimezone(zone),
    )


def _mailbox(line: MailboxLine, zone: tzinfo) -> MailboxLine:
    since = line.since.astimezone(zone) if line.since else None
    return replace(line, error=one_line(line.error, 300), since=since)
