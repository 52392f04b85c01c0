"""What the sender of a mail wants: to propose a talk, to change or withdraw it, to ask, or something else.

A title and an abstract do not make a proposal: newsletters, theses and patches have them too. So no phrase
decides alone: whether a mail proposes is a sum of what speaks for and against it. What a mail asks for that
answers a letter of ours is told sentence by sentence, since a condition, a question or somebody else's doings
turn the same words into nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from callboard.mailroom.mail import IncomingMail
from callboard.reading import absence, conditions, inquiry, leavers, takenback
from callboard.reading.evidence import ENOUGH, Evidence
from callboard.reading.quoting import Parts
from callboard.reading.result import Kind
from callboard.reading.screening import Verdict
from callboard.reading.speech import Sentence, holding
from callboard.reading.vocabulary import pattern

# PLAIN, ALONE: of those who will not come, and say no more; somebody else might come for them.
SURE, PLAIN, ALONE, LIKELY = 0.95, 0.92, 0.85, 0.8
_CLAUSE = re.compile(r"[,;:()]|(?<!\w)(?:et|donc|and|so|but|mais|therefore|und|y|e)(?!\w)")
_NEAR = 8  # words in front of a verb in which it is denied
_BEHIND = 4  # and from it on: "ne retirez surtout pas"
_LETTER = 400  # words of a mail whose "twenty minutes" are about what it holds
_SHORT = 80  # words of a follow-up whose every sentence counts
_NEEDED = 4.9  # what has to speak for a proposal
_AUTHORED = 3.5
_DOUBTFUL = 2.0  # and from where on, whether it holds one or not, a person should look
_EMPTY = "holds no talk"
_AGAINST = re.compile(r"[{}^$\\=+*_|]")  # around "p-1" in a formula


def intent(
    evidence: Evidence,
    *,
    has_fields: bool,
    follow_up: bool,
    named: bool = False,
    whole: bool | None = None,
    changes: bool = False,
    authored: bool = False,
) -> Verdict:
    """What a person wants with a mail that holds this.

    `has_fields`: the own text or a document holds what a proposal consists of. `follow_up`: it names one of our
    references (P-7), or answers a letter of ours. `named`: a sentence offers a talk by its title. `whole`: the
    fields are more than the subject's title and some text, which every answer has. `changes`: a sentence says
    what a field is now. `authored`: a document proposes a talk of its sender's. An answer is a follow-up only when
    it refers to a proposal, by reference or in words: "Re: the call" may well be a first proposal (field note 47).
    """
    fields = (has_fields if whole is None else whole) and not evidence.recovered
    return _verdict(evidence, has_fields, named, follow_up, fields, changes, authored)


def cannot_come(text: str, author: str | None) -> Verdict:
    """That somebody is away on every day of the event. Perhaps they think of another day, or of sending somebody: a
    person looks, but where they were asked whether they will come and say nothing else."""
    sure = ALONE if absence.single(text, author) else LIKELY
    return Verdict(Kind.WITHDRAWAL, "cannot come on any day of the event", sure)


def settled(evidence: Evidence, may_offer: Callable[[], bool]) -> Verdict | None:
    """What a person wants who writes about no proposal of ours, when it is the same whatever fields the mail holds.

    Most private mail is told so, and need not be searched for a title. `may_offer`: whether a sentence may offer a
    talk by its title; asked only where that counts.
    """

    def verdict(*, held: bool, named: bool) -> Verdict:
        fields = held and not evidence.recovered
        return _verdict(evidence, held, named, False, fields, False, held and evidence.documents)

    without = verdict(held=False, named=False)
    if verdict(held=True, named=True) == without:
        return without
    return without if not may_offer() and verdict(held=True, named=False) == without else None


def _verdict(
    evidence: Evidence,
    has_fields: bool,
    named: bool,
    follow_up: bool,
    fields: bool,
    changes: bool,
    authored: bool,
) -> Verdict:
    return (
        _withdrawal(evidence, follow_up, has_fields)
        or (_follow_up(evidence, fields, changes) if follow_up else evidence.once(_amendment))
        or (None if follow_up else _proposal(evidence, has_fields, named, authored))
        or evidence.once(_question, follow_up)
        or evidence.once(_other, follow_up)
    )


def references(mail: IncomingMail, parts: Parts, prefix: str) -> tuple[str, ...]:
    """Our references in subject, own text and quotes (P-7, p-083), in upper case, each once."""
    # What it begins with stands in front, where it is found at once.
    sign = re.escape(f"{prefix}-")
    known = re.compile(rf"{sign}(?<![\w/-]{sign})(\d{{1,6}})(?![\w-])", re.IGNORECASE)
    found = [f"{prefix}-{one[1]}".upper() for one in known.finditer(mail.subject[:500])]
    for text in (parts.own[:ENOUGH], parts.quoted[:ENOUGH]):
        for one in known.finditer(text) if f"{prefix}-" in text else ():
            # "p-1" in a formula is none of ours.
            around = text[max(0, one.start() - 1) : one.start()] + text[one.end() : one.end() + 1]
            if not _AGAINST.search(around) and one[0][: len(prefix)] == prefix:
                found.append(f"{prefix}-{one[1]}".upper())
    return tuple(dict.fromkeys(found))


def names(subject: str, prefix: str) -> bool:
    """Whether a subject holds one of our references."""
    return bool(
        re.search(rf"(?<![\w/-]){re.escape(prefix)}-\d{{1,6}}(?![\w-])", subject[:500], re.IGNORECASE)
    )


# ---- Withdrawing ----


def _withdrawal(evidence: Evidence, follow_up: bool, has_fields: bool) -> Verdict | None:
    """Words of withdrawing one's own talk, without condition, negation or question."""
    if has_fields and not follow_up and evidence.labels:
        return None  # an abstract may speak of withdrawing anything
    long = has_fields and evidence.words > _SHORT
    for one in holding(evidence.sentences, "withdraw"):
        sure = _withdraws(one)
        if sure and _second_thoughts(evidence, one):
            sure = min(sure, LIKELY)
        if sure and _about_ours(evidence, one, follow_up, long):
            return Verdict(Kind.WITHDRAWAL, "says that the proposal is withdrawn", sure)
    ours = follow_up or takenback.accepted(evidence.sentences)
    if not ours or long or not _all_cancelled(evidence) or evidence.says("replacement"):
        return None
    if takenback.asks_for_another(evidence.sentences):
        return None
    sure = ALONE if follow_up and absence.alone(evidence.text, evidence.author) else LIKELY
    sure = PLAIN if follow_up and absence.plain(evidence.text, evidence.author) else sure
    return Verdict(Kind.WITHDRAWAL, "says that the talk will not be given", sure)


