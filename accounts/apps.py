from django.apps import AppConfig, apps


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "ผู้ใช้และสิทธิ์"

    def ready(self) -> None:
        from accounts import lookups  # noqa: F401, PLC0415 -- registers itself, once Django is ready

        # The administrator unlocks people here, so the admin's index names it in Thai.
        apps.get_app_config("axes").verbose_name = "การพักการเข้าสู่ระบบ"
