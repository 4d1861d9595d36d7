from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "appraisal"
    verbose_name = "คุณภาพของเครื่องมือ"

    def ready(self) -> None:
        from appraisal import duties  # noqa: PLC0415 -- needs the models

        duties.register()
