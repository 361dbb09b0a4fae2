"""Invite the first staff: somebody who may then make a program in the browser."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from partners.actions import invite_staff


class Command(BaseCommand):
    help = "Invite somebody to run a program: they get a mail, accept, sign in with a code, and make their program."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="their full name; without it, the part before the @")
        parser.add_argument("--language", default="en", choices=list(dict(settings.LANGUAGES)))

    def handle(self, *args: object, email: str, name: str, language: str, **options: object) -> None:
        name = name or email.partition("@")[0]
        try:
            validate_email(email)
            invitation = invite_staff(email=email, name=name, language=language, now=timezone.now())
        except ValidationError as refusal:
            raise CommandError(f"{email}: {' '.join(refusal.messages)}") from refusal
        self.stdout.write(f"Invited {invitation.name} <{invitation.email}>, until {invitation.expires_at:%Y-%m-%d}.")
        self.stdout.write("The mail leaves as soon as the worker runs. The link stands in the mail and nowhere else.")
        if not settings.EMAIL_URL:
            self.stdout.write(f"No mail server is set (EMAIL_URL): mail is written to {settings.MAIL_DIR}.")
