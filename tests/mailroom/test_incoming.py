"""read_mail: what bytes become, broken ones above all."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import Address, IncomingMail, Returned, read_mail

MAIL = Path(__file__).resolve().parents[1] / "mail"
HEAD = (
    "From: Ada Martin <ada@labo.example>\nTo: comite@colloque.example\nSubject: Exposé\n"
    "Message-ID: <m1@labo.example>\nDate: Mon, 6 Sep 2021 10:00:00 +0200\nMIME-Version: 1.0\n"
)


def read(source: str | bytes) -> IncomingMail:
    return read_mail(source.encode() if isinstance(source, str) else source)


def read_file(name: str) -> IncomingMail:
    return read_mail((MAIL / name).read_bytes())


def letter(content_type: str, body: str | bytes, more: str = "") -> bytes:
    """A mail with one part."""
    head = f"{HEAD}Content-Type: {content_type}\n{more}\n".encode()
    return head + (body.encode() if isinstance(body, str) else body)


def pieces(kind: str, *parts: str) -> str:
    """A multipart of finished parts (header, blank line, body)."""
    inside = "".join(f"--b\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=b\n\n{inside}--b--\n"


PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"


def test_a_plain_mail_becomes_a_value():
    mail = read(
        letter(
            "text/plain; charset=utf-8",
            "Bonjour,\n\nTitre : Écouter\n",
            "Cc: B <b@x.example>, c@x.example\nReply-To: ada@home.example\nIn-Reply-To: <q@x.example>\n"
            "References: <o@x.example>\n <q@x.example>\n",
        )
    )

    assert mail == IncomingMail(
        subject="Exposé",
        sender=Address("Ada Martin", "ada@labo.example"),
        text="Bonjour,\n\nTitre : Écouter",
        message_id="<m1@labo.example>",
        date=datetime(2021, 9, 6, 8, 0, tzinfo=UTC),
        reply_to=(Address("", "ada@home.example"),),
        to=(Address("", "comite@colloque.example"),),
        cc=(Address("B", "b@x.example"), Address("", "c@x.example")),
        in_reply_to=("<q@x.example>",),
        references=("<o@x.example>", "<q@x.example>"),
    )


def test_broken_headers_are_read_as_far_as_they_go():
    mail = read_file("broken-headers.eml")

    assert mail == IncomingMail(
        subject="Résumé Éco",
        sender=Address("Léa Marchand", "lea@labo.example"),
        text="Titre : exposé bref",
        message_id="<[1234@microsoft.example]>",
        cc=(Address("", "ada@labo.example"),),
    )


def test_text_around_an_inline_attachment_is_kept_whole():
    mail = read_file("apple-split.eml")

    assert mail.text == "Bonjour,\nvoici le résumé :\n\nBien cordialement,\nZoé"
    assert [(a.name, a.media_type, a.content) for a in mail.attachments] == [
        ("resume.pdf", "application/pdf", b"%PDF-1.4\n")
    ]


def test_plain_text_is_preferred_and_emphasis_comes_from_the_html():
    mail = read_file("outlook-alternative.eml")

    assert mail.text == "Orateurs\xa0: Hugo Lenoir, Inès Vidal"
    assert mail.html_only is False
    assert mail.emphasised == ("Hugo Lenoir", "Orateurs :")


@pytest.mark.parametrize(
    "stub", ["", "  \n", "This e-mail needs an HTML viewer.", "Ce message est au format HTML."]
)
def test_html_is_read_where_the_plain_half_says_nothing(stub):
    mail = read(
        pieces("alternative", PLAIN + stub, HTML + "<p>Titre : Cartes</p><p>Un résumé assez long.</p>")
    )

    assert mail.text == "Titre : Cartes\n\nUn résumé assez long."
    assert mail.html_only is True


def test_a_short_plain_text_that_is_no_placeholder_is_kept():
    mail = read(pieces("alternative", PLAIN + "Oui, merci.", HTML + "<p>Oui, merci.</p><p>-- <br>Ada</p>"))

    assert mail.text == "Oui, merci."


LINES = (
    "Bonjour,",
    "",
    "Titre : Cartes",
    "Auteurs :",
    "Ada Martin, LIRE",
    "Karl Oder, TU",
    "",
    "Merci",
    "Ada",
)
PARAGRAPHS = "".join(f'<p class="MsoNormal">{line or "&nbsp;"}</p>' for line in LINES)
APART = ("Bonjour,", "Un premier paragraphe.", "Un deuxième.", "Un troisième.", "", "Merci", "Ada")


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("\n\n".join(LINES), "\n".join(LINES)),  # as Outlook sets its paragraphs apart
        ("\n".join(LINES), "\n".join(LINES)),
        ("\n\n".join(("Bonjour,", "Titre : Cartes", "Merci")), "Bonjour,\n\nTitre : Cartes\n\nMerci"),
    ],
)
def test_lines_that_are_all_set_apart_are_read_from_the_html(plain, expected):
    mail = read(pieces("alternative", PLAIN + plain, HTML + PARAGRAPHS))

    assert (mail.text, mail.html_only) == (expected, False)


def test_paragraphs_of_one_line_stay_apart():
    html = "".join(f"<p>{line}</p>" for line in APART if line)
    plain = "\n\n".join(APART)

    assert read(pieces("alternative", PLAIN + plain, HTML + html)).text == plain


def test_an_attachment_inside_an_alternative_is_found():
    mail = read(
        pieces(
            "alternative",
            PLAIN + "Voir la pièce jointe.",
            "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
            + HTML
            + "<p>Voir la pièce jointe.</p>\n--c\n"
            "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n--c--",
        )
    )

    assert mail.text == "Voir la pièce jointe."
    assert [a.name for a in mail.attachments] == ["a.pdf"]


@pytest.mark.parametrize(
    ("charset", "content", "text", "defects"),
    [
        ("; charset=cp-850", b"expos\x82", "exposé", ()),
        ("; charset=x-unknown", "exposé".encode(), "exposé", ("8-bit text without a charset read as utf-8",)),
        ("", b"expos\xe9", "exposé", ("8-bit text without a charset read as cp1252",)),
        ("; charset=nonsense", b"expos\xe9", "exposé", ("charset nonsense read as cp1252",)),
        ("; charset=utf-8", b"expos\xe9", "exposé", ("charset utf-8 read as cp1252",)),
        ("; charset=iso-8859-1", "exposé".encode(), "exposé", ("charset iso-8859-1 read as utf-8",)),
        ("; charset=iso-8859-1", b"l\x92expos\xe9", "l’exposé", ()),
        ("; charset=utf-8", b"\x81\xe9", "é", ("charset utf-8 read as latin-1",)),
        ("; charset=punycode", b"expos\xe9", "exposé", ("charset punycode read as cp1252",)),
        ("; charset=base64", b"expos\xe9", "exposé", ("charset base64 read as cp1252",)),
        ("; charset=iso-2022-jp", b'\x1b$B$"\x1b(B', "あ", ()),
        ("; charset=gb2312", "镕".encode("gb18030"), "镕", ()),
    ],
)
def test_charsets_are_healed_and_the_healing_is_noted(charset, content, text, defects):
    mail = read(letter(f"text/plain{charset}", content))

    assert (mail.text, mail.defects) == (text, defects)


def test_nothing_that_a_database_refuses_is_left():
    mail = read(letter("text/plain; charset=utf-7", b"a+2AA-b\x00c", "X-Cc: \x00\n"))

    assert mail.text == "abc"


def test_no_command_for_a_terminal_is_left():
    mail = read(letter("text/plain; charset=utf-8", "Titre : a\x9b31m\x9db\x1b[0m, e\u200b\u0301").replace(
        b"Ada Martin", "Ada \x9b2JMartin".encode()
    ))  # fmt: skip

    assert mail.text == "Titre : a31mb[0m, é"
    assert mail.sender == Address("Ada 2JMartin", "ada@labo.example")


def test_an_address_with_a_control_character_is_none():
    assert read("From: Ada <ada@labo\x07.example>\n\nx").sender is None
    assert read('From: "a\x1b"@labo.example\n\nx').sender is None
    assert read("From: ada\x9b@labo.example\n\nx").sender is None


def test_an_encoded_word_split_inside_a_character_is_healed():
    mail = read(
        "Subject: =?utf-8?B?" + base64.b64encode(b"R\xc3").decode() + "?=\n =?utf-8?B?qXN1bQ==?=\n\nx"
    )

    assert mail.subject == "Résum"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*0*=utf-8''..%2FR%C3%A9s;\n filename*1*=um%C3%A9.pdf", "Résumé.pdf"),
        ('attachment; filename="=?utf-8?Q?R=C3=A9sum=C3=A9=2Epdf?="', "Résumé.pdf"),
        (r'attachment; filename="C:\Users\ada\resume.pdf"', "resume.pdf"),
        ("attachment; filename=../../etc/passwd", "passwd"),
        ("attachment; filename=.htaccess", "htaccess"),
        ("attachment; filename*=unknown'fr'r%E9sum%E9.pdf", "résumé.pdf"),
    ],
)
def test_a_file_name_is_its_last_component(header, name):
    mail = read(pieces("mixed", PLAIN + "x", f"Content-Type: image/png\nContent-Disposition: {header}\n\nx"))

    assert [a.name for a in mail.attachments] == [name]


def test_a_file_name_keeps_its_ending_when_it_is_cut():
    mail = read(pieces("mixed", PLAIN + "x", f"Content-Type: image/png; name={'a' * 400}.pdf\n\nx"))

    assert mail.attachments[0].name == "a" * 196 + ".pdf"


def test_pictures_are_listed_but_not_decoded():
    content = base64.encodebytes(bytes(1000)).decode()
    part = f"Content-Type: image/png; name=logo.png\nContent-Transfer-Encoding: base64\n\n{content}"
    mail = read(pieces("related", HTML + "<p>x</p>", part))

    assert [(a.name, a.size, a.content) for a in mail.attachments] == [("logo.png", 1000, None)]


def test_a_document_with_a_wrong_type_is_known_by_its_ending():
    part = "Content-Type: application/octet-stream; name=Resume.PDF\n\n%PDF-1.4"
    mail = read(pieces("mixed", PLAIN + "x", part))

    assert [(a.media_type, a.content) for a in mail.attachments] == [("application/pdf", b"%PDF-1.4")]


def test_an_attached_text_is_text_at_once():
    part = b"--b\nContent-Type: text/plain; charset=iso-8859-1; name=resume.txt\n\nR\xe9sum\xe9\n--b--\n"
    mail = read(pieces("mixed", PLAIN + "Voir le fichier.").encode().replace(b"--b--\n", part))

    assert mail.text == "Voir le fichier."
    assert [(a.name, a.text) for a in mail.attachments] == [("resume.txt", "Résumé")]


def test_a_calendar_and_a_signature_are_no_text():
    mail = read(
        pieces(
            "signed",
            PLAIN + "Titre : Cartes",
            "Content-Type: text/calendar; charset=utf-8\n\nBEGIN:VCALENDAR",
            "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----",
        )
    )

    assert mail.text == "Titre : Cartes"
    assert [(a.media_type, a.content) for a in mail.attachments] == [
        ("text/calendar", None),
        ("application/pgp-signature", None),
    ]


def test_flowed_text_is_joined_and_quotes_keep_their_depth():
    body = "Un résumé \nqui continue.\n> une citation \n> longue\n>> plus profonde\n From ici\n-- \nAda\n"
    mail = read(letter("text/plain; charset=utf-8; format=flowed", body))

    assert mail.text == "Un résumé qui continue.\n> une citation longue\n>> plus profonde\nFrom ici\n-- \nAda"


def test_deleted_spaces_of_flowed_text_are_deleted():
    mail = read(letter("text/plain; charset=utf-8; format=flowed; delsp=yes", "日本 \n語\n"))

    assert mail.text == "日本語"


def test_a_uuencoded_file_is_taken_out_of_the_text():
    mail = read(letter("text/plain", "Bonjour\nbegin 644 note.txt\n#0V%T\n`\nend\nAda\n"))

    assert mail.text == "Bonjour\nAda"
    assert [(a.name, a.content) for a in mail.attachments] == [("note.txt", b"Cat")]


def test_a_sign_too_many_behind_a_uuencoded_line_spoils_no_file():
    mail = read(letter("text/plain", "Bonjour\nbegin 644 note.txt\n#0V%TK\n\n#0V%T\n`\nend\nAda\n"))

    assert mail.text == "Bonjour\nAda"
    assert [(a.name, a.content) for a in mail.attachments] == [("note.txt", b"CatCat")]


def test_capitals_between_words_like_those_of_a_uuencoded_file_stay():
    body = "begin 644 REASONS TO COME\n#GOOD FOOD AND GOOD COMPANY\nend"

    assert read(letter("text/plain", body)).text == body


def test_text_that_only_begins_like_a_uuencoded_file_stays():
    body = "begin 644 reasons to come\nwe talk about it\nend"
    mail = read(letter("text/plain", body))

    assert mail.text == body


def test_the_armour_of_a_signed_mail_is_taken_off():
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nTitre : Cartes\n- -- \nAda\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\nliste@x.example\n"
    )

    assert read(letter("text/plain", body)).text == "Titre : Cartes\n-- \nAda\nliste@x.example"


def test_armour_without_an_end_is_left_as_it_is():
    body = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nTitre : Cartes"

    assert read(letter("text/plain", body)).text == body


def test_html_that_is_called_plain_is_read_as_html():
    mail = read(letter("text/plain", "<!DOCTYPE html>\n<html><body><p>Titre</p></body></html>"))

    assert (mail.text, mail.html_only) == ("Titre", True)


def test_the_charset_inside_an_html_page_counts_where_no_other_is_given():
    page = "<html><head><meta http-equiv=x content='text/html; charset=iso-8859-2'></head>Łódź</html>"
    mail = read(letter("text/html", page.encode("iso-8859-2")))

    assert (mail.text, mail.defects) == ("Łódź", ())


def test_a_text_that_stands_twice_is_taken_once():
    mail = read(pieces("mixed", PLAIN + "Titre :\nCartes", PLAIN + "fin", HTML + "<p>Titre : Cartes</p>"))

    assert mail.text == "Titre :\nCartes\n\nfin"


def test_starred_and_low_lined_runs_are_emphasised():
    mail = read(letter("text/plain", "Authors: *Ada Martin*, _Bo Li_, snake_case_name and 2*3*4\n"))

    assert mail.emphasised == ("Bo Li", "Ada Martin")


def test_a_forwarded_mail_is_a_mail_of_its_own():
    mail = read_file("forward-as-attachment.eml")

    assert mail.text == "Reçu par erreur dans ma boîte."
    assert mail.attachments == ()
    assert [(m.sender, m.subject, m.text) for m in mail.forwarded] == [
        (
            Address("Aurélie Roche", "aurelie@labo.example"),
            "Proposition d'écoute",
            "Titre : Écouter les cartes",
        )
    ]


def test_a_forwarded_mail_in_base64_is_read():
    inner = base64.encodebytes(b"From: b@x.example\nSubject: in\n\nbonjour\n").decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}"
    mail = read(pieces("mixed", PLAIN + "voici", part))

    assert [(m.subject, m.text) for m in mail.forwarded] == [("in", "bonjour")]


def test_mails_inside_mails_end_somewhere():
    source = HEAD + "Content-Type: text/plain\n\nle plus profond"
    for _ in range(12):
        source = f"{HEAD}Content-Type: message/rfc822\n\n{source}"

    mail = read(source)

    depth = 0
    while mail.forwarded:
        mail, depth = mail.forwarded[0], depth + 1
    assert (depth, mail.defects) == (4, ("a forwarded mail was left out: too many mails inside mails",))


def test_a_report_tells_who_was_not_reached_and_which_letter_it_was():
    mail = read_file("bounce-report.eml")

    assert (mail.report, mail.null_sender, mail.auto_submitted) == (True, True, "auto-replied")
    assert mail.returned == (Returned("nobody@univ-exemple.fr", True, "5.1.1"),)
    assert mail.returned_message_ids == ("<letter-3@colloque.example>",)
    assert mail.forwarded == ()
    assert mail.text == "This is the mail system at host mx.example. I could not deliver your letter."


def test_the_returned_header_of_a_report_is_enough():
    source = (MAIL / "bounce-report.eml").read_bytes()
    source = source.replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")

    assert read(source).returned_message_ids == ("<letter-3@colloque.example>",)


def test_an_old_bounce_without_parts_is_understood():
    mail = read_file("bounce-old.eml")

    assert [r.recipient for r in mail.returned] == ["nobody@old.example"]
    assert mail.returned_message_ids == ("<letter-4@colloque.example>",)


def test_a_person_who_quotes_an_error_is_no_bounce():
    mail = read(
        letter(
            "text/plain", "Your address failed:\n550 <comite@colloque.example> unknown\nMessage-ID: <z@x.e>\n"
        )
    )

    assert (mail.returned, mail.returned_message_ids) == ((), ())


def test_facts_for_screening_are_taken_from_the_header():
    mail = read(
        letter(
            "text/plain",
            "x",
            "Auto-Submitted: Auto-Generated; owner-email=x (a comment)\nPrecedence: BULK\n"
            "List-Id: =?utf-8?Q?L=C3=A9a?= <annonces.example.org>\nX-AutoReply: yes\n"
            "X-Auto-Response-Suppress: All\n"
            "List-Unsubscribe: <mailto:x@y>\nFeedback-ID: 1\nReturn-Path: < >\n",
        )
    )

    assert mail.auto_submitted == "auto-generated"
    assert mail.precedence == "bulk"
    assert mail.list_id == "annonces.example.org"
    assert mail.auto_reply_headers == ("X-Autoreply",)
    assert mail.bulk_headers == ("List-Unsubscribe", "Feedback-ID")
    assert mail.null_sender is False


@pytest.mark.parametrize(
    ("senders", "sender", "defects"),
    [
        ("From: a@x.example, b@x.example\n", None, ("more than one sender",)),
        ("From: a@x.example\nFrom: b@x.example\n", None, ("more than one sender",)),
        ("From: a@x.example\nFrom: a@x.example\n", Address("", "a@x.example"), ()),
        ("From: alice@x.example)evil@y.example\n", None, ("no usable sender",)),
        ("From: <alice@x.example>:<evil@y.example>\n", None, ("no usable sender",)),
        ("From: Doe, Jane <j@x.example>\n", Address("Doe, Jane", "j@x.example"), ()),
        ('From: "Doe, \\"J\\"" <j@x.example>\n', Address('Doe, "J"', "j@x.example"), ()),
        ("From: j@x.example (Jane Doe)\n", Address("Jane Doe", "j@x.example"), ()),
        ("From: =?utf-8?Q?a=40b=2Ec=2C?= <j@x.example>\n", Address("a@b.c,", "j@x.example"), ()),
        ('From: "x@y.example" <j@x.example>\n', Address("x@y.example", "j@x.example"), ()),
        ("From: team: j@x.example;\n", Address("", "j@x.example"), ()),
        ("From: <>\n", None, ("no usable sender",)),
        ("", None, ("no usable sender",)),
    ],
)
def test_there_is_one_sender_or_none(senders, sender, defects):
    mail = read(f"Subject: x\n{senders}\nbonjour")

    assert (mail.sender, mail.defects) == (sender, defects)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Mon, 6 Sep 2021 10:00:00 +0200", datetime(2021, 9, 6, 8, tzinfo=UTC)),
        ("Mon, 6 Sep 2021 10:00:00 -0000", datetime(2021, 9, 6, 10, tzinfo=UTC)),
        ("Mon, 6 Sep 2021 10:00:00 +0200 (CEST)", datetime(2021, 9, 6, 8, tzinfo=UTC)),
        ("Mon, 6 Sep 99999 10:00:00 +0200", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("hier", None),
        ("", None),
    ],
)
def test_a_date_is_utc_or_nothing(date, moment):
    assert read(f"From: a@x.example\nDate: {date}\n\nx").date == moment


def test_a_message_id_without_brackets_gets_them():
    assert read("From: a@x.example\nMessage-ID: 1234@x.example\n\nx").message_id == "<1234@x.example>"


def test_a_header_behind_foreign_lines_is_found():
    mail = read("--- message ---\nexported by a program\n\nFrom: a@x.example\nSubject: ici\n\nbonjour")

    assert (mail.subject, mail.text) == ("ici", "bonjour")


def test_text_right_below_the_header_is_no_header():
    mail = read("From: a@x.example\nSubject: ici\nBonjour, voici ma proposition\n\nTitre : Cartes")

    assert (mail.subject, mail.text) == ("ici", "Bonjour, voici ma proposition\n\nTitre : Cartes")


def test_a_mail_with_old_line_ends_is_read():
    mail = read("From: a@x.example\rSubject: ici\r\rbonjour\rAda")

    assert (mail.subject, mail.text) == ("ici", "bonjour\nAda")


def test_a_multipart_without_a_boundary_is_its_own_text():
    mail = read(letter("multipart/mixed", "Titre : Cartes\n"))

    assert mail.text == "Titre : Cartes"


def test_a_mail_that_was_cut_says_so():
    mail = read_mail(letter("text/plain", "Titre"), truncated=True)

    assert (mail.truncated, mail.text) == (True, "Titre")


def test_the_attachment_that_the_cut_went_through_has_no_content():
    parts = (
        "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1",
        "Content-Type: application/pdf; name=b.pdf\n\n%PDF-2",
    )
    mail = read_mail(pieces("mixed", PLAIN + "x", *parts).encode()[:-10], truncated=True)

    assert [(a.name, a.content) for a in mail.attachments] == [("a.pdf", b"%PDF-1"), ("b.pdf", None)]


def test_a_very_long_text_is_cut():
    mail = read(letter("text/plain", "a" * 500_000))

    assert (len(mail.text), mail.defects) == (400_000, ("text cut after 400000 characters",))


def test_a_broken_base64_body_is_read_as_far_as_it_goes():
    mail = read(
        letter("text/plain; charset=utf-8", "Qm9uam*91ciBBZGE", "Content-Transfer-Encoding: base64\n")
    )

    assert mail.text == "Bonjour Ada"


def test_the_substitute_of_an_exchange_server_asks_to_be_forwarded():
    with pytest.raises(UnreadableMail) as refusal:
        read_file("exchange-substitute.eml")

    assert str(refusal.value) == (
        "The mail server could not hand this message over and sent a note in its place; "
        "open the message in your mail program and forward it as an attachment."
    )


ENCRYPTED = (
    "The message is encrypted or sealed, and Callboard holds no keys; open it in your mail program and "
    "forward its text as a new mail, or ask the author to send it again unencrypted."
)


@pytest.mark.parametrize(
    "source",
    [
        pieces(
            "encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----",
        ).encode(),
        letter("application/pkcs7-mime; name=smime.p7m; smime-type=enveloped-data", "MIAG"),
        letter("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"),
    ],
)
def test_an_encrypted_mail_is_held_with_the_cure(source):
    with pytest.raises(UnreadableMail) as refusal:
        read(source)

    assert str(refusal.value) == ENCRYPTED


@pytest.mark.parametrize("source", [b"", b"\r\n\r\n", b"no header at all", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_bytes_that_are_no_mail_are_unreadable(source):
    with pytest.raises(UnreadableMail):
        read(source)


def nested(depth: int) -> bytes:
    """A multipart in a multipart in a multipart..."""
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"{HEAD}{head}Content-Type: text/plain\n\nau fond\n".encode()


def test_thirty_parts_inside_parts_are_read():
    assert read(nested(30)).text == "au fond"


def test_parts_nested_beyond_reason_are_left_out():
    mail = read(nested(100))

    assert (mail.text, mail.defects) == ("", ("some parts were left out: there are too many of them",))


@pytest.mark.parametrize("source", [nested(3000), nested(5000) + b"x\n" * 50_000])
def test_parts_nested_without_end_are_unreadable(source):
    with pytest.raises(UnreadableMail) as refusal:
        read(source)

    assert str(refusal.value) == (
        "The message has too many parts inside parts; open it and forward its text as a new mail."
    )


@pytest.mark.parametrize(
    "source",
    [
        HEAD + 'Content-Type: multipart/mixed; x="' + ";" * 2_000_000 + "\n\nx",
        HEAD + "Content-Type: multipart/mixed;\n" + ' x=";\n' * 300_000 + "\n\nx",
        HEAD + "\n" + "boundary" + " " * 2_000_000,
        HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 300_000,
        HEAD + "Content-Type: text/html\n\n<p style='" + "text-decoration:" * 100_000 + "'>x",
        HEAD + "\n" + "begin 644 x\n#0V%T\n" * 100_000,
        HEAD + "\n" + "*a " * 600_000,
        "From: " + '"(<' * 600_000 + "\n\nx",
        "Subject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nx",
    ],
)
def test_a_mail_made_to_take_long_is_read_or_refused_in_time(source):
    start = process_time()

    with suppress(UnreadableMail):
        read(source)

    assert process_time() - start < 5


@pytest.mark.corpus
def test_every_message_of_the_corpus_is_a_value_or_held(shared):
    folder = shared / "corpus" / "rfc822"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: this test needs the shared corpus beside the checkout")
    files = sorted(folder.glob("*.eml"))
    unreadable = []

    for file in files:
        try:
            mail = read_mail(file.read_bytes())
        except UnreadableMail as refusal:
            unreadable.append((file.name, str(refusal)))
        else:
            assert isinstance(mail.text, str)
            mail.text.encode()  # no lone surrogate: every database takes it
            mail.subject.encode()

    print(f"{len(unreadable)} of {len(files)} are unreadable")  # noqa: T201 (shown with -s)
    assert len(files) >= 1800
    assert len(unreadable) / len(files) <= 0.02
