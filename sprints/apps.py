from django.apps import AppConfig


class Sprints(AppConfig):
    name = "sprints"
    verbose_name = "Sprints"

    def ready(self) -> None:
        from sprints import emails  # noqa: F401  registers its messages with the outbox
