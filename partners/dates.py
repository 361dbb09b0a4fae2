"""Dates and times as people say them. Pure: `now` and the zone are passed in; the language is the active one.

What is kept or sent is read in another year, so a day has its year. Only a page that is looked at now may leave out the
one that it is: it asks for that by name (`short_day_words`, `{% short_day %}`), and nothing that lasts may.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

DAY = {"en": "l, F j, Y", "es": r"l, j \d\e F \d\e Y"}
SHORT_DAY = {"en": "l, F j", "es": r"l, j \d\e F"}
BRIEF_DAY = {"en": "M j", "es": "j M"}
BRIEF_DATE = {"en": "M j, Y", "es": "j M Y"}
DATE = {"en": "F j, Y", "es": r"j \d\e F \d\e Y"}
CLOCK = {"en": "g:i A", "es": "g:i\xa0a"}
SECONDS = {"en": "g:i:s A", "es": "g:i:s\xa0a"}
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


def day_words(day: date) -> str:
    """ "Tuesday, March 2, 2027"."""
    return _said(day, DAY)


def short_day_words(day: date, today: date) -> str:
    """ "Tuesday, March 2", and the year where it is another one: on a page that is looked at now."""
    return _said(day, SHORT_DAY if day.year == today.year else DAY)


def brief_day_words(day: date, today: date) -> str:
    """ "Mar 2", and the year where it is another one: in a cell of a page that is looked at now, and names its day."""
    return _said(day, BRIEF_DAY if day.year == today.year else BRIEF_DATE)


def brief_moment_words(at: datetime, zone: ZoneInfo, today: date) -> str:
    """ "Mar 2, 10:30 AM", by the clock of a place."""
    there = at.astimezone(zone)
    return f"{brief_day_words(there.date(), today)}, {clock_words(there)}"


def date_words(day: date) -> str:
    """ "March 2, 2027": in a document, and beside a name."""
    return _said(day, DATE)


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


def moment_words(at: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday, March 2, 2027, 10:30 AM PST": the act's own time in the zone given, which is named."""
    there = at.astimezone(zone)
    return _moment(day_words(there.date()), there)


def short_moment_words(at: datetime, zone: ZoneInfo, today: date) -> str:
    """ "Tuesday, March 2, 10:30 AM PST", as `short_day_words`."""
    there = at.astimezone(zone)
    return _moment(short_day_words(there.date(), today), there)


def seconds_words(at: datetime, zone: ZoneInfo) -> str:
    """ "March 2, 2027, 10:04:11 AM PST": when somebody signed."""
    there = at.astimezone(zone)
    return f"{date_words(there)}, {_clock(there, SECONDS)} {zone_words(there)}"


def clock_words(there: datetime) -> str:
    """ "10:30 AM"."""
    return _clock(there, CLOCK)


def zone_words(there: datetime) -> str:
    """The zone's short name; a bare offset ("-03") gets "UTC" before it."""
    name = there.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def _moment(day: str, there: datetime) -> str:
    words = {"day": day, "clock": clock_words(there), "zone": zone_words(there)}
    return _("%(day)s, %(clock)s %(zone)s") % words


def _clock(there: datetime, formats: dict[str, str]) -> str:
    return date_format(there, formats.get(_language(), "H:i"), use_l10n=False)


def _said(day: date, formats: dict[str, str]) -> str:
    day = day.date() if isinstance(day, datetime) else day
    return _said_in(day, formats.get(language := _language(), formats["en"]), language)


@lru_cache(maxsize=2048)
def _said_in(day: date, how: str, language: str) -> str:
    """`language` is the active one, which the names of months follow. Days alone are kept here: two moments that are
    equal are not the same words in two zones."""
    return date_format(day, how, use_l10n=False)


def _language() -> str:
    return (get_language() or "en").split("-")[0]
