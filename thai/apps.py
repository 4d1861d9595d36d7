"""Makes `thai` known to Django for its template tags; it has no models."""

from django.apps import AppConfig


class ThaiConfig(AppConfig):
    name = "thai"
    verbose_name = "ภาษาไทยและวันที่"
