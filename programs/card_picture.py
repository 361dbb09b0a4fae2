"""The picture of a card, drawn by Pillow with the faces of the signed PDF, in the colours of the day: whoever sees it
sees it elsewhere. Pure.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

from agreements.pdf.glyphs import FONTS
from partners.parties import Party
from programs.card import Card

WIDTH, HEIGHT, EDGE = 1200, 630, 72  # pixels, as those who show such pictures ask for
SERIF, SANS, SANS_BOLD = "Literata-SemiBold.ttf", "Commissioner-Regular.ttf", "Commissioner-SemiBold.ttf"
DESK, INK, SOFT, RULE, GREEN, TINT, RED = "#f5f1e8", "#1d2430", "#4b5361", "#847b68", "#1d5245", "#e4eee8", "#bb2418"
OF_PARTY = {Party.CITY: "#24548a", Party.COMMUNITY: "#96451c"}
Font = ImageFont.FreeTypeFont


def drawn(card: Card) -> bytes:
    """As a PNG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), DESK)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, HEIGHT - 28, WIDTH, HEIGHT), fill=GREEN)
    for at, (party, name) in enumerate(card.names.items()):
        _name(pen, EDGE + at * (WIDTH - EDGE) // 2, Party(party), name)
    _issue(pen, card.issue)
    _text(pen, EDGE, 404, _font(SERIF, 54), card.says, INK)
    _text(pen, EDGE, 488, _font(SANS, 30), card.more, SOFT)
    _text(pen, WIDTH - EDGE - 8, 488, _font(SANS_BOLD, 30), "TOPcities Partnership", INK, anchor="ra")
    _bar(pen, card.looks)
    whole = io.BytesIO()
    picture.save(whole, "PNG")
    return whole.getvalue()


def _name(pen: ImageDraw.ImageDraw, x: int, party: Party, name: str) -> None:
    """With the shape of the side, in half of the picture."""
    shape = pen.rectangle if party == Party.CITY else pen.ellipse
    shape((x, 70, x + 24, 94), fill=OF_PARTY[party])
    font = _font(SANS_BOLD, 30)
    for at, line in enumerate(_lines(name, font, WIDTH // 2 - EDGE - 60, most=2)):
        _text(pen, x + 40, 62 + at * 38, font, line, INK)


def _issue(pen: ImageDraw.ImageDraw, issue: str) -> None:
    """As large as three lines of it can be."""
    sizes = (84, 70, 58, 48)
    fonts = [_font(SERIF, size) for size in sizes]
    fitting = (
        at for at, font in enumerate(fonts) if len(_lines(issue, font, WIDTH - 2 * EDGE, most=9)) * sizes[at] < 190
    )
    best = next(fitting, len(sizes) - 1)
    for at, line in enumerate(_lines(issue, fonts[best], WIDTH - 2 * EDGE, most=3)):
        _text(pen, EDGE, 168 + at * sizes[best] * 1.16, fonts[best], line, INK)


def _bar(pen: ImageDraw.ImageDraw, looks: list[str]) -> None:
    """A piece a promise: filled, open with a red edge, tinted, or open."""
    if not looks:
        return
    room, top, bottom = (WIDTH - 2 * EDGE) / len(looks), 552, 580
    for at, look in enumerate(looks):
        left, right = EDGE + at * room, EDGE + (at + 0.9) * room
        fill, edge = {"kept": (GREEN, GREEN), "late": (DESK, RED), "open": (TINT, GREEN)}.get(look, (DESK, RULE))
        pen.rectangle((left, top, right, bottom), fill=fill, outline=edge, width=2)
        if look == "late":
            pen.rectangle((left, top, left + room / 8, bottom), fill=RED)


def _lines(text: str, font: Font, width: int, *, most: int) -> list[str]:
    """The text broken to this width; what has no room ends in an ellipsis."""
    found = [""]
    for word in _words(text, font, width):
        if font.getlength(f"{found[-1]} {word}".strip()) <= width:
            found[-1] = f"{found[-1]} {word}".strip()
        else:
            found.append(word)
    if len(found) <= most:
        return found
    last = found[most - 1]
    while font.getlength(f"{last} …") > width:
        last = last[:-1]
    return [*found[: most - 1], f"{last} …"]


def _words(text: str, font: Font, width: int) -> Iterator[str]:
    """Each no wider than the line."""
    for word in text.split():
        rest = word
        while font.getlength(rest) > width:
            fits = next(n for n in range(len(rest) - 1, 0, -1) if font.getlength(rest[:n]) <= width)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _text(pen: ImageDraw.ImageDraw, x: float, y: float, font: Font, text: str, fill: str, anchor: str = "la") -> None:
    pen.text((x, y), text, font=font, fill=fill, anchor=anchor)


def _font(name: str, size: int) -> Font:
    return ImageFont.truetype(str(FONTS / name), size)
