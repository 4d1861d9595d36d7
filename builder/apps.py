from django.apps import AppConfig


class BuilderConfig(AppConfig):
    name = "builder"
    verbose_name = "สร้างและปรับปรุงแบบ"

    def ready(self) -> None:
        from builder import duties  # noqa: PLC0415 -- needs the models

        duties.register()
