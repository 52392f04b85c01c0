"""The organisers' digest as a value, and the letter made of it.

What is in it comes from the tables (`desk.news` gathers it); the order is: what needs a person, what changed,
how things stand, and one line that accounts for every message seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo

from callboard.call import Call, Organiser
from callboard.desk.letters import Letter, tidied, write
from callboard.desk.rules import OF
from callboard.desk.standing import Standing
from callboard.desk.wording import clip, first_sentence, one_line
from callboard.mailroom.incoming import Address
from callboard.programme.moves import Move
from callboard.programme.timetable import Clash
from callboard.proposals import ProposalCard, State
from callboard.templating import Templates

SENTENCE = 160  # characters of an abstract's first sentence
TOPIC = 60
BAR = 20  # blocks of the longest bar of a chart
LABEL = 40  # characters of a bar's label
DAYS = 7  # of a chart: the latest on which proposals came in
NAMED = 60  # proposals to decide that are named, beyond those shown whole
MOST = 30  # lines of one kind, so that the letter stays under the 102 kB at which Gmail cuts
TERMS = (
    "proposals",
    "follow_ups",
    "questions",
    "copies",
    "ignored",
    "reviews",
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
    acceptable: bool = True  # whether it can be read again as a proposal; bytes that are no mail cannot


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
    """How the draft programme stands. `where` is the public page's address; `free` is in minutes."""

    number: int
    placed: int
    left_out: int
    where: str | None = None
    free: int | None = None
    places: int | None = None  # for talks, without those that accepted talks have
    moved: tuple[Move, ...] = ()  # since the last digest
    clashes: tuple[Clash, ...] = ()  # what could not all be had
    public: int | None = None  # the draft that everybody sees
    enclosed: bool = False  # whether the draft goes with the digest


@dataclass(frozen=True)
class Bar:
    """A line of a chart. `length` is of `BAR`."""

    label: str | date
    count: int
    length: int


@dataclass(frozen=True)
class Account:
    """Every message seen, by what became of it. `messages` is counted apart, so that a loss would show."""

    messages: int = 0
    proposals: int = 0
    follow_ups: int = 0
    questions: int = 0
    copies: int = 0
    ignored: int = 0
    reviews: int = 0
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
            "review": "reviews",
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
    everything: tuple[ProposalCard, ...] = ()  # for the charts
    standings: Mapping[int, Standing] = field(default_factory=dict)  # by number
    pending: tuple[ProposalCard, ...] = ()  # decided, and not told yet
    told: tuple[ProposalCard, ...] = ()  # to their speakers since the last digest
    by_mail: bool = True  # whether an answer decides
    closed: bool = False  # the deadline has passed since the last digest


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


def digest(
    templates: Templates, call: Call, organiser: Organiser, content: DigestContent, code: str = ""
) -> Letter:
    """The digest for one organiser, in their language. Raises ValueError for one without an address.

    `code` is what an answer must show; without one the letter only informs.
    """
    if not organiser.address:
        raise ValueError(f"{organiser.name} has no address that a digest could go to")
    to = Address(organiser.name, organiser.address)
    language = organiser.language or call.language
    values = {**_values(call, organiser, content), **_state(call, content), "code": code}
    return write(templates, "digest", (language,), call, to, **values)


def _values(call: Call, organiser: Organiser, content: DigestContent) -> dict[str, object]:
    zone, address = call.zone, (organiser.address or "").casefold()
    mine = tuple(c for c in content.undecided if _waits(content, c, address))
    others = tuple(c for c in content.undecided if c not in mine)
    # What is to be decided is shown once, above, with all that is known of it.
    shown = {card.number for card in content.undecided}
    new = tuple(card for card in content.new if card.number not in shown)
    incomplete = tuple(c for c in content.incomplete if c.number not in shown | {n.number for n in new})
    lists: dict[str, tuple[ProposalCard, ...]] = {
        "mine": mine,
        "others": others,
        "new": new,
        "incomplete": incomplete,
        "pending": content.pending,
        "told": content.told,
    }
    # The two lists of whole cards share their room; what is left is named, a line each.
    fresh = {card.number for card in content.new}
    lists["mine"], lists["mine_too"] = _whole(mine, MOST, fresh)
    lists["others"], lists["others_too"] = _whole(others, max(MOST - len(mine), 0), fresh)
    room = dict.fromkeys(lists, MOST) | {"mine_too": NAMED, "others_too": max(NAMED - len(mine), 0)}
    counts = {name: len(cards) for name, cards in lists.items()} | {
        "mine": len(mine),
        "others": len(others),
        "undecided": len(content.undecided),
        "arrived": len(content.new),
        "changed": len(content.changed),
        "held": len(content.held),
        "questions": len(content.questions),
        "failed_letters": len(content.failed_letters),
        "mailboxes_down": len(content.mailboxes_down),
    }
    return {
        **{name: tuple(tidied(card) for card in cards[: room[name]]) for name, cards in lists.items()},
        "changed": tuple(replace(line, card=tidied(line.card)) for line in content.changed[:MOST]),
        "held": tuple(_held(line, zone) for line in content.held[:MOST]),
        "questions": tuple(_question(line, zone) for line in content.questions[:MOST]),
        "failed_letters": tuple(_failed(line, zone) for line in content.failed_letters[:MOST]),
        "mailboxes_down": tuple(_mailbox(line, zone) for line in content.mailboxes_down),
        "counts": counts,
        "more": {name: max(count - room.get(name, MOST), 0) for name, count in counts.items()},
        "example": next((card.number for card in (*mine, *others)), 1),
        "fresh": fresh,
        "standing": lambda card: _standing(content.standings.get(card.number, Standing()), address, zone),
    }


