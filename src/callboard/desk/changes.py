"""What a mail changes in the tables: a new proposal, a corrected one, a withdrawn one. Every change is a version."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from callboard import store
from callboard.call import TopicMatch
from callboard.desk import letters
from callboard.desk.case import Case
from callboard.desk.matching import speaks_for
from callboard.mailroom.incoming import Address
from callboard.model import Proposal, Speaker, Version
from callboard.proposals import State
from callboard.reading import language, topics
from callboard.reading.result import ProposalFound, SpeakerFound

FIELDS = (
    "title",
    "abstract",
    "language",
    "format",
    "duration_minutes",
    "keywords",
    "availability",
    "bio",
    "links",
)


def new_proposal(case: Case, found: ProposalFound) -> Proposal:
    """Write a proposal and its first version."""
    author, call = case.author, case.desk.call
    proposal = Proposal(
        state=State.SUBMITTED,
        contact=author.address if author else None,
        contact_name=(author.name or None) if author else None,
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
    case.db.add(proposal)
    case.db.flush()
    add_version(case, proposal, "proposed", found, {})
    return proposal


def letter_language(case: Case, found: ProposalFound) -> str:
    """French or English: of the cover letter, else of the proposal, else of the call."""
    for code in (case.reading.language, found.language, case.desk.call.language):
        if code in ("fr", "en"):
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
    known = {store.folded(p["name"]): p["email"] for p in before_people}
    for person in people:
        person["email"] = person["email"] or known.get(store.folded(person["name"]))
    if found.adds_speakers or (found.removes_speakers and not people):
        people = _joined(before_people, people, found.removes_speakers)
    if people and people != before_people:
        changed["speakers"] = [before_people, people]
        replace_speakers(case, proposal, people)
    proposal.fingerprint = store.fingerprint(proposal.title, proposal.abstract)
    # A change of one field says little about the topic; what the whole says now counts.
    whole = found.title == proposal.title and found.abstract == proposal.abstract
    proposal.topics = _as_rows(found.topics if whole else _topics(proposal, case))
    if "availability" in changed:
        proposal.half_days = [half.as_json() for half in found.half_days] if found.half_days else None
    if proposal.language is None and proposal.abstract:
        proposal.language = language.detect(proposal.abstract)
    return changed


def _joined(
    before: list[dict[str, str | None]], people: list[dict[str, str | None]], gone: Iterable[str]
) -> list[dict[str, str | None]]:
    """Those known with those who join, or are at another place now; a name spelt anew keeps what was known of it."""
    there = {store.folded(p["name"]): p for p in before}
    leaving = {store.folded(name) for name in gone} & there.keys()
    for person in people:
        name = store.folded(person["name"])
        words = {*str(person["name"]).casefold().split()}
        spelt = (there[one] for one in sorted(leaving) if words & {*str(there[one]["name"]).casefold().split()})
        same = there.get(name) or next(spelt, {})
        there[name] = {key: value or same.get(key) for key, value in person.items()}
    return [person for name, person in there.items() if name not in leaving] or before


def _topics(proposal: Proposal, case: Case) -> tuple[TopicMatch, ...]:
    words = " ".join(filter(None, (proposal.title, proposal.abstract, *proposal.keywords)))
    return topics.rank(case.desk.call.topics, words)


def _as_rows(matches: tuple[TopicMatch, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(match) for match in matches]


def _people(speakers: Iterable[Speaker | SpeakerFound]) -> list[dict[str, str | None]]:
    return [{"name": s.name, "affiliation": s.affiliation, "email": s.email} for s in speakers]


def replace_speakers(case: Case, proposal: Proposal, people: list[dict[str, str | None]]) -> None:
    """New speaker rows in the order given. The old ones go first: (proposal, position) is unique."""
    if proposal.speakers:
        proposal.speakers.clear()
        case.db.flush()
    proposal.speakers = [
        Speaker(position=i, name=str(p["name"]), affiliation=p["affiliation"], email=p["email"])
        for i, p in enumerate(people)
    ]


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


def correspondent(case: Case, proposal: Proposal) -> Address | None:
    """Who is told what happened: the speaker who wrote; if an organiser did, the proposal's contact."""
    if speaks_for(proposal, case.author):
        return case.author
    return Address(proposal.contact_name or "", proposal.contact) if proposal.contact else None


def revise(case: Case, proposal: Proposal, found: ProposalFound) -> bool:
    """Change the proposal and tell the speaker what changed. False when nothing did."""
    prefix = case.desk.call.prefix
    before = store.card_of(proposal, prefix)
    changed = apply(proposal, found, case)
    if not changed:
        return False
    proposal.updated_at = case.now
    add_version(case, proposal, "revised", found, changed)
    after = store.card_of(proposal, prefix)
    to = correspondent(case, proposal)
    if to is not None:
        letter = letters.updated(case.desk.templates, case.desk.call, before, after, to, case.desk.sender)
        case.owe(letter, f"updated/{proposal.id}/{case.entry.id}", proposal)
    return True


def withdraw(case: Case, proposal: Proposal) -> None:
    """Done at once and confirmed."""
    if proposal.state == State.WITHDRAWN:
        return
    before = proposal.state
    proposal.state = State.WITHDRAWN
    proposal.updated_at = case.now
    add_version(case, proposal, "withdrawn", None, {"state": [before, State.WITHDRAWN]})
    store.cancel_letters(case.db, proposal.id, ("accepted", "declined"), case.now)
    to = correspondent(case, proposal)
    if to is not None:
        card = store.card_of(proposal, case.desk.call.prefix)
        letter = letters.withdrawn(case.desk.templates, case.desk.call, card, to)
        case.owe(letter, f"withdrawn/{proposal.id}/{case.entry.id}", proposal)
