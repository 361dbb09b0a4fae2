"""`{% day when zone %}`, `{% moment when zone %}`, `{% since when zone %}`: a `<time>` that says a date as people do.

`{% short_day %}` and `{% short_moment %}` leave out the year that it is: on a page of what is to come, never in a
document, a mail, or where somebody reads what was done. A print of that page has it.

`when` is an aware datetime (or, for `day`, a date); `zone` is the program's ZoneInfo. The page's clock is the `now` of
topcities.context.frame.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partners.dates import (
    clock_words,
    date_words,
    day_words,
    distance_words,
    moment_words,
    short_day_words,
    short_moment_words,
    zone_words,
)

register = template.Library()
UTC = ZoneInfo("UTC")


@register.simple_tag(takes_context=True)
def day(context: Context, when: datetime | date, zone: ZoneInfo = UTC) -> SafeString:
    """ "Tuesday, March 2, 2027 - in 3 days"."""
    local = _day_of(when, zone)
    return _with_distance(local, day_words(local), _today(context, zone))


@register.simple_tag(takes_context=True)
def short_day(context: Context, when: datetime | date, zone: ZoneInfo = UTC) -> SafeString:
    """ "Tuesday, March 2 - in 3 days"."""
    local, today = _day_of(when, zone), _today(context, zone)
    return _with_distance(local, _year_on_paper(short_day_words(local, today), local, today), today)


@register.simple_tag(takes_context=True)
def since(context: Context, when: datetime | date, zone: ZoneInfo = UTC) -> SafeString:
    """ "2 days ago", or the day where that is long past. A print of the page is read on another day: it has both."""
    local, today = _day_of(when, zone), _today(context, zone)
    distance, day = distance_words(local, today), day_words(local)
    words = format_html('{}<span class="on-paper">, {}</span>', distance, day) if distance else day
    return _time(local.isoformat(), words)


@register.simple_tag
def moment(when: datetime, zone: ZoneInfo = UTC) -> SafeString:
    """ "Tuesday, March 2, 2027, 10:30 AM PST"."""
    return _time(when.isoformat(), moment_words(when, zone))


@register.simple_tag(takes_context=True)
def short_moment(context: Context, when: datetime, zone: ZoneInfo = UTC) -> SafeString:
    """ "Tuesday, March 2, 10:30 AM PST"."""
    today = _today(context, zone)
    words = short_moment_words(when, zone, today)
    return _time(when.isoformat(), _year_on_paper(words, _day_of(when, zone), today))


@register.simple_tag
def date_of(when: datetime | date, zone: ZoneInfo = UTC) -> str:
    """ "March 2, 2027", for a sentence."""
    return date_words(_day_of(when, zone))


@register.simple_tag
def clock(when: datetime, zone: ZoneInfo) -> SafeString:
    """ "10:30 AM PST", where the day is already said."""
    there = when.astimezone(zone)
    return _time(there.isoformat(), f"{clock_words(there)} {zone_words(there)}")


def _day_of(when: datetime | date, zone: ZoneInfo) -> date:
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def _today(context: Context, zone: ZoneInfo) -> date:
    """Inside an `{% include ... only %}` there is no `now`: pass it on, or the machine's clock is asked."""
    return (context.get("now") or timezone.now()).astimezone(zone).date()


def _with_distance(day: date, words: str, today: date) -> SafeString:
    distance = distance_words(day, today)
    return _time(day.isoformat(), format_html("{} - {}", words, distance) if distance else words)


def _year_on_paper(words: str, day: date, today: date) -> SafeString:
    """The words of a day, with the year that they leave out: a print of the page shows it."""
    short = short_day_words(day, today)
    before, _day, after = words.partition(short)
    return format_html('{}{}<span class="on-paper">{}</span>{}', before, short, day_words(day)[len(short) :], after)


def _time(machine: str, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, words)
