"""Program, partnership, the two organizations, and the seats of its people."""

from __future__ import annotations

import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _

from partners.models.person import Person
from partners.parties import PARTY_ROLES, Party, Role
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS, WEEKS
from text.fields import Name, Text

DEFAULT_NOTICE = _(
    "This is an informal agreement. It says what both partners mean to do. It is not meant as a contract, "
    "and neither side can enforce it in court."
)
LONGEST_ISSUE = 200  # characters of the phrase that the agreement is about
# As Python counts them: Monday is 0.
WEEKDAYS = list(WEEKDAY_NAMES.items())


def pair(first: str, second: str) -> Q:
    """Facts that come in pairs: both fields are filled, or neither is."""
    return Q(**{first: None, second: None}) | Q(**{f"{first}__isnull": False, f"{second}__isnull": False})


class Program(models.Model):
    """A cohort of partnerships run by staff."""

    slug = models.SlugField(unique=True)
    name = Name(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    contact_email = models.EmailField(_("contact address"))
    mail_weekday = models.PositiveSmallIntegerField(_("day of the weekly mail"), choices=WEEKDAYS, default=0)
    mail_hour = models.PositiveSmallIntegerField(_("hour of the weekly mail"), default=9)
    sprint_weeks = models.PositiveSmallIntegerField(_("weeks of a sprint"), default=WEEKS)
    signing_notice = Text(_("notice shown when signing"), max_length=2000)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mail_weekday__lte=6, mail_hour__lte=23), name="program_mail_in_a_week"),
            models.CheckConstraint(
                condition=Q(sprint_weeks__gte=FEWEST_WEEKS, sprint_weeks__lte=MOST_WEEKS),
                name="program_weeks_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def chain(self) -> uuid.UUID:
        """The chain in which a program's own changes are told."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"topcities program {self.pk}")


class ProgramStaff(models.Model):
    """Somebody who runs a program. Staff help and never decide."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="staff")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="programs")
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("program staff")
        constraints: ClassVar = [models.UniqueConstraint(fields=["program", "person"], name="staff_once_a_program")]

    def __str__(self) -> str:
        return f"{self.person} of {self.program}"


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def for_user(self, user: Person) -> PartnershipQuerySet:
        """Those that exist for this user: where they hold a seat, and those of their programs."""
        if not user.is_authenticated:
            return self.none()
        seated = Seat.objects.filter(person=user, ended_at=None).values("partnership")
        programs = ProgramStaff.objects.filter(person=user).values("program")
        return self.filter(Q(pk__in=seated) | Q(program__in=programs))


class Partnership(models.Model):
    """One city team, one community partner, one issue. Its id names its chain in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True, max_length=80)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="partnerships")
    shown_first = models.CharField(
        max_length=12, choices=Party.choices, help_text=_("It alternates from partnership to partnership.")
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(shown_first__in=Party.values), name="partnership_shown_first_known")
        ]

    def __str__(self) -> str:
        return self.slug

    def parties_on_screen(self) -> list[Party]:
        first = Party(self.shown_first)
        return [first, first.other]

    def names_on_screen(self) -> dict[str, str]:
        """The organizations' names by party, in the order of this partnership's screens."""
        names = dict(self.organizations.values_list("party", "name"))
        return {party.value: names.get(party, "") for party in self.parties_on_screen()}


class Organization(models.Model):
    """A party's organization in one partnership. Its own lead, and nobody else, corrects what stands here."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="organizations")
    party = models.CharField(max_length=12, choices=Party.choices)
    name = Name(_("organization"), max_length=160)
    signatory = Name(_("name in the signature block"), max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "party"], name="one_organization_a_party"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="organization_party_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A person's place in a partnership, from its start until it is ended."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=12, choices=Role.choices)
    party = models.CharField(max_length=12, choices=Party.choices, null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "person"], condition=Q(ended_at=None), name="one_seat_a_person"
            ),
            models.UniqueConstraint(
                fields=["partnership", "party"], condition=Q(ended_at=None, role=Role.LEAD), name="one_lead_a_party"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(PARTY_ROLES), party__in=Party.values)
                | (~Q(role__in=sorted(PARTY_ROLES)) & Q(party=None)),
                name="seat_party_fits_role",
            ),
            models.CheckConstraint(condition=pair("ended_at", "ended_by"), name="seat_ended_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
