from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from builder.xlsform import export_workbook
from instruments.models import InstrumentVersion


class Command(BaseCommand):
    help = "Export a form as XLSForm (.xlsx): the newest published version, else the newest draft."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("--out", required=True, help="the file to write")
        parser.add_argument("--version", dest="number", type=int, help="number of the version")
        parser.add_argument("--area", default="", help="code of the area office, where several have this code")

    def add_base_argument(self, parser, *args, **kwargs):
        """Django's own --version gives way to ours."""
        if args != ("--version",):
            super().add_base_argument(parser, *args, **kwargs)

    def handle(self, *, code, out, number, area, **options):
        versions = (
            InstrumentVersion.objects.filter(instrument__code=code).select_related("instrument").order_by("-number")
        )
        if area:
            versions = versions.filter(instrument__area__code=area)
        if not versions:
            raise CommandError(f"ไม่มีเครื่องมือรหัส “{code}” ในระบบ โปรดตรวจสอบรหัสที่หน้าเครื่องมือ")
        if len({version.instrument_id for version in versions}) > 1:
            raise CommandError(f"มีเครื่องมือรหัส “{code}” หลายรายการ โปรดระบุสำนักงานด้วย --area")
        if number is not None:
            versions = versions.filter(number=number)
        version = versions.published().first() or versions.first()
        if version is None:
            raise CommandError(f"เครื่องมือ {code} ไม่มีฉบับที่ {number}")
        path = Path(out)
        try:
            path.write_bytes(export_workbook(version))
        except OSError as error:
            raise CommandError(f"เขียนไฟล์ “{path}” ไม่ได้ โปรดตรวจสอบที่อยู่และสิทธิ์: {error}") from error
        self.stdout.write(f"เขียน {version} ลงใน {path} แล้ว")
