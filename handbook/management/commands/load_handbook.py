from django.core.management.base import BaseCommand, CommandError

from handbook.loading import load_handbook
from schools.models import AreaOffice


class Command(BaseCommand):
    help = "Give area offices that have no handbook yet the one that comes with the product. Run again, it changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--area", default="", help="code of one area office; default: all")

    def handle(self, *, area, **options):
        offices = AreaOffice.objects.filter(code=area) if area else AreaOffice.objects.all()
        if not offices:
            raise CommandError(f"ไม่มีสำนักงานเขตพื้นที่รหัส “{area}”" if area else "ยังไม่มีสำนักงานเขตพื้นที่ในระบบ โปรดเพิ่มก่อน")
        for office in offices:
            given = load_handbook(office)
            self.stdout.write(f"{office}: {'เพิ่มคู่มือปีงบประมาณ 2564 แล้ว' if given else 'มีคู่มืออยู่แล้ว คงเดิม'}")
