from django.core.management.base import BaseCommand, CommandError

from instruments.models import InstrumentVersion
from instruments.tallies import recount


class Command(BaseCommand):
    """Adds up all closed responses anew; prints where the kept statistics differ, and puts them right."""

    help = "นับสถิติใหม่จากคำตอบทั้งหมด แสดงส่วนที่ต่างจากที่เก็บไว้ และแก้ให้ถูกต้อง (--check แสดงอย่างเดียว)"

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="แสดงความต่างโดยไม่แก้ จบด้วยรหัส 1 เมื่อพบ")
        parser.add_argument("--instrument", default="", help="เฉพาะเครื่องมือรหัสนี้")

    def handle(self, *args, check: bool, instrument: str, **options):
        versions = InstrumentVersion.objects.select_related("instrument").defer("definition").order_by("pk")
        if instrument:
            versions = versions.filter(instrument__code=instrument)
            if not versions:
                raise CommandError(f"ไม่พบเครื่องมือรหัส {instrument}")
        found = 0
        for version in versions:
            for difference in recount(version.pk, mend=not check):
                found += 1
                self.stdout.write(f"{version}: {difference}")
        if not found:
            self.stdout.write("สถิติที่เก็บไว้ตรงกับคำตอบทั้งหมด")
        elif check:
            raise CommandError(f"สถิติที่เก็บไว้ต่างจากคำตอบ {found} รายการ แก้ได้ด้วยคำสั่ง recount_statistics (ไม่ใส่ --check)")
        else:
            self.stdout.write(f"แก้สถิติให้ตรงกับคำตอบแล้ว {found} รายการ")
