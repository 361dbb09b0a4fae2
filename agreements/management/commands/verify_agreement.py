"""manage.py verify_agreement FILE: is this PDF exactly what both parties signed?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from agreements.seal import seal, verify
from agreements.seal.verdict import LARGEST, CannotCheckNow, Kind, Verdict, unreadable
from agreements.seal.verify import VerifyAnswer, signers_of

EXIT = {Kind.VALID: 0, Kind.INTACT: 1, Kind.NOT_VALID: 1, Kind.UNREADABLE: 2}


class Command(BaseCommand):
    help = (
        "Say whether a PDF is exactly what both parties signed. "
        "Exit status: 0 valid; 1 unchanged but its sealer unknown, or not valid; 2 unreadable."
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
            return self._known_here(pdf)
        try:
            certificate = read_certificate(trust)
        except (OSError, ValueError):
            self.stderr.write(_("%(file)s is not a certificate in PEM or DER form.") % {"file": trust})
            sys.exit(2)
        return VerifyAnswer(seal.check(pdf, trust=[certificate]))

    def _known_here(self, pdf: bytes) -> VerifyAnswer:
        try:
            return verify.answer(pdf)
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
    verdict = answer.verdict
    lines = [str(verdict.kind).upper(), *verdict.words, *filter(None, [answer.other])]
    edition = answer.edition or answer.text_of
    if edition:
        lines.append(_("Edition %(number)s: %(state)s") % {"number": edition.number, "state": edition.state})
    elif answer.number:
        lines.append(_("Edition %(number)s") % {"number": answer.number})
    if answer.replaced_by:
        lines.append(_("Superseded by edition %(number)s") % {"number": answer.replaced_by.number})
    for signer in answer.signers:
        who = ", ".join(filter(None, [signer.name, signer.title, signer.organization]))
        lines.append(_("Signed by %(who)s, %(when)s") % {"who": who, "when": signer.when})
    if verdict.is_intact:
        lines += [
            _("Fingerprint of the text: %(digest)s") % {"digest": verdict.agreement_digest},
            _("Sealed %(when)s by “%(who)s” (%(sealer)s)")
            % {"when": answer.sealed, "who": verdict.sealer_name, "sealer": verdict.sealer},
        ]
    return lines


def as_json(answer: VerifyAnswer) -> str:
    verdict: Verdict = answer.verdict
    edition = answer.edition or answer.text_of
    return json.dumps(
        {
            "verdict": verdict.kind,
            "reasons": list(verdict.reasons),
            "words": verdict.words,
            "edition": edition.number if edition else answer.number,
            "state": edition.state if edition else None,
            "superseded_by": answer.replaced_by.number if answer.replaced_by else None,
            "fingerprint": verdict.agreement_digest or None,
            "sealer": verdict.sealer or None,
            "sealed_at": verdict.sealed_at or None,
            "timestamped_at": verdict.timestamped_at or None,
            "signatures": [
                {"party": each.party, "name": each.name, "title": each.title, "organization": each.organization}
                for each in (signers_of(verdict.record) if verdict.is_intact else [])
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
