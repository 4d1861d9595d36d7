from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "cycles"
    verbose_name = "รอบการดำเนินงาน"

    def ready(self) -> None:
        from cycles import duties, receivers, steps  # noqa: F401, PLC0415 -- need the models
        from cycles.annual import moves  # noqa: F401, PLC0415
        from cycles.services import cycles, reports  # noqa: F401, PLC0415

        duties.register()
