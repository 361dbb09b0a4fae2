"""Dates and times as people say them. Pure: `now` and the zone are passed in; the language is the active one."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

# With the weekday, without and with the year; and the time of day.
DAY = {"en": ("l, F j", "l, F j, Y"), "es": (r"l, j \d\e F", r"l, j \d\e F \d\e Y")}
CLOCK = {"en": "g:i A", "es": "g:i\xa0a"}
# Nearer than this many days a date is also counted: "in 3 days".
COUNTED_DAYS = 14
# Those of the United States first, as people call them; any other name of the tz database is taken too.
ZONES = [
    ("America/New_York", gettext_lazy("Eastern time (New York)")),
    ("America/Chicago", gettext_lazy("Central time (Chicago)")),
    ("America/Denver", gettext_lazy("Mountain time (Denver)")),
    ("America/Phoenix", gettext_lazy("Arizona (Phoenix)")),
    ("America/Los_Angeles", gettext_lazy("Pacific time (Los Angeles)")),
    ("America/Anchorage", gettext_lazy("Alaska (Anchorage)")),
    ("Pacific/Honolulu", gettext_lazy("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", gettext_lazy("Atlantic time (Puerto Rico)")),
    ("Pacific/Guam", gettext_lazy("Guam and the Northern Mariana Islands")),
    ("Pacific/Pago_Pago", gettext_lazy("American Samoa (Pago Pago)")),
    ("UTC", gettext_lazy("UTC")),
]


def zones_to_choose(kept: str) -> list[tuple[str, str | Promise]]:
    """The zones that a form offers, and the one that was chosen before where it is another."""
    other = [(kept, kept)] if kept in available_timezones() - {zone for zone, _label in ZONES} else []
    return [*ZONES, *other]


def day_words(day: date, today: date) -> str:
    """ "Tuesday, March 2", and the year where it is another one."""
    return _day_words(day, day.year != today.year, _language())


def distance_words(day: date, today: date) -> str:
    """ "today", "in 3 days", "2 days ago"; empty when it is further off than people count."""
    days = (day - today).days
    if abs(days) > COUNTED_DAYS:
        return ""
    if abs(days) <= 1:
        return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}[days]
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def moment_words(at: datetime, zone: ZoneInfo, today: date) -> str:
    """ "Tuesday, March 2, 10:30 AM PST": the act's own time in the zone given, which is named."""
    there = at.astimezone(zone)
    return _("%(day)s, %(clock)s %(zone)s") % {
        "day": day_words(there.date(), today),
        "clock": clock_words(there),
        "zone": zone_words(there),
    }


def clock_words(there: datetime) -> str:
    """ "10:30 AM"."""
    return date_format(there, CLOCK.get(_language(), "H:i"), use_l10n=False)


def zone_words(there: datetime) -> str:
    """The zone's short name; a bare offset ("-03") gets "UTC" before it."""
    name = there.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


@lru_cache(maxsize=2048)
def _day_words(day: date, with_year: bool, language: str) -> str:
    return date_format(day, DAY.get(language, DAY["en"])[with_year], use_l10n=False)


def _language() -> str:
    return (get_language() or "en").split("-")[0]
