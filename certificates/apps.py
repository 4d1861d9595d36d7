from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "เกียรติบัตร"

    def ready(self) -> None:
        from certificates import duties, receivers, services  # noqa: F401, PLC0415 -- need the models

        duties.register()
