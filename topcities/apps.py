from django.apps import AppConfig


class Topcities(AppConfig):
    name = "topcities"
    verbose_name = "TOPcities Partnership"

    def ready(self) -> None:
        from topcities import weekly  # noqa: F401  registers with the outbox
