"""How fast one `callboard once` is: a real Dovecot, a real SMTP listener, N generated proposals.

    python benchmarks/intake.py [-n 2000] [--idle 100000]

A quarter of the messages is HTML-only or carries a PDF. Prints messages per second, CPU seconds per 1,000
messages and the peak memory of the worker and of its helpers. `--idle` fills a mailbox and times passes
over it in which nothing is new, beside the same over a mailbox of 100.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from deliver import deliver_many  # noqa: E402 (tests/ is put on the path first)
from servers import Account, DovecotServer, SmtpSink  # noqa: E402

WORDS = [
    "analyse",
    "mesure",
    "signal",
    "image",
    "réseau",
    "apprentissage",
    "modèle",
    "données",
    "méthode",
    "résultat",
    "graphe",
    "temps",
    "espace",
    "explication",
    "visualisation",
    "mémoire",
    "calcul",
    "précision",
    "étude",
    "terrain",
    "enquête",
    "corpus",
    "langue",
    "bruit",
    "capteur",
    "approche",
    "nouvelle",
    "simple",
    "robuste",
    "rapide",
    "ouverte",
    "commune",
    "partagée",
    "locale",
    "globale",
    "avec",
    "pour",
    "dans",
    "sur",
]
FIRST = [
    "Alba",
    "Bruno",
    "Chiara",
    "Dario",
    "Elsa",
    "Farid",
    "Greta",
    "Hugo",
    "Inès",
    "Jules",
    "Karim",
    "Lena",
    "Milo",
    "Nora",
    "Oscar",
    "Paula",
]
LAST = [
    "Arnal",
    "Bercy",
    "Castel",
    "Dorval",
    "Estève",
    "Ferrand",
    "Gimel",
    "Hostens",
    "Irla",
    "Jorand",
    "Kervel",
    "Lorme",
    "Mazan",
    "Nadal",
]

CONFIG = """
database = "sqlite:///{folder}/callboard.db"
[call]
title = "Journée de mesure"
language = "fr"
timezone = "Europe/Paris"
starts = 2027-03-11T09:30:00
ends = 2027-03-11T17:00:00
[[call.topic]]
text = "apprentissage et réseaux"
[[call.topic]]
text = "signal, image et capteurs"
[[call.organiser]]
name = "Une Organisatrice"
address = "organisers@callboard.test"
[[mailbox]]
name = "bench"
host = "127.0.0.1"
port = {imap}
user = "{user}"
tls = "none"
since = 2000-01-01
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
address = "organisers@callboard.test"
[programme]
folder = "{folder}/public"
[digest]
enabled = false
"""


def text(rng: random.Random, words: int) -> str:
    """Sentences of French-looking words."""
    out = []
    while words > 0:
        length = min(words, rng.randint(8, 18))
        out.append(" ".join(rng.choices(WORDS, k=length)).capitalize() + ".")
        words -= length
    return " ".join(out)


def pdf(title: str, body: str) -> bytes:
    """A one-page PDF that says this."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    buffer, styles = io.BytesIO(), getSampleStyleSheet()
    story = [
        Paragraph(title, styles["Title"]),
        Paragraph("Résumé", styles["Heading2"]),
        Paragraph(body, styles["Normal"]),
    ]
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


def messages(count: int, seed: int = 7) -> Iterator[bytes]:
    """Generated proposals, every eighth HTML-only, every eighth with a PDF."""
    from email.message import EmailMessage

    rng = random.Random(seed)
    for number in range(count):
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        address = f"{name.split()[0].lower()}.{number}@univ-{number % 40}.test".encode(
            "ascii", "ignore"
        ).decode()
        title, body = text(rng, 8).rstrip("."), text(rng, 160)
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{name} <{address}>", "organisers@callboard.test"
        mail["Subject"], mail["Message-ID"] = (
            f"Proposition d'exposé : {title}",
            f"<bench-{seed}-{number}@callboard.test>",
        )
        mail["Date"] = "Mon, 01 Feb 2027 10:00:00 +0100"
        letter = (
            f"Bonjour,\n\nJe souhaite proposer un exposé pour la journée.\n\nTitre : {title}\n\n"
            f"Intervenant : {name}, Université {number % 40}\n\nRésumé : {body}\n\nBien cordialement,\n{name}\n"
        )
        if number % 8 == 1:
            html = "".join(f"<p>{line}</p>" for line in letter.split("\n\n"))
            mail.set_content(f"<html><body>{html}</body></html>", subtype="html")
        elif number % 8 == 5:
            mail.set_content(
                "Bonjour,\n\nVoici ma proposition d'exposé en pièce jointe.\n\nCordialement,\n" + name
            )
            mail.add_attachment(
                pdf(title, body), maintype="application", subtype="pdf", filename="proposition.pdf"
            )
        else:
            mail.set_content(letter)
        yield mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def one_pass(config: Path, password: str) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds and peak MiB of one `callboard once`, and what it printed."""
    environ = {**os.environ, "CALLBOARD_MAILBOX_BENCH_PASSWORD": password}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "callboard", "--config", str(config), "once"],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, _, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, used.ru_maxrss / 1024, printed.strip()


def write_config(folder: Path, account: Account, smtp: SmtpSink) -> Path:
    """A configuration for this mailbox and this listener."""
    path = folder / "callboard.toml"
    settings = account.config()
    path.write_text(
        CONFIG.format(folder=folder, imap=account.server.imap, user=settings.user, smtp=smtp.port)
    )
    return path


def bench(count: int) -> None:
    """The whole journey of `count` messages."""
    with DovecotServer() as server, SmtpSink() as sink, tempfile.TemporaryDirectory() as name:
        account = Account(server, "bench")
        deliver_many(account, messages(count))
        config = write_config(Path(name), account, sink)
        wall, cpu, peak, printed = one_pass(config, account.password)
        print(printed)
        print(
            f"{count} messages: {count / wall:.0f} messages/s, {1000 * cpu / count:.1f} CPU s per 1,000, "
            f"peak {peak:.0f} MiB, {len(sink.mails)} letters at the listener"
        )


def idle(count: int) -> None:
    """Passes in which nothing is new, over a mailbox of 100 and over one of `count`."""
    with DovecotServer() as server, SmtpSink() as sink:
        for size in (100, count):
            with tempfile.TemporaryDirectory() as name:
                account = Account(server, f"idle{size}")
                deliver_many(account, (small(i) for i in range(size)))
                config = write_config(Path(name), account, sink)
                config.write_text(config.read_text().replace("since = 2000-01-01", "since = 2999-01-01"))
                one_pass(config, account.password)
                runs = [one_pass(config, account.password) for _ in range(5)]
                wall, cpu, peak = (sorted(r[i] for r in runs)[2] for i in range(3))
                print(f"idle over {size}: {wall:.2f} s, {cpu:.2f} CPU s, peak {peak:.0f} MiB (median of 5)")


def small(number: int) -> bytes:
    """The smallest message that is one."""
    return f"From: a@b.test\r\nSubject: {number}\r\n\r\nx\r\n".encode()


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=2000, help="messages (2000)")
    parser.add_argument(
        "--idle", type=int, default=0, metavar="N", help="also time idle passes over N messages"
    )
    arguments = parser.parse_args()
    bench(arguments.n)
    if arguments.idle:
        idle(arguments.idle)


if __name__ == "__main__":
    main()
