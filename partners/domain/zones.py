"""In which time zone a person reads what is about them alone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from partners.models import Partnership, Person, ProgramStaff


def own_zone(person: Person) -> ZoneInfo:
    """Their own choice, or where their latest program is; UTC for somebody who takes part in nothing."""
    if person.time_zone:
        return ZoneInfo(person.time_zone)
    staffs = ProgramStaff.objects.filter(person_id=person.pk).order_by("-since", "-pk")
    takes_part = Partnership.objects.for_user(person).order_by("-created_at", "-pk")
    found = [*takes_part.values_list("program__time_zone", flat=True)[:1]]
    return ZoneInfo((found or [*staffs.values_list("program__time_zone", flat=True)[:1]] or ["UTC"])[0])
