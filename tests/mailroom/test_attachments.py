"""Documents of strangers: their text, or why it could not be read, and never more than that."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from callboard.mailroom.attachments import MOST_DOCUMENTS, Document, DocumentReader, read_documents
from callboard.mailroom.incoming import Attachment, IncomingMail

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


def pdf(*pages: str, password: str | None = None) -> bytes:
    """A PDF with these pages, each line of a page on its own line."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, encrypt=password)
    for page in pages:
        for number, line in enumerate(page.split("\n")):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def archive(name: str, content: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(name, content)
    return target.getvalue()


def docx(body: str) -> bytes:
    return archive("word/document.xml", f"<w:document {WORD}><w:body>{body}<w:sectPr/></w:body></w:document>")


def paragraph(text: str, style: str = "", look: str = "") -> str:
    style = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{style}<w:r>{look}<w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, styles: str = "") -> bytes:
    return archive(
        "content.xml",
        f"<office:document-content {OPEN}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
    )


def attached(content: bytes | None, media_type: str, name: str = "fichier") -> Attachment:
    return Attachment(name, media_type, len(content or b""), content)


def mail_with(
    *attachments: Attachment, text: str = "Bonjour", forwarded: tuple[IncomingMail, ...] = ()
) -> IncomingMail:
    return IncomingMail("sujet", None, text, attachments=attachments, forwarded=forwarded)


def read_one(
    reader: DocumentReader, content: bytes | None, media_type: str, name: str = "fichier"
) -> Attachment:
    return read_documents(mail_with(attached(content, media_type, name)), reader).attachments[0]


def test_the_text_of_a_pdf_is_read(reader):
    found = read_one(reader, pdf("Titre : Écouter les cartes\nAda Martin", "Résumé"), PDF)

    assert (found.text, found.problem) == ("Titre : Écouter les cartes\nAda Martin\n\nRésumé", None)


def test_only_the_first_pages_of_a_pdf_are_read(reader):
    found = read_one(reader, pdf(*(f"page {number}" for number in range(1, 31))), PDF)

    assert found.text == "\n\n".join(f"page {number}" for number in range(1, 21))


def test_a_scan_says_that_it_has_no_text(reader):
    found = read_one(reader, pdf(""), PDF, "scan.pdf")

    assert (found.text, found.trouble) == (None, "scan")
    assert (
        found.problem == "scan.pdf has no text layer, perhaps it is a scan; please send the text in the mail."
    )


def test_a_pdf_with_a_password_says_so(reader):
    found = read_one(reader, pdf("secret", password="x"), PDF, "a.pdf")

    assert (found.text, found.problem) == (None, "a.pdf is protected by a password; please send it without.")


def test_the_text_of_a_word_document_keeps_its_lines(reader):
    cell = "<w:tc>{}</w:tc>".format
    found = read_one(
        reader,
        docx(
            paragraph("Écouter les cartes", style="Titre1")
            + "<w:p><w:r><w:rPr><w:u w:val='single'/></w:rPr><w:t>Ada Martin</w:t></w:r>"
            "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>1</w:t></w:r>"
            "<w:r><w:t xml:space='preserve'>, Bo</w:t><w:tab/><w:t>Li</w:t><w:br/><w:t>Lyon</w:t></w:r></w:p>"
            + f"<w:tbl><w:tr>{cell(paragraph('Durée'))}{cell(paragraph('20') + paragraph('min'))}</w:tr></w:tbl>"
            + "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>point</w:t><w:delText>rayé</w:delText></w:r></w:p>"
            + paragraph("") * 3
            + paragraph("fin")
        ),
        DOCX,
    )

    assert found.text == "Écouter les cartes\n\nAda Martin¹, Bo\tLi\nLyon\nDurée\t20 min\n- point\n\nfin"


def test_the_text_of_an_opendocument_keeps_its_lines(reader):
    found = read_one(
        reader,
        odt(
            "<text:h>Écouter</text:h><text:p>Ada<text:s text:c='2'/>Martin<text:line-break/>Bo<text:tab/>Li</text:p>"
            "<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>Durée</text:p></table:table-cell>"
            "<table:table-cell><text:p>20</text:p></table:table-cell></table:table-row></table:table>"
        ),
        ODT,
    )

    assert found.text == "Écouter\n\nAda  Martin\nBo\tLi\n- point\nDurée\t20"


