"""How often a dataset is refreshed: the codes that catalogs write, in words. Pure.

DCAT-US 1.1 knows repeating intervals of ISO 8601; DCAT-US 3 those, the codes of ISO 19115, and the frequencies of
Dublin Core. European catalogs write the latter as addresses, older ones as words.
"""

from __future__ import annotations

import re

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

INTERVAL = re.compile(r"R\d*/P(T?)(\d{1,6}(?:[.,]\d{1,6})?)([YMWDHS])", re.IGNORECASE)

ALWAYS, RARELY = _("All the time"), _("Now and then")
NEVER, UNKNOWN = _("Never again"), _("Nobody says how often")
MINUTELY, HOURLY, DAILY = _("Every minute"), _("Every hour"), _("Every day")
WEEKLY, MONTHLY, YEARLY = _("Every week"), _("Every month"), _("Every year")
TWICE_A_DAY = _("Twice a day")
TWICE_A_WEEK, THRICE_A_WEEK = _("Twice a week"), _("Three times a week")
TWICE_A_MONTH, THRICE_A_MONTH = _("Twice a month"), _("Three times a month")
TWICE_A_YEAR, THRICE_A_YEAR = _("Twice a year"), _("Three times a year")
FORTNIGHTLY, BIMONTHLY, QUARTERLY = _("Every two weeks"), _("Every two months"), _("Every three months")
TWO_YEARS, THREE_YEARS, FOUR_YEARS = _("Every two years"), _("Every three years"), _("Every four years")
FIVE_YEARS, TEN_YEARS = _("Every five years"), _("Every ten years")

INTERVALS = {
    "PT1S": ALWAYS,
    "PT1M": MINUTELY,
    "PT1H": HOURLY,
    "PT12H": TWICE_A_DAY,
    "P0.5D": TWICE_A_DAY,
    "P1D": DAILY,
    "P0.33W": THRICE_A_WEEK,
    "P0.5W": TWICE_A_WEEK,
    "P3.5D": TWICE_A_WEEK,
    "P1W": WEEKLY,
    "P7D": WEEKLY,
    "P2W": FORTNIGHTLY,
    "P14D": FORTNIGHTLY,
    "P0.33M": THRICE_A_MONTH,
    "P0.5M": TWICE_A_MONTH,
    "P1M": MONTHLY,
    "P2M": BIMONTHLY,
    "P3M": QUARTERLY,
    "P4M": THRICE_A_YEAR,
    "P6M": TWICE_A_YEAR,
    "P0.5Y": TWICE_A_YEAR,
    "P12M": YEARLY,
    "P1Y": YEARLY,
    "P2Y": TWO_YEARS,
    "P3Y": THREE_YEARS,
    "P4Y": FOUR_YEARS,
    "P5Y": FIVE_YEARS,
    "P10Y": TEN_YEARS,
}
# Small letters, without what stands between words.
NAMES = {
    **dict.fromkeys(("continual", "continuous", "continuouslyupdated", "updatecont", "realtime"), ALWAYS),
    "hourly": HOURLY,
    **dict.fromkeys(("twiceaday", "twicedaily", "daily2"), TWICE_A_DAY),
    "daily": DAILY,
    **dict.fromkeys(("threetimesaweek", "weekly3"), THRICE_A_WEEK),
    **dict.fromkeys(("semiweekly", "twiceaweek", "weekly2"), TWICE_A_WEEK),
    "weekly": WEEKLY,
    **dict.fromkeys(("biweekly", "fortnightly", "everytwoweeks"), FORTNIGHTLY),
    **dict.fromkeys(("threetimesamonth", "monthly3"), THRICE_A_MONTH),
    **dict.fromkeys(("semimonthly", "twiceamonth", "monthly2"), TWICE_A_MONTH),
    "monthly": MONTHLY,
    "bimonthly": BIMONTHLY,
    "quarterly": QUARTERLY,
    **dict.fromkeys(("threetimesayear", "annual3"), THRICE_A_YEAR),
    **dict.fromkeys(("semiannual", "semiannually", "biannual", "biannually", "twiceayear", "annual2"), TWICE_A_YEAR),
    **dict.fromkeys(("annual", "annually", "yearly"), YEARLY),
    **dict.fromkeys(("biennial", "biennially"), TWO_YEARS),
    **dict.fromkeys(("triennial", "triennially"), THREE_YEARS),
    **dict.fromkeys(("quadrennial", "quadrennially"), FOUR_YEARS),
    "quinquennial": FIVE_YEARS,
    **dict.fromkeys(("decennial", "decennially"), TEN_YEARS),
    **dict.fromkeys(("irregular", "irreg", "asneeded", "periodic"), RARELY),
    **dict.fromkeys(("notplanned", "never", "notupdated"), NEVER),
    **dict.fromkeys(("unknown", "unknow"), UNKNOWN),
}
# Of one, the words stand above.
EVERY = {
    "Y": _("Every %(n)s years"),
    "M": _("Every %(n)s months"),
    "W": _("Every %(n)s weeks"),
    "D": _("Every %(n)s days"),
    "TH": _("Every %(n)s hours"),
    "TM": _("Every %(n)s minutes"),
    "TS": _("Every %(n)s seconds"),
}


def refresh_code(text: str) -> str:
    """As it is kept: of an address, its last part, which is the code."""
    is_address = text.lower().startswith(("http://", "https://"))
    return text.rstrip("/#").replace("#", "/").rpartition("/")[2] if is_address else text


def refresh_in_words(code: str) -> str:
    """In the active language; a text that is no code, as it is."""
    if known := NAMES.get(re.sub(r"[\W_]", "", code).lower()):
        return str(known)
    found = INTERVAL.fullmatch(code.strip())
    if found is None:
        return code
    is_time, amount, unit = found[1].upper(), found[2].replace(",", "."), found[3].upper()
    number = f"{float(amount):g}"
    if known := INTERVALS.get(f"P{is_time}{number}{unit}"):
        return str(known)
    every = EVERY.get(is_time + unit)
    return every % {"n": number_format(number)} if every and number != "0" else code
