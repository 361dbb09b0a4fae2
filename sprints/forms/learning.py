"""What a side notes of what its people can do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.domain.learning import SKILLS
from sprints.forms.sign_offs import ShownForm
from sprints.models import Ability, Learning
from text.choices import offer


class LearningForm(ShownForm):
    """The words of the scale are put into the reader's language when the form is drawn."""

    open_data = forms.TypedChoiceField(label=_("Find, understand and use open data"), coerce=int)
    design = forms.TypedChoiceField(label=_("Design with the people who will use it"), coerce=int)
    private_partners = forms.TypedChoiceField(label=_("Work with private partners"), coerce=int)
    voice = Learning.voice.field.formfield(
        label=_("Do residents have a say in what is built, and do they trust it?"),
        rows=4,
        help_text=_("How you see that now. Leave out residents' names and other personal data."),
    )
    field_order = (*SKILLS, "voice", "shown")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SKILLS:
            self.fields[name].widget = forms.RadioSelect()
            offer(self, name, [(level.value, f"{level.value} · {level.label}") for level in Ability])
