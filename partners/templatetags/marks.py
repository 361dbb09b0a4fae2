"""Small drawings and names that the pages use: `{% icon "check" %}`, `{% mark %}`, `{{ party|party_name }}`."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from partners.models import Organization, Partnership
from partners.parties import Party

register = template.Library()

# Line drawings on a field of 24 by 24. They say nothing alone: a word always stands beside them.
ICONS: dict[str, str] = {
    "check": '<path d="m4 12.5 5.5 5.5L20 6.5"/>',
    "yours": '<path d="M4 20h16M14.5 4.5l4 4L9 18H5v-4z"/>',
    "theirs": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>',
    "contested": '<path d="M8 4 4 8l4 4M4 8h12M16 12l4 4-4 4M20 16H8"/>',
    "draft": '<path d="M14 3.5H6v17h12V7.5zM14 3.5v4h4M9 12h6M9 16h6"/>',
    "sign": '<path d="M3.5 20.5h17M5 16c3-9 6-12 7-11s-3 9-2 10 3-4 4-4 0 3 1.5 3 2-1 3.5-1.5"/>',
    "seal": '<circle cx="12" cy="9.5" r="6"/><path d="m9.5 9.5 2 2 3.5-3.5M8.5 14.5 7 21.5l5-2.5 5 2.5-1.5-7"/>',
    "ended": '<circle cx="12" cy="12" r="8.5"/><path d="M6 18 18 6"/>',
    "earlier": '<path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4M12 8v4.5l3 1.5"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.1"/>',
    "warning": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.1"/>',
    "error": '<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM12 7.5v5.5M12 16.3v.1"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c1-4 4-6 8-6s7 2 8 6"/>',
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "up": '<path d="M12 20V5M6 11l6-6 6 6"/>',
    "down": '<path d="M12 4v15M6 13l6 6 6-6"/>',
    "download": '<path d="M12 3.5V15M6.5 10l5.5 5.5 5.5-5.5M4 20.5h16"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 14h10v6.5H7z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "mail": '<path d="M3.5 6h17v12h-17zM3.5 6.5 12 13l8.5-6.5"/>',
    "copy": '<path d="M8.5 8.5h11v12h-11zM5 15.5h-.5v-12h11V5"/>',
    "lock": '<path d="M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"/>',
    "calendar": '<path d="M4 6h16v14.5H4zM4 10.5h16M8 3.5V8M16 3.5V8"/>',
    "pause": '<path d="M8.5 5v14M15.5 5v14"/>',
    "flag": '<path d="M6 21V4h12l-2.5 4 2.5 4H6"/>',
    "wall": '<path d="M4 6.5h16M4 12h16M4 17.5h16M10 4v16"/>',
    "pairs": '<path d="M3 8h9v9H3z"/><circle cx="16" cy="12.5" r="5"/>',
    "next": '<path d="M12 6v12"/>',
    "both": '<path d="m12 4.5 7.5 7.5-7.5 7.5L4.5 12z"/>',
    "more": '<path d="M4 7h16M4 12h16M4 17h10"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
}
# The parties' shapes are filled, so that they are told apart without colour: a square block, and a round table.
SHAPES: dict[str, str] = dict(zip(Party, ('<path d="M4 4h16v16H4z"/>', '<circle cx="12" cy="12" r="9"/>'), strict=True))
MARK = (
    '<svg class="mark" viewBox="0 0 40 32" width="40" height="32" aria-hidden="true" focusable="false">'
    '<path class="mark__one" d="M2 4h22v24H2z"/><circle class="mark__two" cx="26" cy="16" r="12"/>'
    '<path class="mark__both" d="M24 4.17v23.66a12 12 0 0 1 0-23.66z"/></svg>'
)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing, hidden from screen readers. An unknown name is a programmer's error: KeyError."""
    return mark_safe(  # noqa: S308  constants above
        f'<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        f"{ICONS[name]}</svg>"
    )


@register.simple_tag
def shape(party: str) -> SafeString:
    """The party's shape, hidden from screen readers: its name stands beside it."""
    return mark_safe(  # noqa: S308  constants above
        f'<svg class="shape shape--{Party(party).value}" viewBox="0 0 24 24" width="24" height="24" '
        f'aria-hidden="true" focusable="false">{SHAPES[Party(party).value]}</svg>'
    )


@register.simple_tag
def mark() -> SafeString:
    """The product's mark: a square and a circle, and what they share."""
    return mark_safe(MARK)  # noqa: S308  a constant


@register.simple_tag
def disc(name: str) -> SafeString:
    """The initials of whoever is signed in, hidden from screen readers: the name stands beside them."""
    return format_html('<span class="disc" aria-hidden="true">{}</span>', initials(name))


def initials(name: str) -> str:
    """Of the first and the last word, as people are called by: "Ana María Ruiz" is AR."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    return "".join(word[0] for word in dict.fromkeys([words[0], words[-1]])).upper()


@register.filter
def party_name(party: str) -> str:
    """ "City team" or "Community partner", in the page's language."""
    return str(Party(party).label)


@register.filter
def organizations_on_screen(partnership: Partnership) -> list[Organization]:
    """The two organizations in the order of this partnership's screens. Uses what was prefetched."""
    named = {organization.party: organization for organization in partnership.organizations.all()}
    return [named[party] for party in partnership.parties_on_screen() if party in named]
