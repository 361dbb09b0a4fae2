from django.apps import AppConfig


class Topcities(AppConfig):
    name = "topcities"
    verbose_name = "TOPcities Partnership"
