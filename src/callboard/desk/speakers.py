"""The conversation with a speaker: which proposal a mail is about, and what it changes there."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from callboard import store
from callboard.desk import letters
from callboard.desk.outbox import owe
from callboard.mailroom.incoming import Address
from callboard.model import Outcome, Proposal, Speaker, Version
from callboard.proposals import State
from callboard.reading import language, topics
from callboard.reading.result import Kind, ProposalFound, SpeakerFound

if TYPE_CHECKING:
    from callboard.desk.intake import Case

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
SIMILAR = 0.85  # of two titles: the same talk under a corrected title
CHANGEABLE = (State.SUBMITTED, State.ACCEPTED, State.CONFIRMED, State.WAITLISTED)
SURE = 0.9  # of a withdrawal that is done at once
MOST_BESIDE_THANKS = 3  # words
MOST_THANKS = 500  # characters
# "Merci de transmettre" asks for something.
PLEASE = re.compile(r"\bmerci\s+(?:de|d['’])\s*(?!votre|vos|ton|ta|la|le|l['’]|cette|ce)\w+", re.IGNORECASE)
THANKS = re.compile(
    r"\b(?:un grand |mille |many |so |very )?(?:merci|thanks?|thank you|remercie(?:ments)?)"
    r"(?: bien| beaucoup| infiniment| very much| a lot| so much| again| encore)?"
    r"(?: (?:pour|de|for) (?:votre|ta|la|cette|le|your|the|this)(?: \w+){1,3})?\b"
    r"|\b(?:c['’]est |tout est |all |that is |that['’]s )?"
    r"(?:parfait|perfect|super|great|excellent|entendu|noté|ok)\b"
    r"|\b(?:bien|well) (?:reçue?|noté|received|noted)\b"
    r"|\b(?:bonjour|bonsoir|cher|chère|chers|chères|hello|hi|dear)\b(?: \w+)?"
    r"|\b(?:bien )?cordialement\b|\bbien à vous\b|\bbest(?: regards| wishes)?\b|\b(?:kind |warm )?regards\b"
    r"|\bà (?:bientôt|très bientôt)\b|\bsee you(?: soon| there| then)?\b"
    r"|\b(?:bonne (?:journée|soirée|fin de journée)|bon week-?end|have a (?:nice|good|great) day)\b",
    re.IGNORECASE,
)
SHORTEST_TITLE = 10  # letters, of one that is looked for in a mail
HALF = 0.5  # of the words of two abstracts


# --- Which proposal ------------------------------------------------------------------------------------


def speaks_for(proposal: Proposal, who: Address | None) -> bool:
    """Whether this address is the proposal's contact or one of its speakers'."""
    if who is None:
        return False
    wanted = who.address.casefold()
    theirs = [proposal.contact, *(s.email for s in proposal.speakers)]
    return any(a is not None and a.casefold() == wanted for a in theirs)


def candidates(case: Case) -> Sequence[Proposal]:
    """The proposals that a mail may be about, the surest rule that finds any: our letter it answers, a
    reference it names, everything its sender has proposed."""
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    if letter is not None and letter.proposal_id is not None:
        return [case.db.get_one(Proposal, letter.proposal_id)]
    numbers = [int(r.rpartition("-")[2]) for r in case.reading.references if r.rpartition("-")[2].isdecimal()]
    # A number too large for a key was never one of ours.
    named = [p for n in numbers if n < 2**31 and (p := case.db.get(Proposal, n)) is not None]
    author = case.author
    theirs = store.proposals_of(case.db, author.address) if author else []
    if named and not any(_may_change(case, p) for p in named):
        # A mistyped number, or one that another installation gave: the title says it better.
        return [p for p in theirs if _names_title(case, p)] or named
    return named or theirs


def _names_title(case: Case, proposal: Proposal) -> bool:
    """Whether the mail, quotes included, has the proposal's title."""
    title = store.folded(proposal.title)
    return len(title) >= SHORTEST_TITLE and title in store.folded(
        f"{case.mail.subject}\n{case.reading.full_text}"
    )


