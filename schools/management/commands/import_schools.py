"""``manage.py import_schools FILE``: the register of schools from a CSV or XLSX, as the web page does it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from schools.imports import run
from schools.models import AreaOffice, ImportKind
from schools.resources import REFUSE, RESOURCES
from schools.tabular import MAX_BYTES, TableError, read_table, too_large


class Command(BaseCommand):
    help = "นำเข้าทะเบียนสถานศึกษาจากไฟล์ CSV หรือ XLSX"
    kind = ImportKind.SCHOOLS

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="ไฟล์ CSV หรือ XLSX")
        parser.add_argument("--dry-run", action="store_true", help="บอกว่าจะเกิดอะไรขึ้น โดยไม่เขียนข้อมูล")
        parser.add_argument("--area", metavar="CODE", help="นำเข้าเฉพาะโรงเรียนของเขตพื้นที่รหัสนี้")

    def handle(self, *args, file: Path, dry_run: bool, area: str | None = None, **options):
        started = timezone.now()
        office = self._office(area)
        table = self._read(file)
        report = run(self.kind, table, area=office, reason=f"นำเข้าจากไฟล์ {file.name}", dry_run=dry_run)

        for outcome in report.outcomes:
            if outcome.kind == REFUSE:
                self.stdout.write(
                    f"แถวที่ {outcome.row} ไม่รับ · {outcome.code} {outcome.name} · {' · '.join(outcome.reasons)}"
                )
            for warning in outcome.warnings:
                self.stdout.write(f"แถวที่ {outcome.row} ข้อสังเกต · {outcome.code} {outcome.name} · {warning}")
        if table.unused:
            self.stdout.write(f"คอลัมน์ที่ไม่ได้ใช้: {', '.join(table.unused)}")
        counts = report.counts
        self.stdout.write(
            f"{'จะสร้างใหม่' if dry_run else 'สร้างใหม่'} {counts['created']:,} · เปลี่ยนแปลง {counts['changed']:,} · "
            f"คงเดิม {counts['unchanged']:,} · ไม่รับ {counts['refused']:,} · มีข้อสังเกต {counts['warned']:,} "
            f"จากทั้งหมด {len(report.outcomes):,} แถว ใช้เวลา {(timezone.now() - started).total_seconds():.1f} วินาที"
        )
        if dry_run:
            self.stdout.write("ยังไม่ได้เขียนข้อมูลใด ๆ")

    def _office(self, code: str | None) -> AreaOffice | None:
        if code is None:
            return None
        try:
            return AreaOffice.objects.get(code=code)
        except AreaOffice.DoesNotExist:
            raise CommandError(f"ไม่พบเขตพื้นที่รหัส {code} โปรดตรวจสอบรหัส หรือนำเข้าโดยไม่ระบุ --area") from None

    def _read(self, file: Path):
        try:
            if file.stat().st_size > MAX_BYTES:
                raise CommandError(too_large())
            return read_table(file.read_bytes(), RESOURCES[self.kind].columns)
        except OSError as error:
            raise CommandError(f"เปิดไฟล์ {file} ไม่ได้: {error.strerror}") from error
        except TableError as error:
            raise CommandError(str(error)) from error
