"""What of a mail is its sender's, in the layouts of the mail programs that people use."""

# ruff: noqa: E501 - the layouts are written as the programs write them

from __future__ import annotations

import random

import pytest

from callboard.mailroom.mail import Address
from callboard.reading import quoting, read
from growth import grows_with_size_only
from handwritten import letter

OWN = "Bonjour,\n\nVoici mon titre :\nLes abeilles et la mesure\n\nBien à vous\nAda Moreau"
OLD = "ancien texte"

ANSWERS = {
    "gmail fr": f"\n\nLe lun. 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a écrit :\n\n> {OLD}\n>\n> Ben\n",
    "gmail fr wrapped": f"\n\nLe lun. 4 oct. 2027 à 10:12, Bénédicte Adam-Lefort <\nben@example.org> a écrit :\n> {OLD}\n",
    "gmail fr wrapped before the verb": f"\n\nLe lun. 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a\nécrit :\n> {OLD}\n",
    "gmail en": f"\n\nOn Mon, Oct 4, 2027 at 10:12 AM Ben Adam <ben@example.org> wrote:\n\n> {OLD}\n",
    "gmail en wrapped": f"\n\nOn Mon, Oct 4, 2027 at 10:12 AM Ben Adam <ben@example.org>\nwrote:\n\n> {OLD}\n",
    "gmail of old": f"\n\n2027-10-04 10:12 GMT+02:00 Ben Adam <ben@example.org>:\n\n> {OLD}\n",
    "thunderbird fr": f"\n\nLe 04/10/2027 à 10:12, Ben Adam a écrit\xa0:\n> {OLD}\n",
    "thunderbird en": f"\n\nOn 04/10/2027 10:12, Ben Adam wrote:\n> {OLD}\n",
    "apple fr": f"\n\n> Le 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a écrit :\n> \n> {OLD}\n",
    "iphone": f"\n\nEnvoyé de mon iPhone\n\n> Le 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a écrit :\n> \n> {OLD}\n",
    "outlook fr": f"\n\nDe : Ben Adam <ben@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada Moreau\nObjet : RE: journée\n\n{OLD}\n",
    "outlook fr, nbsp": f"\n\nDe\xa0: Ben Adam <ben@example.org>\nEnvoyé\xa0: lundi 4 octobre 2027 10:12\nÀ\xa0: Ada\nObjet\xa0: RE: x\n\n{OLD}\n",
    "outlook html": f"\n\nDe : Ben Adam\n\nEnvoyé : lundi 4 octobre 2027 10:12\n\nÀ : Ada\n\nObjet : RE: x\n\n{OLD}\n",
    "outlook rule": f"\n\n________________________________\nFrom: Ben Adam <ben@example.org>\nSent: Monday, October 4, 2027 10:12\nTo: Ada\nSubject: Re: x\n\n{OLD}\n",
    "outlook plain": f"\n\n-----Message d'origine-----\nDe : Ben Adam [mailto:ben@example.org] \nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada\nObjet : x\n\n{OLD}\n",
    "outlook bold": f"\n\n*From:* Ben Adam <ben@example.org>\n*Sent:* Monday, October 4, 2027 10:12\n*To:* Ada\n*Subject:* x\n\n{OLD}\n",
    "many addressees": f"\n\nDe : Ben Adam <ben@example.org>\nEnvoyé : lundi 4 octobre 2027\nÀ : Ada Moreau <ada@example.org>;\n Zoé Lenoir <zoe@example.org>;\n Yann Petit <yann@example.org>\nObjet : x\n\n{OLD}\n",
    "zimbra": f'\n\nDe: "Ben Adam" <ben@example.org>\nÀ: ada@example.org\nEnvoyé: Lundi 4 Octobre 2027 10:12:31\nObjet: Re: x\n\n{OLD}\n',
    "zimbra marked": f'\n\n----- Mail original -----\nDe: "Ben Adam" <ben@example.org>\nÀ: ada@example.org\nEnvoyé: Lundi 4 Octobre 2027\nObjet: x\n\n{OLD}\n',
    "roundcube": f"\n\nLe 2027-10-04 10:12, Ben Adam a écrit :\n> {OLD}\n",
    "k-9": f"\n\nLe 4 octobre 2027 10:12:31 GMT+02:00, Ben Adam <ben@example.org> a écrit :\n>{OLD}\n",
    "k-9, no arrows": f"\n\nLe 4 octobre 2027 10:12:31 GMT+02:00, Ben Adam <ben@example.org> a écrit :\n{OLD}\n",
    "original message": f"\n\n-------- Original message --------\nFrom: Ben Adam <ben@example.org>\nDate: 04/10/2027 10:12 (GMT+01:00)\nTo: Ada\nSubject: x\n\n{OLD}\n",
    "horde": f"\n\nBen Adam <ben@example.org> a écrit :\n\n> {OLD}\n",
    "german": f"\n\nAm 04.10.27 um 10:12 schrieb Ben Adam:\n> {OLD}\n",
    "german gmail": f"\n\nAm Mo., 4. Okt. 2027 um 10:12 Uhr schrieb Ben Adam <ben@example.org>:\n\n> {OLD}\n",
    "spanish": f"\n\nEl lun, 4 oct 2027 a las 10:12, Ben Adam (<ben@example.org>) escribió:\n\n> {OLD}\n",
    "italian": f"\n\nIl giorno lun 4 ott 2027 alle ore 10:12 Ben Adam <ben@example.org> ha scritto:\n\n> {OLD}\n",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_the_answered_mail_is_quoted_and_not_the_senders(answer: str) -> None:
    parts = quoting.split(OWN + answer)

    assert parts.own == OWN
    assert OLD in parts.quoted
    assert parts.forward is None


INNER = "Bonjour,\n\nje propose un exposé.\n\nZoé Lenoir"
ZOE = Address("Zoé Lenoir", "zoe@example.org")
FORWARDS = {
    "gmail en": f"---------- Forwarded message ---------\nFrom: Zoé Lenoir <zoe@example.org>\nDate: Mon, Oct 4, 2027 at 10:12 AM\nSubject: Mon exposé\nTo: <ada@example.org>\n\n\n{INNER}\n",
    "gmail fr": f"---------- Forwarded message ---------\nDe : Zoé Lenoir <zoe@example.org>\nDate: lun. 4 oct. 2027 à 10:12\nSubject: Mon exposé\nTo: <ada@example.org>\n\n\n{INNER}\n",
    "thunderbird fr": f"-------- Message transféré --------\nSujet : \tMon exposé\nDate : \tMon, 4 Oct 2027 10:12:31 +0200\nDe : \tZoé Lenoir <zoe@example.org>\nPour : \tada@example.org\n\n\n\n{INNER}\n",
    "thunderbird en": f"-------- Forwarded Message --------\nSubject: \tMon exposé\nDate: \tMon, 4 Oct 2027 10:12:31 +0200\nFrom: \tZoé Lenoir <zoe@example.org>\nTo: \tada@example.org\n\n{INNER}\n",
    "apple fr": "Début du message réexpédié :\n\n"
    + "".join(
        f"> {line}\n"
        for line in (
            "De: Zoé Lenoir <zoe@example.org>",
            "Objet: Mon exposé",
            "Date: 4 octobre 2027 à 10:12:31 UTC+2",
            "À: ada@example.org",
            "",
            *INNER.split("\n"),
        )
    ),
    "iphone fr": f"Début du message transféré :\n\nDe: Zoé Lenoir <zoe@example.org>\nDate: 4 octobre 2027 à 10:12:31 UTC+2\nÀ: ada@example.org\nObjet: Mon exposé\n\n{INNER}\n",
    "apple en": f"Begin forwarded message:\n\nFrom: Zoé Lenoir <zoe@example.org>\nSubject: Mon exposé\nDate: 4 October 2027 at 10:12:31 CEST\nTo: ada@example.org\n\n{INNER}\n",
    "zimbra": f'----- Mail transféré -----\nDe: "Zoé Lenoir" <zoe@example.org>\nÀ: ada@example.org\nEnvoyé: Lundi 4 Octobre 2027\nObjet: Mon exposé\n\n{INNER}\n',
    "roundcube": f"-------- Message original --------\nObjet: Mon exposé\nDate: 2027-10-04 10:12\nDe: Zoé Lenoir <zoe@example.org>\nÀ: ada@example.org\n\n{INNER}\n",
    "k-9": f"-------- Message original --------\nDe : Zoé Lenoir <zoe@example.org>\nEnvoyé : 4 octobre 2027 10:12:31 GMT+02:00\nÀ : ada@example.org\nObjet : Mon exposé\n\n{INNER}\n",
    "outlook fr": f"De : Zoé Lenoir <zoe@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada Moreau <ada@example.org>\nObjet : Mon exposé\n\n{INNER}\n",
    "outlook rule": f"________________________________\nDe : Zoé Lenoir <zoe@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada Moreau\nObjet : Mon exposé\n\n{INNER}\n",
    "mutt": f"----- Forwarded message from Zoé Lenoir <zoe@example.org> -----\n\nDate: Mon, 4 Oct 2027 10:12:31 +0200\nFrom: Zoé Lenoir <zoe@example.org>\nTo: ada@example.org\nSubject: Mon exposé\n\n{INNER}\n\n----- End forwarded message -----\n",
}


@pytest.mark.parametrize("forwarded", FORWARDS.values(), ids=FORWARDS.keys())
@pytest.mark.parametrize("cover", ["Pour toi !\nAda", ""], ids=["cover", "no cover"])
def test_a_forward_has_its_own_sender_subject_and_body(forwarded: str, cover: str) -> None:
    parts = quoting.split(f"{cover}\n\n{forwarded}", forwarded_subject=True)

    assert parts.forward is not None
    assert (parts.forward.sender, parts.forward.subject, parts.forward.body) == (ZOE, "Mon exposé", INNER)
    assert (parts.own, parts.cover) == (cover, cover)


def test_a_marked_forward_needs_no_subject_prefix() -> None:
    parts = quoting.split(f"Pour toi\n\n{FORWARDS['thunderbird fr']}")

    assert parts.forward is not None
    assert parts.forward.sender == ZOE


def test_a_header_block_without_a_subject_prefix_is_the_answered_mail() -> None:
    parts = quoting.split(f"Merci !\n\n{FORWARDS['outlook fr']}", forwarded_subject=False)

    assert (parts.forward, parts.own) == (None, "Merci !")


def test_a_forward_of_a_forward_leads_to_the_first_author() -> None:
    outer = (
        "FYI\n\n-------- Forwarded Message --------\nSubject: Fwd: Mon exposé\nDate: Tue, 5 Oct 2027\n"
        f"From: Ben Adam <ben@example.org>\nTo: ada@example.org\n\nA suivre.\n\n{FORWARDS['gmail fr']}"
    )

    first = quoting.split(outer, forwarded_subject=True).forward

    assert first is not None
    assert first.sender == Address("Ben Adam", "ben@example.org")
    assert (quoting.origin(first).sender, quoting.origin(first).body) == (ZOE, INNER)


def test_answers_between_and_below_quotes_are_the_senders() -> None:
    text = (
        "Bonjour,\n\nLe 4 oct. 2027 à 10:12, Ben Adam a écrit :\n> Quelle durée ?\n\nVingt minutes.\n\n"
        "> Quel jour ?\n\nLe lundi.\n"
    )

    parts = quoting.split(text)

    assert [line for line in parts.own.split("\n") if line] == ["Bonjour,", "Vingt minutes.", "Le lundi."]
    assert "Quelle durée" in parts.quoted


def test_a_paragraph_that_begins_like_an_attribution_stays() -> None:
    text = (
        "Le modèle de 2019 est simple.\nLe texte suit.\n\nLe 4 oct. 2027 à 10:12, Ben Adam a écrit :\n> x\n"
    )

    assert quoting.split(text).own == "Le modèle de 2019 est simple.\nLe texte suit."


def test_a_word_like_a_header_cuts_nothing() -> None:
    text = "Titre : x\nDe : la théorie à la pratique\nDate : sans importance\n\nFin"

    assert quoting.split(text).own == text


def test_a_block_quote_below_a_label_is_the_senders() -> None:
    text = "*Description :*\n\n> Nous montrons comment mesurer.\n\nMerci"

    assert quoting.split(text).own == text


def test_a_bare_quote_without_attribution_is_not_the_senders() -> None:
    parts = quoting.split("> Venez nombreux au colloque.\n\nAvec plaisir.\n")

    assert (parts.own, parts.quoted) == ("Avec plaisir.", "> Venez nombreux au colloque.")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Moreau\nInstitut des abeilles",
        "--\nAda Moreau",
        "Envoyé de mon iPhone",
        "Sent from my phone",
        "Obtenir Outlook pour Android",
        "Get Outlook for iOS",
        "Ce message et ses pièces jointes peuvent contenir des informations confidentielles.\nDétruisez-le.",
        "If you are not the intended recipient, please delete this mail.",
        "_______________________________________________\nabeilles mailing list\nhttps://lists.example.org/listinfo/a",
    ],
)
def test_a_signature_or_disclaimer_is_set_apart(signature: str) -> None:
    parts = quoting.split(f"{OWN}\n\n{signature}\n")

    assert (parts.own, parts.signature) == (OWN, signature)


