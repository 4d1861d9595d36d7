from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "ขั้นตอนและการอนุมัติ"

    def ready(self) -> None:
        from workflows import checks, guards  # noqa: F401, PLC0415 -- needs the app registry; registers the check

        guards.watch()
        post_migrate.connect(guards.install, sender=self)
