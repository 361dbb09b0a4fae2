"""What partnerships, roles and invitations are called in a sentence. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partners.models import Invitation, Organization, Partnership
from partners.parties import Party, Role


def subject_of(invitation: Invitation) -> str:
    """What somebody is invited to, as a phrase."""
    if invitation.partnership:
        return _("the partnership of %(names)s") % {"names": both_names(invitation.partnership)}
    if invitation.program:
        return _("the staff of %(program)s") % {"program": invitation.program.name}
    return _("running a program of city and community partnerships")


def invites_you(invitation: Invitation) -> str:
    """The sentence that says who invites, to what, and as what."""
    if invitation.invited_by is None:
        return _("The people who run this site invite you to run a program of city and community partnerships.")
    values = {"who": invitation.invited_by.name, "what": subject_of(invitation)}
    if not invitation.partnership:
        return _("%(who)s invites you to join %(what)s.") % values
    values["role"] = role_in_words(invitation)
    return _("%(who)s invites you to %(what)s, as %(role)s.") % values


def role_in_words(invitation: Invitation) -> str:
    """A role with its side: "lead for Elm Street Neighbors"."""
    role = Role(invitation.role)
    if not invitation.party:
        return str(role.label)
    name = Organization.objects.get(partnership=invitation.partnership, party=invitation.party).name
    phrase = _("lead for %(name)s") if role == Role.LEAD else _("member for %(name)s")
    return phrase % {"name": name}


def both_names(partnership: Partnership) -> str:
    """The two organizations, in the order of this partnership's screens."""
    names = {organization.party: organization.name for organization in partnership.organizations.all()}
    first, second = (names.get(party, Party(party).label) for party in partnership.parties_on_screen())
    return _("%(first)s and %(second)s") % {"first": first, "second": second}
