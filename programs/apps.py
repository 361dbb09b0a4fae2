from django.apps import AppConfig


class Programs(AppConfig):
    name = "programs"
    verbose_name = "Programs"

    def ready(self) -> None:
        from programs import emails  # noqa: F401  registers with the outbox
