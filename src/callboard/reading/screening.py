"""Who wrote a mail: a person, or a machine that must never be answered (RFC 3834).

Headers first, words second, and only words that people do not write. A list is no machine: proposals
arrive through lists, so `List-Id` and `Precedence: list` alone never make a mail bulk.
`X-Auto-Response-Suppress` is a request, not a label, and is not looked at (field note 37).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from callboard.mailroom.mail import IncomingMail
from callboard.reading.result import Kind
from callboard.reading.speech import QUOTED, Sentence, sentences
from callboard.reading.subject import answers, is_forward
from callboard.reading.vocabulary import fold, pattern


@dataclass(frozen=True)
class Verdict:
    """What a mail is, one sentence why, and how sure the rule is (0 to 1)."""

    kind: Kind
    reason: str
    confidence: float
    doubtful: bool = False  # of OTHER: it may be a proposal all the same


_POSTMASTER = re.compile(r"^(?:mailer-?daemon|post_?master|mail-?daemon|mmdf|mailerdaemon)(?:[._+-]|$)")
_LIST_ROBOT = re.compile(
    r"(?:^|[._+-])(?:owner|request|admin|bounces?|confirm|subscribe|unsubscribe|sympa|mailman)(?:$|[._+-])"
)
_TAG = re.compile(r"^\s*[\[(]([^\])]{1,40})[\])]\s*")
_NOTE = re.compile(r"\s{0,9}(?:$|[:\])(\[]|\s[–-]\s)")
# RFC 7489, section 7.2.1.1: the subject of an aggregate report.
_DMARC = re.compile(
    r"\s{0,9}(?:\[.{0,40}\]\s{0,9})?(?:dmarc .{0,40})?report domain:.{1,300}submitter:",
    re.IGNORECASE | re.DOTALL,
)
_LIST_FOOTER = re.compile(r"unsubscribe@|-request@|-leave@|majordomo|listinfo|listserv|yahoogroups|/options/")
_LINK = re.compile(r"https?://|www\.")
_CLAUSE, _ENDS = re.compile(r"[,;:]\s"), frozenset(".!…")
_NOTE_AT_MOST = 900  # characters of an absence note
_RECEIPT_AT_MOST = 600  # and of a receipt
_CLAUSE_AT_LEAST = 4  # words of a part of a sentence that says something
_SAID_AT_LEAST = 2  # and of a whole one
_BY_HAND = (
    ("intent", "change"), ("intent", "amend"), ("intent", "withdraw"), ("intent", "cannot"), ("intent", "mine"),
    ("wishes", "confirm"),
)  # fmt: skip
_OF_A_NOTE = (
    ("machine", "absence"), ("machine", "handling"), ("machine", "opening"), ("machine", "certain"),
)  # fmt: skip
# Set by those who send campaigns, never by a list that people write to.
_CAMPAIGN = frozenset(
    {"x-campaign", "x-campaignid", "x-campaign-id", "x-mailin-campaign", "x-mailjet-campaign", "x-bulkmail",
     "x-mass-mail", "x-mc-user", "x-csa-complaints"}
)  # fmt: skip
# Set by Mailman, Sympa and vger for ordinary list mail too.
_LIST_HEADERS = frozenset(
    {"list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-archive", "list-owner"}
)


def screen(mail: IncomingMail) -> Verdict | None:
    """The machine that wrote this mail, or None when a person did."""
    return _bounce(mail) or _automatic(mail) or _robot(mail) or _away(mail) or _bulk(mail)


def _bounce(mail: IncomingMail) -> Verdict | None:
    subject = fold(mail.subject[:300])
    says_so = bool(pattern("machine", "bounce_subject").match(subject))
    if mail.report and _receipt(subject):
        return Verdict(Kind.AUTOREPLY, "a receipt for having been read (RFC 8098)", 1.0)
    if mail.report:
        # Also read receipts (RFC 8098) and abuse reports (RFC 5965): nobody waits for an answer to those.
        return Verdict(Kind.BOUNCE, "a delivery report (multipart/report)", 1.0)
    if mail.returned and (mail.sender or says_so) and not _marked(mail.subject):
        return Verdict(Kind.BOUNCE, "a report that a mail could not be delivered", 0.98)
    if _from_postmaster(mail):
        return Verdict(Kind.BOUNCE, "sent by a mail server's postmaster", 0.95)
    if says_so and (
        mail.null_sender
        or mail.sender is None
        or pattern("machine", "bounce_text").search(fold(mail.text[:4000]))
    ):
        return Verdict(Kind.BOUNCE, "the subject and the text report a failed delivery", 0.9)
    return None


def _from_postmaster(mail: IncomingMail) -> bool:
    """Whether the mail server itself wrote it; a postmaster who answers by hand threads and says Re:."""
    if not _POSTMASTER.match(_local_part(mail)):
        return False
    if mail.null_sender or pattern("machine", "bounce_text").search(fold(mail.text[:4000])):
        return True
    return not _marked(mail.subject) and (
        _local_part(mail).startswith("mail")
        or bool(pattern("machine", "bounce_subject").match(fold(mail.subject[:300])))
    )


def _automatic(mail: IncomingMail) -> Verdict | None:
    # RFC 3834, section 5: anything but "no" was not written by a person.
    if mail.auto_submitted not in (None, "", "no"):
        return Verdict(Kind.AUTOREPLY, f"Auto-Submitted: {mail.auto_submitted}", 1.0)
    if mail.precedence in ("auto_reply", "auto-reply", "autoreply"):
        return Verdict(Kind.AUTOREPLY, f"Precedence: {mail.precedence}", 1.0)
    if mail.auto_reply_headers:
        return Verdict(Kind.AUTOREPLY, f"{mail.auto_reply_headers[0]} is set by robots only", 0.98)
    if mail.null_sender:
        # RFC 3834, section 4, and RFC 5321, section 4.5.5: the empty return path asks for no answer.
        return Verdict(Kind.AUTOREPLY, "the return path is empty", 0.95)
    return None


def _robot(mail: IncomingMail) -> Verdict | None:
    if _DMARC.match(mail.subject[:400]):
        return Verdict(Kind.BULK, "a report about a domain's mail", 0.97)
    # A robot's mailbox: the whole local part, or a word of it set off by punctuation.
    local = re.sub(r"[._+]", " ", _local_part(mail).rstrip("0123456789"))
    if not pattern("machine", "mailbox").search(fold(local)):
        return None
    if pattern("machine", "certain").search(fold(mail.text[:3000])) and mail.in_reply_to:
        return Verdict(Kind.AUTOREPLY, "an automatic answer from an address that nobody reads", 0.9)
    return Verdict(Kind.BULK, "sent from an address that nobody reads", 0.92)


def _away(mail: IncomingMail) -> Verdict | None:
    """Out-of-office notes without the headers, which old servers and hand-made filters still send."""
    subject, own = _bare_subject(mail.subject), _unquoted(mail.text)
    if pattern("machine", "subject_certain").match(subject) or (
        _note_subject(subject) and not _by_hand(fold(own))
    ):
        return Verdict(Kind.AUTOREPLY, "the subject is that of an automatic answer", 0.95)
    if len(fold(own[: 2 * _NOTE_AT_MOST])) > _NOTE_AT_MOST:
        return None
    text = fold(own)
    if len(text) < _RECEIPT_AT_MOST and _receipt(subject):
        return Verdict(Kind.AUTOREPLY, "a receipt for having been read (RFC 8098)", 0.85)
    if len(text) > _NOTE_AT_MOST or pattern("intent", "offer").search(text):
        return None
    # "Your request « ... » has been registered": whatever was asked for stands in between.
    said = pattern("machine", "for_ours").sub(" ", text)  # "thanks for this automatic message"
    if any(map(pattern("machine", "certain").search, (said, fold(QUOTED.sub(" ", said))))):
        more = any(map(_says_more, sentences(own)))
        return Verdict(Kind.AUTOREPLY, "the text says that it is automatic", 0.9, doubtful=more)
    return (
        _absence_note(own, text)
        if _answers(mail) or pattern("machine", "opening").search(text[:120])
        else None
    )


def _receipt(subject: str) -> bool:
    """ "Lu : ...", "Read: ..."."""
    found = pattern("machine", "receipt").match(subject)
    return bool(found) and subject[found.end() :].lstrip().startswith(":") if found else False


def _answers(mail: IncomingMail) -> bool:
    return bool(mail.in_reply_to or _marked(mail.subject))


def _marked(subject: str) -> bool:
    """Whether a subject says that a mail answers another, or passes it on."""
    return answers(subject) or is_forward(subject)


def _absence_note(own: str, text: str) -> Verdict | None:
    """Somebody is away, and says so twice, or says until when and whom to turn to. `text`: their words, folded.

    A person who answers while away says something else too: of such a note nobody can be sure.
    """
    absences = list(pattern("machine", "absence").finditer(text[:300]))
    if not absences or _by_hand(text):
        return None
    handled = pattern("machine", "handling").search(text, absences[0].end() - 1)
    if not handled and len(absences) < 2:
        return None
    if any(map(_says_more, sentences(own))):
        return Verdict(
            Kind.AUTOREPLY, "an absence note, or somebody who writes while away", 0.6, doubtful=True
        )
    return Verdict(Kind.AUTOREPLY, "the text is an absence note", 0.8)


def _by_hand(text: str) -> bool:
    """Whether somebody asks, promises or changes something, though they are away."""
    return "?" in text or any(pattern(*key).search(text) for key in _BY_HAND)


def _says_more(one: Sentence) -> bool:
    """Whether a sentence has a part that belongs to no absence note: before the absence, or behind "but"; a name or a
    place in a signature says nothing."""
    found = pattern("machine", "absence").search(one.plain)
    if found is None:
        ended = one.said.rstrip()[-1:] in _ENDS
        return len(one.plain.split()) >= (_SAID_AT_LEAST if ended else _CLAUSE_AT_LEAST) and _of_no_note(
            one.plain
        )
    clauses = _CLAUSE.split(one.plain[: found.start()])[:-1]
    goes_on = pattern("wishes", "goes_on").search(one.plain, found.end())
    clauses += [one.plain[goes_on.end() :]] if goes_on else []
    return any(len(clause.split()) >= _CLAUSE_AT_LEAST and _of_no_note(clause) for clause in clauses)


def _of_no_note(plain: str) -> bool:
    return not any(pattern(*key).search(plain) for key in _OF_A_NOTE)


def _note_subject(subject: str) -> bool:
    """A short word like "absent" counts when the answered subject, a date or nothing follows."""
    found = pattern("machine", "subject").match(subject)
    rest = subject[found.end() :].lstrip() if found else "."
    return bool(_NOTE.match(rest) or answers(rest) or pattern("machine", "until").match(rest))


def _bare_subject(subject: str) -> str:
    """Folded, with an opening bracket's words laid bare: "[absent] Re: x" begins with "absent"."""
    tag = _TAG.match(subject)
    return fold(f"{tag[1]} : {subject[tag.end() :]}" if tag else subject)[:300]