def corrected_by(case: Case, found: ProposalFound) -> Proposal | None:
    """The same person's proposal that this text corrects: named by the thread, or of nearly the same title."""
    mine = [p for p in candidates(case) if p.state in CHANGEABLE and speaks_for(p, case.author)]
    near = [p for p in mine if same_talk(p, found)]
    if len(near) == 1:
        return near[0]
    answers = bool(case.reading.references) or _answers_a_letter(case)
    if len(mine) == 1 and answers and (found.title is None or not mine[0].title or not mine[0].abstract):
        return mine[0]
    return None


def _answers_a_letter(case: Case) -> bool:
    return store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to)) is not None


def same_talk(proposal: Proposal, found: ProposalFound) -> bool:
    """Whether a text is the proposal, corrected: the same title, or nearly the same title and much of the abstract.

    Titles that differ in a number ("part 1", "part 2") are two talks.
    """
    ours, theirs = store.folded(proposal.title)[:300], store.folded(found.title)[:300]
    if not ours or not theirs:
        return False
    if ours == theirs:
        return True
    if re.findall(r"\d+", ours) != re.findall(r"\d+", theirs):
        return False
    near = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= SIMILAR
    return near and (
        shared_words(proposal.abstract, found.abstract) >= HALF or not (proposal.abstract and found.abstract)
    )


