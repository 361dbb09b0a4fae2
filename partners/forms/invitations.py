"""What people type about themselves and about those they invite. Which party or seat it is for is never a field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.dates import zones_to_choose
from partners.invitation_session import is_known_device
from partners.models import News, Person, WeeklyMail
from partners.parties import PARTY_ROLES, Role
from text.days import DayField
from text.fields import LineField, NameField, TextField

T = TypeVar("T")
CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12", "autofocus": True}


def attempt(form: forms.Form, act: Callable[..., T], **more: object) -> T | None:
    """Do it with what the form holds: what the act returns. Where it is refused, the form says why and keeps what
    was typed, and there is None."""
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data, **more)
    except ValidationError as refusal:
        fits = hasattr(refusal, "error_dict") and set(refusal.error_dict) <= set(form.fields)
        form.add_error(None, refusal if fits or not hasattr(refusal, "error_dict") else refusal.messages)
        return None


class RequestCodeForm(RequestLoginCodeForm):
    """Ask for a code. A browser in which the person signed in before has a limit of its own."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("E-mail address"),
            help_text=_("We send a six-digit code to it. There is no password."),
            widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self._user: Person | None = users[0] if users else None
        known = is_known_device(context.request, self._user)
        limit = f"{email.lower()}{' known' if known else ''}"
        if not ratelimit.consume(context.request, action="request_login_code", key=limit):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Type the code. Tries are counted outside the session too, so that simultaneous ones count."""

    code = forms.CharField(label=_("Code"), widget=forms.TextInput(attrs=CODE_INPUT))
    remember = forms.BooleanField(
        label=_("Keep me signed in on this device for 30 days"),
        help_text=_("Only on a device that is yours alone. Otherwise you are signed out when you close the browser."),
        required=False,
    )

    def clean_code(self) -> str:
        request = context.request
        asked_at = request._login_stage.state["at"]
        tries = f"{request.session.session_key}:{asked_at}"
        if not ratelimit.consume(request, action="confirm_login_code", key=tries):
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


class FreshCodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=CODE_INPUT))


class DeclineForm(forms.Form):
    reason = TextField(
        label=_("Why you decline"),
        help_text=_("Those who invited you read it. It is kept in the history."),
        limit=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddressForm(forms.Form):
    """Somebody to invite: their name, address and language."""

    name = NameField(label=_("Full name"), limit=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)


class InviteForm(AddressForm):
    """A lead invites a member of their own side, or somebody for a role beside the two parties."""

    role = forms.ChoiceField(label=_("Role"))
    field_order = ("role", "name", "email", "language")

    def __init__(self, *args: object, own_side: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        beside = [(role, role.label) for role in Role if role not in PARTY_ROLES]
        member = _("Member of your side (%(name)s)") % {"name": own_side}
        self.fields["role"].choices = [(Role.MEMBER, member), *beside]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class OfferLeadForm(forms.Form):
    """A lead picks who of their own side is to take over."""

    to = forms.ChoiceField(label=_("Who takes over the lead"))
    reason = TextField(
        label=_("Why you hand over"),
        help_text=_("It stands in the mail to this person, and in the history that both sides read."),
        limit=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, members: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(person.pk): person for person in members}
        self.fields["to"].choices = [(pk, person.name) for pk, person in self.members.items()]

    def clean_to(self) -> Person:
        return self.members[self.cleaned_data["to"]]


class DeclineLeadForm(forms.Form):
    reason = TextField(
        label=_("Why you do not take over"),
        help_text=_("It is told to your lead by mail, and kept in the history that both sides read."),
        limit=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonForm(forms.Form):
    name = NameField(label=_("Full name"), limit=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = LineField(
        label=_("Title"),
        limit=120,
        required=False,
        help_text=_("For example: Director. It is offered when you sign."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(label=_("Language of the pages and of our mail"), choices=settings.LANGUAGES)


class MailForm(forms.Form):
    """What a person chooses for the mail that is not about something that cannot wait."""

    weekly_mail = forms.ChoiceField(
        label=_("The weekly mail"),
        help_text=_("Where your partnerships stand and what waits for you, in one mail a week."),
        choices=WeeklyMail.choices,
        widget=forms.RadioSelect,
    )
    news = forms.ChoiceField(
        label=_("News"),
        help_text=_("What the other side changed, and what it waits for."),
        choices=News.choices,
        widget=forms.RadioSelect,
    )
    reminders = forms.BooleanField(
        label=_("Reminders that the other side or the staff send me"),
        help_text=_("At most one in three days about the same thing."),
        required=False,
    )
    snoozed_until = DayField(
        label=_("No weekly mail and no reminders before"),
        help_text=_("For a holiday, for example. Leave it empty otherwise."),
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Your time zone"), help_text=_("The mail comes at the same hour on your own clock."), required=False
    )
    language = forms.ChoiceField(label=_("Language of the pages and of our mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [("", _("As the program")), *zones_to_choose(person.time_zone)]
        self.initial = {
            "weekly_mail": person.weekly_mail,
            "news": person.news,
            "reminders": person.reminders,
            "snoozed_until": person.mail_snoozed_until,
            "time_zone": person.time_zone,
            "language": person.language,
        }
