from django.apps import AppConfig, apps


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = "ผลการประเมินและสถิติ"

    def ready(self) -> None:
        from analysis.exports import jobs  # noqa: F401, PLC0415 -- needs the app registry; known to the worker by this

        # The administrator looks here when a file is not made, so the admin's index names it in Thai.
        background = apps.get_app_config("django_tasks_database")
        background.verbose_name = "งานเบื้องหลัง"
        names = background.get_model("DBTaskResult")._meta
        names.verbose_name = names.verbose_name_plural = "งานเบื้องหลัง"
