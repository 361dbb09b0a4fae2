"""The message that a side's word is asked for, or that changes are: of all that is signed off."""

from __future__ import annotations

from functools import partial
from typing import Any

from mail.outbox import Message, absolute
from partners.parties import Party
from sprints.domain.subjects import SUBJECTS
from sprints.emails.hourly import mail_for


def sign_off_waits(kind: str, about: dict[str, Any]) -> Message | None:
    """As it is when the mail leaves; None where the party is asked for nothing any more."""
    subject, party = SUBJECTS[kind].of_mail(about), Party(about["party"])
    says = subject.mail_says(party)
    if not says:
        return None
    name = {"name": subject.sprint.partnership.names_on_screen()[party.other]}
    return Message(
        subject=subject.mail_subject(party),
        paragraphs=[words % name for words in says],
        button=(str(subject.open_label), absolute(subject.url)),
    )


for _kind in SUBJECTS:
    mail_for(f"{_kind}.waits")(partial(sign_off_waits, _kind))