def _second_thoughts(evidence: Evidence, one: Sentence) -> bool:
    """Whether what stands beside a sentence that withdraws leaves a doubt that a person should look at."""
    return (
        evidence.says("joking")
        or conditions.taken_back(evidence.sentences, one)
        or takenback.asks_for_another(evidence.sentences)
    )


def _all_cancelled(evidence: Evidence) -> bool:
    """Whether a sentence cancels the talk, and the next one does not say "I would rather not."."""
    refused = takenback.refusals(evidence.sentences)
    return any(_cancels(one) for one in holding(evidence.sentences, "cannot") if one not in refused)


def _about_ours(evidence: Evidence, one: Sentence, follow_up: bool, long: bool) -> bool:
    """Whether a sentence is about a proposal to this call: a thread says so, or "my proposal" in a short letter."""
    if long or not follow_up:
        own = one.holds("mine") or (not long and (evidence.says("earlier") or evidence.answers))
        return own and (follow_up or not (evidence.listed or evidence.words > 250))
    return True


def _withdraws(one: Sentence) -> float:
    """How surely a sentence withdraws a talk of its speaker's, 0 when it does not."""
    said = one.finds("withdraw")
    if said is None or not _meant(one, said.start()) or takenback.elsewhere(one) or one.holds("theirs"):
        return 0.0
    if one.holds("change") or not takenback.is_talk(one, said) or leavers.named_alone(one):
        return 0.0  # "take Paul off the list of authors", "remove Anna"
    if _denied(one, said) or pattern("intent", "unsure", one.language).search(said[0]):
        return 0.0
    if absence.beside_talk(one, said.start()):
        return 0.0
    if one.asks:
        return LIKELY if one.requests else 0.0
    in_part = one.holds("in_part") or (one.holds("taking_part") and (one.says("day") or one.says("daypart")))
    unsure = in_part or one.holds("reported") or takenback.perhaps_another(one, said)
    return LIKELY if unsure else SURE


