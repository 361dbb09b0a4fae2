from django.apps import AppConfig


class Agreements(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        from agreements import emails  # noqa: F401  registers with the outbox
        from agreements.actions import handovers  # noqa: F401  registers with the change of a lead
        from agreements.domain import ledger_witness  # noqa: F401  registers with the ledger