def test_a_disclaimer_directly_above_the_answered_mail_ends_where_that_begins() -> None:
    notice = "This email and any attachments are confidential and intended solely for the addressee."
    headers = "From: Call <call@brenne.example>\nSent: 3 October 2026 11:20\nTo: Ada Moreau\nSubject: Call for talks"

    parts = quoting.split(
        f"Tides by hand.\n\nAda\n\n{notice}\n{headers}\n\nDear all,\nWe invite talks of 20 minutes.\n"
    )

    assert (parts.own, parts.signature) == ("Tides by hand.\n\nAda", notice)
    assert parts.quoted.endswith("We invite talks of 20 minutes.")


def test_a_text_pasted_below_a_signature_is_the_senders() -> None:
    pasted = "\n".join(f"ligne {n} du résumé" for n in range(20))

    parts = quoting.split(f"Bonjour\n-- \nAda Moreau\nInstitut\n\n{pasted}\n")

    assert parts.signature == "-- \nAda Moreau\nInstitut"
    assert parts.own.endswith(pasted)


def test_the_armour_of_a_signed_text_is_set_apart() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nBonjour\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAd\n=abcd\n-----END PGP SIGNATURE-----\n"
    )

    assert quoting.split(text).own == "Bonjour"


@pytest.mark.parametrize(
    "text", ["> tout\n> est cité", "Envoyé de mon iPhone", FORWARDS["outlook fr"], "-- \nAda"]
)
def test_nothing_is_ever_cut_to_empty(text: str) -> None:
    parts = quoting.split(text)

    assert parts.own != ""
    assert parts.recovered