def shared_words(one: str | None, other: str | None) -> float:
    """Which part of the words of the shorter text the other has too, 0 to 1."""
    a, b = (set((text or "").casefold().split()) for text in (one, other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


# --- What it changes -----------------------------------------------------------------------------------


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
    if found.adds_speakers:
        there = {store.folded(p["name"]) for p in before_people}
        people = before_people + [p for p in people if store.folded(p["name"]) not in there]
    if people and people != before_people:
        changed["speakers"] = [before_people, people]
        replace_speakers(case, proposal, people)
    proposal.fingerprint = store.fingerprint(proposal.title, proposal.abstract)
    # A change of one field says little about the topic; what the whole says now counts.
    whole = found.title == proposal.title and found.abstract == proposal.abstract
    proposal.topics = list(found.topics) if whole else _topics(proposal, case)
    if proposal.language is None and proposal.abstract:
        proposal.language = language.detect(proposal.abstract)
    return changed


def _topics(proposal: Proposal, case: Case) -> list[int]:
    words = " ".join(filter(None, (proposal.title, proposal.abstract, *proposal.keywords)))
    return [index for index, _ in topics.rank(case.desk.call.topics, words)]


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
        _owe(case, letter, f"updated/{proposal.id}/{case.entry.id}", proposal)
    return True


# --- A mail that is no proposal ------------------------------------------------------------------------


def follow_up(case: Case) -> None:
    """A revision, a withdrawal, a question, thanks, or nothing for us."""
    found = candidates(case)
    allowed = [p for p in found if case.entry.approved or _may_change(case, p)]
    kind = case.reading.kind
    if kind is Kind.OTHER:
        _file_other(case, found)
    elif kind is Kind.QUESTION:
        _file_question(case, allowed)
    elif len(allowed) == 1:
        _change(case, allowed[0])
    elif found and not allowed:
        names = named(case, found)
        reason = f"{case.sender} wants to change {names} but is none of its speakers"
        case.hold("not_a_speaker", reason, found[0], sender=case.sender, names=names)
    elif allowed:
        names = named(case, allowed)
        case.hold("ambiguous", f"wants to change a proposal; it may be any of {names}", names=names)
    elif kind is Kind.REVISION and any(p.title and p.abstract for p in case.reading.proposals):
        _as_new(case)
    else:
        reason = f"wants to change a proposal, but none by {case.sender} is known"
        case.hold("none_known", reason, sender=case.sender)


def named(case: Case, proposals: Sequence[Proposal]) -> str:
    """Their references in one line: "P-7, P-8"."""
    return ", ".join(f"{case.desk.call.prefix}-{p.id}" for p in proposals)


def _may_change(case: Case, proposal: Proposal) -> bool:
    return speaks_for(proposal, case.mail.sender) or case.desk.call.is_organiser(case.sender)


def _file_other(case: Case, found: Sequence[Proposal]) -> None:
    """Thanks, or nothing for us. What else a known speaker writes, or anybody writes in answer to a letter of
    ours, is shown to the organisers, never ignored."""
    mine = [p for p in found if speaks_for(p, case.mail.sender)]
    proposal = next(iter((*mine, *found)), None)
    if not (mine or _answers_a_letter(case)):
        case.close(Outcome.IGNORED, case.reading.reason)
    elif only_thanks(case.reading.own_text, case.mail.sender):
        case.close(Outcome.FOLLOW_UP, "nothing to do: thanks", proposal)
    else:
        case.close(Outcome.QUESTION, "a message that a person should read", proposal)


def only_thanks(text: str, sender: Address | None = None) -> bool:
    """Whether a text says thank you and nothing else: what is left without the thanks, greetings and names is at
    most three words."""
    if len(text) > MOST_THANKS:
        return False
    rest = PLEASE.sub(" please ", text)
    rest = THANKS.sub(" ", rest)
    names = set(re.findall(r"\w+", sender.name.casefold())) if sender else set()
    left = [word for word in re.findall(r"\w+", rest.casefold()) if word not in names]
    return len(left) <= MOST_BESIDE_THANKS


def _file_question(case: Case, allowed: Sequence[Proposal]) -> None:
    """A person answers it. A known speaker is told so; a stranger is not, since the mail may be private."""
    proposal = allowed[0] if len(allowed) == 1 else None
    case.close(Outcome.QUESTION, case.reading.reason, proposal)
    if allowed:
        _pass_on(case, proposal)


def _change(case: Case, proposal: Proposal) -> None:
    """Do what a revision or a withdrawal asks, or leave it to a person where that could be a mistake."""
    name, kind = named(case, [proposal]), case.reading.kind
    if not (speaks_for(proposal, case.mail.sender) or case.entry.approved):
        # Anybody can write an organiser's address into From, or pass a mail on with another text.
        reason = f"{case.sender}, who is none of its speakers, asks to change or withdraw {name}"
        case.hold("change_by_other", reason, proposal, names=name, sender=case.sender)
    elif proposal.state in (State.WITHDRAWN, State.DECLINED):
        # Second thoughts, mostly: "please ignore my withdrawal" speaks of withdrawing too.
        case.close(Outcome.QUESTION, f"writes about {name}, which is {proposal.state}", proposal)
        _pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL and case.reading.confidence < SURE and not case.entry.approved:
        # "I cannot come in the afternoon" withdraws nothing.
        reason = f"may want to withdraw {name}, or only says when they cannot come"
        case.hold("unsure_withdrawal", reason, proposal, names=name)
        _pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL:
        withdraw(case, proposal)
        case.close(Outcome.FOLLOW_UP, f"withdrew {name}", proposal)
    elif case.reading.proposals and revise(case, proposal, case.reading.proposals[0]):
        case.close(Outcome.FOLLOW_UP, f"changed {name}", proposal)
    else:
        reason = f"wants to change {name}, but what is to change could not be read"
        case.hold("unclear_change", reason, proposal, names=name)
        _pass_on(case, proposal)


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
        _owe(case, letter, f"withdrawn/{proposal.id}/{case.entry.id}", proposal)


def _pass_on(case: Case, proposal: Proposal | None) -> None:
    """Tell the speaker that a person will answer; once a day, whatever else they (or their robot) write."""
    to = case.mail.sender
    if to is None or case.desk.call.is_organiser(to.address):
        return
    card = store.card_of(proposal, case.desk.call.prefix) if proposal else None
    code = case.reading.language or (card.letter_language if card else case.desk.call.language)
    letter = letters.passed_on(case.desk.templates, case.desk.call, card, to, code)
    who = store.content_hash(to.address.casefold().encode())[:16]
    _owe(case, letter, f"passed-on/{who}/{case.now.date().isoformat()}", proposal)


def _as_new(case: Case) -> None:
    """A "revision" of something unknown that carries a whole proposal is a proposal."""
    from callboard.desk import intake

    results = [intake.take_proposal(case, found) for found in case.reading.proposals]
    case.close(results[0][0], "a whole proposal, though it speaks of a change", results[0][1])


def _owe(case: Case, letter: letters.Letter, key: str, proposal: Proposal | None) -> None:
    owe(case.db, case.desk, letter, key, case.now, answering=case.mail, entry=case.entry, proposal=proposal)
