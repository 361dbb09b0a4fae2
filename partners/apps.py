from django.apps import AppConfig


class Partners(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners import emails  # noqa: F401  registers with the outbox
        from partners.domain import ledger_witness  # noqa: F401  registers with the ledger
