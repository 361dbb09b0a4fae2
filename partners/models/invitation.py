"""Invitations, and the one-time link for a person who is locked out."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.partnership import Partnership, Program, pair
from partners.models.person import Person
from partners.parties import PARTY_ROLES, Party, Role
from text.fields import Name, ShortText


def new_nonce() -> str:
    return secrets.token_hex(32)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> InvitationQuerySet:
        """Neither answered nor taken back; some may have expired."""
        return self.filter(accepted_at=None, declined_at=None, cancelled_at=None)

    def to_look_after(self) -> InvitationQuerySet:
        """Those that wait for an answer or a correction, the oldest first: not accepted, taken back, or replaced."""
        return self.filter(accepted_at=None, cancelled_at=None, replaced_by=None).order_by("invited_at", "pk")

    def open_at(self, now: datetime) -> InvitationQuerySet:
        """Those that can be answered now."""
        return self.unanswered().filter(expires_at__gt=now)


class Invitation(models.Model):
    """An invitation to a seat, or (without a partnership) to a program's staff or to start one.

    The token in the link is derived from the nonce and the secret key (partners/tokens.py), so that a mail sent
    again holds the same link; only its hash is looked up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role.choices, blank=True)
    party = models.CharField(max_length=12, choices=Party.choices, null=True, blank=True)
    name = Name(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    nonce = models.CharField(max_length=64, default=new_nonce)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    terms_version = models.CharField(max_length=20, blank=True, help_text=_("The words accepted."))
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = ShortText(max_length=1000, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=pair("accepted_at", "accepted_by"), name="invitation_accepted_pair"),
            models.CheckConstraint(condition=pair("cancelled_at", "cancelled_by"), name="invitation_cancelled_pair"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, declined_at=None)
                | Q(accepted_at=None, cancelled_at=None)
                | Q(declined_at=None, cancelled_at=None),
                name="invitation_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(partnership=None, role="", party=None)
                | Q(partnership__isnull=False, role__in=sorted(PARTY_ROLES), party__in=Party.values)
                | (Q(partnership__isnull=False, party=None) & ~Q(role__in=sorted(PARTY_ROLES)) & ~Q(role="")),
                name="invitation_party_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def is_open(self) -> bool:
        """Neither answered nor taken back; it may still have expired."""
        return not (self.accepted_at or self.declined_at or self.cancelled_at)


class SignInLink(models.Model):
    """A one-time address made by an operator for a person who is locked out."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.person}"
