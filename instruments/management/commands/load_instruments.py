from django.core.management.base import BaseCommand

from instruments.loading import load_instruments


class Command(BaseCommand):
    help = "Load the instruments that come with the product as published versions. Run again, it changes nothing."

    def handle(self, *args, **options):
        counts = load_instruments()
        self.stdout.write(
            f"เครื่องมือกลาง: เพิ่ม {counts['created']} ปรับข้อมูลประกอบ {counts['updated']} คงเดิม {counts['unchanged']}"
        )
