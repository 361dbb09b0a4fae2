from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Partners(AppConfig):
    name = "partners"
    verbose_name = _("Who takes part")

    def ready(self) -> None:
        from partners import emails  # noqa: F401  registers with the outbox
        from partners.domain import ledger_witness  # noqa: F401  registers with the ledger
