from django.apps import AppConfig


class Partners(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners import emails, lead_emails, witnesses  # noqa: F401  register with the outbox and the ledger
