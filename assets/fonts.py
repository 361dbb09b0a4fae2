"""Makes static/fonts: the two families of the signed PDF, cut to the letters of English and Spanish; and two more
files a family, which a browser fetches only for a name that needs them.

Run with a Python that has fonttools and brotli: `npm run fonts`.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
TARGET = HERE.parent / "static" / "fonts"
# ASCII, the Latin-1 letters, dashes, quotation marks, bullet, ellipsis, arrows that the pages use, and a minus.
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "–—‘’“”•…→")]
# By what the file is called: its source, its letters. The last two stand as unicode-range in scss/_fonts.scss.
FILES: dict[str, tuple[str, list[int]]] = {
    "": ("latin", LETTERS),
    "-ext": ("latin-ext", [*range(0x100, 0x180), *range(0x218, 0x21C)]),
    "-vi": (
        "vietnamese",
        [0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)],
    ),
}
FEATURES = ["kern", "liga", "mark", "ccmp", "locl", "lnum", "tnum"]
WEIGHTS = (400, 600)


def cut(source: Path, target: Path, letters: list[int]) -> None:
    """Write `target` with the letters, features and weights above, and nothing else of `source`."""
    font = TTFont(source)
    options = Options(layout_features=FEATURES, flavor="woff2", hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    for family in ("literata", "commissioner"):
        files = HERE / "node_modules" / "@fontsource-variable" / family / "files"
        for name, (source, letters) in FILES.items():
            cut(files / f"{family}-{source}-wght-normal.woff2", TARGET / f"{family}{name}.woff2", letters)
        licence = files.parent / "LICENSE"
        (TARGET / f"{family}-OFL.txt").write_bytes(licence.read_bytes())
