from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "รายงาน"

    def ready(self):
        from reports.dossiers import making  # noqa: F401, PLC0415 -- needs the app registry; known to the worker by this
