"""What staff should know of the seal, before anybody signs."""

from __future__ import annotations

from datetime import datetime

from partners.models import Program


def about_the_seal(program: Program, now: datetime) -> dict[str, list[str]]:
    """What makes a seal impossible, and what else to know of the certificate. The demonstration has its own key."""
    from agreements.seal.certificates import blocks_sealing, certificate_problems  # 8 MB that few pages ask for

    if program.is_demo:
        return {"cannot_seal": [], "about_the_seal": []}
    return {"cannot_seal": blocks_sealing(now), "about_the_seal": certificate_problems(now)}