def _bulk(mail: IncomingMail) -> Verdict | None:
    names = [name.casefold() for name in mail.bulk_headers]
    senders = [name for name in names if name not in _LIST_HEADERS]
    # Proton puts Feedback-ID on everybody's mail: it tells of a mailing only beside a way to leave it.
    alone = senders == ["feedback-id"] and "list-unsubscribe" not in names and mail.precedence != "bulk"
    campaign = [name for name in senders if name in _CAMPAIGN]
    if campaign or (senders and not alone and not mail.list_id):
        return Verdict(Kind.BULK, f"{(campaign or senders)[0]} is set by bulk senders only", 0.95)
    if _marked(mail.subject) and not mail.in_reply_to:
        return _advert(mail, sure=True)  # a "Re:" that answers nothing, as crooks put it before anything
    if _answers(mail):
        return None
    return _newsletter(mail) or _advert(mail) or _other_call(mail)


def _newsletter(mail: IncomingMail) -> Verdict | None:
    """A newsletter by its subject; a vacancy or a defence that somebody passes on is a person's mail."""
    subject = fold(mail.subject[:300])
    if not (pattern("machine", "newsletter").search(subject) and (_LINK.search(mail.text) or mail.list_id)):
        return None
    if pattern("intent", "offer").search(f"{subject} . {fold(mail.text[:6000])}"):
        return None
    return Verdict(Kind.BULK, "a newsletter", 0.85)


