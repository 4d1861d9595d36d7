"""``manage.py load_reference_schools``: the 37 schools that the product ships; again changes nothing."""

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "โหลดทะเบียน 37 โรงเรียนของ สพป.กรุงเทพมหานคร ที่มากับระบบ"

    def handle(self, *args, **options):
        source = Path(apps.get_app_config("schools").path, "reference", "schools_bkk_primary_37.csv")
        call_command("import_schools", source, stdout=self.stdout)
