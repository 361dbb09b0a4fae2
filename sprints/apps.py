from django.apps import AppConfig


class Sprints(AppConfig):
    name = "sprints"
    verbose_name = "Sprints"

    def ready(self) -> None:
        from agreements.seal.verify import register_files
        from sprints.domain import reminders  # noqa: F401  register their messages with the outbox
        from sprints.domain.reports import what_it_is
        from sprints.emails import sprints  # noqa: F401  register their messages with the outbox

        register_files(what_it_is)
