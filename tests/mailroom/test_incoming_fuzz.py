"""Mutated mails: read_mail gives a value or UnreadableMail, whatever the bytes."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.errors import UnreadableMail
from callboard.mailroom.headers import decoded, mailboxes, message_id, message_ids, moment
from callboard.mailroom.incoming import IncomingMail, read_mail

SEEDS = tuple(
    file.read_bytes() for file in sorted((Path(__file__).resolve().parents[1] / "mail").glob("*.eml"))
)
SPLICES = st.sampled_from(
    [
        b"",
        b"\0",
        b"\xff",
        b"\r\n",
        b"\n\n",
        b";",
        b'"',
        b"<",
        b"=?",
        b"?=",
        b"=?utf-8?b?a?=",
        b"*0*=",
        b"filename*=''%",
        b"charset=\0",
        b"charset*0=utf-8",
        b"boundary=",
        b"--A",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: multipart/alternative\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"begin 644 x\n",
    ]
)
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 30), SPLICES | st.binary(max_size=6)),
    max_size=12,
)


@settings(max_examples=250)
@given(st.sampled_from(SEEDS), MUTATIONS)
def test_a_mutated_mail_is_a_value_or_unreadable(source, mutations):
    for place, length, splice in mutations:
        at = int(place * len(source))
        source = source[:at] + splice + source[at + length :]

    try:
        mail = read_mail(source)
    except UnreadableMail as refusal:
        assert str(refusal)
    else:
        assert isinstance(mail, IncomingMail)
        for text in (mail.subject, mail.text, *mail.references, *(a.name or "" for a in mail.attachments)):
            text.encode()
            assert "\0" not in text
        assert all("/" not in (a.name or "") for a in mail.attachments)


@settings(max_examples=250)
@given(
    st.text(alphabet=st.characters(max_codepoint=0xDCFF, categories=None), max_size=80)
    | st.text('<>"(),:;@\\ab=?.', max_size=60)
)
def test_no_header_value_raises(value):
    for name, address in mailboxes(value):
        (name + address).encode()
        assert "\n" not in name + address
        assert address.count("@") >= 1
    decoded(value).encode()
    moment(value)
    (message_id(value) or "").encode()
    "".join(message_ids(value)).encode()