def test_underlined_names_of_a_document_are_emphasised(reader):
    style = "<style:style style:name='T1'><style:text-properties style:text-underline-style='solid'/></style:style>"
    word = attached(docx(paragraph("Ada Martin", look="<w:rPr><w:u w:val='single'/></w:rPr>")), DOCX)
    other = attached(odt("<text:p><text:span text:style-name='T1'>Bo Li</text:span></text:p>", style), ODT)

    assert read_documents(mail_with(word, other), reader).emphasised == ("Ada Martin", "Bo Li")


def test_a_document_is_known_by_what_is_in_it(reader):
    assert read_one(reader, odt("<text:p>Cartes</text:p>"), DOCX).text == "Cartes"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4 and no more", PDF),
        (b"", PDF),
        (b"not a zip", DOCX),
        (archive("other.xml", "<a/>"), DOCX),
        (archive("word/document.xml", "<a>"), DOCX),
        (b"not a pack", "application/ms-tnef"),
    ],
)
def test_a_broken_document_costs_only_itself(reader, content, media_type):
    found = read_documents(mail_with(attached(content, media_type, "a"), attached(pdf("bon"), PDF)), reader)

    assert [(a.text, a.trouble) for a in found.attachments] == [(None, "broken"), ("bon", None)]


def test_a_document_with_a_declared_type_is_refused(reader):
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><w:document><w:body/></w:document>'

    assert read_one(reader, archive("word/document.xml", bomb), DOCX).trouble == "bomb"


def test_a_document_that_unpacks_to_too_much_is_refused(reader):
    bomb = archive("word/document.xml", b"<a>" + bytes([32]) * (40 << 20))

    assert read_one(reader, bomb, DOCX, "bombe.docx").problem == (
        "bombe.docx needs more memory than a document may; please send the text in the mail."
    )


def test_a_document_that_lies_about_its_size_is_refused(reader):
    bomb = archive("word/document.xml", bytes([32]) * (40 << 20))
    at = bomb.index(b"PK\1\2") + 24
    lying = bomb[:at] + struct.pack("<I", 1000) + bomb[at + 4 :]

    assert read_one(reader, lying, DOCX).text is None


