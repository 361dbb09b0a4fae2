"""A one-time link for a person who is locked out."""

from __future__ import annotations

import argparse

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from mail.outbox import absolute
from partners.actions import make_sign_in_link
from partners.models import Person


class Command(BaseCommand):
    help = (
        "Print a one-time address that signs a person in: it works for 15 minutes. They are told by mail. "
        "In such a session they read, and keep drafts that nobody else sees; nothing else can be done in it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: object, email: str, **options: object) -> None:
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        token = make_sign_in_link(person=person, now=timezone.now())
        self.stdout.write(absolute(reverse("sign_in_link", args=[token])))
