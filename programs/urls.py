"""The addresses of what staff do with many partnerships, and of what a partnership shows to everybody."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
