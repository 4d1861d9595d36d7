"""Begin again what a dead worker left, and delete files whose time is over. Harmless at any time; for a daily timer."""

from django.core.management.base import BaseCommand

from jobs.making import every_kind


class Command(BaseCommand):
    help = "Re-queue files whose worker died; delete files that are older than seven days"

    def handle(self, **options):
        swept = [making.sweep() for making in every_kind()]
        self.stdout.write(f"re-queued {sum(b for b, _ in swept)}, deleted {sum(d for _, d in swept)}")
