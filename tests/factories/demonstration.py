"""The demonstration as it is today: partnerships at every stage, for tests that look at all of them."""

from __future__ import annotations

from django.utils import timezone

from partners.models import Program
from tests.snapshots import kept_a_while
from topcities import demo


@kept_a_while
def demonstration() -> Program:
    return demo.load(now=timezone.now())
