from django.apps import AppConfig


class Topcities(AppConfig):
    name = "topcities"
    verbose_name = "TOPcities Partnership"

    def ready(self) -> None:
        from topcities.weekly import closing, digest, staff_digest  # noqa: F401  register with the outbox