def flate_bomb() -> bytes:
    """A PDF of one page whose content unpacks to 300 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes([32]) * (1 << 20)) for _ in range(300)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
    ]
    source, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(source))
        source += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        source
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + (b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(source))
    )


def test_a_pdf_bomb_costs_only_itself(reader):
    found = read_documents(mail_with(attached(flate_bomb(), PDF), attached(pdf("bon"), PDF)), reader)

    assert [a.text for a in found.attachments] == [None, "bon"]
    assert found.attachments[0].problem is not None


def test_a_document_that_takes_too_long_is_given_up():
    slow = pdf(*["mot " * 4000] * 20)
    with DocumentReader(wall_seconds=0.05) as reader:
        start = time.monotonic()
        found = read_one(reader, slow, PDF, "long.pdf")

    assert found.problem == "long.pdf takes too long to read; please send the text in the mail."
    assert time.monotonic() - start < 5


def test_a_pack_that_counts_to_four_billion_is_ended():
    # tnefparse steps through as many properties as the file says it has.
    with DocumentReader(wall_seconds=1) as reader:
        found = read_one(reader, tnef((1, 0x00069003, struct.pack("<I", 0xFFFFFFFF))), "application/ms-tnef")

    assert found.trouble == "slow"


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """A winmail.dat of these (level, attribute, content)."""
    source = struct.pack("<IH", 0x223E9F78, 1)
    for level, attribute, content in attributes:
        source += (
            struct.pack("<BII", level, attribute, len(content))
            + content
            + struct.pack("<H", sum(content) % 65536)
        )
    return source


def test_a_winmail_dat_is_unpacked(reader):
    pack = tnef(
        (1, 0x0002800C, "Titre : Écouter".encode() + b"\0"),
        (2, 0x00069002, bytes(14)),
        (2, 0x00018010, b"resume.pdf\0"),
        (2, 0x0006800F, pdf("Le résumé")),
    )
    found = read_documents(mail_with(attached(pack, "application/ms-tnef", "winmail.dat"), text=""), reader)

    assert found.text == "Titre : Écouter"
    assert [(a.name, a.media_type, a.text) for a in found.attachments] == [("resume.pdf", PDF, "Le résumé")]


def test_the_text_of_a_mail_is_kept_beside_a_winmail_dat(reader):
    pack = attached(tnef((1, 0x0002800C, b"autre\0")), "application/ms-tnef", "winmail.dat")

    assert read_documents(mail_with(pack), reader).text == "Bonjour"


def test_documents_of_forwarded_mails_are_read(reader):
    found = read_documents(mail_with(forwarded=(mail_with(attached(pdf("dedans"), PDF)),)), reader)

    assert [a.text for a in found.forwarded[0].attachments] == ["dedans"]


def test_only_so_many_documents_of_a_mail_are_read(reader):
    document = attached(odt("<text:p>x</text:p>"), ODT)
    found = read_documents(mail_with(*[document] * (MOST_DOCUMENTS + 2)), reader)

    assert [a.trouble for a in found.attachments] == [None] * MOST_DOCUMENTS + ["many"] * 2


@pytest.mark.parametrize(
    ("media_type", "name", "size", "trouble"),
    [
        ("application/msword", "resume.doc", 900, "format"),
        ("application/octet-stream", "resume.rtf", 900, "format"),
        (PDF, "resume.pdf", 30_000_000, "large"),
        ("image/png", "logo.png", 900, None),
        ("text/calendar", "invite.ics", 900, None),
    ],
)
def test_a_file_that_is_not_read_says_why_if_it_may_be_a_proposal(reader, media_type, name, size, trouble):
    found = read_documents(mail_with(Attachment(name, media_type, size, None)), reader)

    assert [a.trouble for a in found.attachments] == [trouble]


class SlowReader:
    """Answers at once, and says that it took twenty-five seconds."""

    def __init__(self, monkeypatch):
        self.seconds = 0.0
        # The clock is the operating system's.
        monkeypatch.setattr(time, "monotonic", lambda: self.seconds)

    def read(self, kind, content):
        self.seconds += 25
        return Document(text="lu")


def test_the_documents_of_one_mail_share_the_time(monkeypatch):
    document = attached(b"%PDF-1.4", PDF)
    found = read_documents(mail_with(*[document] * 4), SlowReader(monkeypatch))

    assert [(a.text, a.trouble) for a in found.attachments] == [("lu", None)] * 2 + [(None, "many")] * 2


def test_a_reader_that_does_not_start_is_not_blamed_on_the_document(monkeypatch):
    # The interpreter is the machine's.
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with DocumentReader() as reader:
        found = read_one(reader, pdf("un"), PDF, "a.pdf")

    assert found.problem == (
        "a.pdf could not be read, the program that reads documents failed; the operator should look."
    )


def test_a_mail_without_documents_starts_no_child():
    mail = mail_with(Attachment("note.txt", "text/plain", 3, b"abc", text="abc"))
    with DocumentReader() as reader:
        assert read_documents(mail, reader) == mail
        assert reader.process_id is None


def test_one_child_reads_many_documents(reader):
    read_one(reader, pdf("un"), PDF)
    first = reader.process_id
    read_one(reader, pdf("deux"), PDF)

    assert (reader.process_id, first is None) == (first, False)


def test_a_dead_child_is_replaced(reader):
    read_one(reader, pdf("un"), PDF)
    first = reader.process_id
    os.kill(first, signal.SIGKILL)

    assert read_one(reader, pdf("deux"), PDF).text == "deux"
    assert reader.process_id != first


def test_a_stopped_child_is_given_up():
    with DocumentReader(wall_seconds=0.5, grace_seconds=0.5) as reader:
        read_one(reader, pdf("un"), PDF)
        os.kill(reader.process_id, signal.SIGSTOP)

        assert read_one(reader, pdf("deux"), PDF).trouble == "slow"
        assert read_one(reader, pdf("trois"), PDF).text == "trois"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc is Linux's")
def test_the_child_knows_no_secret(monkeypatch):
    monkeypatch.setenv("CALLBOARD_SMTP_PASSWORD", "hush")
    with DocumentReader() as reader:
        read_one(reader, pdf("un"), PDF)

        assert Path(f"/proc/{reader.process_id}/environ").read_bytes() == b""


def test_the_child_ends_with_the_worker():
    program = (
        "import sys, time\n"
        "from callboard.mailroom.attachments import DocumentReader\n"
        "reader = DocumentReader()\n"
        "reader.read('pdf', b'x')\n"
        "print(reader.process_id, flush=True)\n"
        "time.sleep(60)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(worker.stdout.readline())

    worker.kill()
    worker.communicate()

    assert ended(child)


def ended(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{process}/stat")
        if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True  # ended; whoever took it over has not noticed yet
        time.sleep(0.05)
    return False


def test_the_child_ends_with_the_reader():
    with DocumentReader() as reader:
        read_one(reader, pdf("un"), PDF)
        child = reader.process_id

    assert ended(child)