def test_spans_point_to_the_own_text() -> None:
    text = f"Bonjour\n\nLe 4 oct. 2027 à 10:12, Ben a écrit :\n> {OLD}\n\nVingt minutes.\n"

    parts = quoting.split(text)

    assert [text[start:end].strip() for start, end in parts.spans] == ["Bonjour", "Vingt minutes."]


HOSTILE = {
    "on and numbers": "On " + "1 " * 25_000,
    "colons": "a:\n" * 16_000,
    "headers": "From: x\nTo: y\n" * 3_500,
    "wrapped headers": "From: x\n" + "wrapped\n" * 6_000,
    "arrows": ">" * 50_000,
    "arrow lines": "> > >\n" * 8_000,
    "wrote": "Le 1 a écrit :\n" * 3_300,
    "dashes": "-- \n" * 12_000,
    "rules": "-" * 50_000,
    "underscores": "___________\n" * 4_000,
    "forwards": "---------- Forwarded message ---------\n" * 1_300,
    "spaces": " " * 50_000,
    "blank lines": "\n" * 50_000,
    "one word": "x" * 50_000,
    "disclaimers": "this message is confidential\n" * 1_700,
    "addresses": "<a@b " * 10_000,
    "signed": "-----BEGIN PGP SIGNATURE-----\n" * 1_600,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_costs_time_in_proportion_to_its_length(text: str) -> None:
    assert grows_with_size_only(lambda text: quoting.split(text, forwarded_subject=True), text)


OLDER = f"{OLD}\nsur deux lignes"
ARROWS = f"> {OLD}\n> sur deux lignes\n"
MORE_ANSWERS = {
    "gmail gb": f"\n\nOn Mon, 4 Oct 2027 at 10:12, Ben Adam <ben@example.org> wrote:\n\n{ARROWS}",
    "gmail gb wrapped": f"\n\nOn Mon, 4 Oct 2027 at 10:12, Journées des abeilles et des ruches <\norganisateurs@abeilles.example.org> wrote:\n\n{ARROWS}",
    "gmail wrapped thrice": f"\n\nLe lun. 4 oct. 2027 à 10:12, Journées des abeilles et des ruches de\nBretagne et d'ailleurs <organisateurs@abeilles-bretagne.example.org> a\nécrit :\n\n{ARROWS}",
    "outlook mac": f"\n\nFrom: Ben Adam <ben@example.org>\nDate: Monday, 4 October 2027 at 10:12\nTo: Ada <ada@example.org>\nSubject: Re: x\n\n{OLDER}\n",
    "outlook mac fr": f"\n\nDe : Ben Adam <ben@example.org>\nDate : lundi 4 octobre 2027 à 10:12\nÀ : Ada <ada@example.org>\nObjet : Re: x\n{OLDER}\n",
    "outlook ios fr": f"\n\nEnvoyé à partir de Outlook pour iOS<https://aka.ms/x>\n________________________________\nDe : Ben Adam <ben@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada\nObjet : x\n\n{OLDER}\n",
    "outlook android": f"\n\nGet Outlook for Android<https://aka.ms/x>\n________________________________\nFrom: Ben Adam <ben@example.org>\nSent: Monday\nTo: Ada\nSubject: x\n\n{OLDER}\n",
    "outlook new with importance": f"\n\n________________________________\nDe : Ben Adam <ben@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ada\nCc : Zoé; Yann\nObjet : x\nImportance : Haute\n\n{OLDER}\n",
    "owa with long to": f"\n\nDe : Ben Adam <ben@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12:31\nÀ : Ada; Zoé Lenoir; Yann Petit\nCc : Marc\nObjet : RE: x\n\n{OLDER}\n",
    "apple en": f"\n\n> On 4 Oct 2027, at 10:12, Ben Adam <ben@example.org> wrote:\n> \n{ARROWS}",
    "apple unquoted attribution": f"\n\nOn Oct 4, 2027, at 10:12 AM, Ben Adam <ben@example.org> wrote:\n\n{ARROWS}",
    "iphone en": f"\n\nSent from my iPhone\n\nOn 4 Oct 2027, at 10:12, Ben Adam <ben@example.org> wrote:\n\n\ufeff{OLDER}\n",
    "ipad fr": f"\n\nEnvoyé de mon iPad\n\n> Le 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a écrit :\n> \n> \ufeff{OLDER.replace(chr(10), chr(10) + '> ')}\n",
    "evolution": f"\n\nLe lundi 04 octobre 2027 à 10:12 +0200, Ben Adam a écrit :\n{ARROWS}",
    "zimbra en": f'\n\n----- Original Message -----\nFrom: "Ben Adam" <ben@example.org>\nTo: "ada" <ada@example.org>\nSent: Monday, October 4, 2027 10:12:31 AM\nSubject: Re: x\n\n{OLDER}\n',
    "zimbra quoted": f'\n\n----- Mail original -----\n> De: "Ben Adam" <ben@example.org>\n> À: "ada" <ada@example.org>\n> Envoyé: Lundi 4 Octobre 2027 10:12:31\n> Objet: Re: x\n\n{ARROWS}',
    "zimbra underscored": f'\n\n________________________________________\nDe: "Ben Adam" <ben@example.org>\nÀ: "ada" <ada@example.org>\nEnvoyé: Lundi 4 Octobre 2027 10:12:31\nObjet: Re: x\n\n{OLDER}\n',
    "roundcube en": f"\n\nOn 2027-10-04 10:12, Ben Adam wrote:\n{ARROWS}",
    "k9 en": "\n\nOn 4 October 2027 10:12:31 CEST, Ben Adam <ben@example.org> wrote:\n>ancien texte\n>sur deux lignes\n",
    "k9 device": "\n\n-- \nEnvoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.\n\nLe 4 octobre 2027 10:12:31 GMT+02:00, Ben Adam <ben@example.org> a écrit :\n>ancien texte\n",
    "proton old": f"\n\nSent with Proton Mail secure email.\n\n------- Original Message -------\nOn Monday, October 4th, 2027 at 10:12 AM, Ben Adam <ben@example.org> wrote:\n\n\n{ARROWS}",
    "proton new": f"\n\nSent with Proton Mail secure email.\n\nOn Monday, October 4th, 2027 at 10:12, Ben Adam <ben@example.org> wrote:\n\n{ARROWS}",
    "proton fr": f"\n\nEnvoyé avec la messagerie sécurisée Proton Mail.\n\nLe lundi 4 octobre 2027 à 10:12, Ben Adam <ben@example.org> a écrit :\n\n{ARROWS}",
    "mutt": f"\n\nOn Mon, Oct 04, 2027 at 10:12:31AM +0200, Ben Adam wrote:\n{ARROWS}",
    "mutt star": f"\n\n* Ben Adam <ben@example.org> [2027-10-04 10:12]:\n{ARROWS}",
    "gnus": f"\n\nBen Adam <ben@example.org> writes:\n\n{ARROWS}",
    "sogo": f"\n\nLe Lundi, Octobre 04, 2027 10:12 CEST, Ben Adam <ben@example.org> a écrit:\n\n{ARROWS}",
    "horde en": f"\n\nQuoting Ben Adam <ben@example.org>:\n\n{ARROWS}",
    "yahoo": f"\n\nLe lundi 4 octobre 2027 à 10:12:31 UTC+2, Ben Adam <ben@example.org> a écrit :\n\n{OLDER}\n",
    "samsung": f"\n\nEnvoyé depuis mon smartphone Samsung Galaxy.\n\n-------- Message d'origine --------\nDe : Ben Adam <ben@example.org>\nDate : 04/10/2027 10:12 (GMT+01:00)\nÀ : Ada <ada@example.org>\nObjet : x\n\n{OLDER}\n",
    "windows mail": f"\n\nProvenance : Courrier pour Windows\n\nDe : Ben Adam\nEnvoyé le :lundi 4 octobre 2027 10:12\nÀ : Ada\nObjet :x\n\n{OLDER}\n",
    "windows mail en": f"\n\nSent from Mail for Windows\n\nFrom: Ben Adam\nSent: Monday, October 4, 2027 10:12 AM\nTo: Ada\nSubject: x\n\n{OLDER}\n",
    "thunderbird mobile": f"\n\n-------- Message original --------\nDe: Ben Adam <ben@example.org>\nEnvoyé: lundi 4 octobre 2027 10:12\nÀ: Ada\nObjet: x\n\n{OLDER}\n",
    "alpine": f"\n\nOn Mon, 4 Oct 2027, Ben Adam wrote:\n\n{ARROWS}",
    "free webmail": f"\n\nLe 4 octobre 2027 à 10:12, Ben Adam a écrit:\n{ARROWS}",
    "infomaniak": f"\n\nLe 2027-10-04T10:12:31.000+02:00, Ben Adam <ben@example.org> a écrit :\n\n{ARROWS}",
    "laposte": f'\n\n> Message du 04/10/27 10:12\n> De : "Ben Adam" <ben@example.org>\n> A : ada@example.org\n> Copie à : \n> Objet : x\n> \n> {OLDER.replace(chr(10), chr(10) + "> ")}\n',
    "orange": "\n\n> envoyé : 4 octobre 2027 à 10:12\n> de : Ben Adam <ben@example.org>\n> à : ada@example.org\n> objet : x\n> \n> ancien texte\n",
    "gmail german in english": f"\n\nBen Adam <ben@example.org> schrieb am Mo., 4. Okt. 2027, 10:12:\n\n{ARROWS}",
    "gmail mobile fr old": f"\n\nLe lun. 4 oct. 2027 10:12, Ben Adam <ben@example.org> a écrit :\n\n{ARROWS}",
    "mixed nbsp": f"\n\nLe lun. 4 oct. 2027 à 10:12, Ben Adam <ben@example.org> a\xa0écrit\xa0:\n\n{ARROWS}",
    "exchange bold": f"\n\n**De :** Ben Adam <ben@example.org>\n**Envoyé :** lundi 4 octobre 2027 10:12\n**À :** Ada\n**Objet :** x\n\n{OLDER}\n",
}


@pytest.mark.parametrize("answer", MORE_ANSWERS.values(), ids=MORE_ANSWERS.keys())
def test_an_answer_in_a_rarer_layout_is_cut_as_well(answer: str) -> None:
    parts = quoting.split(OWN + answer)

    assert (parts.own, parts.forward) == (OWN, None)
    assert OLD in parts.quoted


IN_ARROWS = "\n".join(f"> {line}" for line in INNER.split("\n"))
MORE_FORWARDS = {
    "gmail fr": f"Pour toi\n\n---------- Message transféré ---------\nDe : Zoé Lenoir <zoe@example.org>\nDate : lun. 4 oct. 2027 à 10:12\nSubject: Proposition\nTo: <ben@example.org>\n\n\n{INNER}",
    "outlook fr": f"Pour toi\n\nDe : Zoé Lenoir <zoe@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ben\nObjet : Proposition\n\n{INNER}",
    "outlook en": f"FYI\n\nFrom: Zoé Lenoir <zoe@example.org>\nSent: Monday, October 4, 2027 10:12 AM\nTo: Ben\nSubject: Proposition\n\n{INNER}",
    "apple fr": f"Pour toi\n\nDébut du message réexpédié :\n\n> De: Zoé Lenoir <zoe@example.org>\n> Objet: Proposition\n> Date: 4 octobre 2027 à 10:12:31 UTC+2\n> À: ben@example.org\n> \n{IN_ARROWS}",
    "apple all in arrows": f"Pour toi\n\n> Début du message réexpédié :\n>\n> De: Zoé Lenoir <zoe@example.org>\n> Objet: Proposition\n> Date: 4 octobre 2027 à 10:12:31 UTC+2\n> À: ben@example.org\n>\n{IN_ARROWS}",
    "apple en": f"FYI\n\nBegin forwarded message:\n\nFrom: Zoé Lenoir <zoe@example.org>\nSubject: Proposition\nDate: 4 October 2027 at 10:12:31 CEST\nTo: ben@example.org\n\n{INNER}",
    "iphone fr": f"Envoyé de mon iPhone\n\nDébut du message transféré :\n\n> De: Zoé Lenoir <zoe@example.org>\n> Date: 4 octobre 2027 à 10:12:31 UTC+2\n> À: ben@example.org\n> Objet: Proposition\n> \n{IN_ARROWS}",
    "thunderbird fr": f"Pour toi\n\n\n-------- Message transféré --------\nSujet : \tProposition\nDate : \tMon, 4 Oct 2027 10:12:31 +0200\nDe : \tZoé Lenoir <zoe@example.org>\nPour : \tben@example.org\n\n\n\n{INNER}",
    "thunderbird en": f"FYI\n\n\n-------- Forwarded Message --------\nSubject: \tProposition\nDate: \tMon, 4 Oct 2027 10:12:31 +0200\nFrom: \tZoé Lenoir <zoe@example.org>\nTo: \tben@example.org\n\n\n\n{INNER}",
    "zimbra fr": f'Pour toi\n\n----- Mail transféré -----\nDe: "Zoé Lenoir" <zoe@example.org>\nÀ: "ben" <ben@example.org>\nEnvoyé: Lundi 4 Octobre 2027 10:12:31\nObjet: Proposition\n\n{INNER}',
    "zimbra en": f'FYI\n\n----- Forwarded Message -----\nFrom: "Zoé Lenoir" <zoe@example.org>\nTo: "ben" <ben@example.org>\nSent: Monday, October 4, 2027 10:12:31 AM\nSubject: Proposition\n\n{INNER}',
    "roundcube fr": f"Pour toi\n\n-------- Message original --------\nObjet : Proposition\nDate : 2027-10-04 10:12\nDe : Zoé Lenoir <zoe@example.org>\nÀ : ben@example.org\n\n{INNER}",
    "roundcube en": f"FYI\n\n-------- Original Message --------\nSubject: Proposition\nDate: 2027-10-04 10:12\nFrom: Zoé Lenoir <zoe@example.org>\nTo: ben@example.org\n\n{INNER}",
    "k9": f'Pour toi\n\n-------- Message original --------\nDe : "Zoé Lenoir" <zoe@example.org>\nEnvoyé : 4 octobre 2027 10:12:31 GMT+02:00\nÀ : ben@example.org\nObjet : Proposition\n\n{INNER}',
    "proton": f"FYI\n\n------- Forwarded Message -------\nFrom: Zoé Lenoir <zoe@example.org>\nDate: On Monday, October 4th, 2027 at 10:12 AM\nSubject: Proposition\nTo: ben@example.org <ben@example.org>\n\n\n> {INNER.replace(chr(10), chr(10) + '> ')}",
    "proton fr": f"Pour toi\n\n------- Message transféré -------\nDe : Zoé Lenoir <zoe@example.org>\nDate : Le lundi 4 octobre 2027 à 10:12\nObjet : Proposition\nÀ : ben@example.org <ben@example.org>\n\n\n> {INNER.replace(chr(10), chr(10) + '> ')}",
    "mutt": f"FYI\n\n----- Forwarded message from Zoé Lenoir <zoe@example.org> -----\n\nDate: Mon, 4 Oct 2027 10:12:31 +0200\nFrom: Zoé Lenoir <zoe@example.org>\nTo: ben@example.org\nSubject: Proposition\nUser-Agent: Mutt/2.0\n\n{INNER}\n\n----- End forwarded message -----",
    "yahoo": f"FYI\n\n----- Forwarded Message -----\nFrom: Zoé Lenoir <zoe@example.org>\nTo: Ben <ben@example.org>\nSent: Monday, October 4, 2027 at 10:12:31 AM GMT+2\nSubject: Proposition\n\n{INNER}",
    "outlook mobile": f"Obtenir Outlook pour Android<https://aka.ms/x>\n________________________________\nDe : Zoé Lenoir <zoe@example.org>\nEnvoyé : lundi 4 octobre 2027 10:12\nÀ : Ben\nObjet : Proposition\n\n{INNER}",
    "samsung": f"\n-------- Message transféré --------\nDe : Zoé Lenoir <zoe@example.org>\nDate : 04/10/2027 10:12 (GMT+01:00)\nÀ : Ben\nObjet : Proposition\n\n{INNER}",
    "pine": f"FYI\n\n---------- Forwarded message ----------\nDate: Mon, 4 Oct 2027 10:12:31 +0200\nFrom: Zoé Lenoir <zoe@example.org>\nTo: ben@example.org\nSubject: Proposition\n\n{INNER}",
}


@pytest.mark.parametrize("text", MORE_FORWARDS.values(), ids=MORE_FORWARDS.keys())
def test_a_forward_in_a_rarer_layout_is_opened_as_well(text: str) -> None:
    forward = quoting.split(text, True).forward

    assert forward is not None
    assert (forward.sender, forward.subject, forward.body) == (ZOE, "Proposition", INNER)


def test_what_stands_between_quoted_lines_goes_with_the_label_above() -> None:
    text = (
        "Le 4 oct. 2027 à 10:12, Ben a écrit :\n> Titre : Le vol\n> des abeilles\n\nnon, plutôt « Le miel »\n\n"
        "> Il nous manque : la durée\n20 minutes\n> Bonne journée\n>\n> Ben\n\nAda"
    )

    assert quoting.split(text).replies == (
        quoting.Reply("Titre", "Le vol des abeilles", "non, plutôt « Le miel »"),
        quoting.Reply("Il nous manque", "la durée", "20 minutes"),
    )


PIECES = (
    "Bonjour,", "Titre : Le vol", "", "", "> cité", "> > deux fois", "-- ", "--", "Ada Moreau", "Le 4 oct. 2027 à 10:12, Ben a écrit :",
    "De : Ben <ben@example.org>", "Envoyé : lundi 4 octobre 2027", "Objet : RE: x", "À : Ada", "-----Message d'origine-----",
    "---------- Forwarded message ---------", "________________________________", "Envoyé de mon iPhone", "Ce message est confidentiel.",
    "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----", "gt mailing list https://lists.example.org", "\u00a0", "Begin forwarded message:",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_ever_cut_to_empty_and_no_line_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    text = "\n".join(chance.choices(PIECES, k=chance.randint(1, 14)))
    parts = quoting.split(text, chance.random() < 0.5)
    reading = read(letter(text, subject=chance.choice(("x", "Fwd: x", "Re: x"))))

    shown = f"{parts.own}\n{parts.quoted}\n{parts.signature}"
    assert [line for line in text.split("\n") if line.strip() and line.strip() not in shown] == []
    assert bool(parts.own or parts.forward) is bool(text.strip())
    assert reading.full_text == text
    assert bool(reading.own_text) or not text.strip() or parts.forward is not None


def test_blank_lines_in_excess_are_left_out_of_the_own_text() -> None:
    text = "Bonjour,\n" + "\n" * 30_000 + "voici le titre.\n\n\nAda"

    parts = quoting.split(text)

    assert parts.own == "Bonjour,\n\n\n\n\nvoici le titre.\n\n\nAda"
    assert parts.spans == ((0, len(text) + 1),)
