"""manage.py verify_agreement FILE: is this PDF exactly what both parties signed?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.seal import verify
from agreements.seal.verdict import LARGEST, CannotCheckNow, Kind, unreadable
from agreements.seal.verify import VerifyAnswer

EXIT = {
    Kind.VALID: 0,
    Kind.INTACT: 1,
    Kind.NOT_VALID: 1,
    Kind.UNREADABLE: 2,
    Kind.REPORT: 3,
    Kind.NO_AGREEMENT: 4,
}


class Command(BaseCommand):
    help = (
        "Say whether a PDF is exactly what both parties signed. "
        "Exit status: 0 valid; 1 unchanged but its sealer unknown, or not valid; 2 unreadable; "
        "3 a sealed report on promises; 4 sealed, but no agreement."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the sealed PDF")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        parser.add_argument(
            "--trust",
            type=Path,
            metavar="CERT",
            help="judge by this certificate (PEM or DER) alone, without the database",
        )

    def handle(self, *, file: Path, json: bool, trust: Path | None, **_options: object) -> None:
        answer = self._answer(file, trust)
        self.stdout.write(as_json(answer) if json else "\n".join(as_words(answer)))
        sys.exit(EXIT[answer.verdict.kind])

    def _answer(self, file: Path, trust: Path | None) -> VerifyAnswer:
        try:
            with file.open("rb") as opened:
                pdf = opened.read(LARGEST + 1)
        except OSError as error:
            self.stderr.write(f"{file}: {error.strerror}")
            return VerifyAnswer(unreadable("no file"))
        if trust is None:
            return self._asked(lambda now: verify.answer(pdf, now=now))
        try:
            certificate = read_certificate(trust)
        except (OSError, ValueError):
            self.stderr.write(_("%(file)s is not a certificate in PEM or DER form.") % {"file": trust})
            sys.exit(2)
        return self._asked(lambda now: VerifyAnswer(verify.check_apart(pdf, now=now, trust=[certificate])))

    def _asked(self, ask: Callable[[datetime], VerifyAnswer]) -> VerifyAnswer:
        try:
            return ask(timezone.now())
        except CannotCheckNow:
            self.stderr.write("The file could not be checked now, which says nothing about it. Try again.")
        except DatabaseError:
            self.stderr.write(
                "The database cannot be asked, which says nothing about the file. --trust works without it."
            )
        sys.exit(2)


def read_certificate(path: Path) -> bytes:
    """A certificate file, PEM or DER, as DER."""
    data = path.read_bytes()
    pem = b"-----BEGIN" in data
    certificate = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    return certificate.public_bytes(Encoding.DER)


def as_words(answer: VerifyAnswer) -> list[str]:
    """The verdict as lines for a terminal."""
    verdict, says = answer.verdict, answer.verdict.contents
    lines = [str(verdict.kind).upper(), *verdict.words, *filter(None, [answer.other])]
    if answer.edition:
        edition = {"number": answer.edition.number, "state": answer.edition.state}
        lines.append(_("Edition %(number)s: %(state)s") % edition)
    elif answer.number:
        lines.append(_("Edition %(number)s") % {"number": answer.number})
    if answer.text_of:
        lines.append(_("The attached text equals edition %(number)s. The pages were not compared with it.")
                     % {"number": answer.text_of.number})  # fmt: skip
    if answer.replaced_by:
        lines.append(_("Superseded by edition %(number)s") % {"number": answer.replaced_by.number})
    for each in answer.signers:
        who = ", ".join(filter(None, [each.signer.name, each.signer.title, each.signer.organization]))
        lines.append(_("Signed by %(who)s, %(when)s") % {"who": who, "when": each.when})
    if says:
        lines.append(_("Fingerprint of the text: %(digest)s") % {"digest": says.digest})
    if verdict.is_intact:
        by = {"when": answer.sealed, "who": verdict.sealer_name, "sealer": verdict.sealer}
        lines.append(_("Sealed %(when)s by “%(who)s” (%(sealer)s)") % by)
    return lines


def as_json(answer: VerifyAnswer) -> str:
    verdict, edition = answer.verdict, answer.edition
    names = ("party", "name", "title", "organization")
    return json.dumps(
        {
            "verdict": verdict.kind,
            "reasons": list(verdict.reasons),
            "words": verdict.words,
            "edition": edition.number if edition else answer.number,
            "state": edition.state if edition else None,
            "superseded_by": answer.replaced_by.number if answer.replaced_by else None,
            "text_of_edition": answer.text_of.number if answer.text_of else None,
            "fingerprint": verdict.contents.digest if verdict.contents else None,
            "sealer": verdict.sealer or None,
            "sealed_at": verdict.sealed_at or None,
            "timestamped_at": verdict.timestamped_at or None,
            "signatures": [{name: getattr(each.signer, name) for name in names} for each in answer.signers],
        },
        ensure_ascii=False,
        indent=2,
    )
