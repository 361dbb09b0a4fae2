from django.apps import AppConfig


class Sprints(AppConfig):
    name = "sprints"
    verbose_name = "Sprints"

    def ready(self) -> None:
        from agreements.verifying import register_files
        from sprints import emails, nudges  # noqa: F401  register their messages with the outbox
        from sprints.report import what_it_is

        register_files(what_it_is)