def _advert(mail: IncomingMail, *, sure: bool = False) -> Verdict | None:
    """A newsletter or an advert: an offer to unsubscribe, or what only crooks and sellers say.

    `sure`: only the latter, and more of it.
    """
    text = fold(_unquoted(mail.text) if sure else mail.text[:12_000])
    left_by = _LINK.search(mail.text) or "list-unsubscribe" in map(str.casefold, mail.bulk_headers)
    if not sure and left_by and pattern("machine", "unsubscribe").search(text) and not _listed(mail, text):
        return Verdict(Kind.BULK, "a mailing that offers to unsubscribe", 0.85)
    spam = pattern("machine", "spam")
    signs = {found[0] for part in (fold(mail.subject[:300]), text) for found in spam.finditer(part)}
    if len(signs) >= (3 if sure else 2) and not pattern("intent", "offer").search(text):
        return Verdict(Kind.BULK, "an advert or a phishing mail", 0.8)
    return None


def _listed(mail: IncomingMail, text: str) -> bool:
    """Whether it came through a list: those of old write how to leave under every mail, and set only Precedence."""
    left = "list-unsubscribe" in map(str.casefold, mail.bulk_headers)  # which newer lists set beside List-Id
    old = mail.precedence == "list" or (mail.precedence == "bulk" and not left)
    return bool(mail.list_id or old or _LIST_FOOTER.search(text))


def _other_call(mail: IncomingMail) -> Verdict | None:
    """An announcement of a call, ours or another's: it wants proposals, it is none."""
    if not pattern("machine", "call_subject").search(fold(mail.subject[:300])):
        return None
    text = fold(mail.text[:12_000])
    signs = {found[0] for found in pattern("machine", "call_text").finditer(text)}
    personal = pattern("machine", "personal").search(text[:1500]) or pattern("intent", "offer").search(
        text[:1500]
    )
    # "Chers collègues" alone: somebody may have taken the call's subject for their proposal.
    to_many = mail.list_id and pattern("machine", "mass").search(text[:300])
    if (signs or to_many) and not personal:
        return Verdict(Kind.BULK, "the announcement of a call, sent to many", 0.8)
    return None


def _unquoted(text: str) -> str:
    """The lines that are not quoted, at most a page of them."""
    return "\n".join(line for line in text[:20_000].split("\n") if not line.lstrip().startswith(">"))[:6000]


def _local_part(mail: IncomingMail) -> str:
    if mail.sender is None:
        return ""
    local = mail.sender.address.rpartition("@")[0].casefold()
    return "" if _LIST_ROBOT.search(local) and mail.list_id else local