def _denied(one: Sentence, said: re.Match[str]) -> bool:
    """Whether the clause denies its verb: "I have no intention of withdrawing", "ne retirez surtout pas"."""
    before = _CLAUSE.split(one.plain[: said.start()])[-1].split()[-_NEAR:]
    behind = _CLAUSE.split(one.plain[said.start() :])[0].split()[:_BEHIND]
    around = pattern("intent", "forced").sub(" ", " ".join(before))
    denies = pattern("intent", "denies", one.language)
    return bool(denies.search(around) or denies.search(" ".join(behind).replace(said[0], " ", 1)))


def _cancels(one: Sentence) -> bool:
    """Whether a sentence says that its speaker will not give the talk at all, rather than not in the morning."""
    said = one.finds("cannot")
    if said is None or one.asks or one.says("daypart") or takenback.elsewhere(one):
        return False
    if absence.of_something_else(one):
        return False
    if one.says("day") and not one.holds("mine"):
        return False  # of one day of several
    return _meant(one, said.start())


def _meant(one: Sentence, at: int) -> bool:
    """Whether the words at `at` are the speaker's, unconditional, neither doubted nor denied."""
    if one.doubtful or one.holds("negation") or takenback.undone(one) or one.of_others(at):
        return False
    return not pattern("intent", "unsure", one.language).search(one.plain[:at])


# ---- Changing ----


def _follow_up(evidence: Evidence, fields: bool, changes: bool) -> Verdict | None:
    """What an answer about a proposal changes or adds."""
    if fields or any(map(changing, evidence.sentences)):
        return Verdict(Kind.REVISION, "changes a proposal that it refers to", 0.92)
    if changes and not any(one.asks for one in evidence.sentences if not one.requests):
        return Verdict(Kind.REVISION, "says what is to change in a proposal that it refers to", 0.9)
    if evidence.documents and not evidence.says("other_document"):
        return Verdict(Kind.REVISION, "brings a document for a proposal that it refers to", 0.85)
    if any(map(telling, evidence.sentences)):
        return Verdict(Kind.REVISION, "adds to a proposal that it refers to", 0.75)
    return None


def changing(one: Sentence) -> bool:
    """Whether a sentence changes something of a proposal, or politely asks for it."""
    if not (one.holds("change") or one.holds("amend") or _hands_over(one)):
        return _swaps(one)
    if one.holds("unchanged") or conditions.bound(one):
        return False
    if not one.asks:
        return not one.holds("permission") or one.quotes
    return one.quotes or (one.requests and not one.holds("permission"))


def _hands_over(one: Sentence) -> bool:
    """Whether somebody else is to give the talk: "I will give the talk" replaces nobody."""
    said = one.finds("replacement")
    return said is not None and not one.of_speaker(said.start())


def _swaps(one: Sentence) -> bool:
    """ "Plutôt un poster", "30 minutes rather than 20": one thing for another."""
    wanted = one.holds("swap") and one.holds("field") and not conditions.bound(one)
    return wanted and (not one.asks or (one.requests and not one.holds("permission")))


