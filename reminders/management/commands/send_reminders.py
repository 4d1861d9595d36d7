"""Remind everybody of what is due soon, due or late; meant for a daily timer, and safe to run again and again."""

from typing import Any

from django.core.management.base import BaseCommand

from reminders.services.sending import deliver_due, queue_reminders


class Command(BaseCommand):
    help = "เตือนทุกคนถึงงานที่ใกล้ครบกำหนด ครบกำหนด และเลยกำหนด (เรียกวันละครั้ง เรียกซ้ำได้)"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="บอกว่าจะเตือนใคร โดยไม่บันทึกและไม่ส่ง")

    def handle(self, *args: Any, **options: Any) -> None:
        new = queue_reminders(dry_run=options["dry_run"])
        if options["dry_run"]:
            for message in new:
                self.stdout.write(f"{message.get_channel_display()} {message.user}: {len(message.told)} เรื่อง")
            self.stdout.write(f"จะเตือน {len(new)} ข้อความ (ยังไม่ได้ส่ง)")
            return
        done = deliver_due()
        self.stdout.write(
            f"ข้อความใหม่ {len(new)} ส่งแล้ว {done.sent} ไม่ต้องส่งแล้ว {done.withdrawn} "
            f"ลองใหม่ภายหลัง {done.later} ส่งไม่สำเร็จ {done.failed}"
        )
