from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "ขั้นตอนและการอนุมัติ"

    def ready(self) -> None:
        from workflows import checks  # noqa: F401, PLC0415 -- registers the system check
