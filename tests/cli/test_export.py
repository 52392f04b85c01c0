"""The table of proposals: whose addresses it lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliver import deliver
from houses import House, with_mail
from letters_in import mail, proposal
from servers import Account, SmtpSink


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


def test_an_address_that_only_an_unproven_mail_names_is_not_listed(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")
    # Anybody can write her address into From.
    deliver(
        dovecot, mail("Merci d'ajouter Paul Noir (LIRE) <paul@noir.example> comme co-auteur.", subject="P-1")
    )
    house("once", "-q")

    row = json.loads(house("export", "json")[1])[0]

    assert row["speakers"] == ["Maëlle Fontanel", "Paul Noir"]
    assert row["addresses"] == ["maelle.fontanel@rivieres.example"]
    assert "<paul@noir.example> (unproven)" in house("show", "1")[1]
