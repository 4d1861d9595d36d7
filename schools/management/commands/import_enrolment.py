"""``manage.py import_enrolment FILE``: pupils by school, year and grade from a CSV or XLSX."""

from schools.management.commands.import_schools import Command as ImportSchools
from schools.models import ImportKind


class Command(ImportSchools):
    help = "นำเข้าจำนวนนักเรียนรายชั้นจากไฟล์ CSV หรือ XLSX"
    kind = ImportKind.ENROLMENT
