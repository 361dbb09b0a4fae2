"""Which browser on which system, from what a browser says of itself. A closed list: its own words go no further.

The order matters, since most browsers also name the ones that they took after: Edge says "Chrome" and "Safari", too.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Browser(TextChoices):
    EDGE = "edge", "Edge"
    OPERA = "opera", "Opera"
    SAMSUNG = "samsung", "Samsung Internet"
    FIREFOX = "firefox", "Firefox"
    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"
    OTHER = "other", gettext_lazy("Another browser")


class System(TextChoices):
    IPHONE = "iphone", "iPhone"
    IPAD = "ipad", "iPad"
    ANDROID = "android", "Android"
    WINDOWS = "windows", "Windows"
    CHROMEOS = "chromeos", "ChromeOS"
    MAC = "mac", "Mac"
    LINUX = "linux", "Linux"
    OTHER = "other", ""


BROWSERS = {
    Browser.EDGE: ("Edg/", "EdgA/", "EdgiOS/"),
    Browser.OPERA: ("OPR/",),
    Browser.SAMSUNG: ("SamsungBrowser/",),
    Browser.FIREFOX: ("Firefox/", "FxiOS/"),
    Browser.CHROME: ("Chrome/", "Chromium/", "CriOS/"),
    Browser.SAFARI: ("Safari/",),
}
SYSTEMS = {
    System.IPHONE: ("iPhone",),
    System.IPAD: ("iPad",),
    System.ANDROID: ("Android",),
    System.WINDOWS: ("Windows",),
    System.CHROMEOS: ("CrOS",),
    System.MAC: ("Macintosh",),
    System.LINUX: ("Linux",),
}


def browser_of(user_agent: str) -> Browser:
    named = (browser for browser, marks in BROWSERS.items() if any(mark in user_agent for mark in marks))
    return next(named, Browser.OTHER)


def system_of(user_agent: str) -> System:
    named = (system for system, marks in SYSTEMS.items() if any(mark in user_agent for mark in marks))
    return next(named, System.OTHER)


def device_words(browser: str, system: str) -> str:
    """ "Firefox on Windows"."""
    words = {"browser": Browser(browser).label, "system": System(system).label}
    return str(words["browser"]) if system == System.OTHER else _("%(browser)s on %(system)s") % words
