from django.apps import AppConfig


class Mail(AppConfig):
    name = "mail"
    verbose_name = "Mail"
