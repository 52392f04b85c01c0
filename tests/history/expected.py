"""What a speaker should see: people, their talks and the letters they are owed, without tables, threads or text.

The model is told each mail in the order in which the worker dealt with it, and says what must have come of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callboard.model import Outcome
from callboard.proposals import State

UNDO = timedelta(days=7)
OVER = (State.WITHDRAWN, State.DECLINED)
PLACED = (State.ACCEPTED, State.CONFIRMED)
DECIDED = (*PLACED, State.DECLINED)


@dataclass
class Talk:
    """A proposal as its speakers know it."""

    number: int
    contact: str
    title: str
    abstract: str
    minutes: int | None
    speakers: dict[str, str]  # name -> address
    state: State = State.SUBMITTED
    actions: list[str] = field(default_factory=lambda: ["proposed"])
    withdrawn_at: datetime | None = None
    before: State = State.SUBMITTED  # the withdrawal
    decisions: list[str] = field(default_factory=list)  # keys of the letters that tell one, the latest last

    def speaks(self, address: str) -> bool:
        return address == self.contact or address in self.speakers.values()


@dataclass(frozen=True)
class Owed:
    """A letter that somebody is owed: how its key begins, to whom, about which proposal."""

    key: str
    to: str
    dead: bool  # letters to them come back: it stands there as given up


@dataclass(frozen=True)
class Mail:
    """What somebody wrote: the deed, and what the deed needs."""

    deed: str
    sender: str
    talk: int | None = None  # the number it is about, as the thread or a reference says
    title: str | None = None
    abstract: str | None = None
    minutes: int | None = None
    person: tuple[str, str] | None = None
    speaker: str = ""  # of a new proposal: the name
    author: str = ""  # of a forwarded one
    letter: int | None = None  # row of the letter that came back
    held: int | None = None  # entry that waits for the answer


@dataclass
class Moment:
    """When the worker dealt with a mail, and what it could know then."""

    entry: int
    arrived: datetime
    now: datetime
    waits: frozenset[str]  # keys of letters that nobody can have yet
    left: frozenset[str]  # and of those that somebody has, or may have
    dead: Callable[[str], bool]


class Model:
    """Everything that should have happened."""

    def __init__(self) -> None:
        self.talks: dict[int, Talk] = {}
        self.owed: list[Owed] = []
        self.accepted: list[tuple[int, datetime]] = []  # talk, moment
        self.chosen: dict[int, int] = {}  # entry that waits -> talk that its sender means
        self._keys: set[str] = set()

    # --- Mails -------------------------------------------------------------------------------------------

    def dealt_with(self, mail: Mail, at: Moment) -> Outcome:
        """What must have become of this mail."""
        outcome: Outcome = getattr(self, f"_{mail.deed}")(mail, at)
        return outcome

    def _propose(self, mail: Mail, at: Moment) -> Outcome:
        return self._filed(mail, mail.sender, at)

    def _filed(self, mail: Mail, author: str, at: Moment) -> Outcome:
        assert mail.title
        assert mail.abstract
        same = [t for t in self.talks.values() if (t.title, t.abstract) == (mail.title, mail.abstract)]
        if any(t.state != State.WITHDRAWN for t in same):
            return Outcome.COPY
        mine = [
            t
            for t in self.talks.values()
            if t.speaks(author) and t.state not in OVER and t.title == mail.title
        ]
        if len(mine) == 1:  # an earlier text of it
            return self._text_again(mail, mine[0], at)
        number = len(self.talks) + 1
        self.talks[number] = Talk(number, author, mail.title, mail.abstract, 20, {mail.speaker: author})
        self._owe(at, f"acknowledgement/{number}", author, number)
        return Outcome.PROPOSAL

    def _text_again(self, mail: Mail, talk: Talk, at: Moment) -> Outcome:
        assert mail.abstract
        talk.abstract, talk.minutes = mail.abstract, 20
        talk.speakers = {mail.speaker: mail.sender}
        talk.actions.append("revised")
        self._owe(at, f"transcript/{at.entry}", mail.sender, talk.number)
        return Outcome.FOLLOW_UP

    def _forward(self, mail: Mail, at: Moment) -> Outcome:
        outcome = self._filed(mail, mail.author, at)
        self._owe(at, f"receipt/{at.entry}", mail.sender, None)
        return outcome

    def _forward_by_stranger(self, mail: Mail, at: Moment) -> Outcome:
        return Outcome.HELD

    def _revise(self, mail: Mail, at: Moment) -> Outcome:
        talk = self._meant(mail)
        if not talk.speaks(mail.sender):
            return Outcome.HELD
        if self._known(talk, at) in OVER:
            return self._to_people(mail, at, talk)
        changed = False
        for name in ("title", "abstract", "minutes"):
            value = getattr(mail, name)
            if value is not None and value != getattr(talk, name):
                setattr(talk, name, value)
                changed = True
        if mail.person and mail.person[0] not in talk.speakers:
            talk.speakers[mail.person[0]] = mail.person[1]
            changed = True
        if not changed:
            self._pass_on(mail, at, talk)
            return Outcome.HELD
        talk.actions.append("revised")
        self._owe(at, f"transcript/{at.entry}", mail.sender, talk.number)
        return Outcome.FOLLOW_UP

    def _withdraw(self, mail: Mail, at: Moment, *, chosen: bool = False) -> Outcome:
        talk = self._meant(mail)
        if not talk.speaks(mail.sender):
            return Outcome.HELD
        if talk.state == State.WITHDRAWN and chosen:
            return Outcome.FOLLOW_UP
        if self._known(talk, at) in OVER:
            return self._to_people(mail, at, talk)
        talk.before, talk.state, talk.withdrawn_at = talk.state, State.WITHDRAWN, at.now
        talk.actions.append("withdrawn")
        self._owe(at, f"transcript/{at.entry}", mail.sender, talk.number)
        if mail.sender != talk.contact:
            self._owe(at, f"transcript/{at.entry}/contact", talk.contact, talk.number)
        return Outcome.FOLLOW_UP

    def _undo(self, mail: Mail, at: Moment) -> Outcome:
        talk = self._meant(mail)
        if not talk.speaks(mail.sender):
            return Outcome.HELD
        if talk.state != State.WITHDRAWN:
            return self._to_people(mail, at, talk)
        assert talk.withdrawn_at is not None
        placed = talk.before in PLACED
        taken = any(
            number != talk.number and moment >= talk.withdrawn_at and self.talks[number].state in PLACED
            for number, moment in self.accepted
        )
        if at.arrived - talk.withdrawn_at > UNDO or (placed and taken):
            self._owe(at, f"told/{talk.number}/{at.now.date()}", mail.sender, talk.number)
            return Outcome.QUESTION
        talk.state = talk.before
        talk.actions.append("restored")
        self._owe(at, f"transcript/{at.entry}", mail.sender, talk.number)
        return Outcome.FOLLOW_UP

    def _confirm(self, mail: Mail, at: Moment) -> Outcome:
        talk = self._meant(mail)
        if not talk.speaks(mail.sender):
            return Outcome.IGNORED
        known = self._known(talk, at)
        if known in OVER:
            return self._to_people(mail, at, talk)
        if known in PLACED and talk.state == State.ACCEPTED:
            talk.state = State.CONFIRMED
            talk.actions.append("confirmed")
            self._owe(at, f"transcript/{at.entry}", mail.sender, talk.number)
            return Outcome.FOLLOW_UP
        confirmed = known in PLACED and talk.state == State.CONFIRMED
        if not confirmed and not self._standing(mail.sender, at):
            return self._to_people(mail, at, talk)
        about = talk.number if confirmed or len(self._of(mail.sender)) == 1 else None
        self._owe(at, f"told/{talk.number}/{at.now.date()}", mail.sender, about)
        return Outcome.FOLLOW_UP

    def _ask_status(self, mail: Mail, at: Moment) -> Outcome:
        cards = self._standing(mail.sender, at)
        talk = self._meant(mail)
        if not cards:
            if talk.speaks(mail.sender):
                return self._to_people(mail, at, talk)
            return Outcome.QUESTION
        news = f"{mail.sender} {[(t.number, t.state) for t in cards]}"
        about = cards[0].number if len(cards) == 1 else None
        self._owe(at, f"standing/{news}/{at.now.date()}", mail.sender, about)
        return Outcome.FOLLOW_UP

    def _ask(self, mail: Mail, at: Moment) -> Outcome:
        talk = self._meant(mail)
        return self._to_people(mail, at, talk) if talk.speaks(mail.sender) else Outcome.QUESTION

    def _thank(self, mail: Mail, at: Moment) -> Outcome:
        return Outcome.FOLLOW_UP

    def _robot(self, mail: Mail, at: Moment) -> Outcome:
        return Outcome.IGNORED

    def _private(self, mail: Mail, at: Moment) -> Outcome:
        return Outcome.IGNORED

    def _again(self, mail: Mail, at: Moment) -> Outcome:
        """The same bytes through another mailbox."""
        return Outcome.COPY

    def _withdraw_one(self, mail: Mail, at: Moment) -> Outcome:
        """Without a thread, by somebody with several talks."""
        theirs = self._of(mail.sender)
        fits = [t for t in theirs if self._known(t, at) != State.DECLINED] or theirs
        if not fits:
            return Outcome.HELD
        if len(fits) == 1:
            return self._withdraw(Mail("withdraw", mail.sender, fits[0].number), at)
        self._owe(at, f"which/{at.entry}", mail.sender, None)
        return Outcome.HELD

    def _choose(self, mail: Mail, at: Moment) -> Outcome:
        """Says which one: the mail that waits is dealt with next, as one about that talk."""
        assert mail.held is not None
        assert mail.talk is not None
        self.chosen[mail.held] = mail.talk
        return Outcome.FOLLOW_UP

    def read_again(self, mail: Mail, at: Moment) -> Outcome:
        """The mail that waited."""
        return self._withdraw(Mail("withdraw", mail.sender, self.chosen.pop(at.entry)), at, chosen=True)

    # --- Organisers --------------------------------------------------------------------------------------

    def decided(self, number: int, state: State, at: Moment) -> None:
        talk = self.talks[number]
        if talk.state == state or (state == State.ACCEPTED and talk.state == State.CONFIRMED):
            return
        talk.state = state
        talk.actions.append(state.value)
        if state == State.ACCEPTED:
            self.accepted.append((number, at.now))
        if self._told(talk, at) == state:
            return  # and nothing else since
        key = f"{state.value}/{number}/{len(talk.actions)}"
        talk.decisions.append(key)
        self._owe(at, key, talk.contact, number)

    def bounced(self, row: int, about: int | None, at: Moment) -> None:
        """A letter came back: it is tried at another address of the proposal."""
        if about is None:
            return
        other = self._alive(self.talks[about], at)
        if other:
            self._owe(at, f"second/{row}", other, None)

    # --- What it takes -----------------------------------------------------------------------------------

    def _meant(self, mail: Mail) -> Talk:
        assert mail.talk is not None
        return self.talks[mail.talk]

    def _of(self, address: str) -> list[Talk]:
        return [t for t in self.talks.values() if t.speaks(address)]

    def _told(self, talk: Talk, at: Moment) -> State | None:
        """The last decision that a letter has told."""
        left = [key for key in talk.decisions if key in at.left]
        return State(left[-1].partition("/")[0]) if left else None

    def _known(self, talk: Talk, at: Moment) -> State:
        """How it stands, as its speakers know."""
        if talk.state in DECIDED and any(key in at.waits for key in talk.decisions):
            return self._told(talk, at) or State.SUBMITTED
        return talk.state

    def _standing(self, address: str, at: Moment) -> list[Talk]:
        theirs = self._of(address)
        told = {State.CONFIRMED: State.ACCEPTED}
        known = all(t.state not in DECIDED or self._told(t, at) == told.get(t.state, t.state) for t in theirs)
        return theirs if known else []

    def _to_people(self, mail: Mail, at: Moment, talk: Talk) -> Outcome:
        self._pass_on(mail, at, talk)
        return Outcome.QUESTION

    def _pass_on(self, mail: Mail, at: Moment, talk: Talk) -> None:
        self._owe(at, f"passed-on/{mail.sender}/{at.now.date()}", mail.sender, talk.number)

    def _alive(self, talk: Talk, at: Moment) -> str | None:
        theirs = (talk.contact, *talk.speakers.values())
        return next((a for a in theirs if a and not at.dead(a)), None)

    def _owe(self, at: Moment, key: str, to: str, about: int | None) -> None:
        if key in self._keys:
            return
        self._keys.add(key)
        if about is not None and at.dead(to):
            to = self._alive(self.talks[about], at) or to
        self.owed.append(Owed(key.partition("/")[0], to, at.dead(to)))
