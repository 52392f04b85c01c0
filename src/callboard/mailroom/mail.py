"""A mail as a frozen value: `incoming.read_mail` makes it, `attachments.read_documents` completes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Address:
    """A mailbox from a header; `address` is as written, compare it case-folded."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail. `text` is filled in by `attachments.read_documents`."""

    name: str | None  # last path component only, at most 200 characters
    media_type: str
    size: int  # bytes, decoded
    content: bytes | None  # decoded bytes; None where it was not fetched or is of no use to a reader
    text: str | None = None  # what a document says, None until (or unless) it could be read
    problem: str | None = None  # why the text could not be read, in a sentence for people
    trouble: str | None = None  # the same in one word, for templates in other languages: attachments.PROBLEMS


@dataclass(frozen=True)
class Returned:
    """Somebody whom a letter did not reach, as the mail system that tried tells it."""

    recipient: str
    permanent: bool  # False: it is still being tried
    reason: str  # the server's words in one line: "5.1.1 550 no such user"; may be empty


@dataclass(frozen=True)
class IncomingMail:
    """One mail, parsed once. No header is looked up after this."""

    subject: str
    sender: Address | None  # From; None when absent or unusable
    text: str  # what the author wrote, all text leaves in order, HTML turned to text where only that exists
    html_only: bool = False
    message_id: str | None = None  # with its angle brackets
    date: datetime | None = None  # aware UTC
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # with angle brackets, oldest first
    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple[IncomingMail, ...] = ()  # message/rfc822 parts, outermost first
    emphasised: tuple[str, ...] = ()  # runs underlined or bold in the HTML: a presenter is marked so
    # Facts for screening (RFC 3834), so that nobody reads headers later:
    auto_submitted: str | None = None  # RFC 3834 section 5 keyword, lower case; None when absent
    precedence: str | None = None  # lower case
    list_id: str | None = None
    null_sender: bool = False  # Return-Path: <>
    report: bool = False  # multipart/report, RFC 6522
    auto_reply_headers: tuple[
        str, ...
    ] = ()  # names of headers only robots set: X-Autoreply, X-Failed-Recipients...
    bulk_headers: tuple[
        str, ...
    ] = ()  # names of headers only bulk senders set: List-Unsubscribe, Feedback-ID...
    returned: tuple[Returned, ...] = ()  # of a bounce: whom it did not reach
    returned_message_ids: tuple[str, ...] = ()  # Message-IDs of ours quoted in a bounce
    authentication: tuple[str, ...] = ()  # Authentication-Results, newest first, on one line each
    truncated: bool = False  # only header and text were fetched, the message was over the size limit
    defects: tuple[str, ...] = ()  # what had to be healed: "charset cp-850 read as cp850", ...
