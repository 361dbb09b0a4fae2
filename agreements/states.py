"""The states of a working draft and of an edition, and which may follow which. Pure: no database."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Draft(TextChoices):
    """The working draft of an agreement: being written, frozen for signature, or put away until an amendment."""

    OPEN = "drafting", _("Drafting")
    FROZEN = "signing", _("Signing")
    CLOSED = "closed", _("Closed")


class EditionState(TextChoices):
    SIGNING = "signing", pgettext_lazy("a state", "Open for signing")
    VOID = "void", _("Void")
    IN_FORCE = "in force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    ENDED = "ended", _("Ended")


class AgreementState(TextChoices):
    """What a person is told; derived from the draft and its editions, never stored."""

    DRAFTING = "drafting", _("Drafting")
    SIGNING = "signing", _("Signing")
    IN_FORCE = "in force", _("In force")
    ENDED = "ended", _("Ended")


# An act: the states it starts from, and the one it leads to.
DRAFT_TRANSITIONS: dict[str, tuple[frozenset[Draft], Draft]] = {
    "open for signing": (frozenset({Draft.OPEN}), Draft.FROZEN),
    "reopen": (frozenset({Draft.FROZEN}), Draft.OPEN),
    "complete": (frozenset({Draft.FROZEN}), Draft.CLOSED),
    "amend": (frozenset({Draft.CLOSED}), Draft.OPEN),
    "end": (frozenset(Draft), Draft.CLOSED),
}

EDITION_TRANSITIONS: dict[str, tuple[frozenset[EditionState], EditionState]] = {
    "reopen": (frozenset({EditionState.SIGNING}), EditionState.VOID),
    "complete": (frozenset({EditionState.SIGNING}), EditionState.IN_FORCE),
    "supersede": (frozenset({EditionState.IN_FORCE}), EditionState.SUPERSEDED),
    "end": (frozenset({EditionState.IN_FORCE}), EditionState.ENDED),
}

SIGNED = frozenset({EditionState.IN_FORCE, EditionState.SUPERSEDED, EditionState.ENDED})


def agreement_state(*, draft: Draft, ended: bool, has_edition_in_force: bool) -> AgreementState:
    """What to call the agreement as a whole. While an amendment is written, the edition before it is in force."""
    if ended:
        return AgreementState.ENDED
    if has_edition_in_force:
        return AgreementState.IN_FORCE
    return AgreementState.SIGNING if draft == Draft.FROZEN else AgreementState.DRAFTING
