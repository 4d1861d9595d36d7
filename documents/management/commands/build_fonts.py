"""`manage.py build_fonts`: make the fonts of printed documents now instead of at the first document."""

from django.core.management.base import BaseCommand

from documents import fonts


class Command(BaseCommand):
    help = "สร้างแบบอักษรสำหรับเอกสาร PDF ไว้ล่วงหน้า (ทำครั้งเดียว)"
    requires_system_checks: list[str] = []  # part of setting up, before there is a database

    def handle(self, *args, **options):
        self.stdout.write(f"แบบอักษรพร้อมใช้ที่ {fonts.describe(fonts.build())}")
