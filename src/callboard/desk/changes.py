"""What a mail changes in the tables: a new proposal, a corrected one, a withdrawn one. Every change is a version
and results in a deed, which `replies` tells the speaker."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from callboard import store
from callboard.desk import review
from callboard.desk.case import Case
from callboard.desk.following import half_days, read_for, topics_of
from callboard.desk.letters import LANGUAGES
from callboard.desk.matching import proven, speaks_for
from callboard.desk.replies import Deed, Did
from callboard.model import Proposal, Speaker, Version
from callboard.programme import drafts
from callboard.programme.hours import spanning
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, State
from callboard.reading import language
from callboard.reading.result import ProposalFound, SpeakerFound

FIELDS = (
    "title",
    "abstract",
    "language",
    "format",
    "level",
    "duration_minutes",
    "keywords",
    "availability",
    "bio",
    "links",
)

NAME = 320  # characters of a name that the table holds
SPELT = 0.75  # of two names: one, spelt in two ways

PLACED = frozenset({State.ACCEPTED, State.CONFIRMED})


def new_proposal(case: Case, found: ProposalFound) -> Proposal:
    """Write a proposal and its first version."""
    author, call = case.author, case.desk.call
    proposal = Proposal(
        state=State.SUBMITTED,
        contact=author.address if author else None,
        contact_name=(author.name[:NAME] or None) if author else None,
        letter_language=letter_language(case, found),
        # When it arrived counts, not what its Date says: that is the sender's word.
        late=call.deadline is not None and case.entry.turn > call.deadline,
        fingerprint="",
        submitted_at=case.now,
        updated_at=case.now,
        keywords=[],
        links=[],
    )
    apply(proposal, found, case)
    read_for(proposal, spanning(call, case.desk.programme))
    case.db.add(proposal)
    case.db.flush()
    add_version(case, proposal, "proposed", found, {})
    return proposal


def letter_language(case: Case, found: ProposalFound) -> str:
    """One that letters are written in: of the cover letter, else of the proposal, else of the call."""
    for code in (case.reading.language, found.language, case.desk.call.language):
        if code in LANGUAGES:
            return code
    return "en"


def apply(proposal: Proposal, found: ProposalFound, case: Case) -> dict[str, Any]:
    """Put the fields that were found into the proposal; the rest stays. Returns field -> [before, after]."""
    changed: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(found, name)
        value = list(value) if isinstance(value, tuple) else value
        before = getattr(proposal, name)
        if value and value != before:
            changed[name] = [before, value]
            setattr(proposal, name, value)
    before_people = _people(proposal.speakers)
    people = _people(found.speakers)
    known = {store.folded(p["name"]): p for p in before_people}
    for person in people:
        same = known.get(store.folded(person["name"]), {})
        person |= {key: value or same.get(key) for key, value in person.items()}
    if found.adds_speakers or (found.removes_speakers and not people):
        people = _joined(before_people, people, found.removes_speakers)
    _trust(case, proposal, {(p.email or "").casefold() for p in found.speakers} - {""})
    if people and people != before_people:
        changed["speakers"] = [before_people, people]
        replace_speakers(case, proposal, people)
    proposal.fingerprint = store.fingerprint(proposal.title, proposal.abstract)
    # A change of one field says little about the topic; what the whole says now counts.
    whole = found.title == proposal.title and found.abstract == proposal.abstract
    proposal.topics = (
        [dataclasses.asdict(match) for match in found.topics]
        if whole
        else topics_of(proposal, case.desk.call)
    )
    if "availability" in changed:
        event = spanning(case.desk.call, case.desk.programme)
        proposal.half_days = half_days(found.availability, event)
    if proposal.language is None and proposal.abstract:
        proposal.language = language.detect(proposal.abstract)
    return changed


def _joined(
    before: list[dict[str, str | None]], people: list[dict[str, str | None]], gone: Iterable[str]
) -> list[dict[str, str | None]]:
    """Those known with those who join, or are at another place now; a name spelt anew keeps what was known of it."""
    there = {store.folded(p["name"]): p for p in before}
    names = [str(p["name"]) for p in before]
    leaving = {store.folded(one) for name in gone if (one := meant(name, names))}
    for person in people:
        name = store.folded(person["name"])
        spelt = (there[one] for one in sorted(leaving) if _alike(one, name))
        same = there.get(name) or next(spelt, {})
        there[name] = {key: value or same.get(key) for key, value in person.items()}
    return [person for name, person in there.items() if name not in leaving] or before


def meant(name: str, speakers: Sequence[str]) -> str | None:
    """Which of the speakers that is: by their whole name, or by a part of it that only one of them has."""
    whole = [one for one in speakers if store.folded(one) == store.folded(name)]
    parts = {store.folded(part) for part in name.split()}
    fits = whole or [one for one in speakers if parts <= {store.folded(part) for part in one.split()}]
    return fits[0] if len(fits) == 1 else None


def _alike(one: str, other: str) -> bool:
    """Whether two folded names may be spellings of one: "Paul Berg" is not "Anna Berg"."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= SPELT


def _people(speakers: Iterable[Speaker | SpeakerFound]) -> list[dict[str, str | None]]:
    return [{"name": s.name, "affiliation": s.affiliation, "email": s.email} for s in speakers]


def _trust(case: Case, proposal: Proposal, addresses: Collection[str]) -> None:
    """Let what comes from these addresses change the proposal, where this mail is proven to be of its sender."""
    for speaker in proposal.speakers:
        if (speaker.email or "").casefold() in addresses and not speaker.may_change:
            speaker.may_change = proven(case)


def trust_sender(case: Case, proposal: Proposal) -> None:
    """A person has let a mail through: what else comes from its sender, a speaker, may change the proposal."""
    _trust(case, proposal, {case.sender.casefold()} - {""})


