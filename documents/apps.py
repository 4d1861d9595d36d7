"""The app `documents`: one way from a record to PDF."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    """Finds the `documents.py` of every app, in which its document kinds are registered."""

    name = "documents"
    verbose_name = "เอกสาร"

    def ready(self) -> None:
        autodiscover_modules("documents")
