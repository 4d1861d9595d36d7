"""``manage.py import_test_results FILE``: results of RT, NT and O-NET from a CSV or XLSX."""

from schools.management.commands.import_schools import Command as ImportSchools
from schools.models import ImportKind


class Command(ImportSchools):
    help = "นำเข้าผลการทดสอบ RT NT และ O-NET จากไฟล์ CSV หรือ XLSX"
    kind = ImportKind.RESULTS
