from django.apps import AppConfig


class Ledger(AppConfig):
    name = "ledger"
    verbose_name = "Ledger"
