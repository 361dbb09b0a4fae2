"""Pictures of phones (HEIC) as JPEG, for those who look. Pure.

What decodes them is large and reads a stranger's bytes, so it runs in the sandbox, with bounds on memory and time.
"""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.pdf.sandbox import MEGABYTE, Sandbox, SandboxBusy, SandboxFailed, WorkRefused
from text.fields import LATER

SECONDS = 10
SIDE = 2400  # pixels of the longer side: enough to read a page in a photo
QUALITY = 85
MOST_PIXELS = 60_000_000

_child = Sandbox("agreements.pictures:draw", seconds=SECONDS, memory=1024 * MEGABYTE, recycle_at=300 * MEGABYTE)


def as_jpeg(data: bytes) -> bytes:
    """The picture upright, without what a phone writes beside it, such as where it was. Raises ValidationError."""
    try:
        return _child.call({"most_pixels": MOST_PIXELS}, data)
    except WorkRefused:
        says = _("The picture has more than 60 million pixels. Make it smaller, then try again.")
    except SandboxBusy as busy:
        says = _("Others hand in pictures just now. Please try again in a minute.")
        raise ValidationError(says, code=LATER) from busy
    except SandboxFailed:
        says = _("The picture cannot be read. Save it again as PNG or JPEG.")
    raise ValidationError(says)


def draw(job: dict[str, Any], body: bytes) -> bytes:
    """In the child. The size stands in the header, and is judged before anything is unpacked."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(body), formats=["HEIF"]) as picture:
        if picture.width * picture.height > job["most_pixels"]:
            raise WorkRefused("too many pixels")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((SIDE, SIDE))
    kept = io.BytesIO()
    upright.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()
