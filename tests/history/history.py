"""A history of mails, answers, crashes and turned clocks, step by step compared with what a speaker should see."""

from __future__ import annotations

import itertools
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import writing
from expected import Mail, Model, Moment
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from premises import MAILBOXES, ORGANISER, Installation

from callboard.errors import Busy
from callboard.mailroom.incoming import read_mail
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome
from callboard.proposals import State
from servers import SmtpSink

A_DAY = timedelta(days=1)
MOST = 6  # automatic letters to one address in a day
OF_OUR_OWN_ACCORD = ("reminder", "confirm_reminder")
NOT_LIMITED = ("accepted", "declined", "second", *OF_OUR_OWN_ACCORD)
SPEAKERS = st.sampled_from(sorted(writing.PEOPLE))
PICK = st.integers(0, 10**6)
BOX = st.sampled_from(MAILBOXES)
LIMIT, DEAD = f"{MOST} letters went to this address within a day", "letters to this address come back"

totals: Counter[str] = Counter()


class History(RuleBasedStateMachine):
    """One installation from its first mail on; `where` is set by the test."""

    where: tuple[Path, Path, SmtpSink]
    numbers = itertools.count(1)

    @initialize(first=SPEAKERS, second=SPEAKERS)
    def begin(self, first: str, second: str) -> None:
        """Two proposals have been answered: what comes first is tested elsewhere."""
        folder, empty, sink = self.where
        sink.handler.script.clear()
        sink.handler.lose_replies = 0
        self.house = Installation(folder / str(next(self.numbers)), empty, sink, max_per_address_per_day=MOST)
        self.model = Model()
        self.sent: dict[tuple[str, int], tuple[bytes, Mail]] = {}  # mailbox and UID -> what it says
        self.raws: list[tuple[bytes, str, Mail]] = []
        self.read: set[bytes] = set()  # those that were dealt with
        self.taken: list[str] = []  # Message-IDs of the letters that the server took
        self.seen: dict[int, datetime] = {}  # entry -> when it was dealt with
        self.wrote: dict[str, datetime] = {}  # address -> when we got a mail from it
        self.returned: dict[str, datetime] = {}  # address -> when a letter to it came back
        self.left: dict[str, datetime] = {}  # Message-ID -> when the server took the letter
        self.may_repeat: Counter[str] = Counter()
        self.first_letter = len(sink.mails)
        self.titles = iter(writing.TITLES)
        self.texts = itertools.count(1)
        self.originals: dict[int, tuple[str, str, str]] = {}  # what was sent first: sender, title, abstract
        self.chosen: set[int] = set()
        for sender in (first, second):
            self.propose(sender, MAILBOXES[0])
        self._work()

    def teardown(self) -> None:
        if hasattr(self, "house"):
            try:
                if not isinstance(sys.exception(), Exception):  # or what failed would fail otherwise
                    self._quiet()
                totals.update(
                    histories=1, passes=self.house.passes, kills=self.house.kills, mails=len(self.sent),
                    letters=len(self.house.sink.mails) - self.first_letter, proposals=len(self.model.talks),
                )  # fmt: skip
            finally:
                self.house.close()

    def _somebody_has_a_letter(self) -> bool:
        return len(self.house.sink.mails) > self.first_letter

    answers = precondition(_somebody_has_a_letter)

    # --- Writing -----------------------------------------------------------------------------------------

    def _send(self, raw: bytes, mail: Mail, box: str) -> None:
        self.house.deliver(raw, box)
        self.raws.append((raw, box, mail))
        self.sent[box, len(self.house.boxes[box].arrived)] = raw, mail

    def _letters(self) -> dict[str, OutboxEntry]:
        """Those that somebody has, by Message-ID."""
        rows = {row.message_id: row for row in self.house.letters()}
        return {m: rows[m] for m in self._taken() if m in rows}

    def _taken(self) -> list[str]:
        new = self.house.sink.mails[self.first_letter + len(self.taken) :]
        self.taken += [str(read_mail(m.content).message_id) for m in new]
        return self.taken

    def _letter(self, pick: int, *kinds: str) -> OutboxEntry | None:
        """One about a single talk, that a person has."""
        rows = [
            row for row in self._letters().values()
            if row.proposal_id is not None and row.recipient != ORGANISER and (not kinds or row.kind in kinds)
        ]  # fmt: skip
        return rows[pick % len(rows)] if rows else None

    @rule(sender=SPEAKERS, box=BOX)
    def propose(self, sender: str, box: str) -> None:
        title = next(self.titles, None)
        if title is None:
            return
        text = writing.abstract(next(self.texts))
        self.originals[len(self.originals)] = sender, title, text
        raw = writing.propose(sender, title, text)
        self._send(
            raw, Mail("propose", sender, title=title, abstract=text, speaker=writing.name_of(sender)), box
        )

    @precondition(lambda self: self.originals)
    @rule(pick=PICK, box=BOX)
    def send_the_same_text_again(self, pick: int, box: str) -> None:
        sender, title, text = self.originals[pick % len(self.originals)]
        raw = writing.propose(sender, title, text)
        self._send(
            raw, Mail("propose", sender, title=title, abstract=text, speaker=writing.name_of(sender)), box
        )

    @precondition(lambda self: self.raws)
    @rule(pick=PICK)
    def send_the_same_mail_to_the_other_mailbox(self, pick: int) -> None:
        raw, box, mail = self.raws[pick % len(self.raws)]
        other = next(name for name in MAILBOXES if name != box)
        self._send(raw, mail, other)

    @rule(author=SPEAKERS, box=BOX)
    def forward(self, author: str, box: str) -> None:
        title = next(self.titles, None)
        if title is None:
            return
        text = writing.abstract(next(self.texts))
        mail = Mail(
            "forward", ORGANISER, title=title, abstract=text, speaker=writing.name_of(author), author=author
        )
        self._send(writing.forward(ORGANISER, author, title, text), mail, box)

    @rule(author=SPEAKERS, box=BOX)
    def forward_by_a_stranger(self, author: str, box: str) -> None:
        raw = writing.forward(writing.STRANGER, author, "Les barques de pierre", writing.abstract(0))
        self._send(raw, Mail("forward_by_stranger", writing.STRANGER), box)

    @answers
    @rule(
        pick=PICK,
        box=BOX,
        way=st.sampled_from(("sentence", "below", "reference", "own")),
        length=st.booleans(),
    )
    def correct(self, pick: int, box: str, way: str, length: bool) -> None:
        row, title = self._letter(pick), next(self.titles, None)
        if row is None or title is None:
            return
        minutes = writing.MINUTES[pick % len(writing.MINUTES)] if length else None
        said = f"Le titre devient « {title} »." + (f" La durée passe à {minutes} minutes." if minutes else "")
        if way == "below":
            said = f"Titre : {title}\n" + (f"Durée : {minutes} minutes\n" if minutes else "")
        if way == "reference":
            raw = writing.write(row.recipient, f"P-{row.proposal_id}", said)
        else:
            answered = self._own_mail(row) if way == "own" else row.raw
            raw = writing.answer(row.recipient, answered, said, quoting=way == "below")
        self._send(raw, Mail("revise", row.recipient, row.proposal_id, title=title, minutes=minutes), box)

    def _own_mail(self, row: OutboxEntry) -> bytes:
        """What this speaker wrote that the letter answers; the letter itself where somebody else wrote it."""
        entry = next((e for e in self.house.entries() if e.id == row.entry_id), None)
        theirs = entry is not None and entry.sender == row.recipient
        return self.sent[entry.mailbox, entry.uid][0] if entry and theirs else row.raw

    @answers
    @rule(pick=PICK, box=BOX)
    def replace_the_abstract(self, pick: int, box: str) -> None:
        row = self._letter(pick)
        if row is None:
            return
        text = writing.abstract(next(self.texts))
        raw = writing.answer(
            row.recipient, row.raw, f"Merci de remplacer le résumé par le suivant :\n\n{text}"
        )
        self._send(raw, Mail("revise", row.recipient, row.proposal_id, abstract=text), box)

    @answers
    @rule(pick=PICK, box=BOX, who=st.sampled_from(writing.JOINING))
    def add_a_speaker(self, pick: int, box: str, who: tuple[str, str]) -> None:
        row = self._letter(pick)
        if row is None:
            return
        said = f"Merci d'ajouter {who[0]} ({who[1]}) comme co-auteur."
        raw = writing.answer(row.recipient, row.raw, said)
        self._send(raw, Mail("revise", row.recipient, row.proposal_id, person=who), box)

    @answers
    @rule(pick=PICK, box=BOX, deed=st.sampled_from(("revise", "withdraw")))
    def a_stranger_wants_a_change(self, pick: int, box: str, deed: str) -> None:
        row = self._letter(pick)
        if row is None:
            return
        said = (
            "Je dois retirer ma proposition." if deed == "withdraw" else "Le titre devient « Rien du tout »."
        )
        raw = writing.answer(writing.STRANGER, row.raw, said)
        self._send(raw, Mail(deed, writing.STRANGER, row.proposal_id, title="Rien du tout"), box)

    @answers
    @rule(
        pick=PICK,
        box=BOX,
        deed=st.sampled_from(
            (
                ("withdraw", "Je dois retirer ma proposition."),
                ("undo", "annuler"),
                ("confirm", "Je confirme ma venue."),
                ("ask_status", "Où en est ma proposition ?"),
                ("ask", "Y a-t-il un modèle pour les diapositives ?"),
                ("thank", "Merci beaucoup !"),
            )
        ),
    )
    def answer(self, pick: int, box: str, deed: tuple[str, str]) -> None:
        row = self._letter(pick)
        if row is not None:
            raw = writing.answer(row.recipient, row.raw, deed[1])
            self._send(raw, Mail(deed[0], row.recipient, row.proposal_id), box)

    @answers
    @rule(pick=PICK, box=BOX)
    def say_yes(self, pick: int, box: str) -> None:
        row = self._letter(pick, "accepted", "confirm_reminder")
        if row is not None:
            raw = writing.answer(row.recipient, row.raw, "Oui, avec plaisir !")
            self._send(raw, Mail("confirm", row.recipient, row.proposal_id), box)

    @rule(sender=SPEAKERS, box=BOX)
    def withdraw_without_saying_which(self, sender: str, box: str) -> None:
        raw = writing.write(sender, "Retrait", "Je dois retirer ma proposition.")
        self._send(raw, Mail("withdraw_one", sender), box)

    @answers
    @rule(pick=PICK, box=BOX)
    def say_which(self, pick: int, box: str) -> None:
        asked = [r for r in self._letters().values() if r.kind == "which" and r.entry_id not in self.chosen]
        if not asked:
            return
        row = asked[pick % len(asked)]
        theirs = sorted(t.number for t in self.model.talks.values() if t.speaks(row.recipient))
        fits = [n for n in theirs if f"P-{n}" in self._excused(row)]
        if not fits or row.entry_id is None:
            return
        self.chosen.add(row.entry_id)
        number = fits[pick % len(fits)]
        raw = writing.answer(row.recipient, row.raw, f"P-{number}")
        self._send(raw, Mail("choose", row.recipient, number, held=row.entry_id), box)

    def _excused(self, row: OutboxEntry) -> list[str]:
        """The talks that the letter asks about."""
        entry = next(e for e in self.house.entries() if e.id == row.entry_id)
        return str(entry.reason_values.get("names", "")).split(", ")

    @answers
    @rule(pick=PICK, box=BOX)
    def a_robot_answers(self, pick: int, box: str) -> None:
        row = self._letter(pick)
        if row is not None:
            said = "Je suis absente jusqu'au 12 et lirai votre message à mon retour."
            raw = writing.answer(row.recipient, row.raw, said, Auto_Submitted="auto-replied")
            self._send(raw, Mail("robot", row.recipient), box)

    @answers
    @rule(pick=PICK, box=BOX)
    def a_letter_comes_back(self, pick: int, box: str) -> None:
        row = self._letter(pick)
        if row is not None:
            self._send(writing.bounce(row.raw), Mail("robot", "", row.proposal_id, letter=row.id), box)

    @rule(box=BOX)
    def write_of_something_else(self, box: str) -> None:
        raw = writing.write(writing.STRANGER, "Dimanche", "On déjeune dimanche chez ta mère ?")
        self._send(raw, Mail("private", writing.STRANGER), box)

    # --- Organisers and the weather ----------------------------------------------------------------------

    @precondition(lambda self: any(t.state != State.WITHDRAWN for t in self.model.talks.values()))
    @rule(pick=PICK, state=st.sampled_from((State.ACCEPTED, State.ACCEPTED, State.DECLINED)))
    def decide(self, pick: int, state: State) -> None:
        numbers = [t.number for t in self.model.talks.values() if t.state != State.WITHDRAWN]
        number = numbers[pick % len(numbers)]
        at = self._moment(0, None, self._whereabouts())
        self.house.decide(number, state)
        self.model.decided(number, state, at)

    # Twice, so that a pass is as likely as several mails.
    @rule()
    def work(self) -> None:
        self._work()

    @rule()
    def work_more(self) -> None:
        self._work()

    @rule(commits=st.integers(0, 8), after=st.booleans())
    def die_at_work(self, commits: int, after: bool) -> None:
        self._work((commits, after))

    @rule(commits=st.integers(0, 30), after=st.booleans())
    def die_late_at_work(self, commits: int, after: bool) -> None:
        self._work((commits, after))

    @rule(hours=st.sampled_from((0.2, 1, 5, 26, 80, 200)))
    def time_goes_by(self, hours: float) -> None:
        self.house.go_on(timedelta(hours=hours))

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.house.clock.now -= timedelta(hours=1)

    @rule(trouble=st.sampled_from(("away", "later", "answer lost", "refused", "none")))
    def the_post_is_unwell(self, trouble: str) -> None:
        handler = self.house.sink.handler
        handler.script.clear()
        if trouble == "away":
            handler.script["MAIL"] = ["421 4.3.2 closing"] * 20
        elif trouble == "later":
            handler.script["RCPT"] = ["451 4.3.0 later"] * 2
        elif trouble == "refused":
            handler.script["RCPT"] = ["550 5.1.1 no such user"]
        elif trouble == "answer lost":
            handler.lose_replies = 1

    @rule(box=BOX, down=st.booleans())
    def a_mailbox_is_away(self, box: str, down: bool) -> None:
        self.house.boxes[box].down = down

    @rule()
    def all_becomes_quiet(self) -> None:
        self._quiet()

    # --- What comes of it --------------------------------------------------------------------------------

    def _work(self, kill: tuple[int, bool] | None = None) -> None:
        letters, sink = self._whereabouts(), self.house.sink
        before, losing = len(self._taken()), sink.handler.lose_replies
        with suppress(Busy):
            died = not self.house.work(kill)
            taken = self._taken()[before:]
            self.left.update(dict.fromkeys(taken, self.house.clock.now))
            self.may_repeat.update(taken[: losing - sink.handler.lose_replies])
            if died:
                self.may_repeat.update(taken[-1:])
        self._observe(letters)

    def _owed(self) -> bool:
        return any(row.state == LetterState.OWED for row in self.house.letters())

    def _whereabouts(self) -> tuple[frozenset[str], frozenset[str]]:
        """The letters that nobody can have yet, and those that somebody may have."""
        rows = self.house.letters()
        untried = (row.key for row in rows if row.state == LetterState.OWED and not row.attempts)
        tried = (row.key for row in rows if row.state == LetterState.SENT or row.attempts)
        return frozenset(untried), frozenset(tried)

    def _observe(self, letters: tuple[frozenset[str], frozenset[str]]) -> None:
        """Tell the model what the pass dealt with, in its order, and compare each outcome."""
        entries = self.house.entries()
        new = [e for e in entries if e.processed_at and self.seen.get(e.id) != e.processed_at]
        rows = {row.id: row for row in self.house.letters()}
        for entry in sorted(new, key=lambda e: e.processed_at or e.received_at):
            raw, mail = self.sent[entry.mailbox, entry.uid]
            if entry.sender:
                received = [self.wrote.get(entry.sender), entry.received_at]
                self.wrote[entry.sender] = max(t for t in received if t)
            at = self._moment(entry.id, entry, letters)
            known = entry.id in self.seen
            if raw in self.read and not known:  # through another mailbox; whichever is read first counts
                mail = Mail("again", "")
            self.read.add(raw)
            outcome = self.model.read_again(mail, at) if known else self.model.dealt_with(mail, at)
            assert entry.outcome == outcome, f"{mail}: {entry.outcome} ({entry.reason}), not {outcome}"
            if mail.letter is not None:
                row = rows[mail.letter]
                # The clock may have been set back since: nothing comes back before it left.
                returned = [self.returned.get(row.recipient), entry.processed_at, self.left[row.message_id]]
                self.returned[row.recipient] = max(t for t in returned if t)
                self.model.bounced(row.id, row.proposal_id, at)
            self.seen[entry.id] = entry.processed_at

    def _moment(
        self, number: int, entry: InboxEntry | None, letters: tuple[frozenset[str], frozenset[str]]
    ) -> Moment:
        arrived = now = self.house.clock.now
        if entry is not None and entry.processed_at is not None:
            arrived, now = entry.turn, entry.processed_at
        return Moment(number, arrived, now, *letters, self._dead)

    def _dead(self, address: str) -> bool:
        returned, wrote = self.returned.get(address), self.wrote.get(address)
        return returned is not None and (wrote is None or wrote <= returned)

    def _quiet(self) -> None:
        """Everything works again; until nothing is left to do."""
        self.house.sink.handler.script.clear()
        for box in self.house.boxes.values():
            box.down = False
        for _ in range(60):
            self._work()
            entries = self.house.entries()
            waiting = len(entries) < len(self.sent) or any(e.outcome == Outcome.WAITING for e in entries)
            if not waiting and not self._owed():
                break
            self.house.go_on(timedelta(minutes=20))
        else:
            raise AssertionError("it does not become quiet")
        self._compare(entries)

    def _compare(self, entries: list[InboxEntry]) -> None:
        assert {(e.mailbox, e.uid) for e in entries} == set(self.sent)
        assert len(entries) == len(self.sent)
        rows = self.house.letters()
        expected = [(one.key, one.to) for one in self.model.owed]
        found = [
            (r.key.partition("/")[0], r.recipient)
            for r in rows
            if r.kind not in OF_OUR_OWN_ACCORD or "second" in r.key
        ]
        same(found, expected)
        self._compare_proposals()
        self._compare_letters(rows)

    def _compare_proposals(self) -> None:
        found = [
            (p.id, p.contact, p.title, p.abstract, p.duration_minutes, p.state, {s.name: s.email for s in p.speakers},
             [v.action for v in sorted(p.versions, key=lambda v: v.number)], [v.number for v in p.versions])
            for p in self.house.proposals()
        ]  # fmt: skip
        expected = [
            (t.number, t.contact, t.title, t.abstract, t.minutes, t.state, t.speakers, t.actions,
             list(range(1, len(t.actions) + 1)))
            for t in self.model.talks.values()
        ]  # fmt: skip
        same(found, expected)

    def _compare_letters(self, rows: list[OutboxEntry]) -> None:
        taken = Counter(self._taken())
        assert set(taken) <= {row.message_id for row in rows}
        reminded = Counter(
            (row.proposal_id, row.kind) for row in rows if row.key.startswith(OF_OUR_OWN_ACCORD)
        )
        assert all(count <= 2 for count in reminded.values())
        to: dict[str, list[OutboxEntry]] = defaultdict(list)
        for row in rows:
            self._compare_letter(row, taken[row.message_id], to[row.recipient])
            to[row.recipient].append(row)
        people = {*writing.PEOPLE, *(address for _, address in writing.JOINING), ORGANISER}
        assert set(to) <= people  # no stranger, no robot

    def _compare_letter(self, row: OutboxEntry, copies: int, earlier: list[OutboxEntry]) -> None:
        recent = sum(other.created_at >= row.created_at - A_DAY for other in earlier)
        limited = recent >= MOST and not row.key.startswith(NOT_LIMITED)
        repeats = self.may_repeat[row.message_id]
        if row.state == LetterState.SENT:
            assert not limited, f"{row.key}: the {recent + 1}th letter of a day"
            assert 1 <= copies <= 1 + repeats, f"{row.key} was sent {copies} times"
        elif row.bounced:
            assert 1 <= copies <= 1 + repeats
        else:
            assert row.state in (LetterState.FAILED, LetterState.CANCELLED)
            assert copies <= repeats, f"{row.key} left, though {row.state}"
        if row.state == LetterState.FAILED and not row.bounced:
            late = row.done_at is not None and row.done_at - row.created_at > timedelta(hours=72)
            known = row.last_error in (LIMIT, DEAD) or (row.last_error or "").startswith("550")
            assert known or late, f"{row.key}: {row.last_error}"
            assert limited or row.last_error != LIMIT


def same(found: list[tuple[object, ...]], expected: list[tuple[object, ...]]) -> None:
    """Equal, or the first difference: whole histories are long."""
    for one, other in itertools.zip_longest(found, expected):
        assert one == other, f"there is {one}, where the model says {other}"