def telling(one: Sentence) -> bool:
    """Whether a sentence gives what was asked for: an affiliation, a length, when somebody can come."""
    if one.asks or one.doubtful or any(map(one.holds, ("unchanged", "approves", "permission"))):
        return False
    if one.holds("only") or (
        (one.says("daypart") or one.says("day")) and one.holds("coming") and one.holds("speaker")
    ):
        return True
    return one.holds("detail") or (one.holds("states") and not one.holds("grateful"))


def _amendment(evidence: Evidence) -> Verdict | None:
    """A new version of a proposal whose thread is lost."""
    if evidence.listed or evidence.framed("other_matter"):
        return None
    amends = evidence.opens("amend") and not evidence.says("may_change")
    changes = amends or evidence.opens("change")
    if changes and (evidence.opens("earlier") or (amends and evidence.answers and not evidence.answers_call)):
        return Verdict(Kind.REVISION, "changes a proposal that was sent before", 0.8)
    if amends and not evidence.foreign and not evidence.answers_call:
        return Verdict(Kind.REVISION, "speaks of a new version of a proposal", 0.7)
    return None


# ---- Proposing ----


def _proposal(evidence: Evidence, has_fields: bool, named: bool, authored: bool) -> Verdict | None:
    """Whether what speaks for a proposal outweighs what speaks against one."""
    said = [*evidence.once(_signs, has_fields, named)]
    if authored and has_fields and evidence.words < _SHORT and not evidence.encloses_another:
        said.append((_AUTHORED, "a short letter with a document that proposes a talk of its sender's"))
    total = sum(weight for weight, _ in said)
    if total < _NEEDED:
        return None
    reason = max(said)[1]
    return Verdict(Kind.PROPOSAL, reason, round(min(0.97, 0.6 + (total - _NEEDED) / 20), 2))


def _signs(evidence: Evidence, has_fields: bool, named: bool) -> list[tuple[float, str]]:
    """Every sign, with its weight and what it says, for and against."""
    # Who names the talk that they offer proposes it, whatever they ask besides.
    only_asks = evidence.only_asks and not named
    tells = evidence.tells_at_length and not only_asks
    has_fields = has_fields and not only_asks
    substance = has_fields or evidence.documents or named or tells
    empty = not (has_fields or named or evidence.documents)
    briefly = has_fields and evidence.words <= _LETTER and not evidence.foreign
    signs = (
        *evidence.once(_signs_of_letter),
        (1.6 * has_fields + 1.2 * tells, "a title and an abstract, as talks have them"),
        (2.5 * named, "offers a talk by its title"),
        (2.0 * tells * evidence.fits, "asks whether a talk is wanted"),
        (1.5 * (evidence.called and has_fields and not evidence.announces), "names the call in its subject"),
        ((1.2 + 1.0 * briefly) * evidence.framed("lasting"), "says how long the talk is"),
        (-2.0 * (not substance and not evidence.tagged), _EMPTY),
        (-0.7 * evidence.asks - 2.0 * (evidence.asks and empty), "asks"),
        (-_elsewhere(evidence, has_fields), "answers something else"),
    )
    return [(weight, reason) for weight, reason in signs if weight]


