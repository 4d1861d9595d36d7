from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CorrespondenceConfig(AppConfig):
    """Finds the ``papers.py`` of every app, in which it says what can be drafted from its records."""

    name = "correspondence"
    verbose_name = "งานสารบรรณ"

    def ready(self) -> None:
        from correspondence import duties, receivers  # noqa: F401, PLC0415 -- need the models
        from correspondence.services import papers  # noqa: F401, PLC0415 -- needs the models

        duties.register()
        autodiscover_modules("papers")
