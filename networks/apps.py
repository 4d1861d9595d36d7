from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"
    verbose_name = "เครือข่ายการนิเทศ"

    def ready(self) -> None:
        # The services register what else changes with a transition.
        from networks.duties import evaluation as evaluation_duties  # noqa: PLC0415 -- needs the models
        from networks.duties import gatherings as gathering_duties  # noqa: PLC0415 -- needs the models
        from networks.panels import networks_panel  # noqa: PLC0415 -- needs the models
        from networks.services import evaluation  # noqa: F401, PLC0415 -- needs the models
        from schools import panels  # noqa: PLC0415 -- needs the models

        evaluation_duties.register()
        gathering_duties.register()
        panels.add(networks_panel)
