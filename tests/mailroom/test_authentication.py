"""What our own server says of a sender counts; what anybody may have written does not."""

from __future__ import annotations

import pytest

from callboard.mailroom.authentication import proof, verdict
from callboard.mailroom.incoming import read_mail

US = "mx.univ.example"


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([f"{US}; dmarc=pass (p=reject) header.from=a.example; spf=fail smtp.mailfrom=b.example"], "pass"),
        (
            [f"{US}; dkim=pass header.d=list.example; dmarc=fail (p=none dis=none) header.from=a.example"],
            "fail",
        ),
        ([f"{US.upper()} 1; DMARC=fail"], "fail"),
        ([f"{US}; spf=fail smtp.mailfrom=a.example; dkim=none"], "fail"),
        ([f"{US}; spf=fail; dkim=pass header.d=other.example"], None),
        ([f"{US}; spf=softfail; dkim=neutral"], None),
        ([f"{US}; none"], None),
        ([], None),
        (["mx.stranger.example; dmarc=pass"], None),
        (["mx.stranger.example; dmarc=fail", f"{US}; dmarc=pass"], "pass"),
        ([f"{US}; dmarc=fail", f"{US}; dmarc=pass"], "fail"),  # the newest is the nearest to us
        ([f"{US}.evil.example; dmarc=pass"], None),
        ([f"(comment; dmarc=fail) {US}; dmarc=pass"], "pass"),
        ([f"{US}; dmarc=pass (dmarc=fail; nested)"], "pass"),
    ],
)
def test_only_our_own_servers_word_counts(stamps: list[str], expected: str | None) -> None:
    assert verdict(stamps, US) == expected


def test_the_stamps_of_a_mail_are_kept_in_order() -> None:
    raw = (
        b"Authentication-Results: mx.univ.example;\r\n\tdmarc=pass header.from=a.example\r\n"
        b"Authentication-Results: older.example; spf=pass\r\nFrom: a@a.example\r\n\r\nBonjour\r\n"
    )

    assert read_mail(raw).authentication == (
        "mx.univ.example; dmarc=pass header.from=a.example",
        "older.example; spf=pass",
    )


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([], None),
        (["mx.stranger.example; dkim=pass header.d=univ.example"], None),
        ([f"{US}; none"], "none"),
        ([f"{US}; dmarc=pass header.from=univ.example"], "pass"),
        ([f"{US}; dmarc=fail; dkim=pass header.d=univ.example"], "fail"),
        ([f"{US}; dkim=pass header.d=univ.example"], "pass"),
        ([f'{US}; dkim=pass header.d="univ.example"'], "pass"),
        ([f"{US}; dkim=pass header.i=@mail.univ.example"], "pass"),
        ([f"{US}; dkim=pass header.d=evil.example"], "none"),
        ([f"{US}; dkim=pass header.d=otheruniv.example"], "none"),
        ([f"{US}; dkim=pass header.d=example"], "none"),
        ([f"{US}; dkim=fail header.d=univ.example"], "none"),
        ([f"{US}; dkim=pass header.d=evil.example; dkim=pass header.d=univ.example"], "pass"),
        ([f"{US}; spf=pass smtp.mailfrom=odile@univ.example"], "pass"),
        ([f"{US}; spf=pass smtp.mailfrom=bounce@evil.example"], "none"),
        ([f"{US}; spf=fail smtp.mailfrom=odile@univ.example"], "fail"),
        ([f"{US}; spf=pass smtp.mailfrom=univ.example@evil.example"], "none"),
        ([f'{US}; spf=pass smtp.mailfrom="x; dkim=pass header.d=univ.example"@evil.example'], "none"),
        ([f'{US}; spf=pass smtp.mailfrom="x; dmarc=pass"@evil.example'], "none"),
        ([f"{US}; spf=pass (x; dmarc=pass) smtp.mailfrom=a@evil.example"], "none"),
    ],
)
def test_a_sender_is_proved_by_their_own_domain_alone(stamps: list[str], expected: str | None) -> None:
    assert proof(stamps, US, "univ.example") == expected
