"""Background work in the admin, in Thai: which files were made, and what failed and why. To be read only."""

from django.contrib import admin
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from thai.dates import date_and_time

STATES = {"READY": "รอทำ", "RUNNING": "กำลังทำ", "SUCCESSFUL": "สำเร็จ", "FAILED": "ไม่สำเร็จ"}

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class BackgroundWorkAdmin(DBTaskResultAdmin):
    list_display = ["work", "state", "asked", "done"]
    list_filter = ()

    def get_readonly_fields(self, request, obj=None):
        return ["work", "state", "asked", "done", "said"]

    @admin.display(description="งาน", ordering="task_path")
    def work(self, task) -> str:
        return task.task_path

    @admin.display(description="สถานะ", ordering="status")
    def state(self, task) -> str:
        return STATES.get(task.status, task.status)

    @admin.display(description="สั่งเมื่อ", ordering="enqueued_at")
    def asked(self, task) -> str:
        return date_and_time(task.enqueued_at, style="short")

    @admin.display(description="เสร็จเมื่อ", ordering="finished_at", empty_value="-")
    def done(self, task) -> str | None:
        return task.finished_at and date_and_time(task.finished_at, style="short")

    @admin.display(description="ข้อความเมื่อไม่สำเร็จ")
    def said(self, task) -> str:
        return self.formatted_traceback(task)