def _state(call: Call, content: DigestContent) -> dict[str, object]:
    """What stands below: how things are, and the words for it."""
    zone = call.zone
    return {
        "content": content,
        "account": content.account,
        "since": content.since.astimezone(zone) if content.since else None,
        "sentence": lambda abstract: first_sentence(abstract, SENTENCE),
        "topics": lambda card: [_topic(call, t.index) for t in card.topics if t.index < len(call.topics)],
        "by_topic": _by_topic(call, content.everything),
        "by_day": _by_day(content.everything, zone),
        "moved": [
            replace(
                move,
                title=one_line(move.title, 120) if move.title else None,
                start=move.start.astimezone(zone) if move.start else None,
            )
            for move in (content.programme.moved[:MOST] if content.programme else ())
        ],
    }


def _whole(
    cards: Sequence[ProposalCard], most: int, fresh: Container[int]
) -> tuple[tuple[ProposalCard, ...], tuple[ProposalCard, ...]]:
    """Those shown whole, and the others: the new ones first, since earlier digests have shown the old."""
    chosen = {card.number for card in sorted(cards, key=lambda c: c.number not in fresh)[:most]}
    return tuple(c for c in cards if c.number in chosen), tuple(c for c in cards if c.number not in chosen)


def _waits(content: DigestContent, card: ProposalCard, address: str) -> bool:
    """Whether a proposal waits for this organiser's vote, as far as that is known. Where the votes decide nothing, it
    waits for each who may judge it."""
    standing = content.standings.get(card.number)
    if standing is None or address in standing.waits_for:
        return True
    return standing.missing > 0 and not standing.waits_for and address not in standing.recused


def _standing(standing: Standing, address: str, zone: tzinfo) -> dict[str, object]:
    """How a proposal stands, as the templates want it, for this organiser."""
    conflict = standing.recused.get(address)
    return {
        "votes": [replace(vote, who=one_line(vote.who, 60)) for vote in standing.votes],
        "of": OF,
        "missing": standing.missing,
        "waits_for": [one_line(name, 60) for name in standing.waits_for.values()],
        "mean": standing.mean,
        "alike": standing.alike,
        "leaves": standing.leaves.astimezone(zone) if standing.leaves else None,
        "known": standing.known,
        "known_at": standing.known_at.astimezone(zone) if standing.known_at else None,
        "corrected": standing.corrected,
        "conflict": {"reason": conflict.reason.value, "whom": one_line(conflict.with_whom, 60)}
        if conflict
        else None,
    }


def _by_topic(call: Call, cards: Sequence[ProposalCard]) -> tuple[Bar, ...]:
    """How many proposals each topic of the call has, by the best of each."""
    counts = Counter(c.topics[0].index for c in cards if c.topics and c.state != State.WITHDRAWN)
    if not counts:
        return ()
    return _bars([(_topic(call, n), counts[n]) for n in range(len(call.topics))])


def _by_day(cards: Sequence[ProposalCard], zone: tzinfo) -> tuple[Bar, ...]:
    """How many proposals came in on each of the latest days that brought one."""
    counts = Counter(card.submitted_at.astimezone(zone).date() for card in cards)
    return _bars([(day, counts[day]) for day in sorted(counts)[-DAYS:]])


def _bars(counted: Sequence[tuple[str | date, int]]) -> tuple[Bar, ...]:
    most = max((count for _, count in counted), default=0)
    scale = max(most, BAR)
    return tuple(
        Bar(
            clip(label, LABEL) if isinstance(label, str) else label,
            count,
            max(1, count * BAR // scale) if count else 0,
        )
        for label, count in counted
    )


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
