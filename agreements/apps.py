from django.apps import AppConfig


class Agreements(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        from agreements import emails, witnesses  # noqa: F401  register with the outbox and the ledger
        from agreements.actions import leading  # noqa: F401  registers with the change of a lead
