from django.contrib import admin

from thai.admin import ReadOnly
from thai.dates import date_and_time
from workflows.models import ApprovalRule, TransitionLog


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(admin.ModelAdmin):
    list_display = ["area", "kind", "place", "role", "label"]
    list_filter = ["area", "kind"]
    list_select_related = ["area"]


@admin.register(TransitionLog)
class TransitionLogAdmin(ReadOnly, admin.ModelAdmin):
    """To be read only: the log is written by the moves themselves."""

    list_display = ["moment", "label", "by", "in_role", "kind", "number"]
    ordering = ["-at", "-pk"]
    list_filter = ["role"]
    list_select_related = ["by", "content_type"]
    search_fields = ["by__first_name", "by__last_name", "label"]
    fields = ["moment", "kind", "number", "label", "by", "in_role", "position", "why", "digest"]
    readonly_fields = ["moment", "kind", "number", "in_role", "why"]

    @admin.display(description="เมื่อ", ordering="at")
    def moment(self, log) -> str:
        return date_and_time(log.at)

    @admin.display(description="ในบทบาท", ordering="role")
    def in_role(self, log) -> str:
        return log.role_title

    @admin.display(description="รายการ", ordering="content_type")
    def kind(self, log) -> str:
        return str(log.content_type.name)

    @admin.display(description="เลขที่", ordering="object_id")
    def number(self, log) -> int:
        return log.object_id

    @admin.display(description="เหตุผล")
    def why(self, log) -> str:
        """Of what is secret it is for its readers alone."""
        return "ไม่แสดง เพราะเป็นเรื่องลับ" if getattr(log.target, "secrecy", "") else log.reason
