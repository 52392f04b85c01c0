"""Conflicts of interest without a form: an organiser who is near a speaker does not judge their talk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from callboard import store
from callboard.call import Organiser
from callboard.proposals import ProposalCard

# Domains that say nothing about where somebody works.
EVERYBODYS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com
    yahoo.com yahoo.fr icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me gmx.de gmx.net
    gmx.fr web.de t-online.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr
    numericable.fr fastmail.com zoho.com mail.ru yandex.ru libero.it posteo.de posteo.net mailbox.org
    riseup.net tutanota.com
    """.split()  # noqa: SIM905 (a word a line would be a page)
)
Circles = Mapping[
    str, frozenset[str]
]  # an organiser's address in lower case -> folded names of their co-authors
SHORTEST = 4  # letters of an affiliation that two people can share


class Reason(StrEnum):
    """Why somebody may not judge a proposal."""

    OWN = "own"  # it is theirs
    DOMAIN = "domain"  # the speaker writes from the same mail domain
    AFFILIATION = "affiliation"
    CO_AUTHOR = "co_author"  # they propose another talk together
    SAID = "said"  # they said so


@dataclass(frozen=True)
class Conflict:
    """An organiser, near a speaker of a proposal."""

    reason: Reason
    with_whom: str  # the speaker's name


def circles(organisers: Iterable[Organiser], cards: Sequence[ProposalCard]) -> Circles:
    """Who of a call's speakers proposes a talk with which organiser; made once for all that is to be judged."""
    return {o.address.casefold(): _together(o, cards) for o in organisers if o.address}


def conflict(
    organiser: Organiser, card: ProposalCard, together: Collection[str] = frozenset()
) -> Conflict | None:
    """Whether this organiser is too near to judge the proposal; `together` are those of their circle."""
    mine = (organiser.address or "").casefold()
    name = store.folded(organiser.name)
    contact = (card.contact or "").casefold()
    for speaker in card.speakers:
        if (speaker.email or "").casefold() == mine != "" or store.folded(speaker.name) == name != "":
            return Conflict(Reason.OWN, speaker.name)
    if contact and contact == mine:
        return Conflict(Reason.OWN, organiser.name)
    domain, place = _domain(mine), store.folded(organiser.affiliation)
    for speaker in card.speakers:
        if domain and domain == _domain(speaker.email or ""):
            return Conflict(Reason.DOMAIN, speaker.name)
        if len(place) >= SHORTEST and place in _places(speaker.affiliation):
            return Conflict(Reason.AFFILIATION, speaker.name)
        if store.folded(speaker.name) in together:
            return Conflict(Reason.CO_AUTHOR, speaker.name)
    if domain and contact and domain == _domain(contact):
        return Conflict(Reason.DOMAIN, card.names or contact)
    return None


def conflicts(organisers: Iterable[Organiser], card: ProposalCard, near: Circles) -> Mapping[str, Conflict]:
    """Who of the organisers may not judge it, by address in lower case."""
    addressed = ((o.address.casefold(), o) for o in organisers if o.address)
    found = {address: conflict(o, card, near.get(address, ())) for address, o in addressed}
    return {address: one for address, one in found.items() if one is not None}


def _together(organiser: Organiser, cards: Sequence[ProposalCard]) -> frozenset[str]:
    """The folded names of those who propose a talk with this organiser."""
    name, mine = store.folded(organiser.name), (organiser.address or "").casefold()
    found: set[str] = set()
    for card in cards:
        names = {store.folded(s.name) for s in card.speakers}
        if name in names or any((s.email or "").casefold() == mine != "" for s in card.speakers):
            found |= names
    return frozenset(found - {name, ""})


def _domain(address: str) -> str | None:
    """The domain of an address, as far as it tells an institution: "lab.univ.example" is "univ.example"."""
    domain = address.rpartition("@")[2].casefold()
    if not domain or domain in EVERYBODYS:
        return None
    labels = domain.split(".")
    # "ac.uk", "co.jp": a second-level label of two or three letters under a country is no institution.
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-keep:])


def _places(affiliation: str | None) -> set[str]:
    """An affiliation, and each of its parts between commas, folded."""
    parts = (affiliation or "").replace(";", ",").replace("/", ",").split(",")
    return {store.folded(part) for part in (affiliation or "", *parts)} - {""}