def _signs_of_letter(evidence: Evidence) -> tuple[tuple[float, str], ...]:
    """The signs that are there whether a talk was found in the mail or not."""
    signs = (
        (1.3 * min(evidence.labels, 5), "has the labels of a talk"),
        (6.0 * (evidence.tagged and not evidence.answers), "the subject is tagged as a proposal"),
        (2.0 * evidence.framed("offer") + (0.0, 0.5, 1.2, 3.0)[evidence.offering], "offers a talk"),
        (0.5 * evidence.framed("eager") + 0.5 * evidence.says("yours"), "offers a talk to this event"),
        (2.5 * evidence.framed("mention"), "announces a proposal"),
        (2.0 * evidence.announced + 1.7 * evidence.topical, "the subject speaks of a proposal"),
        (2.5 * evidence.answers_call + 1.0 * evidence.replies_to_call, "answers the call"),
        (1.2 * evidence.framed("organisers"), "writes to the organisers"),
        (3.0 * evidence.says("voice"), "speaks as abstracts do"),
        (2.5 * evidence.covered, "speaks of a talk and holds an abstract"),
        (2.2 * evidence.signed_above, "an author's name stands above the text"),
        (3.5 * evidence.promises, "the subject names a talk whose abstract follows"),
        (1.5 * evidence.named, "a document is called a proposal"),
        (2.0 * evidence.covers, "a short letter with a document that is called a proposal"),
        (-2.0 * min(evidence.foreign, 3) - 0.7 * min(evidence.count("foreign"), 4), "other business"),
        (-0.3 * min(evidence.count("software"), 5), "software"),
        (-2.0 * (evidence.listed and not evidence.requests), "a list"),
        (-2.0 * evidence.asks_leave, "asks how to propose"),
        (-5.0 * evidence.framed("other_matter"), "a text for something else"),
        (-3.0 * (evidence.framed("other_matter") and not evidence.framed("offer")), "offers nothing else"),
        (-4.0 * evidence.says("passing_on") - 2.5 * evidence.recites, "is passed on for information"),
        (-(0.0, 6.0, 9.0)[min(evidence.solicits, 2)] - 3.0 * evidence.says("circulate"), "asks others"),
        (-1.5 * min(evidence.other_labels, 3), "has the labels of other occasions"),
        (-9.0 * evidence.asks_beforehand, "asks before it proposes"),
        (-6.0 * evidence.proposes_else, "proposes something else"),
        (-8.0 * evidence.occasion, "announces when and where"),
    )
    return tuple((weight, reason) for weight, reason in signs if weight)


def _elsewhere(evidence: Evidence, has_fields: bool) -> float:
    """How much it counts that a mail answers another that is no call; who was asked by word of mouth says so."""
    if not evidence.answers or evidence.answers_call:
        return 0.0
    return 1.8 if has_fields and evidence.framed("offer") else 3.0


def _other(evidence: Evidence, follow_up: bool) -> Verdict:
    """Nothing for us; or a mail that speaks of a talk, in which a person should look whether it proposes one."""
    # Without the fields, which are searched for only where they can matter.
    shut = follow_up or (evidence.listed and not evidence.requests)
    signs = () if shut else evidence.once(_signs, False, False)
    if sum(weight for weight, reason in signs if reason != _EMPTY) >= _DOUBTFUL:
        return Verdict(
            Kind.OTHER, "may be a proposal, but too little of it was understood", 0.5, doubtful=True
        )
    return Verdict(Kind.OTHER, "neither a proposal nor about one", 0.6)


# ---- Asking ----


def _question(evidence: Evidence, follow_up: bool) -> Verdict | None:
    if evidence.words >= 250 or evidence.listed or evidence.foreign > 1:
        return None
    # What a friend thinks of a text for somebody else; whether the reader would come and speak.
    if not follow_up and (evidence.framed("other_matter") or evidence.proposes_else or evidence.solicits):
        return None
    listed = any(one.asks for one in evidence.sentences)  # "Could you tell us:", and items below it
    if not any(
        (questioning(one, evidence.words) and (follow_up or not one.asks or one.asks_itself))
        or (listed and one.said.endswith(":") and one.holds("question"))
        or (follow_up and one.asks and (one.holds("about_talks") or one.holds("gives")))
        or (evidence.to_call and one.asks)
        for one in evidence.sentences
        if not inquiry.chats(one)
    ):
        return None
    if follow_up or evidence.to_call or any(map(pattern("intent", "about_talks").search, evidence.whole)):
        return Verdict(Kind.QUESTION, "asks the organisers something", 0.75)
    return None


def questioning(one: Sentence, words: int = 0) -> bool:
    """Whether a sentence asks something; `words` is the length of the whole, short ones may lack the mark."""
    if one.asks:
        return one.holds("question") or one.holds("asked")
    return words < 60 and one.says("question") and not one.holds("grateful")
