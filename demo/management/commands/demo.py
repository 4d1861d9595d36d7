"""Fill an empty database with the demonstration office, or print its accounts."""

import json
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from demo.office import fill_office
from demo.people import PASSWORD, accounts
from schools.models import AreaOffice

EXAMPLES = (
    "director",
    "head",
    "wghead1",
    "supervisor1",
    "clerk",
    "committee1",
    "school01",
    "teacher1",
    "network1",
    "admin",
)


class Command(BaseCommand):
    help = "Load the demonstration office into an empty database; --accounts prints who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="print the accounts as JSON and do nothing else")
        parser.add_argument("--table", action="store_true", help="with --accounts: a short table for people")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where the database has people already")
        parser.add_argument("--seed", type=int, default=2569)

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("demo ใช้ได้เฉพาะเครื่องทดลอง (DEBUG=1) เพราะรหัสผ่านของทุกบัญชีเป็นที่รู้กัน")
        if options["accounts"]:
            self.print_accounts(table=options["table"])
            return
        if User.objects.exists() or AreaOffice.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("ฐานข้อมูลนี้มีข้อมูลอยู่แล้ว สำนักงานตัวอย่างสร้างได้ในฐานข้อมูลว่างเท่านั้น (make clean แล้วเริ่มใหม่)")
        self.tell("กำลังสร้างสำนักงานตัวอย่าง (ครั้งแรกใช้เวลาประมาณหนึ่งถึงสองนาที)")
        reference = Path(apps.get_app_config("schools").path, "reference", "schools_bkk_primary_37.csv")
        call_command("import_schools", str(reference), stdout=sys.stderr)
        fill_office(seed=options["seed"], today=timezone.localdate(), tell=self.tell)
        self.tell("สร้างสำนักงานตัวอย่างเสร็จแล้ว")

    def tell(self, text: str) -> None:
        self.stderr.write(text)

    def print_accounts(self, *, table: bool) -> None:
        rows = accounts()
        if not table:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        if not rows:
            return
        self.stdout.write(f"\nบัญชีตัวอย่าง (รหัสผ่านทุกบัญชี: {PASSWORD})")
        for row in rows:
            if row["username"] in EXAMPLES:
                self.stdout.write(f"  {row['username']:<14} {row['role']}")
        self.stdout.write("  บัญชีทั้งหมด: python manage.py demo --accounts\n")
