from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "แผนและการนิเทศ"

    def ready(self) -> None:
        # The services register what else changes with a transition; the receivers tell people afterwards.
        from schools import panels  # noqa: PLC0415 -- needs the models
        from supervision import duties, receivers  # noqa: F401, PLC0415 -- needs the models
        from supervision.panels import visits_panel  # noqa: PLC0415 -- needs the models
        from supervision.services import plans, recommendations, visits  # noqa: F401, PLC0415 -- needs the models

        panels.add(visits_panel)
        duties.register()
