from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Sprints(AppConfig):
    name = "sprints"
    verbose_name = _("Sprints")

    def ready(self) -> None:
        from agreements.seal.verify import register_files
        from sprints import emails  # noqa: F401  registers with the outbox
        from sprints.actions import action_items, showcase  # noqa: F401  register with the end of a seat
        from sprints.domain.reports import what_it_is

        register_files(what_it_is)
