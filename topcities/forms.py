"""The form on the components page: one field of each kind."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from text.days import DayField


class SampleForm(forms.Form):
    name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As it stands in the signature block."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    reason = forms.CharField(
        label=_("Why this change"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=[("en", _("English")), ("es", _("Spanish"))])
    way = forms.ChoiceField(
        label=_("How will you sign?"),
        choices=[("here", _("Here, on this page")), ("paper", _("On paper"))],
        widget=forms.RadioSelect,
    )
    day = DayField(label=_("Date on the paper"), required=False)
    code = forms.CharField(
        label=_("Code from the mail"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    scan = forms.FileField(label=_("Scan of the signed print"), required=False, help_text=_("PDF, PNG or JPEG."))
    agree = forms.BooleanField(label=_("I have read the text above"))

    field_order = ("name", "email", "reason", "language", "way", "day", "code", "scan", "agree")
