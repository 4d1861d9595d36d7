from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InstrumentsConfig(AppConfig):
    name = "instruments"
    verbose_name = "เครื่องมือและชุดคำตอบ"

    def ready(self) -> None:
        from instruments import guards  # noqa: PLC0415 -- needs the app registry

        post_migrate.connect(guards.install, sender=self)
