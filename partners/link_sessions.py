"""Sessions that begin with an operator's link: Django asks the backend that began a session who its person is."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.backends import BaseBackend

from partners.models import PersonByLink

BACKEND = "partners.link_sessions.LinkBackend"


class LinkBackend(BaseBackend):
    """It lets nobody in by itself: `authenticate` finds no one."""

    def get_user(self, user_id: Any) -> PersonByLink | None:
        found = PersonByLink.objects.filter(pk=user_id, is_active=True).first()
        return cast("PersonByLink | None", found)  # the manager is the one of Person
