from django.apps import AppConfig


class Programs(AppConfig):
    name = "programs"
    verbose_name = "Programs"
