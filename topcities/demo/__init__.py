"""The demonstration: one program with made-up partnerships, made through the same actions as real ones.

People and places do not exist. Their addresses end in a domain that no mail can reach, and their mail stays on this
machine. Loading it again changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation

from mail.models import MailState, OutboxMail
from partners.models import Program
from topcities.demo.agreements import drafting, in_force, signing
from topcities.demo.people import PROGRAM, make_person, make_program, start
from topcities.demo.publications import public
from topcities.demo.sprints import finished, in_week_seven
from topcities.demo.teams import HEAT, NETWORK, RENT, TREES


@transaction.atomic
def load(*, now: datetime) -> Program:
    """The demonstration's program, made now if it is not there yet. Nothing is mailed for what lies in its past."""
    if program := Program.objects.filter(slug=PROGRAM, is_demo=True).first():
        return program
    with translation.override("en"):
        staff = make_person("Robin Castle", "Program manager", "en")
        program = make_program(staff, now - timedelta(days=220))
        drafting(start(HEAT, program, staff, now - timedelta(days=9)), now - timedelta(days=2))
        signing(start(RENT, program, staff, now - timedelta(days=20)), now - timedelta(days=1))
        trees = start(TREES, program, staff, now - timedelta(days=70))
        in_force(trees, now - timedelta(days=55))
        in_week_seven(trees, now)
        public(trees, now, held="skills")
        network = start(NETWORK, program, staff, now - timedelta(days=200))
        in_force(network, now - timedelta(days=180))
        finished(network, now)
        public(network, now)
    OutboxMail.objects.filter(to__endswith=f"@{settings.DEMO_DOMAIN}", state=MailState.WAITING).update(
        state=MailState.NOT_DUE, settled_at=now, secret=None
    )
    return program
