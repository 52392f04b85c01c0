"""`person` and `forget` name the other addresses that may be the same person's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliver import deliver
from houses import House, with_mail
from letters_in import mail, proposal
from servers import Account, SmtpSink

OWN, OTHER = "maelle.fontanel@rivieres.example", "maelle@lacs.example"


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


def test_an_address_that_wrote_of_the_same_proposal_is_named_before_it_is_too_late(
    house: House, dovecot: Account
) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")
    deliver(dovecot, mail("Je retire ma proposition.\n", subject="P-1", sender=f"Maëlle Fontanel <{OTHER}>"))
    house("once", "-q")

    shown = json.loads(house("person", OWN)[1])
    code, out, _ = house("forget", "--yes", OWN)

    assert shown["other_addresses"] == [OTHER]
    assert code == 0
    assert f"wrote also: {OTHER}. If that is the same person, forget each." in " ".join(out.split())
    assert "wrote also" not in house("forget", "--yes", OTHER)[1]
