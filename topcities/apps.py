from django.apps import AppConfig


class Topcities(AppConfig):
    name = "topcities"
    verbose_name = "TOPcities Partnership"

    def ready(self) -> None:
        from topcities import weekly, weekly_staff  # noqa: F401  registers with the outbox
