"""A file that somebody handed in, as it came."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404

from sprints.domain.pictures import has_picture, picture_of
from sprints.models import BuyIn, Evidence, EvidenceFile


def kept_file(row: Evidence | EvidenceFile | BuyIn) -> FileResponse:
    """To keep: it is never opened inside our own pages, whatever it is."""
    answer = FileResponse(row.file.open("rb"), as_attachment=True, filename=row.file_name)
    return _apart(answer)


def kept_picture(row: Evidence | EvidenceFile | BuyIn) -> FileResponse:
    """The JPEG of a picture that few programs open: we drew it ourselves."""
    if not has_picture(row):
        raise Http404
    answer = FileResponse(BytesIO(picture_of(row)), as_attachment=True, filename=f"{row.file_name}.jpg")
    return _apart(answer)


def _apart(answer: FileResponse) -> FileResponse:
    answer["Content-Type"] = "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
