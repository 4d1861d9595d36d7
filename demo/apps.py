from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration office: invented people doing plausible work in the real schools."""

    name = "demo"
    verbose_name = "สำนักงานตัวอย่าง"
