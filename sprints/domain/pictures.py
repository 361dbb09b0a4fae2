"""The JPEG that stands beside a picture of a phone. Reads only."""

from __future__ import annotations

from agreements.pictures import as_jpeg
from sprints.files import PHONES
from sprints.models import BuyIn, Evidence, EvidenceFile


def picture_name(row: Evidence | EvidenceFile | BuyIn) -> str:
    """What the storage calls it."""
    return f"{row.file.name}.jpg"


def has_picture(row: Evidence | EvidenceFile | BuyIn) -> bool:
    return row.file_type in PHONES


def picture_of(row: Evidence | EvidenceFile | BuyIn) -> bytes:
    """From beside the file; where it is gone (backups hold what was handed in alone), drawn again."""
    try:
        with row.file.storage.open(picture_name(row)) as kept:
            return bytes(kept.read())
    except FileNotFoundError:
        return as_jpeg(row.file.read())
