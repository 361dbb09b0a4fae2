"""The two parties and the roles. Pure: no database."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Party(TextChoices):
    """Who promises. Neither comes first: code asks for `other`, never for one by name."""

    CITY = "city", _("City team")
    COMMUNITY = "community", _("Community partner")

    @property
    def other(self) -> Party:
        first, second = Party
        return second if self is first else first


class Role(TextChoices):
    """What a person does in a partnership. Leads and members belong to a party, the others to neither."""

    LEAD = "lead", _("Lead")
    MEMBER = "member", _("Member")
    TECHNOLOGY_PARTNER = "technology", _("Technology partner")
    PRODUCT_ADVISOR = "advisor", _("Product advisor")
    EXECUTIVE_SPONSOR = "sponsor", _("Executive sponsor")

    @property
    def of_a_party(self) -> bool:
        return self in PARTY_ROLES


PARTY_ROLES = frozenset({Role.LEAD, Role.MEMBER})
