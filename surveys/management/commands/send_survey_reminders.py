"""Remind schools of surveys that close soon; meant for a daily timer, and safe to run again and again."""

from typing import Any

from django.core.management.base import BaseCommand

from surveys.services import remind_due


class Command(BaseCommand):
    help = "เตือนโรงเรียนที่ยังไม่ตอบแบบสำรวจที่ใกล้ปิดรับ (เรียกวันละครั้ง เรียกซ้ำได้)"

    def handle(self, *args: Any, **options: Any) -> None:
        done = remind_due()
        self.stdout.write(f"เตือน {done.schools} โรงเรียน แจ้ง {done.people} คน อีเมล {done.letters} ฉบับ")
        if done.failed:
            self.stderr.write(f"ส่งอีเมลไม่สำเร็จ: {', '.join(done.failed)}")
