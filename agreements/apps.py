from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Agreements(AppConfig):
    name = "agreements"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        from agreements import emails  # noqa: F401  registers with the outbox
        from agreements.actions import handovers  # noqa: F401  registers with the change of a lead
        from agreements.domain import ledger_witness  # noqa: F401  registers with the ledger
