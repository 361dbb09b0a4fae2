"""A file that somebody handed in, as it came."""

from __future__ import annotations

from django.http import FileResponse

from sprints.models import BuyIn, Evidence


def kept_file(row: Evidence | BuyIn) -> FileResponse:
    """To keep: it is never opened inside our own pages, whatever it is."""
    answer = FileResponse(row.file.open("rb"), as_attachment=True, filename=row.file_name)
    answer["Content-Type"] = "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
