from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = "แบบสำรวจ"

    def ready(self) -> None:
        from surveys import duties  # noqa: PLC0415 -- needs the models

        duties.register()