def replace_speakers(case: Case, proposal: Proposal, people: list[dict[str, str | None]]) -> None:
    """New speaker rows in the order given. The old ones go first: (proposal, position) is unique.

    Addresses that the proposal itself brought may change it; one that a later mail names only where that mail is
    proven to be of its sender. Else whoever writes a speaker's address into From once could go on as themselves.
    """
    trusted = {(s.email or "").casefold() for s in proposal.speakers if s.may_change} | _brought(proposal)
    known = {(s.email or "").casefold() for s in proposal.speakers}
    brought = {(p["email"] or "").casefold() for p in people} - known
    new = brought if brought and (proposal.id is None or proven(case)) else set()
    if proposal.speakers:
        proposal.speakers.clear()
        case.db.flush()
    proposal.speakers = [
        Speaker(
            position=i,
            name=str(p["name"]),
            affiliation=p["affiliation"],
            email=p["email"],
            may_change=p["email"] is None or p["email"].casefold() in trusted | new,
        )
        for i, p in enumerate(people)
    ]


def _brought(proposal: Proposal) -> set[str]:
    """The addresses that the proposal itself brought: who was taken off and is put back is trusted as before. None
    where one has become another, since the old one may be somebody else's by now."""
    if proposal.id is None or any(version.action == "readdressed" for version in proposal.versions):
        return set()
    first = next((version for version in proposal.versions if version.action == "proposed"), None)
    people = first.understood.get("speakers", ()) if first is not None else ()
    return {one["email"].casefold() for one in people if one.get("email")}


def add_version(
    case: Case, proposal: Proposal, action: str, found: ProposalFound | None, changed: dict[str, Any]
) -> None:
    """Keep what this message said of the proposal."""
    understood: dict[str, Any] = {}
    if found is not None:
        understood = dataclasses.asdict(dataclasses.replace(found, sources={}))
        understood["half_days"] = [half.as_json() for half in found.half_days or ()]
        understood["sources"] = {name: dataclasses.asdict(source) for name, source in found.sources.items()}
    case.db.add(
        Version(
            proposal_id=proposal.id,
            number=1 if action == "proposed" else store.next_version(case.db, proposal.id),
            entry_id=case.entry.id,
            at=case.now,
            by="speaker" if speaks_for(proposal, case.author) else "organiser",
            action=action,
            understood=understood,
            changed=changed,
        )
    )


def revise(case: Case, proposal: Proposal, found: ProposalFound) -> Deed | None:
    """Change the proposal; None when nothing changed."""
    before = case.card(proposal)
    changed = apply(proposal, found, case)
    if not changed:
        return None
    proposal.updated_at = case.now
    add_version(case, proposal, "revised", found, changed)
    return Deed(Did.CHANGED, before, case.card(proposal))


def withdraw(case: Case, proposal: Proposal) -> Deed:
    """Done at once; for some days its speakers can undo it. Its place in the programme goes to the waiting list."""
    known = store.known_state(case.db, proposal)
    before = _move(case, proposal, State.WITHDRAWN, "withdrawn")
    kinds = (*store.DECISIONS, "reminder", "confirm_reminder", "slot")
    store.cancel_letters(case.db, proposal.id, kinds, case.now)
    if before.state in PLACED:
        review.offer_place(case.db, case.desk, proposal.id, case.now)
    days = case.desk.settings.undo_days
    until = case.now + timedelta(days=days) if days else None
    return Deed(Did.WITHDRAWN, dataclasses.replace(before, state=known), case.card(proposal), until)


def confirm(case: Case, proposal: Proposal) -> Deed:
    """An accepted speaker will come. Saying so twice changes nothing."""
    before = case.card(proposal)
    if proposal.state != State.CONFIRMED:
        _move(case, proposal, State.CONFIRMED, "confirmed")
        store.cancel_letters(case.db, proposal.id, ("confirm_reminder",), case.now)
    return Deed(Did.CONFIRMED, before, case.card(proposal), _slot(case, proposal))


def _slot(case: Case, proposal: Proposal) -> datetime | None:
    """When the talk begins in the public programme; None without a place there."""
    draft = drafts.released(case.db)
    talks = Programme.from_json(draft.content).talks if draft else ()
    return next((talk.start for talk in talks if talk.number == proposal.id), None)


def restore(case: Case, proposal: Proposal) -> Deed:
    """Undo a withdrawal: the state before it, unless it is too late or somebody else has been accepted since.

    An offer of the place that its speaker has not been told is taken back.
    """
    before, last = case.card(proposal), store.last_version(case.db, proposal.id, "withdrawn")
    if last is None or "state" not in last.changed:  # erased, at somebody's request
        return Deed(Did.LEFT_WITHDRAWN, before, before, proposal.updated_at)
    # When the mail arrived counts, not when it was read.
    late = case.entry.turn - last.at > timedelta(days=case.desk.settings.undo_days)
    state = State(last.changed["state"][0])
    if late or (
        state in PLACED and not review.take_place_back(case.db, case.desk, proposal.id, last.at, case.now)
    ):
        return Deed(Did.LEFT_WITHDRAWN, before, before, last.at)
    _move(case, proposal, state, "restored")
    review.revive_letter(case.db, case.desk, proposal, last.at)
    known = store.known_state(case.db, proposal)
    return Deed(Did.RESTORED, before, dataclasses.replace(case.card(proposal), state=known))


def _move(case: Case, proposal: Proposal, state: State, action: str) -> ProposalCard:
    """Give the proposal its new state, and the version that says so. Returns how it stood before."""
    before = case.card(proposal)
    proposal.state, proposal.updated_at = state, case.now
    add_version(case, proposal, action, None, {"state": [before.state, state]})
    return before
