"""The words that a signer agrees to. Each has a version, kept with the signature; a changed text gets a new version.

What the words must do comes from ESIGN (15 U.S.C. 7001) and UETA: consent to an electronic record, the paper way named,
and an explicit act with the intent to sign.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CONSENT_VERSION = "consent-1"
CONSENT = [
    _("I agree to sign this agreement electronically, instead of on paper."),
    _("I can read this page and save or print the agreement. Both partners get a sealed copy to keep."),
    _("I know that I can sign on paper instead, and that I can change my mind until I sign."),
]

INTENT_VERSION = "intent-1"
INTENT = _(
    "By typing my name and choosing “Sign agreement”, I sign this agreement for %(organization)s. "
    "I have read the text on this page and I am allowed to sign for my organization."
)

PAPER_CONSENT_VERSION = "paper-1"
