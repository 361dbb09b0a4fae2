from django.apps import AppConfig


class Partners(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners.domain import ledger_witness  # noqa: F401  register with the outbox and the ledger
        from partners.emails import (
            handovers,  # noqa: F401  register with the outbox and the ledger
            invitations,  # noqa: F401  register with the outbox and the ledger
        )
