from django.apps import AppConfig


class Topcities(AppConfig):
    name = "topcities"
    verbose_name = "TOPcities Partnership"

    def ready(self) -> None:
        from topcities.weekly import (
            digest,  # noqa: F401  registers with the outbox
            staff_digest,  # noqa: F401  registers with the outbox
        )
