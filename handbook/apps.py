from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HandbookConfig(AppConfig):
    name = "handbook"
    verbose_name = "คู่มือการปฏิบัติงาน"

    def ready(self) -> None:
        from handbook import guards, receivers, services  # noqa: F401, PLC0415 -- need the models

        post_migrate.connect(guards.install, sender=self)
